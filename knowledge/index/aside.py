"""Building a generation aside, swapping it in, going back to the one before: one process at a time.

None of this needs the generation in use: who serves it goes on, and notices the new pointer.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.orm import Session

from knowledge.encoders import Encoders
from knowledge.errors import DiskFull, IndexBusy, IndexDamaged, IndexUnusable
from knowledge.index import generation as disk
from knowledge.index.build import Builder, Built
from knowledge.index.encoding import BulkEncoding, Checkpoints
from knowledge.index.places import Place
from knowledge.index.progress import Progress
from knowledge.index.vectors import VectorStore

BUILD_LOCK = "build.lock"
OWNER_LOCK = "lock"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(slots=True)
class Swapped:
    """A new generation in use, with its vectors open."""

    generation: Path
    manifest: disk.Manifest
    vectors: VectorStore
    built: Built


@contextmanager
def building(root: Path) -> Iterator[None]:
    """Hold the right to build, swap and remove generations.

    Raises:
        IndexBusy: another process has it.
    """
    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / BUILD_LOCK, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexBusy(
            f"{root}: another process is building this index; it is used as soon as it is done."
        ) from None
    try:
        yield
    finally:
        lock.release()


def build_aside(
    shop: Path,
    session: Session,
    encoders: Encoders,
    place: Place,
    progress: Progress,
    where: BulkEncoding | None = None,
    *,
    owner: bool = False,
) -> Swapped:
    """Build a generation from SQL beside the one in use, verify it exhaustively, and swap it in.

    What is encoded is kept as it goes: a build that was killed goes on from there. The generation
    that was in use stays as the one to go back to, unless it was damaged. `owner` says that this
    process holds the lock on it.

    Raises:
        IndexBusy: another process is building.
        IndexDamaged: what was built failed verification; nothing was swapped.
        DiskFull: there is no room; nothing was swapped.
        ModelMissing, ModelDamaged, ServerMissing, ClusterMissing: see those.
    """
    root = shop / "index"
    with building(root):
        before = _sound(root, owner=owner)
        generation = disk.new_generation(root)
        disk.remove_others(root, before, place, generation)
        checkpoints = Checkpoints(root / disk.ENCODED, disk.encoder_versions(encoders))
        builder = Builder(shop, encoders, progress, where, checkpoints)
        store: VectorStore | None = None
        try:
            store = place.create(generation)
            manifest, built = builder.build(session, generation, store)
            disk.verify(generation, manifest, store, deep=True)
            disk.point_to(root, generation, keep=before)
        except BaseException as error:
            if store is not None:
                store.close()
            place.remove(generation)
            if _no_room(error):
                raise DiskFull(
                    f"{root}: there is no room to build the index in ({error}). What was in use "
                    "serves on; free some space and run `aisle index build`, which goes on from "
                    "what was encoded."
                ) from error
            raise
        checkpoints.clear()
        disk.remove_others(root, generation, place)
        return Swapped(generation, manifest, store, built)


def roll_back(root: Path, encoders: Encoders) -> Path:
    """Put the generation before into use; going back again undoes it.

    Raises:
        IndexBusy: another process is building.
        IndexUnusable: there is none, it is damaged, or it was built with other models.
    """
    with building(root):
        before = disk.previous_generation(root)
        if before is None:
            raise IndexUnusable(
                f"{root}: there is no earlier index to go back to. One is kept from the second "
                "build on."
            )
        manifest = disk.read_manifest(before)
        if (before / disk.DIRTY).exists():
            raise IndexUnusable(f"{before}: it is damaged; build anew: `aisle index build`.")
        disk.load_keyword(before, manifest)
        other = differing(manifest, encoders)
        if other:
            raise IndexUnusable(
                f"{before}: it was built with other models ({'; '.join(other)}), and is of no use "
                "without them. Put those back first (`aisle train retrieval --undo` for the text "
                "encoder), or build anew."
            )
        disk.point_to(root, before, keep=_sound(root, owner=False))
        return before


def differing(manifest: disk.Manifest, encoders: Encoders) -> list[str]:
    """A line for each encoder whose version is not the one that the index was built with."""
    return [
        f"{name} encoder: index {manifest.encoders.get(name, 'none')}, here {version}"
        for name, version in disk.encoder_versions(encoders).items()
        if manifest.encoders.get(name) != version
    ]


def held(path: Path) -> bool:
    """Whether a process holds a lock file."""
    if not path.exists():
        return False
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _sound(root: Path, *, owner: bool) -> Path | None:
    """The generation in use, where its files are whole enough to go back to."""
    try:
        generation = disk.current_generation(root)
        if generation is not None:
            disk.read_manifest(generation)
    except IndexDamaged:
        return None
    if generation is not None and (generation / disk.DIRTY).exists():
        # Another process that has it open is changing it, and will be done.
        return generation if not owner and held(root / OWNER_LOCK) else None
    return generation


def _no_room(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _FULL:
            return True
        text = str(seen).casefold()
        if "disk is full" in text or "no space left" in text or "file too large" in text:
            return True
        seen = seen.__cause__ or seen.__context__
    return False
