"""Sending items of a delivered order back, for money or for another variant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.errors import ItemUnknown, PaymentMethodForbidden, TotalChanged, WindowPassed
from db.models import Order
from db.orders.change import pieces, price_difference, settle, swapped
from db.orders.find import own_method, own_order, record, repeated, require_state
from db.orders.money import GIFT_CARD, Change, refund, returnable_amount
from db.orders.place import take_all_stock

RETURN_REQUESTED = "return_requested"
EXCHANGE_REQUESTED = "exchange_requested"


def returnable_until(order: Order, window_days: int | None) -> datetime | None:
    """Until when items may go back; None where there is no limit or no date of delivery."""
    if window_days is None or order.delivered_at is None:
        return None
    return order.delivered_at + timedelta(days=window_days)


def request_return(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    item_ids: Collection[int],
    payment_method_id: str,
    reason: str,
    window_days: int | None,
    allowed_states: Collection[str],
    turn_id: str,
    now: datetime,
    expected_amount: Decimal | None = None,
) -> Change:
    """Announce a return: whole lines, refunded once the items are back.

    The refund goes to a payment method the order was paid with, or to a gift card of the customer;
    it is pending until staff have the items, and their stock stays as it is until then.

    Raises:
        OrderNotFound, StateForbids, WindowPassed, ItemUnknown, PaymentMethodUnknown,
        PaymentMethodForbidden, TotalChanged: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, RETURN_REQUESTED, turn_id):
        return done
    _require_open(order, allowed_states, window_days, now)
    wanted = set(item_ids)
    items = [item for item in order.items if item.id in wanted and item.status == "ordered"]
    missing = wanted - {item.id for item in items}
    if missing or not items:
        raise ItemUnknown(order.id, min(missing, default=None))
    method = own_method(session, customer_id, payment_method_id)
    paid_with = {each.payment_method_id for each in order.payments if each.kind == "payment"}
    if method.id not in paid_with and method.kind != GIFT_CARD:
        raise PaymentMethodForbidden(
            method.id, "refunds go to a payment method of the order or to a gift card"
        )
    amount = returnable_amount(order, items)
    if expected_amount is not None and amount != expected_amount:
        raise TotalChanged(expected_amount, amount)
    with session.begin_nested():
        moves = refund(session, order, method.id, amount, now, hold=True)
        for item in items:
            item.status = RETURN_REQUESTED
        order.status = RETURN_REQUESTED
        return record(
            session,
            order,
            RETURN_REQUESTED,
            turn_id,
            now,
            moves,
            items=[item.id for item in items],
            reason=reason,
            amount=str(amount),
        )


def request_exchange(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    swaps: Mapping[int, str],
    payment_method_id: str,
    window_days: int | None,
    allowed_states: Collection[str],
    turn_id: str,
    now: datetime,
    expected_difference: Decimal | None = None,
) -> Change:
    """Announce an exchange for other variants of the same products.

    The new variants are set aside at once and a higher price is charged; a lower one is refunded
    once the items are back. The order's total follows; its lines keep what was bought.

    Raises:
        OrderNotFound, StateForbids, WindowPassed, ItemUnknown, VariantForbidden, OutOfStock,
        PaymentMethodUnknown, BalanceTooLow, TotalChanged: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, EXCHANGE_REQUESTED, turn_id):
        return done
    _require_open(order, allowed_states, window_days, now)
    pairs = swapped(session, order, swaps)
    method = own_method(session, customer_id, payment_method_id)
    difference = price_difference(pairs)
    if expected_difference is not None and difference != expected_difference:
        raise TotalChanged(expected_difference, difference)
    with session.begin_nested():
        take_all_stock(session, pieces(pairs))
        for item, _ in pairs:
            item.status = EXCHANGE_REQUESTED
        order.status = EXCHANGE_REQUESTED
        order.total += difference
        moves = settle(session, order, method, difference, now, hold=True)
        return record(
            session,
            order,
            EXCHANGE_REQUESTED,
            turn_id,
            now,
            moves,
            swaps={str(item.id): [item.variant_id, variant.id] for item, variant in pairs},
            amount=str(difference),
        )


def _require_open(
    order: Order, allowed_states: Collection[str], window_days: int | None, now: datetime
) -> None:
    require_state(order, allowed_states)
    until = returnable_until(order, window_days)
    if until is not None and now > until:
        raise WindowPassed(order.id, until, window_days or 0)
