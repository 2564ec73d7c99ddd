"""The shop's events as columns in memory: read once, then only what was added since.

A row is who, in which visit, what, of which kind and when; people and products are numbers. The
columns are held in memory only: nothing of them is written to disk, and when events are erased
(`db.events.events_version`) they are read anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.events import events_version
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


@dataclass(slots=True)
class Column:
    """An array that grows at its end."""

    data: NDArray[Any]
    size: int = 0

    def extend(self, values: Sequence[Any] | NDArray[Any]) -> None:
        """Append values; the memory doubles when it is full."""
        need = self.size + len(values)
        if need > len(self.data):
            grown = np.empty(max(need, 2 * len(self.data), 1024), self.data.dtype)
            grown[: self.size] = self.data[: self.size]
            self.data = grown
        self.data[self.size : need] = values
        self.size = need

    @property
    def all(self) -> NDArray[Any]:
        """Everything appended so far."""
        return self.data[: self.size]


def _ints() -> Column:
    return Column(np.empty(0, np.int32))


@dataclass(slots=True)
class Row:
    """One event as it is appended; `at` is in days since 1970."""

    customer: str | None
    visit: str | None
    kind: str
    product: str
    at: float


@dataclass(slots=True)
class EventLog:
    """Events of a shop in the order in which they were stored."""

    products: dict[str, int] = field(default_factory=dict)
    """Product id -> number; products of the catalogue and those only events know."""
    people: dict[str, int] = field(default_factory=dict)
    """ "c:" + customer or, of guests, "v:" + visit -> number."""
    visits: dict[str, int] = field(default_factory=dict)
    who: Column = field(default_factory=_ints)
    visit: Column = field(default_factory=_ints)
    item: Column = field(default_factory=_ints)
    kind: Column = field(default_factory=lambda: Column(np.empty(0, np.int8)))
    at: Column = field(default_factory=lambda: Column(np.empty(0, np.float64)))
    seen: int = 0
    """Highest event id read."""
    version: str = ""
    _open: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Person -> (visit, time) of the last event that names no visit."""

    def __len__(self) -> int:
        return self.who.size

    def number(self, product_id: str) -> int:
        """The product's number, a new one where it has none."""
        return self.products.setdefault(product_id, len(self.products))

    @property
    def latest(self) -> float:
        """Time of the newest event in days since 1970; 0 where there is none."""
        return float(self.at.all.max()) if len(self) else 0.0

    def extend(self, rows: Iterable[Row]) -> int:
        """Append events; returns how many count."""
        who: list[int] = []
        visits: list[int] = []
        items: list[int] = []
        kinds: list[int] = []
        times: list[float] = []
        for row in rows:
            kind = KINDS.get(row.kind)
            name = f"c:{row.customer}" if row.customer else f"v:{row.visit}" if row.visit else None
            if kind is None or name is None:
                continue
            person = self.people.setdefault(name, len(self.people))
            who.append(person)
            visits.append(self._visit(person, row))
            items.append(self.number(row.product))
            kinds.append(kind)
            times.append(row.at)
        self.who.extend(who)
        self.visit.extend(visits)
        self.item.extend(items)
        self.kind.extend(kinds)
        self.at.extend(times)
        return len(who)

    def _visit(self, person: int, row: Row) -> int:
        if row.visit:
            return self.visits.setdefault(row.visit, len(self.visits))
        number, last = self._open.get(person, (-1, -1e9))
        if number < 0 or abs(row.at - last) > VISIT_GAP:
            number = self.visits.setdefault(f"#{len(self.visits)}", len(self.visits))
        self._open[person] = (number, row.at)
        return number

    def catch_up(self, session: Session) -> int:
        """Read what was stored since the last time, or all anew where events were erased.

        Returns the number of events appended; -1 where everything was read anew.
        """
        version = events_version(session)
        anew = version != self.version
        if anew:
            known = dict(self.products)
            self.__init__()  # type: ignore[misc]
            self.products = known
            self.version = version
        rows = session.execute(
            select(
                Event.id,
                Event.customer_id,
                Event.conversation_id,
                Event.kind,
                Event.product_id,
                _days(session),
            )
            .where(Event.id > self.seen, Event.product_id.is_not(None), Event.gift.is_(False))
            .order_by(Event.id)
        )
        added = 0
        while batch := rows.fetchmany(50_000):
            added += self.extend(Row(c, v, k, p, float(at)) for _, c, v, k, p, at in batch)
            self.seen = int(batch[-1][0])
        # Events that are about no product are passed over once, not each time.
        self.seen = max(self.seen, session.scalar(select(func.max(Event.id))) or 0)
        return -1 if anew else added


def _days(session: Session) -> Any:
    """The event's time in days since 1970, computed by the database."""
    if session.get_bind().dialect.name == "postgresql":
        return func.extract("epoch", Event.created_at) / DAY
    return func.julianday(Event.created_at) - 2440587.5
