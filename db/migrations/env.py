"""Alembic's entry: runs the migrations on the connection or engine it was handed."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine

from db.models import Base
from db.types import Money, UtcDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Column types of this project, written as what the database stores."""
    if kind == "type" and isinstance(item, Money):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run inside the connection's transaction: all steps or none."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | Engine | None = context.config.attributes.get("connection")
if given is None:
    raise SystemExit("Migrations run through db.engine.upgrade, which brings the connection.")
if isinstance(given, Engine):
    with given.begin() as opened:
        run(opened)
else:
    run(given)
