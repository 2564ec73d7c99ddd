"""What speaks for each product for one shopper, as numbers: the input of the ranker.

Every signal is 0 where there is no such evidence, and more of it speaks more for a product. Only
those in `SIGNED` may be below 0.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.log import PURCHASE, STRENGTH
from assistant.recommend.popularity import EVER, MONTH, SEASON, WEEK, Popularity
from assistant.recommend.sparse import best, faded
from assistant.recommend.statistics import (
    GROUPINGS,
    KIND_HALF_LIFE,
    TOGETHER_HALF_LIFE,
    Statistics,
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
    "popular_trend",
)
"""Signals in the order of their columns."""
SIGNED: Final = frozenset(name for name in NAMES if name.endswith(("_lift", "_trend")))
"""Signals that may speak against a product."""
LIKE_MINDED: Final = 200
"""People compared by all levels whose choices count."""
SAME_BUYERS: Final = 100
"""People compared by products alone whose choices count."""
REACH: Final = 12_000
"""Most entries of the inverted index looked at for one shopper, the rarest tokens first."""
LIFT_PRIOR: Final = 10.0
"""Events' worth of the shop's average in a shopper's shares."""
NOTHING: Final = 0.002
"""Share in per mille that a product has in a trend without having sold."""
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
    here: int = -2
    """Number of the visit under way among `visits`; below 0 where nothing was done in it."""

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
            self.here,
        )

    def only(self, keep: NDArray[np.bool_]) -> History:
        """The same shopper with these events alone."""
        return History(
            self.items[keep],
            self.kinds[keep],
            self.times[keep],
            self.visits[keep],
            self.person,
            self.here,
        )


NOBODY: Final = History(
    np.empty(0, np.int32),
    np.empty(0, np.int8),
    np.empty(0, np.float64),
    np.empty(0, np.int32),
)


def _no_ints() -> Ints:
    return np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Companions:
    """Which products of the shopper's a candidate goes with: one row a pair."""

    candidates: NDArray[np.integer] = field(default_factory=_no_ints)
    own: NDArray[np.integer] = field(default_factory=_no_ints)
    how: NDArray[np.floating] = field(default_factory=lambda: np.empty(0, np.float32))

    def best(self, candidate: int) -> int | None:
        """The own product that it goes with best."""
        rows = np.flatnonzero(self.candidates == candidate)
        return int(self.own[rows[np.argmax(self.how[rows])]]) if len(rows) else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Candidates with their signals, and from whom and what those of others come."""

    items: Ints
    signals: Floats
    """(len(items), len(NAMES))"""
    companions: Companions = field(default_factory=lambda: Companions())


@dataclass(frozen=True, slots=True)
class _Read:
    """What one history says before any candidate is looked at."""

    history: History
    items: Ints
    """Of the events that speak for a product that was counted."""
    strength: Floats
    ages: NDArray[np.float64]
    all_strength: Floats
    """Of every event of the history."""
    all_ages: NDArray[np.float64]
    own: Ints
    """Every product that an event speaks for, ascending."""
    alike: Floats
    same: Floats
    together: Floats
    because: Companions


class Signals:
    """Computes signals from one state of the statistics. Safe to share between threads."""

    def __init__(self, statistics: Statistics) -> None:
        self.of = statistics
        self.popularity = statistics.popularity
        self.count = len(statistics.kinds.category)
        self._popular = np.union1d(
            *(
                best(self.popularity.share(half_life, np.arange(self.count)), POOL_POPULAR)
                for half_life in (SEASON, MONTH)
            )
        )
        self._last: _Read | None = None
        self._bounds = level_bounds(statistics.kinds, self.count)
        self._groups: dict[str, NDArray[np.float64]] = {}

    def followed_by(self, popularity: Popularity, items: NDArray[np.integer]) -> Signals:
        """The same with popularity as it is by now; `items` are the products whose own changed."""
        later = copy(self)
        later.popularity = popularity
        later._last = None
        later._groups = {}
        if popularity.since == self.popularity.since:
            changed = np.unique(items[items < self.count])
            more = popularity.season[changed] - self.popularity.season[changed]
            for name, kept in self._groups.items():
                groups, size = self.of.kinds.groups(name)
                later._groups[name] = kept + np.bincount(groups[changed], more, minlength=size)
        return later

    def pool(self, history: History) -> Ints:
        """Candidates that the log suggests for a shopper, in ascending order."""
        read = self._read(history)
        size = max(self.count, int(read.own[-1]) + 1 if len(read.own) else 0)
        chosen = np.zeros(size, bool)
        chosen[self._popular] = chosen[read.own] = True
        for others in (read.alike, read.same, read.together):
            chosen[best(others, POOL_OTHERS)] = True
        return np.flatnonzero(chosen)

    def _read(self, history: History) -> _Read:
        """What is the same for all candidates; kept for the history asked for last."""
        kept = self._last
        if kept is not None and kept.history is history:
            return kept
        strength = STRENGTH[history.kinds]
        ages = self.popularity.at - history.times
        good = strength > 0
        own = np.unique(history.items[good]).astype(np.int64)
        good &= history.items < self.count
        items, strong, old = history.items[good].astype(np.int64), strength[good], ages[good]
        alike, same = self._others(items, strong, history.person)
        together, because = self._together(items, strong, old)
        read = _Read(
            history, items, strong, old, strength, ages, own, alike, same, together, because
        )
        self._last = read
        return read

    def evidence(self, history: History, among: Ints | None = None) -> Evidence:
        """Candidates for a shopper with their signals; `among` names them instead."""
        read = self._read(history)
        if among is None:
            among = self.pool(history)
        signals = np.zeros((len(among), len(NAMES)), np.float32)
        put = {name: number for number, name in enumerate(NAMES)}
        for name, values in self._own(read, among).items():
            signals[:, put[name]] = values
        # Of products that came after the counting nobody else's choices are known yet.
        rows = np.flatnonzero(among < self.count)
        known = among[rows]
        signals[rows, put["like_minded"]] = read.alike[known]
        signals[rows, put["same_buyers"]] = read.same[known]
        signals[rows, put["together"]] = read.together[known]
        for name, values in self._kinds(read.items, read.strength, read.ages, known).items():
            signals[rows, put[name]] = values
        rows = np.flatnonzero(among < self.popularity.sums.shape[1])
        known = among[rows]
        for name, half_life in (
            ("popular_week", WEEK),
            ("popular_month", MONTH),
            ("popular_season", SEASON),
            ("popular_ever", EVER),
        ):
            signals[rows, put[name]] = self.popularity.share(half_life, known)
        # Whether more is taken of it lately than over the season; 0 where it is the same.
        week, season = (signals[rows, put[name]] for name in ("popular_week", "popular_season"))
        signals[rows, put["popular_trend"]] = np.log((week + NOTHING) / (season + NOTHING))
        return Evidence(among, signals, read.because)

    def _own(self, read: _Read, among: Ints) -> dict[str, NDArray[np.floating]]:
        history, own = read.history, read.own
        found: dict[str, NDArray[np.floating]] = {
            name: np.zeros(len(among))
            for name in (
                "own_weeks",
                "own_month",
                "own_season",
                "own_count",
                "own_share",
                "own_rebuy",
                "seen",
            )
        }
        if not len(own):
            return found
        place = np.searchsorted(own, among)
        place[place == len(own)] = 0
        mine = np.flatnonzero(own[place] == among)
        place = place[mine]
        bought = history.kinds == PURCHASE
        looked = ~bought & (read.all_strength > 0)

        def faded_sum(chosen: NDArray[np.bool_], half_life: float) -> NDArray[np.floating]:
            where = np.searchsorted(own, history.items[chosen])
            weight = faded(read.all_ages[chosen], half_life)
            if chosen is looked:
                weight = weight * read.all_strength[chosen]
            sums = np.bincount(where, weight, minlength=len(own))
            return np.asarray(sums[place], np.float64)

        count = faded_sum(bought, EVER)
        found["own_weeks"][mine] = faded_sum(bought, 14.0)
        found["own_month"][mine] = faded_sum(bought, 40.0)
        found["own_season"][mine] = faded_sum(bought, 120.0)
        found["own_count"][mine] = count
        found["own_share"][mine] = count / max(float(bought.sum()), 1.0)
        found["seen"][mine] = faded_sum(looked, 5.0)
        items = among[mine]
        known = items < self.count
        found["own_rebuy"][mine[known]] = np.where(
            count[known] > 0, self.of.rebuy[items[known]], 0.0
        )
        return found

    def _others(self, items: Ints, strength: Floats, person: int) -> tuple[Floats, Floats]:
        """What people like this one took: compared by all levels, and by products alone."""
        of = self.of
        nothing = np.zeros(self.count, np.float32)
        if not len(items) or not of.persons:
            return nothing, nothing
        tokens, weights = person_vector(items, strength, of.kinds, self.count, of.idf)
        lengths = of.tokens.starts[tokens + 1] - of.tokens.starts[tokens]
        order = np.argsort(lengths, kind="stable")
        order = order[np.cumsum(lengths[order]) <= REACH]
        tokens, weights = tokens[order], weights[order]
        owner, place = of.tokens.gather(tokens)
        near = weights[owner] * of.tokens.values[place]
        people = of.tokens.columns[place]
        alike = np.asarray(np.bincount(people, near, minlength=of.persons), np.float64)
        product = (tokens < self._bounds[1])[owner]
        of_products = np.bincount(people[product], near[product], minlength=of.persons)
        same = np.asarray(of_products, np.float64)
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
    ) -> tuple[Floats, Companions]:
        if not len(items):
            return np.zeros(self.count, np.float32), Companions()
        unique, where = np.unique(items, return_inverse=True)
        weights = np.log1p(np.bincount(where, strength * faded(ages, TOGETHER_HALF_LIFE)))
        newest = np.full(len(unique), np.inf)
        np.minimum.at(newest, where, ages)
        order = np.argsort(newest, kind="stable")[:ITEMS]
        own, weights = unique[order], weights[order]
        owner, place = self.of.companions.gather(own)
        columns = self.of.companions.columns[place]
        values = weights[owner] * self.of.companions.values[place]
        total = np.bincount(columns, values, minlength=self.count).astype(np.float32)
        return total, Companions(columns, own[owner], values)

    def _kinds(
        self, items: Ints, strength: Floats, ages: NDArray[np.float64], among: Ints
    ) -> dict[str, NDArray[np.floating]]:
        of = self.of
        found: dict[str, NDArray[np.floating]] = {}
        weight = strength * faded(ages, KIND_HALF_LIFE)
        total = float(weight.sum())
        season = self.popularity.season[among]
        everything = max(float(self._taken_of("department").sum()), 1e-300)
        for name in GROUPINGS:
            groups, size = of.kinds.groups(name)
            place = groups[among]
            mine = np.bincount(groups[items], weight, minlength=size)
            taken = self._taken_of(name)
            # How much more of a group this shopper takes than all do, drawn to "as much" while
            # little is known (Dirichlet prior); logarithm, so that less than all counts against.
            usual = np.maximum(taken[place] / everything, 1e-6)
            lift = (mine[place] + LIFT_PRIOR * usual) / (total + LIFT_PRIOR) / usual
            found[f"{name}_lift"] = np.log(lift)
            if name == "department":
                continue
            # Share of a product in what is taken of its group.
            share = season / np.maximum(taken[place], 1e-300)
            found[f"{name}_likes"] = mine[place] * share
            if name == "brand":
                continue
            rows = of.by_category if name == "category" else of.by_line
            own = np.flatnonzero(mine)
            owner, where = rows.gather(own)
            near = np.bincount(
                rows.columns[where], np.log1p(mine[own])[owner] * rows.values[where], minlength=size
            )
            found[f"{name}_near"] = near[place] * share
        return found

    def _taken_of(self, name: str) -> NDArray[np.float64]:
        """How much of each group was taken over the season."""
        kept = self._groups.get(name)
        if kept is None:
            groups, size = self.of.kinds.groups(name)
            season = self.popularity.season[: self.count]
            kept = np.asarray(np.bincount(groups, season, minlength=size), np.float64)
            self._groups[name] = kept
        return kept
