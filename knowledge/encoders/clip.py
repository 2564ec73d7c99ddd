"""CLIP by name or folder, through sentence-transformers: pictures and words in one space.

Needs the extra `train`; nothing of it is imported before the first picture or word.
Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision",
arXiv:2103.00020.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image

from knowledge.encoders.base import Vectors, unit
from knowledge.encoders.pictures import decode
from knowledge.errors import ModelDamaged, ModelMissing

PACKAGE = "sentence-transformers"
BATCH = 16
SIDE = 448
"""Pixels a side that are enough for any of these models."""


class Clip:
    """A CLIP model: both an image encoder and words for pictures. Loaded at the first use."""

    def __init__(self, name: str) -> None:
        """`name` is a folder, or what a hub calls the model ("clip-ViT-B-32")."""
        self.name = name
        self._lock = Lock()
        self._model: Any = None
        self._version = ""

    def __reduce__(self) -> tuple[type[Clip], tuple[str]]:
        return Clip, (self.name,)

    @property
    def dimension(self) -> int:
        """Length of a vector; loads the model.

        Raises:
            ModelMissing, ModelDamaged: it cannot be loaded.
        """
        return int(self._loaded().get_embedding_dimension())

    @property
    def version(self) -> str:
        """The name and the package's version; of a folder, the hash of what lies in it.

        Raises:
            ModelMissing: the extra is not installed.
        """
        if not self._version:
            try:
                package = version(PACKAGE)
            except PackageNotFoundError as error:
                raise ModelMissing(_without(self.name)) from error
            held = _content(Path(self.name)) if Path(self.name).is_dir() else self.name
            self._version = f"clip-{held}-{package}"
        return self._version

    def encode(self, pictures: Sequence[bytes]) -> Vectors:
        """Unit vectors of pictures; see :class:`~knowledge.encoders.base.ImageEncoder`."""
        return self._encode([decode(data, at_least=SIDE) for data in pictures])

    def encode_words(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of texts, comparable with those of pictures; zero for an empty text."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        said = [row for row, text in enumerate(texts) if text.strip()]
        if said:
            out[said] = self._encode([texts[row] for row in said])
        return out

    def _encode(self, things: Sequence[str] | Sequence[Image.Image]) -> Vectors:
        model = self._loaded()
        if not things:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with self._lock:
            rows = model.encode(
                list(things), batch_size=BATCH, convert_to_numpy=True, show_progress_bar=False
            )
        return unit(np.asarray(rows, dtype=np.float32))

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                try:
                    package = import_module("sentence_transformers")
                except ImportError as error:
                    raise ModelMissing(_without(self.name)) from error
                try:
                    self._model = package.SentenceTransformer(self.name, device="cpu")
                except Exception as error:
                    reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
                    raise ModelDamaged(
                        f"{self.name}: cannot be loaded as a CLIP model ({reason}). Name a folder "
                        "that holds one, or a model of a hub that can be reached; or take "
                        "`encoder` out of [pictures] in shop.toml for the shipped encoder."
                    ) from error
            return self._model


def _without(name: str) -> str:
    return (
        f"{name}: CLIP models need the extra `train` (pip install 'aisle[train]'); or take "
        "`encoder` out of [pictures] in shop.toml for the shipped encoder."
    )


def _content(folder: Path) -> str:
    """16 hex digits over names and contents of a folder's files."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(folder)).encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]
