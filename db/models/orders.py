"""Carts and orders, with every payment, parcel and event of theirs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base
from db.models.catalogue import Variant


class CartLine(Base):
    """One variant in the cart of a conversation or, once known, of a customer."""

    __tablename__ = "cart_lines"
    __table_args__ = (UniqueConstraint("owner", "variant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(160), index=True)
    """"customer:ID" or "conversation:ID"."""
    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    quantity: Mapped[int]
    price: Mapped[Decimal]
    """Price when it was added."""
    added_at: Mapped[datetime]

    variant: Mapped[Variant] = relationship()


class Order(Base):
    """A purchase. States: pending, processed, shipped, delivered, cancelled, return_requested,
    returned, exchange_requested, exchanged."""

    __tablename__ = "orders"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id"), index=True)
    status: Mapped[str] = mapped_column(String(32), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[Decimal]
    """What the shopper paid or will pay: items, shipping, less discount."""
    shipping: Mapped[Decimal] = mapped_column(default=Decimal(0))
    discount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    ship_to: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The address as it stood: line1, line2, city, state, postcode, country."""
    placed_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    expected_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(64))

    items: Mapped[list[OrderItem]] = relationship(
        cascade="all, delete-orphan", order_by="OrderItem.id"
    )
    payments: Mapped[list[Payment]] = relationship(
        cascade="all, delete-orphan", order_by="Payment.id"
    )
    fulfilments: Mapped[list[Fulfilment]] = relationship(
        cascade="all, delete-orphan", order_by="Fulfilment.id"
    )
    history: Mapped[list[OrderEvent]] = relationship(
        cascade="all, delete-orphan", order_by="OrderEvent.id"
    )


class OrderItem(Base):
    """One line of an order, as it stood when it was bought."""

    __tablename__ = "order_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[str] = mapped_column(String(128), index=True)
    variant_id: Mapped[str] = mapped_column(String(128))
    title: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quantity: Mapped[int] = mapped_column(default=1)
    price: Mapped[Decimal]
    """Of one piece."""
    status: Mapped[str] = mapped_column(String(32), default="ordered")
    """ordered, return_requested, returned, exchange_requested, exchanged."""


class Payment(Base):
    """Money moved for an order; refunds are rows of their own with kind "refund"."""

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """payment or refund."""
    amount: Mapped[Decimal]
    """Always positive."""
    payment_method_id: Mapped[str] = mapped_column(String(128))
    status: Mapped[str] = mapped_column(String(16), default="done")
    """done or pending (a refund on its way)."""
    created_at: Mapped[datetime]


class Fulfilment(Base):
    """A parcel of an order."""

    __tablename__ = "fulfilments"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    tracking_ids: Mapped[list[str]] = mapped_column(default=list)
    variant_ids: Mapped[list[str]] = mapped_column(default=list)
    carrier: Mapped[str] = mapped_column(String(64), default="")
    shipped_at: Mapped[datetime | None]


class OrderEvent(Base):
    """What happened to an order, when, and through which turn: never changed, only added."""

    __tablename__ = "order_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    """placed, paid, shipped, delivered, cancelled, address_changed, payment_changed,
    items_changed, return_requested, exchange_requested, refund_requested, refunded."""
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    turn_id: Mapped[str | None] = mapped_column(String(64))
    """The confirming turn; with `kind` it makes a write happen once."""
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("order_id", "kind", "turn_id"),)
