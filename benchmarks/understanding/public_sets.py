"""CLINC150, BANKING77 and Bitext: the shipped recipe trained on public data.

    python -m benchmarks.understanding.public_sets clinc150 --data FILE [--seeds 7 8 9]
    python -m benchmarks.understanding.public_sets banking77 --data FOLDER --shots 10

MiniLM under LoRA and the multilingual half are trained as `aisle train intents` trains them, on
the train part alone. Validation is the data's own part, else a tenth of the train part; it settles
early stopping, the weights of the fusion and every threshold. With --shots no validation row is
used for accuracy: the preset few-shot runs all its epochs, and the fusion's weights are fixed
(SHARE, NEAREST). The test part is looked at once. Prints a line of JSON for each seed and the mean.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assistant.training.arguments import preset
from assistant.training.encoder import load_encoder, load_tokenizer
from assistant.training.formats import Example, read_parts
from assistant.training.heads import Rows, sentence_vectors, settle, train_encoder
from assistant.training.multilingual import train_multilingual
from assistant.understanding.classifier import MultilingualHead
from assistant.understanding.evidence import Neighbours, quantise
from assistant.understanding.intents import OUT_OF_SCOPE
from benchmarks.understanding.bitext import fold
from benchmarks.understanding.strangeness import refusing, strangeness
from knowledge.encoders import Multilingual

Floats = NDArray[np.float32]

PUBLISHED: Final = {
    "clinc150": "ConvBERT 97.3; 10-shot CPFT 94.2; out of scope F1 .82 (SVM on mpnet)",
    "banking77": "ConvBERT 93.8; 10-shot CPFT 87.2",
    "bitext": "none to compare with: template-made",
}
SHARE, NEAREST = 0.6, 5.0
"""Of a few shots: MiniLM's part of the fusion, and the weight of both models' nearest cosines."""


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=tuple(PUBLISHED))
    parser.add_argument("--data", type=Path, required=True, help="the file or folder as it comes")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--epochs", type=int, help="passes of MiniLM; by default the preset's")
    parser.add_argument("--shots", type=int, default=0, help="training rows a label; 0: all")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(f"published on {options.name}: {PUBLISHED[options.name]}", flush=True)
    results = []
    for seed in options.seeds:
        result = measure(options, seed)
        results.append(result)
        print(json.dumps(result), flush=True)
    numbers = [key for key, value in results[0].items() if isinstance(value, float)]
    mean = {key: round(float(np.mean([r[key] for r in results])), 4) for key in numbers}
    print(json.dumps({"seeds": options.seeds, "mean": mean}))


def measure(options: argparse.Namespace, seed: int) -> dict[str, Any]:
    """Train on the train part, choose on validation, and measure the test part."""
    started = time.process_time()
    rows, labels = _parts(options, seed)
    few = bool(options.shots)
    changes = {"seed": seed, "threads": options.threads}
    if options.epochs:
        changes["epochs"] = options.epochs
    arguments = preset("few-shot" if few else "shipped", **changes)
    # In scope alone; of a few shots' run it says what it prints, no more.
    within = rows["val"].labels >= 0
    inside = Rows(
        [text for text, ok in zip(rows["val"].texts, within, strict=True) if ok],
        rows["val"].labels[within],
    )
    settle(seed, options.threads)
    encoder, tokenizer = load_encoder(), load_tokenizer()
    encoder.attach(arguments.rank, arguments.dropout)

    def tell(progress: Any) -> None:
        if progress.share == 1.0:
            print(f"  {progress.stage} {progress.epoch}: {progress.validation_accuracy:.4f}",
                  flush=True)  # fmt: skip

    weight, bias = train_encoder(
        encoder, tokenizer, rows["train"], inside, len(labels), arguments, tell
    )
    multilingual = Multilingual(threads=options.threads)
    tensors = train_multilingual(multilingual, rows["train"], inside, len(labels), arguments, tell)
    second = MultilingualHead(multilingual, tensors)
    mini = {
        part: sentence_vectors(encoder, tokenizer, row.texts, arguments)
        for part, row in rows.items()
    }
    wide = {part: _in_parts(second, row.texts) for part, row in rows.items()}
    features = {"minilm": mini, "multilingual": {p: hidden for p, (hidden, _) in wide.items()}}
    logits = {
        "minilm": {p: np.asarray(v @ weight + bias, np.float32) for p, v in mini.items()},
        "multilingual": {p: second.logits(*v) for p, v in wide.items()},
    }
    near = {
        name: _nearest(by_part, rows["train"].labels, len(labels))
        for name, by_part in features.items()
    }
    own, other = ({p: _log_softmax(v) for p, v in logits[n].items()} for n in features)

    def fused(part: str, share: float, pull: float, also: float) -> Floats:
        both = share * own[part] + (1 - share) * other[part]
        return np.asarray(both + pull * near["minilm"][part] + also * near["multilingual"][part])

    weights = (SHARE, NEAREST, NEAREST)
    if not few:
        pulls = (0.0, 2.0, 5.0, 10.0)
        weights = max(
            itertools.product(np.arange(0.3, 0.95, 0.1).round(1).tolist(), pulls, pulls),
            key=lambda w: _fit(fused("val", *w), rows["val"].labels),
        )
    wanted = rows["test"].labels
    result: dict[str, Any] = {
        "seed": seed,
        "rows": {part: len(row.texts) for part, row in rows.items()},
        "weights": [float(w) for w in weights],
        "accuracy_minilm": _accuracy(own["test"], wanted),
        "accuracy_multilingual": _accuracy(other["test"], wanted),
        "accuracy": _accuracy(fused("test", *weights), wanted),
    }
    if (wanted < 0).any():
        outside = {part: rows[part].labels < 0 for part in ("val", "test")}
        logits["fused"] = {part: fused(part, *weights) for part in ("val", "test")}
        result |= refusing(strangeness(features, logits, rows["train"].labels), outside)
    result["cpu_seconds"] = int(time.process_time() - started)
    _print_confusions(fused("test", *weights), wanted, labels)
    return result


def _parts(options: argparse.Namespace, seed: int) -> tuple[dict[str, Rows], list[str]]:
    """Rows of train, val and test, and the labels. Test rows whose text stands in the train part
    are left out (Bitext has 36)."""
    parts = read_parts(options.data)
    labels = [label for label in parts.labels if label != OUT_OF_SCOPE]
    seen = {fold(row.text) for row in parts.train} if options.name == "bitext" else set()
    test = [row for row in parts.test if fold(row.text) not in seen]
    train, held = _split(parts.train, parts.validation, options.shots, seed)
    named = (("train", train), ("val", held), ("test", test))
    return {part: _rows(examples, labels) for part, examples in named}, labels


def _split(
    train: Sequence[Example], held: Sequence[Example], shots: int, seed: int
) -> tuple[list[Example], list[Example]]:
    """Training rows in scope, `shots` of each label where given, and validation rows: those of
    the data, else a tenth of the training rows."""
    rng = random.Random(seed)
    pool, kept = list(train), list(held)
    rng.shuffle(pool)
    if not kept:
        kept, pool = pool[: len(pool) // 10], pool[len(pool) // 10 :]
    by_label: dict[str, list[Example]] = defaultdict(list)
    for example in pool:
        if example.label != OUT_OF_SCOPE:
            by_label[example.label].append(example)
    return [e for rows in by_label.values() for e in (rows[:shots] if shots else rows)], kept


def _rows(examples: Sequence[Example], labels: Sequence[str]) -> Rows:
    """Texts and label numbers; out of scope is -1."""
    number = {label: place for place, label in enumerate(labels)} | {OUT_OF_SCOPE: -1}
    return Rows([e.text for e in examples], np.array([number[e.label] for e in examples]))


def _in_parts(head: MultilingualHead, texts: Sequence[str]) -> tuple[Floats, Floats]:
    chunks = [head.features(texts[i : i + 64]) for i in range(0, len(texts), 64)]
    return np.concatenate([c[0] for c in chunks]), np.concatenate([c[1] for c in chunks])


def _nearest(by_part: dict[str, Floats], labels: NDArray[np.int64], classes: int) -> dict[str, Any]:
    """Cosine of each label's nearest training row; for those rows themselves too, of no use."""
    known = Neighbours(quantise(by_part["train"]), labels.tolist(), classes, out_of_scope=-1)
    return {part: known.look(by_part[part])[0] for part in ("val", "test")}


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)), np.float32)


def _accuracy(scores: Floats, labels: NDArray[np.int64]) -> float:
    inside = labels >= 0
    return round(float((scores.argmax(1) == labels)[inside].mean()), 4)


def _fit(scores: Floats, labels: NDArray[np.int64]) -> tuple[float, float]:
    """Accuracy, then likelihood, of validation rows in scope."""
    inside = labels >= 0
    sure = _log_softmax(scores[inside])
    return _accuracy(scores, labels), float(sure[np.arange(len(sure)), labels[inside]].mean())


def _print_confusions(scores: Floats, labels: NDArray[np.int64], names: Sequence[str]) -> None:
    chosen = scores.argmax(1)
    wrong = Counter(
        (names[label], names[guess])
        for label, guess in zip(labels.tolist(), chosen.tolist(), strict=True)
        if label >= 0 and label != guess
    )
    for (meant, taken), count in wrong.most_common(8):
        print(f"  {count} x {meant} taken for {taken}")


if __name__ == "__main__":
    main()
