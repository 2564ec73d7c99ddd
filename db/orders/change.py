"""Changing and cancelling orders that have not left the shop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from db.errors import ItemUnknown, PaymentMethodForbidden, TotalChanged, VariantForbidden
from db.models import Order, OrderItem, PaymentMethod, Variant
from db.orders.allowed import cancel_fee, require, require_reason, require_refund
from db.orders.find import own_methods, own_order, record, repeated
from db.orders.money import (
    ZERO,
    Change,
    Move,
    charge_shared,
    items_value,
    net_paid,
    refund,
    refund_split,
    require_kinds,
)
from db.orders.place import clean_address, give_stock_back, take_all_stock
from db.orders.rules import OrderRules

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
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    expected_refund: Decimal | None = None,
) -> Change:
    """Cancel an order, refund what was paid (less the rules' fee) the way it came, and put its
    items into stock.

    Raises:
        OrderNotFound, ReasonForbidden, TotalChanged (the refund is not what was confirmed), what
        :func:`~db.orders.allowed.forbids` gives: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, CANCELLED, turn_id):
        return done
    require(session, order, "cancel", rules, now)
    require_reason(reason, rules.cancel.reasons)
    fee = cancel_fee(order, rules)
    back = net_paid(order) - fee
    require_refund(order, back, rules)
    if expected_refund is not None and back != expected_refund:
        raise TotalChanged(expected_refund, back)
    with session.begin_nested():
        moves: tuple[Move, ...] = ()
        for method_id, amount in refund_split(order, back):
            moves += refund(session, order, method_id, amount, rules, now)
        for item in order.items:
            give_stock_back(session, item.variant_id, item.quantity)
        order.status = CANCELLED
        order.cancel_reason = reason
        return record(session, order, CANCELLED, turn_id, now, moves, fee, reason=reason)


def change_address(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    ship_to: Mapping[str, Any],
    rules: OrderRules,
    turn_id: str,
    now: datetime,
) -> Change:
    """Send the order to another address.

    Raises:
        OrderNotFound, AddressIncomplete, what :func:`~db.orders.allowed.forbids` gives: nothing
        was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, ADDRESS_CHANGED, turn_id):
        return done
    require(session, order, "change_address", rules, now)
    order.ship_to = clean_address(ship_to)
    return record(session, order, ADDRESS_CHANGED, turn_id, now)


def change_payment(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    payment_method_id: str,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    rest_on: str | None = None,
    expected_rest: Decimal | None = None,
) -> Change:
    """Refund what was paid the way it came and charge another payment method for all of it, or a
    gift card for what it holds and `rest_on` for the rest.

    Raises:
        OrderNotFound, PaymentMethodUnknown, PaymentMethodForbidden (among others where it is the
        one that was used), BalanceTooLow, what :func:`~db.orders.allowed.forbids` gives: nothing
        was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, PAYMENT_CHANGED, turn_id):
        return done
    require(session, order, "change_payment", rules, now)
    methods = own_methods(session, customer_id, payment_method_id, rest_on)
    paid = net_paid(order)
    split = refund_split(order, paid)
    if len(methods) == 1 and any(method_id == methods[0].id for method_id, _ in split):
        raise PaymentMethodForbidden(methods[0].id, "same")
    if {method_id for method_id, _ in split} == {method.id for method in methods}:
        raise PaymentMethodForbidden(methods[0].id, "same")
    due = order.total if not split else paid
    with session.begin_nested():
        # Charged before the refund: money that is on its way back pays nothing.
        moves = charge_shared(session, order, methods, due, rules, now, expected_rest=expected_rest)
        for method_id, amount in split:
            moves += refund(session, order, method_id, amount, rules, now)
        return record(session, order, PAYMENT_CHANGED, turn_id, now, moves)


def change_items(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    swaps: Mapping[int, str],
    payment_method_id: str,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    rest_on: str | None = None,
    expected_difference: Decimal | None = None,
    expected_rest: Decimal | None = None,
) -> Change:
    """Swap items for other variants of the same products and settle the difference in price.

    Args:
        swaps: order item id -> variant id; all pieces of a line are swapped.
        payment_method_id: pays the difference, or gets it back.
        rest_on: pays what the first, a gift card, does not hold of a higher price.
        expected_difference: what the shopper confirmed; another one refuses the change.

    Raises:
        OrderNotFound, ItemUnknown, VariantForbidden, OutOfStock, PaymentMethodUnknown,
        PaymentMethodForbidden, BalanceTooLow, TotalChanged, what
        :func:`~db.orders.allowed.forbids` gives: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, ITEMS_CHANGED, turn_id):
        return done
    require(session, order, "change_items", rules, now)
    pairs = swapped(session, order, swaps)
    methods = own_methods(session, customer_id, payment_method_id, rest_on)
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
        moves = settle(session, order, methods, difference, rules, now, expected_rest=expected_rest)
        return record(
            session,
            order,
            ITEMS_CHANGED,
            turn_id,
            now,
            moves,
            swaps={str(item.id): [before[str(item.id)], item.variant_id] for item, _ in pairs},
            amount=str(difference),
            payment_method_id=methods[0].id,
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
    methods: Sequence[PaymentMethod],
    difference: Decimal,
    rules: OrderRules,
    now: datetime,
    *,
    hold_charge: bool = False,
    hold_refund: bool = False,
    expected_rest: Decimal | None = None,
) -> tuple[Move, ...]:
    """Charge a positive difference, refund a negative one; what is held stays pending.

    Raises:
        BalanceTooLow: gift cards do not cover it.
        PaymentMethodForbidden, TotalChanged: as :func:`~db.orders.money.charge_shared`; also two
            methods where nothing is to be paid.
    """
    if difference > 0:
        return charge_shared(
            session,
            order,
            methods,
            difference,
            rules,
            now,
            hold=hold_charge,
            expected_rest=expected_rest,
        )
    if len(methods) > 1:
        raise PaymentMethodForbidden(methods[1].id, "nothing_to_share")
    require_kinds(methods, rules)
    return refund(session, order, methods[0].id, -difference, rules, now, hold=hold_refund)
