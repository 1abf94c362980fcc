"""`Store` opens transactions; a `Unit` is one transaction with every repository on it.

with store.write() as unit:      # BEGIN IMMEDIATE; commits at the end, rolls back on any exception
    unit.feeds.save_poll(poll, now)
with store.read() as unit:       # a consistent view, on a read-only connection
    unit.articles.get(7)
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from sqlalchemy import select

from aggregator.store.articles import Articles
from aggregator.store.clusters import Clusters
from aggregator.store.corrections import Corrections
from aggregator.store.engine import storage_errors
from aggregator.store.feeds import Feeds
from aggregator.store.hosts import Hosts
from aggregator.store.origins import Origins
from aggregator.store.retention import Retention
from aggregator.store.sentences import Sentences
from aggregator.store.tables import chore
from aggregator.store.vectors import VectorCache
from aggregator.store.vocabulary import Vocabularies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine
    from sqlalchemy.engine.interfaces import DBAPICursor


_PAGES_AT_ONCE = 1_000  # of 4 kB
_PROBE_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Unit:
    """One transaction. `feeds` holds polls and entries, `clusters` all that clustering stands on."""

    feeds: Feeds
    hosts: Hosts
    articles: Articles
    clusters: Clusters
    sentences: Sentences
    vocabulary: Vocabularies
    origins: Origins
    corrections: Corrections
    retention: Retention


class Store:
    """A database, read and written in transactions. One writer at a time: a second one waits.

    Args:
        writer: the engine of write transactions.
        reader: the engine of read transactions; the writer's own for a store in memory.
        name: how errors call this database.
        clock: gives the time that stamps events.
    """

    def __init__(
        self, writer: Engine, reader: Engine, *, name: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._name = name
        self._clock = clock
        self._lock = RLock()
        self._cache = VectorCache()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """A write transaction: committed at the end of the block, rolled back when the block raises."""
        with self._lock:
            with self._unit(self._writer) as unit:
                yield unit
                unit.clusters.flush()
            for added in unit.clusters.added:  # only what is committed may be remembered
                self._cache.put(added)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """A consistent view that nothing changes while the block runs."""
        # A store in memory has one connection for both, and that takes one transaction at a time.
        alone = self._lock if self._reader is self._writer else nullcontext()
        with alone, self._unit(self._reader) as unit:
            yield unit

    @contextmanager
    def _unit(self, engine: Engine) -> Iterator[Unit]:
        with storage_errors(self._name), engine.begin() as connection:
            corrections = Corrections(connection)
            clusters = Clusters(connection, corrections, self._cache, self._clock())
            yield Unit(
                Feeds(connection),
                Hosts(connection),
                Articles(connection),
                clusters,
                Sentences(connection),
                Vocabularies(connection),
                Origins(connection),
                corrections,
                Retention(connection),
            )

    def ping(self) -> None:
        """Asks the database something small, without a wait for whoever writes.

        Raises:
            StorageError: it does not answer.
        """
        with storage_errors(self._name), self._reader.connect() as connection:
            connection.execute(select(chore.c.name).limit(1)).all()

    def probe(self) -> None:
        """Tries whether the disk takes a few megabytes more; leaves nothing behind.

        Raises:
            StorageError: it does not.
        """
        with self._lock, storage_errors(self._name), self._writer.connect() as connection:
            # Larger than what the database keeps in memory before it writes to the log.
            connection.exec_driver_sql(f"CREATE TABLE probe AS SELECT zeroblob({_PROBE_BYTES}) AS room")
            connection.rollback()

    def sizes(self) -> tuple[int, int]:
        """Bytes of the database file and of its write-ahead log; zeros for a store in memory."""
        path = Path(self._name)
        files = (path, path.with_name(path.name + "-wal"))
        return tuple(one.stat().st_size if one.is_file() else 0 for one in files)  # type: ignore[return-value]  # two

    def compact(self) -> None:
        """Gives back the room that dropped rows left, but for a tenth of the file, which the next day fills again.

        Then everything that was committed is brought from the log into the file, and the log is cut to nothing; while
        somebody reads an older state it stays as it is.
        """
        with self._lock, storage_errors(self._name):
            raw = self._writer.raw_connection()
            try:
                connection = raw.cursor()
                while _spare(connection) > 0:
                    # Each row that is asked for frees one page.
                    connection.execute(
                        f"PRAGMA incremental_vacuum({min(_PAGES_AT_ONCE, _spare(connection))})"
                    ).fetchall()
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                raw.close()

    def close(self) -> None:
        """Ends every connection."""
        self._writer.dispose()
        self._reader.dispose()


def _spare(connection: DBAPICursor) -> int:
    """How many free pages of a file are too many; 0 where it cannot give any back."""
    (mode,), (free,), (pages,) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("auto_vacuum", "freelist_count", "page_count")
    )
    return max(0, free - pages // 10) if mode else 0
