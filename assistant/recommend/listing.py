"""Recommendations outside a conversation, for programs: `aisle recommend` and benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assistant.recommend.candidates import recommend_from, taste_of
from assistant.recommend.ranking import Ranked
from db.unit import read_unit
from knowledge.shop import Shop
from knowledge.types import Limits


@dataclass(frozen=True, slots=True)
class Row:
    """One recommended product as a program reads it."""

    ranked: Ranked
    title: str
    price: Decimal


def recommendations(shop: Shop, customer_id: str, *, limit: int, language: str) -> list[Row]:
    """The best products for a customer, best first; an unknown customer gets what is popular."""
    with read_unit(shop.engine) as session:
        taste = taste_of(session, customer_id, "", language)
        never = taste.stated.get("must_not", {})
        limits = Limits(
            in_stock=True,
            not_brands=tuple(never.get("brand", ())),
            not_materials=tuple(never.get("material", ())),
        )
        ranked = recommend_from(session, shop.knowledge, taste, limits, limit=limit)
        return [
            Row(
                one,
                one.product.title_zh
                if language == "zh" and one.product.title_zh
                else one.product.title,
                one.product.price,
            )
            for one in ranked
        ]
