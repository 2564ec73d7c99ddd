"""The index of one shop: who owns it, opening it, searching it, and doing without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, RLock, Thread, current_thread

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db.unit import read_unit
from knowledge.encoders import Encoders
from knowledge.errors import IndexBusy, IndexDamaged, IndexUnusable, ModelError
from knowledge.index import generation as disk
from knowledge.index import upkeep
from knowledge.index.aside import OWNER_LOCK, build_aside
from knowledge.index.build import Built, Changes, changes, passage_keywords, product_keywords
from knowledge.index.keyword import KeywordIndex
from knowledge.index.passages import article_passages
from knowledge.index.places import Place, place_of
from knowledge.index.progress import Progress, silent
from knowledge.index.vectors import VectorStore
from knowledge.pictures import PictureModel

LOOK_SECONDS = 0.25
"""How often a started index looks for changes; what is looked at costs less than a millisecond."""
LONGEST_PAUSE = 60.0
"""Seconds after which what has failed is tried again, growing up to this."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a search reads: always keyword indexes, and vectors where they are usable."""

    products: KeywordIndex
    passages: KeywordIndex
    vectors: VectorStore | None
    pictures: PictureModel | None = None
    """Through which pictures and words are compared with stored pictures; None without vectors."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A generation in use."""

    folder: Path
    manifest: disk.Manifest
    vectors: VectorStore
    pictures: PictureModel


class Index:
    """Owner of `index/` in a shop folder, or a guest.

    The owner keeps the index true to SQL. A guest searches by keyword, and by vectors, too, where
    these lie on a server. Opening goes on in a thread; a search that comes first waits for it, but
    never for a build: until that is done keyword search answers. A started index looks for changes
    of the records, for a generation swapped in by another process, and for an owner gone.
    """

    def __init__(
        self, shop: Path, engine: Engine, encoders: Encoders, place: Place | None = None
    ) -> None:
        """`place` is where vectors lie; by default what AISLE_CHROMA_URL says, else the folder."""
        self._shop = shop
        self._root = shop / "index"
        self._engine = engine
        self._encoders = encoders
        self._place = place_of("") if place is None else place
        self._lock = FileLock(self._root / OWNER_LOCK, thread_local=False)
        self._ready = Event()
        self._ended = Event()
        self._working = RLock()
        self._making = Lock()
        self._thread: Thread | None = None
        self._open: Opened | None = None
        self._foreign: Path | None = None
        """The generation in use, where it was built with other models than this process has."""
        self._followed: tuple[str, int, int] | None = None
        """As a guest: the state of the owner's index that was read last."""
        self._products: KeywordIndex | None = None
        self._passages: KeywordIndex | None = None
        self._notice = ""
        self._listener: Progress = silent

    # --- opening and closing ----------------------------------------------------------------------

    def start(self, *, then: Callable[[], None] | None = None) -> None:
        """Open in a thread, bring the index up to date there, call `then`, and keep looking."""
        self._thread = Thread(target=self._run, args=(then,), name="aisle-index", daemon=True)
        self._thread.start()

    def _run(self, then: Callable[[], None] | None) -> None:
        failures = 0
        looked = False
        while not self._ended.is_set():
            try:
                if not self._ready.is_set():
                    self.open()
                self._look(everything=not looked)
                looked, failures = True, 0
                if then is not None and not self._ended.is_set():
                    then()
            except Exception as error:
                failures += 1
                self._notice = (
                    f"Searching by keyword only: {error}"
                    if self._open is None
                    else f"What changed last is not searched for yet: {error}"
                )
            then = None
            self._ended.wait(min(LONGEST_PAUSE, LOOK_SECONDS * 2**failures))

    def _look(self, *, everything: bool) -> None:
        """Take up what has changed since the last look."""
        if not self.owned and not self._take_lock():
            self._follow()
        elif everything or self._open is None or self._swapped():
            self.sync()
        elif upkeep.waiting(self._engine):
            self.sync(only_named=True)

    def open(self) -> None:
        """Take the lock and open what CURRENT names; what is damaged is left for `sync`."""
        try:
            if self._take_lock():
                self._open_current()
            else:
                self._follow()
        except IndexUnusable as error:
            self._notice = f"Searching by keyword until the index is built: {error}"
        except ModelError as error:
            self._notice = f"Searching by keyword only: {error}"
        finally:
            self._ready.set()

    def _take_lock(self) -> bool:
        self._root.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _open_current(self) -> None:
        folder = disk.current_generation(self._root)
        if folder is None:
            return
        manifest = disk.read_manifest(folder)
        if manifest.encoders != disk.encoder_versions(self._encoders):
            self._products, self._passages = disk.load_keyword(folder, manifest)
            raise IndexDamaged(f"{folder}: built with other models; it will be built anew.")
        try:
            self._products, self._passages = disk.load_keyword(folder, manifest)
            pictures = PictureModel.load(folder / disk.PICTURES)
            store = self._place.open(folder)
            try:
                disk.verify(folder, manifest, store, deep=False)
            except IndexUnusable:
                store.close()
                raise
        except IndexDamaged:
            if self.owned:
                upkeep.condemn(folder)
            raise
        self._use(Opened(folder, manifest, store, pictures))

    def _use(self, opened: Opened | None) -> None:
        old, self._open = self._open, opened
        if old is not None and (opened is None or old.vectors is not opened.vectors):
            old.vectors.close()

    def _swapped(self) -> bool:
        """Whether CURRENT names another generation than the one that is open."""
        try:
            folder = disk.current_generation(self._root)
        except IndexDamaged:
            return False  # what is open is sound; the next sync writes the pointer anew
        if folder is None or self._open is None or folder in (self._open.folder, self._foreign):
            return False
        try:
            other = disk.read_manifest(folder).encoders != self._open.manifest.encoders
        except IndexDamaged:
            return True
        if other:
            # Built with models that this process has not: it serves on from what it has open.
            self._foreign = folder
        return not other

    def _follow(self) -> None:
        """As a guest: read the keyword indexes, and vectors on a server, that the owner keeps."""
        shared = self._place.shared
        if not shared:
            self._notice = (
                "Another Aisle has this shop's index open, so this one searches by keyword. "
                "Close the other one for search by meaning and by picture."
            )
        try:
            folder = disk.current_generation(self._root)
            stamp = None if folder is None else disk.stamp(folder)
            if folder is None or (stamp == self._followed and (self._open is None) != shared):
                return
            if shared:
                self._open_current()
                self._notice = ""
            else:
                manifest = disk.read_manifest(folder)
                with read_unit(self._engine) as session:
                    behind = changes(session, manifest, ()).any
                # Where the owner is behind, what is made in memory is nearer to the records.
                self._products, self._passages = (
                    (None, None) if behind else disk.load_keyword(folder, manifest)
                )
            self._followed = stamp
        except IndexUnusable as error:
            if shared:
                self._use(None)
                self._notice = f"Searching by keyword only: {error}"

    def close(self) -> None:
        """Wait for the thread, let go of files and lock."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        with self._working:
            self._use(None)
            self._lock.release()

    # --- reading ----------------------------------------------------------------------------------

    @property
    def owned(self) -> bool:
        """True where this process holds the lock."""
        return self._lock.is_locked

    @property
    def generation(self) -> str:
        """Name of the generation that is open; empty where none is."""
        opened = self._open
        return "" if opened is None else opened.folder.name

    @property
    def notice(self) -> str:
        """Why search is not all it could be, fit to be shown; empty where it is."""
        self._wait()
        return self._notice

    def health(self) -> tuple[bool, str]:
        """Whether search is all it could be, and a line that says what is indexed or why not."""
        self._wait()
        opened = self._open
        if self._notice or opened is None:
            return False, self._notice or "nothing is indexed yet; run `aisle import`"
        manifest = opened.manifest
        pictures = sum(manifest.pictures.values())
        return True, (
            f"{len(manifest.products)} products, {pictures} pictures, "
            f"{sum(manifest.passages.values())} passages"
        )

    def snapshot(self) -> Snapshot:
        """What to search in now. Keyword indexes that nobody has built are built in memory."""
        self._wait()
        products, passages = self._products, self._passages
        if products is None or passages is None:
            with self._making:
                products, passages = self._products, self._passages
                if products is None or passages is None:
                    with read_unit(self._engine) as session:
                        products = product_keywords(session)
                        passages = passage_keywords(article_passages(session))
                    self._products, self._passages = products, passages
        opened = self._open
        if opened is None:
            return Snapshot(products, passages, None)
        return Snapshot(products, passages, opened.vectors, opened.pictures)

    def nearest(
        self,
        snapshot: Snapshot,
        collection: str,
        vector: NDArray[np.float32],
        limit: int,
        among: Sequence[str] | None = None,
    ) -> dict[str, float]:
        """As :meth:`VectorStore.nearest`; a store that fails is dropped and nothing found."""
        if snapshot.vectors is None:
            return {}
        try:
            return snapshot.vectors.nearest(collection, vector, limit, among)
        except BaseException as error:
            # Chroma's core panics past Exception on a damaged file.
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            self._drop(snapshot, error)
            return {}

    def vectors(
        self, snapshot: Snapshot, collection: str, ids: Sequence[str]
    ) -> dict[str, NDArray[np.float32]]:
        """As :meth:`VectorStore.vectors`; a store that fails is dropped and nothing found."""
        if snapshot.vectors is None or not ids:
            return {}
        try:
            return snapshot.vectors.vectors(collection, ids)
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            self._drop(snapshot, error)
            return {}

    def picture_ids(self, product_ids: Sequence[str]) -> list[str]:
        """Ids of the indexed pictures of these products."""
        opened = self._open
        if opened is None:
            return []
        held = opened.manifest.pictures
        return [f"{id_}#{n}" for id_ in product_ids for n in range(held.get(id_, 0))]

    def article_views(self, article_id: str) -> int:
        """How many vectors the index has of an article."""
        opened = self._open
        return 0 if opened is None else opened.manifest.views.get(article_id, 0)

    def _drop(self, snapshot: Snapshot, error: BaseException) -> None:
        """Do without a store that failed; a started index opens or builds it again."""
        opened = self._open
        if opened is not None and snapshot.vectors is opened.vectors and not self._ended.is_set():
            self._notice = f"Searching by keyword while the index is built anew ({error})."
            with self._working:
                if self._open is not opened:
                    return
                if not self._place.shared:
                    # A server may be gone for a moment only: what it holds is looked at again.
                    upkeep.condemn(opened.folder)
                self._use(None)

    def _wait(self) -> None:
        # Only a started index has a thread that sets the event.
        if self._thread is not None:
            self._ready.wait()
        elif not self._ready.is_set():
            self.open()

    # --- keeping it true to SQL -------------------------------------------------------------------

    def sync(self, progress: Progress | None = None, *, only_named: bool = False) -> list[str]:
        """Bring the index in line with SQL: in place, or built aside, verified and swapped in.

        Args:
            progress: told how far it is, from now on also by a build that the thread has begun.
            only_named: look only at records that the outbox names.

        Returns:
            One line for each picture that was left out. A guest, who has nothing to write,
            returns at once with none.

        Raises:
            ModelMissing, ModelDamaged: an encoder cannot be loaded; keyword search carries on.
            IndexUnusable: what was built did not pass verification, there is no room, the server
                does not answer; what was in use stays.
        """
        if progress is not None:
            self._listener = progress
        if current_thread() is not self._thread:
            self._wait()
        with self._working:
            try:
                if not self.owned:
                    return []
                if self._open is None or self._swapped():
                    self._reopen()
                return self._sync(only_named)
            finally:
                if progress is not None:
                    self._listener = silent

    def _reopen(self) -> None:
        try:
            self._open_current()
        except IndexDamaged as error:
            self._use(None)
            self._notice = f"Searching by keyword until the index is built: {error}"

    def _sync(self, only_named: bool) -> list[str]:
        refused: list[str] = []
        with read_unit(self._engine) as session:
            notes = upkeep.notes(session)
            named = {(note.kind, note.record_id) for note in notes}
            opened = self._open
            built = None
            if opened is not None:
                changed = changes(session, opened.manifest, named, only_named=only_named)
                if upkeep.too_many(changed, opened.manifest):
                    opened = None
                elif changed.any:
                    built = self._apply(session, opened, changed)
            if opened is None:
                try:
                    swapped = build_aside(
                        self._shop, session, self._encoders, self._place, self._tell, owner=True
                    )
                except IndexBusy as error:
                    self._notice = f"Searching by what is there meanwhile: {error}"
                    return []
                built = swapped.built
                self._products, self._passages = built.products, built.passages
                self._use(
                    Opened(swapped.generation, swapped.manifest, swapped.vectors, built.pictures)
                )
            if built is not None:
                refused = built.refused
        self._notice = ""
        upkeep.acknowledge(self._engine, notes)
        return refused

    def _apply(self, session: Session, opened: Opened, changed: Changes) -> Built:
        snapshot = self.snapshot()
        try:
            manifest, built = upkeep.apply(
                self._shop,
                session,
                self._encoders,
                opened.folder,
                opened.vectors,
                opened.manifest,
                changed,
                (snapshot.products, snapshot.passages),
            )
        except BaseException:
            # Half changed: of no use until it is built anew, as its mark on disk says.
            self._use(None)
            raise
        self._products, self._passages = built.products, built.passages
        self._open = Opened(opened.folder, manifest, opened.vectors, opened.pictures)
        return built

    def _tell(self, stage: str, done: int, total: int, /) -> None:
        self._listener(stage, done, total)
