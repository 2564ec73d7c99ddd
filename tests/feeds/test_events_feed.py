"""Histories: bad lines are refused by number, the others are taken once, and profiles follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from db.models import Customer, Event, Product, Profile
from db.unit import read_unit, turn_unit
from knowledge.feeds import import_paths
from tests.knowledge.made import shop_with

AHEAD = (datetime.now(UTC) + timedelta(days=400)).isoformat()
LINES = f"""customer_id,product_id,event,timestamp,session_id
ann,mug,purchase,2026-01-01T10:00:00Z,
ann,mug,purchase,2026-01-01T10:00:00Z,
ann,gone,view,2026-01-01T10:00:00Z,
bob,mug,view,2026-01-01T10:00:00Z,
ann,mug,purchase,{AHEAD},
ann,mug,dance,2026-01-01T10:00:00Z,
,mug,view,1767261600,s1
,mug,view,2026-01-01T10:00:00Z,
ann,mug,addtocart,yesterday,
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    mug = Product(
        id="mug",
        title="Mug",
        brand="Acme",
        price=Decimal(9),
        currency="USD",
        rating=None,
        released_at=None,
        updated_at=datetime.now(UTC),
    )
    engine = shop_with(tmp_path, [mug, Customer(id="ann", created_at=datetime.now(UTC))])
    yield engine
    engine.dispose()


def test_bad_lines_are_refused_and_the_rest_is_taken_once(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(LINES, encoding="utf-8")
    report = import_paths(engine, tmp_path, [file])
    assert [refusal.line for refusal in report.refusals] == [4, 5, 6, 7, 9, 10]
    assert report.added["event"] == 3
    again = import_paths(engine, tmp_path, [file])
    assert (again.added["event"], again.updated["event"]) == (0, 3)
    with read_unit(engine) as session:
        kinds = sorted(session.scalars(select(Event.kind)).all())
        profile = session.get_one(Profile, "ann")
    assert kinds == ["purchase", "purchase", "view"]
    assert set(profile.inferred["brand"]) == {"Acme"}


def test_json_lines_of_clicks(engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "clicks.jsonl"
    file.write_text(
        '{"session_id": "s", "item_id": "mug", "time": 1767261600000}\n'
        '{"session_id": "s", "item_id": "mug", "time": "not a time"}\n',
        encoding="utf-8",
    )
    report = import_paths(engine, tmp_path, [file])
    assert report.added["event"] == 1
    assert [refusal.line for refusal in report.refusals] == [2]
    with turn_unit(engine) as session:
        event = session.scalars(select(Event)).one()
    assert (event.kind, event.customer_id) == ("click", None)
    assert event.created_at == datetime(2026, 1, 1, 10, tzinfo=UTC)
