"""Opening the database, migrations, units of work across processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text

from db.engine import create_engine_for, upgrade, writing
from db.errors import DatabaseBusy, DatabaseUnusable
from db.migrations import HEAD
from db.migrations.run import config_for, to_base
from db.models import Base, Variant
from db.unit import read_unit, turn_unit

COUNT_DOWN = """
import sys
from db.engine import create_engine_for, upgrade
from db.models import Variant
from db.unit import turn_unit
engine = create_engine_for(sys.argv[1])
upgrade(engine)
for _ in range(20):
    with turn_unit(engine) as session:
        variant = session.get_one(Variant, "mug-0")
        variant.stock = variant.stock + 1
"""


def test_models_and_migrations_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again(engine: Engine) -> None:
    with writing(engine).begin() as connection:
        to_base(connection)
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    upgrade(engine)
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) > set(Base.metadata.tables)


def test_head_is_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(config_for()).get_heads() == [HEAD]


def test_sqlite_is_durable_and_checks_foreign_keys(sqlite: Engine) -> None:
    with sqlite.connect() as connection:
        values = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete")
        }
    assert values == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "secure_delete": 1,
    }


def test_a_url_given_explicitly_beats_the_folder(tmp_path: Path) -> None:
    engine = create_engine_for(tmp_path / "a", f"sqlite:///{tmp_path / 'b.db'}")
    upgrade(engine)
    engine.dispose()
    assert (tmp_path / "b.db").exists()
    assert not (tmp_path / "a").exists()


def test_odd_folder_names_are_taken_as_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "a?b#c %40"
    engine = create_engine_for(folder)
    upgrade(engine)
    engine.dispose()
    assert (folder / "shop.db").exists()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_bytes(b"not a database" * 100)
    engine = create_engine_for(tmp_path)
    with pytest.raises(DatabaseUnusable, match=r"shop\.db"):
        upgrade(engine)
    engine.dispose()


def test_a_failed_unit_leaves_nothing(engine: Engine) -> None:
    def fail() -> None:
        with turn_unit(engine) as session:
            session.get_one(Variant, "mug-0").stock = 0
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with read_unit(engine) as session:
        assert session.get_one(Variant, "mug-0").stock == 5


def test_a_second_writer_waits_for_the_first(engine: Engine) -> None:
    first_is_in, second_may_go = threading.Event(), threading.Event()
    order: list[str] = []

    def first() -> None:
        with turn_unit(engine) as session:
            first_is_in.set()
            second_may_go.wait(5)
            session.get_one(Variant, "mug-0").stock = 1
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    first_is_in.wait(5)
    second_may_go.set()
    with turn_unit(engine) as session:
        order.append("second")
        assert session.get_one(Variant, "mug-0").stock == 1
    thread.join()
    assert order == ["first", "second"]


def test_a_lock_held_too_long_is_reported(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine.BUSY_TIMEOUT_MS", 1)
    other = create_engine_for(engine.url.render_as_string(hide_password=False))
    with turn_unit(engine), pytest.raises(DatabaseBusy), turn_unit(other):
        pytest.fail("two writers at once")
    other.dispose()


def test_no_update_is_lost_between_processes(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", COUNT_DOWN, url]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with read_unit(engine) as session:
        assert session.scalar(select(Variant.stock).where(Variant.id == "mug-0")) == 65


def test_two_processes_may_create_one_shop(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from db.engine import *; "
        "e = create_engine_for(Path(sys.argv[1])); upgrade(e)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "new")]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]


def test_a_reader_on_postgresql_sees_one_state(postgresql: Engine) -> None:
    stock = select(Variant.stock).where(Variant.id == "mug-0")
    with read_unit(postgresql) as reader:
        before = reader.scalar(stock)
        with turn_unit(postgresql) as writer:
            writer.get_one(Variant, "mug-0").stock += 1
        assert reader.scalar(stock) == before
    with read_unit(postgresql) as reader:
        assert reader.scalar(stock) == (before or 0) + 1
