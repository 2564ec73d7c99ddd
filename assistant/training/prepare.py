"""From files to what a run trains on: labels, parts, added rows, and what was noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.augment import augment
from assistant.training.data import split
from assistant.training.errors import DataError, TrainingError
from assistant.training.formats import Example, read_parts
from assistant.understanding.intents import INTENTS, OUT_OF_SCOPE


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that a run needs to know of its data."""

    labels: tuple[str, ...]
    train: tuple[Example, ...]
    augmented: tuple[Example, ...]
    """Made from training rows; nothing held back has a part in them."""
    validation: tuple[Example, ...]
    test: tuple[Example, ...]
    """Measured once, at the end; empty where the data has no such part."""
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by part."""
        return {
            "read": len(self.train) + len(self.validation) + len(self.test),
            "train": len(self.train),
            "augmented": len(self.augmented),
            "validation": len(self.validation),
            "test": len(self.test),
        }

    @property
    def fingerprint(self) -> str:
        """sha256 over every row and label."""
        digest = hashlib.sha256(repr(self.labels).encode())
        for part in (self.train, self.augmented, self.validation):
            for e in part:
                digest.update(f"{e.language}\0{e.label}\0{e.text}\n".encode())
            digest.update(b"\1")
        return digest.hexdigest()


def prepare(sources: Sequence[Path], arguments: IntentTrainingArguments) -> Prepared:
    """Read and check all data, and split off validation rows where the data brings none.

    With labels "own" the shop's intents count and out_of_scope must have rows. With "data" the
    labels are those of the training part; where out_of_scope is not among them it is added
    without rows, so that refusing has a name, and no rows are made up.

    Raises:
        DataError: a row is bad; all are listed.
        TrainingError: the data cannot carry a training.
    """
    own = arguments.labels == "own"
    parts = read_parts(sources, INTENTS if own else None)
    found = {e.label for e in parts.train}
    labels = tuple(label for label in INTENTS if label in found) if own else tuple(sorted(found))
    if len(labels) < 2 or (own and OUT_OF_SCOPE not in labels):
        raise TrainingError(
            f"The data has {len(labels)} labels; at least two are needed"
            + (
                f", {OUT_OF_SCOPE} among them: without examples of what to refuse, nothing can "
                "be refused."
                if own
                else "."
            )
        )
    strange = [e for e in (*parts.validation, *parts.test) if e.label not in found]
    if strange and not own:
        raise DataError(
            [f"{e.place}: label {e.label!r} has no rows in the training part" for e in strange]
        )
    notes = list(parts.notes)
    if strange:
        notes.append(f"{len(strange)} rows of labels without training rows are left out")
    # A label that brings validation rows of its own keeps all its training rows.
    covered = {(e.language, e.label) for e in parts.validation}
    kept = [e for e in parts.train if (e.language, e.label) in covered]
    rest = [e for e in parts.train if (e.language, e.label) not in covered]
    train, held = split(rest, arguments.validation, arguments.seed)
    train, held = [*kept, *train], [*(e for e in parts.validation if e.label in found), *held]
    if not held:
        raise TrainingError("No label has the four rows that it takes to hold one back.")
    if OUT_OF_SCOPE not in labels:
        labels = (*labels, OUT_OF_SCOPE)
        notes.append(f"No rows of {OUT_OF_SCOPE}: the model will refuse nothing by its label.")
    return Prepared(
        labels=labels,
        train=tuple(train),
        augmented=tuple(augment(train, arguments.seed)) if own else (),
        validation=tuple(held),
        test=tuple(e for e in parts.test if e.label in found),
        notes=tuple(notes),
    )
