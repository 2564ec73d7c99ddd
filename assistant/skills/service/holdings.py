"""What a shopper has bought, in a shape that words can be matched against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.skills.base import Context
from assistant.understanding.service.naming import Thing
from assistant.understanding.service.values import Values
from assistant.understanding.service.wanted import Version
from db import orders
from db.models import Customer, Order, OrderItem, Product

ORDERED = "ordered"
"""Status of an item that is not on its way back."""


@dataclass(frozen=True, slots=True)
class Held:
    """One line of one order."""

    order: Order
    item: OrderItem
    product: Product | None

    @property
    def key(self) -> str:
        """What :class:`Thing` calls it."""
        return str(self.item.id)

    @property
    def options(self) -> dict[str, str]:
        """Its options, names in lower case."""
        return {str(k).casefold(): str(v) for k, v in self.item.options.items()}


def holdings(ctx: Context, customer: Customer) -> list[Held]:
    """Every line of every order, the newest order first."""
    return [
        Held(order, item, ctx.session.get(Product, item.product_id))
        for order in orders.orders_of(ctx.session, customer.id)
        for item in order.items
    ]


def things(held: Iterable[Held]) -> list[Thing]:
    """The lines by their names."""
    return [
        Thing(
            key=each.key,
            title=each.item.title,
            title_zh=each.product.title_zh if each.product else "",
            category=each.product.category if each.product else "",
            brand=each.product.brand if each.product else "",
        )
        for each in held
    ]


def versions(product: Product | None, quantity: int = 1) -> list[Version]:
    """The versions a product is sold in; available where enough pieces are in stock."""
    if product is None:
        return []
    return [
        Version(
            variant.id,
            {str(k).casefold(): str(v) for k, v in variant.options.items()},
            variant.price,
            variant.active and variant.stock >= quantity,
        )
        for variant in product.variants
    ]


def now_of(held: Held) -> Version:
    """What is had, as a version at the price that was paid."""
    return Version(held.item.variant_id, held.options, held.item.price)


def values_of(found: Sequence[Version], *also: dict[str, str]) -> Values:
    """Option -> every value it has among the versions, and in `also`."""
    table: dict[str, list[str]] = {}
    for options in (*(version.options for version in found), *also):
        for name, value in options.items():
            held = table.setdefault(name, [])
            if value not in held:
                held.append(value)
    return {name: tuple(values) for name, values in table.items()}
