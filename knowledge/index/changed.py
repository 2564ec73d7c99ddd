"""Documents that changed since a keyword index was made: searched beside it, not merged into it.

Making a keyword index anew reads the whole catalogue; a change must be found within a second. The
changed documents are scored by the statistics of the index they are put over, so that all scores
stay comparable; it is made anew once they are many.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexDamaged

Floats = NDArray[np.float32]


class Document(NamedTuple):
    """One document as its words."""

    id: str
    words: Sequence[str]
    """English stems; those of weighty fields several times over."""
    pairs: Sequence[str]
    """Chinese character pairs, likewise."""
    fields: Sequence[Sequence[str]] = ()
    """English stems of the fields that are also scored each by itself."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the scores of one part of an index rest on."""

    documents: int
    length: float
    """Mean number of words."""


@dataclass(slots=True)
class Postings:
    """Scores of the changed documents, term by term, over an index of some number of documents."""

    dead: NDArray[np.int64]
    """Rows of the index that no longer count."""
    size: int
    """Rows with those that were added."""
    held: dict[str, tuple[NDArray[np.int64], Floats]] = field(default_factory=dict)

    def over(self, scores: Floats, terms: Iterable[str]) -> Floats:
        """Scores of an index [documents] with the changes put over them [size]."""
        out = np.zeros(self.size, np.float32)
        out[: len(scores)] = scores
        out[self.dead] = 0.0
        for term in terms:
            found = self.held.get(term)
            if found is not None:
                out[found[0]] += found[1]
        return out

    @classmethod
    def of(
        cls,
        dead: NDArray[np.int64],
        size: int,
        scored: Iterable[tuple[int, Mapping[str, float]]],
    ) -> Postings:
        """From row and scores by term of each changed document."""
        rows: dict[str, tuple[list[int], list[float]]] = {}
        for row, terms in scored:
            for term, score in terms.items():
                at, values = rows.setdefault(term, ([], []))
                at.append(row)
                values.append(score)
        return cls(
            dead,
            size,
            {
                term: (np.asarray(at, np.int64), np.asarray(values, np.float32))
                for term, (at, values) in rows.items()
            },
        )


def bm25(
    words: Sequence[str],
    rarity: Mapping[str, float],
    length: float,
    k1: float,
    b: float,
) -> dict[str, float]:
    """Score of each word of one document; `length` is the mean of the documents compared with."""
    norm = k1 * (1 - b + b * len(words) / max(length, 1e-9))
    return {word: rarity[word] * n / (n + norm) for word, n in Counter(words).items()}


def idf(documents: int, frequency: int) -> float:
    """Rarity of a word, as in Lucene."""
    frequency = min(frequency, documents)
    return float(np.log1p((documents - frequency + 0.5) / (frequency + 0.5)))


def save_changes(path: Path, changes: Mapping[str, Document | None]) -> None:
    """Write changed documents (None: gone) into a new file."""
    path.write_text(
        json.dumps(
            {
                id_: None if one is None else [one.words, one.pairs, one.fields]
                for id_, one in changes.items()
            },
            ensure_ascii=False,
            separators=(",", ":"),
        ),
        encoding="utf-8",
    )


def load_changes(path: Path) -> dict[str, Document | None]:
    """Read what `save_changes` wrote.

    Raises:
        IndexDamaged: it is missing or unreadable.
    """
    try:
        plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return {id_: None if one is None else Document(id_, *one) for id_, one in plain.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{path}: {error}; the index will be built anew.") from error
