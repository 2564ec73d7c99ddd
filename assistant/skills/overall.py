"""How many of a kind the shop has, and from what price to what price, by SQL over all of them."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue.overall import asks_over_all, kind_named
from assistant.skills.base import Context, Outcome, Request
from assistant.skills.cards import cards_for
from assistant.skills.limits import limit_facts, limits_from, stated_wishes
from assistant.skills.service.facts import about_versions
from assistant.understanding.types import Slots
from knowledge.types import ProductQuery

SHOWN = 6
"""Products shown beside a count."""


def overall(ctx: Context, request: Request, slots: Slots) -> Outcome | None:
    """The count and the price range of the kind that is asked about, within the limits stated; None
    where neither is asked for, no kind is named, or nothing meets the limits."""
    if asks_over_all(request.understanding.text) is None:
        return None
    what = kind_named(slots.query)
    kinds = slots.categories or _kinds(ctx, what)
    if not kinds:
        return None
    slots = replace(slots, query=what, categories=kinds, direction=None, ordinals=(), spans=())
    limits = limits_from(slots, stated_wishes(ctx))
    text = "" if _only_kind(what, kinds) else what
    found = ctx.knowledge.products.facts(ctx.session, limits, text)
    if not found.count:
        return None
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
            "what": what,
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


def _kinds(ctx: Context, what: str) -> tuple[str, ...]:
    """Categories that the words name, where understanding knew none of them."""
    reading = ctx.knowledge.products.reading(ProductQuery(what, ctx.language)) if what else None
    return tuple(sorted(reading.names)) if reading is not None else ()


def _only_kind(what: str, kinds: tuple[str, ...]) -> bool:
    """Whether the words say no more than the kind."""
    words = {word.rstrip("s") for word in what.casefold().split()}
    named = {word.rstrip("s") for kind in kinds for word in kind.casefold().split()}
    return words <= named or len(words) <= 1
