"""Member tiers, articles as written beside articles as filled in, and questions left unanswered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("customers", sa.Column("tier", sa.String(32), nullable=False, server_default=""))
    op.add_column("articles", sa.Column("template", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "articles", sa.Column("filled_with", sa.String(64), nullable=False, server_default="")
    )
    op.create_table(
        "open_questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_questions")),
        sa.UniqueConstraint("key", name=op.f("uq_open_questions_key")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("open_questions")
    op.drop_column("articles", "filled_with")
    op.drop_column("articles", "template")
    op.drop_column("customers", "tier")
