"""What the recommender knows of each product, read from its record once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.recommend.log import Numbers
from db.models import Product, Variant
from db.profiles import price_band
from db.sensitive import is_sensitive
from knowledge.matching import has_words, in_category, same, same_color, same_size, says

_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one product without reading its row again."""

    title: str
    title_zh: str
    brand: str
    category: str
    category_path: str
    category_zh: str
    material: str
    audience: str
    price_band: str
    rating: float | None
    rating_count: int
    popularity: float
    colors: tuple[str, ...]
    sizes: tuple[str, ...]
    attributes: str
    """Values of its attributes as text."""
    text: str
    """Material, titles and attributes in lower case, for a first look at words."""
    ages: tuple[float, float] | None
    """Youngest and oldest it is made for in years, where the record says so."""
    private: bool
    """Touches what must not be guessed of a person."""


def rules_out(entry: Entry, kind: str, value: str) -> bool:
    """Whether a must-not rules a product out, by any word of the record that says so.

    A material is looked for in titles and attributes, too, so that "no wool" keeps out a "Wool
    Beanie" whose record states no material.
    """
    if kind == "material":
        return says((entry.material, entry.title, entry.title_zh, entry.attributes), value)
    if kind == "brand":
        return bool(entry.brand) and same(entry.brand, value)
    if kind == "category":
        return in_category((entry.category, entry.category_path, entry.category_zh), [value])
    if kind == "color":
        return bool(entry.colors) and all(same_color(color, value) for color in entry.colors)
    if kind == "size":
        return bool(entry.sizes) and all(same_size(size, value) for size in entry.sizes)
    return has_words(entry.attributes, value)


def has_wish(entry: Entry, kind: str, value: str) -> bool:
    """Whether the product is what a shopper said they like."""
    if kind == "color":
        return any(same_color(color, value) for color in entry.colors)
    if kind == "size":
        return any(same_size(size, value) for size in entry.sizes)
    if kind == "brand":
        return same(entry.brand, value)
    if kind == "category":
        return in_category((entry.category, entry.category_path, entry.category_zh), [value])
    if kind == "material":
        return has_words(entry.material, value)
    return has_words(entry.attributes, value)


def read_entries(session: Session, numbers: Numbers) -> dict[int, Entry]:
    """Every product on sale by its number."""
    colors: defaultdict[str, set[str]] = defaultdict(set)
    sizes: defaultdict[str, set[str]] = defaultdict(set)
    for product_id, color, size in session.execute(
        select(Variant.product_id, Variant.color, Variant.size).where(Variant.active)
    ):
        if color:
            colors[product_id].add(color)
        if size:
            sizes[product_id].add(size)
    rows = session.execute(
        select(
            Product.id,
            Product.title,
            Product.title_zh,
            Product.brand,
            Product.category,
            Product.category_path,
            Product.category_zh,
            Product.material,
            Product.audience,
            Product.price,
            Product.rating,
            Product.rating_count,
            Product.popularity,
            Product.attributes,
        ).where(Product.active)
    )
    found: dict[int, Entry] = {}
    sensitive: dict[str, bool] = {}
    for row in rows:
        # Thousands of products share their category: it is looked at once.
        kind = f"{row.category_path}\n{row.category}"
        if kind not in sensitive:
            sensitive[kind] = is_sensitive(row.category_path, row.category)
        attributes = _texts(row.attributes)
        found[numbers.number(row.id)] = Entry(
            title=row.title,
            title_zh=row.title_zh,
            brand=row.brand,
            category=row.category,
            category_path=row.category_path,
            category_zh=row.category_zh,
            material=row.material,
            audience=row.audience,
            price_band=price_band(row.price),
            rating=row.rating,
            rating_count=row.rating_count,
            popularity=row.popularity,
            colors=tuple(sorted(colors.get(row.id, ()))),
            sizes=tuple(sorted(sizes.get(row.id, ()))),
            attributes=attributes,
            text="\n".join((row.material, row.title, row.title_zh, attributes)).casefold(),
            ages=_ages(row.attributes),
            private=sensitive[kind] or is_sensitive(row.title, row.title_zh),
        )
    return found


def _ages(attributes: Mapping[str, Any]) -> tuple[float, float] | None:
    """Ages from attributes such as age_from 3, age "3-6 years", "suitable from age": "8+"."""
    low, high = 0.0, 120.0
    stated = False
    for name, value in attributes.items():
        plain = name.casefold()
        if "age" not in plain or isinstance(value, bool):
            continue
        words = set(re.split(r"[\W_]+", plain))
        if not words & {"age", "ages"}:
            continue
        numbers = [float(each) for each in _NUMBER.findall(str(value))][:2]
        if not numbers:
            continue
        stated = True
        if words & {"to", "max", "maximum", "until"}:
            high = min(high, numbers[-1])
            continue
        low = max(low, numbers[0])
        if len(numbers) == 2:
            high = min(high, numbers[1])
    return (low, high) if stated and low <= high else None


def _texts(attributes: Mapping[str, Any]) -> str:
    """Texts and lists of texts among the attributes, for words that rule out or are wished for."""
    words: list[str] = []
    for value in attributes.values():
        each = value if isinstance(value, list) else [value]
        words.extend(text for text in each if isinstance(text, str))
    return " ".join(words)
