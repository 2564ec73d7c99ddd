"""What searching the shop takes and gives: a query with hard limits in, hits with evidence out."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Sort = Literal["relevance", "price_asc", "price_desc", "rating", "newest", "popular"]


@dataclass(frozen=True, slots=True)
class AttributeFilter:
    """A hard limit on one attribute. Numbers compare in `unit` after conversion; a product whose
    record does not state the attribute does not pass (and passes "ne")."""

    name: str
    operator: Literal["eq", "ne", "min", "max"]
    value: float | str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Hard filters: a product is a hit only if one of its variants meets all of them at once.

    Within one field any value will do ("red or blue"); between fields all must hold. Text compares
    case-folded. Prices are in the shop's currency, bounds included.
    """

    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    colors: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    not_materials: tuple[str, ...] = ()
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool = False
    attributes: tuple[AttributeFilter, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductQuery:
    """What to look for. Any of text, image and similar_to may be missing; with none of them the
    whole catalogue within the limits is ranked by `sort` (relevance: by popularity)."""

    text: str = ""
    language: str = "en"
    image: bytes | None = None
    similar_to: str | None = None
    """Product id whose neighbours in text and picture are sought; it is never among the hits."""
    limits: Limits = field(default_factory=Limits)
    sort: Sort = "relevance"
    limit: int = 10
    exclude: frozenset[str] = frozenset()
    """Product ids never to return."""


@dataclass(frozen=True, slots=True)
class ProductHit:
    """One product, folded from its variants; `variant_id` is the variant that meets the limits."""

    product_id: str
    variant_id: str
    title: str
    price: Decimal
    score: float
    evidence: dict[str, float]
    """Score per kind of evidence before fusion: keyword, text, multilingual, image, look,
    attribute."""


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage of an article with the article it stands in. `score` is comparable between
    questions: under `ArticleSearch.threshold` nothing answers the question."""

    article_id: str
    title: str
    heading: str
    passage: str
    language: str
    score: float
    answer: str = ""
    """The sentence of the passage that answers first."""


@dataclass(frozen=True, slots=True)
class CatalogueFacts:
    """Counts and ranges over the whole catalogue within limits, from SQL."""

    count: int
    price_min: Decimal | None
    price_max: Decimal | None
