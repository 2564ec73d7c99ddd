"""What a shop's records say of what its pictures show: product, colour, category, audience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Media, Product, Variant


class Concept(NamedTuple):
    """One thing that can be said of a picture."""

    field: str
    """category, path, color, audience, material, or an attribute's name."""
    value: str


@dataclass(frozen=True, slots=True)
class PictureLabels:
    """What one picture shows, as the records have it."""

    product_id: str
    color: str
    """Of the variant that it is a picture of; else of the product where that has one colour."""
    concepts: frozenset[Concept]


def read_labels(
    session: Session, pictures: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], PictureLabels]:
    """Labels of pictures given as (product id, path); those of unknown products are left out."""
    ids = sorted({product for product, _ in pictures})
    shown: dict[tuple[str, str], str] = {}
    colors: dict[str, set[str]] = {}
    products: dict[str, Any] = {}
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        for row in session.execute(
            select(
                Product.id,
                Product.category,
                Product.category_path,
                Product.audience,
                Product.material,
                Product.attributes,
            ).where(Product.id.in_(chunk))
        ):
            products[row.id] = row
        for product, color in session.execute(
            select(Variant.product_id, Variant.color).where(
                Variant.product_id.in_(chunk), Variant.active
            )
        ):
            colors.setdefault(product, set()).add(color)
        for product, path, color in session.execute(
            select(Media.product_id, Media.path, Variant.color)
            .outerjoin(Variant, Variant.id == Media.variant_id)
            .where(Media.product_id.in_(chunk))
            .order_by(Media.product_id, Media.position)
        ):
            shown[product, path] = shown.get((product, path)) or color or ""
    out: dict[tuple[str, str], PictureLabels] = {}
    for product, path in pictures:
        if product not in products:
            continue
        color = shown.get((product, path), "")
        only = colors.get(product, set())
        if not color and len(only) == 1:
            color = next(iter(only))
        out[product, path] = PictureLabels(product, color, concepts_of(products[product], color))
    return out


def concepts_of(row: Any, color: str) -> frozenset[Concept]:
    """Everything said of a product that its picture may show."""
    found = {
        Concept("category", row.category),
        Concept("path", row.category_path),
        Concept("audience", row.audience),
        Concept("material", row.material),
        Concept("color", color),
        *_texts(row.attributes),
    }
    return frozenset(concept for concept in found if concept.value.strip())


def _texts(attributes: Mapping[str, Any]) -> list[Concept]:
    return [
        Concept(name, value)
        for name, held in attributes.items()
        for value in (held if isinstance(held, (list, tuple)) else [held])
        if isinstance(value, str)
    ]
