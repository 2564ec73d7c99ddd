"""Questions that neither articles nor past tickets answered, collected for staff without personal
data: as often as they were asked, and by the day only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.review.names import known_names
from assistant.review.queue import key_of, worth_keeping
from assistant.review.redact import redact
from assistant.understanding.types import Understanding
from db.models import OpenQuestion

MAX_ROWS = 5_000
"""Distinct questions kept; once full, only known ones are counted on."""


def collect(
    session: Session,
    heard: Understanding,
    today: date,
    customer_id: str | None = None,
    is_word: Callable[[str], bool] = lambda _word: False,
) -> None:
    """Add a question, or count it where it stands already."""
    names = known_names(session, heard.written, customer_id)
    text = redact(heard.written, names, heard.slots.spans, is_word)
    if not worth_keeping(text):
        return
    key = key_of(text)
    row = session.scalar(select(OpenQuestion).where(OpenQuestion.key == key))
    if row is not None:
        row.count += 1
        row.last_seen = today
        row.status = "open"
        return
    if (session.scalar(select(func.count()).select_from(OpenQuestion)) or 0) >= MAX_ROWS:
        return
    session.add(
        OpenQuestion(
            key=key,
            text=text,
            language=heard.language,
            intent=heard.intent,
            count=1,
            first_seen=today,
            last_seen=today,
            status="open",
        )
    )


def waiting(session: Session, language: str | None = None) -> list[OpenQuestion]:
    """Open questions, the most asked first."""
    query = select(OpenQuestion).where(OpenQuestion.status == "open")
    if language is not None:
        query = query.where(OpenQuestion.language == language)
    return list(session.scalars(query.order_by(OpenQuestion.count.desc(), OpenQuestion.id)))


def answered(session: Session, question_id: int) -> bool:
    """Take a question off the list, as once an article answers it; False where there is none."""
    row = session.get(OpenQuestion, question_id)
    if row is None:
        return False
    row.status = "answered"
    return True
