"""Five families of demand that a pricing policy is tried on; it sees sales only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Demand = Callable[[float, float], float]
"""(price over the reference price, share of the horizon gone by) -> share of visitors who buy."""

FAMILIES = ("linear", "logit", "exponential", "step", "season")
LOW, HIGH = 0.7, 1.4
"""Lowest and highest price over the reference price that is allowed."""


@dataclass(frozen=True, slots=True)
class Market:
    """One product: its demand and its cost over the reference price."""

    family: str
    demand: Demand
    cost: float

    def profit(self, ratio: float, time: float) -> float:
        """Expected profit a visitor, in reference prices."""
        return (ratio - self.cost) * self.demand(ratio, time)

    def best(self, time: float) -> tuple[float, float]:
        """The best price in bounds and its profit a visitor, known to an oracle."""
        grid: NDArray[np.float64] = np.linspace(LOW, HIGH, 701)
        profits = [self.profit(float(ratio), time) for ratio in grid]
        place = int(np.argmax(profits))
        return float(grid[place]), profits[place]


def market(family: str, seed: int) -> Market:
    """A market whose best price lies somewhere in the inner part of the allowed range."""
    rng = np.random.default_rng([seed, FAMILIES.index(family)])
    while True:
        made = _draw(family, rng)
        if all(LOW * 1.05 < made.best(time)[0] < HIGH * 0.95 for time in (0.0, 0.5, 0.99)):
            return made


def _draw(family: str, rng: np.random.Generator) -> Market:
    cost = float(rng.uniform(0.4, 0.75))
    share = float(rng.uniform(0.1, 0.4))  # of visitors who buy at the reference price
    slope = float(rng.uniform(1.5, 6.0))

    def linear(ratio: float, _time: float = 0.0) -> float:
        return float(np.clip(share * (1 - slope * (ratio - 1)), 0.0, 1.0))

    def logit(ratio: float, _time: float = 0.0) -> float:
        level = np.log(share / (1 - share))
        return float(1 / (1 + np.exp(-(level - 1.5 * slope * (ratio - 1)))))

    def exponential(ratio: float, _time: float = 0.0) -> float:
        return float(min(share * np.exp(-slope * (ratio - 1)), 1.0))

    marks = np.sort(rng.uniform(LOW, HIGH, 3))
    falls = rng.dirichlet(np.ones(4)) * share * 2

    def step(ratio: float, _time: float = 0.0) -> float:
        return float(min(falls[0] + falls[1:][marks >= ratio].sum(), 1.0))

    swing = float(rng.uniform(0.08, 0.2)) * (1 if rng.random() < 0.5 else -1)
    phase = float(rng.uniform(0, 2 * np.pi))

    def season(ratio: float, time: float) -> float:
        worth = 1 + swing * np.sin(2 * np.pi * time + phase)
        return logit(ratio / worth)

    table: dict[str, Demand] = {
        "linear": linear,
        "logit": logit,
        "exponential": exponential,
        "step": step,
        "season": season,
    }
    return Market(family, table[family], cost)
