"""One pricing decision: a demand that may be true, the best price under it, inside the rails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from assistant.recommend.pricing.demand import DemandModel
from assistant.recommend.pricing.guards import Offer, Rails, Room, at, room


@dataclass(frozen=True, slots=True)
class Decision:
    """What a product should cost from now on, and why."""

    prices: dict[str, Decimal]
    """Variant id -> new price; empty where nothing changes."""
    reason: str
    """"demand", "kept", or why nothing may change: frozen, no_cost, too_soon, bounds."""
    ratio: float
    """The place on the grid that was chosen, over the reference price."""
    wished: float
    """The place that demand alone asked for."""
    held_by: str = ""
    """The bound that kept the price from where demand wanted it."""


def decide(
    model: DemandModel,
    offers: Sequence[Offer],
    rails: Rails,
    now: datetime,
    rng: np.random.Generator,
    boldness: float = 0.5,
) -> Decision:
    """The best price of one product for everybody.

    All variants move by the same ratio of their reference prices, so that a larger pack stays
    dearer than a smaller one. What is drawn depends on `rng` alone: with the same seed the
    decision can be made again.
    """
    rooms = {offer.variant_id: room(offer, rails, now) for offer in offers}
    current = float(offers[0].price / offers[0].reference)
    blocked = next((each.blocked for each in rooms.values() if each.blocked), "")
    if blocked:
        return Decision({}, blocked, current, current)
    cost = float(sum(offer.cost or 0 for offer in offers))
    reference = float(sum(offer.reference for offer in offers))
    profit = (model.ratios - cost / reference) * model.sample(rng, boldness)
    wished = float(model.ratios[int(np.argmax(profit))])
    allowed = [float(r) for r in model.ratios if _fits(offers, rooms, float(r))]
    if not allowed:
        return Decision({}, "bounds", current, wished)
    chosen = min(allowed, key=lambda ratio: (abs(ratio - wished), ratio))
    prices = {offer.variant_id: at(offer.reference, chosen) for offer in offers}
    if all(prices[offer.variant_id] == offer.price for offer in offers):
        return Decision({}, "kept", chosen, wished)
    held_by = ""
    if chosen != wished:
        held_by = next(
            each.because_low if wished < chosen else each.because_high
            for offer in offers
            if not (each := rooms[offer.variant_id]).holds(at(offer.reference, wished))
        )
    return Decision(prices, "demand", chosen, wished, held_by)


def _fits(offers: Sequence[Offer], rooms: dict[str, Room], ratio: float) -> bool:
    return all(rooms[offer.variant_id].holds(at(offer.reference, ratio)) for offer in offers)
