"""Sparse matrices in plain numpy: what the recommender serves from without scipy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Compressed sparse rows: row r is `columns[starts[r]:starts[r+1]]` with its `values`."""

    starts: NDArray[np.int64]
    columns: Ints
    values: Floats
    width: int

    @classmethod
    def summed(
        cls,
        rows: NDArray[np.integer],
        columns: NDArray[np.integer],
        values: NDArray[np.floating],
        shape: tuple[int, int],
    ) -> Self:
        """From triples; values at the same place are added up, columns ascend in each row."""
        height, width = shape
        key = rows.astype(np.int64) * max(width, 1) + columns
        order = np.argsort(key, kind="stable")
        key = key[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        places = key[first]
        sums = (
            np.add.reduceat(values[order].astype(np.float64), first).astype(np.float32)
            if len(first)
            else np.empty(0, np.float32)
        )
        starts = np.searchsorted(places, np.arange(height + 1, dtype=np.int64) * max(width, 1))
        return cls(starts, (places % max(width, 1)).astype(np.int32), sums, width)

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.starts) - 1

    def row(self, number: int) -> tuple[Ints, Floats]:
        """Columns and values of one row; empty beyond the last."""
        if not 0 <= number < self.height:
            return self.columns[:0], self.values[:0]
        begin, end = self.starts[number], self.starts[number + 1]
        return self.columns[begin:end], self.values[begin:end]

    def gather(self, rows: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(place in `rows`, position in `columns`) of everything in these rows."""
        begins = self.starts[rows]
        lengths = self.starts[rows + 1] - begins
        total = int(lengths.sum())
        owner = np.repeat(np.arange(len(rows), dtype=np.int64), lengths)
        offset = np.arange(total, dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return owner, begins[owner] + offset

    def turned(self) -> Rows:
        """The transpose; rows keep their order within each column."""
        owner = np.repeat(np.arange(self.height, dtype=np.int32), np.diff(self.starts))
        order = np.argsort(self.columns, kind="stable")
        starts = np.searchsorted(self.columns[order], np.arange(self.width + 1))
        return Rows(starts.astype(np.int64), owner[order], self.values[order], self.height)

    def norms(self) -> Floats:
        """Euclidean norm of each row."""
        squares = np.concatenate([[0.0], np.cumsum(self.values.astype(np.float64) ** 2)])
        sums = squares[self.starts[1:]] - squares[self.starts[:-1]]
        return np.asarray(np.sqrt(np.maximum(sums, 0.0)), np.float32)


def faded(ages: NDArray[np.floating], half_life: float) -> NDArray[np.float64]:
    """Weight of something of an age in days."""
    return np.asarray(0.5 ** (np.maximum(ages, 0.0) / half_life), np.float64)


def best(scores: NDArray[np.floating], count: int) -> NDArray[np.int64]:
    """Places of the largest scores above 0, best first, ties by place."""
    positive = np.flatnonzero(scores > 0)
    if len(positive) > count:
        found = scores[positive]
        cut = np.argpartition(found, len(found) - count)[len(found) - count :]
        positive = np.sort(positive[cut])
    return positive[np.argsort(-scores[positive], kind="stable")]
