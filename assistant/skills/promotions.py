"""Offers: what is reduced, which coupons hold, and whether one product is cheaper just now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, or_, select

from assistant.dialogue.state import Focus
from assistant.skills.base import Ask, Context, Outcome, Request, skill
from assistant.skills.cards import card_for, cards_for, title_of
from assistant.skills.target import one_target
from db.models import Promotion
from knowledge.types import Limits, ProductQuery

_LISTED = 8
"""Offers told at a time."""


@skill("ask_promotions")
def promotions(ctx: Context, request: Request) -> Outcome:
    """Price rules and coupons that hold now, and reduced products of the category asked about, or
    whether the product meant is reduced."""
    code = request.slots.coupon
    holds = [
        Promotion.active,
        or_(Promotion.starts_at.is_(None), Promotion.starts_at <= ctx.now),
        or_(Promotion.ends_at.is_(None), Promotion.ends_at >= ctx.now),
    ]
    if code:
        holds.append(func.lower(Promotion.coupon) == code.lower())
    rows = ctx.session.scalars(
        select(Promotion).where(*holds).order_by(Promotion.id).limit(_LISTED)
    ).all()
    facts: dict[str, Any] = {
        "promotions": [
            {
                "title": row.title_zh if ctx.language == "zh" and row.title_zh else row.title,
                "coupon": row.coupon or "",
                "ends_at": row.ends_at,
            }
            for row in rows
        ],
        "code": code or "",
    }
    if code:
        return Outcome("promotion.coupon" if rows else "promotion.no_such_coupon", facts)
    if request.slots.deictic or request.slots.ordinals:
        found = one_target(ctx, request)
        if isinstance(found, Ask) and found.choices:
            return Outcome("promotion.which", ask=found)
        if not isinstance(found, Ask):
            product, variant = found
            card = card_for(ctx, product, variant)
            facts |= {
                "title": title_of(product, ctx.language),
                "price": variant.price,
                "list_price": card.list_price,
                "currency": product.currency,
            }
            return Outcome(
                "promotion.of_product",
                facts,
                cards=(card,),
                listed=False,
                focus=Focus(product.id, variant.id),
            )
    hits = ctx.knowledge.products.search(
        ctx.session,
        ProductQuery(
            language=ctx.language,
            limits=Limits(categories=request.slots.categories, in_stock=True),
            limit=60,
        ),
    )
    reduced = tuple(card for card in cards_for(ctx, hits) if card.list_price is not None)[:4]
    facts["reduced"] = len(reduced)
    if not rows and not reduced:
        return Outcome("promotion.none", facts)
    return Outcome("promotion.list", facts, cards=reduced)
