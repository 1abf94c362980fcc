from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from aggregator.lock import sole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran


def test_migrate_says_what_it_did(aggregator: Callable[..., Ran], own_home: Path, empty_home: Path) -> None:
    assert "already" in aggregator("migrate", "--home", own_home).out
    assert "schema" in aggregator("migrate", "--home", empty_home).out


def test_a_backup_has_a_name_of_its_own_and_replaces_nothing_unasked(
    aggregator: Callable[..., Ran], own_home: Path, tmp_path: Path
) -> None:
    ran = aggregator("backup", "--home", own_home)
    assert (ran.code, "sound" in ran.out, "Pages of the store copied" in ran.err) == (0, True, True)
    (made,) = (own_home / "storage" / "backups").iterdir()
    assert made.name.startswith("aggregator-2")
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("something else", encoding="utf-8")
    ran = aggregator("backup", copy, "--home", own_home)
    assert (ran.code, "--force" in ran.err, copy.read_text(encoding="utf-8")) == (2, True, "something else")
    ran = aggregator("backup", copy, "--home", own_home, "--force", "--quiet")
    assert (ran.code, ran.out + ran.err) == (0, "")
    assert copy.read_bytes()[:6] == b"SQLite"
    store = own_home / "storage" / "aggregator.sqlite3"
    assert aggregator("backup", store, "--home", own_home, "--force").code == 2


def test_nothing_in_store_is_nothing_to_copy(aggregator: Callable[..., Ran], empty_home: Path) -> None:
    ran = aggregator("backup", "--home", empty_home)
    assert (ran.code, "aggregator once" in ran.err) == (1, True)


def test_restore_brings_back_what_was(aggregator: Callable[..., Ran], own_home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    before = json.loads(aggregator("stories", "--home", own_home, "--json").out)
    aggregator("backup", copy, "--home", own_home)
    with closing(sqlite3.connect(own_home / "storage" / "aggregator.sqlite3")) as connection, connection:
        connection.execute("DELETE FROM membership")
    assert json.loads(aggregator("stories", "--home", own_home, "--json").out) != before
    ran = aggregator("restore", copy, "--home", own_home)
    assert (ran.code, "what it replaced is in" in ran.out) == (0, True)
    assert json.loads(aggregator("stories", "--home", own_home, "--json").out) == before


def test_restore_refuses_what_it_must(aggregator: Callable[..., Ran], own_home: Path, tmp_path: Path) -> None:
    copy, store = tmp_path / "copy.sqlite3", own_home / "storage" / "aggregator.sqlite3"
    assert aggregator("restore", copy, "--home", own_home).code == 2
    aggregator("backup", copy, "--home", own_home)
    with sole(own_home / "storage"):
        assert aggregator("restore", copy, "--home", own_home).code == 3
    assert aggregator("restore", store, "--home", own_home).code == 2
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ran = aggregator("restore", copy, "--home", own_home)
    assert (ran.code, "newer" in ran.err) == (2, True)


def test_an_older_copy_is_restored_as_it_is(aggregator: Callable[..., Ran], own_home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    aggregator("backup", copy, "--home", own_home)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    (own_home / "storage" / "aggregator.sqlite3").unlink()
    ran = aggregator("restore", copy, "--home", own_home)
    assert (ran.code, "the next start brings it to" in ran.out, "replaced" in ran.out) == (0, True, False)


def test_a_home_whose_storage_cannot_be_made(aggregator: Callable[..., Ran], empty_home: Path) -> None:
    (empty_home / "storage").touch()
    ran = aggregator("migrate", "--home", empty_home)
    assert (ran.code, "writable" in ran.err) == (2, True)
