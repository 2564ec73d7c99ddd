"""One shop's recommender in one process: the log, what was counted from it, and the ranker.

The log is caught up before each list, so the shopper's own events count in the very next one. What
is counted of all shoppers together is counted anew once the log has grown by a share, at once in a
small shop and in a thread in a large one, and at once where events were erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock, RLock, Thread
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import Pool
from sqlalchemy.orm import Session

from assistant.recommend.additive import AdditiveModel, ModelUnreadable
from assistant.recommend.catalogue import Catalogue, read_catalogue
from assistant.recommend.default import default_model
from assistant.recommend.log import EventLog
from assistant.recommend.signals import History, Signals
from assistant.recommend.statistics import Statistics, count_events
from assistant.recommend.visits import Visits, VisitSettings
from db.catalogue import catalogue_version

MODEL_FILE: Final = Path("recommender", "ranker.json")
"""In the shop folder; without it the default ranker serves."""
SMALL: Final = 5_000
"""Events up to which everything is counted anew for each that is added."""
GROWTH: Final = 0.01
"""Share by which a large log grows before all is counted anew."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything a list is made from; it never changes."""

    catalogue: Catalogue
    signals: Signals
    model: AdditiveModel
    visit_settings: VisitSettings

    @property
    def visits(self) -> Visits:
        """Past visits, by product."""
        return self.signals.of.visits


class Recommender:
    """Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = RLock()
        self._log = EventLog()
        self._state: State | None = None
        self._counting = False
        self._erased = 0
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

    @property
    def log(self) -> EventLog:
        """The events in memory, as `refresh` left them."""
        return self._log

    def refresh(self, session: Session) -> State:
        """Bring everything up to date with what the session sees."""
        with self._lock:
            added = self._log.catch_up(session)
            if added < 0:
                self._erased += 1
                self._state = None
            version = catalogue_version(session)
            state = self._state
            catalogue = state.catalogue if state else None
            if catalogue is None or not version or catalogue.version != version:
                catalogue = read_catalogue(session, self._log, version)
            elif len(self._log.products) > catalogue.size:
                catalogue = catalogue.widened(self._log.products)
            self._read_model()
            if state is None or self._stale(state, catalogue):
                signals = Signals(self._count(catalogue))
            else:
                signals = state.signals
            self._state = State(catalogue, signals, self._model, self._how)
            return self._state

    def history(
        self, state: State, names: tuple[str, ...], pending: History | None = None
    ) -> History:
        """What one shopper did under any of these names, oldest first, and what is not stored
        yet."""
        log, counted = self._log, state.signals.of.events
        parts = []
        person = -1
        for name in names:
            number = log.people.get(name)
            if number is None:
                continue
            person = number if person < 0 or name.startswith("c:") else person
            parts.append(state.signals.of.own.row(number)[0].astype(np.int64))
            parts.append(counted + np.flatnonzero(log.who.all[counted:] == number))
        places = np.unique(np.concatenate(parts)) if parts else np.empty(0, np.int64)
        places = places[np.argsort(log.at.all[places], kind="stable")]
        found = History(
            log.item.all[places],
            log.kind.all[places],
            log.at.all[places],
            log.visit.all[places],
            person,
        )
        return found if pending is None else found.followed_by(pending)

    def _stale(self, state: State, catalogue: Catalogue) -> bool:
        counted, size = state.signals.of.events, len(self._log)
        if size == counted and catalogue.kinds is state.catalogue.kinds:
            return False
        if size <= SMALL:
            return True
        if size - counted > GROWTH * counted or catalogue.version != state.catalogue.version:
            self._count_aside(catalogue)
        return False

    def _count(self, catalogue: Catalogue) -> Statistics:
        log = self._log
        return count_events(
            log.who.all,
            log.visit.all,
            log.item.all,
            log.kind.all,
            log.at.all,
            catalogue.size,
            catalogue.kinds,
        )

    def _count_aside(self, catalogue: Catalogue) -> None:
        if self._counting:
            return
        self._counting = True
        log, erased = self._log, self._erased
        who, visit, item = log.who.all.copy(), log.visit.all.copy(), log.item.all.copy()
        kind, at = log.kind.all.copy(), log.at.all.copy()

        def count() -> None:
            try:
                counted = count_events(who, visit, item, kind, at, catalogue.size, catalogue.kinds)
                made = Signals(counted)
                with self._lock:
                    # What was erased meanwhile must not come back.
                    if self._state is not None and self._erased == erased:
                        self._state = State(
                            self._state.catalogue, made, self._state.model, self._how
                        )
            finally:
                self._counting = False

        Thread(target=count, name="aisle-recommender", daemon=True).start()

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


_all: WeakKeyDictionary[Pool, Recommender] = WeakKeyDictionary()
_lock = Lock()
