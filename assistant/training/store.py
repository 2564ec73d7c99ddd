"""Where a trained intent model stands: put in place in one step, the one before kept, listed."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from assistant.training.cards import MANIFEST, check_manifest, file_sha256, write_manifest
from assistant.training.errors import OutOfSpace, TrainingError

ADAPTER, LABELS, CARD, GRAPH = "adapter.safetensors", "labels.json", "card.md", "model.onnx"
TOKENIZER, REPORT = "tokenizer.json", "report.json"
PREVIOUS: Final = "previous"
"""Folder inside a model's folder that holds the model that stood there before it."""


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One model on disk, as `aisle models list` shows it."""

    name: str
    """serving, previous or refused."""
    folder: Path
    made: datetime
    method: str
    labels: int
    sha256: str
    """Of its weights."""
    report: dict[str, Any]
    """What report.json says: settings, rows, figures; empty where there is none."""
    damage: tuple[str, ...]
    """Files that are missing or differ from the model's own manifest."""


def place(out: Path, what: str) -> Path:
    """A hidden folder beside `out` for what belongs to it: `training`, `refused`."""
    return out.parent / f".{out.name}-{what}"


@contextlib.contextmanager
def working(out: Path) -> Iterator[Path]:
    """A fresh folder on the disk of `out`, removed afterwards; one at a time for each `out`.

    Raises:
        TrainingError: another process works on `out`.
        OutOfSpace: the folder cannot be made.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place(out, "lock"), timeout=0)
        lock.acquire()
    except Timeout as error:
        raise TrainingError(
            f"Another process is training or changing {out}. Wait for it to end."
        ) from error
    except OSError as error:
        raise OutOfSpace(out.parent, error) from error
    try:
        # Left by a process that was killed: nobody else can be at work under the lock.
        for left in out.parent.glob(f".{out.name}-work-*"):
            shutil.rmtree(left, ignore_errors=True)
        try:
            work = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-work-"))
        except OSError as error:
            raise OutOfSpace(out.parent, error) from error
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    finally:
        lock.release()


def seal(folder: Path) -> None:
    """Write the folder's sha256 manifest, see to it that all is on disk, and read it back.

    Raises:
        OutOfSpace: a file cannot be written, or did not arrive whole.
    """
    try:
        write_manifest(folder)
        for file in folder.iterdir():
            if file.is_file():
                # The weights' library makes files that only their owner reads; a service may
                # run as another user.
                file.chmod(0o644)
                with file.open("rb") as stream:
                    os.fsync(stream.fileno())
    except OSError as error:
        raise OutOfSpace(folder, error) from error
    if wrong := check_manifest(folder):
        raise OutOfSpace(folder / wrong[0].split(":")[0], OSError("it did not arrive whole"))


def install(new: Path, out: Path) -> None:
    """Put the folder `new` in the place of `out` in one step.

    At no time is `out` missing or half written; the files that stood there are in `out`/previous
    afterwards, kept one deep. `new` must be on the same disk and is gone afterwards.

    Raises:
        OutOfSpace: there is no room for the old model beside the new; `out` is as it was.
    """
    try:
        if not out.exists():
            os.replace(new, out)
        else:
            link_files(out, new / PREVIOUS)
            _exchange(new, out)
            shutil.rmtree(new, ignore_errors=True)
    except OSError as error:
        raise OutOfSpace(out, error) from error
    if (out.parent / MANIFEST).exists():
        write_manifest(out.parent)


def rollback(out: Path) -> None:
    """Put the model before in place again; a second call undoes the first.

    Raises:
        TrainingError: there is none, or it is damaged.
    """
    previous = out / PREVIOUS
    if not (previous / LABELS).is_file():
        raise TrainingError(f"{out} has no model before it to go back to.")
    _sound(previous)
    with working(out) as work:
        new = work / "new"
        link_files(previous, new)
        install(new, out)


def adopt(folder: Path, out: Path) -> None:
    """Put a copy of a trained model's folder in place of `out`.

    Raises:
        TrainingError: it holds no model, or a damaged one.
    """
    if not (folder / LABELS).is_file():
        raise TrainingError(f"{folder} holds no intent model: no {LABELS} in it.")
    _sound(folder)
    with working(out) as work:
        new = work / "new"
        link_files(folder, new)
        install(new, out)


def stored(out: Path) -> list[StoredModel]:
    """The models of `out`: the serving one, the one before, and one that was refused."""
    places = (("serving", out), ("previous", out / PREVIOUS), ("refused", place(out, "refused")))
    return [_describe(name, folder) for name, folder in places if (folder / LABELS).is_file()]


def _describe(name: str, folder: Path) -> StoredModel:
    settings = _json(folder / LABELS)
    weights = folder / ADAPTER
    return StoredModel(
        name=name,
        folder=folder,
        made=datetime.fromtimestamp((folder / LABELS).stat().st_mtime, UTC),
        method=str(settings.get("method", "unknown")),
        labels=len(settings.get("labels", ())),
        sha256=file_sha256(weights) if weights.is_file() else "",
        report=_json(folder / REPORT) if (folder / REPORT).is_file() else {},
        damage=tuple(check_manifest(folder)) if (folder / MANIFEST).is_file() else (),
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _sound(folder: Path) -> None:
    if (folder / MANIFEST).is_file() and (wrong := check_manifest(folder)):
        raise TrainingError(
            f"The model in {folder} is damaged ({'; '.join(wrong)}); it was not put in place."
        )


def link_files(source: Path, target: Path) -> None:
    """The files of `source` (not its folders) in a new folder: linked, or copied."""
    target.mkdir()
    for file in sorted(source.iterdir()):
        if file.is_file():
            try:
                os.link(file, target / file.name)
            except OSError:
                shutil.copy2(file, target / file.name)


def _exchange(a: Path, b: Path) -> None:
    """Let two folders change names in one step, where the system can; else in two renames."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        names = os.fsencode(a), os.fsencode(b)
        here, swap = (-2, 2) if sys.platform == "darwin" else (-100, 2)
        call = libc.renameatx_np if sys.platform == "darwin" else libc.renameat2
        if call(here, names[0], here, names[1], swap) == 0:
            return
    aside = a.with_name(f"{a.name}-aside")
    os.replace(b, aside)
    try:
        os.replace(a, b)
    except OSError:
        os.replace(aside, b)
        raise
    os.replace(aside, a)
