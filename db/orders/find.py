"""Finding a customer's orders, and what every operation on one checks first."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.errors import OrderNotFound, PaymentMethodUnknown
from db.models import Order, OrderEvent, PaymentMethod
from db.orders.money import ZERO, Change, Move


def normal_id(order_id: str) -> str:
    """An order id as it is compared: no "#", hyphens or spaces, full-width forms folded, upper."""
    folded = unicodedata.normalize("NFKC", order_id).upper()
    return "".join(char for char in folded if char.isalnum())


def find_order(session: Session, customer_id: str | None, order_id: str) -> Order | None:
    """The customer's order, however they spell its number.

    None reads the same for an order that is not there and for one that is someone else's.
    """
    wanted = normal_id(order_id)
    if not customer_id or not wanted:
        return None
    ids = session.scalars(select(Order.id).where(Order.customer_id == customer_id))
    found = [each for each in ids if normal_id(each) == wanted]
    return session.get(Order, found[0]) if len(found) == 1 else None


def orders_of(session: Session, customer_id: str) -> list[Order]:
    """All orders of a customer, the newest first."""
    return list(
        session.scalars(
            select(Order)
            .where(Order.customer_id == customer_id)
            .order_by(Order.placed_at.desc(), Order.id)
        )
    )


def own_order(session: Session, customer_id: str, order_id: str) -> Order:
    """The customer's order, locked and as the database holds it now.

    Raises:
        OrderNotFound: it is not there, or not theirs.
    """
    order = find_order(session, customer_id, order_id)
    if order is None:
        raise OrderNotFound(order_id)
    session.flush()
    return session.scalars(
        select(Order)
        .where(Order.id == order.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def own_method(session: Session, customer_id: str, method_id: str) -> PaymentMethod:
    """The customer's payment method.

    Raises:
        PaymentMethodUnknown: it is not there, or not theirs.
    """
    method = session.scalar(
        select(PaymentMethod)
        .where(PaymentMethod.id == method_id, PaymentMethod.customer_id == customer_id)
        .with_for_update()
    )
    if method is None:
        raise PaymentMethodUnknown(method_id)
    return method


def own_methods(
    session: Session, customer_id: str, method_id: str, rest_on: str | None
) -> list[PaymentMethod]:
    """The customer's payment method, and the second one where there is one.

    Raises:
        PaymentMethodUnknown: one is not there, or not theirs.
    """
    return [own_method(session, customer_id, each) for each in (method_id, rest_on) if each]


def repeated(session: Session, order: Order, kind: str, turn_id: str) -> Change | None:
    """What this turn already did to the order, if it did."""
    entry = session.scalar(
        select(OrderEvent).where(
            OrderEvent.order_id == order.id,
            OrderEvent.kind == kind,
            OrderEvent.turn_id == turn_id,
        )
    )
    if entry is None:
        return None
    moves = tuple(Move.from_json(move) for move in entry.detail.get("moves", ()))
    fee = Decimal(entry.detail.get("fee", ZERO))
    return Change(order=order, kind=kind, moves=moves, repeated=True, fee=fee)


def record(
    session: Session,
    order: Order,
    kind: str,
    turn_id: str,
    now: datetime,
    moves: tuple[Move, ...] = (),
    fee: Decimal = ZERO,
    **detail: Any,
) -> Change:
    """Write the order's history entry; `detail` never holds personal data."""
    written = {**detail, "moves": [move.to_json() for move in moves]}
    if fee:
        written["fee"] = str(fee)
    order.history.append(OrderEvent(kind=kind, detail=written, turn_id=turn_id, created_at=now))
    session.flush()
    return Change(order=order, kind=kind, moves=moves, fee=fee)
