"""Limits that no record of a kind speaks to: nothing would ever meet them, and nothing breaks them.

A shop that does not say of any laptop whom it is for has laptops for a daughter all the same. Such
a limit is let go, and the reply says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from assistant.skills.base import Context
from assistant.skills.limits import limit_facts, limits_from
from assistant.understanding.types import Slots


@dataclass(frozen=True, slots=True)
class Unspoken:
    """A search without the limits that the records are silent on."""

    slots: Slots
    facts: list[dict[str, Any]]
    """The limits let go, as `limit_facts` gives them."""


_MEASURES = (
    ("length", "diameter", "screen size", "width", "height", "depth"),
    ("capacity", "volume", "net content"),
)
"""What a bare "28 cm" or "500 ml" may measure, in the order tried."""


def _measured_otherwise(ctx: Context, slots: Slots) -> Slots:
    """The length of a pan is its diameter, the capacity of a bottle its volume: a bare measure goes
    by what the records state."""
    states = ctx.knowledge.products.states
    own = ctx.knowledge.vocabulary.attribute_names
    limits = list(slots.attributes)
    for place, limit in enumerate(limits):
        names = next((names for names in _MEASURES if limit.name in names), ())
        if not names or states(ctx.session, slots.categories, limit.name):
            continue
        for name in names:
            spelt = own.get(name)
            if spelt is not None and states(ctx.session, slots.categories, spelt):
                limits[place] = replace(limit, name=spelt)
                break
    return replace(slots, attributes=tuple(limits))


def unspoken(ctx: Context, slots: Slots) -> Unspoken | None:
    """The search without what no product of its kinds states; None where each limit is spoken to,
    or no kind is named."""
    if not slots.categories:
        return None
    asked = slots
    states = ctx.knowledge.products.states
    slots = _measured_otherwise(ctx, slots)
    silent = tuple(
        limit
        for limit in slots.attributes
        if limit.operator != "ne" and not states(ctx.session, slots.categories, limit.name)
    )
    for_whom = slots.audiences and not states(ctx.session, slots.categories, "audience")
    if not silent and not for_whom:
        return Unspoken(slots, []) if slots != asked else None
    dropped = Slots(attributes=silent, audiences=slots.audiences if for_whom else ())
    kept = replace(
        slots,
        attributes=tuple(limit for limit in slots.attributes if limit not in silent),
        audiences=() if for_whom else slots.audiences,
    )
    return Unspoken(kept, limit_facts(limits_from(dropped), ctx.settings.currency))
