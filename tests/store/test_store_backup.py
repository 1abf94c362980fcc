"""Copies of a store: taken under load, checked, put back; what is broken off or refused changes nothing."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import StorageError
from aggregator.store import backup
from aggregator.store.backup import backup_file, check_backup, keep_newest, restore_file
from aggregator.store.open import HEAD, open_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aggregator.model import Article

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path, make_article: Callable[..., Article]) -> Path:
    path = tmp_path / "storage" / "store.sqlite3"
    path.parent.mkdir()
    add(path, make_article("first"))
    return path


def add(path: Path, *articles: Article) -> None:
    store = open_store(path)
    with store.write() as unit:
        for one in articles:
            unit.articles.add(one)
    store.close()


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])


def test_a_copy_taken_under_load_is_one_moment_of_the_store(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_article: Callable[..., Article]
) -> None:
    """Two articles a transaction: a copy never has an odd number of them."""
    add(path, make_article("second"))
    monkeypatch.setattr(backup, "_PAGES", 2)
    stop, written = threading.Event(), threading.Event()

    def write() -> None:
        store = open_store(path)
        number = 0
        while not stop.is_set():
            with store.write() as unit:
                for half in ("a", "b"):
                    unit.articles.add(make_article(f"{number}{half}", text="word " * 500))
            number += 1
            if number == 5:
                written.set()
        store.close()

    steps: list[tuple[int, int]] = []
    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert written.wait(60)
        for number in range(4):
            copy = backup_file(path, tmp_path / f"copy-{number}", lambda done, total: steps.append((done, total)))
            assert check_backup(copy) == HEAD
            assert count(copy) % 2 == 0
    finally:
        stop.set()
        thread.join()
    assert steps[-1][0] == steps[-1][1]
    assert len(steps) > 20
    assert sorted(one.name for one in tmp_path.iterdir()) == ["copy-0", "copy-1", "copy-2", "copy-3", "storage"]


def test_what_a_broken_off_copy_left_is_in_nobodys_way(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.partial").write_bytes(b"half of it")
    (tmp_path / "copy.partial-wal").write_bytes(b"half of it")
    assert count(backup_file(path, tmp_path / "copy")) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["copy", "storage"]


def test_a_damaged_store_gives_no_backup(path: Path, tmp_path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:12_288] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"damaged|malformed"):
        backup_file(path, tmp_path / "copy")
    assert [one.name for one in tmp_path.iterdir()] == ["storage"]


def test_a_place_where_no_copy_can_be_written_is_said(path: Path, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(StorageError, match="may write"):
        backup_file(path, tmp_path / "a-file" / "copy")


def test_a_restored_store_is_the_copy_and_the_replaced_one_is_kept(
    path: Path, tmp_path: Path, make_article: Callable[..., Article]
) -> None:
    copy = backup_file(path, tmp_path / "copy")
    add(path, make_article("later"))
    replaced = restore_file(copy, path, NOW)
    assert replaced is not None
    assert replaced.name == "store.sqlite3.replaced-20260301T120000Z"
    assert (count(path), count(replaced), count(copy)) == (1, 2, 1)
    add(path, make_article("goes on"))
    assert count(path) == 2


def test_the_log_of_the_old_file_is_never_read_as_that_of_the_new(
    path: Path, tmp_path: Path, make_article: Callable[..., Article]
) -> None:
    copy = backup_file(path, tmp_path / "copy")
    reader = open_store(path)  # keeps the log from being brought into the file
    with reader.read() as unit:
        unit.articles.counts()
        add(path, make_article("in the log"))
        replaced = restore_file(copy, path, NOW)
    assert replaced is not None
    assert count(path) == 1
    assert count(replaced) == 2
    reader.close()


def test_a_damaged_store_can_be_replaced_and_a_missing_one_be_made(path: Path, tmp_path: Path) -> None:
    copy = backup_file(path, tmp_path / "copy")
    path.write_bytes(b"no database" * 500)
    replaced = restore_file(copy, path, NOW)
    assert replaced is not None
    assert replaced.read_bytes().startswith(b"no database")
    path.unlink()
    assert restore_file(copy, path, NOW) is None
    assert count(path) == 1


def test_what_cannot_be_put_in_place_leaves_the_store_as_it_was(path: Path, tmp_path: Path) -> None:
    copy = backup_file(path, tmp_path / "copy")
    path.with_name(f"{path.name}.replaced-20260301T120000Z").touch()
    with pytest.raises(StorageError, match="stands in"):
        restore_file(copy, path, NOW)
    assert count(path) == 1


def _foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")


def _hollow(path: Path) -> None:
    open_store(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM alembic_version")


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (_foreign, "no store of this program"),
        (_hollow, "holds no store"),
        (lambda path: path.write_bytes(b"text" * 5000), "cannot be read"),
        (lambda path: path.write_bytes(b""), "no store of this program"),
        (lambda _path: None, "no such file"),
    ],
)
def test_what_is_no_copy_of_a_store_is_refused(tmp_path: Path, spoil: Callable[[Path], None], text: str) -> None:
    spoil(tmp_path / "copy")
    with pytest.raises(StorageError, match=text):
        check_backup(tmp_path / "copy")


def test_damage_inside_a_copy_is_seen(path: Path, tmp_path: Path) -> None:
    copy = backup_file(path, tmp_path / "copy")
    size = os.path.getsize(copy)  # noqa: PTH202 -- one call
    content = bytearray(copy.read_bytes())
    for page in range(4096 * 4, size, 4096):
        content[page : page + 8] = b"\xff" * 8
    copy.write_bytes(content)
    with pytest.raises(StorageError, match=r"damaged|cannot be read"):
        check_backup(copy)


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"store.before-{number:04}").touch()
    keep_newest(tmp_path, "store.before-????", 3)
    assert sorted(one.name[-1] for one in tmp_path.iterdir()) == ["2", "3", "4"]
