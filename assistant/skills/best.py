"""Of the products on show, the one that has most or least of something: the cheapest, the lightest.

What is compared is read from the shop's records alone; products that do not state it are named as
such and not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from assistant.dialogue.state import Focus
from assistant.skills.attributes import asked_facts
from assistant.skills.base import Context, Outcome, Request
from assistant.skills.cards import card_for, load_products, title_of, variant_of
from assistant.understanding.attribute_words import attributes_named
from assistant.understanding.superlatives import Side, extreme_of, one_of, without_extremes
from assistant.understanding.types import Slots
from db.models import Product, Variant
from knowledge.types import Sort
from knowledge.units import convert

_SIDE_BY_SIDE: Final = re.compile(r"\bdifferen|\bcompar|\bversus\b|\bvs\b|区别|对比", re.IGNORECASE)
"""Asks for all that two have and not for the one that has more."""
_SAYS: Final[dict[str, str]] = {
    "light": "weight",
    "heavi": "weight",
    "轻": "重量",
    "最重": "重量",
    "thinne": "thickness",
    "slimme": "thickness",
    "talle": "height",
    "wide": "width",
    "deepe": "depth",
    "narrowe": "width",
    "roomie": "capacity",
    "longest lasting": "battery life",
    "longer lasting": "battery life",
    "bigge": "dimensions",
    "large": "dimensions",
    "smalle": "dimensions",
    "续航": "续航",
}
"""Beginnings of comparatives and superlatives that name the attribute themselves, where no noun
does."""


@dataclass(frozen=True, slots=True)
class _Shown:
    place: int
    product: Product
    variant: Variant


def by_sort(ctx: Context, sort: Sort) -> tuple[str, str | None] | None:
    """(product, variant) of what comes first among the shown; None where the records do not say."""
    found = _first(_shown(ctx), sort)
    return (found.product.id, found.variant.id) if found else None


def best_of(ctx: Context, request: Request) -> Outcome | None:
    """The answer to "which of these is the …st"; None where nothing of the kind was asked."""
    slots, text = request.slots, request.understanding.text
    if _ENDS.search(text):
        return _spread(ctx)
    if slots.sort:
        return _by_order(ctx, slots.sort)
    asked = None if _SIDE_BY_SIDE.search(text) else extreme_of(text)
    if asked is None:
        return None
    if asked.sort:
        return _by_order(ctx, asked.sort)
    return _by_attribute(ctx, slots, text, asked.side) if asked.side else None


def picked_out(ctx: Context, text: str) -> tuple[str, str | None] | None:
    """(product, variant) of "the lighter one" among those on show; None where nothing of the kind
    is said or the records do not tell."""
    asked = one_of(text)
    if asked is None or len(ctx.state.shown) < 2:
        return None
    if asked.sort:
        return by_sort(ctx, asked.sort)
    values = _stated(ctx, Slots(), text)
    if values is None or asked.side is None:
        return None
    _, rows = values
    found = _end(rows, asked.side)[2]
    return found.product.id, found.variant.id


def _shown(ctx: Context) -> list[_Shown]:
    loaded = load_products(ctx.session, [product for product, _ in ctx.state.shown])
    return [
        _Shown(place, loaded[product_id], variant)
        for place, (product_id, variant_id) in enumerate(ctx.state.shown, start=1)
        if product_id in loaded
        and (variant := variant_of(loaded[product_id], variant_id)) is not None
    ]


def _first(shown: list[_Shown], sort: Sort) -> _Shown | None:
    if sort == "rating":
        shown = [each for each in shown if each.product.rating is not None]
    elif sort == "newest":
        shown = [each for each in shown if each.product.released_at is not None]
    return min(
        shown,
        default=None,
        key=lambda each: {
            "price_asc": each.variant.price,
            "price_desc": -each.variant.price,
            "rating": -(each.product.rating or 0),
            "newest": -each.product.released_at.timestamp() if each.product.released_at else 0,
            "popular": -each.product.popularity,
            "relevance": each.place,
        }[sort],
    )


_ENDS: Final = re.compile(
    r"最贵.{0,6}最便宜|最便宜.{0,6}最贵|\bcheapest and (?:the )?(?:dearest|most expensive)\b"
    r"|\b(?:dearest|most expensive) and (?:the )?cheapest\b",
    re.IGNORECASE,
)


def _spread(ctx: Context) -> Outcome | None:
    """How far apart the cheapest and the dearest of the shown are."""
    shown = sorted(_shown(ctx), key=lambda each: each.variant.price)
    if len(shown) < 2:
        return None
    low, high = shown[0], shown[-1]
    facts = {
        "low": _named(ctx, low),
        "high": _named(ctx, high),
        "apart": high.variant.price - low.variant.price,
        "currency": high.product.currency,
    }
    cards = tuple(card_for(ctx, each.product, each.variant) for each in (low, high))
    return Outcome("compare.spread", facts, cards=cards, listed=False)


def _by_order(ctx: Context, sort: Sort) -> Outcome:
    found = _first(_shown(ctx), sort)
    if found is None:
        return Outcome("compare.unknown", {"sort": sort})
    facts = _named(ctx, found) | {
        "sort": sort,
        "rating": found.product.rating,
        "released": found.product.released_at,
    }
    return _told(ctx, "compare.best", facts, found)


_Row = tuple[float, str, _Shown]


def _stated(ctx: Context, slots: Slots, text: str) -> tuple[str, list[_Row]] | None:
    """The attribute asked about, and what those on show state of it, in one unit: what the nouns
    name ("the biggest battery"), else what the comparative itself does ("lighter")."""
    plain = without_extremes(text)
    named = " ".join(name for word, name in _SAYS.items() if word in text.casefold())
    shown = _shown(ctx)
    for question in (plain, named):
        stated: dict[str, list[_Row]] = {}
        for each in shown if question.strip() else ():
            for fact in asked_facts(each.product, each.variant, question, slots):
                if isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool):
                    row = (float(fact.value), fact.unit, each)
                    stated.setdefault(fact.name, []).append(row)
        exact = {name for name in stated if _plain(name) in attributes_named(question.casefold())}
        found = max(stated.items(), key=lambda item: (item[0] in exact, len(item[1])), default=None)
        if found is not None:
            return _in_one_unit(found)
    return None


def _in_one_unit(found: tuple[str, list[_Row]]) -> tuple[str, list[_Row]] | None:
    """The rows in the unit of the first; None where they measure different things."""
    name, rows = found
    unit = rows[0][1]
    converted = [(convert(value, own, unit), each) for value, own, each in rows]
    same = [(value, unit, each) for value, each in converted if value is not None]
    return (name, same) if len(same) == len(rows) else None


def _plain(name: str) -> str:
    return name.casefold().replace("_", " ")


def _end(rows: list[_Row], side: Side) -> _Row:
    """The first of the rows at one end."""
    return (max if side == "most" else min)(
        rows, key=lambda row: (row[0], -row[2].place if side == "most" else row[2].place)
    )


def _by_attribute(ctx: Context, slots: Slots, text: str, side: Side) -> Outcome:
    """Most or least of an attribute that is stated as a number in one unit."""
    stated = _stated(ctx, slots, text)
    if stated is None:
        return Outcome("compare.unknown", {"sort": ""})
    name, values = stated
    value, unit, found = _end(values, side)
    facts = _named(ctx, found) | {
        "name": name.replace("_", " "),
        "value": f"{value:g}{f' {unit}' if unit else ''}",
        "side": side,
        "shared": sum(other == value for other, _, _ in values) - 1,
        "silent": len(_shown(ctx)) - len(values),
    }
    return _told(ctx, "compare.extreme", facts, found)


def _named(ctx: Context, found: _Shown) -> dict[str, object]:
    return {
        "place": found.place,
        "title": title_of(found.product, ctx.language),
        "price": found.variant.price,
        "currency": found.product.currency,
    }


def _told(ctx: Context, key: str, facts: dict[str, object], found: _Shown) -> Outcome:
    return Outcome(
        key,
        facts,
        cards=(card_for(ctx, found.product, found.variant),),
        listed=False,
        focus=Focus(found.product.id, found.variant.id),
        offers=(("offer.add", {}),),
    )
