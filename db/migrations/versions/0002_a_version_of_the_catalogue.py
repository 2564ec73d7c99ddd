"""A version that each change of the catalogue renews, and indexes made for hard limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Prices and stock are left out: they change with every order, and nothing that is kept by version
# depends on them. A step that rebuilds one of these tables must make its triggers anew.
WATCHED = {
    "products": "title, brand, category, category_path, category_zh, audience, material, "
    "attributes, attribute_units, active",
    "variants": "product_id, options, color, size, active",
}
EVENTS = ("insert", "delete", "update")


def upgrade() -> None:
    """Forward."""
    table = op.create_table(
        "catalogue_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_state")),
    )
    op.bulk_insert(table, [{"id": 1, "version": ""}])
    if op.get_bind().dialect.name == "postgresql":
        _watch_postgresql()
    else:
        _watch_sqlite()
    # Nearly every product is on sale, so that an index on it only leads a planner astray.
    op.drop_index(op.f("ix_products_active"), table_name="products")
    op.drop_index(op.f("ix_products_category"), table_name="products")
    op.create_index("ix_products_category_active", "products", ["category", "active"])
    op.drop_index(op.f("ix_variants_product_id"), table_name="variants")
    op.create_index("ix_variants_offer", "variants", ["product_id", "active", "price", "stock"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_variants_offer", table_name="variants")
    op.create_index(op.f("ix_variants_product_id"), "variants", ["product_id"])
    op.drop_index("ix_products_category_active", table_name="products")
    op.create_index(op.f("ix_products_category"), "products", ["category"])
    op.create_index(op.f("ix_products_active"), "products", ["active"])
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name in WATCHED:
        for event in EVENTS:
            where = f" ON {name}" if on_postgresql else ""
            op.execute(f"DROP TRIGGER {_trigger(name, event)}{where}")
    if on_postgresql:
        op.execute("DROP FUNCTION renew_catalogue_version()")
    op.drop_table("catalogue_state")


def _trigger(table: str, event: str) -> str:
    return f"renew_catalogue_version_{table}_{event}"


def _on(table: str, event: str) -> str:
    columns = f" OF {WATCHED[table]}" if event == "update" else ""
    return f"CREATE TRIGGER {_trigger(table, event)} AFTER {event.upper()}{columns} ON {table}"


def _watch_sqlite() -> None:
    renew = "UPDATE catalogue_state SET version = lower(hex(randomblob(16)))"
    op.execute(renew)
    for table in WATCHED:
        for event in EVENTS:
            op.execute(f"{_on(table, event)} BEGIN {renew}; END")


def _watch_postgresql() -> None:
    renew = "UPDATE catalogue_state SET version = md5(random()::text || clock_timestamp()::text)"
    op.execute(renew)
    op.execute(
        "CREATE FUNCTION renew_catalogue_version() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {renew}; RETURN NULL; END $$"
    )
    for table in WATCHED:
        for event in EVENTS:
            op.execute(
                f"{_on(table, event)} FOR EACH STATEMENT EXECUTE FUNCTION renew_catalogue_version()"
            )
