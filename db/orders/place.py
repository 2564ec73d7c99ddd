"""Placing an order, from a cart or as an earlier one, and the stock it takes."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.errors import (
    AddressIncomplete,
    CartEmpty,
    CustomerNotFound,
    ItemUnknown,
    OutOfStock,
    TotalChanged,
)
from db.models import (
    CartLine,
    Customer,
    Order,
    OrderEvent,
    OrderItem,
    PaymentMethod,
    Variant,
)
from db.orders.find import own_methods, own_order, record
from db.orders.money import ZERO, charge_shared, items_value
from db.orders.rules import OrderRules
from db.pricing import honoured_price

ADDRESS_FIELDS: Final = ("line1", "line2", "city", "state", "postcode", "country")


def place_order(
    session: Session,
    *,
    customer_id: str,
    owner: str,
    payment_method_id: str,
    ship_to: Mapping[str, Any],
    shipping: Decimal,
    currency: str,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    rest_on: str | None = None,
    expected_rest: Decimal | None = None,
    discount: Decimal = ZERO,
    expected_total: Decimal | None = None,
    expected_at: datetime | None = None,
    cart_hours: int = 0,
) -> Order:
    """Turn the cart of `owner` into a paid, pending order, and empty the cart.

    Prices are today's, or those of the cart where they are honoured.

    Args:
        owner: whose cart, as `CartLine.owner` spells it.
        rest_on: a second payment method, for what the first, a gift card, does not hold.
        expected_total: the total the shopper confirmed; another one refuses the order.
        expected_rest: likewise what `rest_on` pays of it.
        expected_at: when the parcel should arrive.
        cart_hours: how long a price in the cart is honoured against a rise that pricing made.

    Raises:
        CustomerNotFound, PaymentMethodUnknown, PaymentMethodForbidden, AddressIncomplete,
        CartEmpty, OutOfStock, TotalChanged, BalanceTooLow: nothing was written.
    """
    address = clean_address(ship_to)
    if (earlier := _placed_by(session, customer_id, turn_id)) is not None:
        return earlier
    if session.get(Customer, customer_id) is None:
        raise CustomerNotFound(customer_id)
    methods = own_methods(session, customer_id, payment_method_id, rest_on)
    rows = session.scalars(
        select(CartLine).where(CartLine.owner == owner).order_by(CartLine.id)
    ).all()
    if not rows:
        raise CartEmpty
    with session.begin_nested():
        lines = [_from_cart(session, row, now, cart_hours) for row in rows]
        order = _new_order(
            session, customer_id, lines, methods, address, shipping=shipping, discount=discount,
            currency=currency, rules=rules, turn_id=turn_id, now=now,
            expected_total=expected_total, expected_at=expected_at, expected_rest=expected_rest,
        )  # fmt: skip
        for row in rows:
            session.delete(row)
        session.flush()
    return order


def order_again(
    session: Session,
    customer_id: str,
    order_id: str,
    *,
    pieces: Mapping[int, int],
    payment_method_id: str,
    ship_to: Mapping[str, Any],
    shipping: Decimal,
    currency: str,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    rest_on: str | None = None,
    expected_rest: Decimal | None = None,
    expected_total: Decimal | None = None,
    expected_at: datetime | None = None,
) -> Order:
    """A new order of what an earlier one held, at today's prices; the cart is left alone.

    Args:
        pieces: line of the earlier order -> how many of it.
        expected_total: the total the shopper confirmed; another one refuses the order.

    Raises:
        OrderNotFound, ItemUnknown, PaymentMethodUnknown, PaymentMethodForbidden,
        AddressIncomplete, OutOfStock, TotalChanged, BalanceTooLow: nothing was written.
    """
    address = clean_address(ship_to)
    earlier = own_order(session, customer_id, order_id)
    if (done := _placed_by(session, customer_id, turn_id, again=earlier.id)) is not None:
        return done
    methods = own_methods(session, customer_id, payment_method_id, rest_on)
    held = {item.id: item for item in earlier.items}
    if not pieces or not set(pieces) <= set(held):
        raise ItemUnknown(order_id, min(set(pieces) - set(held), default=None))
    with session.begin_nested():
        lines = []
        for item_id, quantity in sorted(pieces.items()):
            variant = take_stock(session, held[item_id].variant_id, quantity)
            lines.append(Line(variant, quantity, variant.price))
        return _new_order(
            session, customer_id, lines, methods, address, shipping=shipping, discount=ZERO,
            currency=currency, rules=rules, turn_id=turn_id, now=now,
            expected_total=expected_total, expected_at=expected_at, expected_rest=expected_rest,
            again=earlier.id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order to be: its pieces are out of stock already."""

    variant: Variant
    quantity: int
    price: Decimal


def _from_cart(session: Session, row: CartLine, now: datetime, cart_hours: int) -> Line:
    variant = take_stock(session, row.variant_id, row.quantity)
    price = honoured_price(session, variant, row.price, row.added_at, now, cart_hours)
    return Line(variant, row.quantity, price)


def _placed_by(
    session: Session, customer_id: str, turn_id: str, again: str | None = None
) -> Order | None:
    """What this turn already placed: of the cart, or of an earlier order."""
    found = session.execute(
        select(Order, OrderEvent)
        .join(OrderEvent, OrderEvent.order_id == Order.id)
        .where(
            Order.customer_id == customer_id,
            OrderEvent.kind == "placed",
            OrderEvent.turn_id == turn_id,
        )
    )
    return next((order for order, entry in found if entry.detail.get("again") == again), None)


def _new_order(
    session: Session,
    customer_id: str,
    lines: Sequence[Line],
    methods: Sequence[PaymentMethod],
    address: dict[str, str],
    *,
    shipping: Decimal,
    discount: Decimal,
    currency: str,
    rules: OrderRules,
    turn_id: str,
    now: datetime,
    expected_total: Decimal | None,
    expected_at: datetime | None,
    expected_rest: Decimal | None,
    **detail: Any,
) -> Order:
    """A paid, pending order of these lines.

    Raises:
        TotalChanged, PaymentMethodForbidden, BalanceTooLow: the caller's savepoint undoes it.
    """
    order = Order(
        id=_new_id(session),
        customer_id=customer_id,
        status="pending",
        currency=currency,
        total=ZERO,
        shipping=shipping,
        discount=discount,
        ship_to=address,
        placed_at=now,
        expected_at=expected_at,
    )
    session.add(order)
    for line in lines:
        order.items.append(
            OrderItem(
                product_id=line.variant.product_id,
                variant_id=line.variant.id,
                title=line.variant.product.title,
                options=dict(line.variant.options),
                quantity=line.quantity,
                price=line.price,
            )
        )
    order.total = items_value(order.items) + shipping - discount
    if expected_total is not None and order.total != expected_total:
        raise TotalChanged(expected_total, order.total)
    moves = charge_shared(
        session, order, methods, order.total, rules, now, expected_rest=expected_rest
    )
    record(session, order, "placed", turn_id, now, moves, amount=str(order.total), **detail)
    return order


def clean_address(address: Mapping[str, Any]) -> dict[str, str]:
    """The known fields of an address as text, the others left out.

    Raises:
        AddressIncomplete: no first line.
    """
    clean = {field: " ".join(str(address.get(field) or "").split()) for field in ADDRESS_FIELDS}
    if not clean["line1"]:
        raise AddressIncomplete
    return clean


def take_stock(session: Session, variant_id: str, quantity: int) -> Variant:
    """Take pieces out of stock, all or none.

    Raises:
        OutOfStock: fewer are left, or the variant is no longer sold.
    """
    session.flush()
    taken = session.scalar(
        update(Variant)
        .where(Variant.id == variant_id, Variant.stock >= quantity, Variant.active)
        .values(stock=Variant.stock - quantity)
        .returning(Variant.id)
        .execution_options(synchronize_session=False)
    )
    variant = session.get(Variant, variant_id, populate_existing=True)
    if taken is None or quantity < 1 or variant is None:
        title = variant.product.title if variant else variant_id
        left = variant.stock if variant and variant.active else 0
        raise OutOfStock(title, variant_id, quantity, left)
    return variant


def take_all_stock(session: Session, wanted: Counter[str]) -> None:
    """Take several variants out of stock. Raises OutOfStock at the first that is short."""
    for variant_id, quantity in sorted(wanted.items()):
        take_stock(session, variant_id, quantity)


def give_stock_back(session: Session, variant_id: str, quantity: int) -> None:
    """Put pieces back; a variant that no longer exists has no stock to keep."""
    session.flush()
    session.execute(
        update(Variant)
        .where(Variant.id == variant_id)
        .values(stock=Variant.stock + quantity)
        .execution_options(synchronize_session=False)
    )
    session.get(Variant, variant_id, populate_existing=True)


def _new_id(session: Session) -> str:
    """A short number that is easy to say, and not to be guessed from another one."""
    digits = 5
    while True:
        for _ in range(20):
            number = f"AS-{secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)}"
            if session.get(Order, number) is None:
                return number
        digits += 1
