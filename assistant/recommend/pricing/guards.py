"""What a price may never do, whatever demand says: pure arithmetic on one product's prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from knowledge.settings import Pricing

CENT = Decimal("0.01")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rails:
    """The shop's limits on price changes, from `shop.toml`."""

    min_margin: Decimal
    """Least profit as a share of cost."""
    max_change_a_day: Decimal
    """Largest move within 24 hours, as a share of the price before."""
    hours_between_changes: int
    lowest: Decimal
    """Of the reference price."""
    highest: Decimal
    over_competitor: Decimal
    """How far above a competitor's price, as a share of it."""

    @classmethod
    def of(cls, settings: Pricing) -> Rails:
        """The rails a shop has set."""
        return cls(
            settings.min_margin,
            settings.max_change_a_day,
            settings.hours_between_changes,
            settings.lowest,
            settings.highest,
            settings.over_competitor,
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant as it is priced now, with what bounds it."""

    variant_id: str
    price: Decimal
    reference: Decimal
    """Price when pricing began."""
    cost: Decimal | None
    list_price: Decimal | None = None
    competitor: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    frozen: bool = False
    last_change: datetime | None = None
    price_a_day_ago: Decimal | None = None
    """What it cost 24 hours ago; None: as now."""


@dataclass(frozen=True, slots=True)
class Room:
    """Lowest and highest price allowed now, and what settled each end; `blocked` says why none."""

    low: Decimal
    high: Decimal
    because_low: str = ""
    because_high: str = ""
    blocked: str = ""

    def holds(self, price: Decimal) -> bool:
        """Whether a price may be set."""
        return not self.blocked and self.low <= price <= self.high


def room(offer: Offer, rails: Rails, now: datetime) -> Room:
    """Where the price of a variant may go now.

    Bounds that leave no room (cost rose above the price, a competitor sells below cost) block the
    change: a person has to look.
    """
    blocked = _blocked(offer, rails, now)
    if blocked:
        return Room(offer.price, offer.price, blocked=blocked)
    assert offer.cost is not None
    before = offer.price_a_day_ago if offer.price_a_day_ago is not None else offer.price
    lows = {
        "margin": offer.cost * (1 + rails.min_margin),
        "lowest": offer.reference * rails.lowest,
        "floor": offer.floor or CENT,
        "day": before * (1 - rails.max_change_a_day),
    }
    highs = {
        "highest": offer.reference * rails.highest,
        "list_price": offer.list_price,
        "competitor": None
        if offer.competitor is None
        else offer.competitor * (1 + rails.over_competitor),
        "ceiling": offer.ceiling,
        "day": before * (1 + rails.max_change_a_day),
    }
    because_low, low = max(lows.items(), key=lambda pair: pair[1])
    because_high, high = min(
        ((name, bound) for name, bound in highs.items() if bound is not None),
        key=lambda pair: pair[1],
    )
    low, high = low.quantize(CENT, ROUND_CEILING), high.quantize(CENT, ROUND_FLOOR)
    if low > high:
        return Room(offer.price, offer.price, because_low, because_high, blocked="bounds")
    return Room(low, high, because_low, because_high)


def _blocked(offer: Offer, rails: Rails, now: datetime) -> str:
    if offer.frozen:
        return "frozen"
    if offer.cost is None:
        return "no_cost"
    wait = timedelta(hours=rails.hours_between_changes)
    if offer.last_change is not None and now - offer.last_change < wait:
        return "too_soon"
    return ""


def at(reference: Decimal, ratio: float) -> Decimal:
    """The price of a ratio of the grid, in whole cents."""
    return (reference * Decimal(str(ratio))).quantize(CENT, ROUND_HALF_UP)
