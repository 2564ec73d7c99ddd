"""Training the ranker on the shop's own events, with honest splits in time.

Everything that a window's signals are computed from lies before its cut, and what was taken in the
days after it are its labels. The newest fifth of the time judges what was fitted on the rest; a
ranker is put in place only where it does better there than the one that serves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.additive import AdditiveModel
from assistant.recommend.fitting import Fitting, Lists, fit
from assistant.recommend.log import FOR_IT, PURCHASE
from assistant.recommend.signals import NAMES, SIGNED, History, Signals
from assistant.recommend.statistics import Kinds, count_events
from assistant.recommend.visits import Visits, VisitSettings, choose, index_visits, steps_of

AT: Final = 10
"""Length of the list that is judged."""
HELD_OUT: Final = 0.2
"""Share of the time, the newest, that judges."""
HARD: Final = 60
"""Candidates of each list that the second fit looks at: those the first one ranks highest."""
RATE: Final = 0.25
"""Share of candidates that were not taken which the first fit looks at."""
FEWEST_LISTS: Final = 50
FEWEST_STEPS: Final = 100
Tell = Callable[[str], None]


class TooFewEvents(ValueError):
    """There is not enough to learn from; the message says how much there is and how much it
    takes."""


@dataclass(frozen=True, slots=True)
class Events:
    """Columns of an event log; see `EventLog`."""

    who: NDArray[np.int32]
    visit: NDArray[np.int32]
    item: NDArray[np.int32]
    kind: NDArray[np.int8]
    at: NDArray[np.float64]
    kinds: Kinds
    """Of every product."""

    def __len__(self) -> int:
        return len(self.who)

    def between(self, begin: float, end: float) -> Events:
        """Events of a stretch of time, `end` left out."""
        chosen = (self.at >= begin) & (self.at < end)
        return Events(
            self.who[chosen],
            self.visit[chosen],
            self.item[chosen],
            self.kind[chosen],
            self.at[chosen],
            self.kinds,
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One shopper at a cut: candidates with signals, and what they took afterwards."""

    items: NDArray[np.int64]
    signals: NDArray[np.float32]
    taken: NDArray[np.bool_]
    owned: NDArray[np.bool_]
    """Candidates the shopper had taken before."""
    wanted: int
    """Products taken afterwards, those among no candidates and those never seen before included."""
    wanted_new: int
    """Those of them that the shopper had not taken before."""

    def fresh(self) -> Case:
        """The same with nothing that the shopper had taken before."""
        new = ~self.owned
        return Case(
            self.items[new],
            self.signals[new],
            self.taken[new],
            self.owned[new],
            self.wanted_new,
            self.wanted_new,
        )


@dataclass(frozen=True, slots=True)
class Quality:
    """Hit rate and nDCG of the first `AT`, each with the half width of its 95 % interval."""

    hit: float
    hit_within: float
    ndcg: float
    ndcg_within: float
    lists: int

    def to_dict(self) -> dict[str, float]:
        """As a model card states it."""
        return {
            f"hit rate at {AT}": round(self.hit, 4),
            "hit rate within": round(self.hit_within, 4),
            f"ndcg at {AT}": round(self.ndcg, 4),
            "ndcg within": round(self.ndcg_within, 4),
            "lists": self.lists,
        }


@dataclass(frozen=True, slots=True)
class Trained:
    """What training came to."""

    model: AdditiveModel
    quality: Quality
    new: Quality
    """The same of what shoppers had not had before."""
    before: Quality
    """Of the ranker that serves, on the same lists."""
    better: bool
    card: dict[str, Any] = field(default_factory=dict)


def cases(events: Events, cut: float, until: float) -> Iterator[Case]:
    """Every shopper with a history before the cut who took something until `until`.

    What is taken is bought; in a log without purchases, whatever speaks for a product.
    """
    past = events.between(-np.inf, cut)
    later = events.between(cut, until)
    wants = later.kind == PURCHASE
    if not wants.any():
        wants = later.kind < FOR_IT
    statistics = count_events(past.who, past.visit, past.item, past.kind, past.at, events.kinds)
    signals = Signals(statistics)
    by_person = np.argsort(past.who, kind="stable")
    begins = np.searchsorted(past.who[by_person], np.arange(statistics.persons + 1))
    order = np.argsort(later.who[wants], kind="stable")
    persons, items = later.who[wants][order], later.item[wants][order]
    for group in np.split(np.arange(len(persons)), np.flatnonzero(np.diff(persons)) + 1):
        if not len(group):
            continue
        person = int(persons[group[0]])
        if person >= statistics.persons or begins[person] == begins[person + 1]:
            continue
        places = by_person[begins[person] : begins[person + 1]]
        history = History(
            past.item[places], past.kind[places], past.at[places], past.visit[places], person
        )
        wanted = np.unique(items[group])
        owned = np.unique(history.items)
        found = signals.evidence(history)
        yield Case(
            found.items,
            found.signals,
            np.isin(found.items, wanted),
            np.isin(found.items, owned),
            len(wanted),
            int((~np.isin(wanted, owned)).sum()),
        )


def judge(
    found: Sequence[Case], scores: Callable[[Case], NDArray[np.floating]], *, new: bool = False
) -> Quality:
    """How well the first `AT` by these scores hold what was taken; `new`: of what was not owned."""
    discount = 1 / np.log2(np.arange(2, AT + 2))
    hits, gains = [], []
    for case in found:
        ranking = np.argsort(-scores(case), kind="stable")
        if new:
            ranking = ranking[~case.owned[ranking]]
        right = case.taken[ranking[:AT]].astype(float)
        wanted = case.wanted_new if new else case.wanted
        hits.append(float(right.any()))
        ideal = discount[: min(AT, max(1, wanted))].sum()
        gains.append(float((right * discount[: len(right)]).sum() / ideal))
    if not hits:
        return Quality(0.0, 0.0, 0.0, 0.0, 0)
    root = 1.96 / np.sqrt(len(hits))
    return Quality(
        float(np.mean(hits)),
        float(np.std(hits) * root),
        float(np.mean(gains)),
        float(np.std(gains) * root),
        len(hits),
    )


def scores_of(model: AdditiveModel, *, new: bool = False) -> Callable[[Case], NDArray[np.floating]]:
    """The scores that a ranker gives to the candidates of a case; `new` as in
    `AdditiveModel.parts`."""
    return lambda case: model.parts(case.signals, NAMES, new=new).sum(axis=1)


def fit_ranker(found: Sequence[Case], seed: int = 0) -> AdditiveModel:
    """A ranker for all lists and for lists of what a shopper has not had before."""
    model = fit_twice(found, seed=seed)
    fresh = [case.fresh() for case in found]
    if sum(case.taken.any() for case in fresh) < FEWEST_LISTS:
        return model
    return replace(model, discovery=fit_twice(fresh, seed=seed).curves)


def fit_twice(found: Sequence[Case], how: Fitting | None = None, seed: int = 0) -> AdditiveModel:
    """Fitted on a sample of all candidates, then on those of each list that are hard to tell apart.

    A list of ten is decided among its best candidates: the second fit weighs what counts there.
    """
    chance = np.random.default_rng(seed)
    sampled = [
        (case, np.flatnonzero(case.taken | (chance.random(len(case.taken)) < RATE)))
        for case in found
    ]
    model, _ = fit(_lists(sampled, RATE), NAMES, SIGNED, how)
    scores = scores_of(model)
    hard = [(case, np.argsort(-scores(case), kind="stable")[:HARD]) for case in found]
    lists = _lists(hard, 1.0)
    if len(np.unique(lists.group)) < FEWEST_LISTS:
        return model
    return fit(lists, NAMES, SIGNED, how)[0]


def _lists(chosen: Sequence[tuple[Case, NDArray[np.int64]]], rate: float) -> Lists:
    kept = [(case, rows) for case, rows in chosen if case.taken[rows].any()]
    if not kept:
        empty = np.zeros((0, len(NAMES)), np.float32)
        return Lists(empty, np.zeros(0, bool), np.zeros(0, np.int64), empty[:, 0])
    taken = np.concatenate([case.taken[rows] for case, rows in kept])
    return Lists(
        np.vstack([case.signals[rows] for case, rows in kept]),
        taken,
        np.repeat(np.arange(len(kept)), [len(rows) for _, rows in kept]),
        np.where(taken, 0.0, -np.log(rate)).astype(np.float32),
    )


def windows(begin: float, end: float, horizon: float, most: int) -> list[float]:
    """Cuts whose horizon ends by `end`, newest first, half a horizon apart, with at least a horizon
    of history before each."""
    cuts: list[float] = []
    cut = end - horizon
    while cut >= begin + horizon / 2 and len(cuts) < most:
        cuts.append(cut)
        cut -= horizon / 2
    return cuts


def learn(
    events: Events,
    serving: AdditiveModel,
    *,
    most_windows: int = 4,
    seed: int = 0,
    tell: Tell = lambda _line: None,
) -> Trained:
    """Fit on the older part of the time, judge on the newest, then fit anew on all of it.

    Raises:
        TooFewEvents: what there is cannot be split into something to learn from and to judge by.
    """
    if len(events) < 2:
        raise TooFewEvents(f"{len(events)} events; it takes some weeks of purchases or views")
    begin, end = float(events.at.min()), float(events.at.max()) + 1e-6
    horizon = HELD_OUT * (end - begin)
    cut = end - horizon
    held = list(cases(events, cut, end))
    if len(held) < FEWEST_LISTS:
        raise TooFewEvents(
            f"{len(held)} shoppers with a history took something in the newest "
            f"{horizon:.1f} days; it takes {FEWEST_LISTS}"
        )
    tell(f"{len(held)} shoppers judge, {horizon:.1f} days from the newest event back")
    found: list[Case] = []
    for past_cut in windows(begin, cut, horizon, most_windows):
        found.extend(cases(events.between(-np.inf, cut), past_cut, past_cut + horizon))
        tell(f"{len(found)} lists to learn from")
    if sum(case.taken.any() for case in found) < FEWEST_LISTS:
        raise TooFewEvents(
            f"{len(found)} lists before the newest fifth; it takes {FEWEST_LISTS} with something "
            "taken: come back after some weeks"
        )
    candidate = fit_ranker(found, seed=seed)
    quality, before = judge(held, scores_of(candidate)), judge(held, scores_of(serving))
    better = quality.ndcg > before.ndcg and quality.hit >= before.hit - 0.005
    tell(f"nDCG@{AT} {quality.ndcg:.4f}, the serving ranker {before.ndcg:.4f}")
    new = judge(held, scores_of(candidate, new=True), new=True)
    model = fit_ranker([*found, *held], seed=seed) if better else candidate
    card = {
        "name": "ranker",
        "trained": True,
        "method": "additive conditional logit, fitted twice (all candidates, then the hardest)",
        "events": len(events),
        "shoppers": len(np.unique(events.who)),
        "products": len(np.unique(events.item)),
        "days": round(end - begin, 1),
        "held out": {"days": round(horizon, 1), **quality.to_dict()},
        "held out, new to the shopper": new.to_dict(),
        "served before": before.to_dict(),
        "learned from": {"lists": len(found), "then with held out": len(held) if better else 0},
        "seed": seed,
    }
    return Trained(model, quality, new, before, better, card)


def learn_visits(
    events: Events, tell: Tell = lambda _line: None, seed: int = 0
) -> tuple[VisitSettings, dict[str, float]]:
    """How visits are best compared, judged by the newest fifth of visits; the defaults where there
    are too few of them."""
    good = events.kind < FOR_IT
    visit, item, at = events.visit[good], events.item[good], events.at[good]
    if not len(visit):
        return VisitSettings(), {"steps": 0.0}
    names, numbers = np.unique(visit, return_inverse=True)
    ends = np.full(len(names), -np.inf)
    np.maximum.at(ends, numbers, at)
    cut = float(np.quantile(ends, 1 - HELD_OUT))
    old = ends[numbers] < cut
    renumbered = np.unique(numbers[old], return_inverse=True)[1]
    past: Visits = index_visits(
        renumbered, item[old], at[old], len(events.kinds.category), float(at[old].max(initial=0.0))
    )
    later = numbers[~old]
    order = np.lexsort((np.arange(len(later)), at[~old], later))
    split = np.flatnonzero(np.diff(later[order])) + 1
    steps = list(steps_of(np.split(item[~old][order], split), 600, seed))
    if len(steps) < FEWEST_STEPS:
        return VisitSettings(), {"steps": float(len(steps))}
    chosen, found = choose(past, steps)
    tell(f"visits: {chosen}")
    return chosen, found
