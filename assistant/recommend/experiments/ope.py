"""Off-policy estimates: what a policy would have earned, from a log that another one wrote.

Each logged decision has the probability (propensity) with which the logging policy took it. With
those, a policy that never ran can be judged: by inverse propensity scoring (IPS; Horvitz and
Thompson 1952), by its self-normalised form (SNIPS; Swaminathan and Joachims 2015), and doubly
robustly with a model of the reward beside (DR; Dudik, Langford and Li 2011), which is right where
either the propensities or the model are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Log:
    """n logged decisions among actions 0..k-1."""

    actions: NDArray[np.int64]
    """(n,) the action that was taken."""
    rewards: Floats
    """(n,) what it earned."""
    propensities: Floats
    """(n,) the probability with which it was taken, above 0."""
    groups: NDArray[np.int64]
    """(n,) what belongs together, as the decisions for one person: intervals count groups."""

    def __post_init__(self) -> None:
        if (self.propensities <= 0).any() or (self.propensities > 1).any():
            raise ValueError("a propensity lies above 0, at most at 1; log it with each decision")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval and the effective number of decisions behind it."""

    value: float
    low: float
    high: float
    effective: float


def ips(log: Log, target: Floats) -> Estimate:
    """Value of a policy by inverse propensity.

    Args:
        target: (n, k), the probability with which the policy would take each action.
    """
    weights = _weights(log, target)
    return _mean(weights * log.rewards, log.groups, weights)


def snips(log: Log, target: Floats) -> Estimate:
    """Value by self-normalised inverse propensity: a little bias for much less variance."""
    weights = _weights(log, target)
    total = weights.sum()
    if total <= 0:
        return Estimate(float("nan"), float("nan"), float("nan"), 0.0)
    value = float((weights * log.rewards).sum() / total)
    # Linearised: the interval of a ratio (delta method).
    scaled = weights * (log.rewards - value) * len(weights) / total
    spread = _mean(scaled, log.groups, weights)
    half = spread.high - spread.value
    return Estimate(value, value - half, value + half, spread.effective)


def doubly_robust(log: Log, target: Floats, predicted: Floats) -> Estimate:
    """Value by a reward model, corrected by what the log says of its errors.

    Args:
        predicted: (n, k), the reward that a model expects of each action; fit it on other rows
            (see `cross_fitted`).
    """
    rows = np.arange(len(log.actions))
    weights = _weights(log, target)
    base = (target * predicted).sum(axis=1)
    terms = base + weights * (log.rewards - predicted[rows, log.actions])
    return _mean(terms, log.groups, weights)


def cross_fitted(log: Log, features: Floats, actions: int, ridge: float = 1.0) -> Floats:
    """(n, k) rewards expected by a ridge regression an action, each row by a model that saw only
    the groups of the other half."""
    predicted = np.zeros((len(log.actions), actions))
    ones = np.concatenate([features, np.ones((len(features), 1))], axis=1)
    halves = log.groups % 2
    for half in (0, 1):
        seen, asked = halves != half, halves == half
        average = float(log.rewards[seen].mean()) if seen.any() else 0.0
        for action in range(actions):
            rows = seen & (log.actions == action)
            x, y = ones[rows], log.rewards[rows] - average
            gram = x.T @ x + ridge * np.eye(x.shape[1])
            predicted[asked, action] = ones[asked] @ np.linalg.solve(gram, x.T @ y) + average
    return predicted


def _weights(log: Log, target: Floats) -> Floats:
    chosen: Floats = target[np.arange(len(log.actions)), log.actions]
    return chosen / log.propensities


def _mean(terms: Floats, groups: NDArray[np.int64], weights: Floats) -> Estimate:
    """Mean with an interval from the spread between groups."""
    value = float(terms.mean()) if len(terms) else float("nan")
    _, numbers = np.unique(groups, return_inverse=True)
    sums = np.bincount(numbers, weights=terms - value)
    count = len(sums)
    error = np.sqrt((sums**2).sum() * count / max(count - 1, 1)) / max(len(terms), 1)
    squares = float((weights**2).sum())
    effective = float(weights.sum() ** 2 / squares) if squares > 0 else 0.0
    return Estimate(value, value - Z_95 * float(error), value + Z_95 * float(error), effective)
