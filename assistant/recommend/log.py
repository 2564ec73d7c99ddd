"""The shop's events as columns: read once, then only what was added since.

A row is who, in which visit, what, of which kind and when; people, visits and products are numbers.
Names of people and visits are held only while a stretch of events is read: what number somebody had
before is looked up in SQL, by the id of an event of theirs. So the columns, in memory and on disk,
name nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.models import Event

DAY: Final = 86_400.0
KINDS: Final[dict[str, int]] = {
    "view": 0,
    "click": 0,
    "cart_add": 1,
    "like": 2,
    "purchase": 3,
    "dislike": 4,
    "return": 5,
    "cart_remove": 6,
}
"""Kinds that count, as numbers; the first four speak for a product."""
PURCHASE: Final = KINDS["purchase"]
DISLIKE: Final = KINDS["dislike"]
FOR_IT: Final = 4
"""Kinds below this number speak for a product."""
STRENGTH: Final = np.array([0.3, 0.7, 1.0, 1.0, 0.0, 0.0, 0.0], np.float32)
"""How much an event of each kind says that somebody wants a product."""
VISIT_GAP: Final = 30 * 60 / DAY
"""Days of silence after which events without a visit of their own begin a new one."""
BATCH: Final = 50_000
ASKED: Final = 500
"""Names in one IN list."""


@dataclass(slots=True)
class Numbers:
    """Products by number: those of the catalogue and those only events know."""

    of: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def number(self, product_id: str) -> int:
        """The product's number, a new one where it has none."""
        found = self.of.get(product_id)
        if found is not None:
            return found
        with self._lock:
            found = self.of.get(product_id)
            if found is None:
                # The list first: whoever finds a number finds its product.
                self.ids.append(product_id)
                found = self.of[product_id] = len(self.ids) - 1
            return found

    @classmethod
    def listing(cls, ids: Iterable[str]) -> Self:
        """These products, numbered in this order."""
        listed = list(ids)
        return cls({product_id: number for number, product_id in enumerate(listed)}, listed)

    def __len__(self) -> int:
        return len(self.ids)


EVENTS: Final = Event.__table__.c
"""Columns of the events: statements over them are cheaper than over the mapped class."""
_SQLITE: Final[ColumnElement[Any]] = func.julianday(EVENTS.created_at) - 2440587.5
_POSTGRESQL: Final[ColumnElement[Any]] = func.extract("epoch", EVENTS.created_at) / DAY


def counted_events() -> tuple[ColumnElement[bool], ...]:
    """What holds of an event that counts."""
    return (EVENTS.product_id.is_not(None), EVENTS.gift.is_(False), EVENTS.kind.in_(tuple(KINDS)))


def days(session: Session) -> ColumnElement[float]:
    """The event's time in days since 1970, computed by the database."""
    return _POSTGRESQL if session.get_bind().dialect.name == "postgresql" else _SQLITE


@dataclass(slots=True)
class EventLog:
    """Events of a shop in the order in which they were stored."""

    ids: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    who: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    visit: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    item: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    kind: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    at: NDArray[np.float64] = field(default_factory=lambda: np.empty(0, np.float64))
    """Days since 1970."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def seen(self) -> int:
        """Id of the newest event that counts; 0 where there is none."""
        return int(self.ids[-1]) if len(self.ids) else 0

    def place(self, event_id: int) -> int:
        """Position of an event; -1 where it is not here."""
        found = int(np.searchsorted(self.ids, event_id))
        return found if found < len(self.ids) and self.ids[found] == event_id else -1

    def caught_up(self, session: Session, numbers: Numbers) -> EventLog:
        """The log with everything that the session sees and this one lacks, in columns of its
        own; this one where nothing was added."""
        rows = session.connection().execute(
            select(
                EVENTS.id,
                EVENTS.customer_id,
                EVENTS.conversation_id,
                EVENTS.kind,
                EVENTS.product_id,
                days(session),
            )
            .where(EVENTS.id > self.seen, *counted_events())
            .order_by(EVENTS.id)
        )
        names = _Names(session, self)
        parts = [self.columns]
        while batch := rows.fetchmany(BATCH):
            parts.append(names.numbered(batch, numbers))
        if len(parts) == 1:
            return self
        return EventLog(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """Every column, in the order of the fields."""
        return self.ids, self.who, self.visit, self.item, self.kind, self.at


class _Names:
    """Numbers people and visits while a stretch of events is read."""

    def __init__(self, session: Session, log: EventLog) -> None:
        self._session = session
        self._log = log
        self._people: dict[str, int] = {}
        """ "c:" + customer or, of guests, "v:" + visit -> number."""
        self._visits: dict[str, int] = {}
        self._open: dict[int, tuple[int, float]] = {}
        """Person -> (visit, time) of the last event that names no visit."""
        self._next_person = int(log.who.max()) + 1 if len(log) else 0
        self._next_visit = int(log.visit.max()) + 1 if len(log) else 0

    def numbered(self, rows: Sequence[Any], numbers: Numbers) -> tuple[NDArray[Any], ...]:
        """Columns of these events."""
        if len(self._log):
            self._look_up(rows)
        ids: list[int] = []
        who: list[int] = []
        visits: list[int] = []
        items: list[int] = []
        kinds: list[int] = []
        times: list[float] = []
        for id_, customer, visit, kind, product, at in rows:
            if customer:
                name = f"c:{customer}"
            elif visit:
                name = f"v:{visit}"
            else:
                continue
            person = self._people.get(name)
            if person is None:
                person = self._people[name] = self._next_person
                self._next_person += 1
            ids.append(id_)
            who.append(person)
            visits.append(self._visit(person, visit, float(at)))
            items.append(numbers.number(product))
            kinds.append(KINDS[kind])
            times.append(float(at))
        return (
            np.array(ids, np.int64),
            np.array(who, np.int32),
            np.array(visits, np.int32),
            np.array(items, np.int32),
            np.array(kinds, np.int8),
            np.array(times, np.float64),
        )

    def _visit(self, person: int, name: str | None, at: float) -> int:
        if name:
            found = self._visits.get(name)
            if found is None:
                found = self._visits[name] = self._next_visit
                self._next_visit += 1
            return found
        number, last = self._open.get(person, (-1, -1e9))
        if number < 0 or abs(at - last) > VISIT_GAP:
            number = self._next_visit
            self._next_visit += 1
        self._open[person] = (number, at)
        return number

    def _look_up(self, rows: Sequence[Any]) -> None:
        """What numbers the people and visits of these events had before."""
        customers = {row[1] for row in rows if row[1]} - {
            name[2:] for name in self._people if name.startswith("c:")
        }
        guests = {row[2] for row in rows if row[2] and not row[1]} - {
            name[2:] for name in self._people if name.startswith("v:")
        }
        visits = {row[2] for row in rows if row[2]} - set(self._visits)
        alone = {row[1] for row in rows if not row[2]} & customers
        for name, place in self._first(EVENTS.customer_id, customers):
            self._people[f"c:{name}"] = int(self._log.who[place])
        for name, place in self._first(
            EVENTS.conversation_id,
            guests,
            EVENTS.customer_id.is_(None) | (EVENTS.customer_id == ""),
        ):
            self._people[f"v:{name}"] = int(self._log.who[place])
        for name, place in self._first(EVENTS.conversation_id, visits):
            self._visits[name] = int(self._log.visit[place])
        no_visit = EVENTS.conversation_id.is_(None) | (EVENTS.conversation_id == "")
        for _, place in self._first(EVENTS.customer_id, alone, no_visit, newest=True):
            person = int(self._log.who[place])
            self._open[person] = (int(self._log.visit[place]), float(self._log.at[place]))

    def _first(
        self,
        column: ColumnElement[Any],
        names: Iterable[str],
        *where: ColumnElement[bool],
        newest: bool = False,
    ) -> list[tuple[str, int]]:
        """(name, position of its first event, or its newest) of those that have one here."""
        found = []
        asked = sorted(names)
        which = func.max(EVENTS.id) if newest else func.min(EVENTS.id)
        for start in range(0, len(asked), ASKED):
            statement = (
                select(column, which)
                .where(column.in_(asked[start : start + ASKED]), EVENTS.id <= self._log.seen)
                .where(*counted_events(), *where)
                .group_by(column)
            )
            for name, id_ in self._session.connection().execute(statement):
                place = self._log.place(int(id_))
                if place >= 0:
                    found.append((name, place))
        return found
