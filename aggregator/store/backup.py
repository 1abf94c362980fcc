"""Copies of a store: made while it is in use, checked, put back.

A copy is a file of its own (no -wal beside it). It is written under another name, checked page by page, forced to the
disk and only then renamed, so that whatever bears its name is whole.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from aggregator.errors import StorageError
from aggregator.store.engine import APPLICATION_ID, storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    Told = Callable[[int, int], None]

DIRECTORY = "backups"  # beside the store
MIGRATION_BACKUPS_KEPT = 3
_PAGES = 2_000  # of 4 kB a step: some 50 ms, so that progress is seen and a Ctrl-C heard
_BUSY_SECONDS = 60.0


def backup_file(path: Path, target: Path, told: Told = lambda _done, _total: None) -> Path:
    """A consistent copy of a database that others may be writing to, by SQLite's backup API.

    Args:
        path: the database.
        target: the copy; one that is there already is replaced at the very end.
        told: is told pages done and pages in all.

    Returns:
        The target.

    Raises:
        StorageError: the database cannot be read, the copy cannot be written or is not sound.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with storage_errors(str(target)):
            _forget(partial)
            _copy(path, partial, told)
            _flush(partial)
            partial.replace(target)
            _flush(target.parent)
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}; name a place that this user may write to") from error
    finally:
        with suppress(OSError):
            _forget(partial)
    return target


def _copy(path: Path, partial: Path, told: Told) -> None:
    with closing(_opened(path)) as source, closing(sqlite3.connect(partial, isolation_level=None)) as copy:
        # One view of the database for all steps: without it every write of others would make the copy begin anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copy.execute("PRAGMA synchronous=OFF")  # flushed as a whole when it is done
        source.backup(copy, pages=_PAGES, progress=lambda _status, left, total: told(total - left, total))
        copy.execute("PRAGMA journal_mode=DELETE").fetchone()  # one file, that can be read from a read-only place too
        _demand_sound(copy, partial)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=_BUSY_SECONDS)


def _demand_sound(connection: sqlite3.Connection, path: Path) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StorageError(f"{path}: damaged ({' '.join(str(verdict).split())}); it is of no use as a backup")


def check_backup(path: Path) -> str:
    """The schema version of a copy that can be restored.

    Raises:
        StorageError: there is no such file, it belongs to another program, holds nothing or is damaged.
    """
    if not path.is_file():
        raise StorageError(f"{path}: no such file")
    try:
        with closing(_opened(path)) as connection:
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            if owner != APPLICATION_ID:
                raise StorageError(f"{path}: no store of this program")
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            _demand_sound(connection, path)
    except sqlite3.Error as error:
        raise StorageError(f"{path}: cannot be read ({error}); it is no use as a backup") from error
    if not rows:
        raise StorageError(f"{path}: holds no store")
    return str(rows[0][0])


def restore_file(source: Path, path: Path, now: datetime, told: Told = lambda _done, _total: None) -> Path | None:
    """Puts a copy in the place of a database; nobody else may have that open for writing.

    Args:
        source: the copy; it stays as it is.
        path: the database.
        now: names what is replaced.
        told: as backup_file.

    Returns:
        Where the replaced database stands, beside it; None where there was none.

    Raises:
        StorageError: as backup_file; the database is then as it was.
    """
    fresh = backup_file(source, path.with_name(f"{path.name}.restored"), told)
    replaced = path.with_name(f"{path.name}.replaced-{stamp(now)}")
    try:
        kept = path.exists()
        if kept:
            _settle(path)
            os.link(path, replaced)
        # What stands in the log of the old file must never be read as that of the new one.
        for end in ("-wal", "-shm"):
            log = path.with_name(path.name + end)
            if log.exists():
                log.rename(replaced.with_name(replaced.name + end))
        fresh.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; the copy stands in {fresh}") from error
    return replaced if kept else None


def _settle(path: Path) -> None:
    """Brings what stands in a database's log into the file itself; a damaged one keeps its log."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def keep_newest(directory: Path, pattern: str, count: int) -> None:
    """Removes all but the newest files, by name, of those that a pattern names."""
    for old in sorted(directory.glob(pattern))[:-count]:
        old.unlink()


def stamp(now: datetime) -> str:
    """A time as part of a file's name; names sort as times do."""
    return f"{now:%Y%m%dT%H%M%SZ}"


def _forget(partial: Path) -> None:
    """Removes what a copy that was broken off has left."""
    for end in ("", "-journal", "-wal", "-shm"):
        partial.with_name(partial.name + end).unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Forces a file, or the names in a directory, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
