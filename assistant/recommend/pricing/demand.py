"""What a shop believes about a product's demand at each price of a grid, updated with every sale.

Three beliefs are kept beside each other, since nobody knows beforehand whether demand is smooth,
has cliffs or drifts with the season; each counts by how well it foretold the sales so far.

The share of visitors who buy at a price is sigmoid(f(price)). f has a Gaussian prior over the grid:
a level, a falling slope in log price, and a smooth deviation, so that a sale at one price says
something about its neighbours. Counts come in one price at a time; the binomial likelihood is
matched by a Gaussian at that price (Laplace) and carried over to the others exactly. Between
periods the belief widens, so that a season that shifts is followed. Samples are made falling in
price (isotonic regression) before anything is decided by them.

Thompson, "On the likelihood that one unknown probability exceeds another" (1933); Misra, Schwartz
and Abernethy, "Dynamic Online Pricing with Incomplete Information Using Multiarmed Bandit
Experiments" (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NEWTON_STEPS = 30
_JITTER = 1e-9
_NODES, _SHARES = np.polynomial.hermite_e.hermegauss(15)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before anything was sold; spreads are standard deviations of log odds."""

    level: float = -1.4
    """Log odds of a sale at the reference price."""
    level_spread: float = 1.2
    elasticity: float = -4.5
    """Change of the log odds for one unit of log price."""
    elasticity_spread: float = 2.0
    bend_spread: float = 0.15
    """Deviations from a straight line."""
    bend_reach: float = 0.15
    """Distance in log price over which deviations hang together."""
    level_drift: float = 0.01
    """How much the level may move within a period."""
    slope_drift: float = 0.0


SMOOTH = Prior()
CLIFFS = Prior(bend_spread=0.8, bend_reach=0.03)
DRIFTING = Prior(bend_spread=0.2, bend_reach=0.1, level_drift=0.05, slope_drift=0.1)
FORGETTING = 0.98
"""How much an older period counts, against a newer one, in which belief is trusted."""


class Belief:
    """A Gaussian over the log odds of a sale at each price of a grid."""

    def __init__(self, ratios: Floats, prior: Prior) -> None:
        self.prior = prior
        self._x: Floats = np.log(ratios)
        self._root: Floats | None = None
        self._root_of: Floats | None = None
        self.mean: Floats = prior.level + prior.elasticity * self._x
        gaps = self._x[:, None] - self._x[None, :]
        self.cov: Floats = (
            prior.level_spread**2
            + prior.elasticity_spread**2 * np.outer(self._x, self._x)
            + prior.bend_spread**2 * np.exp(-0.5 * (gaps / prior.bend_reach) ** 2)
        )

    def pass_time(self, periods: float) -> None:
        """Widen for time that went by."""
        self.cov = self.cov + periods * (
            self.prior.level_drift**2 + self.prior.slope_drift**2 * np.outer(self._x, self._x)
        )

    def evidence(self, place: int, visitors: int, sales: int) -> float:
        """Log probability of these sales, but for a term that all beliefs share."""
        spread = np.sqrt(max(float(self.cov[place, place]), _JITTER))
        share = np.clip(_sigmoid(self.mean[place] + spread * _NODES), 1e-9, 1 - 1e-9)
        logs = sales * np.log(share) + (visitors - sales) * np.log1p(-share)
        most = float(logs.max())
        return most + float(np.log((_SHARES / _SHARES.sum()) @ np.exp(logs - most)))

    def observe(self, place: int, visitors: int, sales: int) -> None:
        """Take in the sales at one price of the grid."""
        before, variance = float(self.mean[place]), float(self.cov[place, place]) + _JITTER
        mode = before
        for _ in range(_NEWTON_STEPS):
            share = _sigmoid(mode)
            slope = sales - visitors * share - (mode - before) / variance
            step = slope / (visitors * share * (1 - share) + 1 / variance)
            mode += float(np.clip(step, -2.0, 2.0))
            if abs(step) < 1e-9:
                break
        share = _sigmoid(mode)
        after = 1 / (visitors * share * (1 - share) + 1 / variance)
        gain = self.cov[:, place] / variance
        self.mean = self.mean + gain * (mode - before)
        self.cov = self.cov - np.outer(gain, gain) * (variance - after)

    def sample(self, rng: np.random.Generator, boldness: float) -> Floats:
        """Log odds at each price, (grid,); `boldness` scales how far from the mean they go."""
        if self._root is None or self._root_of is not self.cov:
            values, vectors = np.linalg.eigh((self.cov + self.cov.T) / 2)
            self._root, self._root_of = vectors * np.sqrt(np.clip(values, 0.0, None)), self.cov
        drawn: Floats = self.mean + boldness * (self._root @ rng.standard_normal(len(self.mean)))
        return drawn


class DemandModel:
    """What is believed of one product's demand on a grid of prices relative to a reference."""

    def __init__(
        self, ratios: Sequence[float], priors: Sequence[Prior] = (SMOOTH, CLIFFS, DRIFTING)
    ) -> None:
        """`ratios`: prices of the grid over the reference price, rising.

        Raises:
            ValueError: fewer than two prices, or not positive and rising.
        """
        self.ratios: Floats = np.asarray(ratios, np.float64)
        if len(self.ratios) < 2 or (np.diff(self.ratios) <= 0).any() or self.ratios[0] <= 0:
            raise ValueError("the grid needs two or more positive, rising prices")
        self._beliefs = [Belief(self.ratios, prior) for prior in priors]
        self._trust: Floats = np.zeros(len(self._beliefs))

    def observe(self, place: int, visitors: int, sales: int, periods: float = 1.0) -> None:
        """Take in that `sales` of `visitors` bought at the grid's price number `place`, over
        `periods` of time.

        Raises:
            ValueError: more sales than visitors, or a negative count.
        """
        if not 0 <= sales <= visitors:
            raise ValueError(f"{sales} sales of {visitors} visitors cannot be")
        for number, belief in enumerate(self._beliefs):
            belief.pass_time(periods)
            if visitors:
                told = belief.evidence(place, visitors, sales)
                self._trust[number] = FORGETTING * self._trust[number] + told
                belief.observe(place, visitors, sales)

    def sample(self, rng: np.random.Generator, boldness: float = 0.5) -> Floats:
        """A demand that may be true: share of visitors who buy at each price, falling, (grid,).

        `boldness` 1 is Thompson sampling; less explores less.
        """
        belief = self._beliefs[int(rng.choice(len(self._beliefs), p=self.trust))]
        drawn: Floats = _sigmoid(falling(belief.sample(rng, boldness)))
        return drawn

    @property
    def trust(self) -> Floats:
        """How much each belief counts, summing to 1."""
        shares: Floats = np.exp(self._trust - self._trust.max())
        total: Floats = shares / shares.sum()
        return total

    def expected(self) -> Floats:
        """The believed share of visitors who buy at each price, falling, (grid,)."""
        mean = self.trust @ np.stack([belief.mean for belief in self._beliefs])
        shares: Floats = _sigmoid(falling(mean))
        return shares

    def elasticity(self, place: int) -> float:
        """Per cent by which sales change for one per cent of price, around a price of the grid."""
        shares = self.expected()
        low, high = max(place - 2, 0), min(place + 2, len(shares) - 1)
        change = np.log(shares[high] / shares[low])
        return float(change / np.log(self.ratios[high] / self.ratios[low]))

    def dump(self) -> dict[str, Any]:
        """What is believed, as JSON."""
        return {
            "ratios": self.ratios.tolist(),
            "trust": self._trust.tolist(),
            "beliefs": [{"mean": b.mean.tolist(), "cov": b.cov.tolist()} for b in self._beliefs],
        }

    @classmethod
    def load(cls, state: dict[str, Any]) -> DemandModel:
        """What `dump` gave."""
        model = cls(state["ratios"])
        model._trust = np.asarray(state["trust"], np.float64)
        for belief, kept in zip(model._beliefs, state["beliefs"], strict=True):
            belief.mean = np.asarray(kept["mean"], np.float64)
            belief.cov = np.asarray(kept["cov"], np.float64)
        return model


def falling(values: Floats) -> Floats:
    """The nearest sequence that never rises (pool adjacent violators)."""
    sums: list[float] = []
    counts: list[int] = []
    for value in values:
        sums.append(float(value))
        counts.append(1)
        while len(sums) > 1 and sums[-2] / counts[-2] < sums[-1] / counts[-1]:
            total, count = sums.pop(), counts.pop()
            sums[-1] += total
            counts[-1] += count
    return np.repeat([total / count for total, count in zip(sums, counts, strict=True)], counts)


def _sigmoid(value: Any) -> Any:
    return 1 / (1 + np.exp(-value))
