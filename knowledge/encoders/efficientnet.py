"""The image encoder (EfficientNet-lite0, ONNX): a picture to 1280 numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from knowledge.encoders.base import Vectors, unit
from knowledge.encoders.files import THREADS, models_folder, session_for, version_of
from knowledge.encoders.pictures import decode

SIDE = 224
BATCH = 8


class EfficientNet:
    """EfficientNet-lite0 features on ONNX Runtime. Weights are loaded at the first picture."""

    dimension = 1280

    def __init__(self, folder: Path | None = None, *, threads: int = THREADS) -> None:
        """`folder` holds model.onnx; without it the shipped one is read."""
        self._path = (folder or models_folder() / "efficientnet") / "model.onnx"
        self._threads = threads
        self._lock = Lock()
        self._session: Any = None
        self._version = ""

    @property
    def version(self) -> str:
        """Hash of the graph and the way pictures are fitted."""
        if not self._version:
            self._version = f"{version_of(self._path)}-fit{SIDE}"
        return self._version

    def encode(self, pictures: Sequence[bytes]) -> Vectors:
        """Unit vectors [n, 1280]; see :class:`~knowledge.encoders.base.ImageEncoder`."""
        with self._lock:
            if self._session is None:
                self._session = session_for(self._path, self._threads)
        out = np.zeros((len(pictures), self.dimension), dtype=np.float32)
        for start in range(0, len(pictures), BATCH):
            chunk = pictures[start : start + BATCH]
            feed = np.stack([prepare(data) for data in chunk])
            out[start : start + len(chunk)] = self._session.run(
                ["embedding"], {self._input(): feed}
            )[0]
        return unit(out)

    def _input(self) -> str:
        name: str = self._session.get_inputs()[0].name
        return name


def prepare(data: bytes) -> NDArray[np.float32]:
    """A picture as float32 [3, 224, 224] of (x - 127) / 128, whole, on a white square.

    Product photos fill their frame, so that cropping to the middle would cut collars and soles.
    """
    picture = decode(data, at_least=2 * SIDE)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BICUBIC)
    if max(picture.size) < SIDE:
        scale = SIDE / max(picture.size)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(picture, ((SIDE - picture.width) // 2, (SIDE - picture.height) // 2))
    pixels = np.asarray(square, dtype=np.float32)
    return ((pixels - 127.0) / 128.0).transpose(2, 0, 1)
