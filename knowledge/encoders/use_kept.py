"""What the multilingual encoder unpacks at its first start, kept in the user's cache folder.

A folder for each version of the package and size of its files. It may be removed at any time.
Where it cannot be written, or is damaged, the encoder is unpacked as if it were not there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from safetensors import SafetensorError
from safetensors.numpy import load, save

TABLE, ARRAYS, SUM = "table.npy", "arrays.safetensors", "sha256"
_TEXTS = ("prefixes", "pieces")


@dataclass(frozen=True, slots=True)
class Kept:
    """The parts of an encoder."""

    table: NDArray[np.uint8]
    """[pieces, width]; read from the disk row by row, so that processes share one copy of it."""
    arrays: Mapping[str, NDArray[Any]]
    prefixes: str
    """Beginnings of the vocabulary's pieces, a line each."""
    pieces: str


def kept(version: str, sources: Sequence[Path]) -> Kept | None:
    """What `keep` wrote for this version and these files; None where it is not whole."""
    folder = _folder(version, sources)
    try:
        data = (folder / ARRAYS).read_bytes()
        told = (folder / SUM).read_text(encoding="ascii").split()
        if told != [hashlib.sha256(data).hexdigest(), str((folder / TABLE).stat().st_size)]:
            return None
        arrays = load(data)
        texts = [arrays.pop(name).tobytes().decode() for name in _TEXTS]
        table = np.load(folder / TABLE, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, KeyError, SafetensorError):
        return None
    # A plain view: rows of a memory map come out as memory maps, which cost more to work with.
    return Kept(np.asarray(table), arrays, *texts)


def keep(version: str, sources: Sequence[Path], parts: Kept) -> None:
    """Write the parts in one step; nothing happens where the disk refuses."""
    folder = _folder(version, sources)
    made: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".use-", dir=folder.parent))
        texts = zip(_TEXTS, (parts.prefixes, parts.pieces), strict=True)
        data = save(
            {name: np.ascontiguousarray(value) for name, value in parts.arrays.items()}
            | {name: np.frombuffer(text.encode(), np.uint8) for name, text in texts}
        )
        (made / ARRAYS).write_bytes(data)
        np.save(made / TABLE, parts.table, allow_pickle=False)
        size = (made / TABLE).stat().st_size
        (made / SUM).write_text(f"{hashlib.sha256(data).hexdigest()} {size}\n", encoding="ascii")
        if folder.exists():  # damaged, or another process was quicker
            shutil.rmtree(folder, ignore_errors=True)
        os.replace(made, folder)
    except OSError:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def _folder(version: str, sources: Sequence[Path]) -> Path:
    sizes = "-".join(str(path.stat().st_size) for path in sources)
    return user_cache_path("aisle") / f"use-{version}-{sizes}"
