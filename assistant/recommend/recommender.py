"""One shop's recommender in one process: what was counted, what came since, and the ranker.

Three things keep a list true to the records. The shopper's own events are read from SQL for each
list. Popularity follows every event, of whomever, that was stored since the counting. All else that
is counted of all shoppers is counted anew: at once in a small shop; in a large one in a thread,
when the log has grown by a share or some minutes have passed, and what was counted is left on disk
for the next process (`snapshot`). A large shop that nothing was counted of yet is served without
it, in place of waiting.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from threading import Lock, RLock, Thread
from time import monotonic
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
import structlog
from filelock import FileLock, Timeout
from sqlalchemy import ColumnElement, Engine, Pool, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from assistant.recommend import snapshot
from assistant.recommend.additive import AdditiveModel, ModelUnreadable
from assistant.recommend.catalogue import Catalogue, read_catalogue
from assistant.recommend.default import default_model
from assistant.recommend.likeness import Likeness
from assistant.recommend.log import (
    EVENTS,
    KINDS,
    VISIT_GAP,
    EventLog,
    Numbers,
    counted_events,
    days,
)
from assistant.recommend.signals import History, Signals
from assistant.recommend.snapshot import Counted, SnapshotUnusable
from assistant.recommend.statistics import Kinds, Statistics, count_events
from assistant.recommend.visits import Visits, VisitSettings
from db.events import events_state
from db.unit import read_unit
from knowledge.shop import Shop

log = structlog.get_logger("aisle.recommender")

MODEL_FILE: Final = Path("recommender", "ranker.json")
"""In the shop folder; without it the default ranker serves."""
SMALL: Final = 500
"""Events up to which everything is counted anew for each that is added."""
AT_ONCE: Final = 20_000
"""Events up to which a shop that nothing was counted of is counted before its first list, and that
are not worth keeping on disk."""
GROWTH: Final = 0.01
"""Share by which a large log grows before all is counted anew."""
OFTEN: Final = 600.0
"""Seconds after which it is counted anew with less."""
NEWEST: Final = 2_000
"""Most events of one shopper that a list is made from."""
LARGE: Final = 2_000
"""Products from which on a changed catalogue is read in a thread."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything a list is made from; it never changes."""

    version: str
    """Of the events; see `db.events.events_version`."""
    seen: int
    """Id of the newest event that counts here."""
    added: int
    """Events since the counting."""
    numbers: Numbers
    catalogue: Catalogue
    signals: Signals
    log: EventLog
    """What was counted."""
    counted: str
    """Version of the catalogue whose kinds were counted."""
    complete: bool = True
    """False while a large shop is counted for the first time."""
    model: AdditiveModel = field(default_factory=default_model)
    visit_settings: VisitSettings = field(default_factory=VisitSettings)

    @property
    def visits(self) -> Visits:
        """Past visits, by product."""
        return self.signals.of.visits


class Recommender:
    """Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.likeness = Likeness(folder)
        self._lock = RLock()
        self._state: State | None = None
        self._thread: Thread | None = None
        self._counted_at = 0.0
        self._stamp: tuple[int, int] | None = None
        self._model = default_model()
        self._how = VisitSettings()

    @classmethod
    def of(cls, session: Session, folder: Path) -> Recommender:
        """The recommender of the database that a session reads."""
        bind = session.get_bind()
        pool = bind.engine.pool
        with _lock:
            found = _all.get(pool)
            if found is None:
                found = _all[pool] = cls(folder)
            return found

    # --- up to date -------------------------------------------------------------------------------

    def refresh(self, session: Session) -> State:
        """Bring everything up to date with what the session sees."""
        with self._lock:
            version, catalogue_version, newest = events_state(session)
            state = self._state
            if state is None or not version or state.version != version:
                state = self._begin(session, version, catalogue_version, newest)
            if newest > state.seen:
                state = self._followed(session, state, newest)
            if not catalogue_version or state.catalogue.version != catalogue_version:
                if state.catalogue.size <= LARGE:
                    state = replace(
                        state, catalogue=read_catalogue(session, state.numbers, catalogue_version)
                    )
                else:
                    self._aside(session)
            if len(state.numbers) > state.catalogue.size:
                state = replace(state, catalogue=state.catalogue.widened(state.numbers))
            stale = state.added > 0 or state.counted != state.catalogue.version
            if stale and state.complete and len(state.log) + state.added <= SMALL:
                state = self._counted_anew(session, state, newest)
            elif self._due(state):
                self._aside(session)
            self._read_model()
            state = replace(state, model=self._model, visit_settings=self._how)
            self._state = state
            return state

    def prepare(self, session: Session) -> State:
        """As `refresh`, but counted before it returns, and kept on disk where that is worth it."""
        self.refresh(session)
        self.settle()
        with self._lock:
            state = self.refresh(session)
            if not state.complete or state.added > GROWTH * len(state.log):
                # Nobody counts aside, or from an older state than the session sees.
                state = self._counted_anew(session, state, events_state(session)[2])
                state = self._state = self._kept(state)
            return state

    def settle(self) -> None:
        """Wait for what is being counted aside."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _begin(self, session: Session, version: str, catalogue_version: str, newest: int) -> State:
        """The first state, or the first after events were erased."""
        before = self._state
        self._state = None
        try:
            found = snapshot.load(self._folder, version)
        except SnapshotUnusable as reason:
            if before is not None:
                # What was counted of somebody who is erased must not stay.
                snapshot.remove(self._folder)
            elif newest > AT_ONCE:
                log.info("counting anew", reason=str(reason))
        else:
            self._counted_at = monotonic()
            numbers = Numbers.listing(found.products)
            catalogue = read_catalogue(session, numbers, catalogue_version)
            return State(
                version,
                found.log.seen,
                0,
                numbers,
                catalogue,
                Signals(found.statistics),
                found.log,
                found.catalogue,
            )
        numbers = before.numbers if before else Numbers()
        if (
            before is not None
            and catalogue_version
            and (before.catalogue.version == catalogue_version)
        ):
            catalogue = before.catalogue
        else:
            catalogue = read_catalogue(session, numbers, catalogue_version)
        nothing = EventLog()
        if newest <= AT_ONCE:
            empty = Signals(_counts(nothing, catalogue.kinds))
            state = State(version, 0, 0, numbers, catalogue, empty, nothing, catalogue_version)
            return self._counted_anew(session, state, newest)
        signals = before.signals if before else Signals(_counts(nothing, catalogue.kinds))
        # What came before is counted aside; popularity begins with it.
        return State(version, newest, 0, numbers, catalogue, signals, nothing, "", complete=False)

    def _followed(self, session: Session, state: State, newest: int) -> State:
        """The state after what was stored since, of whomever."""
        rows = session.connection().execute(_since(days(session)), {"seen": state.seen}).all()
        if not rows:
            return replace(state, seen=newest)
        items = np.array([state.numbers.number(product) for _, product, _ in rows], np.int32)
        kinds = np.array([KINDS[kind] for kind, _, _ in rows], np.int8)
        times = np.array([float(at) for _, _, at in rows])
        popularity = state.signals.popularity.after(items, kinds, times)
        return replace(
            state,
            seen=newest,
            added=state.added + len(rows),
            signals=state.signals.followed_by(popularity, items),
        )

    # --- counting ---------------------------------------------------------------------------------

    def _counted_anew(self, session: Session, state: State, newest: int) -> State:
        """The state with everything counted that the session sees."""
        counted = state.log.caught_up(session, state.numbers)
        catalogue = state.catalogue.widened(state.numbers)
        statistics = _counts(counted, catalogue.kinds)
        self._counted_at = monotonic()
        return State(
            state.version,
            newest,
            0,
            state.numbers,
            catalogue,
            Signals(statistics),
            counted,
            catalogue.version,
        )

    def _due(self, state: State) -> bool:
        if not state.complete:
            return True
        if state.counted == state.catalogue.version and not state.added:
            return False
        grown = state.added > GROWTH * len(state.log)
        return grown or monotonic() - self._counted_at > OFTEN

    def _aside(self, session: Session) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        engine = session.get_bind().engine
        self._thread = Thread(
            target=self._count_aside, args=(engine,), name="aisle-recommender", daemon=True
        )
        self._thread.start()

    def _count_aside(self, engine: Engine) -> None:
        try:
            root = self._folder / snapshot.COUNTS.parent
            root.mkdir(parents=True, exist_ok=True)
            # One process counts; the others go on with what they have and look again later.
            with FileLock(root / "lock", timeout=0), read_unit(engine) as session:
                version, catalogue_version, newest = events_state(session)
                with self._lock:
                    state = self._state
                if state is None or state.version != version:
                    return
                if state.catalogue.version != catalogue_version:
                    catalogue = read_catalogue(session, state.numbers, catalogue_version)
                    state = replace(state, catalogue=catalogue)
                    with self._lock:
                        if self._state is not None and self._state.version == version:
                            self._state = replace(self._state, catalogue=catalogue)
                if self._due(state):
                    made = self._kept(self._counted_anew(session, state, newest))
                    with self._lock:
                        # What was erased meanwhile must not come back.
                        if self._state is not None and self._state.version == version:
                            self._state = made
        except Timeout:
            self._counted_at = monotonic()
        except Exception as error:
            # A list can be made without; the next one tries again.
            log.warning("counting failed", error=f"{type(error).__name__}: {error}")
            self._counted_at = monotonic()

    def _kept(self, state: State) -> State:
        """The same with its arrays on disk, where that is worth it."""
        if len(state.log) <= AT_ONCE or not state.version:
            return state
        counted = Counted(state.log, state.signals.of, tuple(state.numbers.ids), state.counted)
        try:
            snapshot.save(self._folder, state.version, counted)
            found = snapshot.load(self._folder, state.version)
        except (OSError, SnapshotUnusable) as error:
            log.warning("counts not kept", error=str(error))
            return state
        return replace(state, log=found.log, signals=Signals(found.statistics))

    # --- one shopper ------------------------------------------------------------------------------

    def history(
        self,
        session: Session,
        state: State,
        customer_id: str | None,
        conversation_id: str,
    ) -> History:
        """What a shopper did, by the records as they are now, oldest first: under their name, and
        as a guest in this conversation."""
        statement = _theirs(days(session)) if customer_id else _guests(days(session))
        names = {"visit": conversation_id}
        if customer_id:
            names["customer"] = customer_id
        rows = session.connection().execute(statement, names).all()
        number = state.numbers.of
        size = state.catalogue.size
        known = [row for row in reversed(rows) if number.get(row[4], size) < size]
        known.sort(key=lambda row: float(row[5]))
        visits: dict[str, int] = {}
        visit: list[int] = []
        silences, last = 0, -1e9
        for row in known:
            name = row[2]
            if not name:
                # Events without a visit of their own: a silence begins a new one.
                silences += float(row[5]) - last > VISIT_GAP
                name, last = f"\n{silences}", float(row[5])
            visit.append(visits.setdefault(name, len(visits)))
        person = -1
        for row in known:
            place = state.log.place(row[0])
            if place >= 0:
                person = int(state.log.who[place])
                if row[1]:
                    break
        return History(
            np.array([number[row[4]] for row in known], np.int32),
            np.array([KINDS[row[3]] for row in known], np.int8),
            np.array([float(row[5]) for row in known], np.float64),
            np.array(visit, np.int32),
            person,
            here=visits.get(conversation_id, -2),
        )

    def _read_model(self) -> None:
        """The trained ranker where there is one, read again when its file has changed."""
        path = self._folder / MODEL_FILE
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamp = None
        if stamp == self._stamp:
            return
        self._stamp = stamp
        self._model, self._how = default_model(), VisitSettings()
        if stamp is not None:
            try:
                self._model = AdditiveModel.load(path)
                self._how = VisitSettings.from_dict(self._model.card.get("visits", {}))
            except (ModelUnreadable, TypeError):
                # `aisle doctor` says so; lists go on with the default ranker.
                self._model = default_model()


def _counts(counted: EventLog, kinds: Kinds) -> Statistics:
    return count_events(counted.who, counted.visit, counted.item, counted.kind, counted.at, kinds)


def prepare(shop: Shop) -> int:
    """Count a shop's events and compare its products now, and keep both on disk, so that nobody
    waits for it later; returns the number of events counted."""
    with read_unit(shop.engine) as session:
        recommender = Recommender.of(session, shop.folder)
        state = recommender.prepare(session)
        recommender.likeness.prepare(shop.knowledge, state.catalogue)
        return len(state.log)


def read_ahead(session: Session, shop: Shop) -> None:
    """Read what the first list would otherwise wait for; of a large shop, also what is alike."""
    recommender = Recommender.of(session, shop.folder)
    state = recommender.refresh(session)
    if state.seen > AT_ONCE:
        recommender.likeness.neighbours(shop.knowledge, state.catalogue)


# Statements are built once: building one takes longer than running it.
@cache
def _since(at: ColumnElement[float]) -> Select[Any]:
    who = or_(EVENTS.customer_id.is_not(None), EVENTS.conversation_id.is_not(None))
    return select(EVENTS.kind, EVENTS.product_id, at).where(
        EVENTS.id > bindparam("seen"), *counted_events(), who
    )


@cache
def _guests(at: ColumnElement[float]) -> Select[Any]:
    return _newest(at, _guest())


@cache
def _theirs(at: ColumnElement[float]) -> Select[Any]:
    return _newest(at, or_(EVENTS.customer_id == bindparam("customer"), _guest()))


def _guest() -> ColumnElement[bool]:
    return (EVENTS.conversation_id == bindparam("visit")) & EVENTS.customer_id.is_(None)


def _newest(at: ColumnElement[float], whose: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            EVENTS.id,
            EVENTS.customer_id,
            EVENTS.conversation_id,
            EVENTS.kind,
            EVENTS.product_id,
            at,
        )
        .where(whose, *counted_events())
        .order_by(EVENTS.id.desc())
        .limit(NEWEST)
    )


_all: WeakKeyDictionary[Pool, Recommender] = WeakKeyDictionary()
_lock = Lock()
