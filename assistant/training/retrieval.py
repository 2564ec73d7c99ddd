"""Fine-tuning the text encoder on a shop's own pairs: learned, judged on pairs held back, swapped.

The loss is that of in-batch negatives (Henderson et al. 2017, arXiv:1705.00652; van den Oord et
al. 2018, arXiv:1807.03748) over LoRA matrices. A second term keeps likenesses near what they were
(distillation): limits from which something counts as an answer were set on the shipped encoder.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.cards import file_sha256, write_card
from assistant.training.errors import MissingExtra, TrainingError
from assistant.training.loop import Checkpoints, Loop, Progress, linear
from assistant.training.retrieval_pairs import Pair, Parts, split
from assistant.training.store import install, place, seal, working
from knowledge.encoders import MiniLM
from knowledge.encoders.retrieval import ADAPTER, FORMAT, SETTINGS

try:
    import torch
    from safetensors.numpy import save_file
except ImportError as error:
    raise MissingExtra("torch") from error

Floats = NDArray[np.float32]
CARD, REPORT = "card.md", "report.json"
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class RetrievalArguments:
    """How `aisle train retrieval` trains, each setting documented under itself."""

    base: str = "all-MiniLM-L6-v2"
    """Folder or name of the weights that the shared graph was made of."""
    seed: int = 7
    """Settles what is held back, the order of rows, and the start of the adapter."""
    epochs: int = 4
    """Passes over the pairs."""
    batch: int = 32
    """Pairs a step: each answer is a wrong one for the others' questions."""
    rank: int = 8
    """Rank of the LoRA matrices."""
    learning_rate: float = 5e-4
    """Peak; it falls to zero in a line."""
    scale: float = 20.0
    """What cosines are multiplied by before the softmax."""
    keep: float = 5.0
    """Weight of the term that keeps likenesses as they were."""
    dropout: float = 0.1
    """On the input of the LoRA matrices."""
    max_tokens: int = 96
    """Tokens of a text in training; serving reads 128."""
    held_share: float = 0.25
    """Share of the pairs that is held back."""
    least_train: int = 80
    """Pairs to learn from, under which nothing is trained."""
    least_held: int = 25
    """Pairs held back, under which nothing could be judged."""
    threads: int = 1
    """Of PyTorch."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the held-back questions say; mean reciprocal rank at 10 among all answers."""

    before: float
    after: float
    low: float
    """Lower end of the paired 95 % bootstrap interval of the difference."""
    high: float
    recall_before: float
    """Share of questions whose answer comes first."""
    recall_after: float
    drift: float
    """Mean absolute change of the likeness of a question and a wrong answer."""

    @property
    def better(self) -> bool:
        """Whether more than chance speaks for it."""
        return self.low > 0


@dataclass(frozen=True, slots=True)
class RetrievalResult:
    """What came of a run."""

    folder: Path
    train: int
    held: int
    sources: dict[str, int]
    judged: Judged
    placed: bool
    seconds: float


def train_retrieval(
    pairs: Sequence[Pair],
    out: Path,
    models: Path,
    arguments: RetrievalArguments,
    report: Callable[[Progress], None],
    *,
    fresh: bool = False,
) -> RetrievalResult:
    """Train an adapter; put it into `out` only where held-back questions improve.

    Args:
        pairs: of :func:`~assistant.training.retrieval_pairs.collect`.
        out: the shop's folder `retrieval`; what stood there is kept in `out`/previous.
        models: the folder with minilm/, the graph that serves.
        arguments: settings.
        report: told of each epoch.
        fresh: start anew where a run that was cut short could go on.

    Raises:
        TrainingError: too few pairs, another run at work, a loss that is no number.
        OutOfSpace: a file cannot be written.
    """
    started = time.monotonic()
    parts = split(pairs, arguments.held_share, arguments.seed)
    _enough(parts, arguments)
    sources: dict[str, int] = {}
    for pair in pairs:
        sources[pair.source] = sources.get(pair.source, 0) + 1
    with working(out) as work:
        identity = [asdict(arguments), [asdict(pair) for pair in pairs], _graph(models)]
        checkpoints = Checkpoints(place(out, "training"), identity)
        if fresh:
            checkpoints.clear()
        new = work / "new"
        new.mkdir()
        tensors = _learn(parts.train, arguments, report, checkpoints)
        save_file(tensors, new / ADAPTER)
        settings = {
            "format": FORMAT,
            "base_sha256": _graph(models),
            "rank": arguments.rank,
            "seed": arguments.seed,
        }
        (new / SETTINGS).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        before = MiniLM(models / "minilm", threads=1, adapter=out if _there(out) else None)
        judged = judge(
            parts, before, MiniLM(models / "minilm", threads=1, adapter=new), arguments.seed
        )
        result = RetrievalResult(
            out, len(parts.train), len(parts.held), sources, judged, judged.better,
            time.monotonic() - started,
        )  # fmt: skip
        checkpoints.clear()
        if judged.better:
            _describe(new, arguments, result)
            seal(new)
            install(new, out)
    return result


def _enough(parts: Parts, arguments: RetrievalArguments) -> None:
    train, held = len(parts.train), len(parts.held)
    if train >= arguments.least_train and held >= arguments.least_held:
        return
    wanted = max(
        math.ceil(arguments.least_train / (1 - arguments.held_share)),
        math.ceil(arguments.least_held / arguments.held_share),
    )
    raise TrainingError(
        f"Too few pairs to learn from and judge by: {train} to learn from and {held} to hold back, "
        f"of which {arguments.least_train} and {arguments.least_held} are needed, no question or "
        f"answer in both. Have about {wanted} different English questions with their answers: "
        "import past tickets or help pages, or give a file of pairs with --data."
    )


def _there(out: Path) -> bool:
    return (out / ADAPTER).is_file()


def _graph(models: Path) -> str:
    return file_sha256(models / "minilm" / "model.onnx")


def _learn(
    pairs: Sequence[Pair],
    arguments: RetrievalArguments,
    report: Callable[[Progress], None],
    checkpoints: Checkpoints,
) -> dict[str, Floats]:
    """LoRA matrices by the names of the graph's inputs."""
    from assistant.training.encoder import load_encoder, load_tokenizer
    from assistant.training.heads import settle

    settle(arguments.seed, arguments.threads)
    encoder = load_encoder(arguments.base)
    tokenizer = load_tokenizer(arguments.base)
    tokenizer.enable_truncation(arguments.max_tokens)
    questions = [tokenizer.encode(pair.question).ids for pair in pairs]
    answers = [tokenizer.encode(pair.answer).ids for pair in pairs]
    said = [pair.answer for pair in pairs]
    asked = [pair.question.casefold() for pair in pairs]
    with torch.no_grad():
        were = [_vectors(encoder, rows, arguments.batch) for rows in (questions, answers)]
    encoder.attach(arguments.rank, arguments.dropout)
    trained = [p for p in encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=arguments.learning_rate, weight_decay=0.01)
    steps = -(-len(pairs) // arguments.batch)
    schedule = linear(optimiser, steps * arguments.epochs, 0.1)
    rng = random.Random(arguments.seed)
    loop = Loop(
        "retrieval", encoder, optimiser, schedule, arguments.epochs, report,
        rng=rng, checkpoints=checkpoints,
    )  # fmt: skip
    for _ in loop:
        encoder.train()
        order = list(range(len(pairs)))
        rng.shuffle(order)
        batches = [order[i : i + arguments.batch] for i in range(0, len(order), arguments.batch)]
        total = right = 0.0
        for batch in loop.track(iter(batches), len(batches)):
            one = _run(encoder, [questions[i] for i in batch])
            two = _run(encoder, [answers[i] for i in batch])
            likeness = one @ two.T
            # Where two rows share a question or an answer, neither is wrong for the other.
            same = torch.tensor(
                [[i != j and (said[i] == said[j] or asked[i] == asked[j]) for j in batch]
                 for i in batch]
            )  # fmt: skip
            logits = (arguments.scale * likeness).masked_fill(same, -1e9)
            wanted = torch.arange(len(batch))
            contrast = (
                torch.nn.functional.cross_entropy(logits, wanted)
                + torch.nn.functional.cross_entropy(logits.T, wanted)
            ) / 2
            old = were[0][batch] @ were[1][batch].T
            wrong = ~torch.eye(len(batch), dtype=torch.bool)
            kept = ((likeness - old)[wrong] ** 2).mean() if len(batch) > 1 else likeness.sum() * 0
            optimiser.zero_grad()
            (contrast + arguments.keep * kept).backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimiser.step()
            schedule.step()
            total += float(contrast.detach()) * len(batch)
            right += float((logits.argmax(1) == wanted).sum())
        loop.finish(total / len(pairs), total / len(pairs), right / len(pairs))
    encoder.eval()
    return {
        f"{name}.{side}": np.ascontiguousarray(getattr(lora, side).detach().numpy(), np.float16)
        for name, lora in encoder.adapters().items()
        for side in ("a", "b")
    }


def _run(encoder: Any, rows: Sequence[Sequence[int]]) -> Any:
    from assistant.training.heads import pad

    return torch.nn.functional.normalize(encoder(*pad(rows)), dim=1)


def _vectors(encoder: Any, rows: Sequence[Sequence[int]], size: int) -> Any:
    return torch.cat([_run(encoder, rows[i : i + size]) for i in range(0, len(rows), size)])


def judge(parts: Parts, before: MiniLM, after: MiniLM, seed: int) -> Judged:
    """Rank every answer for each held-back question with both encoders, as they serve."""
    answers = list(dict.fromkeys(pair.answer for pair in (*parts.train, *parts.held)))
    number = {answer: n for n, answer in enumerate(answers)}
    wanted: dict[str, set[int]] = {}
    for pair in parts.held:
        wanted.setdefault(pair.question, set()).add(number[pair.answer])
    questions = list(wanted)
    likeness = [
        encoder.encode(questions) @ encoder.encode(answers).T for encoder in (before, after)
    ]
    ranks = [
        np.array(
            [
                1 + int((row > max(row[n] for n in wanted[question])).sum())
                for question, row in zip(questions, rows, strict=True)
            ]
        )
        for rows in likeness
    ]
    score = [np.where(r <= 10, 1 / r, 0.0) for r in ranks]
    difference = score[1] - score[0]
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(questions), (RESAMPLES, len(questions)))
    low, high = np.quantile(difference[drawn].mean(axis=1), (0.025, 0.975))
    wrong = np.ones(likeness[0].shape, bool)
    for row, question in enumerate(questions):
        wrong[row, list(wanted[question])] = False
    before_after = [round(float(s.mean()), 4) for s in score]
    first = [round(float((r == 1).mean()), 4) for r in ranks]
    moved = float(np.abs(likeness[1] - likeness[0])[wrong].mean()) if wrong.any() else 0.0
    return Judged(
        before=before_after[0],
        after=before_after[1],
        low=round(float(low), 4),
        high=round(float(high), 4),
        recall_before=first[0],
        recall_after=first[1],
        drift=round(moved, 4),
    )


def _describe(folder: Path, arguments: RetrievalArguments, result: RetrievalResult) -> None:
    told = asdict(result) | {"folder": folder.name, "settings": asdict(arguments)}
    (folder / REPORT).write_text(json.dumps(told, indent=2, default=str) + "\n", encoding="utf-8")
    judged = result.judged
    write_card(
        folder / CARD,
        "Retrieval adapter",
        "LoRA matrices beside the shared text encoder, fine-tuned on one shop's own questions and "
        "answers. No words of theirs are in the files.",
        {
            "Data": [
                f"- {result.train} pairs learned from, {result.held} held back",
                *(f"- {name}: {count}" for name, count in sorted(result.sources.items())),
            ],
            "Held-back questions": [
                f"- mean reciprocal rank at 10: {judged.before} before, {judged.after} after; "
                f"difference {judged.low} to {judged.high} (paired bootstrap, 95 %)",
                f"- answer first: {judged.recall_before} before, {judged.recall_after} after",
                f"- likeness to wrong answers moved by {judged.drift} on average",
            ],
            "Limits": [
                "English only. It fits the one graph that settings.json names by its sha256, and "
                "an index built with it."
            ],
            "Made by": [f"`aisle train retrieval --seed {arguments.seed}`"],
            "Licence": ["That of the shop's own texts; base all-MiniLM-L6-v2 (Apache-2.0)."],
        },
        [folder / ADAPTER, folder / SETTINGS],
    )
