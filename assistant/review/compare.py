"""Two intent models side by side on the same labelled utterances, before one replaces the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Protocol

from assistant.review.files import Labelled
from assistant.understanding.classifier import Prediction
from assistant.understanding.intents import OUT_OF_SCOPE


class Predicts(Protocol):
    """What is needed of a classifier."""

    def predict(self, texts: list[str], languages: list[str]) -> list[Prediction]:
        """The intent of each text."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """An utterance that the two models read differently."""

    row: Labelled
    old: Prediction
    new: Prediction

    @property
    def verdict(self) -> str:
        """better, worse, or neither where both are wrong."""
        if self.new.intent == self.row.label:
            return "better"
        return "worse" if self.old.intent == self.row.label else "neither"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two models make of one set of utterances."""

    rows: int
    old_right: int
    new_right: int
    old_refused: int
    """In scope, yet refused."""
    new_refused: int
    changes: tuple[Change, ...]

    @property
    def better(self) -> int:
        """Utterances that only the new model reads rightly."""
        return sum(change.verdict == "better" for change in self.changes)

    @property
    def worse(self) -> int:
        """Utterances that only the old model reads rightly."""
        return sum(change.verdict == "worse" for change in self.changes)

    @property
    def chance(self) -> float:
        """How likely so uneven a count of better and worse is where the models are equally good:
        the exact two-sided McNemar test."""
        return mcnemar(self.better, self.worse)


def mcnemar(better: int, worse: int) -> float:
    """Two-sided exact binomial probability of a split at least so uneven; 1.0 for none."""
    total = better + worse
    if total == 0:
        return 1.0
    tail = sum(comb(total, k) for k in range(min(better, worse) + 1))
    return float(min(1.0, 2.0 * tail / 2**total))


def compare(rows: Sequence[Labelled], old: Predicts, new: Predicts) -> Comparison:
    """Both models on every utterance."""
    before, after = list(_read(rows, old)), list(_read(rows, new))
    right = [
        (was.intent == row.label, now.intent == row.label)
        for row, was, now in zip(rows, before, after, strict=True)
    ]
    inside = [place for place, row in enumerate(rows) if row.label != OUT_OF_SCOPE]
    return Comparison(
        rows=len(rows),
        old_right=sum(was for was, _ in right),
        new_right=sum(now for _, now in right),
        old_refused=sum(before[place].intent == OUT_OF_SCOPE for place in inside),
        new_refused=sum(after[place].intent == OUT_OF_SCOPE for place in inside),
        changes=tuple(
            Change(row, was, now)
            for row, was, now in zip(rows, before, after, strict=True)
            if was.intent != now.intent
        ),
    )


def _read(rows: Sequence[Labelled], model: Predicts) -> Iterable[Prediction]:
    for start in range(0, len(rows), 64):
        part = rows[start : start + 64]
        yield from model.predict([row.text for row in part], [row.language for row in part])
