"""What is settled beside the weights: a model's nearest rows, its calibration, what it has seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.training.calibrate import calibrate
from assistant.training.errors import TrainingError
from assistant.training.formats import Example
from assistant.understanding.classifier import EncoderHead, MultilingualHead, normalise
from assistant.understanding.evidence import Calibration, Floats, Neighbours, principal, quantise

SEEN = "seen.json"
"""How many rows the weights learned from, and which rows they never saw: a refresh needs both."""


def write_seen(folder: Path, train: Sequence[Example], held: Sequence[Example]) -> None:
    """Write what a training saw; held rows as hashes, since their words are nobody's business."""
    record = {"train": len(train), "held": sorted({row_key(e.text) for e in held})}
    (folder / SEEN).write_text(json.dumps(record) + "\n", encoding="utf-8")


def read_seen(folder: Path) -> tuple[int, frozenset[str]]:
    """Number of rows that the weights in `folder` learned from, and keys of those held back.

    Raises:
        TrainingError: nothing is known of it.
    """
    try:
        record = json.loads((folder / SEEN).read_text(encoding="utf-8"))
        return int(record["train"]), frozenset(record["held"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{folder / SEEN} cannot be read, so it is not known which rows the model was trained "
            "on. Train it anew: aisle train intents"
        ) from error


def row_key(text: str) -> str:
    """A row's text as a key, alike for texts that differ in case and spaces only."""
    return hashlib.sha256(normalise(text).casefold().encode()).hexdigest()[:16]


def nearest_rows(
    half: MultilingualHead,
    rows: Sequence[Example],
    labels: Mapping[str, int],
    out_of_scope: int,
    width: int,
) -> tuple[dict[str, Any], Neighbours]:
    """The rows as tensors of the model's files, and as they are looked up."""
    hidden = in_parts(lambda texts: half.features(texts)[0], [e.text for e in rows])
    basis = principal(hidden, width).astype(np.float16)
    numbers = [labels[e.label] for e in rows]
    vectors = quantise(np.asarray(hidden @ basis.astype(np.float32), np.float32))
    tensors: dict[str, Any] = {
        "neighbours.basis": basis,
        "neighbours.vectors": vectors,
        "neighbours.labels": np.asarray(numbers, np.int32),
    }
    wide = basis.astype(np.float32)
    return tensors, Neighbours(vectors, numbers, len(labels), out_of_scope, wide)


def calibrations(
    head: EncoderHead,
    half: MultilingualHead,
    neighbours: Neighbours,
    held: Sequence[Example],
    labels: Mapping[str, int],
    out_of_scope: int,
    false_refusals: float,
) -> dict[str, Calibration]:
    """Each language's calibration on rows held back; where it has none, on all of them."""
    found: dict[str, Calibration] = {}
    for language in ("en", "zh"):
        rows = [e for e in held if e.language == language] or list(held)
        texts = [e.text for e in rows]
        hidden, grams = half.features(texts)
        found[language] = calibrate(
            head.logits(in_parts(head.features, texts)) if language == "en" else None,
            half.logits(hidden, grams),
            *neighbours.look(hidden),
            np.array([labels[e.label] for e in rows], np.int64),
            out_of_scope,
            false_refusals,
        )
    return found


def in_parts(function: Callable[[list[str]], Any], texts: Sequence[str], size: int = 64) -> Floats:
    """`function` over texts in batches of like length: padding costs as much as words do."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    chunks = [function([texts[i] for i in order[k : k + size]]) for k in range(0, len(order), size)]
    stacked = np.concatenate(chunks)
    result = np.empty_like(stacked)
    result[order] = stacked
    return np.asarray(result, np.float32)
