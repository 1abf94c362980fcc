"""Clusters by language, names, sentences that come back, what people corrected, what round-ups mention.

Tables that change are built anew and filled from the old ones, so that a migrated file has the very schema of a new
one. Until now a cluster was compared as if it had one language: its first member's.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

FINGERPRINTS = """
INSERT INTO fingerprint SELECT article, "when", language, outlet, brief, shingles, signature, vector, copy_keys,
    retelling_keys, terms, x'', '[]', x'', '[]' FROM old_fingerprint
"""
STRANDS = """
INSERT INTO strand SELECT c.id, coalesce((SELECT f.language FROM membership m JOIN fingerprint f ON f.article = m.article
    WHERE m.cluster = c.id ORDER BY m.level = 'first' DESC, m.article LIMIT 1), ''), c.size, c.weight, c.total
    FROM old_cluster c WHERE c.size > 0
"""
CLUSTERS = """
INSERT INTO cluster SELECT id, size, x'', first, last, merged_into, unresolved, unswept FROM old_cluster
"""


def upgrade() -> None:
    """Builds the new tables and carries over what the old ones hold."""
    _fingerprints()
    _clusters()
    _sentences()
    _people()


def _fingerprints() -> None:
    op.rename_table("fingerprint", "old_fingerprint")
    op.create_table(
        "fingerprint",
        sa.Column("article", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("when", sa.Float(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("brief", sa.Boolean(), nullable=False),
        sa.Column("shingles", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("copy_keys", sa.LargeBinary(), nullable=False),
        sa.Column("retelling_keys", sa.LargeBinary(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("name_forms", sa.JSON(), nullable=False),
        sa.Column("name_keys", sa.LargeBinary(), nullable=False),
        sa.Column("credits", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("article"),
    )
    op.execute(FINGERPRINTS)
    op.drop_table("old_fingerprint")


def _clusters() -> None:
    for column in ("unresolved", "unswept"):
        op.drop_index(f"ix_cluster_{column}", "cluster")
    op.rename_table("cluster", "old_cluster")
    op.create_table(
        "cluster",
        sa.Column("id", _ID, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("first", sa.Float(), nullable=True),
        sa.Column("last", sa.Float(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("unresolved", sa.Boolean(), nullable=False),
        sa.Column("unswept", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    for column in ("unresolved", "unswept"):
        op.create_index(f"ix_cluster_{column}", "cluster", [column])
    op.create_table(
        "strand",
        sa.Column("cluster", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("total", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cluster", "language"),
        sqlite_with_rowid=False,
    )
    op.execute(CLUSTERS)
    op.execute(STRANDS)
    op.drop_table("old_cluster")


def _sentences() -> None:
    op.create_table(
        "sentence",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.Column("title", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sentence_day", "sentence", ["day"])


def _people() -> None:
    op.create_table(
        "correction",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "tie",
        sa.Column("correction", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("one", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("correction", "one", "other"),
        sqlite_with_rowid=False,
    )
    for column in ("one", "other"):
        op.create_index(f"ix_tie_{column}", "tie", [column])
    op.create_table(
        "mention",
        sa.Column("article", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("article", "cluster"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_cluster", "mention", ["cluster"])
