"""What to recommend to whom, and the true reasons: every part of a score is a reason or nothing.

The score of a product is a sum of parts (stated wishes, inferred tastes with decay, neighbourhood
of what was liked or bought, popularity); the reasons shown are the largest parts of that very sum.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from db.models import Product

WEIGHTS = {
    "stated": 3.0,
    "similar": 2.0,
    "brand": 1.0,
    "category": 1.2,
    "color": 0.6,
    "rating": 0.5,
    "popular": 0.8,
}
"""How much each kind of evidence counts; each kind itself lies between 0 and 1."""
MAX_PER_CATEGORY = 2
"""Diversity: a list about everything shows at most this many of one category."""
_REASONS = 2


@dataclass(frozen=True, slots=True)
class Taste:
    """What is known of a shopper, from the profile and from this conversation."""

    stated: dict[str, Any] = field(default_factory=dict)
    inferred: dict[str, dict[str, float]] = field(default_factory=dict)
    liked: tuple[tuple[str, str], ...] = ()
    """(product id, title) of what was liked or bought, newest first."""
    disliked: frozenset[str] = frozenset()
    near: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Product id -> (title of the liked product it resembles, similarity in 0..1)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A recommendation with its score and the parts of it, largest first."""

    product: Product
    score: float
    parts: tuple[tuple[str, float, dict[str, Any]], ...]
    """(reason kind, weighted part, facts that the reason states)"""

    @property
    def reasons(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Template key and facts of the largest parts."""
        return tuple((f"reason.{kind}", facts) for kind, _, facts in self.parts[:_REASONS])


def rank(products: list[Product], taste: Taste, *, limit: int, diverse: bool) -> list[Ranked]:
    """The best `limit` products with reasons. What was disliked or ruled out never comes back.

    `diverse` spreads the list over categories; it is off where the shopper asked for one kind.
    """
    never = taste.stated.get("must_not", {})
    most = max((product.popularity for product in products), default=0.0) or 1.0
    ranked = [
        _score(product, taste, most)
        for product in products
        if product.id not in taste.disliked and not _ruled_out(product, never)
    ]
    ranked.sort(key=lambda one: (-one.score, one.product.id))
    # A product that nothing speaks for is no recommendation while there are others.
    reasoned = [one for one in ranked if one.parts] or ranked
    if not diverse:
        return reasoned[:limit]
    taken: dict[str, int] = defaultdict(int)
    chosen: list[Ranked] = []
    spare: list[Ranked] = []
    for one in reasoned:
        fits = taken[one.product.category] < MAX_PER_CATEGORY
        taken[one.product.category] += fits
        (chosen if fits else spare).append(one)
    return (chosen + spare)[:limit]


def _ruled_out(product: Product, never: dict[str, list[str]]) -> bool:
    def holds(kind: str, text: str) -> bool:
        return any(value.casefold() in text.casefold() for value in never.get(kind, ()))

    return (
        holds("material", product.material)
        or holds("material", str(product.attributes.get("material", "")))
        or (bool(product.brand) and holds("brand", product.brand))
        or holds("category", product.category)
    )


def _score(product: Product, taste: Taste, most_popular: float) -> Ranked:
    parts: list[tuple[str, float, dict[str, Any]]] = []

    def add(kind: str, strength: float, facts: dict[str, Any]) -> None:
        if strength > 0:
            parts.append((kind, WEIGHTS[kind] * min(strength, 1.0), facts))

    for wish, values in taste.stated.get("prefer", {}).items():
        for value in values:
            if _has(product, wish, value):
                add("stated", 1.0, {"wish": wish, "value": value})
                break
    near = taste.near.get(product.id)
    if near is not None:
        add("similar", near[1], {"title": near[0]})
    for kind, value in (("brand", product.brand), ("category", product.category)):
        strength = _share(taste.inferred.get(kind, {}), value)
        add(kind, strength, {"value": value})
    colors = {variant.color for variant in product.variants if variant.stock > 0}
    color = max(colors, key=lambda name: _share(taste.inferred.get("color", {}), name), default="")
    add("color", _share(taste.inferred.get("color", {}), color), {"value": color})
    if product.rating and product.rating_count >= 5 and product.rating >= 4:
        add(
            "rating",
            (product.rating - 4) / 1.0 + 0.1,
            {"rating": product.rating, "count": product.rating_count},
        )
    add("popular", product.popularity / most_popular, {})
    parts.sort(key=lambda part: -part[1])
    return Ranked(product, sum(part[1] for part in parts), tuple(parts))


def _has(product: Product, wish: str, value: str) -> bool:
    wanted = value.casefold()
    if wish == "color":
        return any(variant.color.casefold() == wanted for variant in product.variants)
    if wish == "brand":
        return product.brand.casefold() == wanted
    if wish == "category":
        return wanted in product.category_path.casefold() or wanted == product.category.casefold()
    if wish == "material":
        return wanted in product.material.casefold()
    if wish == "size":
        return any(variant.size.casefold() == wanted for variant in product.variants)
    return wanted in str(product.attributes).casefold()


def _share(scores: dict[str, float], value: str) -> float:
    """A value's strength against the strongest of its kind, in 0..1."""
    if not value or not scores:
        return 0.0
    best = max(scores.values())
    return max(0.0, scores.get(value, 0.0)) / best if best > 0 else 0.0
