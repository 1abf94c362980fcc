"""What is too old, batch by batch: each call is one short write, so that nobody waits long for the lock.

What goes, in this order: texts; then stories with all that hangs on them; then entries that no feed carries any more;
then old polls. A title, an address, a membership and the quoted evidence of an origin outlive the text they are from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, exists, func, or_, select, update

from aggregator.model import Quality
from aggregator.store.engine import chunks, listed, upsert
from aggregator.store.tables import (
    article,
    attribution,
    band,
    chore,
    cluster,
    entry,
    event,
    feed_state,
    fingerprint,
    membership,
    mention,
    origin,
    poll,
    strand,
    tie,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

BATCH = 1_000
DROPPED = "its text was too old to be kept"
# The band keys are hashes, evenly spread: a slice of them is some thousandth of the largest table.
BAND_SLICES = 1_024
_LOWEST_KEY, _KEYS = -(2**63), 2**64

_IDS = listed("ids")


class Retention:
    """Dropping of what is too old, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # ------------------------------------------------------------ texts

    def old_texts(self, before: datetime, after: int) -> list[int]:
        """The next articles by id, above `after`, that were first seen before a time and have their text still."""
        done = (article.c.attributed.is_(True), article.c.clustered.is_(True))
        wanted = select(article.c.id).where(article.c.id > after, article.c.first_seen < before, *done)
        return list(self._connection.scalars(wanted.where(article.c.text != "").order_by(article.c.id).limit(BATCH)))

    def drop_texts(self, articles: Sequence[int]) -> None:
        """Leaves of these articles their title, address, outlet and times; attributions keep their quotes."""
        # Links stay: they are small, and say whose own reporting an article shows.
        bare = {"text": "", "quality": Quality.TITLE, "reason": DROPPED}
        self._connection.execute(update(article).where(article.c.id.in_(_IDS)).values(bare), _numbers(articles))

    def drop_summaries(self, before: datetime, after: int) -> int | None:
        """Drops the summaries of the next entries by id that no feed carries any more.

        Returns:
            The last id, None where there were none.
        """
        wanted = select(entry.c.id).where(entry.c.id > after, entry.c.left_at < before, entry.c.summary != "")
        found = list(self._connection.scalars(wanted.order_by(entry.c.id).limit(BATCH)))
        self._connection.execute(update(entry).where(entry.c.id.in_(_IDS)).values(summary=""), _numbers(found))
        return found[-1] if found else None

    def drop_bands(self, piece: int, second: int) -> None:
        """Drops the band keys of articles from before a POSIX second, in one of BAND_SLICES slices."""
        width = _KEYS // BAND_SLICES
        low = _LOWEST_KEY + piece * width
        for kind in self._connection.scalars(select(band.c.kind).distinct()).all():
            within = and_(band.c.kind == kind, band.c.key >= low, band.c.key <= low + width - 1)
            self._connection.execute(delete(band).where(within, band.c.second < second))

    # ------------------------------------------------------------ stories

    def old_stories(self, before: datetime, after: int) -> list[int]:
        """The next clusters by id, above `after`, all of whose articles were first seen before a time.

        The cluster of the newest article stays: SQLite would give the number of a deleted last row again.
        """
        newest = select(func.max(article.c.id)).scalar_subquery()
        held = select(membership.c.article).join(article, article.c.id == membership.c.article)
        held = held.where(membership.c.cluster == cluster.c.id)
        held = held.where(or_(article.c.first_seen >= before, article.c.first_seen.is_(None), article.c.id == newest))
        wanted = select(cluster.c.id).where(
            cluster.c.id > after,
            cluster.c.size > 0,
            cluster.c.last < before.timestamp(),
            cluster.c.unswept.is_(False),
            cluster.c.unresolved.is_(False),
            ~exists(held),
        )
        return list(self._connection.scalars(wanted.order_by(cluster.c.id).limit(BATCH // 10)))

    def drop_stories(self, clusters: Sequence[int]) -> int:
        """Drops clusters with their articles and with the numbers that led to them. Returns how many articles."""
        ids = _numbers(clusters)
        articles = list(
            self._connection.scalars(select(membership.c.article).where(membership.c.cluster.in_(_IDS)), ids)
        )
        self.drop_articles(articles)
        led = select(cluster.c.id).where(or_(cluster.c.id.in_(_IDS), cluster.c.merged_into.in_(_IDS)))
        all_of_them = _numbers(self._connection.scalars(led, ids).all())
        for table in (mention, event, strand, origin):
            self._connection.execute(delete(table).where(table.c.cluster.in_(_IDS)), all_of_them)
        self._connection.execute(delete(cluster).where(cluster.c.id.in_(_IDS)), all_of_them)
        return len(articles)

    def old_loose_articles(self, before: datetime) -> list[int]:
        """Some articles first seen before a time that stand in no cluster, but never the newest article."""
        newest = select(func.max(article.c.id)).scalar_subquery()
        wanted = select(article.c.id).where(
            article.c.first_seen < before,
            article.c.clustered.is_(True),
            article.c.id != newest,
            ~exists().where(membership.c.article == article.c.id),
        )
        return list(self._connection.scalars(wanted.order_by(article.c.id).limit(BATCH)))

    def drop_articles(self, articles: Sequence[int]) -> None:
        """Drops articles and what is known of each; the entries they came from stay, without an article."""
        ids = _numbers(articles)
        for table in (attribution, fingerprint, membership, mention):
            self._connection.execute(delete(table).where(table.c.article.in_(_IDS)), ids)
        self._connection.execute(delete(tie).where(or_(tie.c.one.in_(_IDS), tie.c.other.in_(_IDS))), ids)
        self._connection.execute(update(entry).where(entry.c.article.in_(_IDS)).values(article=None), ids)
        self._connection.execute(delete(article).where(article.c.id.in_(_IDS)), ids)

    # ------------------------------------------------------------ entries and polls

    def drop_entries(self, before: datetime, left_before: datetime, subscribed: Collection[str]) -> int:
        """Drops some old entries: those that their feed no longer carries, for long, and those of feeds given up.

        Args:
            before: first seen before this, and their page settled.
            left_before: the feed was first read without them before this.
            subscribed: the feeds that are still polled. Their entries keep their keys while they are carried, however
                long that is: else they would come back as new.
        """
        feeds = [one for one in self._connection.scalars(select(entry.c.feed).distinct()) if one not in subscribed]
        given_up = [entry.c.feed.in_(some) for some in chunks(feeds)]
        wanted = select(entry.c.id).where(entry.c.first_seen < before, entry.c.next_try.is_(None))
        wanted = wanted.where(or_(entry.c.left_at < left_before, *given_up)).limit(BATCH)
        found = list(self._connection.scalars(wanted))
        self._connection.execute(delete(entry).where(entry.c.id.in_(_IDS)), _numbers(found))
        return len(found)

    def drop_polls(self, feed: str, kept: int) -> None:
        """Drops a feed's polls but for the latest."""
        oldest = select(poll.c.id).where(poll.c.feed == feed).order_by(poll.c.id.desc()).offset(kept).limit(1)
        self._connection.execute(delete(poll).where(poll.c.feed == feed, poll.c.id <= oldest.scalar_subquery()))

    def polled_feeds(self) -> list[str]:
        """Every feed that polls are kept of."""
        return list(self._connection.scalars(select(poll.c.feed).distinct()))

    def drop_feeds(self, before: datetime, subscribed: Collection[str]) -> None:
        """Forgets the feeds that are not polled any more, since before a time."""
        old = self._connection.scalars(select(feed_state.c.feed).where(feed_state.c.last_attempt < before))
        for some in chunks([one for one in old if one not in subscribed]):
            self._connection.execute(delete(poll).where(poll.c.feed.in_(some)))
            self._connection.execute(delete(feed_state).where(feed_state.c.feed.in_(some)))

    # ------------------------------------------------------------ when

    def last_done(self, name: str) -> datetime | None:
        """When a chore was last done."""
        return self._connection.scalar(select(chore.c.done_at).where(chore.c.name == name))

    def mark_done(self, name: str, now: datetime) -> None:
        """A chore is done."""
        upsert(self._connection, chore, [{"name": name, "done_at": now}])


def _numbers(ids: Sequence[int]) -> dict[str, str]:
    return {"ids": json.dumps(list(ids))}
