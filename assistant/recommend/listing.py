"""Recommendations outside a conversation, for programs: `aisle recommend` and benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from assistant.recommend.making import Maker
from assistant.recommend.recommender import Recommender
from assistant.recommend.types import Asker, Ranked
from db.unit import read_unit
from knowledge.shop import Shop
from knowledge.types import Limits


@dataclass(frozen=True, slots=True)
class Row:
    """One recommended product as a program reads it."""

    ranked: Ranked
    title: str
    price: Decimal


def recommendations(
    shop: Shop,
    customer_id: str,
    *,
    limit: int,
    language: str,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Row]:
    """The best products for a customer, best first; an unknown customer gets what is popular."""
    with read_unit(shop.engine) as session:
        # A program wants the whole answer: what is not counted yet is counted first.
        Recommender.of(session, shop.folder).prepare(session)
        maker = Maker(session, shop.knowledge)
        shopper = maker.shopper(Asker(customer_id, "", language, now()))
        ranked = maker.ranked(shopper, Limits(in_stock=True), limit=limit)
        ids = [one.product_id for one in ranked]
        prices = {
            hit.product_id: hit.price
            for hit in shop.knowledge.products.by_ids(session, ids, Limits(in_stock=True))
        }
        return [Row(one, one.title, prices[one.product_id]) for one in ranked]
