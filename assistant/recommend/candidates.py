"""Who a recommendation is for and what could be recommended: taste and candidates from SQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assistant.recommend.ranking import Ranked, Taste, rank
from db.models import Event, Order, OrderItem, Product, Profile
from knowledge.types import Limits, ProductQuery

if TYPE_CHECKING:
    from knowledge.shop import Knowledge

POOL = 120
"""Candidates that are ranked."""
_RECENT = 5
_NEIGHBOURS = 12


def taste_of(
    session: Session, customer_id: str | None, conversation_id: str, language: str
) -> Taste:
    """What is known of the shopper: the profile, the purchases, and this conversation's likes."""
    profile = session.get(Profile, customer_id) if customer_id else None
    where = Event.conversation_id == conversation_id
    if customer_id:
        where = where | (Event.customer_id == customer_id)
    events = session.execute(
        select(Event.kind, Event.product_id)
        .where(where, Event.product_id.is_not(None))
        .where(Event.kind.in_(("like", "dislike", "cart_add", "purchase")))
        .order_by(Event.id.desc())
        .limit(200)
    ).all()
    opinion: dict[str, str] = {}
    for kind, product_id in events:
        opinion.setdefault(str(product_id), kind)
    liked = [product for product, kind in opinion.items() if kind != "dislike"]
    if customer_id:
        bought = session.scalars(
            select(OrderItem.product_id)
            .join(Order)
            .where(Order.customer_id == customer_id, Order.status != "cancelled")
            .order_by(Order.placed_at.desc())
            .limit(20)
        )
        liked.extend(product for product in bought if product not in opinion)
    rows = session.scalars(select(Product).where(Product.id.in_(liked[:20]))).all()
    titles = {
        row.id: row.title_zh if language == "zh" and row.title_zh else row.title for row in rows
    }
    return Taste(
        stated=dict(profile.stated) if profile else {},
        inferred=dict(profile.inferred) if profile else {},
        liked=tuple((product, titles[product]) for product in liked if product in titles),
        disliked=frozenset(p for p, kind in opinion.items() if kind == "dislike"),
    )


def with_neighbours(taste: Taste, session: Session, knowledge: Knowledge, limits: Limits) -> Taste:
    """The taste with products that resemble what was liked last, found in text and picture."""
    near: dict[str, tuple[str, float]] = {}
    for product_id, title in taste.liked[:_RECENT]:
        hits = knowledge.products.search(
            session, ProductQuery(similar_to=product_id, limits=limits, limit=_NEIGHBOURS)
        )
        best = hits[0].score if hits else 0.0
        for hit in hits:
            strength = hit.score / best if best > 0 else 0.0
            if strength > near.get(hit.product_id, ("", 0.0))[1]:
                near[hit.product_id] = (title, strength)
    owned = {product for product, _ in taste.liked}
    return replace(taste, near={p: why for p, why in near.items() if p not in owned})


def recommend_from(
    session: Session,
    knowledge: Knowledge,
    taste: Taste,
    limits: Limits,
    *,
    limit: int,
    text: str = "",
    language: str = "en",
    diverse: bool = True,
) -> list[Ranked]:
    """The best products in stock inside the limits; what is owned or was just chosen is left out.

    `text` are the shopper's words, which then choose the candidates.
    """
    limits = replace(limits, in_stock=True)
    taste = with_neighbours(taste, session, knowledge, limits)
    query = ProductQuery(text=text, language=language, limits=limits, limit=POOL)
    ids = [hit.product_id for hit in knowledge.products.search(session, query)]
    if not text:
        ids.extend(product for product in taste.near if product not in ids)
    owned = {product for product, _ in taste.liked}
    products = session.scalars(
        select(Product)
        .where(Product.id.in_(ids), Product.id.not_in(owned), Product.active)
        .options(selectinload(Product.variants), selectinload(Product.media))
    )
    return rank(list(products), taste, limit=limit, diverse=diverse)
