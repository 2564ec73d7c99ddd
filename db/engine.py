"""Opening a shop's database: engine, SQLite settings, and tables brought up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from db.errors import DatabaseUnusable
from db.migrations import HEAD

BUSY_TIMEOUT_MS = 10_000
WRITE = "aisle_write"
"""Execution option that makes a transaction take the shop's write lock at its start."""
WRITE_LOCK = 0x4169736C65
"""Key of the PostgreSQL advisory lock that stands for SQLite's write lock."""


def create_engine_for(location: Path | str, database_url: str | None = None) -> Engine:
    """The engine of a shop.

    Args:
        location: the shop folder, whose `shop.db` is opened (and created, with the folder), or a
            database URL.
        database_url: overrides the location where given; the caller passes AISLE_DATABASE_URL.

    Raises:
        DatabaseUnusable: the folder cannot be made or the URL cannot be understood.
    """
    url: str | URL
    if database_url:
        url = database_url
    elif isinstance(location, str) and "://" in location:
        url = location
    else:
        folder = Path(location)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnusable(f"{folder}: {error.strerror}. Choose another folder.") from error
        # Built from parts, so that no character of a folder's name is read as URL syntax.
        url = URL.create("sqlite", database=str(folder / "shop.db"))
    try:
        engine = create_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise DatabaseUnusable(
            f"cannot use the database URL: {error}. Check AISLE_DATABASE_URL."
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif engine.dialect.name == "postgresql":
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def writing(engine: Engine) -> Engine:
    """The same engine and pool, whose transactions take the write lock when they begin."""
    return engine.execution_options(**{WRITE: True})


def upgrade(engine: Engine) -> None:
    """Create the tables, or bring them to the newest revision; cheap where they already are.

    Raises:
        DatabaseUnusable: the file is no database, or was written by a newer version.
    """
    try:
        with engine.connect() as connection:
            if _revision(connection) == HEAD:
                return
        # Alembic is heavy to import and hardly ever needed once a shop exists.
        from db.migrations.run import to_head

        with writing(engine).begin() as connection:
            # Another process may have done it while this one waited for the lock.
            if _revision(connection) != HEAD:
                to_head(connection)
    except DBAPIError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnusable(
            f"{where}: {error.orig}. Check that it is this shop's database and can be written."
        ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _prepare_sqlite(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        # The driver would otherwise begin transactions by itself, late and without the lock.
        connection.isolation_level = None
    cursor = connection.cursor()
    # First, so that a process that opens the file while another creates it waits for it.
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITE, False):
        # Row locks alone would let two turns read the same stock and both write it.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
