"""Labelled utterances for training: the shipped corpus, loading, and splitting by label."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from assistant.training.errors import DataError
from assistant.training.formats import MAX_CHARACTERS, Example, conflict, read_parts
from assistant.understanding.classifier import normalise
from assistant.understanding.intents import INTENTS

__all__ = ["CORPUS", "MAX_CHARACTERS", "Example", "load_examples", "split"]

CORPUS = Path(__file__).resolve().parent / "corpus"
"""The utterances that the shipped model is trained on: <language>/<intent>.txt."""


def load_examples(
    sources: Sequence[Path], labels: Sequence[str] = INTENTS, *, every_label: bool = False
) -> list[Example]:
    """All rows of folders and files in any of the known formats, whatever part they are of.

    See formats.read_parts for what is read and refused. A text that stands in two parts under
    one label is kept once.

    Raises:
        DataError: anything is wrong with any row; one text stands under two labels, be it in
            two parts; with `every_label`, a label has no rows. All problems are listed.
    """
    problems: list[str] = []
    first: dict[str, Example] = {}
    for row in read_parts(sources, labels).rows:
        known = first.setdefault(normalise(row.text).casefold(), row)
        if known.label != row.label:
            problems.append(conflict(row, known))
    if every_label and (missing := sorted(set(labels) - {row.label for row in first.values()})):
        problems.append(f"{sources[0]}: no utterances for {', '.join(missing)}")
    if problems:
        raise DataError(problems)
    return list(first.values())


def split(
    examples: Sequence[Example], share: float, seed: int
) -> tuple[list[Example], list[Example]]:
    """Training and validation parts; each label of each language gives `share` of its rows.

    A label with fewer than four rows in a language gives none, so that it can be learned at all.
    """
    groups: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.language, example.label].append(example)
    train: list[Example] = []
    held: list[Example] = []
    for key in sorted(groups):
        rows = list(groups[key])
        random.Random(f"{seed}/{key[0]}/{key[1]}").shuffle(rows)
        count = max(1, round(len(rows) * share)) if len(rows) >= 4 else 0
        held += rows[:count]
        train += rows[count:]
    return train, held
