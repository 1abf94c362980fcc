from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from aggregator.errors import StorageError
from aggregator.store.open import HEAD, file_version, open_memory, open_store
from aggregator.store.schema import main, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Article

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


def test_the_newest_migration_is_the_version_that_opening_expects() -> None:
    config = Config()
    config.set_main_option("script_location", "aggregator.store:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_migrations_build_the_schema_of_the_tables(path: Path) -> None:
    open_store(path).close()
    memory = open_memory()
    with memory._writer.begin() as connection:
        today = [row[0] for row in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
    memory.close()
    with closing(sqlite3.connect(path)) as file:
        built = [row[0] for row in file.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]

    def shape(statements: list[str]) -> set[str]:
        return {" ".join(one.split()) for one in statements if "alembic_version" not in one}

    assert shape(built) == shape(today)


def test_the_written_schema_is_the_schema(path: Path) -> None:
    open_store(path).close()
    assert (ROOT / "storage" / "schema.sql").read_text(encoding="utf-8") == schema(path)


def test_the_schema_is_written_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert capsys.readouterr().out == (ROOT / "storage" / "schema.sql").read_text(encoding="utf-8")


def test_a_new_file_is_made_and_opened_again(path: Path, make_article: Callable[..., Article]) -> None:
    assert file_version(path) == ""
    store = open_store(path)
    with store.write() as unit:
        unit.articles.add(make_article())
    store.close()
    assert file_version(path) == HEAD
    again = open_store(path, migrate=False)
    with again.read() as unit:
        assert unit.articles.counts()["articles"] == 1
    again.close()


def test_readers_cannot_write(path: Path, make_article: Callable[..., Article]) -> None:
    store = open_store(path)
    with pytest.raises(StorageError, match="readonly"), store.read() as unit:
        unit.articles.add(make_article())
    store.close()


def test_an_older_file_is_backed_up_and_migrated(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StorageError, match="aggregator migrate"):
        open_store(path, migrate=False)
    ran: list[str] = []
    monkeypatch.setattr("alembic.command.upgrade", lambda _config, to: ran.append(to))
    open_store(path).close()
    assert ran == ["head"]
    assert file_version(path.parent / "backups" / f"{path.name}.before-{HEAD}") == "0000"


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")


def _newer(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database, whatever its name says" * 100)


@pytest.mark.parametrize(
    ("spoil", "text"),
    [(_foreign, "another program"), (_newer, "newer than this version"), (_garbage, "cannot be read")],
)
def test_what_is_not_ours_is_refused_and_left_as_it_was(path: Path, spoil: Callable[[Path], None], text: str) -> None:
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=text):
        open_store(path)
    assert path.read_bytes() == before


def test_an_empty_file_counts_as_none(path: Path) -> None:
    path.touch()
    assert file_version(path) == ""
    open_store(path).close()


def test_a_file_with_our_mark_and_no_version_is_begun_anew(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM alembic_version")
    assert file_version(path) == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_not_be_written_is_said(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="writable"):
            open_store(path)
    finally:
        path.parent.chmod(0o700)


def test_a_directory_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="writable"):
        open_store(tmp_path / "missing" / "store.sqlite3")


@pytest.mark.parametrize(
    ("cause", "advice"),
    [
        ("database or disk is full", "make room"),
        ("database disk image is malformed", "restore a backup"),
        ("database is locked", "end that one"),
        ("attempt to write a readonly database", "writable"),
        ("no such table: x", "x$"),
    ],
)
def test_errors_say_what_to_do(cause: str, advice: str) -> None:
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    from aggregator.store.engine import storage_errors  # noqa: PLC0415

    with pytest.raises(StorageError, match=advice) as caught, storage_errors("the file"):
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError(cause))
    assert str(caught.value).startswith(f"the file: {cause}")
