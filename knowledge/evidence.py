"""What the words of a query say for each product: by keyword, field, meaning, kind and brand."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Product
from knowledge.encoders import Encoders
from knowledge.errors import ModelError
from knowledge.index import Index, Snapshot
from knowledge.index.words import STOP, chinese_pairs, english_words
from knowledge.naming import named_score
from knowledge.ranking import Evidence, Weights, best_of
from knowledge.reading import Reading

NEIGHBOURS = 30
"""Nearest products whose categories say which kind of thing a query is after."""
TEMPERATURE = 0.05
"""Cosine by which a neighbour must be nearer to count e times as much."""

_WORD = re.compile(r"[a-z0-9]+")


class Facts(NamedTuple):
    """What of a candidate's record is evidence."""

    title: str
    category: str
    path: str
    brand: str
    audience: str
    popularity: float


def facts_of(session: Session, ids: Collection[str]) -> dict[str, Facts]:
    """The facts of these products."""
    found: dict[str, Facts] = {}
    columns = (
        Product.title,
        Product.category,
        Product.category_path,
        Product.brand,
        Product.audience,
    )
    order = sorted(ids)
    for start in range(0, len(order), 1000):
        rows: Iterable[Any] = session.execute(
            select(Product.id, *columns, Product.popularity).where(
                Product.id.in_(order[start : start + 1000])
            )
        )
        found.update((row[0], Facts(*row[1:])) for row in rows)
    return found


class WordEvidence:
    """Gathers evidence for the words of a query."""

    def __init__(self, index: Index, encoders: Encoders, weights: Weights) -> None:
        self._index = index
        self._encoders = encoders
        self._limits = weights.candidates

    def gather(self, snapshot: Snapshot, reading: Reading, survivors: list[str] | None) -> Evidence:
        """Evidence that brings candidates up: by keyword, by field, by meaning."""
        evidence: Evidence = {}
        keyword = snapshot.products
        limit = int(self._limits["keyword"])

        def best(scores: NDArray[np.float32]) -> dict[str, float]:
            return best_of(keyword.ids, keyword.position, scores, limit, survivors)

        found: dict[str, NDArray[np.float32]] = {}
        if reading.english:
            ways = _ways(reading)
            found["keyword"] = np.maximum.reduce([keyword.sums(w, chinese=False) for w in ways])
            found["field"] = np.maximum.reduce([keyword.field_scores(w) for w in ways])
        if reading.chinese:
            said = list(dict.fromkeys(chinese_pairs(reading.chinese)))
            found["pairs"] = keyword.sums(said, chinese=True)
        top = {kind: best(scores) for kind, scores in found.items()}
        brought = set().union(*top.values())
        for kind, scores in found.items():
            # One kind's candidate has its score of every kind.
            rows = {id_: float(scores[keyword.position[id_]]) for id_ in brought}
            evidence[kind] = {id_: score for id_, score in rows.items() if score > 0}
        if snapshot.vectors is not None:
            if reading.english and reading.kind != "other":
                evidence["text"] = self._meaning(
                    snapshot, "text", reading.english, survivors, brought
                )
            if reading.kind not in ("english", "translated"):
                evidence["multilingual"] = self._meaning(
                    snapshot, "multilingual", reading.said, survivors, brought
                )
        return evidence

    def _meaning(
        self,
        snapshot: Snapshot,
        kind: str,
        text: str,
        survivors: list[str] | None,
        brought: Collection[str],
    ) -> dict[str, float]:
        """Similarity of the nearest products, and of all that keyword search brought up."""
        encoder = self._encoders.text if kind == "text" else self._encoders.multilingual
        collection = "products_text" if kind == "text" else "products_multi"
        try:
            vector = encoder.encode([text])[0]
        except ModelError:
            return {}
        limit = int(self._limits["meaning"])
        if survivors is None or len(survivors) <= self._limits["all_up_to"]:
            near = self._index.nearest(snapshot, collection, vector, limit, survivors)
        else:
            # So many ids cost more to hand over than they keep out.
            wide = self._index.nearest(snapshot, collection, vector, 5 * limit)
            allowed = set(survivors)
            near = {id_: likeness for id_, likeness in wide.items() if id_ in allowed}
        missing = [id_ for id_ in brought if id_ not in near]
        if near and missing:
            # Reading their vectors costs a third of a search that is told to look at these only.
            held = self._index.vectors(snapshot, collection, missing)
            length = float(np.linalg.norm(vector)) or 1.0
            for id_, own in held.items():
                norm = float(np.linalg.norm(own)) or 1.0
                near[id_] = float(own @ vector) / (length * norm)
        return near

    def add_facts(self, evidence: Evidence, reading: Reading, facts: Mapping[str, Facts]) -> None:
        """Evidence from the candidates' records: kind of thing, named category, brand, phrase."""
        near = evidence.get("text") or evidence.get("multilingual") or {}
        kinds = kind_shares(near, facts)
        stems = set(english_words(reading.english or reading.said))
        phrase = _phrases(reading.english)
        named: dict[tuple[str, str], float] = {}
        brands: dict[str, bool] = {}
        added: Evidence = {"kind": {}, "named": {}, "only": {}, "brand": {}, "phrase": {}}
        for id_, held in facts.items():
            if share := kinds.get(held.category, 0.0):
                added["kind"][id_] = share
            key = (held.category, held.path)
            if key not in named:
                named[key] = named_score(held.category, held.path, reading.names)
            if named[key]:
                added["named"][id_] = named[key]
                if len(reading.names) == 1:
                    added["only"][id_] = named[key]
            if held.brand not in brands:
                words = set(english_words(held.brand))
                brands[held.brand] = bool(words) and words <= stems
            if brands[held.brand]:
                added["brand"][id_] = 1.0
            if phrase and (part := _phrase_share(phrase, held.title)):
                added["phrase"][id_] = part
        evidence.update({kind: scores for kind, scores in added.items() if scores})


def _ways(reading: Reading) -> list[Sequence[str]]:
    """Terms to search with: those said, and those with the shop's own name where they name a
    category otherwise. "laptop" then finds what the shop files under "Notebook" and never calls a
    laptop."""
    ways: list[Sequence[str]] = [reading.searched]
    if len(reading.names) == 1:
        said, own = english_words(reading.english), english_words(*reading.names)
        if not set(own) & set(said):
            rest = [word for word in said if word not in reading.used]
            ways.append(list(dict.fromkeys(rest + own)))
    return ways


def kind_shares(near: Mapping[str, float], facts: Mapping[str, Facts]) -> dict[str, float]:
    """Category -> its share among the nearest products, nearer ones counting more.

    Pseudo relevance feedback (Rocchio 1971) on categories: what most neighbours of a query are is
    what it is after. Products without a category count for none.
    """
    best = sorted((-score, id_) for id_, score in near.items() if id_ in facts)[:NEIGHBOURS]
    shares: dict[str, float] = {}
    for score, id_ in best:
        weight = math.exp((best[0][0] - score) / TEMPERATURE)
        category = facts[id_].category
        shares[category] = shares.get(category, 0.0) + weight
    total = sum(shares.values())
    return {category: share / total for category, share in shares.items() if category}


def _phrases(english: str) -> list[re.Pattern[str]]:
    """A pattern for each pair of neighbouring words, in whatever number they stand."""
    said = [word for word in _WORD.findall(english.lower()) if word not in STOP]
    stems = [english_words(word)[0].removesuffix("i") for word in said if english_words(word)]
    return [
        re.compile(rf"\b{re.escape(one)}\w*\W+{re.escape(other)}") for one, other in pairwise(stems)
    ]


def _phrase_share(phrase: list[re.Pattern[str]], title: str) -> float:
    low = title.lower()
    return sum(pattern.search(low) is not None for pattern in phrase) / len(phrase)
