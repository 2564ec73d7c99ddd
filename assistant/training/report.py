"""What a set of training data looks like: counts, conflicts, near-duplicates, leaked test rows."""

from __future__ import annotations

import contextlib
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.formats import SUFFIXES, Example, read_leniently
from assistant.training.formats.base import LABEL_NAMES, TEXT_NAMES
from assistant.understanding.classifier import normalise

LIKENESS = 0.7
"""Share of common character runs from which two utterances count as near-duplicates."""

_BANDS, _ROWS = 20, 3
_PRIME = (1 << 31) - 1
_DIGITS = re.compile(r"\d+")
_SIGNS = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two utterances that are almost the same."""

    one: Example
    other: Example
    likeness: float
    """From 0 to 1; see near_pairs and close_in_meaning."""


@dataclass(frozen=True, slots=True)
class DataReport:
    """All that `aisle train report` shows."""

    rows: dict[str, int]
    """Rows by part."""
    counts: dict[str, dict[str, int]]
    """Training rows by label, then language."""
    problems: tuple[str, ...]
    """What a training would be refused for, with file and line."""
    notes: tuple[str, ...]
    near: tuple[NearPair, ...]
    """Near-duplicates under different labels, likest first."""
    leaked: tuple[NearPair, ...]
    """(held-out row, training row) of the same text, letter case and spaces aside."""
    nearly_leaked: tuple[NearPair, ...]
    """The same of near-duplicates."""


def examine(
    sources: Sequence[Path],
    labels: Sequence[str] | None,
    held_out: Sequence[Path] = (),
    likeness: float = LIKENESS,
    encode: Callable[[list[str]], Any] | None = None,
) -> DataReport:
    """Look through training data and compare it with rows that must stay unseen.

    The data's own test part counts as held out beside `held_out`. `encode` turns texts into unit
    vectors; where it is given, near-duplicates by meaning (cosine of 0.92 or more) are added.
    """
    parts, problems = read_leniently(sources, labels)
    unseen = list(parts.test)
    if held_out:
        more, missing = unseen_rows(held_out)
        unseen += more
        problems += missing
    train = [*parts.train, *parts.validation]
    near = near_pairs(train, likeness=likeness, keep=lambda a, b: a.label != b.label)
    if encode is not None:
        known = {(p.one.place, p.other.place) for p in near}
        near += [
            p for p in close_in_meaning(train, encode) if (p.one.place, p.other.place) not in known
        ]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in parts.train:
        counts[row.label][row.language] += 1
    leaked, nearly = leaks(train, unseen, likeness=max(likeness, 0.85))
    return DataReport(
        rows={
            "train": len(parts.train),
            "validation": len(parts.validation),
            "held out": len(unseen),
        },
        counts={label: dict(sorted(counts[label].items())) for label in sorted(counts)},
        problems=tuple(problems),
        notes=parts.notes,
        near=tuple(near),
        leaked=tuple(leaked),
        nearly_leaked=tuple(nearly),
    )


def unseen_rows(sources: Sequence[Path]) -> tuple[list[Example], list[str]]:
    """Every text of held-out files and folders, and the sources that are not there.

    Their labels do not matter here, so that rows of other tasks count too: JSON lines need only
    a text, and text files give each of their lines.
    """
    rows: list[Example] = []
    missing: list[str] = []
    for source in sources:
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        if not source.exists():
            missing.append(f"{source}: no such file or folder")
        for file in files:
            if not file.is_file() or file.suffix.lower() not in SUFFIXES:
                continue
            if file.suffix.lower() not in (".jsonl", ".ndjson"):
                rows += read_leniently(file)[0].rows
                continue
            for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1):
                with contextlib.suppress(ValueError):
                    row = json.loads(line)
                    text = next((row[n] for n in TEXT_NAMES if isinstance(row.get(n), str)), "")
                    label = next((row[n] for n in LABEL_NAMES if isinstance(row.get(n), str)), "")
                    if text:
                        rows.append(Example(text, label, "en", file.name, number))
    return rows, missing


def leaks(
    train: Sequence[Example], unseen: Sequence[Example], likeness: float = 0.85
) -> tuple[list[NearPair], list[NearPair]]:
    """Unseen rows that stand in the training rows: word for word, and nearly so."""
    first: dict[str, Example] = {}
    for row in train:
        first.setdefault(_key(row.text), row)
    exact = [NearPair(row, first[k], 1.0) for row in unseen if (k := _key(row.text)) in first]
    told = {id(pair.one) for pair in exact}
    outside = {id(row) for row in unseen}
    pairs = near_pairs(
        [*train, *(row for row in unseen if id(row) not in told)],
        likeness=likeness,
        keep=lambda a, b: (id(a) in outside) != (id(b) in outside),
    )
    return exact, [
        pair if id(pair.one) in outside else NearPair(pair.other, pair.one, pair.likeness)
        for pair in pairs
    ]


def near_pairs(
    rows: Sequence[Example], likeness: float, keep: Callable[[Example, Example], bool]
) -> list[NearPair]:
    """Pairs of which `keep` holds with at least that Jaccard likeness of character runs.

    Candidates come from MinHash with banding (Broder 1997, "On the resemblance and containment
    of documents"): a pair at 0.7 is found with a chance above 0.999; the likeness is exact.
    """
    sets = [_runs(row.text) for row in rows]
    found: dict[tuple[int, int], float] = {}
    for i, j in _candidates(sets):
        if (i, j) not in found and keep(rows[i], rows[j]):
            union = len(sets[i] | sets[j])
            found[i, j] = len(sets[i] & sets[j]) / union if union else 0.0
    pairs = [NearPair(rows[i], rows[j], round(v, 3)) for (i, j), v in found.items()]
    return sorted(
        (p for p in pairs if p.likeness >= likeness),
        key=lambda p: (-p.likeness, p.one.place, p.other.place),
    )


def close_in_meaning(
    rows: Sequence[Example], encode: Callable[[list[str]], Any], cosine: float = 0.92
) -> list[NearPair]:
    """Pairs under different labels whose sentence vectors are that close, closest first."""
    texts = [normalise(row.text) for row in rows]
    vectors = np.concatenate(
        [np.asarray(encode(texts[i : i + 64]), np.float32) for i in range(0, len(texts), 64)]
    )
    pairs = []
    for start in range(0, len(rows), 1024):
        block = vectors[start : start + 1024] @ vectors.T
        for i, j in np.argwhere(block >= cosine):
            a, b = start + int(i), int(j)
            if a < b and rows[a].label != rows[b].label:
                pairs.append(NearPair(rows[a], rows[b], round(float(block[i, j]), 3)))
    return sorted(pairs, key=lambda p: (-p.likeness, p.one.place, p.other.place))


def _key(text: str) -> str:
    return normalise(text).casefold()


def _runs(text: str) -> frozenset[int]:
    """Hashes of a text's runs of three characters; two where it is Chinese, which says more."""
    key = _key(text)
    words = _SIGNS.sub(" ", _DIGITS.sub("0", key)).strip()
    # Without a letter, digits and signs are all that a text says.
    low = f" {words if any(c.isalpha() for c in words) else key} "
    width = 2 if re.search(r"[\u3400-\u9fff]", low) else 3
    return frozenset(
        zlib.crc32(low[i : i + width].encode()) for i in range(max(1, len(low) - width + 1))
    )


def _candidates(sets: Sequence[frozenset[int]]) -> Iterator[tuple[int, int]]:
    rng = np.random.default_rng(0)
    count = _BANDS * _ROWS
    a = rng.integers(1, _PRIME, count, dtype=np.int64)[:, None]
    b = rng.integers(0, _PRIME, count, dtype=np.int64)[:, None]
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for number, runs in enumerate(sets):
        values: NDArray[np.int64] = np.fromiter(runs, np.int64, len(runs)) % _PRIME
        least = ((a * values[None, :] + b) % _PRIME).min(1)
        for band in range(_BANDS):
            buckets[band, least[band * _ROWS : (band + 1) * _ROWS].tobytes()].append(number)
    for members in buckets.values():
        for place, i in enumerate(members):
            for j in members[place + 1 :]:
                yield i, j
