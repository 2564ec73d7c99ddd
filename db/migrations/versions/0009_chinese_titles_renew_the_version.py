"""A change of a Chinese title renews the version of the catalogue, too.

Names of products and titles that name a material are kept by that version in both languages.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WATCHED = {"products": "title_zh"}
TRIGGER = "renew_catalogue_version_products_title_zh"


def upgrade() -> None:
    """Forward."""
    on = f"CREATE TRIGGER {TRIGGER} AFTER UPDATE OF {WATCHED['products']} ON products"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{on} FOR EACH STATEMENT EXECUTE FUNCTION renew_catalogue_version()")
        return
    renew = "UPDATE catalogue_state SET version = lower(hex(randomblob(16)))"
    op.execute(f"{on} BEGIN {renew}; END")


def downgrade() -> None:
    """Back."""
    where = " ON products" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER {TRIGGER}{where}")
