"""Expectations against what happened: each broken one is a line "field: expected, got"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from assistant.conversation import Card, Reply
from assistant.dialogue.state import State
from assistant.scripted.format import (
    Cart,
    Every,
    Expect,
    HandoffTo,
    OrderState,
    Products,
    Profile,
    Range,
    Sql,
    Text,
)
from assistant.understanding.types import Understanding
from db.models import CartLine, Order, Product
from db.models import Profile as ProfileRow


@dataclass(frozen=True, slots=True)
class Happened:
    """All that expectations may look at after one turn."""

    reply: Reply
    heard: list[Understanding]
    state: State
    session: Session
    """Reads what the turn committed."""
    conversation_id: str
    customer_id: str | None
    turn_id: str


@dataclass(frozen=True, slots=True)
class Broken:
    """One expectation that does not hold."""

    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, got {self.got}"


def broken(expect: Expect, happened: Happened) -> list[Broken]:
    """Every expectation that does not hold, in the order of the format."""
    return list(_broken(expect, happened))


def _broken(expect: Expect, happened: Happened) -> Iterator[Broken]:
    reply = happened.reply
    if expect.intent is not None:
        wanted = [expect.intent] if isinstance(expect.intent, str) else expect.intent
        got = [ask.intent for ask in happened.heard]
        if got != wanted and [reply.intent] != wanted:
            yield Broken("intent", str(wanted), str(got))
    yield from _slots(expect.slots, happened.heard)
    if expect.products is not None:
        yield from _products(expect.products, reply.cards, happened.session)
    if expect.cart is not None:
        yield from _cart(expect.cart, happened)
    orders = expect.order if isinstance(expect.order, list) else [expect.order]
    for order in orders:
        if order is not None:
            yield from _order(order, happened)
    if expect.profile is not None:
        yield from _profile(expect.profile, happened)
    yield from _handoff(expect.handoff, reply)
    queries = expect.sql if isinstance(expect.sql, list) else [expect.sql]
    for query in queries:
        if query is not None:
            yield from _sql(query, happened.session)
    if expect.text is not None:
        yield from _text(expect.text, reply.text)
    if expect.citations is not None:
        yield from _amount("citations", expect.citations, len(reply.citations))
    if expect.language is not None and reply.language != expect.language:
        yield Broken("language", expect.language, reply.language)
    form, pending = happened.state.form, happened.state.pending
    yield from _waits("asks", expect.asks, form.asking if form else None)
    yield from _waits("pending", expect.pending, pending.kind if pending else None)
    if expect.suggestions is not None:
        yield from _amount("suggestions", expect.suggestions, len(reply.suggestions))


def _waits(field: str, wanted: str | bool | None, got: str | None) -> Iterator[Broken]:
    if wanted is None:
        return
    if (wanted or None) != got:
        yield Broken(field, str(wanted or "nothing"), str(got or "nothing"))


def _amount(field: str, wanted: int | Range, got: int) -> Iterator[Broken]:
    bounds = Range(min=wanted, max=wanted) if isinstance(wanted, int) else wanted
    if got < bounds.min or (bounds.max is not None and got > bounds.max):
        most = "more" if bounds.max is None else bounds.max
        yield Broken(field, f"{bounds.min} to {most}", str(got))


def _slots(wanted: dict[str, Any], heard: list[Understanding]) -> Iterator[Broken]:
    read = [asdict(ask.slots) for ask in heard]
    for name, value in wanted.items():
        got = [_plain(slots.get(name)) for slots in read]
        if _plain(value) not in got:
            yield Broken(f"slots.{name}", str(value), str(got[0] if len(got) == 1 else got))


def _plain(value: Any) -> Any:
    """Values of a YAML file and of slots made comparable: numbers as text, tuples as lists."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return str(Decimal(str(value)).normalize())
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return str(value)


def _products(wanted: Products, cards: tuple[Card, ...], session: Session) -> Iterator[Broken]:
    ids = [card.product_id for card in cards]
    if wanted.none and cards:
        yield Broken("products", "none", str(ids))
    if wanted.count is not None:
        yield from _amount("products.count", wanted.count, len(cards))
    for product_id in wanted.includes:
        if product_id not in ids:
            yield Broken("products.includes", product_id, str(ids))
    for product_id in wanted.excludes:
        if product_id in ids:
            yield Broken("products.excludes", f"no {product_id}", str(ids))
    if wanted.sorted is not None:
        prices = [card.price for card in cards]
        if prices != sorted(prices, reverse=wanted.sorted == "price_desc"):
            yield Broken("products.sorted", wanted.sorted, str([str(p) for p in prices]))
    for card in cards:
        if wanted.reasons and not card.reasons:
            yield Broken("products.reasons", "a reason for each", f"none for {card.product_id}")
        if wanted.every is not None:
            yield from _each(wanted.every, card, session)


def _each(every: Every, card: Card, session: Session) -> Iterator[Broken]:
    product = session.get(Product, card.product_id)
    if product is None:
        yield Broken("products.every", "a product of the shop", card.product_id)
        return
    color = str(card.options.get("color", "")).casefold()
    material = f"{product.material} {product.attributes.get('material', '')}".casefold()
    checks: list[tuple[str, Any, Any, bool]] = [
        ("price_max", every.price_max, card.price, card.price <= (every.price_max or 0)),
        ("price_min", every.price_min, card.price, card.price >= (every.price_min or 0)),
        (
            "category",
            every.category,
            product.category_path or product.category,
            any(
                kind in f"{product.category_path} / {product.category}".casefold()
                for kind in _folded(every.category)
            ),
        ),
        ("brand", every.brand, product.brand, product.brand.casefold() in _folded(every.brand)),
        (
            "not_brand",
            every.not_brand,
            product.brand,
            product.brand.casefold() not in _folded(every.not_brand),
        ),
        ("color", every.color, color, color in _folded(every.color)),
        ("not_color", every.not_color, color, color not in _folded(every.not_color)),
        (
            "size",
            every.size,
            card.options.get("size"),
            str(card.options.get("size", "")).casefold() in _folded(every.size),
        ),
        (
            "material",
            every.material,
            material,
            any(value in material for value in _folded(every.material)),
        ),
        (
            "not_material",
            every.not_material,
            material,
            not any(value in material for value in _folded(every.not_material)),
        ),
        ("in_stock", every.in_stock, card.in_stock, card.in_stock == every.in_stock),
    ]
    checks.extend(
        (
            f"attribute.{name}",
            value,
            product.attributes.get(name),
            _plain(product.attributes.get(name)) == _plain(value),
        )
        for name, value in every.attribute.items()
    )
    for name, wanted, got, holds in checks:
        if wanted is not None and not holds:
            yield Broken(f"products.every.{name}", str(wanted), f"{got} ({card.title})")


def _folded(value: str | list[str] | None) -> list[str]:
    values = [value] if isinstance(value, str) else value or []
    return [item.casefold() for item in values]


def _cart(wanted: Cart, happened: Happened) -> Iterator[Broken]:
    owner = (
        f"customer:{happened.customer_id}"
        if happened.customer_id
        else f"conversation:{happened.conversation_id}"
    )
    lines = happened.session.scalars(select(CartLine).where(CartLine.owner == owner)).all()
    count = sum(line.quantity for line in lines)
    if wanted.empty is not None and wanted.empty != (count == 0):
        yield Broken("cart.empty", str(wanted.empty), f"{count} in it")
    if wanted.count is not None and wanted.count != count:
        yield Broken("cart.count", str(wanted.count), str(count))
    if wanted.lines is not None and wanted.lines != len(lines):
        yield Broken("cart.lines", str(wanted.lines), str(len(lines)))
    total = sum((line.price * line.quantity for line in lines), Decimal(0))
    if wanted.total is not None and wanted.total != total:
        yield Broken("cart.total", str(wanted.total), str(total))
    held = [
        (line.variant.product.title, line.quantity, dict(line.variant.options)) for line in lines
    ]
    for item in wanted.contains:
        if not any(
            item.title.casefold() in title.casefold()
            and item.quantity == quantity
            and all(_plain(options.get(key)) == _plain(v) for key, v in item.options.items())
            for title, quantity, options in held
        ):
            yield Broken("cart.contains", str(item), str(held))


def _order(wanted: OrderState, happened: Happened) -> Iterator[Broken]:
    session = happened.session
    if wanted.id is not None:
        order = session.get(Order, wanted.id)
    else:
        newest = select(Order).where(Order.customer_id == happened.customer_id)
        order = session.scalar(newest.order_by(Order.placed_at.desc(), Order.id.desc()).limit(1))
    placed = order is not None and any(
        event.kind == "placed" and event.turn_id == happened.turn_id for event in order.history
    )
    if wanted.placed is not None and wanted.placed != placed:
        yield Broken("order.placed", str(wanted.placed), str(placed))
    if wanted.placed is False:
        return
    if order is None:
        yield Broken("order", wanted.id or "an order", "none")
        return
    if wanted.status is not None and order.status != wanted.status:
        yield Broken(f"order {order.id}.status", wanted.status, order.status)
    if wanted.total is not None and order.total != wanted.total:
        yield Broken(f"order {order.id}.total", str(wanted.total), str(order.total))
    states = [item.status for item in order.items]
    if wanted.item_status is not None and wanted.item_status not in states:
        yield Broken(f"order {order.id}.item_status", wanted.item_status, str(states))
    kinds = [event.kind for event in order.history]
    for kind in wanted.events:
        if kind not in kinds:
            yield Broken(f"order {order.id}.events", kind, str(kinds))
    address = " ".join(str(value) for value in order.ship_to.values())
    if wanted.address is not None and wanted.address.casefold() not in address.casefold():
        yield Broken(f"order {order.id}.address", wanted.address, address)


def _profile(wanted: Profile, happened: Happened) -> Iterator[Broken]:
    row = happened.session.get(ProfileRow, happened.customer_id or "")
    if wanted.missing:
        if row is not None:
            yield Broken("profile", "none", str(row.stated))
        return
    stated = row.stated if row else {}
    for side, kinds in (("must_not", wanted.must_not), ("prefer", wanted.prefer)):
        for kind, values in kinds.items():
            got = [str(value).casefold() for value in stated.get(side, {}).get(kind, [])]
            missing = [value for value in values if value.casefold() not in got]
            if missing:
                yield Broken(f"profile.{side}.{kind}", str(missing), str(got))


def _handoff(wanted: bool | HandoffTo | None, reply: Reply) -> Iterator[Broken]:
    if wanted is None:
        return
    if (reply.handoff is None) == bool(wanted):
        yield Broken("handoff", "one" if wanted else "none", str(reply.handoff))
        return
    if isinstance(wanted, HandoffTo) and reply.handoff is not None:
        if wanted.reason is not None and wanted.reason != reply.handoff.reason:
            yield Broken("handoff.reason", wanted.reason, reply.handoff.reason)
        for part in wanted.summary:
            if part.casefold() not in reply.handoff.summary.casefold():
                yield Broken("handoff.summary", part, reply.handoff.summary)


def _sql(wanted: Sql, session: Session) -> Iterator[Broken]:
    if not wanted.query.lstrip().lower().startswith("select"):
        yield Broken("sql", "a SELECT", wanted.query)
        return
    try:
        rows = [list(row) for row in session.execute(text(wanted.query))]
    except DBAPIError as error:
        yield Broken(f"sql {wanted.query}", "a query the shop can run", str(error.orig))
        return
    if wanted.rows is not None and _plain(rows) != _plain(wanted.rows):
        yield Broken(f"sql {wanted.query}", str(wanted.rows), str(rows))
    if wanted.value is not None:
        got = rows[0][0] if rows else None
        if _plain(got) != _plain(wanted.value):
            yield Broken(f"sql {wanted.query}", str(wanted.value), str(got))


def _text(wanted: Text, said: str) -> Iterator[Broken]:
    for part in wanted.contains:
        if part.casefold() not in said.casefold():
            yield Broken("text.contains", repr(part), repr(said))
    for part in wanted.not_contains:
        if part.casefold() in said.casefold():
            yield Broken("text.not_contains", f"no {part!r}", repr(said))
    if wanted.matches is not None and re.search(wanted.matches, said) is None:
        yield Broken("text.matches", wanted.matches, repr(said))
