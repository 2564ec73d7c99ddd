"""Events that say whom they are for and where they came from, and a version that erasing renews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TRIGGERS = ("delete", "update")
"""Appending leaves what was read before as it was; these two do not."""


def upgrade() -> None:
    """Forward."""
    op.add_column(
        "events", sa.Column("gift", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("events", sa.Column("source", sa.String(length=192), nullable=True))
    op.create_index("ix_events_source", "events", ["source"], unique=True)
    table = op.create_table(
        "event_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_state")),
    )
    op.bulk_insert(table, [{"id": 1, "version": ""}])
    if op.get_bind().dialect.name == "postgresql":
        _watch_postgresql()
    else:
        _watch_sqlite()


def downgrade() -> None:
    """Back."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {_name(name)}{' ON events' if on_postgresql else ''}")
    if on_postgresql:
        op.execute("DROP FUNCTION renew_event_version()")
    op.drop_table("event_state")
    op.drop_index("ix_events_source", "events")
    op.drop_column("events", "source")
    op.drop_column("events", "gift")


def _name(kind: str) -> str:
    return f"renew_event_version_{kind}"


def _watch_sqlite() -> None:
    renew = "UPDATE event_state SET version = lower(hex(randomblob(16)))"
    op.execute(renew)
    for kind in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {_name(kind)} AFTER {kind.upper()} ON events BEGIN {renew}; END"
        )


def _watch_postgresql() -> None:
    renew = "UPDATE event_state SET version = md5(random()::text || clock_timestamp()::text)"
    op.execute(renew)
    op.execute(
        "CREATE FUNCTION renew_event_version() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {renew}; RETURN NULL; END $$"
    )
    for kind in TRIGGERS:
        op.execute(
            f"CREATE TRIGGER {_name(kind)} AFTER {kind.upper()} ON events "
            "FOR EACH STATEMENT EXECUTE FUNCTION renew_event_version()"
        )
