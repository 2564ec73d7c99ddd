"""The index of one shop: who owns it, opening it, keeping it true to SQL, and doing without it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, RLock, Thread, current_thread

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from db.models import Outbox
from db.unit import read_unit, turn_unit
from knowledge.encoders import Encoders
from knowledge.errors import IndexDamaged, IndexUnusable, ModelError
from knowledge.index import generation as disk
from knowledge.index.build import (
    Builder,
    Built,
    Changes,
    changes,
    passage_keywords,
    product_keywords,
)
from knowledge.index.keyword import KeywordIndex
from knowledge.index.passages import article_passages
from knowledge.index.progress import Progress, silent
from knowledge.index.vectors import VectorStore
from knowledge.pictures import PictureModel

REBUILD_SHARE = 0.3
"""From this share of changed products on, building aside is cheaper than changing in place."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a search reads: always keyword indexes, and vectors where they are usable."""

    products: KeywordIndex
    passages: KeywordIndex
    vectors: VectorStore | None
    pictures: PictureModel | None = None
    """Through which pictures and words are compared with stored pictures; None without vectors."""


class Index:
    """Owner of `index/` in a shop folder, or a guest who searches by keyword.

    Opening goes on in a thread; a search that comes first waits for it, but never for a build:
    until that is done keyword search answers.
    """

    def __init__(self, shop: Path, engine: Engine, encoders: Encoders) -> None:
        self._shop = shop
        self._root = shop / "index"
        self._engine = engine
        self._encoders = encoders
        self._lock = FileLock(self._root / "lock", thread_local=False)
        self._opened = Event()
        self._working = RLock()
        self._making = Lock()
        self._thread: Thread | None = None
        self._generation: Path | None = None
        self._manifest: disk.Manifest | None = None
        self._vectors: VectorStore | None = None
        self._products: KeywordIndex | None = None
        self._passages: KeywordIndex | None = None
        self._pictures: PictureModel | None = None
        self._notice = ""
        self._closed = False
        self._listener: Progress = silent

    # --- opening and closing ----------------------------------------------------------------------

    def start(self, *, then: Callable[[], None] | None = None) -> None:
        """Open in a thread, bring the index up to date there, and call `then` at its end."""
        self._thread = Thread(target=self._run, args=(then,), name="aisle-index", daemon=True)
        self._thread.start()

    def _run(self, then: Callable[[], None] | None) -> None:
        try:
            self.open()
            if self.owned and not self._closed:
                self.sync()
            if then is not None and not self._closed:
                then()
        except Exception as error:
            self._notice = f"Searching by keyword only: {error}"
        finally:
            self._opened.set()

    def open(self) -> None:
        """Take the lock and open what CURRENT names; what is damaged is left for `sync`."""
        try:
            if not self._take_lock():
                self._load_keyword()
                return
            try:
                self._open_current()
            except IndexUnusable as error:
                self._notice = f"Searching by keyword until the index is built: {error}"
        except (IndexUnusable, ModelError) as error:
            self._notice = f"Searching by keyword only: {error}"
        finally:
            self._opened.set()

    def _take_lock(self) -> bool:
        self._root.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            self._notice = (
                "Another Aisle has this shop's index open, so this one searches by keyword. "
                "Close the other one for search by meaning and by picture."
            )
            return False
        return True

    def _open_current(self) -> None:
        folder = disk.current_generation(self._root)
        disk.remove_others(self._root, folder)
        if folder is None:
            return
        manifest = disk.read_manifest(folder)
        self._products, self._passages = disk.load_keyword(folder, manifest)
        if manifest.encoders != disk.encoder_versions(self._encoders):
            raise IndexDamaged(f"{folder}: built with other models; it will be built anew.")
        pictures = PictureModel.load(folder / disk.PICTURES)
        store = VectorStore(folder / "chroma")
        try:
            disk.verify(folder, manifest, store, deep=False)
        except IndexDamaged:
            store.close()
            raise
        self._generation, self._manifest, self._vectors = folder, manifest, store
        self._pictures = pictures

    def _load_keyword(self) -> None:
        """As a guest: read the owner's keyword indexes where they are true to SQL."""
        try:
            folder = disk.current_generation(self._root)
            if folder is None:
                return
            manifest = disk.read_manifest(folder)
            with read_unit(self._engine) as session:
                if changes(session, manifest, ())[0].any:
                    return
            self._products, self._passages = disk.load_keyword(folder, manifest)
        except IndexUnusable:
            return

    def close(self) -> None:
        """Wait for the thread, let go of files and lock."""
        self._closed = True
        if self._thread is not None:
            self._thread.join()
        with self._working:
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None
            self._lock.release()

    # --- reading ----------------------------------------------------------------------------------

    @property
    def owned(self) -> bool:
        """True where this process holds the lock."""
        return self._lock.is_locked

    @property
    def notice(self) -> str:
        """Why search is not all it could be, fit to be shown; empty where it is."""
        self._wait()
        return self._notice

    def health(self) -> tuple[bool, str]:
        """Whether search is all it could be, and a line that says what is indexed or why not."""
        self._wait()
        manifest = self._manifest
        if self._notice or manifest is None:
            return False, self._notice or "nothing is indexed yet; run `aisle import`"
        pictures = sum(manifest.pictures.values())
        return True, (
            f"{len(manifest.products)} products, {pictures} pictures, "
            f"{sum(manifest.passages.values())} passages"
        )

    def snapshot(self) -> Snapshot:
        """What to search in now. Keyword indexes that nobody has built are built in memory."""
        self._wait()
        if self._products is None or self._passages is None:
            with self._making:
                if self._products is None or self._passages is None:
                    with read_unit(self._engine) as session:
                        products = product_keywords(session)
                        self._passages = passage_keywords(article_passages(session))
                        self._products = products
        vectors = self._vectors
        pictures = self._pictures if vectors is not None else None
        return Snapshot(self._products, self._passages, vectors, pictures)

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
        manifest = self._manifest
        if manifest is None:
            return []
        return [f"{id_}#{n}" for id_ in product_ids for n in range(manifest.pictures.get(id_, 0))]

    def article_views(self, article_id: str) -> int:
        """How many vectors the index has of an article."""
        manifest = self._manifest
        return 0 if manifest is None else manifest.views.get(article_id, 0)

    def _drop(self, snapshot: Snapshot, error: BaseException) -> None:
        if snapshot.vectors is self._vectors and not self._closed:
            self._vectors = self._manifest = self._generation = None
            self._notice = f"Searching by keyword while the index is built anew ({error})."
            if self.owned:
                self._thread = Thread(target=self._run_sync, name="aisle-index", daemon=True)
                self._thread.start()

    def _run_sync(self) -> None:
        try:
            self.sync()
        except Exception as error:
            self._notice = f"Searching by keyword only: {error}"

    def _wait(self) -> None:
        # Only a started index has a thread that sets the event.
        if self._thread is not None:
            self._opened.wait()
        elif not self._opened.is_set():
            self.open()

    # --- keeping it true to SQL -------------------------------------------------------------------

    def sync(self, progress: Progress | None = None) -> list[str]:
        """Bring the index in line with SQL: in place, or built aside, verified and swapped in.

        Returns:
            One line for each picture that was left out. A guest, who has nothing to write,
            returns at once with none.

        Raises:
            ModelMissing, ModelDamaged: an encoder cannot be loaded; keyword search carries on.
            IndexDamaged: what was built did not pass verification; the old one stays.
        """
        if progress is not None:
            # A build that the opening thread has begun is told of from here on, too.
            self._listener = progress
        self._wait_unless_inside()
        with self._working:
            if not self.owned:
                return []
            builder = Builder(self._shop, self._encoders, self._tell)
            with read_unit(self._engine) as session:
                rows = session.execute(select(Outbox.id, Outbox.kind, Outbox.record_id)).all()
                manifest = self._manifest
                if manifest is None or self._vectors is None or self._generation is None:
                    built = self._rebuild(builder, session)
                else:
                    named = {(kind, record) for _, kind, record in rows}
                    changed, products, articles = changes(session, manifest, named)
                    size = len(changed.products) + len(changed.gone_products)
                    if size > max(50, REBUILD_SHARE * len(products)):
                        built = self._rebuild(builder, session)
                    elif changed.any:
                        built = self._apply(builder, session, changed, (products, articles))
                    else:
                        built = None
            if built is not None:
                self._products, self._passages = built.products, built.passages
            self._notice = ""
            if rows:
                with turn_unit(self._engine) as session:
                    session.execute(
                        delete(Outbox).where(Outbox.id.in_([row.id for row in rows]))
                        if len(rows) < 1000
                        else delete(Outbox).where(Outbox.id <= max(row.id for row in rows))
                    )
            self._listener = silent
            return [] if built is None else built.refused

    def _tell(self, stage: str, done: int, total: int, /) -> None:
        self._listener(stage, done, total)

    def _wait_unless_inside(self) -> None:
        if current_thread() is not self._thread:
            if self._thread is not None:
                self._thread.join()
            self._wait()

    def _rebuild(self, builder: Builder, session: Session) -> Built:
        generation = disk.new_generation(self._root)
        store = VectorStore(generation / "chroma")
        try:
            manifest, built = builder.build(session, generation, store)
            disk.verify(generation, manifest, store, deep=True)
            disk.point_to(self._root, generation)
        except BaseException:
            store.close()
            disk.remove_others(self._root, self._generation)
            raise
        old, self._vectors, self._pictures = self._vectors, store, built.pictures
        self._generation, self._manifest = generation, manifest
        if old is not None:
            old.close()
        disk.remove_others(self._root, generation)
        return built

    def _apply(
        self,
        builder: Builder,
        session: Session,
        changed: Changes,
        states: tuple[dict[str, str], dict[str, str]],
    ) -> Built:
        assert self._generation is not None
        assert self._vectors is not None
        assert self._manifest is not None
        before = self._manifest.keyword
        built = builder.apply(
            session, self._generation, self._vectors, self._manifest, changed, states
        )
        shutil.rmtree(self._generation / before, ignore_errors=True)
        return built
