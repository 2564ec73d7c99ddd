"""Filling a generation of the index from SQL: whole and aside, or change by change."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge.encoders import Encoders
from knowledge.index import documents as made
from knowledge.index import passages as texts
from knowledge.index.changed import Document, save_changes
from knowledge.index.encoding import BulkEncoding, Checkpoints, Here, Piece, encoded
from knowledge.index.generation import (
    DIRTY,
    PICTURES,
    Manifest,
    encoder_versions,
    now,
    write_manifest,
)
from knowledge.index.keyword import KeywordBuilder, KeywordIndex
from knowledge.index.pictures import COLLECTION, PictureIndexer, read_pictures
from knowledge.index.progress import Progress
from knowledge.index.vectors import VectorStore
from knowledge.index.words import chinese_pairs, english_words
from knowledge.pictures import PictureModel

CHUNK = 256
"""Products encoded and written at a time; progress is told after each."""
CHUNK_BYTES = 32 * 2**20
"""Bytes of pictures after which a chunk ends, however few its products."""
CHANGED_SHARE = 0.05
"""Share of changed products from which on their keyword index is made anew."""
LEAST_CHANGED = 50


@dataclass(slots=True)
class Built:
    """What a build gives: keyword indexes, the picture model, the pictures it had to leave out."""

    products: KeywordIndex
    passages: KeywordIndex
    pictures: PictureModel
    refused: list[str] = field(default_factory=list)
    """One line each: path and reason."""
    taken_up: int = 0
    """Pieces that an earlier build, cut short, had encoded."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between SQL and a generation."""

    products: tuple[str, ...]
    """Added or changed, in id order."""
    gone_products: tuple[str, ...]
    articles: tuple[str, ...]
    gone_articles: tuple[str, ...]
    states: tuple[dict[str, str], dict[str, str]]
    """Product and article id -> state as it is now, of all that was looked at."""

    @property
    def any(self) -> bool:
        """True where there is anything to do."""
        return bool(self.products or self.gone_products or self.articles or self.gone_articles)


def changes(
    session: Session,
    manifest: Manifest,
    named: Iterable[tuple[str, str]],
    *,
    only_named: bool = False,
) -> Changes:
    """Compare the records with what was indexed.

    Args:
        session: reads the records.
        manifest: what was indexed.
        named: (kind, record id) of outbox rows: taken as changed even where the state is the same.
        only_named: look at no other record.
    """
    forced = set(named)
    ids = {kind: {id_ for k, id_ in forced if k == kind} for kind in ("product", "article")}
    products = made.product_states(session, ids["product"] if only_named else None)
    articles = made.article_states(session, ids["article"] if only_named else None)

    def sort(
        states: dict[str, str], held: dict[str, str], kind: str
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        looked = [id_ for id_ in ids[kind] if id_ in held] if only_named else list(held)
        return (
            tuple(
                sorted(
                    id_
                    for id_, state in states.items()
                    if held.get(id_) != state or (kind, id_) in forced
                )
            ),
            tuple(sorted(id_ for id_ in looked if id_ not in states)),
        )

    return Changes(
        *sort(products, manifest.products, "product"),
        *sort(articles, manifest.articles, "article"),
        (products, articles),
    )


class Builder:
    """Writes one generation."""

    def __init__(
        self,
        shop: Path,
        encoders: Encoders,
        progress: Progress,
        where: BulkEncoding | None = None,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        """`shop` is the folder that picture paths are relative to."""
        self._shop = shop
        self._encoders = encoders
        self._progress = progress
        self._where = where or Here(encoders)
        self._checkpoints = checkpoints
        self._refused: list[str] = []
        self._pictures = PictureIndexer(encoders.image.dimension, self._refused)

    def build(
        self, session: Session, generation: Path, store: VectorStore
    ) -> tuple[Manifest, Built]:
        """Fill an empty generation with everything; the manifest is written last."""
        manifest = Manifest(encoders=encoder_versions(self._encoders), built=now())
        manifest.products = made.product_states(session)
        manifest.articles = made.article_states(session)
        keywords = KeywordBuilder()
        for document in self._products(session, sorted(manifest.products), manifest, store):
            keywords.add(document.keywords)
        pieces = texts.article_passages(session)
        self._passages(pieces, manifest, store)
        model = self._pictures.finish(session, generation, manifest, store)
        self._progress("Indexing words", 0, 1)
        products, passages = keywords.done(), passage_keywords(pieces)
        del keywords
        products.save(generation / manifest.keyword / "products")
        passages.save(generation / manifest.passage_keyword / "passages")
        self._progress("Indexing words", 1, 1)
        write_manifest(generation, manifest)
        taken_up = 0 if self._checkpoints is None else self._checkpoints.taken_up
        return manifest, Built(products, passages, model, self._refused, taken_up)

    def apply(
        self,
        session: Session,
        generation: Path,
        store: VectorStore,
        manifest: Manifest,
        changed: Changes,
        products: KeywordIndex,
        passages: KeywordIndex,
    ) -> Built:
        """Bring a generation up to date in place; marked dirty until its manifest says so.

        `products` and `passages` are its keyword indexes as they are searched now.
        """
        (generation / DIRTY).touch()
        model = PictureModel.load(generation / PICTURES)
        self._pictures = PictureIndexer(self._encoders.image.dimension, self._refused, model)
        stale = (*changed.products, *changed.gone_products)
        for name in ("products_text", "products_multi"):
            known = [id_ for id_ in stale if id_ in manifest.products]
            manifest.printed(name, -store.fingerprint(name, known))
            store.delete(name, changed.gone_products)
        pictures = [f"{id_}#{n}" for id_ in stale for n in range(manifest.pictures.pop(id_, 0))]
        manifest.printed(COLLECTION, -store.fingerprint(COLLECTION, pictures))
        store.delete(COLLECTION, pictures)
        states, articles = changed.states
        manifest.products.update(states)
        for id_ in changed.gone_products:
            del manifest.products[id_]
        fresh: dict[str, Document | None] = dict.fromkeys(changed.gone_products)
        for document in self._products(session, changed.products, manifest, store):
            fresh[document.id] = document.keywords
        if changed.articles or changed.gone_articles:
            passages = self._changed_articles(session, generation, store, manifest, changed)
        manifest.articles.update(articles)
        for id_ in changed.gone_articles:
            manifest.articles.pop(id_, None)
        if fresh:
            products = self._changed_words(session, generation, manifest, products, fresh)
        write_manifest(generation, manifest)
        (generation / DIRTY).unlink()
        return Built(products, passages, model, self._refused)

    def _changed_articles(
        self,
        session: Session,
        generation: Path,
        store: VectorStore,
        manifest: Manifest,
        changed: Changes,
    ) -> KeywordIndex:
        stale = (*changed.articles, *changed.gone_articles)
        english = set(manifest.english)
        for name in ("passages_text", "passages_multi"):
            old = [
                f"{id_}#{n}"
                for id_ in stale
                if name == "passages_multi" or id_ in english
                for n in range(manifest.views.get(id_, 0))
            ]
            manifest.printed(name, -store.fingerprint(name, old))
            store.delete(name, old)
        for id_ in stale:
            manifest.passages.pop(id_, None)
            manifest.views.pop(id_, None)
        manifest.english = [id_ for id_ in manifest.english if id_ in manifest.views]
        pieces = texts.article_passages(session)
        fresh = set(changed.articles)
        self._passages([piece for piece in pieces if piece.article_id in fresh], manifest, store)
        passages = passage_keywords(pieces)
        manifest.passage_keyword = _next(generation, manifest)
        passages.save(generation / manifest.passage_keyword / "passages")
        return passages

    def _changed_words(
        self,
        session: Session,
        generation: Path,
        manifest: Manifest,
        products: KeywordIndex,
        fresh: dict[str, Document | None],
    ) -> KeywordIndex:
        changes = {**products.changes, **fresh}
        if len(changes) > max(LEAST_CHANGED, CHANGED_SHARE * len(manifest.products)):
            anew = product_keywords(session)
            manifest.keyword, manifest.changes = _next(generation, manifest), ""
            anew.save(generation / manifest.keyword / "products")
            return anew
        number = int(manifest.changes.removesuffix(".json").rpartition("-")[2] or 0) + 1
        manifest.changes = f"changes-{number}.json"
        save_changes(generation / manifest.changes, changes)
        return products.changed(fresh)

    def _products(
        self, session: Session, ids: Sequence[str], manifest: Manifest, store: VectorStore
    ) -> Iterator[made.ProductDocument]:
        stage = "Indexing products"
        self._progress(stage, 0, len(ids))
        done = 0
        pieces = self._pieces(made.product_documents(session, ids))
        for (chunk, owners), vectors in encoded(pieces, self._where, self._checkpoints):
            names = [document.id for document in chunk]
            for name, rows in (
                ("products_text", vectors.texts),
                ("products_multi", vectors.multilingual),
            ):
                manifest.printed(name, store.write(name, names, rows))
            self._pictures.take(
                owners,
                vectors.pictures,
                vectors.refused,
                dict(zip(names, vectors.texts, strict=True)),
                manifest,
                store,
            )
            done += len(chunk)
            self._progress(stage, done, len(ids))
            yield from chunk

    def _pieces(
        self, documents: Iterable[made.ProductDocument]
    ) -> Iterator[tuple[tuple[list[made.ProductDocument], list[tuple[str, str]]], Piece]]:
        """Products with their pictures in chunks. Where a chunk ends depends on its own products
        (content-defined chunking), so that one new product leaves later chunks as they were."""
        chunk: list[made.ProductDocument] = []
        owners: list[tuple[str, str]] = []
        pictures: list[bytes] = []

        def piece() -> Piece:
            return Piece(
                tuple(one.text for one in chunk),
                tuple(one.multilingual for one in chunk),
                tuple(pictures),
            )

        for document in documents:
            chunk.append(document)
            for path, data in read_pictures(self._shop, document, self._refused):
                owners.append((document.id, path))
                pictures.append(data)
            mark = zlib.crc32(document.id.encode()) % (CHUNK // 4) == 0
            natural = mark and len(chunk) >= CHUNK // 2
            if natural or len(chunk) >= CHUNK or sum(map(len, pictures)) >= CHUNK_BYTES:
                yield (chunk, owners), piece()
                chunk, owners, pictures = [], [], []
        if chunk:
            yield (chunk, owners), piece()

    def _passages(
        self, pieces: Sequence[texts.Passage], manifest: Manifest, store: VectorStore
    ) -> None:
        stage = "Indexing articles"
        self._progress(stage, 0, len(pieces))
        done = 0
        for (names, english, count), vectors in encoded(
            _views(pieces, manifest), self._where, self._checkpoints
        ):
            manifest.printed(
                "passages_multi", store.write("passages_multi", names, vectors.multilingual)
            )
            if english:
                manifest.printed(
                    "passages_text", store.write("passages_text", names, vectors.texts)
                )
            done += count
            self._progress(stage, done, len(pieces))
        self._progress(stage, len(pieces), len(pieces))


def _views(
    pieces: Sequence[texts.Passage], manifest: Manifest
) -> Iterator[tuple[tuple[list[str], bool, int], Piece]]:
    """Views of passages in chunks of one language, as vector ids, language and count of passages;
    the manifest learns of each article on the way."""
    names: dict[bool, list[str]] = {True: [], False: []}
    words: dict[bool, list[str]] = {True: [], False: []}
    counts = {True: 0, False: 0}

    def flush(english: bool) -> tuple[tuple[list[str], bool, int], Piece]:
        # The other encoder reads no other language.
        piece = Piece(tuple(words[english]) if english else (), tuple(words[english]))
        label = (names[english], english, counts[english])
        names[english], words[english], counts[english] = [], [], 0
        return label, piece

    for article_id, group in groupby(pieces, key=lambda piece: piece.article_id):
        held = list(group)
        found = texts.views(held)
        english = held[0].language == "en"
        manifest.passages[article_id] = len(held)
        manifest.views[article_id] = len(found)
        if english:
            manifest.english.append(article_id)
        names[english] += [f"{article_id}#{number}" for number in range(len(found))]
        words[english] += [view.text for view in found]
        counts[english] += len(held)
        if len(names[english]) >= CHUNK:
            yield flush(english)
    for english in (True, False):
        if names[english]:
            yield flush(english)


def _next(generation: Path, manifest: Manifest) -> str:
    """A folder for a keyword index that the manifest does not name yet."""
    names = (manifest.keyword, manifest.passage_keyword)
    number = max(int(name.rpartition("-")[2]) for name in names) + 1
    while (generation / f"keyword-{number}").exists():
        number += 1
    return f"keyword-{number}"


def passage_keywords(pieces: Iterable[texts.Passage]) -> KeywordIndex:
    """Keyword index of passages, title and heading counting twice."""
    return KeywordIndex.build(
        Document(
            piece.id,
            english_words(f"{piece.title} {piece.heading}") * 2 + english_words(piece.text),
            chinese_pairs(f"{piece.title} {piece.heading}") * 2 + chinese_pairs(piece.text),
        )
        for piece in pieces
    )


def product_keywords(session: Session) -> KeywordIndex:
    """Keyword index of all products on sale, in memory only."""
    ids = sorted(made.product_states(session))
    return KeywordIndex.build(
        document.keywords for document in made.product_documents(session, ids)
    )
