"""Relative wishes as limits: "cheaper" and "lighter" against what is on show."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import Any, Final

from assistant.skills.attributes import record_facts
from assistant.skills.base import Context
from assistant.skills.cards import load_products, variant_of
from assistant.skills.limits import limits_from, stated_wishes
from assistant.understanding.types import AttributeLimit, Slots
from db.models import Product, Variant
from knowledge.limits import prices_within

_MILD: Final = re.compile(
    r"\b(?:not|\w+n't) (?:be )?(?:too|so|very)\b|[别不](?:要)?(?:太|很)", re.I
)
_THIRDS: Final = 3
CENT: Final = Decimal("0.01")

_MEASURED: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (
        r"\blighter\b|\b(?:not|n't) (?:be )?(?:too |so |very )?heavy\b"
        r"|更轻|轻一?[点些]|[别不](?:要)?(?:太|很)?重",
        "max",
        ("weight",),
    ),
    (r"\bheavier\b|更重|重一?[点些]", "min", ("weight",)),
    (
        r"\b(?:bigger|larger)\b|\b(?:not|n't) (?:be )?(?:too |so |very )small\b"
        r"|[别不](?:要)?太小|更大|大一?[点些]",
        "min",
        ("screen size", "capacity", "volume", "diameter", "width", "height"),
    ),
    (
        r"\bsmaller\b|more compact|\b(?:not|n't) (?:be )?(?:too |so |very )(?:big|large)\b"
        r"|[别不](?:要)?太大|更小|小一?[点些]",
        "max",
        ("screen size", "capacity", "volume", "diameter", "width", "height"),
    ),
    (r"\blonger battery\b|续航更?[长久]一?[点些]?", "min", ("battery life",)),
    (r"\bmore (?:memory|ram)\b|内存更?大一?[点些]?", "min", ("memory",)),
    (r"\bmore (?:storage|space)\b|(?:存储|硬盘)更?大一?[点些]?", "min", ("storage",)),
)


def with_bounds(
    ctx: Context, slots: Slots, text: str, said: Slots | None = None
) -> tuple[Slots, bool]:
    """The slots with what is relative made a limit, and whether a measure was (not a price).

    Prices go against the product in focus, else against all that was shown; where nothing beats all
    of it, against the other end of the list. Measures do likewise, where the records state them
    and `said`, what this turn itself names, gives no figure for them.
    """
    if slots.direction in ("cheaper", "dearer"):
        return _priced(ctx, slots), False
    if slots.direction == "middle":
        return _in_the_middle(ctx, slots), False
    measured = _measured(ctx, slots, text, said or Slots())
    return (slots, False) if measured is None else (measured, True)


def _in_the_middle(ctx: Context, slots: Slots) -> Slots:
    """The middle third of the prices that the kind sought goes for, as bounds."""
    if not slots.categories:
        return slots
    open_ended = replace(slots, price_min=None, price_max=None)
    prices = prices_within(ctx.session, limits_from(open_ended, stated_wishes(ctx)))
    if len(prices) < _THIRDS:
        return slots
    low, high = prices[len(prices) // 3], prices[-1 - len(prices) // 3]
    return replace(slots, price_min=low, price_max=high, sort=None)


def measure_asked(slots: Slots, text: str) -> str:
    """The one measure that "lighter" or "longer battery" goes by; "" where it may be several."""
    names = _wished(slots, text)[1]
    return names[0] if len(names) == 1 and not slots.sizes else ""


def against(slots: Slots, price: Decimal) -> Slots:
    """ "Cheaper" or "dearer" than one product, as a limit."""
    if slots.direction == "cheaper":
        return replace(slots, price_max=_tighter(slots.price_max, price - CENT, min))
    if slots.direction == "dearer":
        return replace(slots, price_min=_tighter(slots.price_min, price + CENT, max))
    return slots


def _on_show(ctx: Context) -> list[tuple[Product, Variant]]:
    focus = ctx.state.focus
    pairs = [(focus.product_id, focus.variant_id)] if focus.product_id else list(ctx.state.shown)
    products = load_products(ctx.session, [product for product, _ in pairs if product])
    return [
        (products[product_id], variant)
        for product_id, variant_id in pairs
        if product_id in products
        and (variant := variant_of(products[product_id], variant_id)) is not None
    ]


def _priced(ctx: Context, slots: Slots) -> Slots:
    prices = [variant.price for _, variant in _on_show(ctx)]
    cheaper = slots.direction == "cheaper"
    if not prices:
        return replace(slots, sort=slots.sort or ("price_asc" if cheaper else "price_desc"))
    bounded = slots
    for price in sorted({min(prices), max(prices)}, reverse=not cheaper):
        bounded = against(slots, price)
        if _any_within(ctx, bounded):
            break
    return bounded


def _wished(slots: Slots, text: str) -> tuple[str, tuple[str, ...]]:
    """Which end is wished for, and of which measures it may be; none of them where it is none."""
    for pattern, side, names in _MEASURED:
        if re.search(pattern, text, re.IGNORECASE):
            # "Smaller" of a shoe is its size.
            return (side, ()) if slots.sizes and len(names) > 1 else (side, names)
    return "", ()


def _without_wish(query: str) -> str:
    """The words that are sought, without the relative ones."""
    for pattern, _, _ in _MEASURED:
        query = re.sub(rf"(?:{pattern})的?", " ", query, flags=re.IGNORECASE)
    return " ".join(query.split())


def _measured(ctx: Context, slots: Slots, text: str, said: Slots) -> Slots | None:
    side, names = _wished(slots, text)
    if not names:
        return None
    given = {limit.name.replace("_", " ").casefold() for limit in said.attributes}
    if given & set(names):
        # "Bigger, over 60 litres" says how big.
        return replace(slots, query=_without_wish(slots.query))
    stated: dict[str, list[tuple[float, str]]] = {}
    for product, variant in _on_show(ctx):
        for fact in record_facts(product, variant):
            if isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool):
                stated.setdefault(fact.name, []).append((float(fact.value), fact.unit))
    spoken = {name.casefold().replace("_", " "): name for name in stated}
    name = next((spoken[each] for each in names if each in spoken), None)
    if name is None or len({unit for _, unit in stated[name]}) != 1:
        return None
    values, unit = [value for value, _ in stated[name]], stated[name][0][1]
    bounded = slots
    ends = sorted({min(values), max(values)}, reverse=side == "min")
    if _MILD.search(text):
        ends = [median(values)]  # "not too heavy" asks for no more than is usual
    for value in ends:
        step = 1 if value >= 50 else 0.1 if value >= 10 else 0.01
        bound = value - step if side == "max" else value + step
        others = tuple(limit for limit in slots.attributes if limit.name != name)
        limit = AttributeLimit(name, "max" if side == "max" else "min", round(bound, 2), unit)
        bounded = replace(slots, attributes=(*others, limit))
        if _any_within(ctx, bounded):
            break
    return bounded


def _any_within(ctx: Context, slots: Slots) -> bool:
    limits = limits_from(slots, stated_wishes(ctx))
    return bool(ctx.knowledge.products.facts(ctx.session, limits).count)


def _tighter(stated: Decimal | None, computed: Decimal, choose: Callable[..., Any]) -> Decimal:
    result: Decimal = computed if stated is None else choose(stated, computed)
    return result
