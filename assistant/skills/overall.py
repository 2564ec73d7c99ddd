"""How many of a kind the shop has, from what price to what price, and of which makes: by SQL over
all of them."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.dialogue.overall import asks_over_all, kind_named
from assistant.skills.base import Context, Outcome, Request
from assistant.skills.cards import cards_for, load_products
from assistant.skills.limits import limit_facts, limits_from, stated_wishes
from assistant.skills.mentions import mentioning
from assistant.skills.service.facts import about_versions
from assistant.understanding.types import Slots
from knowledge.limits import brands_within
from knowledge.types import Limits, ProductQuery

MAKES = 12
"""Makes that are named."""
MOST_COUNTED = 100
"""Products looked at for words that are no kind; more are not counted."""
SHOWN = 6
"""Products shown beside a count."""


def overall(ctx: Context, request: Request, slots: Slots) -> Outcome | None:
    """The count and the price range, or the makes, of the kind that is asked about or of the whole
    shop, within the limits stated; None where neither is asked for or nothing meets the limits."""
    asked = asks_over_all(request.understanding.text)
    if asked is None or slots.not_words:
        return None
    what = kind_named(slots.query)
    kinds = slots.categories or _kinds(ctx, what)
    if what and not kinds:
        return _mentioning(ctx, slots, what) if asked == "count" else None
    slots = replace(slots, query=what, categories=kinds, direction=None, ordinals=(), spans=())
    limits = limits_from(slots, stated_wishes(ctx))
    text = "" if _only_kind(what, kinds) else what
    found = ctx.knowledge.products.facts(ctx.session, limits, text)
    if not found.count:
        return None
    if asked == "brands":
        return _makes(ctx, slots, what, limits)
    if found.count == 1 and (told := about_versions(ctx, request)) is not None:
        # One product: how many versions of it is what is asked.
        return told
    query = ProductQuery(what, ctx.language, limits=limits, sort=slots.sort or "relevance")
    cards = cards_for(ctx, ctx.knowledge.products.search(ctx.session, replace(query, limit=SHOWN)))
    return Outcome(
        "search.overall",
        {
            "total": found.count,
            "low": found.price_min,
            "high": found.price_max,
            "currency": ctx.settings.currency,
            "what": _in_number(what, kinds, found.count),
            "categories": list(kinds),
            "limits": limit_facts(limits, ctx.settings.currency),
            "sort": slots.sort or "",
            "shown": len(cards),
        },
        cards=cards,
        search=slots,
        search_image="",
        offers=(("offer.cheaper", {}), ("offer.more", {}), ("offer.compare", {})),
        why=(f"{found.count} within {limits}",),
    )


def _mentioning(ctx: Context, slots: Slots, what: str) -> Outcome | None:
    """The count of what is no kind here but stands in the records: "how many sunscreens"."""
    limits = limits_from(replace(slots, query=what), stated_wishes(ctx))
    query = ProductQuery(what, ctx.language, limits=limits, limit=MOST_COUNTED)
    hits = ctx.knowledge.products.search(ctx.session, query)
    products = load_products(ctx.session, [hit.product_id for hit in hits])
    held = mentioning(products.values(), what, ctx.knowledge.vocabulary)
    found = [hit for hit in hits if held and hit.product_id in held]
    if not found or len(found) == MOST_COUNTED:
        return None
    prices = [hit.price for hit in found]
    facts = {
        "total": len(found),
        "low": min(prices),
        "high": max(prices),
        "currency": ctx.settings.currency,
        "what": what,
        "categories": [],
        "limits": limit_facts(limits, ctx.settings.currency),
        "sort": slots.sort or "",
        "shown": min(len(found), SHOWN),
    }
    kept = replace(slots, query=what, direction=None, ordinals=(), spans=())
    return Outcome(
        "search.overall_mentioned",
        facts,
        cards=cards_for(ctx, found[:SHOWN]),
        search=kept,
        search_image="",
        why=(f"{len(found)} mention it",),
    )


def _in_number(what: str, kinds: tuple[str, ...], count: int) -> str:
    """The kind that is counted, in the plural where there are several: "8 HDMI cables"."""
    last = what.rpartition(" ")[2]
    singular = re.fullmatch(r"[a-z]{3,}(?<!s)", last) is not None and last not in _PLURALS
    if count == 1 or not singular or not kinds:
        return what
    if re.search(r"(?:x|ch|sh)$", last):
        return f"{what}es"
    return f"{what[:-1]}ies" if re.search(r"[^aeiou]y$", last) else f"{what}s"


_PLURALS = frozenset({"mice", "men", "women", "children", "people", "knives", "shelves", "feet"})


def _makes(ctx: Context, slots: Slots, what: str, limits: Limits) -> Outcome | None:
    """The makes of a kind, those with most products first."""
    makes = brands_within(ctx.session, limits)
    if not makes:
        return None
    facts = {
        "makes": [name for name, _ in makes[:MAKES]],
        "more": max(0, len(makes) - MAKES),
        "what": what,
        "categories": list(slots.categories),
    }
    query = ProductQuery(what, ctx.language, limits=limits, limit=SHOWN)
    return Outcome(
        "search.makes",
        facts,
        cards=cards_for(ctx, ctx.knowledge.products.search(ctx.session, query)),
        search=slots,
        search_image="",
        why=(f"{len(makes)} makes",),
    )


def _kinds(ctx: Context, what: str) -> tuple[str, ...]:
    """Categories that the words name, where understanding knew none of them."""
    reading = ctx.knowledge.products.reading(ProductQuery(what, ctx.language)) if what else None
    return tuple(sorted(reading.names)) if reading is not None else ()


def _only_kind(what: str, kinds: tuple[str, ...]) -> bool:
    """Whether the words say no more than the kind."""
    words = {word.rstrip("s") for word in what.casefold().split()}
    named = {word.rstrip("s") for kind in kinds for word in kind.casefold().split()}
    return words <= named or len(words) <= 1
