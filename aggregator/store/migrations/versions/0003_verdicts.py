"""What people said of origins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the table; no earlier correction spoke of origins."""
    op.create_table(
        "verdict",
        sa.Column("correction", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("correction"),
        sqlite_with_rowid=False,
    )
