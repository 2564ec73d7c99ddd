"""Product search: hard limits from SQL, evidence from words, meaning and pictures, one ranking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Product
from knowledge import looks
from knowledge.encoders import Encoders, WordsForPictures
from knowledge.errors import ModelError, ProductUnknown
from knowledge.evidence import Facts, WordEvidence, facts_of
from knowledge.index import Index, Snapshot
from knowledge.index.words import english_words
from knowledge.limits import Chosen, LimitFilter, states
from knowledge.ranking import Evidence, Weights, best_of, fuse, shipped_weights
from knowledge.reading import Reading, query_kind, read
from knowledge.spelling import Speller
from knowledge.types import CatalogueFacts, Limits, ProductHit, ProductQuery, Sort
from knowledge.vocabulary import Vocabulary

SIMILAR_POOL = 200
"""Neighbours of each kind that similar products are taken from."""
KEPT_READINGS = 256
"""Queries of which the reading is kept: a turn asks for the same words several times."""


@dataclass(slots=True)
class _Ranked:
    """Candidates best first, with what speaks for each."""

    order: list[str]
    scores: dict[str, float]
    evidence: Evidence


class ProductSearch:
    """Finds products. Every hit is on sale and inside every limit, whatever the index says."""

    def __init__(
        self,
        index: Index,
        encoders: Encoders,
        vocabulary: Callable[[], Vocabulary],
        weights: Weights | None = None,
    ) -> None:
        """`vocabulary` gives the shop's words as they are now."""
        self._index = index
        self._vocabulary = vocabulary
        self._encoders = encoders
        self.weights = weights or shipped_weights()
        self._words = WordEvidence(index, encoders, self.weights)
        self._speller: tuple[tuple[int, ...], Speller] | None = None
        self._readings: dict[tuple[str, str, int, int], Reading] = {}

    # --- the way in -------------------------------------------------------------------------------

    def search(self, session: Session, query: ProductQuery) -> list[ProductHit]:
        """At most `query.limit` hits, best first.

        Raises:
            PictureRefused: `query.image` is no picture.
            ProductUnknown: `query.similar_to` is not on sale.
        """
        exclude = set(query.exclude)
        if query.similar_to is not None:
            exclude.add(query.similar_to)
        within = LimitFilter(session, query.limits, exclude)
        if query.limit <= 0 or within.impossible:
            return []
        text = query.text.strip()
        if not text and query.image is None and query.similar_to is None:
            return self._browse(within, query)
        snapshot = self._index.snapshot()
        cap = int(self.weights.candidates["all_up_to"])
        survivors = None if within.empty else within.ids(cap)
        if survivors == []:
            return []
        ranked = self._rank(session, snapshot, query, survivors)
        if query.sort != "relevance":
            return self._sorted(session, snapshot, within, query, ranked, survivors)
        hits = self._walk(within, ranked, query.limit)
        if len(hits) < query.limit and survivors is None and not within.empty:
            # The best candidates broke limits that many others keep: rank all that keep them.
            ranked = self._rank(session, snapshot, query, within.ids() or [])
            hits = self._walk(within, ranked, query.limit)
        return hits

    def by_ids(
        self, session: Session, ids: Sequence[str], limits: Limits | None = None
    ) -> list[ProductHit]:
        """These products in the order given; ids that are unknown, off sale or outside the limits
        are left out."""
        found = LimitFilter(session, limits or Limits()).eligible(list(dict.fromkeys(ids)))
        return [_hit(found[id_], 0.0, {}) for id_ in ids if id_ in found]

    def facts(self, session: Session, limits: Limits, text: str = "") -> CatalogueFacts:
        """Number and price range of products on sale within limits, and relevant to the text.

        The range is over each product's shown variant: in stock first, then cheapest.
        """
        within = LimitFilter(session, limits)
        if not text.strip():
            return CatalogueFacts(*within.prices())
        snapshot = self._index.snapshot()
        ids = within.ids() or []
        ranked = self._rank(session, snapshot, ProductQuery(text=text, limits=limits), ids)
        reading = self._reading(snapshot, text.strip(), "en")
        ids = self._relevant(session, snapshot, reading, limits, ranked, ids)
        chosen = within.eligible(ids).values()
        prices = [item.price for item in chosen]
        return CatalogueFacts(len(prices), min(prices, default=None), max(prices, default=None))

    def states(self, session: Session, categories: Sequence[str], name: str) -> bool:
        """Whether a record of any product of these kinds states an attribute, or "audience"."""
        return states(session, categories, name)

    def weights_for(self, query: ProductQuery) -> Mapping[str, float]:
        """The weights that this query's evidence is fused with."""
        weights: dict[str, float] = {}
        text = query.text.strip()
        if text:
            table: Mapping[str, float] = getattr(
                self.weights, query_kind(text, query.language, self._vocabulary())
            )
            share = 1.0 if query.image is None else self.weights.picture["words"]
            weights = {kind: weight * share for kind, weight in table.items()}
        model = self._index.snapshot().pictures
        learned = model.weights if model is not None else {}
        words = isinstance(self._encoders.image, WordsForPictures)
        if text and query.image is None and model is not None and (model.concepts or words):
            weights["look"] = self.weights.picture["seen"]
        if query.image is not None:
            weights["image"] = self.weights.picture["image"]
            if text:
                weights["look"] = learned.get("picture", self.weights.picture)["look"]
        if query.similar_to is not None:
            for kind, weight in ({**self.weights.similar, **learned.get("similar", {})}).items():
                weights[kind] = weights.get(kind, 0.0) + weight
        return weights

    def reading(self, query: ProductQuery) -> Reading | None:
        """How a query's words are read; None where it has none."""
        text = query.text.strip()
        return self._reading(self._index.snapshot(), text, query.language) if text else None

    # --- ways to answer ---------------------------------------------------------------------------

    def _browse(self, within: LimitFilter, query: ProductQuery) -> list[ProductHit]:
        hits: list[ProductHit] = []
        for chosen in within.ordered(query.sort):
            hits.append(_hit(chosen, 0.0, {}))
            if len(hits) == query.limit:
                break
        return hits

    def _walk(self, within: LimitFilter, ranked: _Ranked, limit: int) -> list[ProductHit]:
        hits: list[ProductHit] = []
        # The best few mostly suffice; where they break limits, go on in larger steps.
        start, size = 0, max(50, 2 * limit)
        while start < len(ranked.order):
            chunk = ranked.order[start : start + size]
            start, size = start + size, 500
            passed = within.eligible(chunk)
            for id_ in chunk:
                if id_ in passed:
                    hits.append(
                        _hit(passed[id_], ranked.scores.get(id_, 0.0), _of(ranked.evidence, id_))
                    )
                    if len(hits) == limit:
                        return hits
        return hits

    def _sorted(
        self,
        session: Session,
        snapshot: Snapshot,
        within: LimitFilter,
        query: ProductQuery,
        ranked: _Ranked,
        survivors: list[str] | None,
    ) -> list[ProductHit]:
        if query.text.strip():
            reading = self._reading(snapshot, query.text.strip(), query.language)
            pool = self._relevant(session, snapshot, reading, query.limits, ranked, survivors)
        else:
            # A photo or a neighbour's neighbour: the closest ones, then in the asked order.
            pool = ranked.order[: max(30, 3 * query.limit)]
        passed = within.eligible(pool)
        order = sorted(passed.values(), key=lambda c: _sort_key(c, query.sort))
        return [
            _hit(c, ranked.scores.get(c.product_id, 0.0), _of(ranked.evidence, c.product_id))
            for c in order[: query.limit]
        ]

    # --- evidence ---------------------------------------------------------------------------------

    def _rank(
        self,
        session: Session,
        snapshot: Snapshot,
        query: ProductQuery,
        survivors: list[str] | None,
    ) -> _Ranked:
        evidence: Evidence = {}
        text = query.text.strip()
        reading = self._reading(snapshot, text, query.language) if text else None
        if reading is not None:
            evidence.update(self._words.gather(snapshot, reading, survivors))
        if query.image is not None:
            self._picture(snapshot, query.image, survivors, evidence)
        if query.similar_to is not None:
            self._similar(session, snapshot, query.similar_to, survivors, evidence)
        candidates = set().union(*evidence.values())
        candidates -= query.exclude
        if survivors is None and text and query.image is None and query.similar_to is None:
            candidates = self._above_floor(candidates, evidence)
        facts = facts_of(session, candidates)
        if reading is not None:
            self._words.add_facts(evidence, reading, facts)
            _for_whom(query.limits, facts, evidence)
        if query.similar_to is not None:
            _same_category(session, query.similar_to, facts, evidence)
        if snapshot.pictures is not None and reading is not None and query.similar_to is None:
            limit = 2 * int(self.weights.candidates["meaning"])
            said = looks.said_concepts(reading.english or text, self._vocabulary())
            if query.image is not None:
                # What limits hold to is true of every candidate: beside a photo it would only
                # drown the kind of thing that is shown.
                said = [one for one in said if one.field not in _limited(query.limits)]
            shown = looks.of_words(
                self._index, snapshot, said, self._shared(text), limit, sorted(candidates)
            )
            # Words for a look put those in order that anything else found, and find none.
            if shown:
                evidence["look"] = shown
        scores = fuse(evidence, self.weights_for(query), candidates)
        order = sorted(
            candidates,
            key=lambda id_: (-round(scores[id_], 9), -facts[id_].popularity, id_),
        )
        # What a limit speaks for is never left out: it follows those that anything else speaks for.
        order += [id_ for id_ in survivors or () if id_ not in candidates]
        return _Ranked(order, scores, evidence)

    def _picture(
        self,
        snapshot: Snapshot,
        image: bytes,
        survivors: list[str] | None,
        evidence: Evidence,
    ) -> None:
        vector = self._encoders.image.encode([image])[0]
        limit = 2 * int(self.weights.candidates["meaning"])
        evidence["image"] = looks.of_photo(self._index, snapshot, vector, limit, survivors)

    def _shared(self, text: str) -> NDArray[np.float32] | None:
        """The text in the space of pictures, where the image encoder has words there."""
        encoder = self._encoders.image
        if not isinstance(encoder, WordsForPictures):
            return None
        try:
            return np.asarray(encoder.encode_words([text])[0], np.float32)
        except ModelError:
            return None

    def _similar(
        self,
        session: Session,
        snapshot: Snapshot,
        product_id: str,
        survivors: list[str] | None,
        evidence: Evidence,
    ) -> None:
        row = session.execute(
            select(Product.title, Product.category, Product.brand).where(
                Product.id == product_id, Product.active.is_(True)
            )
        ).one_or_none()
        if row is None:
            raise ProductUnknown(product_id)
        text = self._index.vectors(snapshot, "products_text", [product_id]).get(product_id)
        if text is None:
            words = f"{row.category} {row.title}"
            scores = snapshot.products.scores(words)
            evidence["text"] = best_of(
                snapshot.products.ids, snapshot.products.position, scores, SIMILAR_POOL, survivors
            )
        else:
            evidence["text"] = self._index.nearest(
                snapshot, "products_text", text, SIMILAR_POOL, survivors
            )
        limit = 2 * int(self.weights.candidates["meaning"])
        pictured = looks.of_product(self._index, snapshot, product_id, limit, survivors)
        if pictured:
            evidence["image"] = pictured
        for found in evidence.values():
            found.pop(product_id, None)

    def _above_floor(self, candidates: set[str], evidence: Evidence) -> set[str]:
        floor = self.weights.candidates["floor"]
        near = evidence.get("text") or evidence.get("multilingual") or {}
        return {
            id_
            for id_ in candidates
            if near.get(id_, 0.0) >= floor
            or any(id_ in evidence.get(kind, {}) for kind in ("keyword", "field", "pairs"))
        }

    def _reading(self, snapshot: Snapshot, text: str, language: str) -> Reading:
        """The text as it is searched with; the last few are kept."""
        vocabulary = self._vocabulary()
        key = (text, language, id(snapshot.products), id(vocabulary))
        held = self._readings.get(key)
        if held is None:
            keyword = snapshot.products
            if self._speller is None or self._speller[0] != key[2:]:

                def frequency(word: str) -> int:
                    return max(map(keyword.frequency, english_words(word, stop=False)), default=0)

                self._speller = (key[2:], Speller(vocabulary, frequency))
            held = read(text, language, vocabulary, self._speller[1], keyword)
            if len(self._readings) >= KEPT_READINGS:
                self._readings.clear()
            self._readings[key] = held
        return held

    # --- what a sort may choose from --------------------------------------------------------------

    def _relevant(
        self,
        session: Session,
        snapshot: Snapshot,
        reading: Reading,
        limits: Limits,
        ranked: _Ranked,
        survivors: list[str] | None,
    ) -> list[str]:
        """Products that a text is about, so that "cheapest laptop" is a laptop and not its sleeve.

        Those whose category the text names (or the limits hold to), of them those that match every
        other word where there are any; else those that match every word; else those that cover
        most of its weight; else those closest in meaning.
        """
        keyword = snapshot.products
        pool = keyword.ids if survivors is None else survivors
        chinese = not reading.english
        text = reading.said if chinese else reading.english
        terms = keyword.terms(text) if chinese else list(reading.terms)
        inside, used = self._named_category(session, reading, limits)
        if inside is not None:
            pool = [id_ for id_ in pool if id_ in inside]
            rest = [term for term in terms if term not in used]
            matched = self._matching(snapshot, rest, chinese, pool)
            return matched or pool
        if terms:
            matched = [] if reading.unknown else self._matching(snapshot, terms, chinese, pool)
            if matched:
                return matched
            coverage = keyword.coverage(text)
            held = {
                id_: float(coverage[keyword.position[id_]])
                for id_ in pool
                if id_ in keyword.position
            }
            best = max(held.values(), default=0.0)
            if best >= 0.5:
                return [id_ for id_, share in held.items() if share >= 0.9 * best]
        near = ranked.evidence.get("multilingual") or ranked.evidence.get("text") or {}
        best = max(near.values(), default=0.0)
        allowed = set(pool)
        return [id_ for id_ in ranked.order if near.get(id_, 0.0) >= 0.9 * best and id_ in allowed]

    def _matching(
        self, snapshot: Snapshot, terms: Sequence[str], chinese: bool, pool: Iterable[str]
    ) -> list[str]:
        keyword = snapshot.products
        if not terms:
            return list(pool)
        every = np.all(keyword.term_scores(terms, chinese=chinese) > 0, axis=0)
        matching = {keyword.ids[row] for row in np.flatnonzero(every).tolist()}
        return [id_ for id_ in pool if id_ in matching]

    def _named_category(
        self, session: Session, reading: Reading, limits: Limits
    ) -> tuple[set[str] | None, set[str]]:
        """Ids in the categories that the text names or the limits hold to, and the words for it."""
        if limits.categories:
            words = {word for name in limits.categories for word in english_words(name)}
            return set(LimitFilter(session, limits).ids() or ()), words | reading.used
        if not reading.names:
            return None, set()
        only = LimitFilter(session, Limits(categories=tuple(reading.names)))
        return set(only.ids() or ()), set(reading.used)


def _same_category(
    session: Session, product_id: str, facts: Mapping[str, Facts], evidence: Evidence
) -> None:
    """Adds "attribute" evidence to those of the product's own category; for whom a thing is, and
    where it stands in the shop, count among things of one kind."""
    like = session.execute(
        select(Product.category, Product.category_path, Product.audience).where(
            Product.id == product_id
        )
    ).one_or_none()
    if like is None or not like.category:
        return
    found = {
        id_: 0.5
        + 0.25 * (held.path == like.category_path)
        + 0.25 * (held.audience == like.audience)
        for id_, held in facts.items()
        if held.category == like.category
    }
    if found:
        evidence["attribute"] = found


def _for_whom(limits: Limits, facts: Mapping[str, Facts], evidence: Evidence) -> None:
    """Adds "whom" evidence: what is made for those named comes before what is for everybody."""
    asked = {name.casefold() for name in limits.audiences}
    found = {id_: 1.0 for id_, held in facts.items() if held.audience.casefold() in asked}
    if found and len(found) < len(facts):
        evidence["whom"] = found


def _limited(limits: Limits) -> set[str]:
    """Fields of concepts that the limits already decide."""
    held = {
        "color": limits.colors,
        "audience": limits.audiences,
        "material": limits.materials,
        "category": limits.categories,
        "path": limits.categories,
    }
    return {field for field, values in held.items() if values}


def _sort_key(chosen: Chosen, sort: Sort) -> tuple[Any, ...]:
    tail = (-chosen.popularity, chosen.product_id)
    if sort == "price_asc":
        return (chosen.price, *tail)
    if sort == "price_desc":
        return (-chosen.price, *tail)
    if sort == "rating":
        return (-(chosen.rating or 0.0), -chosen.rating_count, *tail)
    if sort == "popular":
        return tail
    return (-chosen.released, *tail)


def _of(evidence: Evidence, product_id: str) -> dict[str, float]:
    return {
        kind: round(scores[product_id], 4)
        for kind, scores in evidence.items()
        if product_id in scores
    }


def _hit(chosen: Chosen, score: float, evidence: dict[str, float]) -> ProductHit:
    return ProductHit(
        chosen.product_id,
        chosen.variant_id,
        chosen.title,
        chosen.price,
        round(score, 6),
        evidence,
    )
