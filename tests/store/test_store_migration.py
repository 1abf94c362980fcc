"""A file of the first schema, with rows in it, opened by this version."""

from __future__ import annotations

import json
import sqlite3
from array import array
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.config import Config

from aggregator.model import FeedState, Level, Membership, Origin, OriginState
from aggregator.store.backup import check_backup
from aggregator.store.engine import APPLICATION_ID, sqlite_engine
from aggregator.store.open import HEAD, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.store.store import Store

WHEN = 1_772_366_400.75
ORIGIN = {
    "state": "named",
    "outlet": "ft",
    "url": None,
    "confidence": 0.5,
    "evidence": [],
    "informants": [],
    "chain": ["ft"],
    "rivals": [],
    "independent": 0,
    "uncredited": 1,
}


def old_vector(vector: dict[int, float]) -> bytes:
    return array("I", vector.keys()).tobytes() + array("d", vector.values()).tobytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that the first version left: two articles of one story, a third merged into it, one undated."""
    path = tmp_path / "old.sqlite3"
    config = Config()
    config.set_main_option("script_location", "aggregator.store:migrations")
    config.set_main_option("path_separator", "os")
    engine = sqlite_engine(path)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as file, file:
        for article, when in ((1, WHEN), (2, None)):
            url = f"https://example.org/{article}"
            file.execute(
                "INSERT INTO article VALUES "
                "(?, ?, 'bbc', 'A title', 'Some text', '', 'uk', NULL, ?, '[]', NULL, 'full', '', 1, 1)",
                (article, url, "2026-03-01 12:00:00.000000"),
            )
            vector = old_vector({4_294_967_295: 0.75, 17: 0.25})
            file.execute(
                "INSERT INTO fingerprint VALUES (?, ?, 'uk', 'bbc', 0, 9, ?, ?, ?, ?, ?)",
                (article, when, b"\1" * 512, vector, b"", b"", '["Київ", "13th"]'),
            )
            file.executemany("INSERT INTO band VALUES (?, ?, ?)", [(0, 7, article), (1, -(2**63), article)])
        file.executemany(
            "INSERT INTO cluster VALUES (?, ?, ?, ?, ?, ?, ?, 1, 1)",
            [(1, 2, 2.0, old_vector({17: 1.5}), WHEN, WHEN, None), (2, 0, 0.0, b"", None, None, 1)],
        )
        file.execute("INSERT INTO membership VALUES (1, 1, 'first', NULL, 0.0, '[]', '')")
        file.execute("INSERT INTO membership VALUES (2, 1, 'retelling', 1, 0.5, '[[\"13th\", 0.25]]', 'a note')")
        file.execute(
            "INSERT INTO origin VALUES (1, 'named', 'ft', ?, '2026-03-01 12:00:00.000000')", (json.dumps(ORIGIN),)
        )
        file.execute("INSERT INTO event VALUES (1, '2026-03-01 12:00:00.000000', 'merged', 1, '{\"gone\": 2}')")
        file.execute("INSERT INTO vocabulary VALUES ('uk', 17, 3)")
        times = ["2026-03-01 12:00:00.000000"] * 2
        file.execute("INSERT INTO feed_state VALUES ('f', '\"v\"', 'm', ?, 'h', 75.0, NULL, ?, NULL, 2, 'e')", times)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


def test_articles_come_along(store: Store) -> None:
    with store.read() as unit:
        found = unit.articles.get([1, 2])
        assert [found[one].title for one in (1, 2)] == ["A title", "A title"]
        assert found[1].first_seen == datetime(2026, 3, 1, 12, tzinfo=UTC)
        assert sorted(unit.articles.search("text", 5)) == [1, 2]


def test_fingerprints_come_along_and_are_found_by_their_bands(store: Store) -> None:
    with store.read() as unit:
        found = unit.clusters.fingerprints([1, 2])
        assert dict(found[1].vector) == {4_294_967_295: 0.75, 17: 0.25}
        assert (found[1].terms, found[1].brief, found[1].when) == (("Київ", "13th"), False, WHEN)
        assert unit.clusters.near("copy", [7], None, None, 5) == [(1, 1), (2, 1)]
        assert unit.clusters.near("retelling", [-(2**63)], WHEN, WHEN, 5) == [(1, 1), (2, 1)]
        assert unit.clusters.near("retelling", [-(2**63)], WHEN + 1, None, 5) == [(2, 1)]


def test_clusters_memberships_and_redirects_come_along(store: Store) -> None:
    with store.read() as unit:
        standing = unit.clusters.clusters([1, 2])
        assert list(standing) == [1]
        assert standing[1].size == 2
        assert dict(standing[1].strands["uk"].total) == {17: 1.5}
        assert unit.clusters.resolve_id(2) == 1
        assert unit.clusters.memberships([1, 2]) == {
            1: Membership(1, 1, Level.FIRST),
            2: Membership(2, 1, Level.RETELLING, 1, 0.5),
        }
        assert unit.clusters.unswept() == [1]
        assert unit.vocabulary.known() == ({}, {("uk", 17): 3})


def test_origins_and_events_come_along(store: Store) -> None:
    with store.read() as unit:
        kept = Origin(OriginState.NAMED, "ft", confidence=0.5, chain=("ft",), uncredited=1)
        assert unit.origins.get([1]) == {1: kept}
        assert [(one.kind, one.detail) for one in unit.origins.events(1)] == [("merged", {"gone": 2})]


def test_feed_states_come_along(store: Store) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    kept = FeedState("f", '"v"', "m", noon, "h", 75.0, last_attempt=noon, failures=2, error="e")
    with store.read() as unit:
        assert unit.feeds.states(["f"]) == {"f": kept}


def test_ids_go_on_after_those_given_before(store: Store) -> None:
    with store.write() as unit:
        assert unit.clusters.add_cluster() == 3


def test_a_migrated_file_has_the_schema_of_a_new_one(path: Path, tmp_path: Path) -> None:
    open_store(path).close()
    open_store(tmp_path / "new.sqlite3").close()

    def statements(of: Path) -> set[str]:
        with closing(sqlite3.connect(of)) as connection:
            rows = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
            return {" ".join(sql.split()) for (sql,) in rows}

    assert statements(path) == statements(tmp_path / "new.sqlite3")


def test_the_old_file_is_kept(path: Path) -> None:
    open_store(path).close()
    assert check_backup(path.parent / "backups" / f"{path.name}.before-{HEAD}") == "0001"
