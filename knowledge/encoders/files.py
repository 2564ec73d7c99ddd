"""Where shipped weights lie, and loading them into ONNX Runtime with few threads."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import knowledge
from knowledge.errors import ModelDamaged, ModelMissing

THREADS = max(1, min(2, os.cpu_count() or 1))
"""Threads of one encoder: the machine it is made for has two cores."""


def hold_threads(count: int) -> None:
    """Hold the linear algebra under numpy to `count` threads, for the whole process.

    A turn's matrices are small: a second thread costs more than it gives, and spins between two
    of them on the core that other turns need.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(count, user_api="blas")


def models_folder() -> Path:
    """`AISLE_MODELS`, else `models/` beside the packages."""
    chosen = os.environ.get("AISLE_MODELS")
    return Path(chosen) if chosen else Path(knowledge.__file__).resolve().parents[1] / "models"


def require(path: Path) -> Path:
    """The path, where a file stands there.

    Raises:
        ModelMissing: it does not.
    """
    if not path.is_file():
        raise ModelMissing(
            f"{path}: model file not found. Set AISLE_MODELS to the folder that holds the shipped "
            "models, or install Aisle anew."
        )
    return path


def version_of(path: Path) -> str:
    """The first 16 hex digits of the file's sha256."""
    with require(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def session_for(path: Path, threads: int) -> Any:
    """An ONNX Runtime session on the CPU.

    Raises:
        ModelMissing, ModelDamaged: no such file, or not a graph that can be run.
    """
    require(path)
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Idle threads would otherwise burn a core between two short runs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelDamaged(
            f"{path}: cannot be loaded ({str(error).splitlines()[0]}). Restore the shipped file."
        ) from error
