"""The schema as SQLAlchemy Core tables. Times are UTC; JSON columns hold what nobody queries by.

`storage/schema.sql` is the same schema as SQLite sees it, generated from the migrations.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """An aware datetime in UTC, kept without its zone so that SQLite and PostgreSQL order it alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the base's signature
        """To the database: UTC without a zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- the base's signature
        """From the database: UTC with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()
# SQLite numbers rows by itself only where the key is spelt INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")

feed_state = Table(
    "feed_state",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("validated_at", Moment),
    Column("body_hash", Text),
    Column("interval", Float, nullable=False),
    Column("next_due", Moment, index=True),
    Column("last_attempt", Moment),
    Column("last_success", Moment),
    Column("failures", Integer, nullable=False),
    Column("error", Text),
    Column("wait_until", Moment),
    Column("gone_since", Moment),
    Column("moved_to", Text),
    Column("moved_since", Moment),
    Column("moved_polls", Integer, nullable=False),
    Column("link_keys", Boolean, nullable=False),
    Column("ttl", Float, nullable=False),
    Column("skip_hours", Integer, nullable=False),
)

# Both by host:port. Few rows: what has run out is dropped.
host_pause = Table(
    "host_pause",
    metadata,
    Column("host", Text, primary_key=True),
    Column("until", Moment, nullable=False),
)

robots = Table(
    "robots",
    metadata,
    Column("host", Text, primary_key=True),
    Column("lines", Text),
    Column("until", Moment, nullable=False),
)

poll = Table(
    "poll",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("size", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_poll_feed", "feed", "id"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, index=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("published", Moment),
    Column("published_raw", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("language", Text),
    Column("source_name", Text, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("revised_at", Moment),
    Column("revisions", Integer, nullable=False),
    # The queue of pages: `next_try` is set while the page is still wanted, null once it is settled.
    Column("next_try", Moment),
    Column("tries", Integer, nullable=False),
    Column("article", BigInteger, index=True),
    # When its feed was first read without it; null while the feed carries it.
    Column("left_at", Moment),
    UniqueConstraint("feed", "key", name="uq_entry_feed_key"),
    Index("ix_entry_next_try", "next_try", "id"),
)
Index(
    "ix_entry_carried", entry.c.feed, sqlite_where=entry.c.left_at.is_(None), postgresql_where=entry.c.left_at.is_(None)
)

article = Table(
    "article",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("url", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("byline", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("published", Moment),
    Column("first_seen", Moment, index=True),
    Column("links", JSON, nullable=False),
    Column("canonical", Text),
    Column("quality", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("attributed", Boolean, nullable=False),
    Column("clustered", Boolean, nullable=False),
    Index("ix_article_queue", "attributed", "clustered", "id"),
    Index("ix_article_outlet", "outlet", "first_seen"),
)

attribution = Table(
    "attribution",
    metadata,
    Column("article", BigInteger, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("outlet", Text, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)

# What clustering knows an article by. `terms`, `name_forms` and `credits` hold one a line: they are read a hundred at a
# time, and JSON would take as long as all the rest.
fingerprint = Table(
    "fingerprint",
    metadata,
    Column("article", _Id, primary_key=True, autoincrement=False),
    Column("when", Float),
    Column("language", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("brief", Boolean, nullable=False),
    Column("shingles", Integer, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("names", LargeBinary, nullable=False),
    Column("terms", Text, nullable=False),
    Column("name_forms", Text, nullable=False),
    Column("credits", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("halves", LargeBinary, nullable=False),
)

# The band keys of fingerprints. `second` is the article's time in whole POSIX seconds, so that a search passes over
# what lies outside its window without looking at the articles.
band = Table(
    "band",
    metadata,
    Column("kind", SmallInteger, primary_key=True),
    Column("key", BigInteger, primary_key=True),
    Column("second", BigInteger, primary_key=True),
    Column("article", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)

# How what is kept was made, by name: figures made in another way do not compare.
form = Table(
    "form",
    metadata,
    Column("name", Text, primary_key=True),
    Column("form", Text, nullable=False),
    sqlite_with_rowid=False,
)

cluster = Table(
    "cluster",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("first", Float),
    Column("last", Float),
    # Where this id leads since a merge; null while the cluster stands.
    Column("merged_into", BigInteger),
    # Set by every change of membership, cleared when its origin was resolved: the queue of resolution.
    Column("unresolved", Boolean, nullable=False, index=True),
    # Set by every change of membership, cleared by the pass that precedes a digest.
    Column("unswept", Boolean, nullable=False, index=True),
    sqlite_autoincrement=True,
)

# The articles of a cluster in one language, summed up.
strand = Table(
    "strand",
    metadata,
    Column("cluster", BigInteger, primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("weight", Float, nullable=False),
    Column("total", LargeBinary, nullable=False),
    Column("names", LargeBinary, nullable=False),
    Column("when", Float),
    Column("spread", Float, nullable=False),
    sqlite_with_rowid=False,
)

membership = Table(
    "membership",
    metadata,
    Column("article", _Id, primary_key=True, autoincrement=False),
    Column("cluster", BigInteger, nullable=False, index=True),
    Column("level", Text, nullable=False),
    Column("partner", BigInteger),
    Column("score", Float, nullable=False),
)

vocabulary = Table(
    "vocabulary",
    metadata,
    Column("language", Text, primary_key=True),
    Column("term", BigInteger, primary_key=True),
    Column("documents", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# The sentences of each outlet: those that come back under one title after another are its boilerplate. `key` hashes
# outlet and sentence, `title` the last title that the sentence was seen under, `day` counts from 1970. What is too old
# is dropped once a day by a scan: an index would make each of so many rows half as large again.
sentence = Table(
    "sentence",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("titles", Integer, nullable=False),
    Column("title", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What people corrected; `undone_at` is set when they took it back.
correction = Table(
    "correction",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("undone_at", Moment),
)

# The ties that a correction made between two articles, while it is in force.
tie = Table(
    "tie",
    metadata,
    Column("correction", BigInteger, primary_key=True, autoincrement=False),
    Column("one", BigInteger, primary_key=True, index=True),
    Column("other", BigInteger, primary_key=True, index=True),
    Column("together", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# What corrections say of origins, while they are in force. `cluster` is the story's number when it was said: a merge
# since then is followed when it is read.
verdict = Table(
    "verdict",
    metadata,
    Column("correction", BigInteger, primary_key=True, autoincrement=False),
    Column("cluster", BigInteger, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("url", Text),
    sqlite_with_rowid=False,
)

# The stories that a round-up speaks of without being a report of any.
mention = Table(
    "mention",
    metadata,
    Column("article", BigInteger, primary_key=True, autoincrement=False),
    Column("cluster", BigInteger, primary_key=True, index=True),
    Column("score", Float, nullable=False),
    sqlite_with_rowid=False,
)

origin = Table(
    "origin",
    metadata,
    Column("cluster", BigInteger, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("outlet", Text, index=True),
    Column("detail", JSON, nullable=False),
    Column("resolved_at", Moment, nullable=False),
)

# When what is done once in a while was last done.
chore = Table(
    "chore",
    metadata,
    Column("name", Text, primary_key=True),
    Column("done_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("cluster", BigInteger, nullable=False, index=True),
    Column("detail", JSON, nullable=False),
)
