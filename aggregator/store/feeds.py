"""Feed states, polls and entries: what fetching stands on, and the queue of pages to fetch."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update

from aggregator.model import Entry, FeedState
from aggregator.store.engine import chunks, listed, upsert
from aggregator.store.tables import entry, feed_state, poll

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from aggregator.model import Poll

POLLS_SHOWN = 100
REVISIONS_KEPT = 24  # a restless publisher's edits beyond these are not followed

# Statements that run for every poll: to build one costs as much as to run it.
_CARRIED = select(entry.c.id, entry.c.key).where(entry.c.feed == bindparam("feed"), entry.c.left_at.is_(None))
_LEFT = update(entry).where(entry.c.id.in_(listed("gone"))).values(left_at=bindparam("at"))
_BACK = update(entry).where(entry.c.feed == bindparam("of"), entry.c.key.in_(listed("back"))).values(left_at=None)
_ADD_POLL = insert(poll)


@dataclass(frozen=True, slots=True)
class QueuedEntry:
    """An entry whose page is wanted; `tries` counts the failed ones."""

    id: int
    entry: Entry
    tries: int
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One past poll of a feed, for people."""

    at: datetime
    outcome: str
    status: int | None
    size: int
    added: int
    detail: str


@dataclass(frozen=True, slots=True)
class Pace:
    """What a feed brings: entries since the start of today; the latest of all.

    `entries` came in the `days` before the latest; those of the very first document, which has old ones too, do not
    count.
    """

    today: int
    latest: datetime
    entries: int
    days: float


class Feeds:
    """Feed states, polls and entries in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def states(self, feeds: Sequence[str]) -> dict[str, FeedState]:
        """The states of feeds by URL; a feed never polled has its first, empty state."""
        found = {feed: FeedState(feed) for feed in feeds}
        for some in chunks(feeds):
            for row in self._connection.execute(select(feed_state).where(feed_state.c.feed.in_(some))):
                found[row.feed] = FeedState(**row._mapping)  # noqa: SLF001 -- SQLAlchemy's documented access
        return found

    def save_states(self, states: Sequence[FeedState]) -> None:
        """States that changed without a poll."""
        upsert(self._connection, feed_state, [asdict(state) for state in states])

    def known(self, feed: str, keys: Iterable[str]) -> set[str]:
        """Those of the strings that are the key or the link of an entry stored for this feed."""
        known: set[str] = set()
        for some in chunks(list(keys)):
            for column in (entry.c.key, entry.c.url):
                wanted = select(column).where(entry.c.feed == feed, column.in_(some))
                known.update(one for one in self._connection.scalars(wanted) if one is not None)
        return known

    def titled(self, feed: str, titles: Iterable[str]) -> set[str]:
        """Those of the strings that are the title of an entry stored for this feed."""
        known: set[str] = set()
        for some in chunks(list(titles)):
            known.update(
                self._connection.scalars(select(entry.c.title).where(entry.c.feed == feed, entry.c.title.in_(some)))
            )
        return known

    def save_poll(self, result: Poll, now: datetime) -> int:
        """Entries, validators, due time and the poll's record together; the same poll twice adds nothing.

        Returns:
            The number of entries that are new.
        """
        feed = result.state.feed
        known = self._known_texts(feed, [item.key for item in result.entries])
        for item in result.entries:
            if item.key not in known and item.key in result.renamed:
                known.update(self._rename(item, result.renamed[item.key]))
        fresh = {item.key: item for item in reversed(result.entries) if item.key not in known}
        if fresh:
            rows = [self._row(item, now) for item in reversed(fresh.values())]
            self._connection.execute(insert(entry), rows)
        for item in result.entries:
            if item.key in known and known[item.key] != (item.title, item.summary):
                self._revise(item, now)
        if result.entries:
            self._mark_left(feed, {item.key for item in result.entries}, now)
        upsert(self._connection, feed_state, [asdict(result.state)])
        record = {"feed": feed, "at": now, "outcome": result.outcome, "status": result.status, "size": result.size}
        self._connection.execute(_ADD_POLL, record | {"added": len(fresh), "detail": result.detail})
        return len(fresh)

    def _known_texts(self, feed: str, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for some in chunks(keys):
            wanted = select(entry.c.key, entry.c.title, entry.c.summary)
            rows = self._connection.execute(wanted.where(entry.c.feed == feed, entry.c.key.in_(some)))
            found.update({row.key: (row.title, row.summary) for row in rows})
        return found

    def _rename(self, item: Entry, mark: str) -> dict[str, tuple[str, str]]:
        """Gives a stored entry, known by its old key, link or title, the key and link that it comes with now.

        Returns:
            Its new key and the texts it has, as `_known_texts`; nothing where no entry has that mark.
        """
        marks = (entry.c.key == mark) | (entry.c.url == mark) | (entry.c.title == mark)
        wanted = select(entry.c.id, entry.c.title, entry.c.summary).where(entry.c.feed == item.feed, marks)
        row = self._connection.execute(wanted.order_by(entry.c.id.desc()).limit(1)).first()
        if row is None:
            return {}
        self._connection.execute(update(entry).where(entry.c.id == row.id).values(key=item.key, url=item.url))
        return {item.key: (row.title, row.summary)}

    @staticmethod
    def _row(item: Entry, now: datetime) -> dict[str, Any]:
        return {**asdict(item), "first_seen": now, "revisions": 0, "next_try": now, "tries": 0}

    def _revise(self, item: Entry, now: datetime) -> None:
        """An edited entry is not a new one: its text changes, its first sight does not."""
        self._connection.execute(
            update(entry)
            .where(entry.c.feed == item.feed, entry.c.key == item.key, entry.c.revisions < REVISIONS_KEPT)
            .values(title=item.title, summary=item.summary, revised_at=now, revisions=entry.c.revisions + 1)
        )

    def _mark_left(self, feed: str, carried: set[str], now: datetime) -> None:
        """Notes which entries the document just read no longer has, and which of those that were missing it has."""
        here = self._connection.execute(_CARRIED, {"feed": feed}).all()
        if gone := [row.id for row in here if row.key not in carried]:
            self._connection.execute(_LEFT, {"gone": json.dumps(gone), "at": now})
        if missing := carried - {row.key for row in here}:
            self._connection.execute(_BACK, {"of": feed, "back": json.dumps(sorted(missing))})

    def wanted_pages(self, now: datetime, limit: int) -> list[tuple[int, str | None]]:
        """(id, link) of the entries whose page is due, oldest first."""
        due = select(entry.c.id, entry.c.url).where(entry.c.next_try <= now).order_by(entry.c.id).limit(limit)
        return [(row.id, row.url) for row in self._connection.execute(due)]

    def queued(self, ids: Sequence[int]) -> list[QueuedEntry]:
        """Waiting entries by id, ascending."""
        found: list[QueuedEntry] = []
        for some in chunks(sorted(ids)):
            rows = self._connection.execute(select(entry).where(entry.c.id.in_(some)).order_by(entry.c.id))
            found.extend(self._queued(row) for row in rows)
        return found

    @staticmethod
    def _queued(row: Row[Any]) -> QueuedEntry:
        fields = {name: getattr(row, name) for name in Entry.__dataclass_fields__}
        return QueuedEntry(row.id, Entry(**fields), row.tries, row.first_seen)

    def waiting(self, now: datetime) -> int:
        """How many entries wait for their page and are due."""
        return int(self._connection.scalar(select(func.count()).where(entry.c.next_try <= now)) or 0)

    def article_of(self, url: str) -> int | None:
        """The article that an entry with this link has become already, in any feed."""
        found = select(entry.c.article).where(entry.c.url == url, entry.c.article.is_not(None)).limit(1)
        return self._connection.scalar(found)

    def settle_entry(self, entry_id: int, article: int) -> None:
        """The entry's article stands; its page is not asked for again."""
        self._connection.execute(
            update(entry).where(entry.c.id == entry_id).values(article=article, next_try=None, content="")
        )

    def postpone_entry(self, entry_id: int, next_try: datetime, *, tried: bool = True) -> None:
        """The entry's page failed for now, or was not even asked for."""
        self._connection.execute(
            update(entry).where(entry.c.id == entry_id).values(tries=entry.c.tries + int(tried), next_try=next_try)
        )

    def release_pages(self, latest: datetime, now: datetime) -> None:
        """Makes pages due that were put off beyond `latest`, which only a clock that went wrong can have done."""
        self._connection.execute(update(entry).where(entry.c.next_try > latest).values(next_try=now))

    def polls(self, feed: str, limit: int = POLLS_SHOWN) -> list[PollRecord]:
        """The latest polls of a feed, newest first."""
        columns = (poll.c.at, poll.c.outcome, poll.c.status, poll.c.size, poll.c.added, poll.c.detail)
        rows = self._connection.execute(
            select(*columns).where(poll.c.feed == feed).order_by(poll.c.id.desc()).limit(limit)
        )
        return [PollRecord(*row) for row in rows]

    def paces(self, today: datetime, usual: timedelta) -> dict[str, Pace]:
        """How much each feed brings, by URL.

        Args:
            today: when the day began.
            usual: how long a time before its latest entry says what is usual for a feed.
        """
        first, latest = func.min(entry.c.first_seen), func.max(entry.c.first_seen)
        now = func.count().filter(entry.c.first_seen >= today)
        found = self._connection.execute(select(entry.c.feed, first, latest, now).group_by(entry.c.feed)).all()
        paces = {}
        for feed, begun, last, new in found:
            since = max(begun, last - usual)
            counted = select(func.count()).where(entry.c.feed == feed, entry.c.first_seen > since)
            entries = int(self._connection.scalar(counted) or 0)
            paces[feed] = Pace(new, last, entries, (last - since) / timedelta(days=1))
        return paces

    def feeds_of(self, articles: Sequence[int]) -> dict[int, list[str]]:
        """The feeds that carried each article, by article id."""
        found: dict[int, list[str]] = {}
        for some in chunks(articles):
            rows = self._connection.execute(
                select(entry.c.article, entry.c.feed).where(entry.c.article.in_(some)).order_by(entry.c.id)
            )
            for row in rows:
                found.setdefault(row.article, []).append(row.feed)
        return found

    def counts(self) -> dict[str, int]:
        """How many entries there are, and how many still wait for their page."""
        entries, waiting = self._connection.execute(select(func.count(), func.count(entry.c.next_try))).one()
        return {"entries": entries, "waiting": waiting}
