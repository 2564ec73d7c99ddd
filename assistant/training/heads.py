"""The English half of the intent classifier in PyTorch: a BERT, mostly under LoRA, and a head."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.encoder import SentenceEncoder
from assistant.training.errors import MissingExtra
from assistant.training.loop import Checkpoints, Loop, Progress, Report, linear, one_cycle
from assistant.training.precision import autocast
from assistant.understanding.classifier import normalise

try:
    import torch
    from torch import nn
except ImportError as error:
    raise MissingExtra("torch") from error

if TYPE_CHECKING:
    from assistant.training.adalora import AdaLora

__all__ = ["Progress", "Report", "Rows", "pad", "sentence_vectors", "settle", "train_encoder"]

Floats = NDArray[np.float32]


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
        patience=arguments.patience or None, rng=rng, checkpoints=checkpoints, extra=ranks,
        # Weights of an epoch that had ranks to spare are not what the run is to end with.
        judged_from=1 if ranks is None else -(-ranks.settled * arguments.epochs // steps),
    )  # fmt: skip
    for _ in loop:
        both.train()
        total = 0.0
        batches = _batches([len(t) for t in tokens], arguments.batch, rng)
        for batch in loop.track(batches, -(-len(tokens) // arguments.batch)):
            ids, mask = pad([tokens[i] for i in batch])
            wanted = torch.from_numpy(train.labels[batch])
            with autocast(arguments.precision):
                vectors = encoder(ids, mask).float()
            loss = criterion(head(dropout(vectors)), wanted)
            optimiser.zero_grad()
            (loss if ranks is None else loss + ranks.penalty()).backward()
            nn.utils.clip_grad_norm_(both.parameters(), 1.0)
            optimiser.step()
            if ranks is not None:
                ranks.after_step()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        both.eval()
        vectors = sentence_vectors(encoder, tokenizer, held.texts, arguments)
        with torch.no_grad():
            scores = head(torch.from_numpy(vectors))
        loss_held, accuracy = _judge(scores, held)
        loop.finish(total / len(tokens), loss_held, accuracy)
    loop.best()
    if ranks is not None:
        ranks.fold()
    both.eval()
    return _array(head.weight.T), _array(head.bias)


def sentence_vectors(
    encoder: SentenceEncoder,
    tokenizer: Any,
    texts: Sequence[str],
    arguments: IntentTrainingArguments,
) -> Floats:
    """Vectors [N, hidden] of a trained encoder as it stands in PyTorch, before any export."""
    tokens = [_ids(tokenizer, text, arguments.max_tokens) for text in texts]
    near = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
    vectors = np.zeros((len(tokens), encoder.hidden), np.float32)
    with torch.no_grad():
        for start in range(0, len(near), 64):
            part = near[start : start + 64]
            with autocast(arguments.precision):
                vectors[part] = encoder(*pad([tokens[i] for i in part])).float().numpy()
    return vectors


def _judge(scores: Any, held: Rows) -> tuple[float, float]:
    wanted = torch.from_numpy(held.labels)
    loss = float(nn.functional.cross_entropy(scores, wanted))
    return loss, float((scores.argmax(1) == wanted).float().mean())


def _ids(tokenizer: Any, text: str, limit: int) -> list[int]:
    ids: list[int] = tokenizer.encode(normalise(text)[: limit * 12]).ids
    return ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]]


def pad(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Token ids and attention mask, int64 [rows, longest] each."""
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


def _array(tensor: Any) -> Floats:
    return np.ascontiguousarray(tensor.detach().numpy(), np.float32)
