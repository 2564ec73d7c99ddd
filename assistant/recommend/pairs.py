"""What goes with what: of each product, or group of products, those that the same people take.

Likeness is the cosine of who takes what, damped so that a few shared takers prove little
(item-kNN, Sarwar et al. 2001). Of each row the strongest are kept. It is counted in blocks, so that
memory does not grow with the square of what one person took.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.sparse import Rows

BLOCK: Final = 1_000_000
"""Pairs that are summed at once."""


def alike(
    taken: Rows, damping: float, *, kept: int, takers: int, reach: int, itself: bool = False
) -> Rows:
    """Column x column likeness of `taken` (person x column -> weight), the strongest first.

    Args:
        damping: added to the product of the norms.
        kept: most columns kept of each row.
        takers: most people that a row is counted from, those with the highest numbers.
        reach: most columns of one person that are paired, a few people with very many cost most.
        itself: whether a column's likeness to itself is kept.
    """
    owners = taken.turned()
    norms = owners.norms().astype(np.float64)
    lengths = np.minimum(np.diff(taken.starts), reach)
    ends = owners.starts[1:]
    begins = np.maximum(owners.starts[:-1], ends - takers)
    # How many pairs each row makes, which decides where blocks begin.
    running = np.concatenate([[0], np.cumsum(lengths[owners.columns])])
    size = running[ends] - running[begins]
    upto = np.cumsum(size)
    starts = [np.zeros(1, np.int64)]
    columns: list[NDArray[np.int32]] = []
    values: list[NDArray[np.float32]] = []
    first, total = 0, 0
    while first < owners.height:
        before = int(upto[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(upto, before + BLOCK, side="right")))
        rows = np.arange(first, last)
        found = _block(taken, owners, begins[rows], ends[rows], lengths, rows)
        row, column, sums = found
        likeness = sums / (norms[row + first] * norms[column] + damping)
        keep = (likeness > 0) & (itself | (row + first != column))
        row, column, likeness = row[keep], column[keep], likeness[keep]
        order = np.lexsort((column, -likeness, row))
        row, column, likeness = row[order], column[order], likeness[order]
        place = np.arange(len(row)) - np.searchsorted(row, row)
        strongest = place < kept
        counts = np.bincount(row[strongest], minlength=last - first)
        starts.append(total + np.cumsum(counts))
        total += int(counts.sum())
        columns.append(column[strongest].astype(np.int32))
        values.append(likeness[strongest].astype(np.float32))
        first = last
    return Rows(
        np.concatenate(starts).astype(np.int64),
        np.concatenate([np.empty(0, np.int32), *columns]),
        np.concatenate([np.empty(0, np.float32), *values]),
        owners.height,
    )


def _block(
    taken: Rows,
    owners: Rows,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    lengths: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """(row within the block, column, summed product) of what the takers of each row took."""
    held = ends - begins
    owner = np.repeat(np.arange(len(rows)), held)
    place = _runs(begins, held)
    person, weight = owners.columns[place], owners.values[place]
    reach = lengths[person]
    entry = np.repeat(np.arange(len(person)), reach)
    position = _runs(taken.starts[:-1][person], reach)
    key = owner[entry] * owners.height + taken.columns[position]
    product = weight[entry].astype(np.float64) * taken.values[position]
    order = np.argsort(key, kind="stable")
    key, product = key[order], product[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    if not len(first):
        nothing = np.empty(0, np.int64)
        return nothing, nothing, np.empty(0)
    found = key[first]
    return found // owners.height, found % owners.height, np.add.reduceat(product, first)


def _runs(begins: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """begins[0], begins[0] + 1, ... for each length in turn."""
    total = int(lengths.sum())
    before = np.cumsum(lengths) - lengths
    return np.arange(total) - np.repeat(before, lengths) + np.repeat(begins, lengths)
