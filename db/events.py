"""What shoppers did: one row an event, appended in the turn's own transaction.

The profile that follows from events is derived in `db/profiles.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import CatalogueState, Event, EventState, Order, OrderItem

KINDS: Final = (
    "view",
    "click",
    "search",
    "like",
    "dislike",
    "cart_add",
    "cart_remove",
    "purchase",
    "return",
    "preference",
)
"""Kinds that say something about taste or are counted; others may be stored beside them."""


def append_events(
    session: Session,
    rows: Iterable[Mapping[str, Any]],
    *,
    customer_id: str | None,
    conversation_id: str | None,
    now: datetime,
) -> list[Event]:
    """Store events given as {"kind", "product_id", "detail", "gift"}; the last three may be
    missing."""
    events = [
        Event(
            customer_id=customer_id,
            conversation_id=conversation_id,
            kind=row["kind"],
            product_id=row.get("product_id"),
            detail=dict(row.get("detail") or {}),
            gift=bool(row.get("gift", False)),
            created_at=now,
        )
        for row in rows
    ]
    session.add_all(events)
    session.flush()
    return events


def events_version(session: Session) -> str:
    """A random text that triggers renew when events are erased or changed, not when some are added.

    Empty where the tables were made without migrations: then nothing may be kept by it.
    """
    return session.scalar(select(EventState.version).where(EventState.id == 1)) or ""


def events_state(session: Session) -> tuple[str, str, int]:
    """(version of the events, version of the catalogue, id of the newest event), read at once.

    See `events_version` and `db.catalogue.catalogue_version`; 0 where there is no event.
    """
    row = session.connection().execute(_STATE).one()
    return row[0] or "", row[1] or "", int(row[2] or 0)


_STATE: Final = select(
    select(EventState.__table__.c.version).where(EventState.__table__.c.id == 1).scalar_subquery(),
    select(CatalogueState.__table__.c.version)
    .where(CatalogueState.__table__.c.id == 1)
    .scalar_subquery(),
    select(func.max(Event.__table__.c.id)).scalar_subquery(),
)


def record_orders(session: Session, order_ids: Iterable[str]) -> set[str]:
    """Purchases of imported orders become events, each line once however often it is imported.

    Orders that were placed here have their events already and are passed over, as are cancelled
    ones. Returns the customers whose profiles should be rebuilt.
    """
    touched: set[str] = set()
    ids = list(dict.fromkeys(order_ids))
    for start in range(0, len(ids), 500):
        batch = ids[start : start + 500]
        sources = {f"order:{order_id}" for order_id in batch}
        lines = session.execute(
            select(
                OrderItem.id,
                OrderItem.order_id,
                OrderItem.product_id,
                OrderItem.variant_id,
                OrderItem.quantity,
                Order.customer_id,
                Order.placed_at,
            )
            .join(Order, Order.id == OrderItem.order_id)
            .where(Order.id.in_(batch), Order.status != "cancelled")
            .order_by(OrderItem.id)
        ).all()
        held = {
            source.rsplit(":", 1)[0]
            for source in session.scalars(
                select(Event.source).where(Event.source.in_([f"{each}:0" for each in sources]))
            )
            if source
        }
        numbers: dict[str, int] = {}
        for _, order_id, product_id, variant_id, quantity, customer_id, placed_at in lines:
            source = f"order:{order_id}"
            number = numbers.get(order_id, 0)
            numbers[order_id] = number + 1
            if source in held:
                continue
            touched.add(customer_id)
            session.add(
                Event(
                    customer_id=customer_id,
                    conversation_id=None,
                    kind="purchase",
                    product_id=product_id,
                    detail={"variant_id": variant_id, "quantity": quantity, "order_id": order_id},
                    source=f"{source}:{number}",
                    created_at=placed_at,
                )
            )
        session.flush()
    return touched
