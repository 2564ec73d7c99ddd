"""Customers and orders into SQL; the part of the writer that holds personal data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, insert, select

from db.models import (
    Address,
    Customer,
    Fulfilment,
    Order,
    OrderEvent,
    OrderItem,
    Payment,
    PaymentMethod,
)
from knowledge.feeds.records import CustomerRecord, OrderEventRecord, OrderRecord

if TYPE_CHECKING:
    from knowledge.feeds.writer import Writer

CUSTOMERS: Table = Customer.__table__  # type: ignore[assignment]
ADDRESSES: Table = Address.__table__  # type: ignore[assignment]
METHODS: Table = PaymentMethod.__table__  # type: ignore[assignment]
ORDERS: Table = Order.__table__  # type: ignore[assignment]
ITEMS: Table = OrderItem.__table__  # type: ignore[assignment]
PAYMENTS: Table = Payment.__table__  # type: ignore[assignment]
PARCELS: Table = Fulfilment.__table__  # type: ignore[assignment]
EVENTS: Table = OrderEvent.__table__  # type: ignore[assignment]
STATUS_EVENTS = {
    "shipped": "shipped",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "return_requested": "return_requested",
    "exchange_requested": "exchange_requested",
    "returned": "refunded",
}
"""Status of an order -> the event that brought it there, for feeds without a history."""


def _pieces(items: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


class PeopleWriter:
    """The `customers` and `orders` of a `Writer`."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def customers(self, records: Sequence[CustomerRecord]) -> None:
        """See `Writer.customers`."""
        for some in _pieces(records):
            self._customers(some)

    def _customers(self, records: Sequence[CustomerRecord]) -> None:
        writer, sql = self._writer, self._writer.sql
        old = writer.existing(CUSTOMERS, [r.id for r in records], "erased_at", "created_at")
        emails = [r.email for r in records if r.email]
        owner_of: dict[str, str] = {
            row.email: row.id
            for row in sql.execute(
                select(CUSTOMERS.c.email, CUSTOMERS.c.id).where(CUSTOMERS.c.email.in_(emails))
            )
        }
        payer_of = {
            id_: row.customer_id
            for id_, row in writer.existing(
                METHODS, [m.id for r in records for m in r.payment_methods], "customer_id"
            ).items()
        }
        taken: list[CustomerRecord] = []
        for record in records:
            if record.id in old and old[record.id].erased_at is not None:
                writer.refuse(
                    "customer",
                    record.line,
                    record.id,
                    "id",
                    "this customer asked to be forgotten",
                    "Remove the row from the feed",
                )
                continue
            if record.email and owner_of.get(record.email, record.id) != record.id:
                writer.refuse(
                    "customer",
                    record.line,
                    record.id,
                    "email",
                    f"the e-mail address belongs to customer {owner_of[record.email]}",
                    "Give every customer an address of their own",
                )
                continue
            stranger = next(
                (m for m in record.payment_methods if payer_of.get(m.id, record.id) != record.id),
                None,
            )
            if stranger:
                writer.refuse(
                    "customer",
                    record.line,
                    record.id,
                    "payment_methods",
                    f"payment method {stranger.id} belongs to customer {payer_of[stranger.id]}",
                    "Give every payment method an id of its own",
                )
                continue
            if record.email:
                owner_of[record.email] = record.id
            payer_of.update((m.id, record.id) for m in record.payment_methods)
            taken.append(record)
        if not taken:
            return
        rows = [
            {
                "id": r.id,
                "email": r.email,
                "first_name": r.first_name,
                "last_name": r.last_name,
                "language": r.language,
                "newsletter": r.newsletter,
                "tier": r.tier,
                "created_at": (
                    r.created_at or (old[r.id].created_at if r.id in old else writer.now)
                ),
            }
            for r in taken
        ]
        writer.upsert(CUSTOMERS, rows, old)
        ids = [r.id for r in taken]
        sql.execute(delete(ADDRESSES).where(ADDRESSES.c.customer_id.in_(ids)))
        sql.execute(delete(METHODS).where(METHODS.c.customer_id.in_(ids)))
        addresses = [
            {
                "customer_id": r.id,
                "line1": a.line1,
                "line2": a.line2,
                "city": a.city,
                "state": a.state,
                "postcode": a.postcode,
                "country": a.country,
                "is_default": a.is_default,
            }
            for r in taken
            for a in r.addresses
        ]
        methods = [
            {
                "id": m.id,
                "customer_id": r.id,
                "kind": m.kind,
                "label": m.label,
                "balance": m.balance,
                "is_default": m.is_default,
            }
            for r in taken
            for m in r.payment_methods
        ]
        if addresses:
            sql.execute(insert(ADDRESSES), addresses)
        if methods:
            sql.execute(insert(METHODS), methods)
        known = sum(id_ in old for id_ in ids)
        writer.added["customer"] += len(ids) - known
        writer.updated["customer"] += known

    def orders(self, records: Sequence[OrderRecord]) -> None:
        """See `Writer.orders`."""
        for some in _pieces(records):
            self._orders(some)

    def _orders(self, records: Sequence[OrderRecord]) -> None:
        writer, sql = self._writer, self._writer.sql
        ids = [r.id for r in records]
        old = writer.existing(ORDERS, ids, "placed_at")
        buyers = writer.existing(CUSTOMERS, {r.customer_id for r in records}, "erased_at")
        changed_here = set(
            sql.scalars(
                select(EVENTS.c.order_id)
                .where(EVENTS.c.order_id.in_(ids), EVENTS.c.turn_id.is_not(None))
                .distinct()
            )
        )
        taken: list[OrderRecord] = []
        for record in records:
            buyer = buyers.get(record.customer_id)
            if buyer is None or buyer.erased_at is not None:
                reason = (
                    f"no customer {record.customer_id!r} in the shop"
                    if buyer is None
                    else "this customer asked to be forgotten"
                )
                hint = "Import the customers first" if buyer is None else "Remove it from the feed"
                writer.refuse("order", record.line, record.id, "customer_id", reason, hint)
            elif record.id in changed_here:
                writer.kept["order"] += 1
            else:
                taken.append(record)
        if not taken:
            return
        placed = {
            r.id: r.placed_at or (old[r.id].placed_at if r.id in old else writer.now) for r in taken
        }
        rows = [
            {
                "id": r.id,
                "customer_id": r.customer_id,
                "status": r.status,
                "currency": r.currency,
                "total": r.total,
                "shipping": r.shipping,
                "discount": r.discount,
                "ship_to": dict(r.ship_to),
                "placed_at": placed[r.id],
                "delivered_at": r.delivered_at,
                "expected_at": r.expected_at,
                "cancel_reason": r.cancel_reason,
            }
            for r in taken
        ]
        writer.upsert(ORDERS, rows, old)
        again = [r.id for r in taken if r.id in old]
        for table in (ITEMS, PAYMENTS, PARCELS, EVENTS):
            if again:
                sql.execute(delete(table).where(table.c.order_id.in_(again)))
        for table, parts in (
            (ITEMS, [row for r in taken for row in _items(r)]),
            (PAYMENTS, [row for r in taken for row in _payments(r, placed[r.id])]),
            (PARCELS, [row for r in taken for row in _parcels(r)]),
            (EVENTS, [row for r in taken for row in _events(r, placed[r.id])]),
        ):
            if parts:
                sql.execute(insert(table), parts)
        writer.added["order"] += len(taken) - len(again)
        writer.updated["order"] += len(again)


def _items(order: OrderRecord) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order.id,
            "product_id": item.product_id,
            "variant_id": item.variant_id,
            "title": item.title,
            "options": dict(item.options),
            "quantity": item.quantity,
            "price": item.price,
            "status": item.status,
        }
        for item in order.items
    ]


def _payments(order: OrderRecord, placed_at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order.id,
            "kind": payment.kind,
            "amount": payment.amount,
            "payment_method_id": payment.payment_method_id,
            "status": payment.status,
            "created_at": payment.created_at or placed_at,
        }
        for payment in order.payments
    ]


def _parcels(order: OrderRecord) -> list[dict[str, Any]]:
    return [
        {
            "order_id": order.id,
            "tracking_ids": list(parcel.tracking_ids),
            "variant_ids": list(parcel.variant_ids),
            "carrier": parcel.carrier,
            "shipped_at": parcel.shipped_at,
        }
        for parcel in order.fulfilments
    ]


def _events(order: OrderRecord, placed_at: datetime) -> list[dict[str, Any]]:
    history = order.history
    if not history:
        known = order.placed_at is not None
        detail: dict[str, object] = {} if known else {"date_known": False}
        history = (OrderEventRecord("placed", placed_at, detail),)
        last = STATUS_EVENTS.get(order.status)
        if last:
            when = order.delivered_at if last == "delivered" else None
            history += (
                OrderEventRecord(last, when or placed_at, {} if when else {"date_known": False}),
            )
    return [
        {
            "order_id": order.id,
            "kind": event.kind,
            "detail": dict(event.detail),
            "turn_id": None,
            "created_at": event.created_at,
        }
        for event in history
    ]
