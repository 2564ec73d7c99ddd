"""`aisle train refresh`: new utterances count at once, as nearest rows; the weights stay.

Most of what one more utterance teaches is what is said in words like its own, and that the nearest
rows tell. So they are made anew from the data as it is now, calibrated on the rows that the weights
never saw, in under a minute and without the training libraries.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.data import CORPUS
from assistant.training.errors import OutOfSpace, SwapRefused, TrainingError
from assistant.training.fit import measure
from assistant.training.formats import read_parts
from assistant.training.intent_card import write_intent_card, write_report
from assistant.training.prepare import Prepared
from assistant.training.settle import calibrations, nearest_rows, read_seen, row_key
from assistant.training.store import ADAPTER, CARD, LABELS, REPORT, install, place, seal, working
from assistant.understanding.classifier import IntentClassifier, MultilingualEncoder
from assistant.understanding.intents import OUT_OF_SCOPE
from knowledge.encoders import Multilingual

if TYPE_CHECKING:
    from assistant.training.intents import IntentReport, Judge

LEAST = 50
"""Rows held back that a calibration needs."""


def refresh_intents(
    models: Path,
    out: Path | None = None,
    data: Sequence[Path] = (CORPUS,),
    multilingual: MultilingualEncoder | None = None,
    *,
    judge: Judge | None = None,
    force: bool = False,
) -> IntentReport:
    """Make the nearest rows and the calibration of the model in `out` (`models`/intents) anew.

    Rows that its training held back go on being held back; every other row of `data` becomes one
    of the nearest rows. The model before is kept; `judge` and `force` are those of a training.

    Raises:
        ClassifierError: there is no model.
        DataError: a row is bad, or has a label that the model does not know.
        OutOfSpace: a file cannot be written; the old model serves on.
        SwapRefused: `judge` found something worse; the new model is kept beside `out`.
        TrainingError: what the model was trained on is not known, or too little of it is left.
    """
    started = time.monotonic()
    out = out if out is not None else models / "intents"
    multilingual = multilingual or Multilingual(threads=1)
    classifier = IntentClassifier.load(models, multilingual=multilingual, intents=out)
    trained, keys = read_seen(out)
    parts = read_parts(data, classifier.labels)
    rows = [*parts.train, *parts.validation]
    prepared = Prepared(
        labels=classifier.labels,
        train=tuple(e for e in rows if row_key(e.text) not in keys),
        augmented=(),
        validation=tuple(e for e in rows if row_key(e.text) in keys),
        test=tuple(parts.test),
        notes=tuple(parts.notes),
    )
    if len(prepared.validation) < LEAST or not prepared.train:
        raise TrainingError(
            f"Of the rows that the model in {out} never saw {len(prepared.validation)} are in the "
            f"data; {LEAST} are needed to settle confidence. Give the data it was trained on, too, "
            "or train it anew: aisle train intents"
        )
    arguments = _arguments(out)
    with working(out) as work:
        folder = work / "new"
        try:
            _settle(folder, out, classifier, prepared, arguments)
            fresh = IntentClassifier.load(models, multilingual=multilingual, intents=folder)
            validation = measure(fresh, prepared.validation)
            test = measure(fresh, prepared.test)
            write_report(folder, arguments, prepared, validation, test)
            write_intent_card(folder, arguments, prepared, validation, test, refreshed_from=trained)
            seal(folder)
        except (OSError, SafetensorError) as error:
            raise OutOfSpace(folder, error) from error
        worse = judge(out, folder) if judge is not None else []
        if worse and not force:
            refused = place(out, "refused")
            shutil.rmtree(refused, ignore_errors=True)
            folder.replace(refused)
            raise SwapRefused(
                worse,
                f"The model before serves on; the new one is in {refused}. Where what broke is "
                f"meant, put it in by: aisle models use {refused} --force",
            )
        install(folder, out)
    from assistant.training.intents import IntentReport

    return IntentReport(
        folder=out,
        rows=prepared.counts,
        **validation,
        test=test,
        notes=prepared.notes,
        worse=tuple(worse),
        seconds=time.monotonic() - started,
    )


def _settle(
    folder: Path,
    out: Path,
    classifier: IntentClassifier,
    data: Prepared,
    arguments: IntentTrainingArguments,
) -> None:
    """Write labels and weights of the refreshed model, and the old one's other files."""
    folder.mkdir()
    for file in out.iterdir():
        if file.is_file() and file.name not in (ADAPTER, LABELS, CARD, REPORT, "manifest.json"):
            shutil.copy2(file, folder / file.name)
    number = {label: i for i, label in enumerate(data.labels)}
    head, half = classifier.halves
    near, neighbours = nearest_rows(
        half, data.train, number, number[OUT_OF_SCOPE], arguments.neighbour_width
    )
    found = calibrations(
        head,
        half,
        neighbours,
        data.validation,
        number,
        number[OUT_OF_SCOPE],
        arguments.false_refusals,
    )
    settings = json.loads((out / LABELS).read_text(encoding="utf-8"))
    settings["calibration"] = {
        name: {key: float(value) for key, value in asdict(each).items()}
        for name, each in found.items()
    }
    tensors = load_file(out / ADAPTER) | near
    (folder / LABELS).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    save_file({n: np.ascontiguousarray(v) for n, v in sorted(tensors.items())}, folder / ADAPTER)


def _arguments(out: Path) -> IntentTrainingArguments:
    """The settings that the model was trained with, as far as its report tells."""
    known = {each.name for each in fields(IntentTrainingArguments)}
    try:
        told = json.loads((out / REPORT).read_text(encoding="utf-8"))["arguments"]
        made = IntentTrainingArguments(**{k: v for k, v in told.items() if k in known})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        made = IntentTrainingArguments()
    # What is settled here is settled by the settings of now.
    now = IntentTrainingArguments()
    return replace(made, neighbour_width=now.neighbour_width, false_refusals=now.false_refusals)
