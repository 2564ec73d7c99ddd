"""What speaks for each product for one shopper, as numbers: the input of the ranker.

Every signal is 0 where there is no such evidence, and more of it speaks more for a product. Only
those in `SIGNED` may be below 0.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.log import PURCHASE, STRENGTH
from assistant.recommend.sparse import best
from assistant.recommend.statistics import (
    EVER,
    GROUPINGS,
    KIND_HALF_LIFE,
    MONTH,
    SEASON,
    TOGETHER_HALF_LIFE,
    WEEK,
    Statistics,
    faded,
    level_bounds,
    person_vector,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

NAMES: Final = (
    "own_weeks",
    "own_month",
    "own_season",
    "own_count",
    "own_share",
    "own_rebuy",
    "seen",
    "like_minded",
    "same_buyers",
    "together",
    "category_likes",
    "line_likes",
    "brand_likes",
    "category_near",
    "line_near",
    "department_lift",
    "category_lift",
    "line_lift",
    "brand_lift",
    "popular_week",
    "popular_month",
    "popular_season",
    "popular_ever",
)
"""Signals in the order of their columns."""
SIGNED: Final = frozenset(name for name in NAMES if name.endswith("_lift"))
"""Signals that may speak against a product."""
LIKE_MINDED: Final = 200
"""People compared by all levels whose choices count."""
SAME_BUYERS: Final = 100
"""People compared by products alone whose choices count."""
REACH: Final = 60_000
"""Most entries of the inverted index looked at for one shopper, the rarest tokens first."""
LIFT_PRIOR: Final = 10.0
"""Events' worth of the shop's average in a shopper's shares."""
TOGETHER_DAMPING: Final = 100.0
TOGETHER_OWNERS: Final = 1000
"""Most buyers of a product that its companions are counted from, the newest first."""
ITEMS: Final = 60
"""Newest products of a shopper that companions are sought for."""
POOL_POPULAR: Final = 250
POOL_OTHERS: Final = 150


@dataclass(frozen=True, slots=True)
class History:
    """What one shopper did, newest last; `person` is their number in the statistics or -1."""

    items: NDArray[np.int32]
    kinds: NDArray[np.int8]
    times: NDArray[np.float64]
    visits: NDArray[np.int32]
    person: int = -1

    def without(self, items: set[int]) -> History:
        """The same shopper, had they never met these products."""
        keep = np.array([int(item) not in items for item in self.items], bool)
        return self.only(keep)

    def followed_by(self, later: History) -> History:
        """The same shopper, after what `later` holds."""
        return History(
            np.concatenate([self.items, later.items]),
            np.concatenate([self.kinds, later.kinds]),
            np.concatenate([self.times, later.times]),
            np.concatenate([self.visits, later.visits]),
            self.person,
        )

    def only(self, keep: NDArray[np.bool_]) -> History:
        """The same shopper with these events alone."""
        return History(
            self.items[keep], self.kinds[keep], self.times[keep], self.visits[keep], self.person
        )


NOBODY: Final = History(
    np.empty(0, np.int32),
    np.empty(0, np.int8),
    np.empty(0, np.float64),
    np.empty(0, np.int32),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Candidates with their signals, and from whom and what those of others come."""

    items: Ints
    signals: Floats
    """(len(items), len(NAMES))"""
    companions: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Candidate -> (own product that it goes with best, how well)."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What one history says before any candidate is looked at."""

    history: History
    items: Ints
    kinds: NDArray[np.int8]
    strength: Floats
    ages: NDArray[np.float64]
    alike: Floats
    same: Floats
    together: Floats
    because: dict[int, tuple[int, float]]


class Companions:
    """What goes with each product, counted when first asked and kept for these statistics."""

    def __init__(self, statistics: Statistics, most: int = 20_000) -> None:
        self._of = statistics
        self._most = most
        self._rows: OrderedDict[int, tuple[NDArray[np.int32], Floats]] = OrderedDict()
        self._lock = Lock()

    def row(self, item: int) -> tuple[NDArray[np.int32], Floats]:
        """(products, how well they go with `item`), itself left out."""
        with self._lock:
            found = self._rows.get(item)
            if found is not None:
                self._rows.move_to_end(item)
                return found
        found = self._count(item)
        with self._lock:
            self._rows[item] = found
            while len(self._rows) > self._most:
                self._rows.popitem(last=False)
        return found

    def _count(self, item: int) -> tuple[NDArray[np.int32], Floats]:
        of = self._of
        owners, values = of.owners.row(item)
        owners, values = owners[-TOGETHER_OWNERS:], values[-TOGETHER_OWNERS:]
        if not len(owners):
            return owners, values
        owner, place = of.bought.gather(owners)
        columns = of.bought.columns[place]
        unique, where = np.unique(columns, return_inverse=True)
        sums = np.bincount(where, values[owner] * of.bought.values[place])
        likeness = sums / (of.norms[item] * of.norms[unique] + TOGETHER_DAMPING)
        keep = unique != item
        return unique[keep], likeness[keep].astype(np.float32)


class Signals:
    """Computes signals from one state of the statistics. Safe to share between threads."""

    def __init__(self, statistics: Statistics) -> None:
        self.of = statistics
        self.count = len(statistics.kinds.category)
        self.companions = Companions(statistics)
        season, month = statistics.popularity[SEASON], statistics.popularity[MONTH]
        self._popular = np.union1d(best(season, POOL_POPULAR), best(month, POOL_POPULAR))
        self._last: _Read | None = None
        self._bounds = level_bounds(statistics.kinds, self.count)

    def pool(self, history: History) -> Ints:
        """Candidates that the log suggests for a shopper, in ascending order."""
        read = self._read(history)
        pools = [
            self._popular,
            np.unique(read.items),
            best(read.alike, POOL_OTHERS),
            best(read.same, POOL_OTHERS),
            best(read.together, POOL_OTHERS),
        ]
        return np.unique(np.concatenate(pools)).astype(np.int64)

    def _read(self, history: History) -> _Read:
        """What is the same for all candidates; kept for the history asked for last."""
        kept = self._last
        if kept is not None and kept.history is history:
            return kept
        good = (STRENGTH[history.kinds] > 0) & (history.items < self.count)
        chosen = history.only(good)
        items = chosen.items.astype(np.int64)
        strength = STRENGTH[chosen.kinds]
        ages = self.of.at - chosen.times
        alike, same = self._others(items, strength, history.person)
        together, because = self._together(items, strength, ages)
        read = _Read(history, items, chosen.kinds, strength, ages, alike, same, together, because)
        self._last = read
        return read

    def evidence(self, history: History, among: Ints | None = None) -> Evidence:
        """Candidates for a shopper with their signals; `among` names them instead."""
        of = self.of
        read = self._read(history)
        items, strength, ages = read.items, read.strength, read.ages
        alike, same, together, because = read.alike, read.same, read.together, read.because
        if among is None:
            among = self.pool(history)
        counted = among < self.count
        if not counted.all():
            # Products that came after the counting: nothing is known of them yet.
            found = self.evidence(history, among[counted])
            signals = np.zeros((len(among), len(NAMES)), np.float32)
            signals[counted] = found.signals
            return Evidence(among, signals, found.companions)
        signals = np.zeros((len(among), len(NAMES)), np.float32)
        put = {name: number for number, name in enumerate(NAMES)}
        for name, values in self._own(items, strength, ages, read.kinds, among).items():
            signals[:, put[name]] = values
        signals[:, put["like_minded"]] = alike[among]
        signals[:, put["same_buyers"]] = same[among]
        signals[:, put["together"]] = together[among]
        for name, values in self._kinds(items, strength, ages, among).items():
            signals[:, put[name]] = values
        for name, half_life in (
            ("popular_week", WEEK),
            ("popular_month", MONTH),
            ("popular_season", SEASON),
            ("popular_ever", EVER),
        ):
            signals[:, put[name]] = of.popularity[half_life][among]
        return Evidence(among, signals, because)

    def _own(
        self,
        items: Ints,
        strength: Floats,
        ages: NDArray[np.float64],
        kinds: NDArray[np.int8],
        among: Ints,
    ) -> dict[str, NDArray[np.floating]]:
        bought = kinds == PURCHASE

        def faded_sum(chosen: NDArray[np.bool_], half_life: float) -> NDArray[np.floating]:
            totals = np.bincount(
                items[chosen], faded(ages[chosen], half_life), minlength=self.count
            )
            return np.asarray(totals[among], np.float64)

        count = faded_sum(bought, EVER)
        looked = ~bought
        return {
            "own_weeks": faded_sum(bought, 14.0),
            "own_month": faded_sum(bought, 40.0),
            "own_season": faded_sum(bought, 120.0),
            "own_count": count,
            "own_share": count / max(float(bought.sum()), 1.0),
            "own_rebuy": np.where(count > 0, self.of.rebuy[among], 0.0),
            "seen": np.bincount(
                items[looked], strength[looked] * faded(ages[looked], 5.0), minlength=self.count
            )[among],
        }

    def _others(self, items: Ints, strength: Floats, person: int) -> tuple[Floats, Floats]:
        """What people like this one took: compared by all levels, and by products alone."""
        of = self.of
        nothing = np.zeros(self.count, np.float32)
        if not len(items) or not of.people.height:
            return nothing, nothing
        tokens, weights = person_vector(items, strength, of.kinds, self.count, of.idf)
        lengths = of.tokens.starts[tokens + 1] - of.tokens.starts[tokens]
        order = np.argsort(lengths, kind="stable")
        order = order[np.cumsum(lengths[order]) <= REACH]
        tokens, weights = tokens[order], weights[order]
        owner, place = of.tokens.gather(tokens)
        near = weights[owner] * of.tokens.values[place]
        people = of.tokens.columns[place]
        alike = np.bincount(people, near, minlength=of.people.height).astype(np.float64)
        product = tokens[owner] < self._bounds[1]
        same = np.bincount(people[product], near[product], minlength=of.people.height).astype(
            np.float64
        )
        if 0 <= person < len(alike):
            alike[person] = same[person] = 0.0
        return self._taken(alike, LIKE_MINDED), self._taken(same, SAME_BUYERS)

    def _taken(self, nearness: NDArray[np.float64], most: int) -> Floats:
        chosen = best(nearness, most)
        if not len(chosen):
            return np.zeros(self.count, np.float32)
        weight = nearness[chosen] / nearness[chosen].sum()
        owner, place = self.of.taken.gather(chosen)
        sums = np.bincount(
            self.of.taken.columns[place],
            weight[owner] * self.of.taken.values[place],
            minlength=self.count,
        )
        return sums.astype(np.float32)

    def _together(
        self, items: Ints, strength: Floats, ages: NDArray[np.float64]
    ) -> tuple[Floats, dict[int, tuple[int, float]]]:
        total = np.zeros(self.count, np.float32)
        because: dict[int, tuple[int, float]] = {}
        if not len(items):
            return total, because
        unique, where = np.unique(items, return_inverse=True)
        weights = np.log1p(np.bincount(where, strength * faded(ages, TOGETHER_HALF_LIFE)))
        newest = np.full(len(unique), np.inf)
        np.minimum.at(newest, where, ages)
        order = np.argsort(newest, kind="stable")[:ITEMS]
        rows = [
            (int(unique[n]), float(weights[n]), self.companions.row(int(unique[n]))) for n in order
        ]
        columns = np.concatenate([row[0] for _, _, row in rows])
        values = np.concatenate([weight * row[1] for _, weight, row in rows])
        source = np.repeat([item for item, _, _ in rows], [len(row[0]) for _, _, row in rows])
        total = np.bincount(columns, values, minlength=self.count).astype(np.float32)
        # Of each candidate the own product that adds most: the last in ascending order wins.
        strongest = np.zeros(self.count, bool)
        strongest[best(total, 2 * POOL_OTHERS)] = True
        wanted = np.flatnonzero(strongest[columns])
        rising = wanted[np.argsort(values[wanted], kind="stable")]
        for item, own, how in zip(
            columns[rising].tolist(), source[rising].tolist(), values[rising].tolist(), strict=True
        ):
            because[item] = (own, how)
        return total, because

    def _kinds(
        self, items: Ints, strength: Floats, ages: NDArray[np.float64], among: Ints
    ) -> dict[str, NDArray[np.floating]]:
        of = self.of
        found: dict[str, NDArray[np.floating]] = {}
        weight = strength * faded(ages, KIND_HALF_LIFE)
        for name, groups, size, share in (
            ("category", of.kinds.category, of.kinds.sizes[0], of.in_category),
            ("line", of.kinds.line, of.kinds.sizes[1], of.in_line),
            ("brand", of.kinds.brand, of.kinds.sizes[2], of.in_brand),
        ):
            mine = np.bincount(groups[items], weight, minlength=size)
            found[f"{name}_likes"] = mine[groups[among]] * share[among]
            if name == "brand":
                continue
            rows = of.by_category if name == "category" else of.by_line
            own = np.flatnonzero(mine)
            owner, place = rows.gather(own)
            near = np.bincount(
                rows.columns[place], np.log1p(mine[own])[owner] * rows.values[place], minlength=size
            )
            found[f"{name}_near"] = near[groups[among]] * share[among]
        total = float(weight.sum())
        for name in GROUPINGS:
            # How much more of a group this shopper takes than all do, drawn to "as much" while
            # little is known (Dirichlet prior); logarithm, so that less than all counts against.
            groups, size = of.kinds.groups(name)
            usual = np.maximum(of.shares[name], 1e-6)
            mine = np.bincount(groups[items], weight, minlength=size)
            lift = (mine + LIFT_PRIOR * usual) / (total + LIFT_PRIOR) / usual
            found[f"{name}_lift"] = np.log(lift)[groups[among]]
        return found
