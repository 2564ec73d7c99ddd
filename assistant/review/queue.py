"""The queue of utterances for staff: one row an utterance, bounded, without personal data."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.understanding.intents import INTENTS
from db.models import ReviewItem

Reason = Literal["unsure", "asked", "refused", "rephrased", "chosen", "corrected"]

REASONS: Final[Mapping[str, int]] = {
    "refused": 0,
    "unsure": 1,
    "asked": 2,
    "rephrased": 3,
    "chosen": 4,
    "corrected": 5,
}
"""Why an utterance is in the queue, from the least to the most telling; the most telling stays."""

MAX_ROWS: Final = 5_000
"""Rows that staff have not labelled. Beyond it the least told and oldest go first."""

_PLACEHOLDER: Final = re.compile(
    r"\[(?:email|link|card|order|phone|postcode|address|name|date|number)\]"
)
_WORD: Final = re.compile(r"[^\W_]")


class ReviewError(Exception):
    """Something asked of the review queue cannot be done; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Note:
    """One utterance to be recorded. `text` is redacted already."""

    text: str
    language: str
    intent: str
    confidence: float
    candidates: tuple[tuple[str, float], ...]
    reason: Reason
    meant: str = ""
    """The intent that the shopper settled on, where they did."""
    again: bool = False
    """True where this tells more of an utterance that was counted already."""


def normal(text: str) -> str:
    """A text without case, punctuation and spacing: what makes two utterances the same."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    kept = "".join(char if _WORD.match(char) or char in "'[]" else " " for char in folded)
    return " ".join(kept.split())


def key_of(text: str) -> str:
    """The fingerprint that rows are told apart by."""
    return hashlib.sha256(normal(text).encode()).hexdigest()


def worth_keeping(text: str) -> bool:
    """True where something is left to be labelled: a letter or a sign beyond placeholders."""
    rest = _PLACEHOLDER.sub("", text)
    return sum(char.isalpha() for char in rest) >= 2


def record(session: Session, note: Note, today: date, *, limit: int = MAX_ROWS) -> None:
    """Add an utterance, or count it where it stands already.

    A row that staff labelled or dropped keeps what they decided; it only counts.
    """
    if not worth_keeping(note.text):
        return
    key = key_of(note.text)
    row = session.scalar(select(ReviewItem).where(ReviewItem.key == key))
    if row is None:
        new = ReviewItem(
            key=key,
            text=note.text,
            language=note.language,
            intent=note.intent,
            confidence=note.confidence,
            candidates=dict(note.candidates),
            reason=note.reason,
            meant=note.meant,
            first_seen=today,
            last_seen=today,
        )
        try:
            with session.begin_nested():
                session.add(new)
        except IntegrityError:
            # Another turn added it since; that must not cost this one its reply.
            row = session.scalar(select(ReviewItem).where(ReviewItem.key == key))
        else:
            _make_room(session, limit)
            return
    if row is None:
        return
    row.count += not note.again
    row.last_seen = today
    if note.meant:
        row.meant = note.meant
    if REASONS[note.reason] > REASONS.get(row.reason, -1):
        row.reason = note.reason
    if not note.again:
        row.intent, row.confidence = note.intent, note.confidence
        row.candidates = dict(note.candidates)
    session.flush()


def _make_room(session: Session, limit: int) -> None:
    unlabelled = ReviewItem.status != "labelled"
    over = (
        session.scalar(select(func.count()).select_from(ReviewItem).where(unlabelled)) or 0
    ) - limit
    if over <= 0:
        return
    newest = select(func.max(ReviewItem.id)).scalar_subquery()
    gone = session.scalars(
        select(ReviewItem)
        .where(unlabelled, ReviewItem.id != newest)
        .order_by(
            # What was dropped holds no text: it goes before anything that could be labelled.
            case((ReviewItem.status == "dropped", 0), else_=1),
            ReviewItem.count,
            ReviewItem.last_seen,
            ReviewItem.id,
        )
        .limit(over)
    )
    for row in gone:
        session.delete(row)
    session.flush()


def waiting(session: Session, *, language: str | None = None, reason: str | None = None) -> int:
    """How many rows wait for a label."""
    where = _open(language, reason)
    return session.scalar(select(func.count()).select_from(ReviewItem).where(*where)) or 0


def _open(language: str | None, reason: str | None) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [ReviewItem.status == "open"]
    if language:
        where.append(ReviewItem.language == language)
    if reason:
        where.append(ReviewItem.reason == reason)
    return where


def upcoming(
    session: Session,
    *,
    language: str | None = None,
    reason: str | None = None,
    leave: Sequence[int] = (),
) -> ReviewItem | None:
    """The row to label next: not put off, said most often, most telling, newest."""
    told = case(dict(REASONS), value=ReviewItem.reason, else_=0)
    asked = (
        select(ReviewItem)
        .where(*_open(language, reason), ReviewItem.id.not_in(list(leave)))
        .order_by(
            ReviewItem.skipped,
            ReviewItem.count.desc(),
            told.desc(),
            ReviewItem.last_seen.desc(),
            ReviewItem.id.desc(),
        )
        .limit(1)
    )
    return session.scalar(asked)


def set_label(session: Session, item_id: int, label: str) -> None:
    """Label a row.

    Raises:
        ReviewError: the label is no intent, or the row is gone.
    """
    if label not in INTENTS:
        raise ReviewError(f"{label!r} is no intent of this program; choose one of its labels.")
    row = _row(session, item_id)
    row.status, row.label, row.exported = "labelled", label, False


def put_off(session: Session, item_id: int) -> None:
    """Leave a row for later: the others come first from now on."""
    _row(session, item_id).skipped += 1


def drop(session: Session, item_id: int) -> None:
    """Take a row out for good: its text goes, its fingerprint stays, so that it does not return."""
    row = _row(session, item_id)
    row.status, row.label, row.text, row.meant, row.candidates = "dropped", "", "", "", {}


def restore(session: Session, item_id: int, before: Mapping[str, object]) -> None:
    """Put a row back as it was; `before` is what :func:`snapshot` gave."""
    row = _row(session, item_id)
    for name, value in before.items():
        setattr(row, name, value)


_CHANGED: Final = ("status", "label", "text", "meant", "candidates", "exported", "skipped")


def snapshot(row: ReviewItem) -> dict[str, object]:
    """Everything of a row that labelling changes."""
    return {name: getattr(row, name) for name in _CHANGED}


def _row(session: Session, item_id: int) -> ReviewItem:
    row = session.get(ReviewItem, item_id)
    if row is None:
        raise ReviewError("That utterance is no longer in the queue.")
    return row


def labelled(session: Session) -> list[ReviewItem]:
    """Every labelled row, oldest first."""
    return list(
        session.scalars(
            select(ReviewItem).where(ReviewItem.status == "labelled").order_by(ReviewItem.id)
        )
    )
