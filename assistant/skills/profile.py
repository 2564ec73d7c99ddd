"""What the shopper wants remembered, and what is known of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from assistant.skills.base import Context, Outcome, Request, skill
from db.events import profile_of
from db.models import Profile

_WISHES = {
    "prefer": {
        "color": "colors",
        "brand": "brands",
        "category": "categories",
        "material": "materials",
        "size": "sizes",
    },
    "must_not": {
        "color": "not_colors",
        "brand": "not_brands",
        "category": "not_categories",
        "material": "not_materials",
    },
}


@skill("set_preference")
def set_preference(ctx: Context, request: Request) -> Outcome:
    """A lasting wish: stated wishes beat inferred ones and hold from the next turn on."""
    said = _wishes(request)
    if not said["prefer"] and not said["must_not"]:
        return Outcome("profile.what_to_remember")
    if ctx.customer_id is None:
        return Outcome("profile.guest", {"wishes": _flat(said)})
    profile = profile_of(ctx.session, ctx.customer_id, ctx.now)
    stated = deepcopy(profile.stated)
    for side, other in (("prefer", "must_not"), ("must_not", "prefer")):
        for kind, values in said[side].items():
            kept = stated.setdefault(side, {}).setdefault(kind, [])
            if kind == "size":
                # A size stated anew replaces the old one: people have one size of a kind.
                kept.clear()
            kept.extend(value for value in values if value not in kept)
            opposite = stated.get(other, {}).get(kind, [])
            stated.setdefault(other, {})[kind] = [v for v in opposite if v not in values]
    profile.stated = stated
    profile.version += 1
    ctx.events.append({"kind": "preference", "product_id": None, "detail": said})
    return Outcome("profile.remembered", {"wishes": _flat(said)}, offers=(("offer.profile", {}),))


@skill("view_profile")
def view_profile(ctx: Context, request: Request) -> Outcome:
    """Everything that is remembered of the shopper, stated and inferred apart."""
    if ctx.customer_id is None:
        return Outcome("profile.nobody")
    profile = ctx.session.get(Profile, ctx.customer_id)
    stated = profile.stated if profile else {}
    inferred = profile.inferred if profile else {}
    top = {
        kind: [
            value
            for value, score in sorted(scores.items(), key=lambda pair: -pair[1])[:3]
            if score > 0
        ]
        for kind, scores in inferred.items()
        if isinstance(scores, dict)
    }
    facts: dict[str, Any] = {
        "wishes": _flat(stated),
        "inferred": [{"kind": kind, "values": values} for kind, values in top.items() if values],
    }
    key = "profile.view" if facts["wishes"] or facts["inferred"] else "profile.empty"
    return Outcome(key, facts, offers=(("offer.export", {}), ("offer.forget", {})))


def _wishes(request: Request) -> dict[str, dict[str, list[str]]]:
    return {
        side: {
            kind: list(values)
            for kind, name in kinds.items()
            if (values := getattr(request.slots, name))
        }
        for side, kinds in _WISHES.items()
    }


def _flat(stated: dict[str, Any]) -> list[dict[str, Any]]:
    """Wishes as facts: {"kind": prefer or must_not, "field", "values"}."""
    return [
        {"kind": side, "field": kind, "values": list(values)}
        for side in ("prefer", "must_not")
        for kind, values in stated.get(side, {}).items()
        if values
    ]
