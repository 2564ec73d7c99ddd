"""Who shops: customers, their addresses, ways to pay and profiles."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base


class Customer(Base):
    """A person who shops here."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    """Lower case."""
    first_name: Mapped[str] = mapped_column(String(128), default="")
    last_name: Mapped[str] = mapped_column(String(128), default="")
    language: Mapped[str] = mapped_column(String(8), default="")
    newsletter: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[str] = mapped_column(String(32), default="")
    """Of the shop's membership, such as "gold"; what it brings, the policy says."""
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    addresses: Mapped[list[Address]] = relationship(cascade="all, delete-orphan")
    payment_methods: Mapped[list[PaymentMethod]] = relationship(
        cascade="all, delete-orphan", order_by="PaymentMethod.id"
    )

    @property
    def full_name(self) -> str:
        """Both names as they are written: a Chinese one begins with the family's, unspaced."""
        first, last = self.first_name.strip(), self.last_name.strip()
        if all("\u3400" <= char <= "\u9fff" for char in first + last):
            return last + first
        return f"{first} {last}".strip()


class Address(Base):
    """A postal address of a customer."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), index=True
    )
    line1: Mapped[str] = mapped_column(Text)
    line2: Mapped[str] = mapped_column(Text, default="")
    city: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default="")
    postcode: Mapped[str] = mapped_column(String(32), default="", index=True)
    country: Mapped[str] = mapped_column(String(64), default="")
    is_default: Mapped[bool] = mapped_column(default=True)


class PaymentMethod(Base):
    """A way a customer pays; never a full card number."""

    __tablename__ = "payment_methods"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(32))
    """credit_card, paypal, gift_card, alipay, wechat_pay, bank_transfer."""
    label: Mapped[str] = mapped_column(String(128), default="")
    """What the shopper recognises it by: "Visa ending 4242"."""
    balance: Mapped[Decimal | None]
    """Gift cards only."""
    is_default: Mapped[bool] = mapped_column(default=False)


class Profile(Base):
    """What is known of a customer, derived from events; stated wishes beat inferred ones.

    `stated`: {"must_not": {"material": ["wool"]}, "prefer": {"color": ["navy"]}, "size": "M", ...};
    `inferred`: {"brand": {"Acme": 2.5}, "category": {...}, "color": {...}}.
    """

    __tablename__ = "profiles"

    customer_id: Mapped[str] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(default=0)
    stated: Mapped[dict[str, Any]] = mapped_column(default=dict)
    inferred: Mapped[dict[str, Any]] = mapped_column(default=dict)
    updated_at: Mapped[datetime]
