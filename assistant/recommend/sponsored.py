"""The auction for the one paid place of a list: second price on bid times relevance.

The list itself is never touched: a paid place comes after it, and only a product that is relevant
to what was asked may take it. The winner pays per click what it needs to stay ahead of the next
(Varian, "Position auctions", 2007). A campaign that has spent more of its budget than the day has
gone by sits out, so that the evening has paid places too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal

from db.sponsored import Bidder

CENT = Decimal("0.01")
PACING_SLACK = Decimal("0.10")
"""How much of the budget may be spent ahead of the clock."""


@dataclass(frozen=True, slots=True)
class Won:
    """The campaign that takes the place and what a click on it costs."""

    campaign_id: str
    product_id: str
    relevance: float
    price: Decimal


def auction(
    bidders: Sequence[Bidder],
    relevance: Mapping[str, float],
    now: datetime,
    *,
    floor: float,
    reserve: Decimal,
) -> Won | None:
    """Who takes the place, or None where nobody relevant enough bids enough.

    Args:
        relevance: product id -> relevance to what was asked, 0 to 1; see `Placement`.
        floor: products less relevant than this never take the place.
        reserve: the least a click costs.
    """
    entered: list[tuple[float, Bidder]] = []
    for bidder in bidders:
        campaign = bidder.campaign
        fit = relevance.get(campaign.product_id, 0.0)
        if fit >= floor and campaign.bid >= reserve and _in_pace(bidder, now):
            entered.append((float(campaign.bid) * fit, bidder))
    entered.sort(key=lambda pair: (-pair[0], pair[1].campaign.id))
    if not entered:
        return None
    winner = entered[0][1].campaign
    price = reserve
    rivals = [rank for rank, other in entered[1:] if other.campaign.advertiser != winner.advertiser]
    if rivals:
        needed = Decimal(str(rivals[0] / relevance[winner.product_id]))
        price = max(reserve, needed.quantize(CENT, ROUND_UP))
    return Won(winner.id, winner.product_id, relevance[winner.product_id], min(price, winner.bid))


def _in_pace(bidder: Bidder, now: datetime) -> bool:
    gone = Decimal(now.hour * 3600 + now.minute * 60 + now.second) / 86400
    return bidder.spent <= bidder.campaign.daily_budget * min(gone + PACING_SLACK, Decimal(1))
