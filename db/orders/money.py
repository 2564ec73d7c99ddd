"""Money of an order: what was paid, what goes back where, and the rows that say so.

For an order that is not cancelled, payments less refunds equal its total less what was or will be
given back for returned items; for a cancelled order they are the fee that was kept, if any. Gift
card money moves at once; everything else is a row that the payment provider settles: charges are
done, refunds pending.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy.orm import Session

from db.errors import BalanceTooLow, PaymentMethodForbidden, TotalChanged
from db.models import Order, OrderItem, Payment, PaymentMethod
from db.orders.rules import OrderRules
from db.types import CENT

ZERO = Decimal("0.00")
GIFT_CARD = "gift_card"


@dataclass(frozen=True, slots=True)
class Move:
    """One amount that moves between the shop and a payment method."""

    kind: str
    """payment (to the shop) or refund (to the shopper)."""
    amount: Decimal
    method_id: str
    method_kind: str
    label: str
    status: str
    """done or pending."""

    def to_json(self) -> dict[str, Any]:
        """As the order's history keeps it: without the label, which may name a person."""
        return {
            "kind": self.kind,
            "amount": str(self.amount),
            "method_id": self.method_id,
            "method_kind": self.method_kind,
            "status": self.status,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Move:
        """The inverse of :meth:`to_json`; the label is empty."""
        return cls(
            kind=data["kind"],
            amount=Decimal(data["amount"]),
            method_id=data.get("method_id", ""),
            method_kind=data.get("method_kind", ""),
            label="",
            status=data["status"],
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What an operation did to an order."""

    order: Order
    kind: str
    """As OrderEvent.kind."""
    moves: tuple[Move, ...] = ()
    repeated: bool = False
    """The same turn had already done it; nothing was written now."""
    fee: Decimal = ZERO
    """Kept back from what was refunded."""

    @property
    def refunded(self) -> Decimal:
        """Sum of the refunds, sent or on their way."""
        return sum((move.amount for move in self.moves if move.kind == "refund"), ZERO)

    @property
    def charged(self) -> Decimal:
        """Sum of the charges."""
        return sum((move.amount for move in self.moves if move.kind == "payment"), ZERO)


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def net_paid(order: Order) -> Decimal:
    """Payments less refunds."""
    return sum(_by_method(order).values(), ZERO)


def items_value(items: Iterable[OrderItem]) -> Decimal:
    """Price times quantity, summed."""
    return sum((item.price * item.quantity for item in items), ZERO)


def returnable_amount(order: Order, items: Iterable[OrderItem]) -> Decimal:
    """What comes back for these items: their price less their share of the order's discount.

    Shipping is not given back. Never more than what was paid.
    """
    whole = items_value(order.items)
    value = items_value(items)
    share = cents(order.discount * value / whole) if whole else ZERO
    return max(ZERO, min(value - share, net_paid(order)))


def refund_split(order: Order, amount: Decimal, first: str = "") -> list[tuple[str, Decimal]]:
    """(payment method id, amount) by which an amount goes back the way it came, last paid first,
    or `first` before all others."""
    left = amount
    split = []
    paid_by = list(reversed(_by_method(order).items()))
    paid_by.sort(key=lambda entry: entry[0] != first)
    for method_id, paid in paid_by:
        part = min(left, paid)
        if part > 0:
            split.append((method_id, part))
            left -= part
    return split


def charge(
    session: Session,
    order: Order,
    method: PaymentMethod,
    amount: Decimal,
    now: datetime,
    *,
    hold: bool = False,
) -> tuple[Move, ...]:
    """Take an amount; nothing where it is zero. `hold` leaves it pending, as for an exchange that
    is paid once the old item is back; a gift card must cover it all the same.

    Raises:
        BalanceTooLow: a gift card holds less.
    """
    if amount <= 0:
        return ()
    if method.kind == GIFT_CARD:
        session.flush()
        session.refresh(method, with_for_update=True)
        if (method.balance or ZERO) < amount:
            raise BalanceTooLow(method.label or method.kind, method.balance or ZERO, amount)
        if not hold:
            method.balance = (method.balance or ZERO) - amount
    status = "pending" if hold else "done"
    return (_move(order, "payment", amount, method.id, method, status, now),)


def charge_shared(
    session: Session,
    order: Order,
    methods: Sequence[PaymentMethod],
    amount: Decimal,
    rules: OrderRules,
    now: datetime,
    *,
    hold: bool = False,
    expected_rest: Decimal | None = None,
) -> tuple[Move, ...]:
    """Take an amount from one method, or from a gift card and a second method for the rest.

    Args:
        hold: leave it pending, as in :func:`charge`.
        expected_rest: what the second method was to pay; another share refuses it.

    Raises:
        TotalChanged: the gift card holds another amount than was confirmed.
        PaymentMethodForbidden: a kind that is not taken, more methods than may share an order, or
            a first of two that is no gift card or holds enough alone.
        BalanceTooLow: gift cards hold less.
    """
    require_kinds(methods, rules)
    first = methods[0]
    if len(methods) == 1:
        return charge(session, order, first, amount, now, hold=hold)
    if len(methods) > rules.payment.max_methods:
        raise PaymentMethodForbidden(methods[1].id, "max_methods")
    session.refresh(first, with_for_update=True)
    held = first.balance or ZERO
    if first.kind != GIFT_CARD or first.id == methods[1].id or not ZERO < held < amount:
        raise PaymentMethodForbidden(methods[1].id, "nothing_to_share")
    if expected_rest is not None and amount - held != expected_rest:
        raise TotalChanged(expected_rest, amount - held)
    moves = charge(session, order, first, held, now, hold=hold)
    return moves + charge(session, order, methods[1], amount - held, now, hold=hold)


def require_kinds(methods: Iterable[PaymentMethod], rules: OrderRules) -> None:
    """Raises PaymentMethodForbidden for a kind of payment that the shop does not take."""
    for method in methods:
        if rules.payment.kinds and method.kind not in rules.payment.kinds:
            raise PaymentMethodForbidden(method.id, "kinds")


def refund(
    session: Session,
    order: Order,
    method_id: str,
    amount: Decimal,
    rules: OrderRules,
    now: datetime,
    *,
    hold: bool = False,
) -> tuple[Move, ...]:
    """Give an amount back; nothing where it is zero.

    `hold` keeps what would be instant pending too, as for goods that are not back yet. A method
    that no longer exists, or is no longer the customer's, is refunded by staff: the row stays
    pending.
    """
    if amount <= 0:
        return ()
    method = session.get(PaymentMethod, method_id)
    if method is not None and method.customer_id != order.customer_id:
        method = None
    status = "pending"
    if method is not None and method.kind in rules.refund.instant and not hold:
        if method.kind == GIFT_CARD:
            session.flush()
            session.refresh(method, with_for_update=True)
            method.balance = (method.balance or ZERO) + amount
        status = "done"
    return (_move(order, "refund", amount, method_id, method, status, now),)


def _move(
    order: Order,
    kind: str,
    amount: Decimal,
    method_id: str,
    method: PaymentMethod | None,
    status: str,
    now: datetime,
) -> Move:
    order.payments.append(
        Payment(
            kind=kind, amount=amount, payment_method_id=method_id, status=status, created_at=now
        )
    )
    return Move(
        kind=kind,
        amount=amount,
        method_id=method_id,
        method_kind=method.kind if method else "",
        label=method.label if method else "",
        status=status,
    )


def _by_method(order: Order) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for payment in order.payments:
        sign = 1 if payment.kind == "payment" else -1
        sums[payment.payment_method_id] += sign * payment.amount
    return dict(sums)
