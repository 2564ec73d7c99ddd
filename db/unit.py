"""Units of work: one transaction that is kept whole or leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.engine import writing
from db.errors import DatabaseBusy


@contextmanager
def turn_unit(engine: Engine) -> Iterator[Session]:
    """A session whose writes are committed at the end, or rolled back where anything is raised.

    The write lock is taken at once, so that turns of several threads and processes follow each
    other and what was read still holds when it is written.

    Raises:
        DatabaseBusy: the lock was not free within the busy timeout.
    """
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        try:
            session.connection()
        except OperationalError as error:
            if "lock" in str(error.orig):
                raise DatabaseBusy(
                    "the shop's database is busy with another write; try again in a moment"
                ) from error
            raise
        yield session


@contextmanager
def read_unit(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the database throughout and never writes."""
    # Closing lets go of what was read without emptying it: loaded values stay readable.
    with Session(engine, autoflush=False) as session:
        yield session
