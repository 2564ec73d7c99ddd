"""Keyword search field by field: a word counts where it says most, not where it is repeated.

For each word and product the best BM25 of the word in any one field is kept, plus a little of the
other fields' (a disjunction maximum, as in Lucene). A short title that names a thing then beats a
long description that mentions it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexDamaged

K1, B = 1.2, 0.75
OTHERS = 0.01
"""Share of what a word's other fields say that is added to its best field."""
_PARTS = ("pointers", "documents", "scores")


class FieldScores:
    """Score of each word in each document that has it, word by word, mapped from disk."""

    def __init__(
        self,
        pointers: NDArray[np.int64],
        documents: NDArray[np.int32],
        scores: NDArray[np.float32],
        count: int,
    ) -> None:
        """`pointers[w]` to `pointers[w + 1]` are the entries of word w."""
        self._pointers = pointers
        self._documents = documents
        self._scores = scores
        self._count = count

    @classmethod
    def build(
        cls, documents: Sequence[Sequence[Sequence[str]]], vocabulary: Mapping[str, int]
    ) -> FieldScores:
        """From the words of each field of each document; words outside the vocabulary are left
        out. Every document has the same number of fields."""
        count = len(documents)
        keys: list[NDArray[np.int64]] = []
        values: list[NDArray[np.float32]] = []
        fields = max((len(held) for held in documents), default=0)
        for field in range(fields):
            lengths = np.zeros(count, dtype=np.float32)
            terms: list[int] = []
            owners: list[int] = []
            for row, held in enumerate(documents):
                words = held[field] if field < len(held) else ()
                known = [vocabulary[word] for word in words if word in vocabulary]
                lengths[row] = len(known)
                terms += known
                owners += [row] * len(known)
            if not terms:
                continue
            key, times = np.unique(
                np.asarray(terms, np.int64) * count + np.asarray(owners, np.int64),
                return_counts=True,
            )
            word, row_of = key // count, key % count
            frequency = np.bincount(word, minlength=len(vocabulary))[word]
            rarity = np.log1p((count - frequency + 0.5) / (frequency + 0.5))
            length = lengths[row_of] / max(float(lengths.mean()), 1e-9)
            keys.append(key)
            values.append((rarity * times / (times + K1 * (1 - B + B * length))).astype(np.float32))
        size = max(vocabulary.values(), default=-1) + 1
        if not keys:
            return cls(
                np.zeros(size + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), count
            )
        every, scores = np.concatenate(keys), np.concatenate(values)
        order = np.argsort(every, kind="stable")
        every, scores = every[order], scores[order]
        starts = np.flatnonzero(np.diff(every, prepend=-1))
        best = np.maximum.reduceat(scores, starts)
        total = np.add.reduceat(scores, starts)
        key = every[starts]
        pointers = np.searchsorted(key, np.arange(size + 1, dtype=np.int64) * count)
        return cls(
            pointers.astype(np.int64),
            (key % count).astype(np.int32),
            (best + OTHERS * (total - best)).astype(np.float32),
            count,
        )

    def save(self, folder: Path) -> None:
        """Write it into a folder that is new."""
        folder.mkdir(parents=True)
        for name in _PARTS:
            np.save(folder / f"{name}.npy", getattr(self, f"_{name}"))

    @classmethod
    def load(cls, folder: Path, count: int) -> FieldScores:
        """Map what `save` wrote into memory.

        Raises:
            IndexDamaged: it is incomplete, unreadable, or not of `count` documents.
        """
        try:
            parts = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in _PARTS]
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                f"{folder}: the field scores cannot be read ({error}); they will be built anew."
            ) from error
        pointers, documents, scores = parts
        whole = len(pointers) and pointers[-1] == len(documents) == len(scores)
        if not whole or (len(documents) and int(documents.max()) >= count):
            raise IndexDamaged(f"{folder}: the field scores are cut off; they will be built anew.")
        return cls(pointers, documents, scores, count)

    def of(self, words: Sequence[int]) -> NDArray[np.float32]:
        """Sum over words (numbers of the vocabulary) for each document: float32 [documents]."""
        out = np.zeros(self._count, dtype=np.float32)
        for word in words:
            if 0 <= word < len(self._pointers) - 1:
                start, stop = int(self._pointers[word]), int(self._pointers[word + 1])
                out[self._documents[start:stop]] += self._scores[start:stop]
        return out
