"""What an experiment says: arms side by side, arms that never ran, and a plot in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.recommend.experiments.ope import (
    Estimate,
    Log,
    cross_fitted,
    doubly_robust,
    ips,
    snips,
)
from db.experiments import Shown

ENOUGH = 30
"""Lists of an arm below which no figure is given."""
WIDTH = 48


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """One arm: what its own lists earned, and what the whole log says it would earn."""

    arm: str
    lists: int
    people: int
    direct: Estimate | None
    """Share of its own lists that earned the reward; None below `ENOUGH`."""
    off_policy: dict[str, Estimate]
    """"IPS", "SNIPS", "DR": reward on the first product, from every list of the log."""


def figures(found: Sequence[Shown], arms: Sequence[str]) -> list[ArmFigures]:
    """Figures of every arm, those with a share of 0 too."""
    made = []
    for arm in arms:
        own = [one for one in found if one.exposure.arm == arm]
        rewards = np.array([float(bool(one.chosen)) for one in own])
        people = _numbers([one.person for one in own])
        direct = None
        if len(own) >= ENOUGH:
            each = Log(np.zeros(len(own), np.int64), rewards, np.ones(len(own)), people)
            direct = ips(each, np.ones((len(own), 1)))
        made.append(
            ArmFigures(arm, len(own), len(set(people.tolist())), direct, _off_policy(found, arm))
        )
    return made


def wins(found: Sequence[Shown]) -> tuple[Counter[str], float]:
    """Interleaved lists: how many each arm won by having more of its products chosen, and the
    chance of a split at least as uneven if neither were better (two-sided sign test)."""
    won: Counter[str] = Counter()
    for one in found:
        drafted = Counter(
            one.exposure.teams[item] for item in one.chosen if item in one.exposure.teams
        )
        ranked = drafted.most_common(2)
        if ranked and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
            won[ranked[0][0]] += 1
    total, most = won.total(), max(won.values(), default=0)
    tail = sum(math.comb(total, n) for n in range(most, total + 1)) / 2**total if total else 1.0
    return won, min(1.0, 2 * tail)


def plot(rows: Sequence[tuple[str, Estimate]]) -> list[str]:
    """Each estimate as a line: its interval as dashes, its value as a mark, on one scale."""
    known = [(name, one) for name, one in rows if math.isfinite(one.value)]
    if not known:
        return []
    low = min(one.low for _, one in known)
    high = max(one.high for _, one in known)
    span = (high - low) or 1.0
    names = max(len(name) for name, _ in known)
    lines = []
    for name, one in known:
        cells = [" "] * (WIDTH + 1)
        first, mark, last = (
            round((value - low) / span * WIDTH) for value in (one.low, one.value, one.high)
        )
        cells[first : last + 1] = "-" * (last - first + 1)
        cells[mark] = "o"
        figure = f"{one.value:.4f} [{one.low:.4f}, {one.high:.4f}]"
        lines.append(f"{name:<{names}} |{''.join(cells)}| {figure}")
    lines.append(f"{'':<{names}}  {low:<{WIDTH // 2}.4f}{high:>{WIDTH // 2 + 1}.4f}")
    return lines


def _off_policy(found: Sequence[Shown], arm: str) -> dict[str, Estimate]:
    """An arm is a policy over the products that some arm would have put first."""
    rows = [one for one in found if one.exposure.arm and arm in one.exposure.firsts]
    if len(rows) < ENOUGH:
        return {}
    # Action 0 is the arm's own first product, action 1 is any other arm's.
    firsts = [one.exposure.firsts[arm]["product"] for one in rows]
    actions = np.array(
        [int(one.exposure.items[0] != first) for one, first in zip(rows, firsts, strict=True)]
    )
    rewards = np.array([float(one.exposure.items[0] in one.chosen) for one in rows])
    log = Log(
        actions,
        rewards,
        np.array([one.exposure.propensity for one in rows]),
        _numbers([one.person for one in rows]),
    )
    target = np.tile([1.0, 0.0], (len(rows), 1))
    kinds = sorted({kind for one in rows for kind in one.exposure.firsts[arm]["parts"]})
    features = np.array(
        [[one.exposure.firsts[arm]["parts"].get(kind, 0.0) for kind in kinds] for one in rows]
    ).reshape(len(rows), len(kinds))
    predicted = cross_fitted(log, features, 2)
    return {
        "IPS": ips(log, target),
        "SNIPS": snips(log, target),
        "DR": doubly_robust(log, target, predicted),
    }


def _numbers(names: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names], np.int64)
