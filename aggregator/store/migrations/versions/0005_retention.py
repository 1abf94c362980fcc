"""When a feed was first read without an entry, and when a chore was last done: what dropping of old rows stands on.

Entries from before count as carried until a document without them is read.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds a column that old rows leave empty, its index and a table."""
    op.execute("ALTER TABLE entry ADD COLUMN left_at DATETIME")
    op.execute("CREATE INDEX ix_entry_carried ON entry (feed) WHERE left_at IS NULL")
    op.create_table(
        "chore",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
