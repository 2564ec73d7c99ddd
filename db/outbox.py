"""The outbox: changes of products and articles that the index has yet to take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Literal, TypeVar

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from db.models import Outbox

Kind = Literal["product", "article"]
Action = Literal["upsert", "delete"]
BATCH = 500
T = TypeVar("T")


def put(
    session: Session, kind: Kind, record_ids: Iterable[str], action: Action, now: datetime
) -> None:
    """Note changed records. A note replaces an older one of the same record, under a new id: an
    index that was working on the older one acknowledges that one only and meets the record again.
    """
    # New notes come before the old ones go: SQLite gives the highest id out again once it is free.
    last = session.scalar(select(func.max(Outbox.id))) or 0
    for some in _batches(dict.fromkeys(record_ids)):
        session.execute(
            insert(Outbox),
            [
                {"kind": kind, "record_id": record, "action": action, "created_at": now}
                for record in some
            ],
        )
        session.execute(
            delete(Outbox).where(Outbox.kind == kind, Outbox.record_id.in_(some), Outbox.id <= last)
        )


def take(session: Session, limit: int = 1000) -> list[Outbox]:
    """The oldest notes, in order; they stay until acknowledged."""
    return list(session.scalars(select(Outbox).order_by(Outbox.id).limit(limit)))


def ack(session: Session, ids: Iterable[int]) -> None:
    """Remove notes that the index holds by now."""
    for some in _batches(ids):
        session.execute(delete(Outbox).where(Outbox.id.in_(some)))


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, BATCH)):
        yield some
