"""What a shop believes about a product's demand at each price of a grid, updated with every sale.

Belief is spread over many demands that may be true. Three families are smooth (linear, logit,
exponential), each with a level and an elasticity; one falls in steps at a few prices. All have a
prior, and each counts by how likely it makes what was sold: the families are mixed by their
marginal likelihood. Beside the smooth demands that stay as they are stand the same ones with a
level that drifts (a hidden Markov model over the level), so that a season that shifts is followed
while the elasticity that was learned stays. Every demand falls with the price.

What is kept of a product is the record of what was seen; belief follows from it at will.

Thompson, "On the likelihood that one unknown probability exceeds another" (1933); Misra, Schwartz
and Abernethy, "Dynamic Online Pricing with Incomplete Information Using Multiarmed Bandit
Experiments" (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS: Final = 40
ELASTICITIES: Final = 22
SHAPES: Final = 800
"""Demands in steps, each at `STEP_LEVELS` levels."""
STEP_LEVELS: Final = 14
STEPS: Final = 3.5
"""Steps expected for one unit of log price."""
STEPS_WEIGHT: Final = 0.2
"""Prior weight of demand in steps, against 1 for smooth demand that stays, or drifts."""
DRIFT: Final = 0.1
"""Standard deviation by which the log odds of a drifting level move within a period."""
KEPT: Final = 1_000
"""Newest observations that are kept."""
_LOWEST, _HIGHEST = 1e-4, 0.995
"""Shares that no price goes beyond."""


@dataclass(frozen=True, slots=True)
class _Family:
    """Demands that may be true: (prices, levels, shapes)."""

    shares: Floats
    sold: Floats
    """Logarithm of the shares."""
    unsold: Floats
    prior: Floats
    """(levels, shapes), summing to 1."""
    spacing: float
    """Distance between two levels in log odds."""


@lru_cache(maxsize=8)
def _families(ratios: tuple[float, ...]) -> tuple[_Family, _Family]:
    """(smooth demands, demands in steps) over a grid of prices."""
    return _smooth(np.asarray(ratios)), _steps(np.asarray(ratios))


def _smooth(ratios: Floats) -> _Family:
    odds = np.linspace(-4.2, 4.2, LEVELS)
    elasticity = np.exp(np.linspace(np.log(0.3), np.log(11.0), ELASTICITIES))
    level = (1 / (1 + np.exp(-odds)))[:, None, None]
    slope, move = elasticity[None, :, None], (ratios - 1)[None, None, :]
    shares = np.concatenate(
        [
            level * (1 - slope * move),
            1 / (1 + np.exp(-(odds[:, None, None] - 1.3 * slope * move))),
            level * np.exp(-slope * move),
        ],
        axis=1,
    )
    # About 20 % of visitors buy at the reference price, and a per cent of price moves 4 % of sales.
    of_level = np.exp(-0.5 * ((odds + 1.4) / 1.3) ** 2)
    of_slope = np.tile(np.exp(-0.5 * ((np.log(elasticity) - np.log(4.0)) / 0.6) ** 2), 3)
    return _family(shares, np.outer(of_level, of_slope), float(odds[1] - odds[0]))


def _steps(ratios: Floats) -> _Family:
    rng = np.random.default_rng(5)
    logs = np.linspace(np.log(0.02), np.log(0.95), STEP_LEVELS)
    shapes = np.empty((SHAPES, len(ratios)))
    for shape in shapes:
        count = int(rng.poisson(STEPS * np.log(ratios[-1] / ratios[0])))
        at = rng.uniform(ratios[0], ratios[-1], count)
        falls = rng.dirichlet(np.ones(count + 1))
        shape[:] = falls[0] + (falls[1:] * (at >= ratios[:, None])).sum(axis=1)
    shares = np.exp(logs)[:, None, None] * shapes[None]
    of_level = np.exp(-0.5 * ((logs + 1.0) / 0.7) ** 2)
    return _family(shares, np.outer(of_level, np.ones(SHAPES)), float(logs[1] - logs[0]))


def _family(shares: Floats, prior: Floats, spacing: float) -> _Family:
    shares = np.ascontiguousarray(np.moveaxis(np.clip(shares, _LOWEST, _HIGHEST), 2, 0))
    return _Family(shares, np.log(shares), np.log1p(-shares), prior / prior.sum(), spacing)


class DemandModel:
    """What is believed of one product's demand on a grid of prices relative to a reference."""

    def __init__(self, ratios: Sequence[float]) -> None:
        """`ratios`: prices of the grid over the reference price, rising.

        Raises:
            ValueError: fewer than two prices, or not positive and rising.
        """
        self.ratios: Floats = np.asarray(ratios, np.float64)
        if len(self.ratios) < 2 or (np.diff(self.ratios) <= 0).any() or self.ratios[0] <= 0:
            raise ValueError("the grid needs two or more positive, rising prices")
        self._smooth, self._steps = _families(tuple(self.ratios.tolist()))
        self._seen: list[tuple[int, int, int, float]] = []
        self._logs = [np.zeros_like(each.prior) for each in (self._smooth, self._steps)]
        """Log probability of what was seen under each demand that stays as it is."""
        self._drifting: Floats = self._smooth.prior
        self._told = 0.0
        """Log probability of what was seen under demand that drifts."""
        self._mixed: tuple[Floats, list[Floats], Floats] | None = None

    def observe(self, place: int, visitors: int, sales: int, periods: float = 1.0) -> None:
        """Take in that `sales` of `visitors` bought at the grid's price number `place`, over
        `periods` of time.

        Raises:
            ValueError: more sales than visitors, or a negative count.
        """
        if not 0 <= sales <= visitors:
            raise ValueError(f"{sales} sales of {visitors} visitors cannot be")
        self._seen.append((int(place), int(visitors), int(sales), float(periods)))
        self._drifting = _moved(self._drifting, DRIFT**2 * periods / self._smooth.spacing**2)
        self._mixed = None
        if not visitors:
            return
        smooth, steps = (
            sales * of.sold[place] + (visitors - sales) * of.unsold[place]
            for of in (self._smooth, self._steps)
        )
        self._logs = [self._logs[0] + smooth, self._logs[1] + steps]
        weight, told = _weighed(self._drifting, smooth)
        self._drifting, self._told = weight, self._told + told

    def sample(self, rng: np.random.Generator, boldness: float = 0.5) -> Floats:
        """A demand that may be true: share of visitors who buy at each price, falling, (grid,).

        `boldness` 1 is Thompson sampling; with less it lies that much nearer to what is expected.
        """
        trust, sums, mean = self._belief()
        family = int(rng.choice(len(trust), p=trust))
        drawn = int(np.searchsorted(sums[family], rng.random() * sums[family][-1]))
        of = self._steps if family == 2 else self._smooth
        shares = of.shares.reshape(len(self.ratios), -1)[:, min(drawn, len(sums[family]) - 1)]
        found: Floats = mean + boldness * (shares - mean)
        return found

    @property
    def trust(self) -> Floats:
        """How much smooth demand, smooth demand that drifts, and steps count, summing to 1."""
        return self._belief()[0]

    def expected(self) -> Floats:
        """The believed share of visitors who buy at each price, falling, (grid,)."""
        return self._belief()[2]

    def elasticity(self, place: int) -> float:
        """Per cent by which sales change for one per cent of price, around a price of the grid."""
        shares = self.expected()
        low, high = max(place - 2, 0), min(place + 2, len(shares) - 1)
        change = np.log(shares[high] / shares[low])
        return float(change / np.log(self.ratios[high] / self.ratios[low]))

    def _belief(self) -> tuple[Floats, list[Floats], Floats]:
        """(trust, running sums of each family's weights, expected shares)."""
        if self._mixed is None:
            smooth, told = _weighed(self._smooth.prior, self._logs[0])
            steps, in_steps = _weighed(self._steps.prior, self._logs[1])
            logs = np.array([told, self._told, in_steps + np.log(STEPS_WEIGHT)])
            trust = np.exp(logs - logs.max())
            trust /= trust.sum()
            weights = (smooth, self._drifting, steps)
            mean = np.zeros(len(self.ratios))
            for share, weight, of in zip(
                trust, weights, (self._smooth, self._smooth, self._steps), strict=True
            ):
                mean += share * (of.shares.reshape(len(mean), -1) @ weight.ravel())
            self._mixed = trust, [np.cumsum(weight) for weight in weights], mean
        return self._mixed

    def dump(self) -> dict[str, Any]:
        """What was seen, as JSON."""
        return {"ratios": self.ratios.tolist(), "seen": [list(each) for each in self._seen[-KEPT:]]}

    @classmethod
    def load(cls, state: dict[str, Any]) -> DemandModel:
        """What `dump` gave."""
        model = cls(state["ratios"])
        for place, visitors, sales, periods in state["seen"]:
            model.observe(place, visitors, sales, periods)
        return model


def _weighed(weight: Floats, logs: Floats) -> tuple[Floats, float]:
    """(weights after evidence, summing to 1; the log probability of the evidence)."""
    most = float(logs.max())
    found: Floats = weight * np.exp(logs - most)
    total = float(found.sum())
    if total <= 0:
        # The likeliest demands had no weight left to be found by: begin with them again.
        found = np.exp(logs - most)
        total = float(found.sum())
    return found / total, most + float(np.log(total))


def _moved(weight: Floats, variance: float) -> Floats:
    """Weights after a random walk over the levels, of a variance in squared spacings."""
    turns = max(1, int(np.ceil(variance / 0.8)))
    share = min(variance / turns / 2, 0.4)
    for _ in range(min(turns, 200)):
        moved = (1 - 2 * share) * weight
        moved[1:] += share * weight[:-1]
        moved[:-1] += share * weight[1:]
        moved[0] += share * weight[0]
        moved[-1] += share * weight[-1]
        weight = moved
    return weight
