"""Who a list is made for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.signals import History
from assistant.recommend.types import Asker, Taste


@dataclass(frozen=True, slots=True)
class Shopper:
    """The shopper of a list: what they did, what is known of them, and what is out for them."""

    asker: Asker
    history: History
    taste: Taste
    visit: NDArray[np.int64]
    """Products of the visit under way, newest last."""
    idle: float
    """Days since its last action."""
    disliked: tuple[int, ...]
    """Numbers of what was disliked lately, whose like is held back too."""
