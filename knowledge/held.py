"""Distinct values of the catalogue's columns, kept for as long as its version stands."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, case, cast, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.catalogue import catalogue_version
from db.models import Product, Variant
from knowledge.matching import says

ATTRIBUTES = 24
"""Attributes of one version whose values are kept, those asked for last."""

IN_QUERY = 500
"""Texts compared with in one statement."""

FEW = ("attribute", "titled", "with option", "states")
"""What is kept for as many names as `ATTRIBUTES` alone, those asked for last."""

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
        return self.once(
            (column.class_.__tablename__, column.key),
            lambda: tuple(v for v in self._session.scalars(select(column).distinct()) if v),
        )

    def option_texts(self, name: str) -> tuple[str, ...]:
        """Every text that variants state under an option of this name, but the empty one."""
        stated: ColumnElement[str] = Variant.options[name].as_string()
        return self.once(
            ("option", name),
            lambda: tuple(v for v in self._session.scalars(select(stated).distinct()) if v),
        )

    def categories(self) -> tuple[tuple[str, str, str], ...]:
        """Every (category, path, Chinese category) that products have."""
        columns = (Product.category, Product.category_path, Product.category_zh)
        return self.once(
            "categories",
            lambda: tuple(
                (a, b, c) for a, b, c in self._session.execute(select(*columns).distinct())
            ),
        )

    def stating(self, name: str) -> dict[tuple[str, str], tuple[str, ...]]:
        """(JSON of the value, unit) -> ids of the products whose record states it of an attribute,
        under the name as it is spelt or else in lower case."""
        return self.once(("attribute", name), lambda: self._read_attribute(name))

    def titled(self, wanted: str) -> tuple[str, ...]:
        """Ids of products whose titles name a material, "Wool Beanie" for wool, whatever else
        their record states."""
        return self.once(("titled", wanted.casefold()), lambda: self._read_titled(wanted))

    def with_option(self, name: str) -> frozenset[str]:
        """Ids of products of which a variant states an option of this name, in any case."""
        low = name.casefold()
        return self.once(("with option", low), lambda: self._read_with(low))

    def _read_titled(self, wanted: str) -> tuple[str, ...]:
        words = wanted.split()
        if not words:
            return ()
        # The longest word finds few; each is then looked at as words.
        near = max(words, key=len)
        rows = self._session.execute(
            select(Product.id, Product.title, Product.title_zh).where(
                or_(
                    Product.title.icontains(near, autoescape=True),
                    Product.title_zh.icontains(near, autoescape=True),
                )
            )
        )
        return tuple(id_ for id_, *titles in rows if says(titles, wanted))

    def _read_options(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each text of options that variants have, and the names in it, in lower case."""
        text = cast(Variant.options, String)
        return tuple(
            (options, frozenset(str(name).casefold() for name in json.loads(options) or ()))
            for options in self._session.scalars(select(text).where(text != "{}").distinct())
        )

    def _read_with(self, name: str) -> frozenset[str]:
        """Ids of the products with a variant among whose options one has this lower-case name."""
        texts = [held for held, names in self.once("options", self._read_options) if name in names]
        text = cast(Variant.options, String)
        found: set[str] = set()
        for start in range(0, len(texts), IN_QUERY):
            some = texts[start : start + IN_QUERY]
            found.update(self._session.scalars(select(Variant.product_id).where(text.in_(some))))
        return frozenset(found)

    def _read_attribute(self, name: str) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], list[str]] = {}
        # As text: few values are different, and each of them is taken apart once.
        values = cast(value_of(Product.attributes, name), String)
        units = cast(value_of(Product.attribute_units, name), String)
        told: dict[tuple[str | None, str | None], tuple[str, str]] = {}
        rows = self._session.execute(
            select(Product.id, values, units).where(
                *_may_state(name),
                or_(
                    Product.attributes[name].as_string().is_not(None),
                    Product.attributes[name.casefold()].as_string().is_not(None),
                ),
            )
        )
        for id_, value, unit in rows:
            key = told.get((value, unit))
            if key is None:
                key = json.dumps(_parsed(value)), str(_parsed(unit) or "")
                told[value, unit] = key
            found.setdefault(key, []).append(id_)
        return {key: tuple(ids) for key, ids in found.items()}

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` tells of the catalogue's records, read anew only once they have changed. The
        first of a key that is a tuple names what kind of thing it is; of each, few are kept."""
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
            for kind in FEW:
                asked = [k for k in values if isinstance(k, tuple) and k[0] == kind]
                for old in asked[:-ATTRIBUTES]:
                    del values[old]
        return found


def _may_state(name: str) -> tuple[ColumnElement[bool], ...]:
    """Where an attribute may be stated: a search in the text, which costs less than reading it."""
    if json.dumps(name) != f'"{name}"':
        return ()  # written with escapes, in one way or another
    text = cast(Product.attributes, String)
    spelt = {f'"{name}"', f'"{name.casefold()}"'}
    return (or_(*(text.contains(one, autoescape=True) for one in sorted(spelt))),)


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def value_of(column: InstrumentedAttribute[dict[str, Any]], name: str) -> ColumnElement[Any]:
    """The value under a name as it is spelt, or else under its lower-case spelling."""
    if name == name.casefold():
        return column[name]
    # What is missing comes as JSON's null, which coalesce would take for a value.
    spelt = column[name].as_string().is_not(None)
    return case((spelt, column[name]), else_=column[name.casefold()])
