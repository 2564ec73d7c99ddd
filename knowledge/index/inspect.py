"""Looking at an index without serving from it: its state in figures, exhaustive verification."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Outbox
from knowledge.encoders import Encoders
from knowledge.errors import IndexBusy, IndexUnusable, ModelError
from knowledge.index import generation as disk
from knowledge.index.aside import BUILD_LOCK, OWNER_LOCK, differing, held
from knowledge.index.build import changes
from knowledge.index.places import CHROMA, Place, Server
from knowledge.index.vectors import COLLECTIONS, VectorStore
from knowledge.pictures import PictureModel


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing verified. `detail` says what was found and, where it is wrong, what to do."""

    name: str
    ok: bool
    detail: str


@dataclass(slots=True)
class Status:
    """The state of a shop's index."""

    generation: str = ""
    """Name of the one in use; empty where none is."""
    trouble: str = ""
    """Why it cannot be used; empty where it can."""
    built: str = ""
    """When, ISO 8601."""
    products: int = 0
    pictures: int = 0
    articles: int = 0
    passages: int = 0
    vectors: str = ""
    """Where they lie: "in the shop folder", or the address of a server."""
    models: dict[str, str] = field(default_factory=dict)
    """Encoder -> version that the index was built with."""
    other_models: list[str] = field(default_factory=list)
    """A line for each encoder whose version is another one here."""
    waiting: int = 0
    """Changes in the outbox."""
    oldest: datetime | None = None
    """When the oldest of them was made."""
    behind: int = 0
    """Products and articles that are not indexed as the records have them."""
    learned: list[str] = field(default_factory=list)
    """What was learned of the shop's own pictures and clicks."""
    weights: dict[str, dict[str, float]] = field(default_factory=dict)
    """Kind of search -> modality -> weight, where learned; others are as shipped."""
    previous: str = ""
    """The generation to go back to."""
    previous_built: str = ""
    in_use: bool = False
    """Whether a process serves from it now."""
    building: bool = False
    """Whether a process is building one now."""
    unfinished: int = 0
    """Encoded pieces of a build that was cut short, or is under way."""

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "oldest": self.oldest.isoformat() if self.oldest else None}


def status(root: Path, session: Session, encoders: Encoders, place: Place) -> Status:
    """The state of the index in `root`; nothing is changed, nothing is raised."""
    found = Status(vectors=place.url if isinstance(place, Server) else "in the shop folder")
    found.waiting, found.oldest = session.execute(
        select(func.count(Outbox.id), func.min(Outbox.created_at))
    ).one()
    found.in_use, found.building = held(root / OWNER_LOCK), held(root / BUILD_LOCK)
    found.unfinished = len(list((root / disk.ENCODED).glob("*.safetensors")))
    before = disk.previous_generation(root)
    if before is not None:
        found.previous = before.name
        try:
            found.previous_built = disk.read_manifest(before).built
        except IndexUnusable:
            found.previous = ""
    try:
        generation = disk.current_generation(root)
        if generation is None:
            found.trouble = "nothing is indexed yet; run `aisle index build`"
            return found
        found.generation = generation.name
        if (generation / disk.DIRTY).exists() and not found.in_use:
            found.trouble = "a change was cut short; it is built anew at the next start"
        manifest = disk.read_manifest(generation)
        found.built, found.models = manifest.built, manifest.encoders
        found.products, found.articles = len(manifest.products), len(manifest.articles)
        found.pictures = sum(manifest.pictures.values())
        found.passages = sum(manifest.passages.values())
        gone = changes(session, manifest, ())
        found.behind = sum(
            map(len, (gone.products, gone.gone_products, gone.articles, gone.gone_articles))
        )
        model = PictureModel.load(generation / disk.PICTURES)
        found.learned = list(model.notes)
        found.weights = {name: dict(table) for name, table in model.weights.items()}
        found.other_models = differing(manifest, encoders)
    except (IndexUnusable, ModelError) as error:
        found.trouble = str(error)
    return found


def verify_all(
    root: Path,
    session: Session,
    encoders: Encoders,
    place: Place,
    tell: Callable[[Finding], None],
) -> bool:
    """Verify the index in use exhaustively: every id, every vector, every content hash.

    Args:
        root: the folder `index/` of a shop.
        session: reads the records.
        encoders: those that are installed here.
        place: where the vectors lie.
        tell: gets each finding as it is made.

    Returns:
        Whether all is well.
    """
    sound = True

    def note(name: str, ok: bool, detail: str) -> None:
        nonlocal sound
        sound &= ok
        tell(Finding(name, ok, detail))

    try:
        generation = disk.current_generation(root)
        if generation is None:
            raise IndexUnusable("nothing is indexed yet; run `aisle index build`")
        manifest = disk.read_manifest(generation)
    except IndexUnusable as error:
        note("manifest", False, str(error))
        return False
    note("manifest", True, f"{generation.name}, built {manifest.built}")
    try:
        other = differing(manifest, encoders)
        note(
            "models",
            not other,
            f"{'; '.join(other)}; run `aisle index build`" if other else "as installed here",
        )
    except ModelError as error:
        note("models", False, str(error))
    gone = changes(session, manifest, ())
    lists = (gone.products, gone.gone_products, gone.articles, gone.gone_articles)
    named = [id_ for ids in lists for id_ in ids]
    note(
        "records",
        not named,
        f"{len(named)} records changed since, as {named[0]!r}; they are taken up as soon as the "
        "shop is opened"
        if named
        else f"content hashes of {len(manifest.products)} products and {len(manifest.articles)} "
        "articles are those of the records",
    )
    _words(generation, manifest, note)
    try:
        PictureModel.load(generation / disk.PICTURES)
        note("picture model", True, "whole")
    except IndexUnusable as error:
        note("picture model", False, str(error))
    try:
        with _opened(root, generation, place) as (store, where):
            for collection in COLLECTIONS:
                try:
                    disk.verify_collection(generation, manifest, store, collection, deep=True)
                    count = manifest.expected()[collection]
                    note(collection, True, f"{count} vectors, each as it was written{where}")
                except IndexUnusable as error:
                    note(collection, False, str(error))
    except IndexUnusable as error:
        note("vectors", False, str(error))
    if (generation / disk.DIRTY).exists() and not held(root / OWNER_LOCK):
        note("changes", False, "a change was cut short; run `aisle index build`")
    return sound


def _words(
    generation: Path, manifest: disk.Manifest, note: Callable[[str, bool, str], None]
) -> None:
    try:
        products, passages = disk.load_keyword(generation, manifest)
    except IndexUnusable as error:
        note("keywords", False, str(error))
        return
    gone = {id_ for id_, document in products.changes.items() if document is None}
    listed = set(products.ids) - gone
    pieces = {f"{id_}#{n}" for id_, count in manifest.passages.items() for n in range(count)}
    wrong = listed ^ set(manifest.products) or set(passages.ids) ^ pieces
    note(
        "keywords",
        not wrong,
        f"{len(wrong)} ids are not those of the manifest, as {min(wrong)!r}; run `aisle index "
        "build`"
        if wrong
        else f"{len(listed)} products and {len(pieces)} passages",
    )


@contextmanager
def _opened(root: Path, generation: Path, place: Place) -> Iterator[tuple[VectorStore, str]]:
    """The vectors of a generation. Embedded Chroma that another process has open is copied: it is
    not safe for two."""
    lock = FileLock(root / OWNER_LOCK, thread_local=False)
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not place.shared:
            lock.acquire(timeout=0)
        store = place.open(generation)
        try:
            yield store, ""
        finally:
            store.close()
    except Timeout:
        with tempfile.TemporaryDirectory(prefix="aisle-verify-") as folder:
            for _ in range(5):
                before = disk.stamp(generation)
                target = Path(folder) / CHROMA
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(generation / CHROMA, target)
                if not (generation / disk.DIRTY).exists() and disk.stamp(generation) == before:
                    break
            else:
                raise IndexBusy(
                    f"{generation}: it changes all the time; verify it when less is imported."
                ) from None
            store = VectorStore.embedded(target)
            try:
                yield store, " (in a copy: another process has them open)"
            finally:
                store.close()
    finally:
        if lock.is_locked:
            lock.release()
