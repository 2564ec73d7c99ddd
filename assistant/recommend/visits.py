"""What comes next in a visit: visits like this one, and what followed the same product before.

Neighbours follow STAN (Garg et al. 2019, "Sequence and Time Aware Neighborhood for Session-based
Recommendations"): newer actions of the visit count more, newer visits count more, and products near
the shared one count more. Beside them stand sequential rules (Ludewig and Jannach 2018): what
followed each of the last actions, nearer steps counting more. Both are read from the same inverted
index, so an action counts in the very next list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.sparse import Floats, Rows, best

NEWEST: Final = 10
"""Actions of the visit that count."""
NEXT_AT: Final = 20
"""Length of the list in which what comes next is looked for."""
TRACE: Final = 1e-6
"""Scores below this only say that many look at a product."""
RULES: Final = 4
"""Newest actions whose followers are looked at."""
RULE_STEPS: Final = 10
"""How far after a product what followed it is looked for."""


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """How visits are compared; chosen on the newest visits of the shop itself."""

    fade: float = 0.7
    """Each action counts so much of the one after it."""
    half_life: float = 30.0
    """Days in which a visit's weight halves."""
    near: float = 4.0
    """Steps from the shared product in which a product's weight falls to 1/e."""
    before: float = 0.7
    """Weight of what came before the shared product, of what came after it."""
    rare: float = 0.5
    """Power of the inverse frequency of a shared product."""
    length: float = 0.5
    """Power of a visit's length that its likeness is divided by."""
    rules: float = 1.0
    """Weight of sequential rules against neighbours."""
    again: float = 2.0
    """Weight of products before the last one, against the share that they have in the log."""
    here: float = 3.0
    """The same of the product of the last action itself."""
    visits: int = 200
    """Neighbours that count."""
    sample: int = 500
    """Newest visits of each product that are looked at."""

    def to_dict(self) -> dict[str, float]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, body: dict[str, Any]) -> Self:
        """From :meth:`to_dict`; what is unknown is passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in body.items() if name in known})


@dataclass(frozen=True, slots=True)
class Visits:
    """Past visits, indexed by product. See `Statistics` for the arrays."""

    visits: Rows
    """Visit x position -> product."""
    in_visits: Rows
    """Product -> visits, oldest first; values are positions."""
    end: Floats
    """Day of each visit's end, from the time of the statistics backwards (<= 0)."""
    stays: float = 0.0
    """Share of steps that lead to the same product again."""
    returns: float = 0.0
    """Share of steps that lead back to a product before the last one."""

    def scores(self, actions: NDArray[np.integer], how: VisitSettings) -> Floats:
        """How likely each product comes next after these actions, newest last; (products,)."""
        count = self.in_visits.height
        total = np.zeros(count, np.float32)
        weights: dict[int, float] = {}
        for back, item in enumerate(actions[::-1][:NEWEST].tolist()):
            if 0 <= item < count:
                weights.setdefault(item, how.fade**back)
        if not weights:
            return total
        found = [self._shared(item, weight, how) for item, weight in reversed(weights.items())]
        visit = np.concatenate([part[0] for part in found])
        if len(visit):
            position = np.concatenate([part[1] for part in found])
            weight = np.concatenate([part[2] for part in found])
            item = np.repeat(np.arange(len(found)), [len(part[0]) for part in found])
            total += self._neighbours(visit, item, position, weight, how)
            if how.rules > 0:
                total += how.rules * self._rules(found, list(weights.values())[::-1])
        self._weigh_seen(total, np.fromiter(weights, np.int64), how)
        if np.count_nonzero(total) < NEXT_AT:
            # Of little that was seen together: below it, what is looked at most.
            holders = np.diff(self.in_visits.starts)
            rest = np.where(total > 0, 0.0, TRACE * holders / max(int(holders.sum()), 1))
            total += rest.astype(np.float32)
        return total

    def _weigh_seen(self, total: Floats, seen: NDArray[np.int64], how: VisitSettings) -> None:
        """Give what is in the visit already the share that such steps have in this shop: in some
        shops the same product is clicked again and again, in others never. `seen`: newest first."""
        mine = total[seen]
        others = max(float(total.sum() - mine.sum()), 1e-12)
        each = others / max(1.0 - self.stays - self.returns, 0.05)
        before = mine[1:]
        total[seen[1:]] = before * (
            how.again * self.returns * each / max(float(before.sum()), 1e-12)
        )
        total[seen[0]] = how.here * self.stays * each

    def _shared(
        self, item: int, weight: float, how: VisitSettings
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]:
        visits, positions = self.in_visits.row(item)
        holders = len(visits)
        visits, positions = visits[-how.sample :], positions[-how.sample :]
        # What every visit holds is as common as can be, and never less than that.
        rarity = max(np.log((self.visits.height + 1) / (holders + 1)), 0.0) + 0.1
        return visits, positions.astype(np.int64), np.full(len(visits), weight * rarity**how.rare)

    def _neighbours(
        self,
        visit: NDArray[np.int32],
        item: NDArray[np.int64],
        position: NDArray[np.int64],
        weight: NDArray[np.float64],
        how: VisitSettings,
    ) -> Floats:
        # One product counts once for a visit, however often it stands there: its newest place.
        key = (visit.astype(np.int64) * NEWEST + item)[::-1]
        key, first = np.unique(key, return_index=True)
        first = len(visit) - 1 - first
        of = key // NEWEST
        begin = np.flatnonzero(np.diff(of, prepend=-1))
        unique = of[begin]
        nearness = np.add.reduceat(weight[first], begin)
        # The newest action stands last.
        shared = position[first][np.append(begin[1:], len(of)) - 1]
        lengths = self.visits.starts[unique + 1] - self.visits.starts[unique]
        nearness = nearness / np.maximum(lengths, 1) ** how.length
        nearness = nearness * 0.5 ** (-self.end[unique] / how.half_life)
        chosen = best(nearness, how.visits)
        owner, place = self.visits.gather(unique[chosen])
        step = place - self.visits.starts[unique[chosen]][owner] - shared[chosen][owner]
        value = nearness[chosen][owner] * np.exp(-np.abs(step) / how.near)
        value *= np.where(step > 0, 1.0, how.before)
        sums = np.bincount(self.visits.columns[place], value, minlength=self.in_visits.height)
        return (sums / max(float(sums.sum()), 1e-12)).astype(np.float32)

    def _rules(
        self,
        found: list[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]],
        weights: list[float],
    ) -> Floats:
        newest, weights = found[-RULES:], weights[-RULES:]
        visit = np.concatenate([part[0] for part in newest])
        begin = self.visits.starts[visit] + np.concatenate([part[1] for part in newest])
        # Steps left in each visit after the product: a row each, one after the other.
        left = np.minimum(self.visits.starts[visit + 1] - begin - 1, RULE_STEPS)
        row = np.repeat(np.arange(len(visit)), left)
        step = np.arange(len(row)) - np.repeat(np.cumsum(left) - left, left) + 1
        value = 1.0 / step
        action = np.repeat(np.arange(len(newest)), [len(part[0]) for part in newest])[row]
        value *= (weights / (np.bincount(action, value, minlength=len(newest)) + 2.0))[action]
        items = self.visits.columns[begin[row] + step]
        sums = np.bincount(items, value, minlength=self.in_visits.height)
        return (sums / max(float(sums.sum()), 1e-12)).astype(np.float32)


def index_visits(
    visit: NDArray[np.integer],
    item: NDArray[np.integer],
    at: NDArray[np.floating],
    products: int,
    now: float,
) -> Visits:
    """Visits from columns of events in any order; numbers of visits have no gaps."""
    count = int(visit.max()) + 1 if len(visit) else 0
    order = np.lexsort((np.arange(len(visit)), at, visit))
    v, i, t = visit[order], item[order], at[order]
    starts = np.searchsorted(v, np.arange(count + 1)).astype(np.int64)
    rows = Rows(starts, i.astype(np.int32), (t - now).astype(np.float32), products)
    end = np.full(count, -1e6)
    np.maximum.at(end, v, t - now)
    position = (np.arange(len(v)) - starts[v]).astype(np.float32)
    stays, returns = _repeats(v, i, products)
    by_item = np.lexsort((position, end[v], i))
    item_starts = np.searchsorted(i[by_item], np.arange(products + 1)).astype(np.int64)
    return Visits(
        rows,
        Rows(item_starts, v[by_item].astype(np.int32), position[by_item], count),
        end.astype(np.float32),
        stays,
        returns,
    )


def _repeats(
    visit: NDArray[np.integer], item: NDArray[np.integer], products: int
) -> tuple[float, float]:
    """Shares of steps that stay on a product, and that return to an earlier one; of visits one
    after the other."""
    step = np.diff(visit, prepend=-1) == 0
    steps = int(step.sum())
    if not steps:
        return 0.0, 0.0
    stay = step & (np.diff(item.astype(np.int64), prepend=-1) == 0)
    first = np.zeros(len(visit), bool)
    first[np.unique(visit.astype(np.int64) * products + item, return_index=True)[1]] = True
    again = step & ~first & ~stay
    return float(stay.sum()) / steps, float(again.sum()) / steps


CHOICES: Final[dict[str, tuple[float, ...]]] = {
    "rules": (0.0, 0.3, 1.0, 3.0),
    "again": (0.5, 1.0, 2.0, 4.0),
    "here": (0.3, 1.0, 3.0, 10.0),
    "fade": (0.4, 0.7, 0.9),
    "half_life": (3.0, 10.0, 30.0, 365.0),
    "near": (1.5, 4.0, 20.0),
    "before": (0.3, 0.7, 1.0),
    "length": (0.0, 0.5, 1.0),
    "rare": (0.0, 0.5, 1.0),
}
"""What `choose` tries, one setting after the other."""


def steps_of(
    visits: Iterable[NDArray[np.integer]], most: int, seed: int
) -> Iterator[tuple[NDArray[np.integer], int]]:
    """(actions so far, what came next), at most `most` of them drawn at random."""
    every = [(visit, place) for visit in visits if len(visit) > 1 for place in range(1, len(visit))]
    if len(every) > most:
        drawn = np.random.default_rng(seed).choice(len(every), most, replace=False)
        every = [every[number] for number in np.sort(drawn)]
    for visit, place in every:
        yield visit[:place], int(visit[place])


def rank_of(scores: NDArray[np.floating], wanted: int, deepest: int = NEXT_AT) -> int:
    """Place of `wanted` in the list, from 1; 0 where it is not among the first `deepest`."""
    if not 0 <= wanted < len(scores) or scores[wanted] <= 0:
        return 0
    better = int((scores > scores[wanted]).sum())
    tied = int((scores[:wanted] == scores[wanted]).sum())
    place = better + tied + 1
    return place if place <= deepest else 0


def quality(
    past: Visits, steps: list[tuple[NDArray[np.integer], int]], how: VisitSettings
) -> tuple[float, float]:
    """(hit rate, mean reciprocal rank) of what came next, at `NEXT_AT`."""
    ranks = np.array([rank_of(past.scores(actions, how), wanted) for actions, wanted in steps])
    hits = ranks > 0
    return float(hits.mean()), float(np.where(hits, 1.0 / np.maximum(ranks, 1), 0.0).mean())


def choose(
    past: Visits, steps: list[tuple[NDArray[np.integer], int]], start: VisitSettings | None = None
) -> tuple[VisitSettings, dict[str, float]]:
    """Settings under which later visits are foretold best: one setting at a time, twice over.

    Judged by the mean of hit rate and reciprocal rank at `NEXT_AT`.
    """
    chosen = start or VisitSettings()

    def worth(how: VisitSettings) -> float:
        return sum(quality(past, steps, how)) / 2

    reached = worth(chosen)
    for _ in range(2):
        before = reached
        for name, values in CHOICES.items():
            for value in values:
                if value == getattr(chosen, name):
                    continue
                tried = VisitSettings.from_dict({**chosen.to_dict(), name: value})
                found = worth(tried)
                if found > reached + 1e-6:
                    chosen, reached = tried, found
        if reached <= before + 1e-4:
            break
    return chosen, {"worth": reached, "steps": float(len(steps))}
