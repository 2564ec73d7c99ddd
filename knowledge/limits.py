"""Hard limits as SQL: which products have one variant on sale that meets all of them at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import Product, Variant
from knowledge.held import Held, value_of
from knowledge.matching import has_words, in_category, same, same_color, same_size, suits
from knowledge.types import AttributeFilter, Limits, Sort
from knowledge.units import meets

OTHER_NAMES = {"memory": ("ram",)}
"""Attribute -> what variants call the option that says it of them."""

FIRST = 400
"""How many of all that pass are put in order at first."""

BATCH = 1000
"""Ids in one IN list; SQLite takes some 32,000 and PostgreSQL more."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A product that meets the limits, with the variant to show."""

    product_id: str
    variant_id: str
    title: str
    price: Decimal
    rating: float | None
    rating_count: int
    released: float
    """Seconds since 1970; 0 where unknown."""
    popularity: float


@dataclass(slots=True)
class _Stating:
    """Products sorted by what their records state of the attributes that are limited."""

    only: set[str] | None
    """Nobody else can meet the limits; None where anybody can."""
    barred: set[str]
    """These cannot."""
    exact: bool
    """All others do."""

    def keep(self, ids: Iterable[str]) -> list[str]:
        """Those of the ids that may meet the limits."""
        return [
            id_ for id_ in ids if (self.only is None or id_ in self.only) and id_ not in self.barred
        ]

    def narrow(self, statement: Select[Any]) -> Select[Any]:
        """Where few can meet the limits, all else is asked of these alone."""
        if self.only is None or len(self.only) > BATCH:
            return statement
        return statement.where(Product.id.in_(sorted(self.only)))


class LimitFilter:
    """Limits made ready against what the shop's records hold at this moment."""

    def __init__(self, session: Session, limits: Limits, exclude: Iterable[str] = ()) -> None:
        self._session = session
        self._held = Held(session)
        self._attributes = limits.attributes
        self._exclude = frozenset(exclude)
        self.impossible = False
        """True where a limit names a value that no record holds."""
        self.empty = limits == Limits() and not self._exclude
        """True where everything on sale passes."""
        self._product: list[ColumnElement[bool]] = [Product.active.is_(True)]
        self._variant: list[ColumnElement[bool]] = [
            Variant.product_id == Product.id,
            Variant.active.is_(True),
        ]
        self._categories(limits.categories, limits.not_categories)
        self._texts(Product.brand, limits.brands, limits.not_brands, same, self._product)
        self._materials(limits.materials, limits.not_materials)
        self._texts(Product.audience, limits.audiences, (), suits, self._product)
        self._texts(Variant.color, limits.colors, limits.not_colors, same_color, self._variant)
        self._texts(Variant.size, limits.sizes, (), same_size, self._variant)
        if limits.price_min is not None:
            self._variant.append(Variant.price >= limits.price_min)
        if limits.price_max is not None:
            self._variant.append(Variant.price <= limits.price_max)
        if limits.in_stock:
            self._variant.append(Variant.stock > 0)

    def _texts(
        self,
        column: InstrumentedAttribute[str],
        wanted: Sequence[str],
        unwanted: Sequence[str],
        accepts: Callable[[str, str], bool],
        into: list[ColumnElement[bool]],
    ) -> None:
        if not wanted and not unwanted:
            return
        held = self._held.texts(column)
        if wanted:
            taken = [value for value in held if any(accepts(value, want) for want in wanted)]
            self.impossible |= not taken
            into.append(column.in_(taken))
        if unwanted:
            barred = [value for value in held if any(accepts(value, want) for want in unwanted)]
            if barred:
                into.append(column.not_in(barred))

    def _materials(self, wanted: Sequence[str], unwanted: Sequence[str]) -> None:
        """A variant's own material counts where it states one, else the product's."""
        if not wanted and not unwanted:
            return
        for want in unwanted:
            # What is not wanted is kept out by the title, too: records often state it only there.
            titled = self._held.titled(want)
            if len(titled) > BATCH:
                self._product.append(~Product.title.icontains(want, autoescape=True))
            elif titled:
                self._product.append(Product.id.not_in(titled))
        texts = self._held.option_texts("material")
        if not texts:
            self._texts(Product.material, wanted, unwanted, has_words, self._product)
            return
        own = Variant.options["material"].as_string()
        stated = func.coalesce(func.nullif(own, ""), Product.material)
        held = {*texts, *self._held.texts(Product.material)}
        if wanted:
            taken = [text for text in held if any(has_words(text, want) for want in wanted)]
            self.impossible |= not taken
            self._variant.append(stated.in_(taken))
        if unwanted:
            barred = [text for text in held if any(has_words(text, want) for want in unwanted)]
            if barred:
                self._variant.append(stated.not_in(barred))

    def _categories(self, wanted: Sequence[str], unwanted: Sequence[str]) -> None:
        if wanted:
            taken = [held for held in self._held.categories() if in_category(held, wanted)]
            self.impossible |= not taken
            self._product.append(self._one_of(taken))
        if unwanted:
            barred = [held for held in self._held.categories() if in_category(held, unwanted)]
            if barred:
                self._product.append(~self._one_of(barred))

    def _one_of(self, taken: Sequence[tuple[str, str, str]]) -> ColumnElement[bool]:
        """Products of these (category, path, Chinese category); by the category alone, which is
        indexed, wherever all that is filed under it is taken."""
        chosen = set(taken)
        split = {held[0] for held in self._held.categories() if held not in chosen}
        whole = sorted({held[0] for held in chosen} - split)
        parts: list[ColumnElement[bool]] = [Product.category.in_(whole)] if whole else []
        parts += [
            and_(
                Product.category == category,
                Product.category_path == path,
                Product.category_zh == chinese,
            )
            for category, path, chinese in sorted(chosen)
            if category in split
        ]
        return or_(false(), *parts)

    def _where(self, statement: Select[Any]) -> Select[Any]:
        return statement.where(*self._product, exists().where(*self._variant))

    def ids(self, cap: int | None = None) -> list[str] | None:
        """Every product id that passes, in id order; None where they are more than `cap`."""
        if self.impossible:
            return []
        stating = self._stating()
        statement = stating.narrow(self._where(select(Product.id)))
        if cap is not None and not self._attributes:
            statement = statement.limit(cap + 1)
        # Sorted here: in SQL it would keep the limit from ending the scan early.
        rows = sorted(self._session.scalars(statement))
        rows = stating.keep(rows)
        if cap is not None and len(rows) > cap:
            return None
        found = [id_ for id_ in rows if id_ not in self._exclude]
        return found if stating.exact else list(self.eligible(found))

    def prices(self) -> tuple[int, Decimal | None, Decimal | None]:
        """How many products pass, and the lowest and highest price of their shown variants."""
        if self.impossible:
            return 0, None, None
        if self._attributes:
            prices = [chosen.price for chosen in self.eligible(self.ids() or ()).values()]
            return len(prices), min(prices, default=None), max(prices, default=None)
        shown = (
            select(_shown_price().label("price"))
            .select_from(Product)
            .join(Variant, and_(*self._variant))
            .where(*self._product, Product.id.not_in(sorted(self._exclude)))
            .group_by(Product.id)
            .subquery()
        )
        lowest, highest = func.min(shown.c.price), func.max(shown.c.price)
        count, low, high = self._session.execute(select(func.count(), lowest, highest)).one()
        return count, low, high

    def _stating(self) -> _Stating:
        """Whom the limits on attributes keep out, by what is kept of the products' own records."""
        found = _Stating(None, set(), True)
        for limit in self._attributes:
            name = limit.name.replace('"', "")
            low = name.casefold()
            if low in ("color", "size"):
                found.exact = False
                continue
            spellings = (name, *OTHER_NAMES.get(low, ()))
            # Their variants have a say, so that only `eligible` can tell.
            open_: set[str] = set().union(*(self._held.with_option(name) for name in spellings))
            if low == "rating":
                open_.update(self._rated(limit))
            met, unmet = set(open_), set[str]()
            for (value, unit), ids in self._held.stating(name).items():
                (met if meets(json.loads(value), unit, limit) else unmet).update(ids)
            found.exact = found.exact and not open_
            if limit.operator == "ne":
                found.barred |= unmet - open_
            else:
                found.only = met if found.only is None else found.only & met
        return found

    def _rated(self, limit: AttributeFilter) -> Iterable[str]:
        """Ids of the products whose rating, which changes by itself, may meet a limit on it."""
        statement = select(Product.id).where(Product.rating.is_not(None))
        if isinstance(limit.value, (int, float)) and limit.operator in ("min", "max"):
            lowest = limit.operator == "min"
            near = float(limit.value) + (-0.01 if lowest else 0.01)
            statement = statement.where(
                Product.rating >= near if lowest else Product.rating <= near
            )
        return self._session.scalars(statement)

    def ordered(self, sort: Sort) -> Iterator[Chosen]:
        """Every product that passes, in the order of a sort; relevance means popularity."""
        if self.impossible:
            return
        price = select(_shown_price()).where(*self._variant).scalar_subquery()
        order: tuple[Any, ...] = {
            "price_asc": (price.asc(),),
            "price_desc": (price.desc(),),
            "rating": (
                Product.rating.is_(None),
                Product.rating.desc(),
                Product.rating_count.desc(),
            ),
            "newest": (Product.released_at.is_(None), Product.released_at.desc()),
            "popular": (),
            "relevance": (),
        }[sort]
        statement = self._where(select(Product.id)).order_by(
            *order, Product.popularity.desc(), Product.id
        )
        stating = self._stating()
        statement = stating.narrow(statement)
        # The caller mostly wants few: the first are found without putting all the others in order.
        first = list(self._session.scalars(statement.limit(FIRST)))
        yield from self._in_turn(stating.keep(first))
        if len(first) == FIRST:
            rest = list(self._session.scalars(statement))[FIRST:]
            yield from self._in_turn(stating.keep(rest))

    def _in_turn(self, ids: Sequence[str]) -> Iterator[Chosen]:
        found = [id_ for id_ in ids if id_ not in self._exclude]
        start, size = 0, 50
        while start < len(found):
            chunk = found[start : start + size]
            passed = self.eligible(chunk)
            yield from (passed[id_] for id_ in chunk if id_ in passed)
            start, size = start + size, min(4 * size, BATCH)

    def eligible(self, ids: Sequence[str]) -> dict[str, Chosen]:
        """Those of the ids that pass, each with its best variant: in stock first, then cheapest."""
        out: dict[str, Chosen] = {}
        if self.impossible:
            return out
        names = [limit.name.replace('"', "") for limit in self._attributes]
        extracts = [
            column
            for name in names
            for column in (
                value_of(Product.attributes, name),
                value_of(Product.attribute_units, name),
            )
        ]
        anywhere: list[ColumnElement[bool]] = []
        if extracts and all(limit.operator != "ne" for limit in self._attributes):
            # Left to SQL: records that state none of it, in attributes, options or columns.
            anywhere = [
                or_(Product.attributes[name].as_string().is_not(None), *_elsewhere(name))
                for name in names
            ]
        wanted = [id_ for id_ in ids if id_ not in self._exclude]
        for start in range(0, len(wanted), BATCH):
            statement = (
                select(
                    Product.id,
                    Product.title,
                    Product.rating,
                    Product.rating_count,
                    Product.released_at,
                    Product.popularity,
                    Variant.id,
                    Variant.price,
                    *((Variant.options, Variant.color, Variant.size) if extracts else ()),
                    *extracts,
                )
                .join(Variant, and_(*self._variant))
                .where(Product.id.in_(wanted[start : start + BATCH]), *self._product, *anywhere)
                .order_by(
                    Product.id,
                    case((Variant.stock > 0, 0), else_=1),
                    Variant.price,
                    Variant.position,
                    Variant.id,
                )
            )
            for row in self._session.execute(statement):
                if row[0] in out or (extracts and not self._meets_all(row)):
                    continue
                released = row[4].timestamp() if row[4] else 0.0
                out[row[0]] = Chosen(
                    row[0], row[6], row[1], row[7], row[2], row[3], released, row[5]
                )
        return {id_: out[id_] for id_ in wanted if id_ in out}

    def _meets_all(self, row: Any) -> bool:
        options = {str(key).casefold(): value for key, value in (row[8] or {}).items()}
        options.setdefault("color", row[9])
        options.setdefault("size", row[10])
        for number, limit in enumerate(self._attributes):
            value, unit = row[11 + 2 * number : 13 + 2 * number]
            name = limit.name.casefold()
            own_unit = str(unit or "")
            if name == "rating" and value is None:
                value = row[2]
            # A variant's own option says more of it than the product's attribute.
            own = (options.get(spelling) for spelling in (name, *OTHER_NAMES.get(name, ())))
            value = next((stated for stated in own if stated not in (None, "", [])), value)
            if not meets(value, own_unit, limit):
                return False
        return True


def states(session: Session, categories: Sequence[str], name: str) -> bool:
    """Whether a record of any product of these kinds states an attribute, or "audience"."""
    held = Held(session)
    key = "states", tuple(categories), name
    return held.once(key, lambda: _states(session, held, categories, name))


def _states(session: Session, held: Held, categories: Sequence[str], name: str) -> bool:
    within = LimitFilter(session, Limits(categories=tuple(categories))).ids() or []
    if name == "audience":
        named = set(session.scalars(select(Product.id).where(Product.audience != "")))
        return not named.isdisjoint(within)
    stating = {id_ for ids in held.stating(name).values() for id_ in ids}
    return not stating.isdisjoint(within) or not held.with_option(name).isdisjoint(within)


def brands_within(session: Session, limits: Limits) -> list[tuple[str, int]]:
    """Every brand of the products on sale that meet the limits, with how many there are of it; the
    one with most comes first."""
    within = set(LimitFilter(session, limits).ids() or [])
    rows = session.execute(select(Product.id, Product.brand).where(Product.brand != ""))
    held = Counter(brand for id_, brand in rows if id_ in within)
    return sorted(held.items(), key=lambda pair: (-pair[1], pair[0].casefold()))


def prices_within(session: Session, limits: Limits) -> list[Decimal]:
    """The price of every product on sale that meets the limits, of its shown variant; ascending."""
    within = LimitFilter(session, limits)
    return sorted(item.price for item in within.eligible(within.ids() or []).values())


def _shown_price() -> ColumnElement[Decimal]:
    """Price of the variant that is shown of those grouped: in stock first, then cheapest."""
    return func.coalesce(
        func.min(case((Variant.stock > 0, Variant.price))), func.min(Variant.price)
    )


def _elsewhere(name: str) -> tuple[ColumnElement[bool], ...]:
    """Where a limited attribute may stand beside the product's attributes of that spelling."""
    low = name.casefold()
    places: list[ColumnElement[bool]] = [cast(Variant.options, String) != "{}"]
    if low != name:
        places.append(Product.attributes[low].as_string().is_not(None))
    column = {"color": Variant.color, "size": Variant.size}.get(low)
    if column is not None:
        places.append(column != "")
    if low == "rating":
        places.append(Product.rating.is_not(None))
    return tuple(places)
