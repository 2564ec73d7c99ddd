"""Bulk encoding, piece by piece: what a piece is, how it is computed, and keeping what is done.

A piece is encoded as a whole wherever that happens, since the int8 encoders' last bits depend on
what shares a batch: an index built in one go, in two, or on a cluster is the same to the byte.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from knowledge.encoders import Encoders, TextEncoder, Vectors
from knowledge.errors import PictureRefused

T = TypeVar("T")
_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Piece:
    """What is encoded together; the three parts need not be of one length."""

    texts: tuple[str, ...] = ()
    """For the English encoder."""
    multilingual: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    """Contents of picture files."""

    def key(self, versions: Mapping[str, str]) -> str:
        """Hash of the contents and of the encoders' versions."""
        digest = hashlib.sha256(json.dumps([_FORMAT, dict(versions)], sort_keys=True).encode())
        for part in (self.texts, self.multilingual, self.pictures):
            digest.update(f"\0{len(part)}".encode())
            for one in part:
                data = one.encode("utf-8", "surrogatepass") if isinstance(one, str) else one
                digest.update(f"\0{len(data)}\0".encode())
                digest.update(data)
        return digest.hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of a piece, one row a text or picture."""

    texts: Vectors
    multilingual: Vectors
    pictures: Vectors
    """A refused picture has a zero row."""
    refused: tuple[str, ...]
    """Why each picture was refused; "" for those that were not."""


def encode(encoders: Encoders, piece: Piece) -> Encoded:
    """Compute the vectors of a piece, two things at once.

    Raises:
        ModelMissing, ModelDamaged: an encoder cannot be loaded.
    """

    def picture(data: bytes) -> tuple[Vectors, str]:
        try:
            return encoders.image.encode([data])[0], ""
        except PictureRefused as error:
            return np.zeros(encoders.image.dimension, np.float32), str(error)

    def rows(encoder: TextEncoder, texts: tuple[str, ...]) -> Vectors:
        return encoder.encode(texts) if texts else np.zeros((0, encoder.dimension), np.float32)

    with ThreadPoolExecutor(2) as pool:
        multilingual = pool.submit(rows, encoders.multilingual, piece.multilingual)
        seen = list(pool.map(picture, piece.pictures))
        pictures = np.zeros((len(seen), encoders.image.dimension), np.float32)
        for row, (vector, _) in enumerate(seen):
            pictures[row] = vector
        return Encoded(
            rows(encoders.text, piece.texts),
            multilingual.result(),
            pictures,
            tuple(refused for _, refused in seen),
        )


class BulkEncoding(Protocol):
    """Somewhere pieces are encoded."""

    ahead: int
    """How many pieces may be under way at once: what bounds the memory of a build."""

    def submit(self, piece: Piece) -> Callable[[], Encoded]:
        """Begin with a piece; calling what is returned waits for it.

        Raises (on calling):
            ModelMissing, ModelDamaged: an encoder cannot be loaded there.
            ClusterMissing: whoever computed it is gone.
        """


class Here:
    """Encodes in this process, a piece when it is asked for."""

    ahead = 1

    def __init__(self, encoders: Encoders) -> None:
        self._encoders = encoders

    def submit(self, piece: Piece) -> Callable[[], Encoded]:
        """See :class:`BulkEncoding`."""
        return lambda: encode(self._encoders, piece)


class Checkpoints:
    """Encoded pieces of a build that is under way, on disk: one that was killed goes on from them.

    Each file is named by its piece's key and checked by a hash: one that is cut off, damaged or of
    other weights is as good as none.
    """

    def __init__(self, folder: Path, versions: Mapping[str, str]) -> None:
        """`versions`: encoder -> version, part of every key."""
        self._folder = folder
        self._versions = dict(versions)
        self.taken_up = 0
        """Pieces that an earlier build had done."""

    def find(self, key: str) -> Encoded | None:
        """The vectors kept under a key."""
        path = self._folder / f"{key}.safetensors"
        try:
            with safe_open(path, "np") as file:
                told = file.metadata()
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if told["sha256"] != _hash(tensors):
                return None
            found = Encoded(
                tensors["texts"],
                tensors["multilingual"],
                tensors["pictures"],
                tuple(json.loads(told["refused"])),
            )
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            return None
        self.taken_up += 1
        return found

    def keep(self, key: str, encoded: Encoded) -> None:
        """Write the vectors of a piece, whole or not at all.

        Raises:
            OSError: there is no room, or the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        tensors = {
            "texts": encoded.texts,
            "multilingual": encoded.multilingual,
            "pictures": encoded.pictures,
        }
        told = {"sha256": _hash(tensors), "refused": json.dumps(encoded.refused)}
        aside = self._folder / f".{key}.new"
        try:
            aside.write_bytes(save(tensors, told))
            aside.replace(self._folder / f"{key}.safetensors")
        except OSError:
            aside.unlink(missing_ok=True)
            raise

    def key(self, piece: Piece) -> str:
        """Under which name a piece is kept."""
        return piece.key(self._versions)

    def clear(self) -> None:
        """Remove all of them: the build they were for is done."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _hash(tensors: Mapping[str, Vectors]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(f"{name}{tensors[name].shape}".encode())
        digest.update(np.ascontiguousarray(tensors[name]).tobytes())
    return digest.hexdigest()


def encoded(
    pieces: Iterable[tuple[T, Piece]], where: BulkEncoding, checkpoints: Checkpoints | None = None
) -> Iterator[tuple[T, Encoded]]:
    """Encode pieces in order, at most `where.ahead` at a time; what is kept is not done again."""
    waiting: deque[tuple[T, str, Callable[[], Encoded] | Encoded]] = deque()

    def first() -> tuple[T, Encoded]:
        label, key, result = waiting.popleft()
        if isinstance(result, Encoded):
            return label, result
        found = result()
        if checkpoints is not None:
            checkpoints.keep(key, found)
        return label, found

    for label, piece in pieces:
        key = "" if checkpoints is None else checkpoints.key(piece)
        kept = None if checkpoints is None else checkpoints.find(key)
        waiting.append((label, key, kept if kept is not None else where.submit(piece)))
        if len(waiting) >= where.ahead:
            yield first()
    while waiting:
        yield first()
