"""Recommendations with their true reasons, feedback on them, and why something was shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from assistant.dialogue.state import Focus
from assistant.recommend.candidates import recommend_from, taste_of, with_neighbours
from assistant.recommend.ranking import Ranked, Taste, rank
from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import card_for, default_variant, load_products, title_of, variant_of
from assistant.skills.limits import limit_facts, limits_from, stated_wishes
from assistant.skills.target import one_target, targets
from assistant.understanding.types import Slots
from db.models import Product
from knowledge.types import Limits

PAGE = 5


@skill("recommend_products")
def recommend(ctx: Context, request: Request) -> Outcome:
    """A short list for this shopper, inside every limit, each with what moved it up."""
    slots = replace(request.slots, spans=(), ordinals=())
    limits = limits_from(slots, stated_wishes(ctx))
    ranked, taste = ranked_for(ctx, slots, limits, limit=PAGE)
    if not ranked:
        return Outcome("recommend.none", {"limits": limit_facts(limits, ctx.settings.currency)})
    cards = []
    reasons: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {}
    ids = [one.product.id for one in ranked]
    within = ctx.knowledge.products.by_ids(ctx.session, ids, replace(limits, in_stock=True))
    variants = {hit.product_id: hit.variant_id for hit in within}
    variants |= _in_wished_color(ranked, limits)
    for one in ranked:
        variant = variant_of(one.product, variants.get(one.product.id))
        if variant is not None:
            cards.append(card_for(ctx, one.product, variant))
            reasons[one.product.id] = one.reasons
    known = bool(taste.liked or taste.inferred or taste.stated.get("prefer"))
    named = bool(slots.query or slots.categories or slots.audiences)
    key = "recommend.personal" if known else ("recommend.found" if named else "recommend.first")
    return Outcome(
        key,
        {"limits": limit_facts(limits, ctx.settings.currency), "what": slots.query},
        cards=tuple(cards),
        reasons=reasons,
        search=slots if slots.categories or slots.query else Slots(),
        offers=(("offer.why", {}), ("offer.less_first", {}), ("offer.cart_first", {})),
        why=tuple(
            f"{one.product.id}: {one.score:.3f} = "
            + ", ".join(f"{kind} {part:.3f}" for kind, part, _ in one.parts)
            for one in ranked
        ),
    )


def _in_wished_color(ranked: list[Ranked], limits: Limits) -> dict[str, str]:
    """Product id -> variant in the colour that is its reason, so that the card shows it."""
    chosen: dict[str, str] = {}
    for one in ranked:
        colors = {
            facts["value"].casefold()
            for kind, facts in one.reasons
            if kind == "reason.color" or facts.get("wish") == "color"
        }
        for variant in one.product.variants if colors and not limits.colors else ():
            fits = variant.active and variant.stock > 0 and variant.color.casefold() in colors
            if fits and (limits.price_max is None or variant.price <= limits.price_max):
                chosen.setdefault(one.product.id, variant.id)
    return chosen


def ranked_for(
    ctx: Context, slots: Slots, limits: Limits, *, limit: int
) -> tuple[list[Ranked], Taste]:
    """Ranked products for the speaker of the turn, and the taste they were ranked by."""
    taste = taste_of(ctx.session, ctx.customer_id, ctx.turn.conversation_id, ctx.language)
    ranked = recommend_from(
        ctx.session,
        ctx.knowledge,
        taste,
        limits,
        limit=limit,
        text=slots.query,
        language=ctx.language,
        diverse=not slots.categories,
    )
    return ranked, taste


@skill("explain_recommendation")
def explain(ctx: Context, request: Request) -> Outcome:
    """Why a product was shown: the same parts that its score is made of."""
    found = one_target(ctx, request)
    if isinstance(found, Ask):
        if not found.choices:
            return Outcome("explain.nothing")
        shown = [product for product, _ in ctx.state.shown]
        product = load_products(ctx.session, shown).get(shown[0])
    else:
        product = found[0]
    if product is None:
        return Outcome("explain.nothing")
    search = ctx.state.search
    limits = limits_from(search, stated_wishes(ctx))
    taste = taste_of(ctx.session, ctx.customer_id, ctx.turn.conversation_id, ctx.language)
    taste = with_neighbours(taste, ctx.session, ctx.knowledge, Limits())
    top = ctx.session.scalar(
        select(Product.popularity).order_by(Product.popularity.desc()).limit(1)
    )
    ranked = rank([product], taste, limit=1, diverse=False)
    parts = ranked[0].parts if ranked else ()
    if not product.popularity or (top and product.popularity < top / 4):
        # Alone in its list anything is the most popular; the whole shop is the measure.
        parts = tuple(part for part in parts if part[0] != "popular")
    facts = {
        "title": title_of(product, ctx.language),
        "query": search.query,
        "limits": limit_facts(limits, ctx.settings.currency),
        "reasons": [{"kind": f"reason.{kind}", **facts} for kind, _, facts in parts[:3]],
    }
    return Outcome(
        "explain.reasons",
        facts,
        focus=Focus(product.id),
        offers=(("offer.less", {}), ("offer.profile", {})),
        why=tuple(f"{kind} {part:.3f}" for kind, part, _ in parts),
    )


@skill("give_product_feedback")
def feedback(ctx: Context, request: Request) -> Outcome:
    """A like or a dislike, in force from the next list on."""
    found = targets(ctx, request.slots)
    if not found and ctx.state.shown:
        ids = [product for product, _ in ctx.state.shown]
        loaded = load_products(ctx.session, ids)
        found = [
            (loaded[product_id], variant)
            for product_id in ids
            if product_id in loaded and (variant := default_variant(loaded[product_id]))
        ]
    if not found:
        return Outcome("feedback.what")
    disliked = request.slots.sentiment == "dislike"
    for product, _ in found:
        ctx.events.append(
            {"kind": "dislike" if disliked else "like", "product_id": product.id, "detail": {}}
        )
    facts = {"titles": [title_of(product, ctx.language) for product, _ in found]}
    if not disliked:
        return Outcome(
            "feedback.like",
            facts,
            focus=Focus(found[0][0].id, found[0][1].id),
            offers=(("offer.similar", {}), ("offer.add", {})),
        )
    return Outcome("feedback.dislike", facts, offers=(("offer.recommend", {}),))
