"""Products of a shop as columns beside the event log, kept for a version of the catalogue."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.recommend.log import EventLog
from assistant.recommend.statistics import Kinds
from db.models import Product, Variant
from db.profiles import price_band
from db.sensitive import is_sensitive
from knowledge.matching import has_words, in_category, same, same_color, same_size

MASKS: Final = 1024
"""Wishes whose products are kept; the oldest goes first."""


GROWN: Final = 16
"""From this age on what is made for children no longer fits."""
CHILDREN: Final = frozenset({"girls", "boys", "kids"})
GROWN_UPS: Final = frozenset({"women", "men"})
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def numbered(values: Iterable[Hashable]) -> tuple[NDArray[np.int32], int]:
    """Each value's number in order of first appearance, and how many there are."""
    numbers: dict[Hashable, int] = {}
    found = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)
    return found, max(len(numbers), 1)


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
    ages: tuple[float, float] | None
    """Youngest and oldest it is made for in years, where the record says so."""


@dataclass(slots=True)
class Catalogue:
    """Columns over the log's numbers; those of products that are not on sale hold nothing."""

    version: str
    ids: list[str]
    entries: list[Entry | None]
    kinds: Kinds
    on_sale: NDArray[np.bool_]
    private: NDArray[np.bool_]
    """Touches what must not be guessed of a person: never recommended unasked."""
    popular: NDArray[np.int64]
    """Numbers on sale, what the catalogue calls popular first."""
    called_popular: NDArray[np.float32]
    """The catalogue's own popularity against its highest."""
    rated: NDArray[np.float32]
    """Points of the rating above 3.9, of products that at least five rated at 4 or more."""
    neighbours: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    """Product -> those like it in words and picture with their strength, as they were found."""
    _masks: dict[tuple[str, str, str], NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of products, those only events know included."""
        return len(self.ids)

    def barred(self, never: Mapping[str, Iterable[str]]) -> NDArray[np.bool_]:
        """Products that stated must-nots rule out, by any word of the record that says so.

        A product whose material is not stated is judged by its title, so that "no wool" keeps out
        a "Wool Beanie" without a material.
        """
        found = np.zeros(self.size, bool)
        for kind, values in never.items():
            for value in values:
                found |= self._mask("bar", kind, str(value))
        return found

    def wished(self, kind: str, value: str) -> NDArray[np.bool_]:
        """Products that are what a shopper said they like."""
        return self._mask("wish", kind, value)

    def having(self, kind: str, value: str) -> NDArray[np.bool_]:
        """Products with exactly this brand, category, price band, or one of their colours or
        sizes."""
        return self._mask("have", kind, value)

    def unfit_for(self, age: int) -> NDArray[np.bool_]:
        """Products whose records say that they are for other ages, or for grown-ups or children
        where the age is neither."""
        child = age < GROWN
        found = np.zeros(self.size, bool)
        for number, entry in enumerate(self.entries):
            if entry is None:
                continue
            others = CHILDREN if not child else GROWN_UPS
            outside = entry.ages is not None and not entry.ages[0] <= age <= entry.ages[1]
            found[number] = outside or entry.audience.casefold() in others
        return found

    def widened(self, products: Mapping[str, int]) -> Catalogue:
        """The same with room for products that only events know, in groups of their own."""
        missing = len(products) - self.size
        if missing <= 0:
            return self
        ids = list(products)
        kinds = self.kinds

        def more(groups: NDArray[np.int32], place: int) -> NDArray[np.int32]:
            return np.append(groups, np.full(missing, kinds.sizes[place], np.int32))

        wide = Kinds(
            more(kinds.category, 0),
            more(kinds.line, 1),
            more(kinds.brand, 2),
            more(kinds.department, 3),
            tuple(size + 1 for size in kinds.sizes),  # type: ignore[arg-type]
        )
        nothing = np.zeros(missing, bool)
        return Catalogue(
            self.version,
            ids,
            self.entries + [None] * missing,
            wide,
            np.append(self.on_sale, nothing),
            np.append(self.private, nothing),
            self.popular,
            np.append(self.called_popular, np.zeros(missing, np.float32)),
            np.append(self.rated, np.zeros(missing, np.float32)),
        )

    def _mask(self, use: str, kind: str, value: str) -> NDArray[np.bool_]:
        key = (use, kind, value)
        kept = self._masks.get(key)
        if kept is None:
            test = _TESTS[use]
            kept = np.array(
                [entry is not None and test(entry, kind, value) for entry in self.entries], bool
            )
            if len(self._masks) >= MASKS:
                self._masks.pop(next(iter(self._masks)), None)
            self._masks[key] = kept
        return kept


def _rules_out(entry: Entry, kind: str, value: str) -> bool:
    if kind == "material":
        low = value.casefold()
        texts = (entry.material, entry.title, entry.title_zh, entry.attributes)
        # Most records do not hold the letters at all, and need no look at their words.
        return value in entry.title_zh or any(
            low in text.casefold() and has_words(text, value) for text in texts
        )
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


def _has_exactly(entry: Entry, kind: str, value: str) -> bool:
    if kind == "color":
        return value in entry.colors
    if kind == "size":
        return value in entry.sizes
    return value != "" and getattr(entry, kind) == value


_TESTS: Final[dict[str, Callable[[Entry, str, str], bool]]] = {
    "bar": _rules_out,
    "wish": has_wish,
    "have": _has_exactly,
}


def read_catalogue(session: Session, log: EventLog, version: str) -> Catalogue:
    """Every product on sale, with its numbers in the log; the others as unknown."""
    colors: defaultdict[str, set[str]] = defaultdict(set)
    sizes: defaultdict[str, set[str]] = defaultdict(set)
    for product_id, color, size in session.execute(
        select(Variant.product_id, Variant.color, Variant.size).where(Variant.active)
    ):
        if color:
            colors[product_id].add(color)
        if size:
            sizes[product_id].add(size)
    found: dict[int, Entry] = {}
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
    for row in rows:
        found[log.number(row.id)] = Entry(
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
            colors=tuple(sorted(colors[row.id])),
            sizes=tuple(sorted(sizes[row.id])),
            attributes=_texts(row.attributes),
            ages=_ages(row.attributes),
        )
    ids = [""] * len(log.products)
    for product_id, number in log.products.items():
        ids[number] = product_id
    entries = [found.get(number) for number in range(len(ids))]
    most = max((entry.popularity for entry in found.values()), default=0.0)
    return Catalogue(
        version=version,
        ids=ids,
        entries=entries,
        kinds=kinds_of(entries),
        on_sale=np.array([entry is not None for entry in entries], bool),
        private=np.array(
            [
                entry is not None
                and is_sensitive(entry.title, entry.title_zh, entry.category_path, entry.category)
                for entry in entries
            ],
            bool,
        ),
        popular=np.array(
            sorted(found, key=lambda n: (-found[n].popularity, -(found[n].rating or 0.0), ids[n])),
            np.int64,
        ),
        called_popular=np.array(
            [entry.popularity / most if entry and most > 0 else 0.0 for entry in entries],
            np.float32,
        ),
        rated=np.array([_rated(entry) for entry in entries], np.float32),
    )


def _rated(entry: Entry | None) -> float:
    if entry is None or not entry.rating or entry.rating_count < 5 or entry.rating < 4:
        return 0.0
    return entry.rating - 3.9


def kinds_of(entries: Iterable[Entry | None]) -> Kinds:
    """Category, line and brand of each product; what is unknown shares one of each."""
    known = list(entries)
    category, categories = numbered(
        entry and (entry.category_path or entry.category) for entry in known
    )
    line, lines = numbered(
        entry and (entry.category_path or entry.category, entry.brand) for entry in known
    )
    brand, brands = numbered(entry and entry.brand for entry in known)
    department, departments = numbered(
        entry and (entry.category_path or entry.category).split(" / ")[0] for entry in known
    )
    return Kinds(category, line, brand, department, (categories, lines, brands, departments))


def _ages(attributes: Mapping[str, Any]) -> tuple[float, float] | None:
    """Ages from attributes such as age_from 3, age "3-6 years", "suitable from age": "8+"."""
    low, high = 0.0, 120.0
    stated = False
    for name, value in attributes.items():
        words = set(re.split(r"[\W_]+", name.casefold()))
        if not words & {"age", "ages"} or isinstance(value, bool):
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


def _texts(attributes: dict[str, Any]) -> str:
    """Texts and lists of texts among the attributes, for words that rule out or are wished for."""
    words: list[str] = []
    for value in attributes.values():
        each = value if isinstance(value, list) else [value]
        words.extend(text for text in each if isinstance(text, str))
    return " ".join(words)
