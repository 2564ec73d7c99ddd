"""The passages of one language as search compares them: words, concepts, and what is rare."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.concepts import concepts, lexicon
from knowledge.articles.leading import asks_for, values_in
from knowledge.index.passages import Passage, View
from knowledge.index.words import english_words, words_of

ASKING = frozenset(
    english_words(
        "how what when where who why much many long will would should was were not no if but so "
        "up out me us am to did done been being he she they them their by into about after before "
        "over under again still already just really also then than very too ok please hi hello",
        stop=False,
    )
)
"""Stems of words of asking, which no passage needs to have."""
K1, B = 1.2, 0.6
Floats = NDArray[np.float64]


class PassageTable:
    """Passages with their words and concepts counted."""

    def __init__(
        self,
        pieces: Sequence[Passage],
        views: Mapping[str, Sequence[View]],
        topics: Sequence[str],
    ) -> None:
        """`views` by article id, as they were encoded; `topics` as the model numbers them."""
        self.pieces = list(pieces)
        self.views = views
        self._heads = [concepts(f"{piece.title} . {piece.heading}") for piece in pieces]
        self._bodies = [
            head | concepts(piece.text) for head, piece in zip(self._heads, pieces, strict=True)
        ]
        self._words = [Counter(words_of(p.text)) for p in pieces]
        for counted, piece in zip(self._words, pieces, strict=True):
            for word in words_of(f"{piece.title} {piece.heading}"):
                counted[word] += 2
        self._values = np.array([values_in(p.text) for p in pieces], dtype=np.float64)
        self._lengths = np.array([sum(c.values()) for c in self._words], dtype=np.float64)
        self.document_frequency = Counter(word for counted in self._words for word in counted)
        self._spread = Counter(concept for found in self._bodies for concept in found)
        self.membership = np.array(
            [[self._member(topic, row) for row in range(len(pieces))] for topic in topics]
        ).reshape(len(topics), len(pieces))
        """[topics, passages]: 1 where a head names the topic, one half where a body does."""
        self.covered: Floats = self.membership.max(axis=1, initial=0.0)
        """[topics]: how far any passage has it."""

    def _member(self, topic: str, row: int) -> float:
        names = lexicon().parts.get(topic, (topic,))
        return min(
            1.0 if n in self._heads[row] else 0.5 if n in self._bodies[row] else 0.0 for n in names
        )

    def rarity(self, frequency: int) -> float:
        """Inverse document frequency of what stands in so many passages."""
        return math.log1p((len(self.pieces) - frequency + 0.5) / (frequency + 0.5))

    def bm25(self, terms: Sequence[str]) -> Floats:
        """BM25 of every passage, scaled so that the best has 1."""
        scores = np.zeros(len(self.pieces))
        norm = K1 * (1 - B + B * self._lengths / max(1.0, float(self._lengths.mean())))
        for term in terms:
            many = self.document_frequency.get(term, 0)
            if many:
                count = np.array([counted[term] for counted in self._words], dtype=np.float64)
                scores += self.rarity(many) * count * (K1 + 1) / (count + norm)
        return np.asarray(scores / (scores.max(initial=0.0) + 1e-9))

    def concept_scores(self, asked: Collection[str]) -> tuple[Floats, Floats]:
        """Share of the question's concepts, rare ones counting more, that each passage has
        anywhere, and that its title or heading names."""
        weight = {concept: self.rarity(self._spread.get(concept, 0)) for concept in asked}
        total = sum(weight.values()) + 1.0

        def share(held: Sequence[frozenset[str]]) -> Floats:
            return np.array(
                [sum(weight[c] for c in weight if c in found) / total for found in held],
                dtype=np.float64,
            ).reshape(len(held))

        return share(self._bodies), share(self._heads)

    def values(self, question: str) -> Floats:
        """Share of the kinds of value that a question is after, such as a sum, that each passage
        holds."""
        kinds = list(asks_for(question))
        if not kinds or not self.pieces:
            return np.zeros(len(self.pieces))
        return np.asarray(self._values[:, kinds].mean(axis=1))

    def coverage(self, row: int, terms: Sequence[str], asked: Collection[str]) -> dict[str, float]:
        """How much of a question one passage has, and how much of it any passage has.

        `cov` and `known` are shares of its words, `cc` of its concepts; `has` tells that it has
        concepts at all, `miss` that no passage has one of them.
        """
        weight = {t: self.rarity(self.document_frequency.get(t, 0)) for t in terms}
        total = sum(weight.values()) + 1e-9
        rare = {c: self.rarity(self._spread.get(c, 0)) for c in asked}
        return {
            "cov": sum(w for t, w in weight.items() if t in self._words[row]) / total,
            "known": sum(w for t, w in weight.items() if self.document_frequency.get(t)) / total,
            "cc": sum(w for c, w in rare.items() if c in self._bodies[row])
            / (sum(rare.values()) + 1e-9),
            "has": float(bool(asked)),
            "miss": float(any(not self._spread.get(c) for c in asked)),
        }
