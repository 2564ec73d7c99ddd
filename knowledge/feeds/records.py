"""What a feed is turned into: frozen records of the shop's things, and refusals of bad rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

AttributeValue = float | int | str | bool | list[str]
"""A canonical attribute: a number (unit beside it), a text, a yes or no, or several texts."""

Kind = Literal[
    "file",
    "product",
    "image",
    "article",
    "promotion",
    "customer",
    "order",
    "event",
    "review",
    "ticket",
    "row",
]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was not taken, with all its owner needs to mend it."""

    file: str
    line: int | None
    """From 1; None where the format has no lines or the whole file is meant."""
    record: str
    """Id of the record, as far as it could be read."""
    field: str
    reason: str
    hint: str
    """What to do."""
    kind: Kind = "row"


@dataclass(frozen=True, slots=True)
class Note:
    """Something the owner should know that cost no record: an unknown column, a skipped file."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class ImageRef:
    """A picture named by a feed, relative to the images folder; not yet looked at."""

    path: str
    variant_id: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """A picture that already lies in the shop folder; `path` is relative to that folder."""

    path: str
    variant_id: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """What is bought. `color` is canonical lower-case English, `options` are the shop's words."""

    id: str
    price: Decimal
    stock: int = 0
    color: str = ""
    size: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    list_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product with at least one variant. None for `rating` keeps the rating the shop has."""

    id: str
    title: str
    currency: str
    variants: tuple[VariantRecord, ...]
    title_zh: str = ""
    description: str = ""
    description_zh: str = ""
    brand: str = ""
    category: str = ""
    category_path: str = ""
    category_zh: str = ""
    audience: str = ""
    material: str = ""
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)
    attribute_units: Mapping[str, str] = field(default_factory=dict)
    rating: float | None = None
    rating_count: int = 0
    popularity: float = 0.0
    released_at: datetime | None = None
    images: tuple[ImageRef, ...] = ()
    media: tuple[MediaRecord, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """Stars (1 to 5) given to a product, or to one of its variants."""

    sku: str
    stars: float
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """A page of the shop's help in one language; `body` is Markdown."""

    id: str
    title: str
    body: str
    language: str = "en"
    topic: str = ""
    line: int | None = None
    template: str = ""
    """As it is written, where it names values of the policy; `body` has them filled in."""
    filled_with: str = ""
    """Fingerprint of the policy then."""


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """A past question with the answer staff gave; no personal data."""

    id: str
    question: str
    answer: str
    language: str = "en"
    intent: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class PromotionRecord:
    """An offer. `percent_off` or `amount_off` only where `minimum_total` and `categories` say all
    there is to its conditions; any other rule is told in words alone."""

    id: str
    title: str
    title_zh: str = ""
    description: str = ""
    description_zh: str = ""
    coupon: str | None = None
    percent_off: int | None = None
    amount_off: Decimal | None = None
    minimum_total: Decimal | None = None
    categories: tuple[str, ...] = ()
    active: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """A postal address."""

    line1: str
    line2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    is_default: bool = True


@dataclass(frozen=True, slots=True)
class PaymentMethodRecord:
    """A way to pay; `label` is what the shopper knows it by."""

    id: str
    kind: str
    label: str = ""
    balance: Decimal | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A person who shops here."""

    id: str
    email: str | None = None
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    newsletter: bool = False
    tier: str = ""
    created_at: datetime | None = None
    addresses: tuple[AddressRecord, ...] = ()
    payment_methods: tuple[PaymentMethodRecord, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class OrderItemRecord:
    """One line of an order; `price` is of one piece."""

    product_id: str
    variant_id: str
    title: str
    price: Decimal
    quantity: int = 1
    options: Mapping[str, str] = field(default_factory=dict)
    status: str = "ordered"


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """Money moved; `amount` is positive, `kind` is payment or refund."""

    kind: str
    amount: Decimal
    payment_method_id: str
    status: str = "done"
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FulfilmentRecord:
    """A parcel."""

    tracking_ids: tuple[str, ...] = ()
    variant_ids: tuple[str, ...] = ()
    carrier: str = ""
    shipped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderEventRecord:
    """What happened to an order, and when."""

    kind: str
    created_at: datetime
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """A purchase. `placed_at` None means the feed does not say; see `writer` for what is stored."""

    id: str
    customer_id: str
    status: str
    currency: str
    total: Decimal
    items: tuple[OrderItemRecord, ...]
    shipping: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    ship_to: Mapping[str, str] = field(default_factory=dict)
    placed_at: datetime | None = None
    delivered_at: datetime | None = None
    expected_at: datetime | None = None
    cancel_reason: str | None = None
    payments: tuple[PaymentRecord, ...] = ()
    fulfilments: tuple[FulfilmentRecord, ...] = ()
    history: tuple[OrderEventRecord, ...] = ()
    """Empty: a "placed" event and, where the status says so, its last one are written."""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Something that was done with a product before it came here."""

    id: str
    """Made of what it says and its place among equals, so that it is taken once."""
    customer_id: str
    """Empty: a guest, known by the visit only."""
    visit: str
    kind: str
    product_id: str
    at: datetime
    quantity: int = 1
    line: int | None = None


Record = (
    ProductRecord
    | TicketRecord
    | ReviewRecord
    | ArticleRecord
    | PromotionRecord
    | CustomerRecord
    | OrderRecord
    | EventRecord
)
