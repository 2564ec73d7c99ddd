"""How much of what is taken each product is, over several spans of time, event by event.

Weights fade exponentially, so sums that are kept up with each event equal those counted anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.log import STRENGTH

WEEK, MONTH, SEASON, EVER = 7.0, 21.0, 60.0, 1e9
HALF_LIVES: Final = (WEEK, MONTH, SEASON, EVER)
"""Half-lives of popularity in days."""
LONGEST: Final = 3_000.0
"""Days that weights are told by the same day."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Popularity:
    """Faded sums of how much each product was wanted; it never changes.

    Sums are kept as they would stand at `since`, where newer events weigh more than 1: so they only
    grow, nothing is faded again with each event, and shares are the same.
    """

    sums: Floats
    """(len(HALF_LIVES), products)"""
    totals: Floats
    """(len(HALF_LIVES),)"""
    since: float
    """Days since 1970 by which the weights of events are told; 0 before the first."""
    at: float
    """Days since 1970 of the newest event; 0 before the first."""

    @classmethod
    def nothing(cls, products: int) -> Self:
        """Before the first event."""
        return cls(np.zeros((len(HALF_LIVES), products)), np.zeros(len(HALF_LIVES)), 0.0, 0.0)

    def after(
        self,
        items: NDArray[np.integer],
        kinds: NDArray[np.integer],
        times: NDArray[np.floating],
    ) -> Popularity:
        """The same after these events, in any order of time; there may be new products."""
        if not len(items):
            return self
        size = max(self.sums.shape[1], int(items.max()) + 1)
        now = max(self.at, float(times.max()))
        since = self.since or now
        sums = np.zeros((len(HALF_LIVES), size))
        sums[:, : self.sums.shape[1]] = self.sums
        totals = self.totals.copy()
        if now - since > LONGEST:
            # Before weights grow past what a number holds, all is told by the newest event.
            for row, half_life in enumerate(HALF_LIVES):
                fading = 0.5 ** ((now - since) / half_life)
                sums[row] *= fading
                totals[row] *= fading
            since = now
        strength = STRENGTH[kinds].astype(np.float64)
        for row, half_life in enumerate(HALF_LIVES):
            weight = strength * 2.0 ** ((times - since) / half_life)
            if len(items) < size:
                np.add.at(sums[row], items, weight)
            else:
                sums[row] += np.bincount(items, weight, minlength=size)
            totals[row] += weight.sum()
        return Popularity(sums, totals, since, now)

    def share(self, half_life: float, among: NDArray[np.integer]) -> Floats:
        """Share of each of these products in all that was taken, in per mille."""
        row = HALF_LIVES.index(half_life)
        scale = 1000 / max(float(self.totals[row]), 1e-300)
        return np.asarray(self.sums[row][among] * scale)

    @property
    def season(self) -> Floats:
        """Sums over a season, each against the others; (products,)."""
        return np.asarray(self.sums[HALF_LIVES.index(SEASON)])
