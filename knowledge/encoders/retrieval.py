"""A shop's own adapter of the text encoder: where it lies, and reading it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import ModelDamaged

FOLDER = "retrieval"
"""Of a shop folder."""
ADAPTER, SETTINGS = "adapter.safetensors", "settings.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Adapter:
    """LoRA matrices by the names of the graph's inputs."""

    tensors: Mapping[str, NDArray[np.float32]]
    base_sha256: str
    """Of the graph that they were trained beside."""


def adapter_of(shop: Path) -> Path | None:
    """The folder of the adapter that a shop has put in place; None where it has none."""
    folder = shop / FOLDER
    return folder if (folder / ADAPTER).is_file() else None


def adapter_version(folder: Path) -> str:
    """The first 12 hex digits of the adapter's sha256.

    Raises:
        ModelDamaged: it cannot be read.
    """
    try:
        with (folder / ADAPTER).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:12]
    except OSError as error:
        raise ModelDamaged(_advice(folder, error)) from error


def read_adapter(folder: Path) -> Adapter:
    """Read an adapter.

    Raises:
        ModelDamaged: it is missing, damaged or of another format.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        if settings["format"] != FORMAT:
            raise ValueError(f"format {settings['format']}")
        tensors = load_file(folder / ADAPTER)
        return Adapter(
            {name: np.ascontiguousarray(t, np.float32) for name, t in tensors.items()},
            str(settings["base_sha256"]),
        )
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelDamaged(_advice(folder, error)) from error


def _advice(folder: Path, error: Exception) -> str:
    return (
        f"{folder}: the adapter of the text encoder cannot be used ({error}). Train it anew, or go "
        "back: `aisle train retrieval --undo`."
    )
