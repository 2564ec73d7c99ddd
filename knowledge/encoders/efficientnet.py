"""The image encoder (EfficientNet-lite0 and colours, ONNX): a picture to 512 numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from knowledge.encoders.base import Vectors
from knowledge.encoders.basis import PLAIN_FROM, WIDTH, Basis, Features
from knowledge.encoders.colour import colours
from knowledge.encoders.files import THREADS, models_folder, session_for, version_of
from knowledge.encoders.pictures import decode

SIDE = 224
MIDDLE = 0.75
"""Side of the second view, as a share of the picture's shorter side."""
VIEWS = 2
CLASSES = 1000


class EfficientNet:
    """EfficientNet-lite0 features on ONNX Runtime, in the shipped basis.

    A picture is read twice, whole and its middle. Weights are loaded at the first picture.
    """

    dimension = 512

    def __init__(self, folder: Path | None = None, *, threads: int = THREADS) -> None:
        """`folder` holds model.onnx and basis.safetensors; without it the shipped one is read."""
        self._given = folder
        self._folder = folder or models_folder() / "efficientnet"
        self._threads = threads
        self._lock = Lock()
        self._session: Any = None
        self._basis: Basis | None = None
        self._version = ""

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process, perhaps on another machine, reads the weights that are there.
        return partial(EfficientNet, self._given, threads=self._threads), ()

    @property
    def version(self) -> str:
        """Hashes of the graph and of the basis, and the way pictures are fitted."""
        if not self._version:
            files = ("model.onnx", "basis.safetensors")
            hashes = "-".join(version_of(self._folder / name) for name in files)
            self._version = f"{hashes}-fit{SIDE}x{VIEWS}"
        return self._version

    def encode(self, pictures: Sequence[bytes]) -> Vectors:
        """Unit vectors [n, 512]; see :class:`~knowledge.encoders.base.ImageEncoder`."""
        features, _ = self.measure(pictures)
        with self._lock:
            if self._basis is None:
                self._basis = Basis.load(self._folder / "basis.safetensors")
        return self._basis.vectors(features)

    def measure(self, pictures: Sequence[bytes]) -> tuple[Features, NDArray[np.float32]]:
        """Features before the basis, and the scores of ImageNet's classes.

        Returns:
            Features of n pictures, and float32 [n, 1000]: the mean over the views of each class's
            score before the softmax.

        Raises:
            PictureRefused, ModelMissing, ModelDamaged: as `encode`.
        """
        with self._lock:
            if self._session is None:
                self._session = session_for(self._folder / "model.onnx", self._threads)
        values = np.zeros((len(pictures), VIEWS, WIDTH), dtype=np.float32)
        plain = np.zeros(len(pictures), dtype=bool)
        scores = np.zeros((len(pictures), CLASSES), dtype=np.float32)
        for row, data in enumerate(pictures):
            picture = decode(data, at_least=2 * SIDE)
            histogram, uniform = colours(picture)
            plain[row] = uniform >= PLAIN_FROM
            feed = np.stack([_pixels(whole(picture)), _pixels(middle(picture))])
            head, stages, classes = self._session.run(
                ["embedding", "stages", "classes"], {"pixels": feed}
            )
            shared = np.broadcast_to(histogram, (VIEWS, len(histogram)))
            values[row] = np.concatenate([head, stages, shared], axis=1)
            scores[row] = classes.mean(axis=0)
        return Features(values, plain), scores


def whole(picture: Image.Image) -> Image.Image:
    """All of it on a white square.

    Product photos fill their frame, so that cropping to the middle would cut collars and soles.
    """
    scale = SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    fitted = picture.resize(size, Image.Resampling.BICUBIC)
    square = Image.new("RGB", (SIDE, SIDE), "white")
    square.paste(fitted, ((SIDE - fitted.width) // 2, (SIDE - fitted.height) // 2))
    return square


def middle(picture: Image.Image) -> Image.Image:
    """The square in its middle, which the thing that is shown mostly fills."""
    side = max(1, int(min(picture.size) * MIDDLE))
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    box = (left, top, left + side, top + side)
    return picture.crop(box).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _pixels(square: Image.Image) -> NDArray[np.float32]:
    """float32 [3, 224, 224] of (x - 127) / 128."""
    return ((np.asarray(square, dtype=np.float32) - 127.0) / 128.0).transpose(2, 0, 1)
