"""The catalogue's version: renewed by what words and limits are made of, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import Engine, delete, text, update
from sqlalchemy.orm import Session

from db.catalogue import catalogue_version
from db.models import Base, Product, Variant
from db.unit import read_unit, turn_unit


def version(engine: Engine) -> str:
    with read_unit(engine) as session:
        return catalogue_version(session)


def _new_product(session: Session) -> None:
    old = session.query(Product).first()
    assert old is not None
    session.add(
        Product(id="new", title="New", price=Decimal(1), currency="USD", updated_at=old.updated_at)
    )


CHANGES: dict[str, Callable[[Session], object]] = {
    "a title": lambda s: s.execute(update(Product).values(title="Another")),
    "a Chinese title": lambda s: s.execute(update(Product).values(title_zh="另一个")),
    "a brand": lambda s: s.execute(update(Product).values(brand="Another")),
    "an attribute": lambda s: s.execute(update(Product).values(attributes={"weight": 2})),
    "taken off sale": lambda s: s.execute(update(Product).values(active=False)),
    "a colour": lambda s: s.execute(update(Variant).values(color="teal")),
    "a variant off sale": lambda s: s.execute(update(Variant).values(active=False)),
    "plain SQL": lambda s: s.execute(text("UPDATE variants SET size = 'XL'")),
    "a variant gone": lambda s: s.execute(delete(Variant)),
    "a product more": _new_product,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_words_are_made_of_renews_it(
    engine: Engine, change: Callable[[Session], object]
) -> None:
    before = version(engine)
    with turn_unit(engine) as session:
        change(session)
        session.flush()
        inside = catalogue_version(session)
    assert len({before, inside}) == 2
    assert version(engine) == inside


def test_prices_and_stock_leave_it(engine: Engine) -> None:
    before = version(engine)
    with turn_unit(engine) as session:
        session.execute(update(Variant).values(price=Decimal("3.50"), stock=0))
        session.execute(update(Product).values(price=Decimal("3.50"), popularity=2.0))
    assert len(before) == 32
    assert version(engine) == before


def test_what_was_rolled_back_leaves_it(engine: Engine) -> None:
    before = version(engine)
    with turn_unit(engine) as session:
        session.execute(update(Product).values(title="Another"))
        assert catalogue_version(session) != before
        session.rollback()
    assert version(engine) == before


def test_every_watched_column_is_a_column() -> None:
    from importlib import import_module

    steps = ("0002_a_version_of_the_catalogue", "0009_chinese_titles_renew_the_version")
    for step in steps:
        for table, columns in import_module(f"db.migrations.versions.{step}").WATCHED.items():
            assert set(columns.split(", ")) <= {c.name for c in Base.metadata.tables[table].columns}
