"""What a shop's events say of its products: who wants what, what goes with what, what comes next.

A :class:`Statistics` is made of the columns of an event log as it stands and never changes; a new
one takes its place when enough was added, while popularity follows each event. Times are days;
every weight fades with age, measured from the newest event and not from the clock, so that a shop
that was closed for a month still recommends what sold best before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.log import FOR_IT, PURCHASE, STRENGTH
from assistant.recommend.pairs import alike
from assistant.recommend.popularity import Popularity
from assistant.recommend.sparse import Rows, faded
from assistant.recommend.visits import Visits, index_visits

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

TASTE_HALF_LIFE: Final = 60.0
"""Of what others took, when it is recommended to their like."""
TOGETHER_HALF_LIFE: Final = 180.0
KIND_HALF_LIFE: Final = 120.0
LEVELS: Final = ("item", "category", "line", "brand")
"""What people are compared by: the product, its category, its brand within the category, its
brand."""
GROUPINGS: Final = ("department", "category", "line", "brand")
LEVEL_WEIGHTS: Final = (1.0, 1.0, 1.0, 0.5)
LEVEL_DAMPING: Final = 5.0
"""Added to the norm of a level, so that people of whom little is known resemble nobody much."""
TOGETHER_DAMPING: Final = 100.0
COMPANIONS: Final = 200
"""Companions kept of each product."""
TAKERS: Final = 1000
"""Most takers of a product that its companions are counted from, the newest first."""
MANY_PRODUCTS: Final = 3000
"""Most products of one person that are paired."""
SIMILAR_DAMPING: Final = 30.0
SIMILAR_KEPT: Final = 200
"""Similar groups kept of each."""
SIMILAR_TAKERS: Final = 20_000
MANY_GROUPS: Final = 60
"""Most groups of one person that are paired."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What each product is, as numbers: columns over the products of the log."""

    category: Ints
    line: Ints
    """Brand within category."""
    brand: Ints
    department: Ints
    """First part of the category's path."""
    sizes: tuple[int, int, int, int]
    """How many categories, lines, brands and departments there are."""

    def groups(self, name: str) -> tuple[Ints, int]:
        """Number of each product's group, and how many groups there are."""
        place = ("category", "line", "brand", "department").index(name)
        return (self.category, self.line, self.brand, self.department)[place], self.sizes[place]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything counted from a log of `events` events."""

    events: int
    persons: int
    kinds: Kinds
    popularity: Popularity
    """As it was at the newest event counted."""
    buyers: Floats
    """How many people bought each product."""
    rebuy: Floats
    """Share of a product's buyers who bought it again, drawn to the mean of the shop."""
    interval: Floats
    """Days between two purchases of a product by one person, drawn to the mean; 0: none known."""
    tokens: Rows
    """Level token x person -> tf-idf weight; the levels one after another."""
    idf: Floats
    taken: Rows
    """Person x product -> log(1 + faded count), for what is recommended to their like."""
    companions: Rows
    """Product -> products that the same people take, with their likeness, strongest first."""
    by_category: Rows
    """Category x category similarity of who buys what."""
    by_line: Rows
    """Line -> similar lines."""
    visits: Visits
    """Past visits, by product."""


def tokens_of(items: NDArray[np.integer], kinds: Kinds, count: int) -> list[NDArray[np.int64]]:
    """Token numbers of each level for these products; `count` is the number of products."""
    categories, lines = kinds.sizes[:2]
    return [
        items.astype(np.int64),
        count + kinds.category[items].astype(np.int64),
        count + categories + kinds.line[items].astype(np.int64),
        count + categories + lines + kinds.brand[items].astype(np.int64),
    ]


def level_bounds(kinds: Kinds, count: int) -> tuple[int, ...]:
    """First token of each level, and one past the last."""
    return tuple(int(n) for n in np.cumsum([0, count, *kinds.sizes[:3]]))


def person_vector(
    items: NDArray[np.integer],
    strengths: NDArray[np.floating],
    kinds: Kinds,
    count: int,
    idf: Floats,
) -> tuple[NDArray[np.int64], Floats]:
    """(tokens, weights) of one person: tf-idf of each level, scaled by the level's weight over its
    damped norm."""
    tokens, weights = [], []
    for level, found in enumerate(tokens_of(items, kinds, count)):
        unique, where = np.unique(found, return_inverse=True)
        value = np.log1p(np.bincount(where, strengths)) * idf[unique]
        norm = float(np.sqrt(np.sum(value**2)))
        tokens.append(unique)
        weights.append(LEVEL_WEIGHTS[level] * value / (norm + LEVEL_DAMPING))
    return np.concatenate(tokens), np.concatenate(weights).astype(np.float32)


def count_events(
    who: Ints,
    visit: Ints,
    item: Ints,
    kind: NDArray[np.int8],
    at: NDArray[np.float64],
    kinds: Kinds,
) -> Statistics:
    """Count everything; columns are in the order of the log."""
    products = len(kinds.category)
    now = float(at.max()) if len(at) else 0.0
    strength = STRENGTH[kind]
    good = strength > 0
    persons = int(who.max()) + 1 if len(who) else 0
    popularity = Popularity.nothing(products).after(item, kind, at)
    w, i, s, a = who[good], item[good], strength[good], now - at[good]
    tokens, idf = _tokens(w, i, s, persons, kinds)
    taken = _logged(Rows.summed(w, i, s * faded(a, TASTE_HALF_LIFE), (persons, products)))
    bought = _logged(Rows.summed(w, i, s * faded(a, TOGETHER_HALF_LIFE), (persons, products)))
    companions = alike(
        bought, TOGETHER_DAMPING, kept=COMPANIONS, takers=TAKERS, reach=MANY_PRODUCTS
    )
    del bought
    seen = kind < FOR_IT
    indexed = index_visits(visit[seen], item[seen], at[seen], products, now)
    buyers, rebuy, interval = _again(who, item, kind, at, products)
    return Statistics(
        events=len(who),
        persons=persons,
        kinds=kinds,
        popularity=popularity,
        buyers=buyers,
        rebuy=rebuy,
        interval=interval,
        tokens=tokens,
        idf=idf,
        taken=taken,
        companions=companions,
        by_category=_similarity(w, kinds.category[i], s, persons, kinds.sizes[0]),
        by_line=_similarity(w, kinds.line[i], s, persons, kinds.sizes[1]),
        visits=indexed,
    )


def _tokens(
    who: Ints, item: Ints, strength: Floats, persons: int, kinds: Kinds
) -> tuple[Rows, Floats]:
    """Token x person -> tf-idf weight, and the idf of each token."""
    products = len(kinds.category)
    bounds = level_bounds(kinds, products)
    idf = np.empty(bounds[-1], np.float32)
    starts, columns, values = [np.zeros(1, np.int64)], [], []
    found = 0
    # Level by level, which takes a quarter of the memory.
    for level, tokens in enumerate(tokens_of(item, kinds, products)):
        low, high = bounds[level], bounds[level + 1]
        counted = Rows.summed(who, tokens - low, strength, (persons, high - low))
        holders = np.bincount(counted.columns, minlength=high - low)
        idf[low:high] = np.log((persons + 1) / (1 + holders))
        weight = np.log1p(counted.values) * idf[low:high][counted.columns]
        norms = Rows(counted.starts, counted.columns, weight, high - low).norms()
        scale = LEVEL_WEIGHTS[level] / (norms + LEVEL_DAMPING)
        weight = weight * np.repeat(scale, np.diff(counted.starts))
        turned = Rows(
            counted.starts, counted.columns, weight.astype(np.float32), high - low
        ).turned()
        starts.append(turned.starts[1:] + found)
        columns.append(turned.columns)
        values.append(turned.values)
        found += len(turned.columns)
    rows = Rows(
        np.concatenate(starts), np.concatenate(columns), np.concatenate(values), max(persons, 1)
    )
    return rows, idf


def _logged(rows: Rows) -> Rows:
    return Rows(rows.starts, rows.columns, np.log1p(rows.values), rows.width)


def _similarity(who: Ints, group: Ints, strength: Floats, persons: int, groups: int) -> Rows:
    rows = _logged(Rows.summed(who, group, strength, (persons, groups)))
    return alike(
        rows,
        SIMILAR_DAMPING,
        kept=SIMILAR_KEPT,
        takers=SIMILAR_TAKERS,
        reach=MANY_GROUPS,
        itself=True,
    )


def _again(
    who: Ints, item: Ints, kind: NDArray[np.int8], at: NDArray[np.float64], products: int
) -> tuple[Floats, Floats, Floats]:
    """Buyers of each product, the share who bought it again, and the days between."""
    bought = kind == PURCHASE
    key = who[bought].astype(np.int64) * max(products, 1) + item[bought]
    if not len(key):
        nothing = np.zeros(products, np.float32)
        return nothing, nothing, nothing
    order = np.lexsort((at[bought], key))
    key, when = key[order], at[bought][order]
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    end = np.append(begin[1:], len(key)) - 1
    first, last = when[begin], when[end]
    # Two lines of one order are one purchase.
    fresh = (np.diff(np.floor(when), prepend=-1e9) != 0) | (np.diff(key, prepend=-1) != 0)
    times = np.add.reduceat(fresh.astype(np.int64), begin)
    products_of = (key[begin] % max(products, 1)).astype(np.int64)
    buyers = np.bincount(products_of, minlength=products)
    again = np.bincount(products_of, times > 1, minlength=products)
    mean = float(again.sum()) / max(float(buyers.sum()), 1.0)
    rebuy = (again + 5 * mean) / (buyers + 5)
    gaps = np.bincount(products_of, np.where(times > 1, last - first, 0.0), minlength=products)
    steps = np.bincount(products_of, np.maximum(times - 1, 0), minlength=products)
    usual = float(gaps.sum()) / max(float(steps.sum()), 1.0)
    interval = np.where(again > 0, (gaps + 2 * usual) / (steps + 2), 0.0)
    return buyers.astype(np.float32), rebuy.astype(np.float32), interval.astype(np.float32)
