"""Every task's right writes, made with the shop's operations, leave exactly the right records."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from benchmarks.service.end_state import against
from benchmarks.service.reference import Reference, Refused
from benchmarks.service.writes import WRITES, apply
from db.engine import create_engine_for, upgrade
from db.errors import OrderError
from db.models import Order, OrderEvent
from db.unit import turn_unit
from knowledge.feeds import import_paths
from knowledge.settings import ShopSettings, load_settings
from tests.real.conftest import real

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ShopSettings]:
    """A shop with the retail records, and the settings that came with them."""
    source = real("tau_retail", "db.json")
    folder = tmp_path_factory.mktemp("retail")
    engine = create_engine_for(folder)
    upgrade(engine)
    import_paths(engine, folder, [source])
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return folder, load_settings(folder / "shop.toml")


@pytest.fixture
def engine(made: tuple[Path, ShopSettings], tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(made[0] / "shop.db", tmp_path / "shop.db")
    engine = create_engine_for(tmp_path)
    yield engine
    engine.dispose()


def expected() -> Reference:
    return Reference.read(real("tau_retail", "db.json"))


def test_the_records_as_imported_are_the_data(engine: Engine) -> None:
    with turn_unit(engine) as session:
        assert against(session, expected()) == []


def test_the_right_writes_of_every_task_leave_the_right_records(
    engine: Engine, made: tuple[Path, ShopSettings]
) -> None:
    tasks: list[dict[str, Any]] = json.loads(
        real("tau_retail", "tasks.json").read_text(encoding="utf-8")
    )
    assert len(tasks) == 74
    data = json.loads(real("tau_retail", "db.json").read_text(encoding="utf-8"))
    for task in tasks:
        right = Reference(data)
        with turn_unit(engine) as session:
            begun = session.begin_nested()
            touched = set()
            for place, action in enumerate(task["evaluation_criteria"]["actions"]):
                name, arguments = action["name"], action["arguments"]
                if name not in WRITES:
                    continue
                user = arguments.get("user_id") or right.orders[arguments["order_id"]]["user_id"]
                touched.add(user)
                refused = []
                try:
                    right.write(name, arguments)
                except Refused:
                    refused.append("reference")
                try:
                    apply(
                        session, user, name, arguments, rules=made[1].policy,
                        turn_id=f"{task['id']}-{place}", now=NOW,
                    )  # fmt: skip
                except OrderError:
                    refused.append("shop")
                assert refused in ([], ["reference", "shop"]), (task["id"], name, arguments)
            session.flush()
            for user in touched:
                assert against(session, right, user) == [], task["id"]
            written = session.scalars(
                select(Order.customer_id)
                .join(OrderEvent, OrderEvent.order_id == Order.id)
                .where(OrderEvent.turn_id.is_not(None))
            )
            assert set(written) <= touched
            begun.rollback()


def test_the_rules_that_come_with_the_records_are_theirs(made: tuple[Path, ShopSettings]) -> None:
    policy = made[1].policy
    assert policy.cancel.reasons == ("no_longer_needed", "ordered_by_mistake")
    assert policy.change_items.once
    assert "cancel" in policy.change_items.locks
    assert policy.exchange.once
    assert policy.returns.window_days is None
    assert policy.payment.max_methods == 1
