"""The two trained models of the intent classifier, in PyTorch: LoRA on a BERT, and a small net."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.encoder import SentenceEncoder
from assistant.training.errors import MissingExtra
from assistant.training.loop import Checkpoints, Loop, Progress, Report, linear, one_cycle
from assistant.understanding.classifier import ngrams, normalise

try:
    import torch
    from torch import nn
except ImportError as error:
    raise MissingExtra("torch") from error

if TYPE_CHECKING:
    from assistant.training.adalora import AdaLora

__all__ = ["MultilingualNet", "Progress", "Report", "Rows", "settle", "train_encoder",
           "train_multilingual"]  # fmt: skip

Floats = NDArray[np.float32]

VECTOR_SCALE = 5.0
"""Sentence vectors have length one; scaled up, the small network learns from them sooner."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts and label numbers of one part of the data."""

    texts: list[str]
    labels: NDArray[np.int64]


def settle(seed: int, threads: int) -> None:
    """Make a run repeatable: seeds, threads, and algorithms that do not depend on timing."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True, warn_only=True)


def train_encoder(
    encoder: SentenceEncoder,
    tokenizer: Any,
    train: Rows,
    held: Rows,
    classes: int,
    arguments: IntentTrainingArguments,
    report: Report,
    checkpoints: Checkpoints | None = None,
) -> tuple[Floats, Floats]:
    """Fine-tune `encoder` in place with a linear head; the head's [D, C] weight and [C] bias.

    AdaLoRA attaches its own matrices and leaves them folded; plain LoRA must be attached.
    """
    steps = -(-len(train.texts) // arguments.batch) * arguments.epochs
    ranks: AdaLora | None = None
    if arguments.method == "adalora":
        from assistant.training.adalora import AdaLora

        ranks = AdaLora(encoder, arguments.rank, steps, arguments.dropout)
    head = nn.Linear(encoder.hidden, classes)
    dropout = nn.Dropout(arguments.dropout)
    both = nn.ModuleList([encoder, head])
    tokens = [_ids(tokenizer, text, arguments.max_tokens) for text in train.texts]
    held_tokens = [_ids(tokenizer, text, arguments.max_tokens) for text in held.texts]
    body = [p for p in encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [
            {"params": body, "lr": arguments.peak},
            {"params": list(head.parameters()), "lr": arguments.head_learning_rate},
        ],
        weight_decay=arguments.weight_decay,
    )
    schedule = (
        one_cycle(optimiser, [arguments.peak, arguments.head_learning_rate], steps, 0.15)
        if arguments.schedule == "one-cycle"
        else linear(optimiser, steps, arguments.warm_up)
    )
    criterion = nn.CrossEntropyLoss(label_smoothing=arguments.label_smoothing)
    rng = random.Random(arguments.seed)
    loop = Loop(
        "encoder", both, optimiser, schedule, arguments.epochs, report,
        patience=arguments.patience, rng=rng, checkpoints=checkpoints, extra=ranks,
        # Weights of an epoch that had ranks to spare are not what the run is to end with.
        judged_from=1 if ranks is None else -(-ranks.settled * arguments.epochs // steps),
    )  # fmt: skip
    for _ in loop:
        both.train()
        total = 0.0
        batches = _batches([len(t) for t in tokens], arguments.batch, rng)
        for batch in loop.track(batches, -(-len(tokens) // arguments.batch)):
            ids, mask = _pad([tokens[i] for i in batch])
            wanted = torch.from_numpy(train.labels[batch])
            loss = criterion(head(dropout(encoder(ids, mask))), wanted)
            optimiser.zero_grad()
            (loss if ranks is None else loss + ranks.penalty()).backward()
            nn.utils.clip_grad_norm_(both.parameters(), 1.0)
            optimiser.step()
            if ranks is not None:
                ranks.after_step()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        both.eval()
        with torch.no_grad():
            chunks = [
                head(encoder(*_pad(held_tokens[i : i + 64])))
                for i in range(0, len(held_tokens), 64)
            ]
        loss_held, accuracy = _judge(chunks, held)
        loop.finish(total / len(tokens), loss_held, accuracy)
    loop.best()
    if ranks is not None:
        ranks.fold()
    both.eval()
    return _array(head.weight.T), _array(head.bias)


class MultilingualNet(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Sentence vectors and weighted n-grams -> class scores, as MultilingualHead computes them."""

    def __init__(self, width: int, hidden: int, classes: int, buckets: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, hidden)
        self.out = nn.Linear(hidden, classes)
        self.ngrams = nn.Parameter(torch.zeros(buckets, classes))
        self.dropout = nn.Dropout(0.5)

    def forward(self, vectors: Any, grams: Any) -> Any:
        """[B, width] and [B, buckets] -> [B, classes]."""
        hidden = self.dropout(torch.relu(self.hidden(vectors * VECTOR_SCALE)))
        return self.out(hidden) + grams @ self.ngrams

    def tensors(self) -> dict[str, Floats]:
        """The weights by the names that MultilingualHead reads."""
        return {
            "hidden.weight": _array(self.hidden.weight.T) * VECTOR_SCALE,
            "hidden.bias": _array(self.hidden.bias),
            "out.weight": _array(self.out.weight.T),
            "out.bias": _array(self.out.bias),
            "ngrams": _array(self.ngrams),
        }


def train_multilingual(
    encode: Callable[[list[str]], Floats],
    train: Rows,
    held: Rows,
    classes: int,
    arguments: IntentTrainingArguments,
    report: Report,
    checkpoints: Checkpoints | None = None,
) -> dict[str, Floats]:
    """Train the multilingual head on fixed sentence vectors; its tensors by name."""
    vectors, held_vectors = _encode(encode, train.texts), _encode(encode, held.texts)
    grams = [ngrams(text, arguments.buckets) for text in train.texts]
    idf = _rarity(grams, arguments.buckets)
    held_grams = torch.from_numpy(_dense([ngrams(t, arguments.buckets) for t in held.texts], idf))
    net = MultilingualNet(vectors.shape[1], arguments.hidden, classes, arguments.buckets)
    wide = [*net.hidden.parameters(), *net.out.parameters()]
    optimiser = torch.optim.AdamW(
        [
            {"params": wide, "lr": 2e-3, "weight_decay": 0.05},
            {"params": [net.ngrams], "lr": 2e-2, "weight_decay": 0.0},
        ]
    )
    size = arguments.batch * 4
    epochs = arguments.multilingual_epochs
    steps = -(-len(grams) // size) * epochs
    schedule = one_cycle(optimiser, [2e-3, 2e-2], steps, 0.2)
    criterion = nn.CrossEntropyLoss(label_smoothing=arguments.label_smoothing)
    rng = np.random.default_rng(arguments.seed)
    # No early stop: the schedule is short, and its last weights do better on other people's
    # words than those that fit the validation rows best.
    loop = Loop(
        "multilingual", net, optimiser, schedule, epochs, report, rng=rng, checkpoints=checkpoints
    )
    for _ in loop:
        net.train()
        order = rng.permutation(len(grams))
        total = 0.0
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            # N-grams are left out now and then, so that no single one decides.
            bag = nn.functional.dropout(
                torch.from_numpy(_dense([grams[i] for i in batch], idf)), 0.3
            )
            loss = criterion(
                net(torch.from_numpy(vectors[batch]), bag), torch.from_numpy(train.labels[batch])
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        net.eval()
        with torch.no_grad():
            scores = net(torch.from_numpy(held_vectors), held_grams)
        loss_held, accuracy = _judge([scores], held)
        loop.finish(total / len(grams), loss_held, accuracy)
    return {**net.tensors(), "idf": idf}


def _rarity(rows: Sequence[NDArray[np.int64]], buckets: int) -> Floats:
    """Smoothed inverse document frequency of each bucket, [buckets]."""
    counts = np.bincount(np.concatenate(rows), minlength=buckets)
    return np.asarray(np.log((len(rows) + 1) / (counts + 1)) + 1.0, np.float32)


def _dense(rows: Sequence[NDArray[np.int64]], idf: Floats) -> Floats:
    """Unit-length weighted n-gram vectors, [N, buckets]."""
    result = np.zeros((len(rows), len(idf)), np.float32)
    for place, row in enumerate(rows):
        weights = idf[row]
        result[place, row] = weights / max(float(np.linalg.norm(weights)), 1e-9)
    return result


def _judge(chunks: Sequence[Any], held: Rows) -> tuple[float, float]:
    scores = torch.cat(list(chunks))
    wanted = torch.from_numpy(held.labels)
    loss = float(nn.functional.cross_entropy(scores, wanted))
    return loss, float((scores.argmax(1) == wanted).float().mean())


def _ids(tokenizer: Any, text: str, limit: int) -> list[int]:
    ids: list[int] = tokenizer.encode(normalise(text)[: limit * 12]).ids
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]


def _pad(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    ids = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask


def _batches(lengths: Sequence[int], size: int, rng: random.Random) -> Iterator[list[int]]:
    """Batches of rows of like length, in random order: little padding, so quick."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    batches = []
    for start in range(0, len(order), size * 32):
        block = sorted(order[start : start + size * 32], key=lambda i: lengths[i])
        batches += [block[i : i + size] for i in range(0, len(block), size)]
    rng.shuffle(batches)
    return iter(batches)


def _encode(encode: Callable[[list[str]], Floats], texts: Sequence[str]) -> Floats:
    short = [normalise(text)[:600] for text in texts]
    parts = [encode(short[i : i + 64]) for i in range(0, len(short), 64)]
    return np.asarray(np.concatenate(parts), np.float32)


def _array(tensor: Any) -> Floats:
    return np.ascontiguousarray(tensor.detach().numpy(), np.float32)
