"""The multilingual half of the intent classifier in PyTorch: USE under LoRA, a head, n-grams.

The encoder is the multilingual Universal Sentence Encoder (Yang et al. 2019, arXiv:1907.04307) as
its package has it: convolutions over two, three and five pieces, a sum, and a small dense tower.
It is so small that fine-tuning it costs a fifth of what MiniLM does, and it reads 16 languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.errors import MissingExtra
from assistant.training.loop import Checkpoints, Loop, Report, one_cycle
from assistant.training.precision import autocast
from assistant.understanding.classifier import MultilingualEncoder, ngrams, normalise
from knowledge.encoders import Multilingual
from knowledge.encoders.multilingual import MATRICES

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    raise MissingExtra("torch") from error

if TYPE_CHECKING:
    from assistant.training.heads import Rows

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

VECTOR_SCALE = 5.0
"""Sentence vectors have length one; scaled up, the small network learns from them sooner."""

BRANCHES = ((2, 0), (3, 1), (5, 2))
"""The convolutions' n-gram lengths, and how many pieces of each stand before the place itself."""

WIDTH = 256
"""Channels of a branch."""

FORGOTTEN = 0.1
"""Share of pieces left out of a training row, so that no single one decides."""


class LoraUse(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Pieces of many sentences -> unit sentence vectors, as the package computes them.

    Each matrix W of MATRICES is read as W + A B with A [in, rank] and B [rank, out] trained. B
    starts at zero: a new adapter changes nothing.
    """

    def __init__(self, backend: Any, rank: int) -> None:
        """`backend` is the package's, with weights loaded."""
        super().__init__()
        self._backend = backend
        self._fixed: dict[str, Any] = {}
        for name in ("proj_b", "ln_g_all", "ln_b_all", "ln_g", "ln_b", "cnn_b"):
            self._fixed[name] = torch.tensor(np.asarray(getattr(backend, name), np.float32))
        for i in range(len(BRANCHES)):
            self._fixed[f"b1.{i}"] = torch.tensor(np.asarray(backend.b1[i], np.float32))
            self._fixed[f"b2.{i}"] = torch.tensor(np.asarray(backend.b2[i], np.float32))
        self.a, self.b = nn.ParameterDict(), nn.ParameterDict()
        for name in MATRICES:
            attribute, _, place = name.partition(".")
            held = getattr(backend, attribute)
            weight = torch.tensor(np.asarray(held[int(place)] if place else held, np.float32))
            self._fixed[name] = weight
            key = name.replace(".", "_")
            self.a[key] = nn.Parameter(torch.empty(len(weight), rank))
            self.b[key] = nn.Parameter(torch.zeros(rank, weight.shape[1]))
            nn.init.normal_(self.a[key], std=len(weight) ** -0.5)

    def forward(self, rows: Sequence[Ints]) -> Any:
        """Piece numbers of B sentences -> float32 [B, 512]."""
        back, fixed, weight = self._backend, self._fixed, self._weight
        lengths = np.array([len(row) for row in rows])
        flat, total = np.concatenate(rows), int(lengths.sum())
        chunk = flat % len(back.scale)
        table = back.table[flat] * back.scale[chunk, None] + back.lo[chunk, None]
        embedded = torch.from_numpy(np.asarray(table, np.float32))
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        # Row t: the places around t, those beyond its sentence as `total`, which holds zeros.
        windows = torch.from_numpy(_windows(starts, lengths, total))
        sentence = torch.from_numpy(np.repeat(np.arange(len(rows)), lengths))
        size = torch.from_numpy(lengths.astype(np.float32))[:, None]
        x = functional.layer_norm(
            (embedded @ weight("proj_W") + fixed["proj_b"]).float(),
            (len(BRANCHES) * WIDTH,), fixed["ln_g_all"], fixed["ln_b_all"], back.eps,
        )  # fmt: skip
        outputs = [embedded]
        for i, (order, left) in enumerate(BRANCHES):
            places = windows[:, BRANCHES[-1][1] - left :][:, :order].reshape(-1)

            def convolve(
                h: Any, name: str, i: int = i, places: Any = places, order: int = order
            ) -> Any:
                around = torch.cat([h, h.new_zeros(1, WIDTH)]).index_select(0, places)
                wide = around.view(total, order * WIDTH) @ weight(f"w{name}.{i}")
                return torch.relu(wide + fixed[f"b{name}.{i}"]) + h

            outputs.append(convolve(convolve(x[:, i * WIDTH : (i + 1) * WIDTH], "1"), "2"))
        joined = torch.cat(outputs, 1).float()
        pieces = functional.layer_norm(
            joined, (joined.shape[1],), fixed["ln_g"], fixed["ln_b"], back.eps
        )
        summed = pieces.new_zeros(len(rows), joined.shape[1]).index_add_(0, sentence, pieces)
        mean = (summed @ weight("cnn_W") + size * fixed["cnn_b"]) / size.sqrt()
        low = torch.relu(mean @ weight("d0"))
        middle = torch.relu(mean @ weight("p1") + low @ weight("d1"))
        high = torch.relu(middle @ weight("d2"))
        last = torch.tanh(middle @ weight("p3") + high @ weight("d3"))
        return functional.normalize(last.float(), dim=1)

    def changes(self) -> dict[str, tuple[Floats, Floats]]:
        """(A, B) of each matrix, whose product is to be added to it."""
        return {
            name: (_array(self.a[key]), _array(self.b[key]))
            for name, key in ((name, name.replace(".", "_")) for name in MATRICES)
        }

    def _weight(self, name: str) -> Any:
        key = name.replace(".", "_")
        return self._fixed[name] + self.a[key] @ self.b[key]


class MultilingualNet(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Sentence vectors and weighted n-grams -> class scores, as MultilingualHead computes them."""

    def __init__(
        self, width: int, hidden: int, classes: int, buckets: int, encoder: LoraUse | None = None
    ) -> None:
        super().__init__()
        self.encoder = encoder
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
        found = {
            "hidden.weight": _array(self.hidden.weight.T) * VECTOR_SCALE,
            "hidden.bias": _array(self.hidden.bias),
            "out.weight": _array(self.out.weight.T),
            "out.bias": _array(self.out.bias),
            "ngrams": _array(self.ngrams),
        }
        if self.encoder is not None:
            for name, (a, b) in self.encoder.changes().items():
                found[f"lora.{name}.a"], found[f"lora.{name}.b"] = a, b
        return found


def train_multilingual(
    multilingual: MultilingualEncoder,
    train: Rows,
    held: Rows,
    classes: int,
    arguments: IntentTrainingArguments,
    report: Report,
    checkpoints: Checkpoints | None = None,
) -> dict[str, Floats]:
    """Train the multilingual half; its tensors by name.

    The encoder is tuned along where it is the one that ships and `multilingual_rank` is above
    zero; any other gives fixed vectors.
    """
    # Of its own, so that the stage is the same whatever ran before it.
    torch.manual_seed(arguments.seed)
    grams = [ngrams(text, arguments.buckets) for text in train.texts]
    idf = _rarity(grams, arguments.buckets)
    held_grams = [ngrams(text, arguments.buckets) for text in held.texts]
    rng = np.random.default_rng(arguments.seed)
    texts = [normalise(text)[:600] for text in (*train.texts, *held.texts)]
    sentences: _Fixed | _Tuned
    if arguments.multilingual_rank and isinstance(multilingual, Multilingual):
        sentences = _Tuned(multilingual.model(), texts, arguments.multilingual_rank, rng)
    else:
        sentences = _Fixed(multilingual, texts)
    encoder = sentences.encoder
    net = MultilingualNet(sentences.width, arguments.hidden, classes, arguments.buckets, encoder)
    wide = [*net.hidden.parameters(), *net.out.parameters()]
    groups: list[dict[str, Any]] = [
        {"params": wide, "lr": 2e-3, "weight_decay": 0.05},
        {"params": [net.ngrams], "lr": 2e-2, "weight_decay": 0.0},
    ]
    if encoder is not None:
        rate = arguments.multilingual_learning_rate
        groups.insert(0, {"params": list(encoder.parameters()), "lr": rate, "weight_decay": 0.01})
    optimiser = torch.optim.AdamW(groups)
    size = arguments.batch * 4
    epochs = arguments.multilingual_epochs
    steps = -(-len(grams) // size) * epochs
    schedule = one_cycle(optimiser, [group["lr"] for group in groups], steps, 0.2)
    criterion = nn.CrossEntropyLoss(label_smoothing=arguments.label_smoothing)
    # No early stop: the schedule is short, and its last weights do better on other people's
    # words than those that fit the validation rows best.
    loop = Loop(
        "multilingual", net, optimiser, schedule, epochs, report, rng=rng, checkpoints=checkpoints
    )
    for _ in loop:
        net.train()
        order = rng.permutation(len(grams))
        total = 0.0
        starts = range(0, len(order), size)
        for start in loop.track(starts, len(starts)):
            batch = order[start : start + size]
            # N-grams are left out now and then, so that no single one decides.
            bag = functional.dropout(torch.from_numpy(_dense([grams[i] for i in batch], idf)), 0.3)
            with autocast(arguments.precision):
                seen = sentences(batch.tolist(), learning=True)
            loss = criterion(net(seen, bag), torch.from_numpy(train.labels[batch]))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(batch)
        net.eval()
        scores = torch.zeros(len(held.texts), classes)
        near = sorted(range(len(held.texts)), key=lambda i: len(held.texts[i]))
        with torch.no_grad():
            for start in range(0, len(near), 128):
                part = near[start : start + 128]
                bag = torch.from_numpy(_dense([held_grams[i] for i in part], idf))
                scores[part] = net(sentences([len(grams) + i for i in part]), bag)
        wanted = torch.from_numpy(held.labels)
        loop.finish(
            total / len(grams),
            float(functional.cross_entropy(scores, wanted)),
            float((scores.argmax(1) == wanted).float().mean()),
        )
    return {**net.tensors(), "idf": idf}


class _Fixed:
    """The sentence vectors of texts, computed once."""

    encoder = None

    def __init__(self, multilingual: MultilingualEncoder, texts: list[str]) -> None:
        parts = [multilingual.encode(texts[i : i + 64]) for i in range(0, len(texts), 64)]
        self._vectors = torch.from_numpy(np.asarray(np.concatenate(parts), np.float32))
        self.width = int(self._vectors.shape[1])

    def __call__(self, rows: list[int], learning: bool = False) -> Any:
        """[B, width] of the texts with these numbers."""
        del learning  # vectors are the same for both
        return self._vectors[rows]


class _Tuned:
    """The sentence vectors of texts under an encoder that learns."""

    width = 512

    def __init__(self, model: Any, texts: list[str], rank: int, rng: np.random.Generator) -> None:
        self.encoder = LoraUse(model._model, rank)
        self._rng = rng
        encode = model._tokenizer.encode
        self._pieces = [
            np.asarray(encode(text, out_type=int, add_bos=True, add_eos=True), np.int64)
            for text in texts
        ]

    def __call__(self, rows: list[int], learning: bool = False) -> Any:
        """[B, width] of the texts with these numbers, a few pieces forgotten while learning."""
        chosen = [self._pieces[i] for i in rows]
        return self.encoder([self._forget(row) for row in chosen] if learning else chosen)

    def _forget(self, row: Ints) -> Ints:
        kept = self._rng.random(len(row)) >= FORGOTTEN
        kept[0] = kept[-1] = True  # the frame
        return row[kept]


def _windows(starts: Ints, lengths: Ints, total: int) -> Ints:
    """[total, 5]: two places before, itself, two after; `total` beyond the sentence."""
    around = np.arange(total)[:, None] + np.arange(-2, 3)
    first, last = np.repeat(starts, lengths), np.repeat(starts + lengths, lengths)
    return np.where((around >= first[:, None]) & (around < last[:, None]), around, total)


def _rarity(rows: Sequence[Ints], buckets: int) -> Floats:
    """Smoothed inverse document frequency of each bucket, [buckets]."""
    counts = np.bincount(np.concatenate(rows), minlength=buckets)
    return np.asarray(np.log((len(rows) + 1) / (counts + 1)) + 1.0, np.float32)


def _dense(rows: Sequence[Ints], idf: Floats) -> Floats:
    """Unit-length weighted n-gram vectors, [N, buckets]."""
    result = np.zeros((len(rows), len(idf)), np.float32)
    for place, row in enumerate(rows):
        weights = idf[row]
        result[place, row] = weights / max(float(np.linalg.norm(weights)), 1e-9)
    return result


def _array(tensor: Any) -> Floats:
    return np.ascontiguousarray(tensor.detach().numpy(), np.float32)
