"""Dynamic prices: what bounds them, what is believed of demand, and every change that was made."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base


class PriceBound(Base):
    """What a variant costs the shop and between what its price may move."""

    __tablename__ = "price_bounds"

    variant_id: Mapped[str] = mapped_column(
        ForeignKey("variants.id", ondelete="CASCADE"), primary_key=True
    )
    cost: Mapped[Decimal | None]
    competitor: Mapped[Decimal | None]
    floor: Mapped[Decimal | None]
    ceiling: Mapped[Decimal | None]


class PricedProduct(Base):
    """A product whose price is learned: one price for everybody."""

    __tablename__ = "priced_products"

    product_id: Mapped[str] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    reference: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Variant id -> price when pricing began, as text."""
    belief: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What is believed of its demand; empty before the first decision."""
    prices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Variant id -> price since the last look, as text: what the next counts belong to."""
    counted_to: Mapped[int] = mapped_column(default=0)
    """Id of the last event that was counted."""
    looked_at: Mapped[datetime]
    frozen: Mapped[bool] = mapped_column(default=False)


class PriceChange(Base):
    """One change of a product's price, proposed or made: never altered once it is decided."""

    __tablename__ = "price_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Variant id -> price, as text."""
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What it rests on: the ratio, the bound that held it, visitors, sales, elasticity, seed."""
    status: Mapped[str] = mapped_column(String(16), index=True)
    """proposed, applied, rejected or lapsed (another price came in between)."""
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(16), default="")
    """person or automatic."""
