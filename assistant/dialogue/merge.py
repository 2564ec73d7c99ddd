"""How what is said now joins what was said before: forms gather, searches are refined."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from assistant.understanding.types import AttributeLimit, Slots

_DEFAULTS = Slots()

_SEARCH_FIELDS = (
    "wish",
    "not_words",
    "categories",
    "brands",
    "colors",
    "sizes",
    "materials",
    "audiences",
    "not_categories",
    "not_brands",
    "not_colors",
    "not_materials",
    "price_min",
    "price_max",
    "currency",
    "attributes",
    "in_stock",
    "sort",
)
"""Fields that limit or order a search and therefore stand until changed."""

_OPPOSITES = {
    "categories": "not_categories",
    "brands": "not_brands",
    "colors": "not_colors",
    "materials": "not_materials",
}


def overlay(known: Slots, said: Slots) -> Slots:
    """`known` with every field that `said` fills put in its place."""
    changes: dict[str, Any] = {
        field.name: getattr(said, field.name)
        for field in fields(Slots)
        if getattr(said, field.name) != getattr(_DEFAULTS, field.name)
    }
    return replace(known, **changes)


def search_part(slots: Slots) -> Slots:
    """Only what a search may keep: query words, limits and order."""
    kept: dict[str, Any] = {name: getattr(slots, name) for name in _SEARCH_FIELDS}
    return Slots(query=slots.query, **kept)


def refine(search: Slots, said: Slots) -> Slots:
    """The running search after a refinement; its words stay.

    A value named anew replaces the old one of its kind; what is ruled out adds up, and ruling out
    a value that was wanted (or the other way round) drops the older wish. Price bounds replace one
    by one; a new lower bound above the old upper bound drops the upper one.
    """
    changes: dict[str, Any] = {}
    for wanted, unwanted in _OPPOSITES.items():
        now = getattr(said, wanted)
        never = getattr(said, unwanted)
        keep = now or tuple(value for value in getattr(search, wanted) if value not in never)
        ruled_out = (*getattr(search, unwanted), *never)
        changes[wanted] = keep
        changes[unwanted] = tuple(dict.fromkeys(v for v in ruled_out if v not in now))
    changes["not_words"] = tuple(dict.fromkeys((*search.not_words, *said.not_words)))
    for name in ("sizes", "audiences", "currency", "sort"):
        changes[name] = getattr(said, name) or getattr(search, name)
    changes["in_stock"] = said.in_stock if said.in_stock is not None else search.in_stock
    changes["attributes"] = _merge_attributes(search.attributes, said.attributes)
    low = said.price_min if said.price_min is not None else search.price_min
    high = said.price_max if said.price_max is not None else search.price_max
    if low is not None and high is not None and low > high:
        low, high = (low, None) if said.price_min is not None else (None, high)
    changes["price_min"], changes["price_max"] = low, high
    return replace(search, **changes)


def refined(search: Slots, said: Slots) -> Slots:
    """What is said now, with the limits of the running search refined by it; its own words stay."""
    return overlay(said, refine(search, said))


def _merge_attributes(
    old: tuple[AttributeLimit, ...], new: tuple[AttributeLimit, ...]
) -> tuple[AttributeLimit, ...]:
    """A new limit replaces older ones on the same attribute, except that min joins max."""
    complements = {("min", "max"), ("max", "min")}
    kept = [
        limit
        for limit in old
        if all(
            limit.name != other.name or (limit.operator, other.operator) in complements
            for other in new
        )
    ]
    return (*kept, *new)
