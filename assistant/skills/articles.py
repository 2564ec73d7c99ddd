"""Policy and account questions answered from the shop's own articles, quoted and cited."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import or_, select

from assistant.conversation import Citation
from assistant.skills.base import Context, Outcome, Request, skill
from assistant.skills.cards import cards_for
from db.models import Promotion
from knowledge.types import Limits, ProductQuery

_PASSAGE_LIMIT = 700
"""Characters of a passage that are quoted; the card of the citation holds the rest."""

# What a question is about when its own words are too few to search by.
_TOPICS = {
    "en": {
        "ask_delivery": "delivery options, times and costs",
        "ask_payment_methods": "which payment methods do you accept",
        "ask_return_policy": "how many days do I have to return something",
        "ask_cancellation_policy": "cancelling an order, fees",
        "ask_warranty": "warranty",
        "ask_contact": "contact customer service, phone, opening hours",
    },
    "zh": {
        "ask_delivery": "配送方式、时间和运费",
        "ask_payment_methods": "支持哪些支付方式",
        "ask_return_policy": "签收后多少天内可以退货",
        "ask_cancellation_policy": "取消订单、手续费",
        "ask_warranty": "保修",
        "ask_contact": "联系客服、电话、营业时间",
    },
}

_GENERAL = re.compile(
    r"(?:what(?:'?s| is| are)?|tell me|explain|do you have)?\s*(?:about\s+)?(?:your|the|an?)?\s*"
    r"(?:returns?|delivery|shipping|payment|cancell?ation|warranty)?\s*"
    r"(?:polic(?:y|ies)|rules|terms|conditions)\W*"
    r"|(?:请问)?(?:你们|你家|店里)?的?(?:退货|退换货|配送|发货|支付|付款|取消|保修)?的?"
    r"(?:政策|规定|规则|条款)(?:是什么|是怎样的|怎么样)?\W*",
    re.IGNORECASE,
)
"""A question after the whole of a policy: its first rule is asked for, not one of its words."""


@skill(
    "ask_delivery",
    "ask_payment_methods",
    "ask_return_policy",
    "ask_cancellation_policy",
    "ask_warranty",
)
def answer(ctx: Context, request: Request) -> Outcome:
    """The passage that answers, with its source; where none does, an honest no and a person."""
    found = _passage(ctx, request)
    if found is None:
        return Outcome("article.none", offers=(("offer.person", {}),))
    return found


@skill("ask_contact")
def contact(ctx: Context, request: Request) -> Outcome:
    """How to reach a person: from the shop's settings, else from its articles."""
    contact_settings = ctx.settings.contact
    hours = contact_settings.hours
    if ctx.language == "zh" and contact_settings.hours_zh:
        hours = contact_settings.hours_zh
    if contact_settings.email or contact_settings.phone:
        return Outcome(
            "article.contact",
            {"email": contact_settings.email, "phone": contact_settings.phone, "hours": hours},
            offers=(("offer.person", {}),),
        )
    return _passage(ctx, request) or Outcome("article.none", offers=(("offer.person", {}),))


def _passage(ctx: Context, request: Request) -> Outcome | None:
    articles = ctx.knowledge.articles
    threshold = articles.threshold_for(ctx.language)
    text = request.understanding.text
    topic = _TOPICS[ctx.language][request.intent]
    general = _GENERAL.fullmatch(text.strip())
    hits = articles.search(ctx.session, topic if general else text, ctx.language)
    if not hits or hits[0].score < threshold:
        # "And the cost?" is too short to search by; the intent says what it is about.
        again = articles.search(ctx.session, f"{topic} {text}", ctx.language)
        if again and again[0].score >= threshold:
            hits = again
    if not hits or hits[0].score < threshold:
        return None
    best = hits[0]
    passage = best.passage.strip()
    if len(passage) > _PASSAGE_LIMIT:
        passage = passage[:_PASSAGE_LIMIT].rsplit(" ", 1)[0] + " …"
    return Outcome(
        "article.answer",
        {"title": best.title, "passage": passage},
        # Only what is quoted is a source.
        citations=(Citation(best.article_id, best.title, best.passage),),
        why=tuple(f"{hit.article_id} / {hit.heading}: {hit.score:.3f}" for hit in hits),
    )


@skill("ask_promotions")
def promotions(ctx: Context, request: Request) -> Outcome:
    """Price rules and coupons that hold now, and reduced products of the category asked about."""
    rows = ctx.session.scalars(
        select(Promotion)
        .where(
            Promotion.active,
            or_(Promotion.starts_at.is_(None), Promotion.starts_at <= ctx.now),
            or_(Promotion.ends_at.is_(None), Promotion.ends_at >= ctx.now),
        )
        .order_by(Promotion.id)
        .limit(8)
    ).all()
    facts: dict[str, Any] = {
        "promotions": [
            {
                "title": row.title_zh if ctx.language == "zh" and row.title_zh else row.title,
                "coupon": row.coupon or "",
                "ends_at": row.ends_at,
            }
            for row in rows
        ]
    }
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
