"""What a shop's events say of its products: popularity, who wants what, what goes with what.

A :class:`Statistics` is made of the columns of an event log as it stands and never changes; a new
one takes its place when enough was added. Times are days; every weight fades with age, measured
from the newest event and not from the clock, so that a shop that was closed for a month still
recommends what sold best before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.log import FOR_IT, PURCHASE, STRENGTH, EventLog
from assistant.recommend.sparse import Rows
from assistant.recommend.visits import Visits, index_visits

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

WEEK, MONTH, SEASON, EVER = 7.0, 21.0, 60.0, 1e9
HALF_LIVES: Final = (WEEK, MONTH, SEASON, EVER)
"""Half-lives of popularity in days."""
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
    """Everything counted from a log of `events` events at time `at`."""

    events: int
    at: float
    kinds: Kinds
    popularity: dict[float, Floats]
    """Half-life -> share of each product in all that was taken, in per mille."""
    buyers: Floats
    """How many people bought each product."""
    rebuy: Floats
    """Share of a product's buyers who bought it again, drawn to the mean of the shop."""
    interval: Floats
    """Days between two purchases of a product by one person, drawn to the mean; 0: none known."""
    people: Rows
    """Person x level token -> tf-idf weight; the levels one after another."""
    tokens: Rows
    """Transpose of `people`."""
    idf: Floats
    taken: Rows
    """Person x product -> log(1 + faded count), for what is recommended to their like."""
    bought: Rows
    """Person x product -> log(1 + count fading with TOGETHER_HALF_LIFE)."""
    owners: Rows
    """Transpose of `bought`."""
    norms: Floats
    """Of each product's column in `bought`."""
    by_category: Rows
    """Category x category similarity of who buys what."""
    by_line: Rows
    """Line -> similar lines."""
    in_category: Floats
    """Share of the product in what is taken of its category, by season."""
    in_line: Floats
    in_brand: Floats
    shares: dict[str, Floats]
    """Name of a grouping -> share of each group in all that was taken, fading by season."""
    visits: Visits
    """Past visits, by product."""
    own: Rows
    """Person -> positions of their events in the log, oldest first."""


def faded(ages: NDArray[np.floating], half_life: float) -> NDArray[np.float64]:
    """Weight of something of an age in days."""
    return np.asarray(0.5 ** (np.maximum(ages, 0.0) / half_life), np.float64)


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


def build(log: EventLog, kinds: Kinds, until: int | None = None) -> Statistics:
    """Count everything; `until` leaves out the events from that place on."""
    size = len(log) if until is None else until
    who, visit = log.who.all[:size], log.visit.all[:size]
    item, kind, at = log.item.all[:size], log.kind.all[:size], log.at.all[:size]
    return count_events(who, visit, item, kind, at, len(kinds.category), kinds)


def count_events(
    who: Ints,
    visit: Ints,
    item: Ints,
    kind: NDArray[np.int8],
    at: NDArray[np.float64],
    products: int,
    kinds: Kinds,
) -> Statistics:
    """See :func:`build`; columns are in the order of the log."""
    now = float(at.max()) if len(at) else 0.0
    age = now - at
    strength = STRENGTH[kind]
    good = strength > 0
    persons = int(who.max()) + 1 if len(who) else 0
    popularity = {}
    for half_life in HALF_LIVES:
        sums = np.bincount(
            item[good], strength[good] * faded(age[good], half_life), minlength=products
        )
        popularity[half_life] = (1000 * sums / max(float(sums.sum()), 1e-9)).astype(np.float32)
    season = np.bincount(item[good], strength[good] * faded(age[good], SEASON), minlength=products)

    def share(groups: Ints, count: int) -> Floats:
        total = np.bincount(groups, season, minlength=count)
        return (season / np.maximum(total[groups], 1e-9)).astype(np.float32)

    def shares(groups: Ints, count: int) -> Floats:
        total = np.bincount(groups, season, minlength=count)
        return (total / max(float(total.sum()), 1e-9)).astype(np.float32)

    w, i, s, a = who[good], item[good], strength[good], age[good]
    levels = tokens_of(i, kinds, products)
    bounds = level_bounds(kinds, products)
    counted = Rows.summed(
        np.tile(w, len(levels)),
        np.concatenate(levels),
        np.tile(s, len(levels)),
        (persons, bounds[-1]),
    )
    holders = np.bincount(counted.columns, minlength=bounds[-1])
    idf = np.log((persons + 1) / (1 + holders)).astype(np.float32)
    people = _normed(counted, idf, bounds)
    taken = _logged(Rows.summed(w, i, s * faded(a, TASTE_HALF_LIFE), (persons, products)))
    bought = _logged(Rows.summed(w, i, s * faded(a, TOGETHER_HALF_LIFE), (persons, products)))
    owners = bought.turned()
    seen = kind < FOR_IT
    indexed = index_visits(visit[seen], item[seen], at[seen], products, now)
    order = np.argsort(who, kind="stable")
    starts = np.searchsorted(who[order], np.arange(persons + 1)).astype(np.int64)
    own = Rows(starts, order.astype(np.int32), at[order].astype(np.float32), max(len(who), 1))
    buyers, rebuy, interval = _again(who, item, kind, at, products)
    return Statistics(
        events=len(who),
        at=now,
        kinds=kinds,
        popularity=popularity,
        buyers=buyers,
        rebuy=rebuy,
        interval=interval,
        people=people,
        tokens=people.turned(),
        idf=idf,
        taken=taken,
        bought=bought,
        owners=owners,
        norms=owners.norms(),
        by_category=_similarity(w, kinds.category[i], s, persons, kinds.sizes[0]),
        by_line=_similarity(w, kinds.line[i], s, persons, kinds.sizes[1]),
        in_category=share(kinds.category, kinds.sizes[0]),
        in_line=share(kinds.line, kinds.sizes[1]),
        in_brand=share(kinds.brand, kinds.sizes[2]),
        shares={name: shares(*kinds.groups(name)) for name in GROUPINGS},
        visits=indexed,
        own=own,
    )


def _logged(rows: Rows) -> Rows:
    return Rows(rows.starts, rows.columns, np.log1p(rows.values), rows.width)


def _normed(counted: Rows, idf: Floats, bounds: Sequence[int]) -> Rows:
    values = np.log1p(counted.values) * idf[counted.columns]
    level = np.searchsorted(np.array(bounds[1:-1]), counted.columns, side="right")
    owner = np.repeat(np.arange(counted.height), np.diff(counted.starts))
    key = owner * len(LEVELS) + level
    norms = np.sqrt(np.bincount(key, values.astype(np.float64) ** 2, minlength=1))
    weights = np.array(LEVEL_WEIGHTS)[level] / (norms[key] + LEVEL_DAMPING)
    return Rows(
        counted.starts, counted.columns, (values * weights).astype(np.float32), counted.width
    )


SIMILAR_DAMPING: Final = 30.0
SIMILAR_KEPT: Final = 60
"""Most groups of one person that are paired; a few people with very many cost most."""


def _pairs(
    who: Ints, group: Ints, strength: Floats, persons: int, groups: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], Floats]:
    """(group, other group, summed product) of what one person took, and each group's norm."""
    rows = _logged(Rows.summed(who, group, strength, (persons, groups)))
    norms = rows.turned().norms()
    lengths = np.minimum(np.diff(rows.starts), SIMILAR_KEPT)
    owner = np.repeat(np.arange(persons), lengths)
    first = np.repeat(rows.starts[:-1], lengths)
    place = first + np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    reach = lengths[owner]
    left = np.repeat(place, reach)
    right = np.repeat(first, reach) + (
        np.arange(len(left)) - np.repeat(np.cumsum(reach) - reach, reach)
    )
    key = rows.columns[left].astype(np.int64) * groups + rows.columns[right]
    found, where = np.unique(key, return_inverse=True)
    sums = np.bincount(where, (rows.values[left] * rows.values[right]).astype(np.float64))
    return found // max(groups, 1), found % max(groups, 1), np.asarray(sums, np.float64), norms


def _similarity(who: Ints, group: Ints, strength: Floats, persons: int, groups: int) -> Rows:
    if not len(who):
        return Rows(np.zeros(groups + 1, np.int64), who[:0], strength[:0], groups)
    left, right, sums, norms = _pairs(who, group, strength, persons, groups)
    values = sums / (norms[left] * norms[right] + SIMILAR_DAMPING)
    starts = np.searchsorted(left, np.arange(groups + 1)).astype(np.int64)
    return Rows(starts, right.astype(np.int32), values.astype(np.float32), groups)


def _again(
    who: Ints, item: Ints, kind: NDArray[np.int8], at: NDArray[np.float64], products: int
) -> tuple[Floats, Floats, Floats]:
    """Buyers of each product, the share who bought it again, and the days between."""
    bought = kind == PURCHASE
    key = who[bought].astype(np.int64) * max(products, 1) + item[bought]
    pairs, where = np.unique(key, return_inverse=True)
    first = np.full(len(pairs), np.inf)
    last = np.full(len(pairs), -np.inf)
    np.minimum.at(first, where, at[bought])
    np.maximum.at(last, where, at[bought])
    # Two lines of one order are one purchase.
    days = np.unique(np.stack([where, np.floor(at[bought]).astype(np.int64)]), axis=1)
    times = np.bincount(days[0].astype(np.int64), minlength=len(pairs)) if len(pairs) else first
    products_of = (pairs % max(products, 1)).astype(np.int64)
    buyers = np.bincount(products_of, minlength=products)
    again = np.bincount(products_of, times > 1, minlength=products)
    mean = float(again.sum()) / max(float(buyers.sum()), 1.0)
    rebuy = (again + 5 * mean) / (buyers + 5)
    gaps = np.bincount(products_of, np.where(times > 1, last - first, 0.0), minlength=products)
    steps = np.bincount(products_of, np.maximum(times - 1, 0), minlength=products)
    usual = float(gaps.sum()) / max(float(steps.sum()), 1.0)
    interval = np.where(again > 0, (gaps + 2 * usual) / (steps + 2), 0.0)
    return buyers.astype(np.float32), rebuy.astype(np.float32), interval.astype(np.float32)
