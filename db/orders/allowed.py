"""Whether the shop's rules allow an operation on an order: one answer for asking and for doing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from db.errors import (
    ClaimTooLate,
    LockedOut,
    NeedsPerson,
    NeverBack,
    OnceOnly,
    OrderError,
    PhotoNeeded,
    ReasonForbidden,
    StateForbids,
    WindowPassed,
)
from db.models import Customer, Order, OrderItem, Product
from db.orders.money import ZERO, cents, net_paid, returnable_amount
from db.orders.rules import CLAIMS, CONDITIONS, EVENT_OF, ItemFacts, Operation, OrderRules, Window

OPEN = "ordered"
"""Status of an item that is not on its way back."""


def forbids(
    session: Session, order: Order, operation: Operation, rules: OrderRules, now: datetime
) -> OrderError | None:
    """What of the rules forbids an operation on an order as it stands; None where it is allowed.

    Where only some items may go back, the operation is allowed: see :func:`item_forbids`.
    """
    rule = rules.of(operation)
    done = [entry for entry in order.history if entry.kind == EVENT_OF[operation]]
    if rule.once and done:
        return OnceOnly(order.id, operation, done[0].created_at)
    for other, kind in EVENT_OF.items():
        if operation in rules.of(other).locks and any(e.kind == kind for e in order.history):
            return LockedOut(order.id, operation, other)
    if order.status not in rule.states:
        return StateForbids(order.id, order.status, rule.states)
    if operation in rules.person.operations:
        return NeedsPerson(order.id, operation)
    if operation in ("return", "exchange"):
        open_items = [item for item in order.items if item.status == OPEN]
        against = [item_forbids(session, order, item, operation, rules, now) for item in open_items]
        if against and all(against):
            return against[0]
    return None


def item_forbids(
    session: Session,
    order: Order,
    item: OrderItem,
    operation: Operation,
    rules: OrderRules,
    now: datetime,
    *,
    condition: str = "",
    reason: str = "",
) -> OrderError | None:
    """Why an item may not go back; None where it may."""
    window = window_of(session, order, item, operation, rules, condition=condition, reason=reason)
    if window.never:
        return NeverBack(order.id, item.title, window.name, window.because, window.because_zh)
    until = window.until(order.delivered_at)
    if until is not None and now > until:
        return WindowPassed(order.id, until, window.days, window.name, item.title)
    return None


def window_of(
    session: Session,
    order: Order,
    item: OrderItem,
    operation: Operation,
    rules: OrderRules,
    *,
    condition: str = "",
    reason: str = "",
) -> Window:
    """The rule on time that holds for an item."""
    product = session.get(Product, item.product_id)
    customer = session.get(Customer, order.customer_id)
    path = product.category_path.split("/") if product else ()
    facts = ItemFacts(
        categories=tuple(part.strip() for part in (*path, product.category if product else "")),
        tier=customer.tier if customer else "",
        seller=str(product.attributes.get("seller", "")) if product else "",
        ordered_on=order.placed_at.date(),
        condition=condition,
        reason=reason,
    )
    return rules.window(operation, facts)


def claim_forbids(
    order: Order, reason: str, rules: OrderRules, now: datetime, *, photo: bool
) -> OrderError | None:
    """Why goods cannot be reported as broken or wrong; None where they can, or for other reasons.

    Args:
        photo: whether there is one.
    """
    if reason not in CLAIMS:
        return None
    days = rules.damage.report_days
    if days is not None and order.delivered_at is not None:
        until = order.delivered_at + timedelta(days=days)
        if now > until:
            return ClaimTooLate(order.id, until, days)
    if rules.damage.photo == "required" and not photo:
        return PhotoNeeded(order.id)
    return None


def telling_conditions(
    session: Session,
    order: Order,
    item: OrderItem,
    operation: Operation,
    rules: OrderRules,
    now: datetime,
    reason: str = "",
) -> tuple[str, ...]:
    """The conditions of an item that give another answer or another fee than none told; empty
    where its condition does not matter."""

    def answer(condition: str) -> tuple[type[OrderError] | None, int]:
        against = item_forbids(
            session, order, item, operation, rules, now, condition=condition, reason=reason
        )
        window = window_of(
            session, order, item, operation, rules, condition=condition, reason=reason
        )
        return type(against) if against else None, window.fee_percent

    plain = answer("")
    return tuple(each for each in CONDITIONS if answer(each) != plain)


@dataclass(frozen=True, slots=True)
class ReturnSum:
    """What comes back for returned items."""

    value: Decimal
    """Of the items, less their share of the order's discount."""
    fee: Decimal
    """Kept back."""

    @property
    def amount(self) -> Decimal:
        """What is refunded."""
        return self.value - self.fee


def return_sum(
    session: Session,
    order: Order,
    items: Iterable[OrderItem],
    rules: OrderRules,
    *,
    conditions: Mapping[int, str] | None = None,
    reason: str = "",
) -> ReturnSum:
    """What comes back for these items by the rules, and what is kept back. `conditions` are those
    of lines by their id, where told."""
    chosen = list(items)
    value = returnable_amount(order, chosen)
    if reason in rules.returns.fee_waived_for:
        return ReturnSum(value, ZERO)
    fee = rules.returns.fee
    for item in chosen:
        condition = (conditions or {}).get(item.id, "")
        percent = window_of(
            session, order, item, "return", rules, condition=condition, reason=reason
        ).fee_percent
        fee += cents(item.price * item.quantity * percent / 100)
    return ReturnSum(value, min(cents(fee), value))


def cancel_fee(order: Order, rules: OrderRules) -> Decimal:
    """What is kept back where the order is cancelled."""
    return min(cents(rules.cancel.fee), max(ZERO, net_paid(order)))


def require(
    session: Session, order: Order, operation: Operation, rules: OrderRules, now: datetime
) -> None:
    """Raises what :func:`forbids` gives."""
    refusal = forbids(session, order, operation, rules, now)
    if refusal is not None:
        raise refusal


def require_items(
    session: Session,
    order: Order,
    items: Iterable[OrderItem],
    operation: Operation,
    rules: OrderRules,
    now: datetime,
    *,
    conditions: Mapping[int, str] | None = None,
    reason: str = "",
) -> None:
    """Raises what :func:`item_forbids` gives for the first item that may not go back."""
    for item in items:
        condition = (conditions or {}).get(item.id, "")
        refusal = item_forbids(
            session, order, item, operation, rules, now, condition=condition, reason=reason
        )
        if refusal is not None:
            raise refusal


def require_claim(
    order: Order, reason: str, rules: OrderRules, now: datetime, *, photo: bool
) -> None:
    """Raises what :func:`claim_forbids` gives."""
    refusal = claim_forbids(order, reason, rules, now, photo=photo)
    if refusal is not None:
        raise refusal


def reason_forbids(reason: str, accepted: tuple[str, ...]) -> OrderError | None:
    """Why a reason is not accepted; None where it is. No reasons given accept any."""
    return ReasonForbidden(reason, accepted) if accepted and reason not in accepted else None


def require_reason(reason: str, accepted: tuple[str, ...]) -> None:
    """Raises what :func:`reason_forbids` gives."""
    refusal = reason_forbids(reason, accepted)
    if refusal is not None:
        raise refusal


def require_refund(order: Order, amount: Decimal, rules: OrderRules) -> None:
    """Raises NeedsPerson where a refund is a person's to grant."""
    limit = rules.person.refund_over
    if limit is not None and amount > limit:
        raise NeedsPerson(order.id, "refund", amount, limit)
