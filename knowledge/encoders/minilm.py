"""The BERT sentence encoder (MiniLM, int8 ONNX): English text to 384 numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from knowledge.encoders.base import Vectors, unit
from knowledge.encoders.files import THREADS, models_folder, require, session_for, version_of
from knowledge.encoders.recent import Recent
from knowledge.encoders.retrieval import adapter_version, read_adapter
from knowledge.errors import ModelDamaged

MAX_TOKENS = 128
BATCH = 16
"""Texts computed together; twice as many take 100 MB more, which ONNX Runtime keeps."""
LATELY = 64
"""Single texts whose vectors are held: one turn looks for its words in several places."""


class MiniLM:
    """all-MiniLM-L6-v2 on ONNX Runtime. Weights are loaded at the first text."""

    dimension = 384

    def __init__(
        self,
        folder: Path | None = None,
        *,
        threads: int = THREADS,
        adapter: Path | None = None,
    ) -> None:
        """`folder` holds model.onnx and tokenizer.json; without it the shipped one is read.
        `adapter` is the folder of a shop's own adapter, fed into the graph.

        `threads` batches are computed at once. One text is computed by one thread: a second one
        makes it slower.
        """
        self._given = folder
        self._folder = folder or models_folder() / "minilm"
        self._threads = threads
        self._lock = Lock()
        self._session: Any = None
        self._tokenizer: Any = None
        self._version = ""
        self._adapter = adapter
        self._lora: dict[str, Any] = {}
        self._lately: Recent[str, Vectors] = Recent(LATELY)

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process, perhaps on another machine, reads the weights that are there.
        return partial(MiniLM, self._given, threads=self._threads, adapter=self._adapter), ()

    @property
    def version(self) -> str:
        """Hash of the graph, the token limit, and the hash of the adapter."""
        if not self._version:
            own = "" if self._adapter is None else f"-{adapter_version(self._adapter)}"
            self._version = f"{version_of(self._folder / 'model.onnx')}-{MAX_TOKENS}{own}"
        return self._version

    def loaded(self) -> tuple[Any, Any]:
        """The ONNX Runtime session and the tokenizer, for others who use the same graph.

        Both may be used by several threads. The tokenizer cuts texts to `MAX_TOKENS`.

        Raises:
            ModelMissing, ModelDamaged: the weights cannot be loaded.
        """
        self._load()
        return self._session, self._tokenizer

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Mean-pooled unit vectors [n, 384]; see :class:`~knowledge.encoders.base.TextEncoder`."""
        if len(texts) == 1:
            # A copy, so that nobody's arithmetic changes what the next one is given.
            return self._lately.of(texts[0], lambda text: self._encode([text])).copy()
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        self._load()
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        tokens = self._tokenizer.encode_batch(list(texts))
        # Texts of like length share a batch, so that little is computed on padding.
        order = sorted(
            (i for i, text in enumerate(texts) if text.strip()),
            key=lambda i: (len(tokens[i].ids), i),
        )
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        for rows, vectors in zip(
            batches, self._run([[tokens[i].ids for i in rows] for rows in batches]), strict=True
        ):
            out[rows] = vectors
        return unit(out)

    def _run(self, batches: list[list[list[int]]]) -> Iterator[Vectors]:
        if self._threads == 1 or len(batches) < 2:
            yield from map(self._embed, batches)
            return
        # ONNX Runtime lets go of the interpreter while it computes.
        with ThreadPoolExecutor(self._threads) as pool:
            yield from pool.map(self._embed, batches[:-1])
        yield self._embed(batches[-1], last=True)

    def _embed(self, batch: list[list[int]], *, last: bool = False) -> Vectors:
        ids = np.zeros((len(batch), max(map(len, batch))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, **self._lora}
        options = None
        if last:
            import onnxruntime as ort

            # What many long texts took is given back; ONNX Runtime would keep it for good.
            options = ort.RunOptions()
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        vectors: Vectors = self._session.run(["embedding"], feed, options)[0]
        return vectors

    def _load(self) -> None:
        with self._lock:
            if self._session is not None:
                return
            from tokenizers import Tokenizer

            path = require(self._folder / "tokenizer.json")
            try:
                tokenizer = Tokenizer.from_file(str(path))
            except Exception as error:
                raise ModelDamaged(f"{path}: {error}. Restore the shipped file.") from error
            tokenizer.no_padding()
            tokenizer.enable_truncation(MAX_TOKENS)
            self._tokenizer = tokenizer
            session = session_for(self._folder / "model.onnx", threads=1)
            width = session.get_outputs()[0].shape[-1]
            self.dimension = width if isinstance(width, int) else self.dimension
            if self._adapter is not None:
                self._lora = self._matrices(self._adapter, session)
            self._session = session

    def _matrices(self, folder: Path, session: Any) -> dict[str, Any]:
        """What is fed beside the tokens."""
        adapter = read_adapter(folder)
        names = {one.name for one in session.get_overridable_initializers()}
        with (self._folder / "model.onnx").open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == adapter.base_sha256
        if not same or not set(adapter.tensors) <= names:
            raise ModelDamaged(
                f"{folder}: the adapter was trained beside another text encoder. Train it anew, or "
                "go back: `aisle train retrieval --undo`."
            )
        return dict(adapter.tensors)
