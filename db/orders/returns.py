"""Sending items of a delivered order back, for money, another variant, or the same anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from db.errors import ItemUnknown, PaymentMethodForbidden, TotalChanged
from db.models import Order, OrderItem, PaymentMethod
from db.orders.allowed import (
    OPEN,
    require,
    require_claim,
    require_items,
    require_reason,
    require_refund,
    return_sum,
)
from db.orders.change import pieces, price_difference, settle, swapped
from db.orders.find import own_method, own_methods, own_order, record, repeated
from db.orders.money import GIFT_CARD, Change, Move, refund, refund_split
from db.orders.place import take_all_stock
from db.orders.rules import CLAIMS, OrderRules

RETURN_REQUESTED = "return_requested"
EXCHANGE_REQUESTED = "exchange_requested"
REPLACEMENT_REQUESTED = "replacement_requested"


def request_return(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    item_ids: Collection[int],
    payment_method_id: str,
    reason: str,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    conditions: Mapping[int, str] | None = None,
    photo: bool = False,
    expected_amount: Decimal | None = None,
) -> Change:
    """Announce a return: whole lines, refunded once the items are back.

    `conditions` are those of lines by their id, where told; `photo` tells whether there is one of
    what came broken or wrong.

    The refund goes where the rules let it: to a payment method the order was paid with (what that
    one did not pay, to the others that did), or to a gift card of the customer. It is pending until
    staff have the items, and their stock stays as it is until then.

    Raises:
        OrderNotFound, ItemUnknown, ReasonForbidden, PaymentMethodUnknown, PaymentMethodForbidden,
        TotalChanged, NeedsPerson, what :func:`~db.orders.allowed.forbids`,
        :func:`~db.orders.allowed.item_forbids` and :func:`~db.orders.allowed.claim_forbids` give:
        nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, RETURN_REQUESTED, turn_id):
        return done
    require(session, order, "return", rules, now)
    require_reason(reason, rules.returns.reasons)
    items = open_items(order, item_ids)
    require_claim(order, reason, rules, now, photo=photo)
    require_items(session, order, items, "return", rules, now, conditions=conditions, reason=reason)
    method = own_method(session, customer_id, payment_method_id)
    if not may_refund_to(order, method, rules):
        raise PaymentMethodForbidden(method.id, "refund_to")
    due = return_sum(session, order, items, rules, conditions=conditions, reason=reason)
    require_refund(order, due.amount, rules)
    if expected_amount is not None and due.amount != expected_amount:
        raise TotalChanged(expected_amount, due.amount)
    with session.begin_nested():
        moves: tuple[Move, ...] = ()
        for method_id, amount in refund_ways(order, method, due.amount):
            moves += refund(session, order, method_id, amount, rules, now, hold=True)
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
            due.fee,
            items=[item.id for item in items],
            reason=reason,
            conditions={str(each): told for each, told in (conditions or {}).items()},
            amount=str(due.amount),
            payment_method_id=method.id,
        )


def open_items(order: Order, item_ids: Collection[int]) -> list[OrderItem]:
    """The order's lines of these ids.

    Raises:
        ItemUnknown: none given, not in this order, or already on its way back.
    """
    wanted = set(item_ids)
    items = [item for item in order.items if item.id in wanted and item.status == OPEN]
    missing = wanted - {item.id for item in items}
    if missing or not items:
        raise ItemUnknown(order.id, min(missing, default=None))
    return items


def may_refund_to(order: Order, method: PaymentMethod, rules: OrderRules) -> bool:
    """Whether the money of returned items may go to this payment method."""
    paid_with = {each.payment_method_id for each in order.payments if each.kind == "payment"}
    if method.id in paid_with and "original" in rules.refund.to:
        return True
    return method.kind == GIFT_CARD and "gift_card" in rules.refund.to


def refund_ways(order: Order, method: PaymentMethod, amount: Decimal) -> list[tuple[str, Decimal]]:
    """(payment method id, amount): all to a gift card, else as it was paid, `method` first."""
    if method.kind == GIFT_CARD:
        return [(method.id, amount)]
    return refund_split(order, amount, first=method.id)


def request_exchange(
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
    conditions: Mapping[int, str] | None = None,
    expected_difference: Decimal | None = None,
    expected_rest: Decimal | None = None,
) -> Change:
    """Announce an exchange for other variants of the same products.

    The new variants are set aside at once. A higher price is charged when the rules say so, at once
    or once the items are back; a lower one is refunded once they are back. The order's total
    follows; its lines keep what was bought.

    Raises:
        OrderNotFound, ItemUnknown, VariantForbidden, OutOfStock, PaymentMethodUnknown,
        PaymentMethodForbidden, BalanceTooLow, TotalChanged, what
        :func:`~db.orders.allowed.forbids` and :func:`~db.orders.allowed.item_forbids` give:
        nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, EXCHANGE_REQUESTED, turn_id):
        return done
    require(session, order, "exchange", rules, now)
    pairs = swapped(session, order, swaps)
    items = [item for item, _ in pairs]
    require_items(session, order, items, "exchange", rules, now, conditions=conditions)
    methods = own_methods(session, customer_id, payment_method_id, rest_on)
    difference = price_difference(pairs)
    if expected_difference is not None and difference != expected_difference:
        raise TotalChanged(expected_difference, difference)
    with session.begin_nested():
        take_all_stock(session, pieces(pairs))
        for item, _ in pairs:
            item.status = EXCHANGE_REQUESTED
        order.status = EXCHANGE_REQUESTED
        order.total += difference
        later = rules.exchange.charged == "at_return"
        moves = settle(
            session,
            order,
            methods,
            difference,
            rules,
            now,
            hold_charge=later,
            hold_refund=True,
            expected_rest=expected_rest,
        )
        return record(
            session,
            order,
            EXCHANGE_REQUESTED,
            turn_id,
            now,
            moves,
            swaps={str(item.id): [item.variant_id, variant.id] for item, variant in pairs},
            amount=str(difference),
            payment_method_id=methods[0].id,
        )


def request_replacement(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    item_ids: Collection[int],
    reason: str,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    photo: bool = False,
) -> Change:
    """Send the same again for whole lines that came broken or wrong, at no cost.

    The pieces are set aside at once; the old ones go back like those of an exchange, whose rules
    hold.

    Raises:
        ReasonForbidden (it came neither broken nor wrong), OrderNotFound, ItemUnknown, OutOfStock,
        what :func:`~db.orders.allowed.forbids`, :func:`~db.orders.allowed.item_forbids` and
        :func:`~db.orders.allowed.claim_forbids` give: nothing was written.
    """
    order = own_order(session, customer_id, order_id)
    if done := repeated(session, order, REPLACEMENT_REQUESTED, turn_id):
        return done
    require_reason(reason, CLAIMS)
    require(session, order, "exchange", rules, now)
    items = open_items(order, item_ids)
    require_claim(order, reason, rules, now, photo=photo)
    require_items(session, order, items, "exchange", rules, now, reason=reason)
    with session.begin_nested():
        wanted: Counter[str] = Counter()
        for item in items:
            wanted[item.variant_id] += item.quantity
        take_all_stock(session, wanted)
        for item in items:
            item.status = EXCHANGE_REQUESTED
        order.status = EXCHANGE_REQUESTED
        return record(
            session,
            order,
            REPLACEMENT_REQUESTED,
            turn_id,
            now,
            items=[item.id for item in items],
            reason=reason,
        )
