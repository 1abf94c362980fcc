"""What servers ask of us outlives a restart: pauses, robots rules, moves, feeds that are gone, feeds without guids.

`feed_state` is built anew and filled from the old one, so that a migrated file has the very schema of a new one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STATES = """
INSERT INTO feed_state (feed, etag, last_modified, validated_at, body_hash, interval, next_due, last_attempt,
    last_success, failures, error, moved_polls, link_keys, ttl, skip_hours)
SELECT feed, etag, last_modified, validated_at, body_hash, interval, next_due, last_attempt,
    last_success, failures, error, 0, :false, 0, 0 FROM old_feed_state
"""


def upgrade() -> None:
    """Builds the new tables and carries over what the old one holds."""
    op.drop_index("ix_feed_state_next_due", "feed_state")
    op.rename_table("feed_state", "old_feed_state")
    op.create_table(
        "feed_state",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("validated_at", sa.DateTime(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("next_due", sa.DateTime(), nullable=True),
        sa.Column("last_attempt", sa.DateTime(), nullable=True),
        sa.Column("last_success", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
        sa.Column("gone_since", sa.DateTime(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_since", sa.DateTime(), nullable=True),
        sa.Column("moved_polls", sa.Integer(), nullable=False),
        sa.Column("link_keys", sa.Boolean(), nullable=False),
        sa.Column("ttl", sa.Float(), nullable=False),
        sa.Column("skip_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feed"),
    )
    op.create_index("ix_feed_state_next_due", "feed_state", ["next_due"])
    op.get_bind().execute(sa.text(STATES), {"false": False})
    op.drop_table("old_feed_state")
    op.create_table(
        "host_pause",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )
    op.create_table(
        "robots",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )
