"""Fixed assignment: the same unit sees the same arm for as long as an experiment runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")


def arm_of(experiment: str, unit: str, shares: Mapping[str, float]) -> str:
    """The arm of a unit (a customer, or a guest's conversation), by a hash of both names.

    Args:
        shares: arm -> share of units, positive, summing to 1 within rounding.
    """
    digest = hashlib.sha256(f"{experiment}\n{unit}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") / 2**64 * sum(shares.values())
    for arm, share in shares.items():
        point -= share
        if point < 0:
            return arm
    return list(shares)[-1]


def interleave(
    first: Sequence[Item], second: Sequence[Item], limit: int, rng: np.random.Generator
) -> list[tuple[Item, int]]:
    """Team-draft interleaving: (item, 0 or 1 for the list that drafted it), without repeats.

    In every pair of drafts a coin says which list picks first, each its best item that is left, so
    that neither list is favoured by place (Radlinski, Kurup and Joachims, "How does clickthrough
    data reflect retrieval quality?", CIKM 2008).
    """
    drafted: list[tuple[Item, int]] = []
    taken: set[Item] = set()
    lists = (first, second)
    while len(drafted) < limit:
        left = [[item for item in each if item not in taken] for each in lists]
        if not any(left):
            break
        start = int(rng.integers(2))
        for team in (start, 1 - start):
            pick = next((item for item in left[team] if item not in taken), None)
            if pick is not None and len(drafted) < limit:
                drafted.append((pick, team))
                taken.add(pick)
    return drafted
