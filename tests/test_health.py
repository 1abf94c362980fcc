"""How a home does: reasons with their numbers, feeds that fell silent, a store that is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator import health
from aggregator.answers.feeds import condition_of
from aggregator.cli.home import open_home
from aggregator.errors import StorageError
from aggregator.fetch.schedule import NEVER
from aggregator.health import Vitals
from aggregator.model import Entry, FeedState, Poll
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.cli.home import Home

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FEED = "https://desk:hunter2@example.org/feed.xml"
PLENTY = 10**12


@pytest.mark.parametrize(
    ("vitals", "free", "reasons"),
    [
        (Vitals(3.0, 9.9), PLENTY, []),
        (Vitals(11.0, 1.0), PLENTY, ["the schedule has not ticked for 11 s"]),
        (Vitals(1.0, 40.0), PLENTY, ["the store has not answered for 40 s"]),
        (Vitals(1.0, 1.0, "disk full"), PLENTY, ["disk full"]),
        (Vitals(1.0, 1.0), 5_000_000, ["only 5 MB of disk are free"]),
    ],
)
def test_a_daemon_that_cannot_work_says_why(vitals: Vitals, free: int, reasons: list[str]) -> None:
    assert health.unready(vitals, free) == reasons


def test_a_log_that_somebody_holds_is_said() -> None:
    assert health.held_log(64_000_000) == []
    assert "65 MB" in health.held_log(65_000_000)[0]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    (tmp_path / "feeds.yaml").write_text(
        f"digest: {{zone: UTC}}\nfeeds:\n  - {{url: '{FEED}', name: Desk}}\n", encoding="utf-8"
    )
    with open_home(tmp_path) as opened:
        yield opened


def bring(home: Home, *moments: datetime) -> None:
    with home.desk.store.write() as unit:
        for number, moment in enumerate(moments):
            one = Entry(FEED, f"{moment}-{number}", None, "Title")
            unit.feeds.save_poll(Poll(FeedState(FEED, last_attempt=moment, last_success=moment), "new", (one,)), moment)


def test_a_feed_that_brings_less_than_it_used_to_is_silent(home: Home) -> None:
    (never,) = health.feeds(home.desk, home.settings, NOW)
    assert (never.state, never.today, never.silent) == ("new", 0, None)
    bring(home, *(NOW - timedelta(days=60) + timedelta(hours=8 * hour) for hour in range(150)))
    last = NOW - timedelta(days=60) + timedelta(hours=8 * 149)
    (soon,) = health.feeds(home.desk, home.settings, last + timedelta(hours=1))
    assert (soon.state, soon.silent, soon.bad) == ("ok", None, False)
    (late,) = health.feeds(home.desk, home.settings, last + timedelta(days=5))
    assert late.silent == "silent for 5 days though usually 3 a day"
    assert "hunter2" not in str(late)


def test_a_feed_that_never_brought_much_is_not_called_silent(home: Home) -> None:
    bring(home, *[NOW - timedelta(days=9)] * 50)  # its first document: old entries all at once
    (one,) = health.feeds(home.desk, home.settings, NOW)
    assert one.silent is None


def test_what_came_today_is_counted_from_midnight_of_the_zone(home: Home) -> None:
    bring(home, NOW - timedelta(hours=13), NOW - timedelta(hours=11), NOW)
    (one,) = health.feeds(home.desk, home.settings, NOW)
    assert one.today == 2


@pytest.mark.parametrize(
    ("state", "condition"),
    [
        ({}, "new"),
        ({"last_success": NOW}, "ok"),
        ({"last_success": NOW, "failures": 2, "error": "status 500"}, "retrying"),
        ({"last_success": NOW, "failures": 3, "error": "status 500"}, "failing"),
        ({"failures": 1, "error": "status 500"}, "failing"),
        ({"last_success": NOW - timedelta(days=31), "failures": 20, "error": "status 500"}, "broken"),
        ({"last_success": NOW, "failures": 1, "error": "status 429", "wait_until": NOW}, "waiting"),
        ({"last_success": NOW, "failures": 3, "error": "status 429", "wait_until": NOW}, "failing"),
        ({"last_success": NOW, "next_due": NEVER, "error": "gone"}, "gone"),
    ],
)
def test_a_feeds_condition_is_one_word(state: dict[str, object], condition: str) -> None:
    asked = {"last_attempt": NOW} if state else {}
    assert condition_of(FeedState(FEED, **(asked | state))) == condition  # type: ignore[arg-type]  # fields by name


def test_a_store_that_does_not_answer_is_a_reason(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.storage_reasons(home.desk, home.settings) == []

    def broken() -> None:
        raise StorageError("no answer")

    monkeypatch.setattr(home.desk.store, "ping", broken)
    assert health.storage_reasons(home.desk, home.settings) == ["no answer"]


def test_a_store_is_probed_and_left_as_it_was(home: Home) -> None:
    before = home.desk.store.sizes()[0]
    home.desk.store.probe()
    home.desk.store.probe()
    assert home.desk.store.sizes()[0] == before
    store = open_memory()
    store.probe()
    store.ping()
    assert store.sizes() == (0, 0)
    store.close()


def test_what_is_so_at_the_moment(home: Home) -> None:
    told = health.gauges(home.desk, {"parse": 2}, None, NOW)
    assert told["feeds"] == {(("state", "new"),): 1}
    assert told["workers_killed_total"] == {(("stage", "parse"),): 2}
    assert (told["queue_lag_seconds"], told["last_digest_time"]) == ({(): 0.0}, {})
    with home.desk.store.write() as unit:
        unit.feeds.save_poll(Poll(FeedState(FEED, next_due=NOW - timedelta(minutes=2)), "empty"), NOW)
    told = health.gauges(home.desk, {}, NOW, NOW)
    assert (told["queue_lag_seconds"], told["last_digest_time"]) == ({(): 120.0}, {(): NOW.timestamp()})
