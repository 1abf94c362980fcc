"""Which feeds are asked when: due, wished, after a clock that was wrong; and what a check leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.fetch import schedule
from aggregator.model import Entry, Feed, FeedState, HostWishes, Poll
from aggregator.pipeline import Desk, agenda
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATES = {
    "new": FeedState("new"),
    "due": FeedState("due", next_due=NOW, last_attempt=NOW - HOUR),
    "late": FeedState("late", next_due=NOW - 9 * HOUR, last_attempt=NOW - 10 * HOUR),
    "later": FeedState("later", next_due=NOW + HOUR, last_attempt=NOW - timedelta(seconds=10)),
    "waiting": FeedState("waiting", next_due=NOW, last_attempt=NOW - HOUR, wait_until=NOW + HOUR, failures=1),
    "gone": FeedState(
        "gone", next_due=schedule.NEVER, last_attempt=NOW - HOUR, gone_since=NOW, failures=2, error="gone"
    ),
}


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = open_memory()
    with store.write() as unit:
        unit.feeds.save_states([state for state in STATES.values() if state.last_attempt])
    yield Desk(store, window=None, feeds={name: Feed(name, name, name) for name in STATES})
    store.close()


def states(desk: Desk) -> dict[str, FeedState]:
    with desk.store.read() as unit:
        return unit.feeds.states(list(desk.feeds))


def test_what_is_due_and_what_a_wish_adds(desk: Desk) -> None:
    assert [feed.url for feed in agenda.due_feeds(desk, NOW)] == ["new", "due", "late"]
    assert [feed.url for feed in agenda.all_feeds(desk, NOW)] == ["new", "due", "late", "later"]
    assert states(desk) == STATES


def test_a_person_is_told_why_a_feed_is_not_asked(desk: Desk) -> None:
    refused = agenda.refusals(desk, list(desk.feeds.values()), NOW)
    assert refused == {
        "later": "asked already at 11:59:50 UTC; once a minute is enough",
        "waiting": "asked to be left alone until 2026-03-01 13:00 UTC",
    }


def test_after_a_time_away_late_feeds_take_turns(desk: Desk) -> None:
    due = agenda.due_feeds(desk, NOW)
    assert agenda.spread_out(desk, due, NOW) == {"late": NOW, "due": NOW + timedelta(minutes=2.5)}


def test_a_clock_that_was_put_back_makes_nobody_wait_and_nobody_hurry(desk: Desk) -> None:
    with desk.store.write() as unit:
        unit.feeds.save_poll(Poll(STATES["later"], "new", (Entry("later", "k", "https://x.example/a", "T"),)), NOW)
    past = NOW - timedelta(days=3650)
    assert [feed.url for feed in agenda.due_feeds(desk, past)] == ["new"]
    put = states(desk)
    assert put["late"].next_due == past + HOUR
    assert put["later"].next_due == past + HOUR + timedelta(seconds=10)
    assert schedule.is_gone(put["gone"])
    with desk.store.read() as unit:
        assert len(unit.feeds.wanted_pages(past, 9)) == 1
    awake = [feed.url for feed in agenda.due_feeds(desk, past + 2 * HOUR)]
    assert awake == ["new", "due", "late", "later", "waiting"]


def test_a_check_revives_what_was_gone_and_keeps_what_servers_asked_for(desk: Desk) -> None:
    def answered(feed: str, outcome: str, wait_until: datetime | None = None) -> Poll:
        return Poll(FeedState(feed, next_due=NOW + HOUR, wait_until=wait_until), outcome)

    wishes = HostWishes({"a.example:80": NOW + HOUR})
    polls = [answered("gone", "new"), answered("late", "failed", wait_until=NOW + HOUR), answered("due", "new")]
    assert agenda.keep_checked(desk, polls, wishes, NOW) == ["gone"]
    after = states(desk)
    assert after["gone"] == replace(STATES["gone"], next_due=NOW, gone_since=None, failures=0, error=None)
    assert after["late"] == replace(STATES["late"], wait_until=NOW + HOUR)
    assert after["due"] == STATES["due"]
    with desk.store.read() as unit:
        assert unit.hosts.wishes(NOW) == wishes


def test_a_check_that_fails_leaves_what_is_gone_gone(desk: Desk) -> None:
    assert agenda.keep_checked(desk, [Poll(FeedState("gone"), "failed")], HostWishes(), NOW) == []
    assert states(desk) == STATES
