"""What was counted, on disk beside the index: read in a moment instead of counted anew.

SQL is the truth. What stands here holds numbers and product ids, no names of people; it is good
only for the version of the events that it was counted from (`db.events.events_version`), is checked
against its digests when it is opened, and is written aside and swapped in::

    recommender/counts/CURRENT              names the folder in use
    recommender/counts/<name>/manifest.json, *.npy
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.log import EventLog
from assistant.recommend.statistics import Statistics

FORMAT: Final = 2
COUNTS: Final = Path("recommender", "counts")
CURRENT: Final = "CURRENT"
MANIFEST: Final = "manifest.json"
Made = TypeVar("Made")
Array = NDArray[Any]


class SnapshotUnusable(ValueError):
    """What was counted before cannot be used; the message says why. It will be counted anew."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Statistics with the log they were counted from and the products by number."""

    log: EventLog
    statistics: Statistics
    products: tuple[str, ...]
    catalogue: str
    """Version of the catalogue whose kinds of products were counted."""


def save(folder: Path, version: str, counted: Counted) -> Path:
    """Write it for a version of the events, whole or not at all; what was there before goes."""
    root = folder / COUNTS
    made = root / uuid.uuid4().hex
    made.mkdir(parents=True)
    digests: dict[str, str] = {}
    scalars: dict[str, Any] = {}
    arrays: dict[str, Array] = {}
    _take_apart(counted.log, "log.", arrays, scalars)
    _take_apart(counted.statistics, "statistics.", arrays, scalars)
    for name, array in arrays.items():
        path = made / f"{name}.npy"
        np.save(path, array, allow_pickle=False)
        digests[path.name] = _digest(path)
    body = {
        "format": FORMAT,
        "version": version,
        "catalogue": counted.catalogue,
        "sha256": digests,
        "scalars": scalars,
        "products": list(counted.products),
    }
    (made / MANIFEST).write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    aside = root / f"{CURRENT}.{made.name}"
    aside.write_text(made.name, encoding="utf-8")
    os.replace(aside, root / CURRENT)
    _remove_others(root, made.name)
    return made


def load(folder: Path, version: str) -> Counted:
    """What was counted from this version of the events; arrays stay on disk until they are read.

    Raises:
        SnapshotUnusable: there is none, it is damaged, or events were erased since.
    """
    root = folder / COUNTS
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
        made = root / Path(name).name
        body = json.loads((made / MANIFEST).read_text(encoding="utf-8"))
        if body["format"] != FORMAT:
            raise SnapshotUnusable(f"{made}: format {body['format']}, this version has {FORMAT}")
        if not version or body["version"] != version:
            raise SnapshotUnusable(f"{made}: events were erased or changed since")
        arrays: dict[str, Array] = {}
        for file, digest in body["sha256"].items():
            path = made / Path(file).name
            if _digest(path) != digest:
                raise SnapshotUnusable(f"{path}: not what was written")
            arrays[file.removesuffix(".npy")] = _mapped(path)
        return Counted(
            _put_together(EventLog, "log.", arrays, body["scalars"]),
            _put_together(Statistics, "statistics.", arrays, body["scalars"]),
            tuple(body["products"]),
            body["catalogue"],
        )
    except SnapshotUnusable:
        raise
    except FileNotFoundError as error:
        raise SnapshotUnusable(f"{root}: nothing is counted yet") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SnapshotUnusable(f"{root}: cannot be read ({error})") from error


def remove(folder: Path) -> None:
    """Take away what was counted; the next who needs it counts anew."""
    shutil.rmtree(folder / COUNTS, ignore_errors=True)


def stamp(folder: Path) -> str:
    """Names what is in use; empty where nothing is."""
    try:
        return (folder / COUNTS / CURRENT).read_text(encoding="utf-8")
    except OSError:
        return ""


def _remove_others(root: Path, name: str) -> None:
    for other in root.iterdir():
        if other.is_dir() and other.name != name:
            with contextlib.suppress(OSError):
                shutil.rmtree(other)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mapped(path: Path) -> Array:
    """The array, left on disk where it has anything to leave."""
    try:
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False)).view(np.ndarray)
    except ValueError:
        # An empty file part cannot be mapped.
        return np.asarray(np.load(path, allow_pickle=False))


def _take_apart(made: Any, prefix: str, arrays: dict[str, Array], scalars: dict[str, Any]) -> None:
    for field in fields(made):
        value, name = getattr(made, field.name), f"{prefix}{field.name}"
        if isinstance(value, np.ndarray):
            arrays[name] = value
        elif is_dataclass(value):
            _take_apart(value, f"{name}.", arrays, scalars)
        else:
            scalars[name] = value


def _put_together(
    kind: type[Made], prefix: str, arrays: dict[str, Array], scalars: dict[str, Any]
) -> Made:
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for field in fields(kind):  # type: ignore[arg-type]
        name, hint = f"{prefix}{field.name}", hints[field.name]
        if isinstance(hint, type) and is_dataclass(hint):
            found[field.name] = _put_together(hint, f"{name}.", arrays, scalars)
        elif name in arrays:
            found[field.name] = arrays[name]
        else:
            value = scalars[name]
            found[field.name] = tuple(value) if isinstance(value, list) else value
    return kind(**found)
