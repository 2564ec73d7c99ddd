"""One run of training in files: train both models, calibrate, write labels and weights."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort
from safetensors.numpy import save_file

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.calibrate import calibration_error
from assistant.training.cards import file_sha256
from assistant.training.formats import Example
from assistant.training.prepare import Prepared
from assistant.training.settle import calibrations, in_parts, nearest_rows, write_seen
from assistant.training.store import ADAPTER, GRAPH, LABELS, TOKENIZER
from assistant.understanding.classifier import (
    FORMAT,
    EncoderHead,
    IntentClassifier,
    MultilingualEncoder,
    MultilingualHead,
    open_session,
    open_tokenizer,
)
from assistant.understanding.evidence import Floats
from assistant.understanding.intents import OUT_OF_SCOPE
from knowledge.encoders import Multilingual

if TYPE_CHECKING:
    from assistant.training.loop import Checkpoints, Progress

Measured = dict[str, dict[str, float]]
"""Figures by name, each by language."""


def fit(
    arguments: IntentTrainingArguments,
    data: Prepared,
    models: Path,
    folder: Path,
    report: Callable[[Progress], None],
    multilingual: MultilingualEncoder | None = None,
    checkpoints: Checkpoints | None = None,
) -> tuple[Measured, Measured]:
    """Train, calibrate, write the model's files into `folder`; validation and test figures.

    The figures are of the files as they will be read: half precision, int8 graph.
    """
    from assistant.training import heads  # torch is loaded here and nowhere else
    from assistant.training.encoder import load_encoder, load_tokenizer
    from assistant.training.export import export_merged
    from assistant.training.multilingual import train_multilingual

    heads.settle(arguments.seed, arguments.threads)
    shipped_base = arguments.base == IntentTrainingArguments().base
    tokenizer = (
        open_tokenizer(models / "minilm" / TOKENIZER)
        if shipped_base
        else load_tokenizer(arguments.base)
    )
    if multilingual is None:
        multilingual = Multilingual(threads=arguments.threads)
    number = {label: i for i, label in enumerate(data.labels)}

    def part(examples: Sequence[Example], languages: Sequence[str]) -> heads.Rows:
        chosen = [e for e in examples if e.language in languages]
        wanted = np.array([number[e.label] for e in chosen], np.int64)
        return heads.Rows([e.text for e in chosen], wanted)

    rows = (*data.train, *data.augmented)
    held = data.validation
    tensors: dict[str, Any] = {}
    # MiniLM's vocabulary is English: it is trained on English alone, or on all where there is none.
    english = ("en",) if any(e.language == "en" for e in rows) else ("en", "zh")
    encoder = load_encoder(arguments.base)
    own_graph = (
        arguments.method == "full"
        or arguments.merge
        or not (shipped_base or _fits(encoder, tokenizer, models / "minilm" / GRAPH))
    )
    if arguments.method == "lora":
        encoder.attach(arguments.rank, arguments.dropout)
    english_held = part(held, english)
    weight, bias = heads.train_encoder(
        encoder,
        tokenizer,
        part(rows, english),
        english_held if english_held.texts else part(held, ("en", "zh")),
        len(data.labels),
        arguments,
        report,
        checkpoints,
    )
    tensors["head.weight"], tensors["head.bias"] = weight, bias
    session: ort.InferenceSession
    if own_graph:
        _merge(encoder)
        export_merged(encoder, folder / GRAPH)
        tokenizer.save(str(folder / TOKENIZER))
        session = open_session(folder / GRAPH)
    else:
        for name, lora in encoder.adapters().items():
            tensors[f"{name}.a"] = lora.a.detach().numpy()
            tensors[f"{name}.b"] = lora.b.detach().numpy()
        session = open_session(models / "minilm" / GRAPH)
    trained = train_multilingual(
        multilingual, part(rows, ("en", "zh")), part(held, ("en", "zh")), len(data.labels),
        arguments, report, checkpoints,
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
    near, neighbours = nearest_rows(other, data.train, number, refuse, arguments.neighbour_width)
    tensors.update(near)
    found = calibrations(head, other, neighbours, held, number, refuse, arguments.false_refusals)
    write_seen(folder, data.train, held)
    settings = {
        "format": FORMAT,
        "labels": list(data.labels),
        "method": arguments.method,
        "graph": "own" if own_graph else "shared",
        "max_tokens": arguments.max_tokens,
        "base_sha256": None if own_graph else file_sha256(models / "minilm" / GRAPH),
        "calibration": {
            name: {key: float(number) for key, number in asdict(value).items()}
            for name, value in found.items()
        },
    }  # fmt: skip
    (folder / LABELS).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    save_file({n: np.ascontiguousarray(v) for n, v in sorted(tensors.items())}, folder / ADAPTER)
    classifier = IntentClassifier.assemble(settings, tensors, session, tokenizer, multilingual)
    return measure(classifier, held), measure(classifier, data.test)


def measure(classifier: IntentClassifier, rows: Sequence[Example]) -> Measured:
    """Accuracy, in-scope share refused, and calibration error of a classifier, by language."""
    figures: Measured = {"accuracy": {}, "false_refusals": {}, "calibration_error": {}}
    refuse = classifier.labels.index(OUT_OF_SCOPE)
    for language in sorted({e.language for e in rows}):
        own = [e for e in rows if e.language == language]
        wanted = np.array([classifier.labels.index(e.label) for e in own])
        spoken = partial(_probabilities, classifier, language)
        sure = in_parts(spoken, [e.text for e in own])
        guess = sure.argmax(1)
        inside = wanted != refuse
        refused = float((guess[inside] == refuse).mean()) if inside.any() else 0.0
        figures["accuracy"][language] = round(float((guess == wanted).mean()), 4)
        figures["false_refusals"][language] = round(refused, 4)
        figures["calibration_error"][language] = round(calibration_error(sure, wanted), 4)
    return figures


def _probabilities(classifier: IntentClassifier, language: str, texts: list[str]) -> Floats:
    return classifier.probabilities(texts, [language] * len(texts))


def _fits(encoder: Any, tokenizer: Any, graph: Path) -> bool:
    """Whether the shared graph was made of this base, so that an adapter of it can be fed."""
    import torch

    from assistant.training.export import PROBES, cosines

    if not graph.is_file():
        return False
    head = EncoderHead(
        open_session(graph), tokenizer, {}, np.zeros((1, 1), np.float32),
        np.zeros(1, np.float32), 48,
    )  # fmt: skip
    wanted = []
    for text in PROBES:
        ids = torch.tensor([tokenizer.encode(text).ids])
        with torch.no_grad():
            wanted.append(encoder(ids, torch.ones_like(ids)).numpy()[0])
    try:
        # One at a time, as above: padding plays no part.
        given = np.concatenate([head.features([text]) for text in PROBES])
    except Exception:  # ONNX Runtime's errors share no public base class
        return False  # another vocabulary
    stacked = np.stack(wanted)
    return given.shape == stacked.shape and float(cosines(given, stacked).min()) > 0.97


def _merge(encoder: Any) -> None:
    """Add what adapters there are to the weights beside them, and take the adapters off."""
    import torch

    from assistant.training.encoder import LoraLinear

    for _, parent, attribute in encoder.sites():
        site = getattr(parent, attribute)
        if isinstance(site, LoraLinear):
            with torch.no_grad():
                site.base.weight += (site.a @ site.b).T
            setattr(parent, attribute, site.base)
