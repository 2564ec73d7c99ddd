"""A shop's database with a few products and two customers, on SQLite and on PostgreSQL.

PostgreSQL is used where AISLE_TEST_POSTGRESQL holds the URL of a server on which databases may be
created, such as postgresql+psycopg://postgres@127.0.0.1/postgres.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url

from db.engine import create_engine_for, upgrade
from db.unit import turn_unit
from tests.db.shop import fill

SERVER = os.environ.get("AISLE_TEST_POSTGRESQL", "")


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    """The URL of an empty database, dropped afterwards."""
    name = f"aisle_test_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            url = make_url(server).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            with admin.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        admin.dispose()


@contextmanager
def _filled(opened: Engine) -> Iterator[Engine]:
    upgrade(opened)
    with turn_unit(opened) as session:
        fill(session)
    yield opened
    opened.dispose()


@contextmanager
def _on_postgresql() -> Iterator[Engine]:
    with _new_database(SERVER) as url, _filled(create_engine_for(url)) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"] if SERVER else ["sqlite"])
def engine(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    postgresql = request.param == "postgresql"
    with _on_postgresql() if postgresql else _filled(create_engine_for(tmp_path)) as opened:
        yield opened


@pytest.fixture
def postgresql() -> Iterator[Engine]:
    if not SERVER:
        pytest.skip("AISLE_TEST_POSTGRESQL does not name a server")
    with _on_postgresql() as opened:
        yield opened


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    with _filled(create_engine_for(tmp_path)) as opened:
        yield opened
