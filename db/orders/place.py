"""Placing an order from a cart, and the stock it takes."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.errors import (
    AddressIncomplete,
    CartEmpty,
    CustomerNotFound,
    OutOfStock,
    TotalChanged,
)
from db.models import CartLine, Customer, Order, OrderEvent, OrderItem, Variant
from db.orders.find import own_methods, record
from db.orders.money import ZERO, charge_shared
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
        expected_at: when the parcel should arrive.
        cart_hours: how long a price in the cart is honoured against a rise that pricing made.

    Raises:
        CustomerNotFound, PaymentMethodUnknown, PaymentMethodForbidden, AddressIncomplete,
        CartEmpty, OutOfStock, TotalChanged, BalanceTooLow: nothing was written.
    """
    earlier = session.scalar(
        select(Order)
        .join(OrderEvent, OrderEvent.order_id == Order.id)
        .where(
            Order.customer_id == customer_id,
            OrderEvent.kind == "placed",
            OrderEvent.turn_id == turn_id,
        )
    )
    if earlier is not None:
        return earlier
    if session.get(Customer, customer_id) is None:
        raise CustomerNotFound(customer_id)
    address = clean_address(ship_to)
    methods = own_methods(session, customer_id, payment_method_id, rest_on)
    lines = session.scalars(
        select(CartLine).where(CartLine.owner == owner).order_by(CartLine.id)
    ).all()
    if not lines:
        raise CartEmpty
    with session.begin_nested():
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
            variant = take_stock(session, line.variant_id, line.quantity)
            order.items.append(
                OrderItem(
                    product_id=variant.product_id,
                    variant_id=variant.id,
                    title=variant.product.title,
                    options=dict(variant.options),
                    quantity=line.quantity,
                    price=honoured_price(
                        session, variant, line.price, line.added_at, now, cart_hours
                    ),
                )
            )
        value = sum((item.price * item.quantity for item in order.items), ZERO)
        order.total = value + shipping - discount
        if expected_total is not None and order.total != expected_total:
            raise TotalChanged(expected_total, order.total)
        moves = charge_shared(session, order, methods, order.total, rules, now)
        for line in lines:
            session.delete(line)
        record(session, order, "placed", turn_id, now, moves, amount=str(order.total))
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
