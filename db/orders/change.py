"""Changing and cancelling orders that have not left the shop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from db.errors import (
    BalanceTooLow,
    ItemUnknown,
    PaymentMethodForbidden,
    ReasonForbidden,
    TotalChanged,
    VariantForbidden,
)
from db.models import Order, OrderItem, PaymentMethod, Variant
from db.orders.find import own_method, own_order, record, repeated, require_state
from db.orders.money import (
    GIFT_CARD,
    ZERO,
    Change,
    Move,
    charge,
    items_value,
    net_paid,
    refund,
    refund_split,
)
from db.orders.place import clean_address, give_stock_back, take_all_stock

CANCELLED = "cancelled"
ADDRESS_CHANGED = "address_changed"
PAYMENT_CHANGED = "payment_changed"
ITEMS_CHANGED = "items_changed"


def cancel_order(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    reason: str,
    allowed_states: Collection[str],
    allowed_reasons: Collection[str],
    turn_id: str,
    now: datetime,
) -> Change:
    """Cancel an order, refund all that was paid the way it came, and put its items into stock.

    Raises:
        OrderNotFound, StateForbids, ReasonForbidden: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, CANCELLED, turn_id):
        return done
    require_state(order, allowed_states)
    if allowed_reasons and reason not in allowed_reasons:
        raise ReasonForbidden(reason, allowed_reasons)
    with session.begin_nested():
        moves: tuple[Move, ...] = ()
        for method_id, amount in refund_split(order, net_paid(order)):
            moves += refund(session, order, method_id, amount, now)
        for item in order.items:
            give_stock_back(session, item.variant_id, item.quantity)
        order.status = CANCELLED
        order.cancel_reason = reason
        return record(session, order, CANCELLED, turn_id, now, moves, reason=reason)


def change_address(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    ship_to: Mapping[str, Any],
    allowed_states: Collection[str],
    turn_id: str,
    now: datetime,
) -> Change:
    """Send the order to another address.

    Raises:
        OrderNotFound, StateForbids, AddressIncomplete: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, ADDRESS_CHANGED, turn_id):
        return done
    require_state(order, allowed_states)
    order.ship_to = clean_address(ship_to)
    return record(session, order, ADDRESS_CHANGED, turn_id, now)


def change_payment(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    payment_method_id: str,
    allowed_states: Collection[str],
    turn_id: str,
    now: datetime,
) -> Change:
    """Refund what was paid the way it came and charge one other payment method for all of it.

    Raises:
        OrderNotFound, StateForbids, PaymentMethodUnknown, PaymentMethodForbidden (it is the one
        that was used), BalanceTooLow: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, PAYMENT_CHANGED, turn_id):
        return done
    require_state(order, allowed_states)
    method = own_method(session, customer_id, payment_method_id)
    paid = net_paid(order)
    split = refund_split(order, paid)
    if any(method_id == method.id for method_id, _ in split):
        raise PaymentMethodForbidden(method.id, "the order is already paid with it")
    due = order.total if not split else paid
    if method.kind == GIFT_CARD and (method.balance or ZERO) < due:
        raise BalanceTooLow(method.label or method.kind, method.balance or ZERO, due)
    with session.begin_nested():
        moves: tuple[Move, ...] = ()
        for method_id, amount in split:
            moves += refund(session, order, method_id, amount, now)
        moves += charge(session, order, method, due, now)
        return record(session, order, PAYMENT_CHANGED, turn_id, now, moves)


def change_items(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    swaps: Mapping[int, str],
    payment_method_id: str,
    allowed_states: Collection[str],
    turn_id: str,
    now: datetime,
    expected_difference: Decimal | None = None,
) -> Change:
    """Swap items for other variants of the same products and settle the difference in price.

    Args:
        swaps: order item id -> variant id; all pieces of a line are swapped.
        payment_method_id: pays the difference, or gets it back.
        expected_difference: what the shopper confirmed; another one refuses the change.

    Raises:
        OrderNotFound, StateForbids, ItemUnknown, VariantForbidden, OutOfStock,
        PaymentMethodUnknown, BalanceTooLow, TotalChanged: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, ITEMS_CHANGED, turn_id):
        return done
    require_state(order, allowed_states)
    pairs = swapped(session, order, swaps)
    method = own_method(session, customer_id, payment_method_id)
    difference = price_difference(pairs)
    if expected_difference is not None and difference != expected_difference:
        raise TotalChanged(expected_difference, difference)
    with session.begin_nested():
        take_all_stock(session, pieces(pairs))
        before = {str(item.id): item.variant_id for item, _ in pairs}
        for item, variant in pairs:
            give_stock_back(session, item.variant_id, item.quantity)
            item.variant_id = variant.id
            item.options = dict(variant.options)
            item.price = variant.price
        order.total += difference
        moves = settle(session, order, method, difference, now)
        return record(
            session,
            order,
            ITEMS_CHANGED,
            turn_id,
            now,
            moves,
            swaps={str(item.id): [before[str(item.id)], item.variant_id] for item, _ in pairs},
            amount=str(difference),
        )


def swapped(
    session: Session, order: Order, swaps: Mapping[int, str]
) -> list[tuple[OrderItem, Variant]]:
    """The order's items with the variants they are to become.

    Raises:
        ItemUnknown: none given, not in this order, or already on its way back.
        VariantForbidden: the same variant, another product's, or not on sale.
    """
    if not swaps:
        raise ItemUnknown(order.id, None)
    items = {item.id: item for item in order.items if item.status == "ordered"}
    pairs = []
    for item_id, variant_id in sorted(swaps.items()):
        item = items.get(item_id)
        if item is None:
            raise ItemUnknown(order.id, item_id)
        variant = session.get(Variant, variant_id)
        if (
            variant is None
            or not variant.active
            or variant.product_id != item.product_id
            or variant.id == item.variant_id
        ):
            raise VariantForbidden(item.title, variant_id)
        pairs.append((item, variant))
    return pairs


def price_difference(pairs: Collection[tuple[OrderItem, Variant]]) -> Decimal:
    """What the swaps cost more (positive) or less (negative), over all pieces."""
    new = sum((variant.price * item.quantity for item, variant in pairs), ZERO)
    return new - items_value(item for item, _ in pairs)


def pieces(pairs: Collection[tuple[OrderItem, Variant]]) -> Counter[str]:
    """Pieces of each new variant that the swaps need."""
    wanted: Counter[str] = Counter()
    for item, variant in pairs:
        wanted[variant.id] += item.quantity
    return wanted


def settle(
    session: Session,
    order: Order,
    method: PaymentMethod,
    difference: Decimal,
    now: datetime,
    *,
    hold: bool = False,
) -> tuple[Move, ...]:
    """Charge a positive difference, refund a negative one.

    Raises:
        BalanceTooLow: a gift card does not cover it.
    """
    if difference > 0:
        return charge(session, order, method, difference, now)
    return refund(session, order, method.id, -difference, now, hold=hold)
