"""Clusters by language, names, sentences that come back, what people corrected, what round-ups mention.

Tables that change are built anew and filled from the old ones, so that a migrated file has the very schema of a new
one. Until now a cluster was compared as if it had one language: its first member's; weights took eight bytes, of which
four said nothing; and band keys did not know their article's time. Shingles are hashed in another way from now on, so
an article from before is found as a retelling, not as a copy.
"""

from __future__ import annotations

import json
from array import array
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 500

# 2**53 stands for the second of what is undated.
BANDS = """
INSERT INTO band SELECT b.kind, b."key", coalesce(CAST(f."when" AS BIGINT), 9007199254740992), b.article
    FROM old_band b JOIN fingerprint f ON f.article = b.article
"""
MEMBERSHIPS = """
INSERT INTO membership SELECT article, cluster, level, partner, score FROM old_membership
"""
STRANDS = """
SELECT c.id AS cluster, coalesce((SELECT f.language FROM membership m JOIN fingerprint f ON f.article = m.article
    WHERE m.cluster = c.id ORDER BY m.level = 'first' DESC, m.article LIMIT 1), '') AS language, c.size, c.weight, c.total
    FROM old_cluster c WHERE c.size > 0
"""
CLUSTERS = """
INSERT INTO cluster SELECT id, size, first, last, merged_into, unresolved, unswept FROM old_cluster
"""


def upgrade() -> None:
    """Builds the new tables and carries over what the old ones hold."""
    _fingerprints()
    _bands()
    _memberships()
    _clusters()
    _sentences()
    _people()


def _single(packed: bytes) -> bytes:
    """A vector of uint32 terms and float64 weights, with float32 weights."""
    length = len(packed) // 12
    weights = array("d")
    weights.frombytes(packed[4 * length :])
    return packed[: 4 * length] + array("f", weights).tobytes()


def _copy(rows: Iterable[sa.RowMapping], target: sa.Table, changed: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Inserts rows, each changed."""
    waiting = [changed(dict(row)) for row in rows]
    for start in range(0, len(waiting), _AT_ONCE):
        op.get_bind().execute(sa.insert(target), waiting[start : start + _AT_ONCE])


def _fingerprints() -> None:
    op.rename_table("fingerprint", "old_fingerprint")
    target = op.create_table(
        "fingerprint",
        sa.Column("article", _ID, autoincrement=False, nullable=False),
        sa.Column("when", sa.Float(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("brief", sa.Boolean(), nullable=False),
        sa.Column("shingles", sa.Integer(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("name_forms", sa.Text(), nullable=False),
        sa.Column("credits", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("halves", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("article"),
    )
    _copy(op.get_bind().execute(sa.text("SELECT * FROM old_fingerprint")).mappings(), target, _fingerprint)
    op.drop_table("old_fingerprint")


def _fingerprint(row: dict[str, Any]) -> dict[str, Any]:
    """A fingerprint as it is kept from now on; what nobody had looked for stays empty, and every term is a word."""
    kept = {name: value for name, value in row.items() if not name.endswith("_keys")}
    terms = json.loads(row["terms"])
    changed = {"brief": bool(row["brief"]), "vector": _single(row["vector"]), "terms": "\n".join(terms)}
    empty = {"names": b"", "name_forms": "", "credits": "", "headline": "", "halves": b""}
    return kept | changed | empty | {"kinds": "w" * len(terms)}


def _bands() -> None:
    op.drop_index("ix_band_article", "band")
    op.rename_table("band", "old_band")
    op.create_table(
        "band",
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("second", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "second", "article"),
        sqlite_with_rowid=False,
    )
    op.execute(BANDS)
    op.drop_table("old_band")
    op.create_table(
        "form",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )


def _memberships() -> None:
    op.drop_index("ix_membership_cluster", "membership")
    op.rename_table("membership", "old_membership")
    op.create_table(
        "membership",
        sa.Column("article", _ID, autoincrement=False, nullable=False),
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("partner", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("article"),
    )
    op.create_index("ix_membership_cluster", "membership", ["cluster"])
    op.execute(MEMBERSHIPS)
    op.drop_table("old_membership")


def _clusters() -> None:
    for column in ("unresolved", "unswept"):
        op.drop_index(f"ix_cluster_{column}", "cluster")
    op.rename_table("cluster", "old_cluster")
    op.create_table(
        "cluster",
        sa.Column("id", _ID, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
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
    strands = op.create_table(
        "strand",
        sa.Column("cluster", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("total", sa.LargeBinary(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("when", sa.Float(), nullable=True),
        sa.Column("spread", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("cluster", "language"),
        sqlite_with_rowid=False,
    )
    op.execute(CLUSTERS)
    rows = op.get_bind().execute(sa.text(STRANDS)).mappings()
    _copy(rows, strands, lambda row: row | {"total": _single(row["total"]), "names": b"", "when": None, "spread": 0.0})
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
