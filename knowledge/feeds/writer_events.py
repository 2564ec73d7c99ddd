"""Imported histories into SQL, and the profiles that follow from them.

A file may be imported again: each event has a key of its own and is stored once. Events of
customers or products that the shop does not have, and events of the future, are refused by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from db.events import record_orders
from db.models import Customer, Event, Product
from db.profiles import rebuild_profile
from knowledge.feeds.records import EventRecord

if TYPE_CHECKING:
    from knowledge.feeds.writer import Writer

EVENTS: Table = Event.__table__  # type: ignore[assignment]
CHUNK: Final = 500
AHEAD: Final = timedelta(minutes=5)
"""How far clocks may differ before an event counts as one of the future."""


class EventWriter:
    """The `events` of a `Writer`."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._products: dict[str, bool] = {}
        self._customers: dict[str, bool] = {}
        self._touched: set[str] = set()
        self._orders: list[str] = []

    def events(self, records: Sequence[EventRecord]) -> None:
        """Store events; the bad ones are refused by line and the others taken."""
        for start in range(0, len(records), CHUNK):
            self._events(records[start : start + CHUNK])

    def ordered(self, order_ids: Iterable[str]) -> None:
        """Orders that were written, whose lines are purchases."""
        self._orders.extend(order_ids)

    def finish(self) -> None:
        """Derive anew the profiles of those whom the import says something of."""
        if not self._touched and not self._orders:
            return
        with Session(self._writer.sql) as session:
            self._touched |= record_orders(session, self._orders)
            for customer_id in sorted(self._touched):
                rebuild_profile(session, customer_id, self._writer.now)
            session.flush()
            # The caller's transaction goes on: this ends the session and nothing else.
            session.commit()
        self._touched.clear()
        self._orders.clear()

    def _events(self, records: Sequence[EventRecord]) -> None:
        self._look_up(records)
        taken = [record for record in records if self._fits(record)]
        sql = self._writer.sql
        held = set(
            sql.scalars(
                select(EVENTS.c.source).where(EVENTS.c.source.in_([each.id for each in taken]))
            )
        )
        fresh = [record for record in taken if record.id not in held]
        self._writer.updated["event"] += len(taken) - len(fresh)
        if not fresh:
            return
        sql.execute(
            insert(EVENTS),
            [
                {
                    "customer_id": record.customer_id or None,
                    "conversation_id": _visit(record),
                    "kind": record.kind,
                    "product_id": record.product_id,
                    "detail": {"quantity": record.quantity} if record.quantity > 1 else {},
                    "gift": False,
                    "source": record.id,
                    "created_at": record.at,
                }
                for record in fresh
            ],
        )
        self._writer.added["event"] += len(fresh)
        self._touched.update(record.customer_id for record in fresh if record.customer_id)

    def _fits(self, record: EventRecord) -> bool:
        def refuse(field: str, reason: str, hint: str) -> bool:
            self._writer.refuse("event", record.line, "", field, reason, hint)
            return False

        if record.at > self._writer.now + AHEAD:
            return refuse("time", "lies in the future", "Mend the time or its zone")
        if not self._products[record.product_id]:
            return refuse(
                "product_id",
                f"{record.product_id!r} is no product of the shop",
                "Import the catalogue first, or mend the id",
            )
        if record.customer_id and not self._customers[record.customer_id]:
            return refuse("customer_id", "no such customer", "Import the customers first")
        return True

    def _look_up(self, records: Sequence[EventRecord]) -> None:
        for known, column, ids in (
            (self._products, Product.id, {record.product_id for record in records}),
            (self._customers, Customer.id, {record.customer_id for record in records}),
        ):
            new = [each for each in ids if each and each not in known]
            found = set(self._writer.sql.scalars(select(column).where(column.in_(new))))
            known.update((each, each in found) for each in new)


def _visit(record: EventRecord) -> str | None:
    """A visit is its customer's own: the same number in another's history is another visit."""
    if not record.visit:
        return None
    return f"visit:{record.customer_id}:{record.visit}"[:128]
