"""What the shopper wants remembered, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from assistant.dialogue.wishes import ALL, statement
from assistant.skills.base import Context, Outcome, Request, skill
from assistant.skills.cards import load_products, title_of
from assistant.skills.limits import stated_wishes
from db.models import Profile
from db.profiles import after_statement, profile_of
from knowledge.matching import has_words, same, same_color, same_size

SHOWN: Final = 3
"""Inferred values shown of each kind."""
_HIDDEN: Final = ("language",)


@skill("set_preference")
def set_preference(ctx: Context, request: Request) -> Outcome:
    """A lasting wish, or one taken back: it holds from the next turn on, of a guest for as long as
    the conversation."""
    said = statement(request.understanding.text, request.slots)
    if not said:
        return Outcome("profile.what_to_remember")
    if "forget" in said:
        held = _held(ctx, said["forget"])
        if not held and len(said) == 1:
            fields = [field for field, values in said["forget"].items() if ALL in values]
            values = [value for values in said["forget"].values() for value in values]
            values = [] if fields else values
            return Outcome("profile.not_remembered", {"values": values, "fields": fields})
        said = {**said, "forget": held}
    ctx.events.append({"kind": "preference", "product_id": None, "detail": said})
    facts = {"wishes": _flat(said)}
    if ctx.customer_id is None:
        return Outcome("profile.guest", facts, offers=(("offer.recommend", {}),))
    # Also now, for whatever else is asked in this turn; at its end it follows from the event.
    profile = profile_of(ctx.session, ctx.customer_id, ctx.now)
    profile.stated = after_statement(profile.stated, said)
    return Outcome("profile.remembered", facts, offers=(("offer.profile", {}),))


def _held(ctx: Context, named: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Of what is to be forgotten, that which is remembered or inferred, as it is held: "blue" takes
    back navy, too."""
    profile = ctx.session.get(Profile, ctx.customer_id) if ctx.customer_id else None
    sources = [*stated_wishes(ctx).values(), profile.inferred if profile else {}]
    found: dict[str, list[str]] = {}
    for field, values in named.items():
        alike = _ALIKE.get(field, same)
        held = [str(value) for source in sources for value in source.get(field, ())]
        kept = [
            each for each in held if any(value == ALL or alike(each, value) for value in values)
        ]
        if kept:
            found[field] = list(dict.fromkeys(kept))
    return found


_ALIKE: Final[dict[str, Callable[[str, str], bool]]] = {
    "color": same_color,
    "size": same_size,
    "material": has_words,
}


@skill("view_profile")
def view_profile(ctx: Context, request: Request) -> Outcome:
    """Everything that is remembered of the shopper, stated and inferred apart."""
    stated = stated_wishes(ctx)
    if ctx.customer_id is None:
        if stated:
            return Outcome("profile.view_guest", {"wishes": _flat(stated)})
        return Outcome("profile.nobody")
    profile = ctx.session.get(Profile, ctx.customer_id)
    inferred = profile.inferred if profile else {}
    top = {
        kind: [
            value
            for value, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
            if score > 0
        ]
        for kind, scores in inferred.items()
        if isinstance(scores, dict) and kind not in _HIDDEN
    }
    products = load_products(ctx.session, top.get("product", ()))
    if "product" in top:
        top["product"] = [
            title_of(products[each], ctx.language) for each in top["product"] if each in products
        ]
    facts: dict[str, Any] = {
        "wishes": _flat(stated),
        "inferred": [{"kind": kind, "values": values} for kind, values in top.items() if values],
        "version": profile.version if profile else 0,
    }
    key = "profile.view" if facts["wishes"] or facts["inferred"] else "profile.empty"
    why = tuple(
        f"{kind}: " + ", ".join(f"{value} {score:+.2f}" for value, score in sorted(scores.items()))
        for kind, scores in inferred.items()
        if isinstance(scores, dict)
    )
    return Outcome(key, facts, offers=(("offer.export", {}), ("offer.forget", {})), why=why)


def _flat(stated: dict[str, Any]) -> list[dict[str, Any]]:
    """Wishes as facts: {"kind": prefer, must_not or forget, "field", "values"}."""
    return [
        {"kind": side, "field": kind, "values": list(values)}
        for side in ("prefer", "must_not", "forget")
        for kind, values in stated.get(side, {}).items()
        if values
    ]
