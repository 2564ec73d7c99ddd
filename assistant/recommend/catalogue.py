"""Products of a shop as columns beside the event log, kept for a version of the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assistant.recommend.entries import Entry, has_wish, read_entries, rules_out
from assistant.recommend.log import Numbers
from assistant.recommend.statistics import Kinds
from knowledge.matching import CHILDREN, GROWN, GROWN_UPS, in_category, same, same_color, same_size

KEPT: Final = 1024
"""Wishes and must-nots whose products are kept; the oldest goes first."""

Ints = NDArray[np.int64]


def numbered(values: Iterable[Hashable]) -> tuple[NDArray[np.int32], int]:
    """Each value's number in order of first appearance, and how many there are."""
    numbers: dict[Hashable, int] = {}
    found = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)
    return found, max(len(numbers), 1)


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
    popular: Ints
    """Numbers on sale, what the catalogue calls popular first."""
    called_popular: NDArray[np.float32]
    """The catalogue's own popularity against its highest."""
    rated: NDArray[np.float32]
    """Points of the rating above 3.9, of products that at least five rated at 4 or more."""
    rank: Ints
    """Place of each id among all ids in their order: ties are broken by it."""
    _placed: dict[str, dict[Any, Ints]] = field(default_factory=dict)
    _found: dict[tuple[str, str, str], Ints] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of products, those only events know included."""
        return len(self.ids)

    def barred(self, never: Mapping[str, Iterable[str]]) -> NDArray[np.bool_]:
        """Products that stated must-nots rule out; see `entries.rules_out`."""
        found = np.zeros(self.size, bool)
        for kind, values in never.items():
            for value in values:
                found[self._those("bar", kind, str(value))] = True
        return found

    def wished(self, kind: str, value: str) -> Ints:
        """Products that are what a shopper said they like, the popular first."""
        return self._those("wish", kind, value)

    def having(self, kind: str, value: str) -> Ints:
        """Products with exactly this brand, category, price band, or one of their colours or
        sizes, the popular first."""
        return self._by(kind).get(value, self.popular[:0]) if value else self.popular[:0]

    def unfit_for(self, age: int) -> NDArray[np.bool_]:
        """Products whose records say that they are for other ages, or for grown-ups or children
        where the age is neither."""
        others = GROWN_UPS if age < GROWN else CHILDREN
        found = np.zeros(self.size, bool)
        for number in self.popular.tolist():
            entry = self.entries[number]
            if entry is not None:
                outside = entry.ages is not None and not entry.ages[0] <= age <= entry.ages[1]
                found[number] = outside or entry.audience.casefold() in others
        return found

    def widened(self, numbers: Numbers) -> Catalogue:
        """The same with room for products that only events know, in groups of their own."""
        ids = numbers.ids[:]
        missing = len(ids) - self.size
        if missing <= 0:
            return self
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
            np.append(self.rank, np.arange(self.size, len(ids))),
        )

    def _by(self, kind: str) -> dict[Any, Ints]:
        """Value -> products that have it, the popular first."""
        kept = self._placed.get(kind)
        if kept is None:
            made: defaultdict[Any, list[int]] = defaultdict(list)
            for number in self.popular.tolist():
                entry = self.entries[number]
                if entry is not None:
                    for value in _VALUES[kind](entry):
                        made[value].append(number)
            kept = {value: np.array(found, np.int64) for value, found in made.items()}
            self._placed[kind] = kept
        return kept

    def _those(self, use: str, kind: str, value: str) -> Ints:
        key = (use, kind, value)
        kept = self._found.get(key)
        if kept is None:
            test = _TESTS[use]
            kept = np.array(
                [
                    number
                    for number in self._near(kind, value)
                    if (entry := self.entries[number]) is not None and test(entry, kind, value)
                ],
                np.int64,
            )
            if len(self._found) >= KEPT:
                self._found.pop(next(iter(self._found)), None)
            self._found[key] = kept
        return kept

    def _near(self, kind: str, value: str) -> list[int]:
        """Products that may pass a test on this value, the popular first: few are looked at."""
        fits = _FITS.get(kind)
        if fits is None:
            words = value.casefold().split()
            return [
                number
                for number in self.popular.tolist()
                if (entry := self.entries[number]) is not None
                and all(word in entry.text for word in words)
            ]
        mask = np.zeros(self.size, bool)
        for held, numbers in self._by("path" if kind == "category" else kind).items():
            if fits(held, value):
                mask[numbers] = True
        return [int(number) for number in self.popular[mask[self.popular]]]


_TESTS: Final[dict[str, Callable[[Entry, str, str], bool]]] = {
    "bar": rules_out,
    "wish": has_wish,
}
_VALUES: Final[dict[str, Callable[[Entry], Iterable[Any]]]] = {
    "brand": lambda entry: (entry.brand,),
    "category": lambda entry: (entry.category,),
    "path": lambda entry: ((entry.category, entry.category_path, entry.category_zh),),
    "price_band": lambda entry: (entry.price_band,),
    "color": lambda entry: entry.colors,
    "size": lambda entry: entry.sizes,
}
_FITS: Final[dict[str, Callable[[Any, str], bool]]] = {
    "brand": same,
    "category": lambda held, value: in_category(held, [value]),
    "color": same_color,
    "size": same_size,
}
"""Whether a value that products have is the one that was stated."""


def read_catalogue(session: Session, numbers: Numbers, version: str) -> Catalogue:
    """Every product on sale, with its number; the others as unknown."""
    found = read_entries(session, numbers)
    ids = numbers.ids[:]
    entries = [found.get(number) for number in range(len(ids))]
    most = max((entry.popularity for entry in found.values()), default=0.0)
    return Catalogue(
        version=version,
        ids=ids,
        entries=entries,
        kinds=kinds_of(entries),
        on_sale=np.array([entry is not None for entry in entries], bool),
        private=np.array([entry is not None and entry.private for entry in entries], bool),
        popular=np.array(
            sorted(found, key=lambda n: (-found[n].popularity, -(found[n].rating or 0.0), ids[n])),
            np.int64,
        ),
        called_popular=np.array(
            [entry.popularity / most if entry and most > 0 else 0.0 for entry in entries],
            np.float32,
        ),
        rated=np.array([_rated(entry) for entry in entries], np.float32),
        rank=np.argsort(np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int64)),
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
