"""Paid places on record: who may bid now, what was shown, and what a click costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Campaign, Event, Placement

SHOWN: Final = "sponsored"
"""Kind of the event that ties a placement to a conversation; it goes when the shopper is erased."""
CLICKS: Final = ("view", "click", "cart_add", "like", "purchase")
CLICK_WITHIN: Final = timedelta(hours=24)
ZERO: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Bidder:
    """A campaign that may bid now, with what it has spent since midnight UTC."""

    campaign: Campaign
    spent: Decimal


def bidders(session: Session, now: datetime) -> list[Bidder]:
    """Campaigns that run now and have money left today."""
    rows = session.execute(
        select(Placement.campaign_id, func.sum(Placement.charged))
        .where(Placement.clicked_at >= _midnight(now))
        .group_by(Placement.campaign_id)
    )
    spent: dict[str, Decimal] = {row[0]: row[1] for row in rows}
    running = session.scalars(
        select(Campaign)
        .where(
            Campaign.active,
            Campaign.starts_at <= now,
            Campaign.ends_at.is_(None) | (Campaign.ends_at > now),
        )
        .order_by(Campaign.id)
    )
    found = [Bidder(each, spent.get(each.id, ZERO)) for each in running]
    return [each for each in found if each.spent < each.campaign.daily_budget]


def any_running(session: Session) -> bool:
    """Whether there is a campaign at all that is not paused."""
    return session.scalar(select(Campaign.id).where(Campaign.active).limit(1)) is not None


def record_shown(
    session: Session,
    campaign_id: str,
    *,
    relevance: float,
    organic_rank: int | None,
    price: Decimal,
    now: datetime,
) -> int:
    """Keep that a campaign was shown; the number of the placement."""
    placement = Placement(
        campaign_id=campaign_id,
        relevance=relevance,
        organic_rank=organic_rank,
        price=price,
        shown_at=now,
        charged=ZERO,
    )
    session.add(placement)
    session.flush()
    return placement.id


def charge_clicks(
    session: Session, conversation_id: str, events: Iterable[Event], now: datetime
) -> int:
    """Charge placements of this conversation whose product somebody looked into; how many.

    A placement is charged once, at its second price, and never beyond what is left of its
    campaign's budget today.
    """
    looked = {event.product_id for event in events if event.kind in CLICKS and event.product_id}
    if not looked:
        return 0
    shown = session.scalars(
        select(Event)
        .where(
            Event.conversation_id == conversation_id,
            Event.kind == SHOWN,
            Event.product_id.in_(looked),
            Event.created_at >= now - CLICK_WITHIN,
        )
        .order_by(Event.id.desc())
    )
    charged = 0
    for event in shown:
        if event.product_id not in looked:
            continue
        looked.discard(event.product_id)  # the newest placement of a product alone
        placement = session.get(Placement, event.detail.get("placement"))
        if placement is None or placement.clicked_at is not None:
            continue
        campaign = session.get_one(Campaign, placement.campaign_id)
        left = campaign.daily_budget - spent_today(session, campaign.id, now)
        placement.clicked_at = now
        placement.charged = max(min(placement.price, left), ZERO)
        charged += 1
    session.flush()
    return charged


def spent_today(session: Session, campaign_id: str, now: datetime) -> Decimal:
    """What a campaign's clicks have cost since midnight UTC."""
    spent: Decimal | None = session.scalar(
        select(func.sum(Placement.charged)).where(
            Placement.campaign_id == campaign_id, Placement.clicked_at >= _midnight(now)
        )
    )
    return spent or ZERO


@dataclass(frozen=True, slots=True)
class Totals:
    """A campaign's figures for its advertiser."""

    campaign: Campaign
    shown: int
    clicks: int
    cost: Decimal
    average_organic_rank: float | None


def totals(session: Session, since: datetime) -> list[Totals]:
    """Figures of every campaign since a moment; counts and sums alone."""
    rows = session.execute(
        select(
            Placement.campaign_id,
            func.count(Placement.id),
            func.count(Placement.clicked_at),
            func.sum(Placement.charged),
            func.avg(Placement.organic_rank),
        )
        .where(Placement.shown_at >= since)
        .group_by(Placement.campaign_id)
    )
    figures = {id_: rest for id_, *rest in rows}
    found = []
    for campaign in session.scalars(select(Campaign).order_by(Campaign.id)):
        shown, clicks, cost, rank = figures.get(campaign.id, (0, 0, None, None))
        average = float(rank) if rank is not None else None
        found.append(Totals(campaign, shown, clicks, cost or ZERO, average))
    return found


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
