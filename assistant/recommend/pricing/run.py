"""A round of pricing over a shop: count what sold, decide, put up for approval or change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.recommend.pricing.decide import Decision, decide
from assistant.recommend.pricing.demand import DemandModel
from assistant.recommend.pricing.guards import Offer, Rails, room
from db import pricing as ledger
from db.errors import PricingError
from db.models import Event, PriceBound, PriceChange, PricedProduct, Product, Variant
from knowledge.settings import Pricing

VISITS = ("view", "click", "cart_add", "like", "purchase")
"""Events that show that somebody looked at a product and its price."""
PERIOD = timedelta(days=1)
"""What the drift of demand is counted in."""


class OutsideRails(PricingError):
    """A change that waited would break a rail by now."""

    def __init__(self, change_id: int, because: str) -> None:
        super().__init__(
            f"price change {change_id} can no longer be made ({because});"
            " `aisle pricing run` decides anew"
        )
        self.change_id, self.because = change_id, because


@dataclass(frozen=True, slots=True)
class Looked:
    """What a round did with one product."""

    product_id: str
    decision: Decision
    visitors: int
    sales: int
    change_id: int | None
    status: str
    """proposed, applied, or empty where nothing changes."""


def priced(session: Session) -> list[str]:
    """Ids of the products whose costs are known: those that a round looks at."""
    return list(
        session.scalars(
            select(Product.id)
            .join(Variant)
            .join(PriceBound)
            .where(Product.active, PriceBound.cost.is_not(None))
            .distinct()
            .order_by(Product.id)
        )
    )


def run(
    session: Session, product_ids: Sequence[str], settings: Pricing, now: datetime
) -> list[Looked]:
    """A round over some products; a large shop takes them in several transactions, so that
    shoppers never wait for it."""
    latest = session.scalar(select(func.max(Event.id))) or 0
    return [_look(session, id_, settings, latest, now) for id_ in product_ids]


def approve(session: Session, change_id: int, settings: Pricing, now: datetime) -> PriceChange:
    """Make a change that waited, with every rail looked at again.

    Raises:
        ChangeUnknown, PriceMoved, OutsideRails: no price was changed.
    """
    change = ledger.waiting(session, change_id)
    rails = Rails.of(settings)
    product = session.get_one(Product, change.product_id)
    row = session.get_one(PricedProduct, product.id)
    for offer in _offers(session, product, row, now):
        asked = change.after.get(offer.variant_id)
        free = room(offer, rails, now)
        if asked is not None and not free.holds(Decimal(asked)):
            raise OutsideRails(change.id, free.blocked or "a bound has moved")
    ledger.apply(session, change, "person", now)
    return change


def grid(settings: Pricing) -> list[float]:
    """Prices that are tried, over the reference price."""
    below = int((1 - settings.lowest) / settings.step)
    above = int((settings.highest - 1) / settings.step)
    return [float(1 + place * settings.step) for place in range(-below, above + 1)]


def _look(
    session: Session, product_id: str, settings: Pricing, latest: int, now: datetime
) -> Looked:
    product = session.get_one(Product, product_id)
    row = _row(session, product, settings, latest, now)
    offers = _offers(session, product, row, now)
    model = DemandModel.load(row.belief)
    visitors, sales = _counts(session, product_id, row.counted_to, latest)
    shown = {offer.variant_id: str(offer.price) for offer in offers}
    if row.prices == shown:
        ratio = float(offers[0].price / offers[0].reference)
        place = int(np.argmin(np.abs(model.ratios - ratio)))
        model.observe(place, visitors, sales, (now - row.looked_at) / PERIOD)
    # Where the shop set another price since, nobody knows what the counts belong to.
    seed = _seed(product_id, now)
    made = decide(
        model, offers, Rails.of(settings), now, np.random.default_rng(seed), settings.boldness
    )
    row.belief, row.counted_to, row.looked_at = model.dump(), latest, now
    change: PriceChange | None = None
    if made.prices:
        place = int(np.argmin(np.abs(model.ratios - made.ratio)))
        change = ledger.propose(
            session,
            product_id,
            {offer.variant_id: offer.price for offer in offers},
            made.prices,
            {
                "kind": made.reason,
                "ratio": made.ratio,
                "wished": made.wished,
                "held_by": made.held_by,
                "visitors": visitors,
                "sales": sales,
                "expected_share": round(float(model.expected()[place]), 4),
                "elasticity": round(model.elasticity(place), 3),
                "seed": seed,
            },
            now,
        )
        if settings.mode == "automatic":
            ledger.apply(session, change, "automatic", now)
    row.prices = {variant.id: str(variant.price) for variant in product.variants if variant.active}
    session.flush()
    return Looked(
        product_id,
        made,
        visitors,
        sales,
        change.id if change else None,
        change.status if change else "",
    )


def _row(
    session: Session, product: Product, settings: Pricing, latest: int, now: datetime
) -> PricedProduct:
    """What is kept of a product; its reference is the price at the first look."""
    row = session.get(PricedProduct, product.id)
    if row is None:
        row = PricedProduct(product_id=product.id, looked_at=now, frozen=False)
        session.add(row)
    prices = {v.id: str(v.price) for v in product.variants if v.active}
    ratios = grid(settings)
    known = set(row.reference or {}) == set(prices)
    if not row.belief or "seen" not in row.belief or row.belief["ratios"] != ratios or not known:
        row.reference, row.prices, row.counted_to = prices, prices, latest
        row.belief, row.looked_at = DemandModel(ratios).dump(), now
        session.flush()
    return row


def _offers(session: Session, product: Product, row: PricedProduct, now: datetime) -> list[Offer]:
    last = ledger.last_applied(session, product.id)
    offers = []
    for variant in product.variants:
        if not variant.active:
            continue
        bound = session.get(PriceBound, variant.id) or PriceBound()
        offers.append(
            Offer(
                variant.id,
                variant.price,
                Decimal(row.reference.get(variant.id, str(variant.price))),
                cost=bound.cost,
                list_price=variant.list_price,
                competitor=bound.competitor,
                floor=bound.floor,
                ceiling=bound.ceiling,
                frozen=row.frozen,
                last_change=last.decided_at if last else None,
                price_a_day_ago=ledger.price_before(session, variant, now - timedelta(days=1)),
            )
        )
    return offers


def _counts(session: Session, product_id: str, after: int, upto: int) -> tuple[int, int]:
    """(visitors, buyers) among the events of a product after one id, up to another.

    A person who looks twice is one visitor; a guest is known by the conversation.
    """
    person = func.coalesce(Event.customer_id, Event.conversation_id)
    kinds: dict[str, set[str]] = {}
    rows = session.execute(
        select(person, Event.kind).where(
            Event.product_id == product_id,
            Event.id > after,
            Event.id <= upto,
            Event.kind.in_(VISITS),
        )
    )
    for name, kind in rows:
        kinds.setdefault(str(name), set()).add(kind)
    return len(kinds), sum("purchase" in each for each in kinds.values())


def _seed(product_id: str, now: datetime) -> int:
    """Settled by product and time alone, never by a person, so that it can be decided again."""
    digest = hashlib.sha256(f"{product_id}\n{now.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:6], "big")
