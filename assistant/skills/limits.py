"""Slots and the profile's musts become hard limits; limits become facts that can be worded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.skills.base import Context
from assistant.understanding.types import Slots
from db.models import Profile
from db.profiles import after_statement, stated_in_conversation
from knowledge.types import AttributeFilter, Limits

LEFT_OUT = ("let_go", "unspoken", "unmeasured", "untold")
"""Facts of a search whose reply says what was left out of it; empty where nothing was."""
RELAXABLE = (
    "attributes",
    "sizes",
    "colors",
    "materials",
    "not_materials",
    "not_colors",
    "brands",
    "not_brands",
    "audiences",
    "price_max",
    "price_min",
    "in_stock",
)
"""Limits in the order in which a shopper is offered to drop one when nothing is left."""


def stated_wishes(ctx: Context) -> dict[str, Any]:
    """What this shopper asked to remember; of a guest, what they said in this conversation. A wish
    of this very turn counts."""
    if ctx.customer_id is None:
        stated = stated_in_conversation(ctx.session, ctx.turn.conversation_id)
    else:
        profile = ctx.session.get(Profile, ctx.customer_id)
        stated = dict(profile.stated) if profile else {}
    for row in ctx.events:
        if row["kind"] == "preference":
            stated = after_statement(stated, row["detail"])
    return stated


def limits_from(slots: Slots, wishes: dict[str, Any] | None = None) -> Limits:
    """Every stated limit as a hard filter. Remembered must-nots join unless the shopper asks for
    that very thing now: "wool socks" from someone who avoids wool means wool."""
    never = (wishes or {}).get("must_not", {})

    def ruled_out(kind: str, said: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
        remembered = [value for value in never.get(kind, ()) if value not in wanted]
        return tuple(dict.fromkeys((*said, *remembered)))

    return Limits(
        categories=slots.categories,
        brands=slots.brands,
        colors=slots.colors,
        sizes=slots.sizes,
        materials=slots.materials,
        audiences=slots.audiences,
        not_categories=slots.not_categories,
        not_brands=ruled_out("brand", slots.not_brands, slots.brands),
        not_colors=ruled_out("color", slots.not_colors, slots.colors),
        not_materials=ruled_out("material", slots.not_materials, slots.materials),
        price_min=slots.price_min,
        price_max=slots.price_max,
        in_stock=bool(slots.in_stock),
        attributes=tuple(
            AttributeFilter(limit.name, limit.operator, limit.value, limit.unit)
            for limit in slots.attributes
        ),
    )


def limit_facts(limits: Limits, currency: str) -> list[dict[str, Any]]:
    """The limits as facts, in the order a person would say them: each has "kind" (the template
    `limit.<kind>`) and what that template states."""
    facts: list[dict[str, Any]] = []
    for kind in ("brands", "colors", "sizes", "materials", "audiences"):
        values = getattr(limits, kind)
        if values:
            facts.append({"kind": kind, "values": list(values)})
    if limits.price_min is not None and limits.price_max is not None:
        facts.append(
            {
                "kind": "price_between",
                "low": limits.price_min,
                "high": limits.price_max,
                "currency": currency,
            }
        )
    elif limits.price_max is not None:
        facts.append({"kind": "price_max", "high": limits.price_max, "currency": currency})
    elif limits.price_min is not None:
        facts.append({"kind": "price_min", "low": limits.price_min, "currency": currency})
    for attribute in limits.attributes:
        value = attribute.value
        shown = f"{value:g}" if isinstance(value, (int, float)) else str(value)
        facts.append(
            {
                "kind": f"attribute_{attribute.operator}",
                "name": attribute.name.replace("_", " "),
                "value": shown,
                "unit": attribute.unit,
            }
        )
    for kind in ("not_categories", "not_brands", "not_colors", "not_materials"):
        values = getattr(limits, kind)
        if values:
            facts.append({"kind": kind, "values": list(values)})
    if limits.in_stock:
        facts.append({"kind": "in_stock"})
    return facts


def without(limits: Limits, kind: str) -> Limits:
    """The limits with one kind dropped."""
    return replace(limits, **{kind: getattr(Limits(), kind)})
