"""The one paid place after a list of products: labelled, relevant, never in a service answer."""

from __future__ import annotations

from dataclasses import replace

from assistant.recommend.sponsored import auction
from assistant.skills.base import Context, Outcome
from assistant.skills.cards import cards_for
from assistant.skills.limits import limits_from, stated_wishes
from assistant.understanding.types import Slots
from db.models import Campaign
from db.sponsored import SHOWN, any_running, bidders, record_shown
from knowledge.types import ProductHit, ProductQuery

SURFACES = ("search.found", "search.more", "similar.found", "recommend.found", "recommend.personal")
"""Outcomes that may carry a paid place."""
POOL = 24
"""How far down the unpaid ranking a paid product may come from."""


def with_sponsored(ctx: Context, outcome: Outcome) -> Outcome:
    """The outcome with a paid card after its own cards, where somebody relevant bids for it."""
    settings = ctx.settings.sponsored
    if not settings.enabled or outcome.key not in SURFACES or not outcome.cards:
        return outcome
    asked = outcome.search or Slots()
    if asked.sort or not any_running(ctx.session):
        # Who asks for the cheapest gets the cheapest, and nothing else.
        return outcome
    able = bidders(ctx.session, ctx.now)
    if not able:
        return outcome
    ranked = _ranked(ctx, outcome, asked)
    listed = {card.product_id for card in outcome.cards}
    # Scores are scaled within one ranking, so a paid product is held against the list's own last.
    standard = min((hit.score for hit in ranked if hit.product_id in listed), default=0.0)
    if standard <= 0:
        return outcome
    bid_for = {each.campaign.product_id for each in able} - listed
    paid_for = {
        card.product_id: card
        for card in cards_for(ctx, [hit for hit in ranked if hit.product_id in bid_for])
        if card.in_stock
    }
    fit = {
        hit.product_id: min(hit.score / standard, 1.0)
        for hit in ranked
        if hit.product_id in paid_for
    }
    won = auction(able, fit, ctx.now, floor=settings.relevance_floor, reserve=settings.reserve)
    if won is None:
        return outcome
    rank = next(n for n, hit in enumerate(ranked, 1) if hit.product_id == won.product_id)
    placement = record_shown(
        ctx.session,
        won.campaign_id,
        relevance=won.relevance,
        organic_rank=rank,
        price=won.price,
        now=ctx.now,
    )
    ctx.events.append(
        {"kind": SHOWN, "product_id": won.product_id, "detail": {"placement": placement}}
    )
    advertiser = ctx.session.get_one(Campaign, won.campaign_id).advertiser
    paid = replace(paid_for[won.product_id], sponsored=True)
    why = (f"{won.product_id}: a paid place of {advertiser}, unpaid it would come {rank}.",)
    return replace(outcome, cards=(*outcome.cards, paid), why=(*outcome.why, *why))


def _ranked(ctx: Context, outcome: Outcome, asked: Slots) -> list[ProductHit]:
    """The unpaid ranking that the list is the top of, inside every limit that was stated."""
    limits = limits_from(asked, stated_wishes(ctx))
    text = asked.query.strip()
    query = ProductQuery(
        text=text,
        language=ctx.language,
        similar_to=None if text else outcome.cards[0].product_id,
        limits=limits,
        limit=POOL,
    )
    return ctx.knowledge.products.search(ctx.session, query)
