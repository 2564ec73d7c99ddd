"""Fitting the ranker: a conditional logit over each shopper's list, in plain numpy.

The likelihood is that of each thing taken against all candidates of its list (listwise softmax);
weights are kept at 0 or above by projection after each Adam step (Kingma and Ba 2015). Candidates
that were not taken may be drawn at a rate: the logarithm of the rate corrects for it (McFadden
1978), so the estimate is the same in expectation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.additive import AdditiveModel, Curve, Floats

QUANTILES = (0.2, 0.8)
"""Of a signal's values above 0: where its curve bends."""
FEWEST = 30
"""A signal that is above 0 in fewer rows has no curve."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Candidates of many lists, one after the other."""

    signals: Floats
    """(rows, signals)"""
    taken: NDArray[np.bool_]
    group: NDArray[np.int64]
    """Number of each row's list, ascending from 0; each list has something taken."""
    offset: Floats
    """Minus the logarithm of the rate at which the row was drawn."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """How the ranker is fitted."""

    steps: int = 300
    rate: float = 0.05
    """Step size of Adam; a third of it in the second half."""
    ridge: float = 1e-4


def curves_of(signals: Floats, names: Sequence[str], signed: frozenset[str]) -> dict[str, Curve]:
    """A curve without weight for each signal that occurs, bending where its values lie."""
    found: dict[str, Curve] = {}
    for column, name in enumerate(names):
        values = signals[:, column]
        if name in signed:
            if np.count_nonzero(values) >= FEWEST:
                found[name] = Curve((), (0.0,))
            continue
        values = values[values > 0]
        if len(values) < FEWEST:
            continue
        scales = sorted({max(float(v), 1e-9) for v in np.quantile(values, QUANTILES)})
        found[name] = Curve(tuple(scales), (0.0,) * len(scales))
    return found


def columns(signals: Floats, names: Sequence[str], curves: dict[str, Curve]) -> Floats:
    """One column for each weight: what the weight is multiplied by."""
    made = []
    for name, curve in curves.items():
        values = signals[:, list(names).index(name)]
        if not curve.scales:
            made.append(values)
        made.extend(np.log1p(values / scale) for scale in curve.scales)
    return np.stack(made, axis=1).astype(np.float32)


def fit(
    lists: Lists,
    names: Sequence[str],
    signed: frozenset[str] = frozenset(),
    how: Fitting | None = None,
) -> tuple[AdditiveModel, float]:
    """The ranker under which what was taken is likeliest, and minus that log likelihood a list.

    Each list counts the same, and what was taken shares its list's weight.
    """
    how = how or Fitting()
    curves = curves_of(lists.signals, names, signed)
    if not curves:
        return AdditiveModel({}), 0.0
    matrix = columns(lists.signals, names, curves)
    starts = np.flatnonzero(np.diff(lists.group, prepend=-1))
    lengths = np.diff(np.append(starts, len(lists.group)))
    taken = np.repeat(np.add.reduceat(lists.taken.astype(np.float32), starts), lengths)
    target = lists.taken / taken
    share = np.float32(1.0 / len(starts))
    weights = np.full(matrix.shape[1], 0.1)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    loss = 0.0
    for step in range(1, how.steps + 1):
        utility = matrix @ weights.astype(np.float32) + lists.offset
        utility -= np.repeat(np.maximum.reduceat(utility, starts), lengths)
        odds = np.exp(utility)
        chance = odds / np.repeat(np.add.reduceat(odds, starts), lengths)
        gradient = matrix.T @ ((chance - target) * share) + how.ridge * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = how.rate if step <= how.steps // 2 else how.rate / 3
        move = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(0.0, weights - rate * move)
        loss = -float(share * np.sum(target * np.log(np.maximum(chance, 1e-12))))
    fitted: dict[str, Curve] = {}
    place = 0
    for name, curve in curves.items():
        count = max(len(curve.scales), 1)
        fitted[name] = Curve(
            curve.scales, tuple(float(f"{w:.6g}") for w in weights[place : place + count])
        )
        place += count
    return AdditiveModel({name: c for name, c in fitted.items() if any(c.weights)}), loss
