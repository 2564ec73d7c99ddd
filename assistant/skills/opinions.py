"""Why something was recommended, who paid for a place, and what a shopper thinks of a product."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Final

from assistant.dialogue.recommended import PAID
from assistant.dialogue.state import Focus
from assistant.recommend.counterfactual import score_without
from assistant.recommend.making import POOL, Maker
from assistant.recommend.relevance import fits_words
from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import default_variant, load_products, title_of
from assistant.skills.experiment import weights_of
from assistant.skills.limits import limit_facts, limits_from, stated_wishes
from assistant.skills.recommend import asker_of, sum_of
from assistant.skills.target import one_target, targets
from assistant.understanding.types import Slots
from knowledge.types import Limits, ProductQuery

_ONE: Final = re.compile(r"\b(?:this|that|it)\b|[这那](?:个|种|款|类|样)", re.IGNORECASE)
_ALL: Final = re.compile(
    r"\b(?:these|those|them|any|all|none|ones)\b|[这那]些|都|全部|一个都", re.IGNORECASE
)


@skill("explain_recommendation")
def explain(ctx: Context, request: Request) -> Outcome:
    """Why a product was shown: the same parts that its score is made of."""
    if PAID.search(request.understanding.text):
        return _paid(ctx)
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
    maker = Maker(ctx.session, ctx.knowledge, weights_of(ctx))
    shopper = maker.shopper(asker_of(ctx, gift=ctx.state.gift))
    limits = limits_from(search, {} if shopper.asker.gift else stated_wishes(ctx))
    if not ctx.knowledge.products.by_ids(ctx.session, [product.id], limits):
        limits = _met(ctx, limits, product.id)
    ranked = maker.explained(shopper, product.id)
    parts = ranked.shown if ranked else ()
    facts = {
        "title": title_of(product, ctx.language),
        "query": search.query if _holds(ctx, search, limits, product.id) else "",
        "limits": limit_facts(limits, ctx.settings.currency),
        "reasons": [{"kind": f"reason.{part.kind}", **part.facts} for part in parts],
    }
    return Outcome(
        "explain.reasons",
        facts,
        focus=Focus(product.id),
        offers=(("offer.less", {}), ("offer.profile", {})),
        why=(
            (
                sum_of(ranked.parts),
                *(
                    f"without {part.kind}: {score_without(maker, shopper, product.id, part):.3f}"
                    for part in parts
                ),
            )
            if ranked
            else ()
        ),
    )


def _met(ctx: Context, limits: Limits, product_id: str) -> Limits:
    """Of the limits those that a product meets, each by itself: it may have been shown before the
    last of them was said, or as what is near."""
    met = Limits()
    for each in fields(Limits):
        alone = replace(Limits(), **{each.name: getattr(limits, each.name)})
        if alone != Limits() and ctx.knowledge.products.by_ids(ctx.session, [product_id], alone):
            met = replace(met, **{each.name: getattr(limits, each.name)})
    return met


def _holds(ctx: Context, search: Slots, limits: Limits, product_id: str) -> bool:
    """Whether a product has to do with the words it was looked for by."""
    if not search.query:
        return False
    query = ProductQuery(text=search.query, language=ctx.language, limits=limits, limit=POOL)
    hits = ctx.knowledge.products.search(ctx.session, query)
    return any(hit.product_id == product_id and fits_words(hit.evidence) for hit in hits)


def _paid(ctx: Context) -> Outcome:
    """Which of the products shown last stand there because somebody paid for the place."""
    paid = ctx.state.paid
    products = load_products(ctx.session, paid)
    titles = [title_of(products[each], ctx.language) for each in paid if each in products]
    return Outcome("explain.paid", {"titles": titles, "shown": len(ctx.state.shown)})


@skill("give_product_feedback")
def feedback(ctx: Context, request: Request) -> Outcome:
    """A like or a dislike, in force from the next list on."""
    chosen = one_target(ctx, request) if request.args.get("product") else None
    found = [chosen] if isinstance(chosen, tuple) else targets(ctx, request.slots)
    said = request.understanding.text
    if not found and len(ctx.state.shown) > 1 and _ONE.search(said) and not _ALL.search(said):
        return Outcome("feedback.what", ask=one_target(ctx, request))  # type: ignore[arg-type]
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
