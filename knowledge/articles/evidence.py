"""What speaks for each passage as the answer to a question, and whether the best one answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.articles.concepts import concepts
from knowledge.articles.model import AnswerModel, Mode
from knowledge.articles.table import ASKING, PassageTable
from knowledge.index.words import words_of

Floats = NDArray[np.float64]
Likeness = Mapping[str, Floats]
"""Kind of evidence ("text_full", "multi_head", ...) -> best cosine of each passage's views."""
FLOOR = -1.0
"""Likeness of a passage that has no view of a kind."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is compared."""

    text: str
    terms: tuple[str, ...]
    concepts: frozenset[str]
    topics: Floats
    """Probability of each topic."""
    foreign: float
    """Logit that it is no shop's business."""


def question(
    text: str, table: PassageTable, model: AnswerModel,
    vectors: Mapping[str, NDArray[np.float32]], likely: tuple[str, ...] = (),
) -> Question:  # fmt: skip
    """A question made ready; `vectors` by encoder ("multi", "text"), `likely` topics of its
    intent."""
    vector = vectors.get("multi")
    terms = tuple(term for term in dict.fromkeys(words_of(text)) if term not in ASKING)
    asked = concepts(text, table.document_frequency)
    return Question(
        text,
        terms,
        asked,
        model.topic_shares(vector, likely, vectors.get("text")),
        model.foreignness(vector),
    )


def evidence(asked: Question, table: PassageTable, likeness: Likeness) -> dict[str, Floats]:
    """Name of the evidence -> value for each passage of the table."""
    anywhere, head = table.concept_scores(asked.concepts)
    return {
        **likeness,
        "words": table.bm25(asked.terms),
        "concepts": anywhere,
        "head_concepts": head,
        "topic": asked.topics @ table.membership,
        "value": table.values(asked.text),
    }


def ranked(found: Mapping[str, Floats], mode: Mode) -> Floats:
    """Weighted sum of the evidence, for each passage."""
    total = np.zeros(len(next(iter(found.values()))))
    for name, weight in mode.rank.items():
        total = total + weight * found[name]
    return total


def facts_of_best(
    asked: Question, table: PassageTable, found: Mapping[str, Floats], scores: Floats
) -> dict[str, float]:
    """What the decision whether the best passage answers is taken on."""
    best = int(np.argmax(scores))
    own = table.pieces[best].article_id
    others = [float(s) for s, p in zip(scores, table.pieces, strict=True) if p.article_id != own]
    uncovered = asked.topics[table.covered == 0]
    return {
        **{name: float(values[best]) for name, values in found.items()},
        "score": float(scores[best]),
        "margin": float(scores[best]) - max(others) if others else 1.0,
        **table.coverage(best, asked.terms, asked.concepts),
        "covered": float(asked.topics @ table.covered),
        "surest": float(asked.topics.max(initial=0.0)),
        "foreign": asked.foreign,
        "uncovered": float(uncovered.max(initial=0.0)),
    }
