"""Distinct values of the catalogue's columns, kept for as long as its version stands."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.catalogue import catalogue_version
from db.models import Product, Variant

VERSIONS = 4
"""Versions of catalogues that are kept: copies of a shop that scripts play on have their own."""

T = TypeVar("T")

_kept: OrderedDict[str, dict[Hashable, object]] = OrderedDict()
_lock = Lock()


class Held:
    """What the records of one transaction hold, read once for each version of the catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._version: str | None = None

    def texts(self, column: InstrumentedAttribute[str]) -> tuple[str, ...]:
        """Every text of a column but the empty one, in no order."""
        return self._once(
            (column.class_.__tablename__, column.key),
            lambda: tuple(v for v in self._session.scalars(select(column).distinct()) if v),
        )

    def option_texts(self, name: str) -> tuple[str, ...]:
        """Every text that variants state under an option of this name, but the empty one."""
        stated: ColumnElement[str] = Variant.options[name].as_string()
        return self._once(
            ("option", name),
            lambda: tuple(v for v in self._session.scalars(select(stated).distinct()) if v),
        )

    def categories(self) -> tuple[tuple[str, str, str], ...]:
        """Every (category, path, Chinese category) that products have."""
        columns = (Product.category, Product.category_path, Product.category_zh)
        return self._once(
            "categories",
            lambda: tuple(
                (a, b, c) for a, b, c in self._session.execute(select(*columns).distinct())
            ),
        )

    def _once(self, key: Hashable, read: Callable[[], T]) -> T:
        if self._version is None:
            # Read first: what is read after it is never older.
            self._version = catalogue_version(self._session)
        if not self._version:
            return read()
        with _lock:
            values = _kept.setdefault(self._version, {})
            _kept.move_to_end(self._version)
            while len(_kept) > VERSIONS:
                _kept.popitem(last=False)
            if key in values:
                return values[key]  # type: ignore[return-value]
        found = read()
        with _lock:
            values[key] = found
        return found
