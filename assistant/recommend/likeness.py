"""Products like one in words and picture, for all products at once and kept on disk.

In a small shop they are compared when they are first asked for; in a large one in a thread, and
what was found for an older catalogue serves meanwhile.
"""

from __future__ import annotations

import os
import zipfile
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread
from typing import Final

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from assistant.recommend.catalogue import Catalogue
from knowledge.alike import Kind, nearest_of_all
from knowledge.shop import Knowledge
from knowledge.types import ProductQuery

log = structlog.get_logger("aisle.recommender")

FILE: Final = Path("recommender", "alike.npz")
ALIKE: Final = 12
"""Neighbours of each product."""
AT_ONCE: Final = 2_000
"""Products up to which they are compared when they are asked for."""
MOST: Final = 60_000
"""Products beyond which each is searched for when it is asked for."""
SEARCHED: Final = 5_000
"""Products searched for one by one whose neighbours are kept."""
KEPT: Final = 4
"""Catalogues whose neighbours are kept: copies of a shop that scripts play on have their own."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Of each product on sale those most like it."""

    version: str
    rows: dict[str, int]
    """Product id -> row."""
    ids: tuple[str, ...]
    places: NDArray[np.int32]
    strength: NDArray[np.float32]

    complete: bool = field(init=False)
    """False where the index lacked vectors of some product when they were compared."""

    def __post_init__(self) -> None:
        whole = len(self.ids) < 2 or bool((self.places[:, 0] >= 0).all())
        object.__setattr__(self, "complete", whole)

    def of(self, product_id: str) -> list[tuple[str, float]] | None:
        """(product id, likeness in 0..1), the likest first; None where it is not known."""
        row = self.rows.get(product_id)
        if row is None:
            return None
        return [
            (self.ids[place], float(how))
            for place, how in zip(self.places[row].tolist(), self.strength[row], strict=True)
            if place >= 0
        ]

    def save(self, path: Path) -> None:
        """Write them, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}.new")
        with aside.open("wb") as file:
            np.savez(
                file,
                version=np.array(self.version),
                ids=np.array(self.ids),
                places=self.places,
                strength=self.strength,
            )
        aside.replace(path)

    @classmethod
    def load(cls, path: Path, version: str) -> Neighbours | None:
        """What was kept for this version of the catalogue; None where there is none to be used."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                if str(held["version"]) != version:
                    return None
                ids = tuple(held["ids"].tolist())
                places, strength = held["places"], held["strength"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        if places.shape != (len(ids), ALIKE) or strength.shape != places.shape:
            return None
        return cls(version, {id_: row for row, id_ in enumerate(ids)}, ids, places, strength)


class Likeness:
    """Keeps the neighbours of one shop's products. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._held: Neighbours | None = None
        self._of: tuple[str, int] = ("", 0)
        self._looked = False
        self._thread: Thread | None = None
        self._lock = Lock()
        self._searched: OrderedDict[tuple[str, int, str], list[tuple[str, float]]] = OrderedDict()
        """Found one by one, by version of the catalogue, index and product."""

    def neighbours(self, knowledge: Knowledge, catalogue: Catalogue) -> Neighbours | None:
        """Of the catalogue as it is, or of an older one while they are compared; None where each
        is to be searched for."""
        size = len(catalogue.popular)
        if not catalogue.version or size > MOST:
            return None
        snapshot = knowledge.index.snapshot()
        key = (catalogue.version, id(snapshot.products))
        with self._lock:
            held = self._held
            done = held is not None and held.version == catalogue.version and held.complete
            if done or self._of == key:
                return held
            if not self._looked:
                self._looked = True
                self._held = Neighbours.load(self._path, catalogue.version)
                if self._held is not None:
                    self._of = key
                    return self._held
            if snapshot.vectors is None:
                return self._held
            if size <= AT_ONCE:
                self._held, self._of = _compared_once(knowledge, catalogue), key
            elif self._thread is None or not self._thread.is_alive():
                self._thread = Thread(
                    target=self._aside, args=(knowledge, catalogue, key), daemon=True
                )
                self._thread.start()
            return self._held

    def of(
        self, session: Session, knowledge: Knowledge, catalogue: Catalogue, product_id: str
    ) -> list[tuple[str, float]]:
        """(product id, likeness in 0..1), the likest first.

        While a large shop is compared for the first time there are none, in place of a search for
        each product of each list.
        """
        held = self.neighbours(knowledge, catalogue)
        pairs = held.of(product_id) if held is not None else None
        if pairs is not None:
            return pairs
        if held is None and AT_ONCE < len(catalogue.popular) <= MOST:
            return []
        key = (catalogue.version, id(knowledge.index.snapshot().products), product_id)
        pairs = self._searched.get(key) if catalogue.version else None
        if pairs is None:
            query = ProductQuery(similar_to=product_id, limit=ALIKE)
            hits = knowledge.products.search(session, query)
            top = hits[0].score if hits else 0.0
            pairs = [(hit.product_id, hit.score / top) for hit in hits if hit.score > 0]
            with self._lock:
                self._searched[key] = pairs
                while len(self._searched) > SEARCHED:
                    self._searched.popitem(last=False)
        return pairs

    def prepare(self, knowledge: Knowledge, catalogue: Catalogue) -> None:
        """Compare them now and keep them on disk, where that has not been done."""
        self.neighbours(knowledge, catalogue)
        thread = self._thread
        if thread is not None:
            thread.join()

    def _aside(self, knowledge: Knowledge, catalogue: Catalogue, key: tuple[str, int]) -> None:
        try:
            found = compared(knowledge, catalogue)
            with self._lock:
                self._held, self._of = found, key
            if found is not None:
                found.save(self._path)
        except Exception as error:
            # Lists go on by searching; the next process tries again.
            log.warning("comparing products failed", error=f"{type(error).__name__}: {error}")


_small: OrderedDict[str, Neighbours] = OrderedDict()
_small_lock = Lock()


def _compared_once(knowledge: Knowledge, catalogue: Catalogue) -> Neighbours | None:
    with _small_lock:
        held = _small.get(catalogue.version)
    if held is None:
        held = compared(knowledge, catalogue)
        if held is not None:
            with _small_lock:
                _small[catalogue.version] = held
                while len(_small) > KEPT:
                    _small.popitem(last=False)
    return held


def compared(knowledge: Knowledge, catalogue: Catalogue) -> Neighbours | None:
    """Every product on sale with every other; None where the index has no vectors."""
    snapshot = knowledge.index.snapshot()
    if snapshot.vectors is None:
        return None
    numbers = sorted(catalogue.popular.tolist(), key=catalogue.ids.__getitem__)
    ids = tuple(catalogue.ids[number] for number in numbers)
    entries = [catalogue.entries[number] for number in numbers]
    places, strength = nearest_of_all(
        knowledge.index,
        snapshot,
        ids,
        [Kind(e.category, e.category_path, e.audience) for e in entries if e is not None],
        knowledge.products.weights_for(ProductQuery(similar_to="")),
        ALIKE,
    )
    rows = {id_: row for row, id_ in enumerate(ids)}
    return Neighbours(catalogue.version, rows, ids, places, strength)
