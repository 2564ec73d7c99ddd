"""What stands in the queue: counts, near-duplicates and conflicts among what was labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.review.files import Labelled, of_item
from assistant.review.queue import labelled, normal
from db.models import ReviewItem

NEAR = 90.0
"""Likeness, of 100, from which two utterances count as near-duplicates."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two utterances that are almost the same."""

    one: Labelled
    other: Labelled
    likeness: float
    """Of 100."""

    @property
    def conflict(self) -> bool:
        """True where they bear different labels."""
        return self.one.label != self.other.label


@dataclass(frozen=True, slots=True)
class Report:
    """All that `aisle review --report` shows."""

    statuses: dict[str, int]
    said: int
    """How often the utterances that wait were said, all together."""
    reasons: dict[str, int]
    """Of what waits."""
    languages: dict[str, int]
    labels: dict[str, int]
    """Of what is labelled."""
    unexported: int
    among: tuple[Pair, ...]
    """Near-duplicates among labelled rows, conflicts first."""
    against: tuple[Pair, ...]
    """The same of a labelled row and an utterance of the corpus."""


def report(session: Session, corpus: Sequence[Labelled] = ()) -> Report:
    """The state of the queue; `corpus` is what the serving model was trained on."""
    waits = ReviewItem.status == "open"

    def counted(column: InstrumentedAttribute[str], *where: ColumnElement[bool]) -> dict[str, int]:
        asked = select(column, func.count()).where(*where).group_by(column)
        rows = [(name, count) for name, count in session.execute(asked)]
        return dict(sorted(rows, key=lambda row: (-row[1], row[0])))

    items = labelled(session)
    rows = [of_item(item) for item in items]
    return Report(
        statuses=counted(ReviewItem.status),
        said=int(session.scalar(select(func.sum(ReviewItem.count)).where(waits)) or 0),
        reasons=counted(ReviewItem.reason, waits),
        languages=counted(ReviewItem.language, waits),
        labels=dict(Counter(item.label for item in items).most_common()),
        unexported=sum(not item.exported for item in items),
        among=_pairs_among(rows),
        against=near(rows, corpus),
    )


def near(rows: Sequence[Labelled], others: Sequence[Labelled]) -> tuple[Pair, ...]:
    """Each row's likest other utterance where it is a near-duplicate, conflicts first; of two
    equally like ones the one with another label."""
    if not others:
        return ()
    texts = [normal(other.text) for other in others]
    found = []
    for row in rows:
        hits = process.extract(
            normal(row.text), texts, scorer=fuzz.ratio, score_cutoff=NEAR, limit=5
        )
        pairs = [Pair(row, others[place], round(score, 1)) for _, score, place in hits]
        if pairs:
            found.append(max(pairs, key=lambda pair: (pair.likeness, pair.conflict)))
    return _in_order(found)


def _pairs_among(rows: Sequence[Labelled]) -> tuple[Pair, ...]:
    texts = [normal(row.text) for row in rows]
    found = []
    for place, text in enumerate(texts):
        hits = process.extract(
            text, texts[place + 1 :], scorer=fuzz.ratio, score_cutoff=NEAR, limit=None
        )
        found += [Pair(rows[place], rows[place + 1 + at], round(score, 1)) for _, score, at in hits]
    return _in_order(found)


def _in_order(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=lambda pair: (not pair.conflict, -pair.likeness)))
