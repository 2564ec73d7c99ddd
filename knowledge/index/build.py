"""Filling a generation of the index from SQL: whole and aside, or change by change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge.encoders import Encoders
from knowledge.index import documents as made
from knowledge.index import passages as texts
from knowledge.index.generation import DIRTY, PICTURES, Manifest, encoder_versions, write_manifest
from knowledge.index.keyword import Document, KeywordIndex
from knowledge.index.pictures import PictureIndexer
from knowledge.index.progress import Progress
from knowledge.index.vectors import VectorStore
from knowledge.index.words import chinese_pairs, english_words
from knowledge.pictures import PictureModel

CHUNK = 256
"""Products encoded and written at a time; progress is told after each."""


@dataclass(slots=True)
class Built:
    """What a build gives: keyword indexes, the picture model, the pictures it had to leave out."""

    products: KeywordIndex
    passages: KeywordIndex
    pictures: PictureModel
    refused: list[str] = field(default_factory=list)
    """One line each: path and reason."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between SQL and a generation."""

    products: tuple[str, ...]
    """Added or changed, in id order."""
    gone_products: tuple[str, ...]
    articles: tuple[str, ...]
    gone_articles: tuple[str, ...]

    @property
    def any(self) -> bool:
        """True where there is anything to do."""
        return bool(self.products or self.gone_products or self.articles or self.gone_articles)


def changes(
    session: Session, manifest: Manifest, named: Iterable[tuple[str, str]]
) -> tuple[Changes, dict[str, str], dict[str, str]]:
    """Compare the records with what was indexed.

    Args:
        session: reads the records.
        manifest: what was indexed.
        named: (kind, record id) of outbox rows: taken as changed even where the state is the same.

    Returns:
        The changes, and the states of products and of articles as they are now.
    """
    products, articles = made.product_states(session), made.article_states(session)
    forced = set(named)
    return (
        Changes(
            tuple(
                sorted(
                    id_
                    for id_, state in products.items()
                    if manifest.products.get(id_) != state or ("product", id_) in forced
                )
            ),
            tuple(sorted(set(manifest.products) - set(products))),
            tuple(
                sorted(
                    id_
                    for id_, state in articles.items()
                    if manifest.articles.get(id_) != state or ("article", id_) in forced
                )
            ),
            tuple(sorted(set(manifest.articles) - set(articles))),
        ),
        products,
        articles,
    )


class Builder:
    """Writes one generation."""

    def __init__(self, shop: Path, encoders: Encoders, progress: Progress) -> None:
        """`shop` is the folder that picture paths are relative to."""
        self._shop = shop
        self._encoders = encoders
        self._progress = progress
        self._refused: list[str] = []
        self._pictures = PictureIndexer(shop, encoders.image, self._refused)

    def build(
        self, session: Session, generation: Path, store: VectorStore
    ) -> tuple[Manifest, Built]:
        """Fill an empty generation with everything; the manifest is written last."""
        manifest = Manifest(encoders=encoder_versions(self._encoders))
        manifest.products = made.product_states(session)
        manifest.articles = made.article_states(session)
        kept = [
            document.keywords
            for document in self._products(session, sorted(manifest.products), manifest, store)
        ]
        pieces = texts.article_passages(session)
        self._passages(pieces, manifest, store)
        model = self._pictures.finish(session, generation, store)
        built = self._keyword(generation / manifest.keyword, kept, pieces, model)
        write_manifest(generation, manifest)
        return manifest, built

    def apply(
        self,
        session: Session,
        generation: Path,
        store: VectorStore,
        manifest: Manifest,
        changed: Changes,
        states: tuple[dict[str, str], dict[str, str]],
    ) -> Built:
        """Bring a generation up to date in place; marked dirty until its manifest says so."""
        (generation / DIRTY).touch()
        model = PictureModel.load(generation / PICTURES)
        self._pictures = PictureIndexer(self._shop, self._encoders.image, self._refused, model)
        stale = (*changed.products, *changed.gone_products)
        for name in ("products_text", "products_multi"):
            store.delete(name, changed.gone_products)
        store.delete(
            "products_image",
            [f"{id_}#{n}" for id_ in stale for n in range(manifest.pictures.pop(id_, 0))],
        )
        manifest.products, manifest.articles = states
        for _ in self._products(session, changed.products, manifest, store):
            pass
        old = [
            f"{id_}#{n}"
            for id_ in (*changed.articles, *changed.gone_articles)
            for n in range(manifest.views.pop(id_, 0))
        ]
        for id_ in (*changed.articles, *changed.gone_articles):
            manifest.passages.pop(id_, None)
        manifest.english = [id_ for id_ in manifest.english if id_ in manifest.views]
        for name in ("passages_text", "passages_multi"):
            store.delete(name, old)
        pieces = texts.article_passages(session)
        fresh = set(changed.articles)
        self._passages([piece for piece in pieces if piece.article_id in fresh], manifest, store)
        number = int(manifest.keyword.rsplit("-", 1)[1]) + 1
        manifest.keyword = f"keyword-{number}"
        kept = [
            document.keywords
            for document in made.product_documents(session, sorted(manifest.products))
        ]
        built = self._keyword(generation / manifest.keyword, kept, pieces, model)
        write_manifest(generation, manifest)
        (generation / DIRTY).unlink()
        return built

    def _products(
        self, session: Session, ids: Sequence[str], manifest: Manifest, store: VectorStore
    ) -> Iterator[made.ProductDocument]:
        stage = "Indexing products"
        self._progress(stage, 0, len(ids))
        done = 0
        for chunk in _chunks(made.product_documents(session, ids)):
            names = [document.id for document in chunk]
            texts = self._encoders.text.encode([d.text for d in chunk])
            store.write("products_text", names, texts)
            store.write(
                "products_multi",
                names,
                self._encoders.multilingual.encode([d.multilingual for d in chunk]),
            )
            self._pictures.take(chunk, texts, manifest, store)
            done += len(chunk)
            self._progress(stage, done, len(ids))
            yield from chunk

    def _passages(
        self, pieces: Sequence[texts.Passage], manifest: Manifest, store: VectorStore
    ) -> None:
        stage = "Indexing articles"
        self._progress(stage, 0, len(pieces))
        names: dict[bool, list[str]] = {True: [], False: []}
        words: dict[bool, list[str]] = {True: [], False: []}
        done = 0

        def flush(english: bool) -> None:
            if names[english]:
                multi = self._encoders.multilingual.encode(words[english])
                store.write("passages_multi", names[english], multi)
                if english:
                    # The other encoder reads no other language.
                    vectors = self._encoders.text.encode(words[english])
                    store.write("passages_text", names[english], vectors)
            names[english], words[english] = [], []

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
            done += len(held)
            if len(names[english]) >= CHUNK:
                flush(english)
                self._progress(stage, done, len(pieces))
        flush(True)
        flush(False)
        self._progress(stage, len(pieces), len(pieces))

    def _keyword(
        self,
        folder: Path,
        kept: Sequence[Document],
        pieces: Sequence[texts.Passage],
        pictures: PictureModel,
    ) -> Built:
        self._progress("Indexing words", 0, 1)
        products = KeywordIndex.build(kept)
        passages = passage_keywords(pieces)
        products.save(folder / "products")
        passages.save(folder / "passages")
        self._progress("Indexing words", 1, 1)
        return Built(products, passages, pictures, self._refused)


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


def _chunks(documents: Iterable[made.ProductDocument]) -> Iterator[list[made.ProductDocument]]:
    held: list[made.ProductDocument] = []
    for document in documents:
        held.append(document)
        if len(held) == CHUNK:
            yield held
            held = []
    if held:
        yield held
