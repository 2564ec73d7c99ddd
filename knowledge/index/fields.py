"""Keyword search field by field: a word counts where it says most, not where it is repeated.

For each word and product the best BM25 of the word in any one field is kept, plus a little of the
other fields' (a disjunction maximum, as in Lucene). A short title that names a thing then beats a
long description that mentions it.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexDamaged
from knowledge.index.changed import bm25, idf

K1, B = 1.2, 0.75
OTHERS = 0.01
"""Share of what a word's other fields say that is added to its best field."""
_PARTS = ("pointers", "documents", "scores", "frequencies", "lengths")


class FieldBuilder:
    """Takes the fields of documents one by one."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._terms: list[array[int]] = []
        self._owners: list[array[int]] = []
        self._count = 0

    def add(self, fields: Sequence[Sequence[str]]) -> None:
        """Take the fields of one more document."""
        while len(self._terms) < len(fields):
            for held in (self._terms, self._owners):
                held.append(array("i"))
        vocabulary = self._vocabulary
        for number, words in enumerate(fields):
            self._terms[number].extend(
                [vocabulary.setdefault(word, len(vocabulary)) for word in words]
            )
            self._owners[number].extend([self._count] * len(words))
        self._count += 1

    def done(self, vocabulary: Mapping[str, int]) -> FieldScores | None:
        """Scores under the numbers of another vocabulary; words that it lacks are left out. None
        where no document has fields."""
        if not any(map(len, self._terms)):
            return None
        count, size = self._count, max(vocabulary.values(), default=-1) + 1
        place = np.asarray([vocabulary.get(word, -1) for word in self._vocabulary], np.int64)
        keys: list[NDArray[np.int64]] = []
        values: list[NDArray[np.float32]] = []
        frequencies = np.zeros((len(self._terms), size), np.int32)
        means = np.zeros(len(self._terms), np.float32)
        for number in range(len(self._terms)):
            terms = place[np.asarray(self._terms[number], np.int64)]
            owners = np.asarray(self._owners[number], np.int64)[terms >= 0]
            terms = terms[terms >= 0]
            lengths = np.bincount(owners, minlength=count).astype(np.float32)
            means[number] = lengths.mean()
            if not len(terms):
                continue
            key, times = np.unique(terms * count + owners, return_counts=True)
            word, row_of = key // count, key % count
            frequencies[number] = np.bincount(word, minlength=size)
            frequency = frequencies[number][word]
            rarity = np.log1p((count - frequency + 0.5) / (frequency + 0.5))
            length = lengths[row_of] / max(float(means[number]), 1e-9)
            keys.append(key)
            values.append((rarity * times / (times + K1 * (1 - B + B * length))).astype(np.float32))
        if not keys:
            return None
        every, scores = np.concatenate(keys), np.concatenate(values)
        order = np.argsort(every, kind="stable")
        every, scores = every[order], scores[order]
        starts = np.flatnonzero(np.diff(every, prepend=-1))
        best = np.maximum.reduceat(scores, starts)
        total = np.add.reduceat(scores, starts)
        key = every[starts]
        pointers = np.searchsorted(key, np.arange(size + 1, dtype=np.int64) * count)
        return FieldScores(
            pointers.astype(np.int64),
            (key % count).astype(np.int32),
            (best + OTHERS * (total - best)).astype(np.float32),
            frequencies,
            means,
            count,
        )


class FieldScores:
    """Score of each word in each document that has it, word by word, mapped from disk."""

    def __init__(
        self,
        pointers: NDArray[np.int64],
        documents: NDArray[np.int32],
        scores: NDArray[np.float32],
        frequencies: NDArray[np.int32],
        lengths: NDArray[np.float32],
        count: int,
    ) -> None:
        """`pointers[w]` to `pointers[w + 1]` are the entries of word w; `frequencies` [fields,
        words] and mean `lengths` [fields] are what the scores rest on."""
        self._pointers = pointers
        self._documents = documents
        self._scores = scores
        self._frequencies = frequencies
        self._lengths = lengths
        self._count = count

    @classmethod
    def none(cls, count: int) -> FieldScores:
        """Of documents that have no fields."""
        return cls(
            np.zeros(1, np.int64),
            np.zeros(0, np.int32),
            np.zeros(0, np.float32),
            np.zeros((0, 0), np.int32),
            np.zeros(0, np.float32),
            count,
        )

    def scored(
        self, fields: Sequence[Sequence[str]], vocabulary: Mapping[str, int]
    ) -> dict[str, float]:
        """Score of each word of a document that is not among these, by their statistics."""
        found: dict[str, list[float]] = {}
        documents = max(self._count, 1)
        for number, words in enumerate(fields):
            seen = number < len(self._lengths)
            length = float(self._lengths[number]) if seen else 0.0
            rarity = {}
            for word in set(words):
                place = vocabulary.get(word) if seen else None
                known = place is not None and place < self._frequencies.shape[1]
                often = int(self._frequencies[number, place]) if known else 0
                rarity[word] = idf(documents, often or 1)
            for word, score in bm25(words, rarity, length or len(words), K1, B).items():
                found.setdefault(word, []).append(score)
        return {
            word: max(scores) + OTHERS * (sum(scores) - max(scores))
            for word, scores in found.items()
        }

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
        pointers, documents, scores, frequencies, lengths = parts
        whole = len(pointers) and pointers[-1] == len(documents) == len(scores)
        if not whole or (len(documents) and int(documents.max()) >= count):
            raise IndexDamaged(f"{folder}: the field scores are cut off; they will be built anew.")
        return cls(pointers, documents, scores, frequencies, lengths, count)

    def of(self, words: Sequence[int]) -> NDArray[np.float32]:
        """Sum over words (numbers of the vocabulary) for each document: float32 [documents]."""
        out = np.zeros(self._count, dtype=np.float32)
        for word in words:
            if 0 <= word < len(self._pointers) - 1:
                start, stop = int(self._pointers[word]), int(self._pointers[word + 1])
                out[self._documents[start:stop]] += self._scores[start:stop]
        return out
