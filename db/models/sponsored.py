"""Paid places: campaigns, and each time one was shown; nothing in here leads back to a person."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Campaign(Base):
    """An advertiser's offer to pay for clicks on one product."""

    __tablename__ = "campaigns"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    advertiser: Mapped[str] = mapped_column(Text)
    product_id: Mapped[str] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    bid: Mapped[Decimal]
    """The most a click may cost."""
    daily_budget: Mapped[Decimal]
    active: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class Placement(Base):
    """One time a campaign's product was shown in a paid place."""

    __tablename__ = "placements"
    __table_args__ = (Index("ix_placements_campaign_shown", "campaign_id", "shown_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    relevance: Mapped[float]
    """Against the last unpaid product of the list, 0 to 1."""
    organic_rank: Mapped[int | None]
    """Where it would have stood unpaid, from 1; None: beyond what was looked at."""
    price: Mapped[Decimal]
    """What a click on it costs: the second price."""
    shown_at: Mapped[datetime]
    clicked_at: Mapped[datetime | None]
    charged: Mapped[Decimal]
    """What the click did cost, never beyond the day's budget; 0 before a click."""
