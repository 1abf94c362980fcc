"""Opening a database: whose it is, which version, a backup before a migration.

A file of another program, of a newer version of this one, or one that is damaged is refused and left untouched.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from aggregator.errors import StorageError
from aggregator.store.backup import DIRECTORY, MIGRATION_BACKUPS_KEPT, backup_file, keep_newest
from aggregator.store.engine import APPLICATION_ID, sqlite_engine, storage_errors
from aggregator.store.store import Store
from aggregator.store.tables import metadata

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "0005"  # the newest migration; a test holds it equal to what migrations/ holds

# Full-text search has no portable form; PostgreSQL will have its own. The index holds no second copy of the text, so
# triggers tell it what an article said before.
SEARCH_DDL = (
    (
        "CREATE VIRTUAL TABLE article_search USING fts5("
        "title, text, content='article', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    ),
    (
        "CREATE TRIGGER article_added AFTER INSERT ON article BEGIN "
        "INSERT INTO article_search (rowid, title, text) VALUES (new.id, new.title, new.text); END"
    ),
    (
        "CREATE TRIGGER article_removed AFTER DELETE ON article BEGIN "
        "INSERT INTO article_search (article_search, rowid, title, text) "
        "VALUES ('delete', old.id, old.title, old.text); END"
    ),
    (
        "CREATE TRIGGER article_edited AFTER UPDATE OF title, text ON article BEGIN "
        "INSERT INTO article_search (article_search, rowid, title, text) "
        "VALUES ('delete', old.id, old.title, old.text); "
        "INSERT INTO article_search (rowid, title, text) VALUES (new.id, new.title, new.text); END"
    ),
)


def open_store(path: Path, *, migrate: bool = True, check: bool = False) -> Store:
    """The store in a file, made or migrated where needed.

    Args:
        path: the database file; its directory must exist.
        migrate: False refuses an older file instead of migrating it.
        check: reads the whole file first (1 GB takes some seconds): damage is found before anything is written.

    Raises:
        StorageError: the file belongs to another program, is newer than this version, is damaged or not accessible.
    """
    version = file_version(path)
    if version and check:
        _demand_sound(path)
    if version != HEAD:
        if version and not migrate:
            raise StorageError(f"{path}: schema {version}, this version needs {HEAD}; run `aggregator migrate`")
        migrate_file(path, version)
    return Store(sqlite_engine(path), sqlite_engine(path, read_only=True), name=str(path))


def open_memory() -> Store:
    """A store that lives in memory, for replays and tests: one transaction at a time."""
    engine = sqlite_engine(None)
    with engine.begin() as connection:
        metadata.create_all(connection)
        for statement in SEARCH_DDL:
            connection.exec_driver_sql(statement)
    return Store(engine, engine, name="memory")


def file_version(path: Path) -> str:
    """The schema version of a database file, "" where there is no file or an empty one.

    Raises:
        StorageError: as open_store.
    """
    if not path.exists():
        return ""
    try:
        with closing(_opened(path)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables:
                return ""
            (owner,) = connection.execute("PRAGMA application_id").fetchone()
            if owner != APPLICATION_ID:
                raise StorageError(f"{path}: a database of another program; move it away or name another home")
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error as error:
        raise StorageError(f"{path}: cannot be read ({error}); restore a backup, or move the file away") from error
    version = str(rows[0][0]) if rows else ""
    if version > HEAD:
        raise StorageError(f"{path}: schema {version} is newer than this version's {HEAD}; install a newer retold")
    return version


def _demand_sound(path: Path) -> None:
    with closing(_opened(path)) as connection:
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            verdict = error
    if verdict != "ok":
        what = " ".join(str(verdict).split())
        raise StorageError(f"{path}: damaged ({what}); `aggregator restore` puts a backup in its place")


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def migrate_file(path: Path, version: str) -> Path | None:
    """Brings a file from `version` ("" = none) to today's schema in one transaction; a backup first where it held data.

    Returns:
        The backup's path, None where there was nothing to keep.
    """
    from alembic import command  # noqa: PLC0415 -- 0.3 s that only a migration pays
    from alembic.config import Config  # noqa: PLC0415

    backup = _backup(path) if version else None
    if not version:
        _begin(path)
    engine = sqlite_engine(path)
    config = Config()
    config.set_main_option("script_location", "aggregator.store:migrations")
    config.set_main_option("path_separator", "os")
    with storage_errors(str(path)):
        with engine.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        engine.dispose()
    return backup


def _begin(path: Path) -> None:
    """Makes the first page of a new file: only there can it be said that the file gives back the room it does not use.

    As a pragma of every connection it would wait for whoever writes.
    """
    with storage_errors(str(path)), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _backup(path: Path) -> Path:
    """The copy that a migration leaves behind; the newest few are kept."""
    directory = path.parent / DIRECTORY
    made = backup_file(path, directory / f"{path.name}.before-{HEAD}")
    keep_newest(directory, f"{path.name}.before-????", MIGRATION_BACKUPS_KEPT)
    return made
