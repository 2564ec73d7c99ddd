"""What was said and done: conversations, turns, events, requests to staff, the review queue."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class Conversation(Base):
    """One conversation with its dialogue state (JSON, versioned by the dialogue layer)."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16), default="terminal")
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TurnRecord(Base):
    """One acknowledged turn: what was said, understood and answered."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "turn_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    turn_id: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(64))
    confidence: Mapped[float]
    reply: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class Event(Base):
    """What a shopper did: view, click, search, like, dislike, less, cart_add, cart_remove,
    purchase, return, preference."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_customer_time", "customer_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    conversation_id: Mapped[str | None] = mapped_column(String(128), index=True)
    """The visit: a conversation, or for what was imported the visit that the file names."""
    kind: Mapped[str] = mapped_column(String(32))
    product_id: Mapped[str | None] = mapped_column(String(128), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    gift: Mapped[bool] = mapped_column(default=False)
    """For somebody else: it says nothing about this shopper's own taste."""
    source: Mapped[str | None] = mapped_column(String(192), unique=True, index=True)
    """Where an imported event stands in its file or order, so that it is taken once."""
    created_at: Mapped[datetime]


class EventState(Base):
    """One row, whose version triggers renew when events are erased or changed."""

    __tablename__ = "event_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(32), default="")


class HandoffRecord(Base):
    """A conversation given to a person, with the summary for them."""

    __tablename__ = "handoffs"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(String(64))
    summary: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), default="open")
    created_at: Mapped[datetime]


class Request(Base):
    """Something staff must act on: complaint, review, payment_issue, account, newsletter, ..."""

    __tablename__ = "requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), index=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    conversation_id: Mapped[str | None] = mapped_column(String(128), index=True)
    order_id: Mapped[str | None] = mapped_column(String(64))
    product_id: Mapped[str | None] = mapped_column(String(128))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(16), default="open")
    created_at: Mapped[datetime]


class ReviewItem(Base):
    """An utterance that was read unsurely or wrongly, for staff to label.

    It holds no personal data and nothing that leads back to a person: no customer, conversation
    or turn, and days instead of times.
    """

    __tablename__ = "review_items"
    __table_args__ = (Index("ix_review_items_status_count", "status", "count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Fingerprint of the normalised text: one row an utterance, however often it is said."""
    text: Mapped[str] = mapped_column(Text)
    """With placeholders for what is personal; empty once dropped."""
    language: Mapped[str] = mapped_column(String(8))
    intent: Mapped[str] = mapped_column(String(64))
    """What it was last taken for."""
    confidence: Mapped[float]
    candidates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The likeliest intents with their confidence, best first."""
    reason: Mapped[str] = mapped_column(String(16))
    """unsure, asked, refused, rephrased, chosen or corrected."""
    meant: Mapped[str] = mapped_column(String(64), default="")
    """The intent that the shopper settled on afterwards, where they did."""
    count: Mapped[int] = mapped_column(default=1)
    first_seen: Mapped[date]
    last_seen: Mapped[date]
    status: Mapped[str] = mapped_column(String(16), default="open")
    """open, labelled or dropped."""
    label: Mapped[str] = mapped_column(String(64), default="")
    exported: Mapped[bool] = mapped_column(default=False)
    """True once written out for training."""
    skipped: Mapped[int] = mapped_column(default=0)
    """How often staff put it off; the least often comes first."""


class OpenQuestion(Base):
    """A question that neither the articles nor past tickets answered, for staff to answer.

    Like a ReviewItem it holds no personal data and nothing that leads back to a person.
    """

    __tablename__ = "open_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Fingerprint of the normalised text: one row a question, however often it is asked."""
    text: Mapped[str] = mapped_column(Text)
    """With placeholders for what is personal."""
    language: Mapped[str] = mapped_column(String(8))
    intent: Mapped[str] = mapped_column(String(64))
    count: Mapped[int] = mapped_column(default=1)
    first_seen: Mapped[date]
    last_seen: Mapped[date]
    status: Mapped[str] = mapped_column(String(16), default="open")
    """open or answered."""
