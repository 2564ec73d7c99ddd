"""What a shop sells and says: products, variants, pictures, promotions, articles, tickets."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.models.base import Base


class Product(Base):
    """What the shop sells, as one line of its catalogue; its variants are what is bought."""

    __tablename__ = "products"
    __table_args__ = (Index("ix_products_category_active", "category", "active"),)

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    """The feed's own id."""
    title: Mapped[str] = mapped_column(Text)
    title_zh: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_zh: Mapped[str] = mapped_column(Text, default="")
    brand: Mapped[str] = mapped_column(String(128), default="", index=True)
    category: Mapped[str] = mapped_column(String(128), default="")
    """Leaf category in English; `category_path` holds all of them, joined by " / "."""
    category_path: Mapped[str] = mapped_column(Text, default="")
    category_zh: Mapped[str] = mapped_column(String(128), default="")
    audience: Mapped[str] = mapped_column(String(32), default="")
    """women, men, girls, boys, kids, unisex or empty."""
    material: Mapped[str] = mapped_column(String(128), default="")
    price: Mapped[Decimal] = mapped_column(index=True)
    """Lowest price of its active variants."""
    currency: Mapped[str] = mapped_column(String(3))
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Canonical name -> number, text, bool or list of text; units in `attribute_units`."""
    attribute_units: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rating: Mapped[float | None]
    rating_count: Mapped[int] = mapped_column(default=0)
    popularity: Mapped[float] = mapped_column(default=0.0)
    active: Mapped[bool] = mapped_column(default=True)
    released_at: Mapped[datetime | None]
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    """sha256 of what the index is built from; a change puts the product into the outbox."""
    updated_at: Mapped[datetime]

    variants: Mapped[list[Variant]] = relationship(
        back_populates="product", cascade="all, delete-orphan", order_by="Variant.position"
    )
    media: Mapped[list[Media]] = relationship(
        cascade="all, delete-orphan", order_by="Media.position"
    )


class Variant(Base):
    """What is put into a cart: one product in one colour, size and so on, with price and stock."""

    __tablename__ = "variants"
    __table_args__ = (
        # Holds what limits ask most often, so that a product is judged without its variants' rows.
        Index("ix_variants_offer", "product_id", "active", "price", "stock"),
    )

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    """The feed's own sku or item id; a product without variants has one with the product's id."""
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    color: Mapped[str] = mapped_column(String(64), default="", index=True)
    size: Mapped[str] = mapped_column(String(64), default="")
    price: Mapped[Decimal] = mapped_column(index=True)
    list_price: Mapped[Decimal | None]
    stock: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)

    product: Mapped[Product] = relationship(back_populates="variants")


class Media(Base):
    """A picture of a product, or of one of its variants, in the shop folder."""

    __tablename__ = "media"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    variant_id: Mapped[str | None] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(Text)
    """Relative to the shop folder."""
    alt: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)


class CatalogueState(Base):
    """One row, whose version triggers renew with every change of a product or a variant."""

    __tablename__ = "catalogue_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(32), default="")


class Promotion(Base):
    """A price rule or coupon that shoppers are told about."""

    __tablename__ = "promotions"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    title_zh: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    description_zh: Mapped[str] = mapped_column(Text, default="")
    coupon: Mapped[str | None] = mapped_column(String(64))
    percent_off: Mapped[int | None]
    amount_off: Mapped[Decimal | None]
    minimum_total: Mapped[Decimal | None]
    categories: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]


class Article(Base):
    """A page of the shop's own help in one language; Markdown."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    """Same article in two languages: "returns.en", "returns.zh"."""
    language: Mapped[str] = mapped_column(String(8), index=True)
    topic: Mapped[str] = mapped_column(String(64), default="", index=True)
    """shipping, returns, cancellation, warranty, payment, account, sizes, care, contact, ..."""
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    """As shoppers read it."""
    template: Mapped[str] = mapped_column(Text, default="")
    """As it is written, where it states numbers of the policy by name; else empty."""
    filled_with: Mapped[str] = mapped_column(String(64), default="")
    """Fingerprint of the policy that `body` was filled in from."""
    updated_at: Mapped[datetime]


class Ticket(Base):
    """A past question with the answer staff gave; no personal data."""

    __tablename__ = "tickets"

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), default="en")
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]


class Outbox(Base):
    """A change of the catalogue or the articles that the index has not taken yet."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """product or article."""
    record_id: Mapped[str] = mapped_column(String(128))
    action: Mapped[str] = mapped_column(String(8))
    """upsert or delete."""
    created_at: Mapped[datetime]
