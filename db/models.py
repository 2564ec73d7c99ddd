"""Every table of a shop, as SQLAlchemy 2 models: catalogue, customers, orders, conversations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db.types import Money, UtcDateTime

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        Decimal: Money,
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


# --- catalogue ------------------------------------------------------------------------------------


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


# --- customers ------------------------------------------------------------------------------------


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
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    addresses: Mapped[list[Address]] = relationship(cascade="all, delete-orphan")
    payment_methods: Mapped[list[PaymentMethod]] = relationship(
        cascade="all, delete-orphan", order_by="PaymentMethod.id"
    )


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


# --- cart and orders ------------------------------------------------------------------------------


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


# --- conversations, events, profile ---------------------------------------------------------------


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
    """What a shopper did: view, search, like, dislike, cart_add, cart_remove, purchase, return,
    preference."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_customer_time", "customer_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    conversation_id: Mapped[str | None] = mapped_column(String(128), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    product_id: Mapped[str | None] = mapped_column(String(128), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


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
