"""Experiments: every list that was shown in one, with the chances it was shown with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Exposure(Base):
    """One list shown in an experiment; it goes when its conversation is erased."""

    __tablename__ = "exposures"
    __table_args__ = (Index("ix_exposures_experiment_shown", "experiment", "shown_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    experiment: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    arm: Mapped[str] = mapped_column(String(64))
    """The arm that made the list; empty where two were interleaved."""
    propensity: Mapped[float]
    """Chance that the list's first product stood first, over the arms."""
    items: Mapped[list[str]] = mapped_column(default=list)
    """Product ids in the order shown."""
    teams: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Interleaved: product id -> the arm that drafted it."""
    firsts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Arm -> {"product": what it would have put first, "parts": that product's score, by kind}."""
    shown_at: Mapped[datetime]
