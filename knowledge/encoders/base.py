"""What an encoder is: texts or pictures in, unit vectors out, and a version of its weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Float32 [n, dimension]; each row has length 1, or is zero where there was nothing to encode."""


class TextEncoder(Protocol):
    """Texts to vectors whose dot product says how close their meanings are."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def version(self) -> str:
        """Changes whenever the same text would get another vector.

        Raises:
            ModelMissing: the weights are not there.
        """

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, in order. An empty text gives a zero row.

        Raises:
            ModelMissing, ModelDamaged: the weights cannot be loaded.
        """


class ImageEncoder(Protocol):
    """Pictures to vectors whose dot product says how alike they look."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def version(self) -> str:
        """Changes whenever the same picture would get another vector."""

    def encode(self, pictures: Sequence[bytes]) -> Vectors:
        """One row a picture (the bytes of a file), in order.

        Raises:
            PictureRefused: one of them cannot be decoded safely.
            ModelMissing, ModelDamaged: the weights cannot be loaded.
        """


@runtime_checkable
class WordsForPictures(Protocol):
    """What an image encoder also is where words and pictures share its space, as CLIP's do."""

    def encode_words(self, texts: Sequence[str]) -> Vectors:
        """One row a text, comparable with rows of pictures. An empty text gives a zero row.

        Raises:
            ModelMissing, ModelDamaged: the weights cannot be loaded.
        """


def unit(rows: NDArray[np.float32]) -> Vectors:
    """Rows scaled to length 1; zero rows stay zero."""
    rows = np.asarray(rows, dtype=np.float32)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, length, out=np.zeros_like(rows), where=length > 0), "f4")
