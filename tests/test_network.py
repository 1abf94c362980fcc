"""Our own network is down, or a feed's host is: told apart by what happens to the others within five minutes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from aggregator.errors import AggregatorError, TransientError
from aggregator.fetch.client import Response
from aggregator.fetch.dial import NetworkDownError
from aggregator.model import Feed, FeedState, HostWishes, Limits
from aggregator.pipeline import Desk, collect
from aggregator.pipeline.collect import Tools
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
URLS = [f"https://{name}.example/feed" for name in ("one", "two", "three")]
RSS = b"<rss version='2.0'><channel><title>F</title><item><title>T</title><guid>g</guid></item></channel></rss>"
LOST = TransientError("unknown host x", stage="dns")


@dataclass
class World:
    """Answers every address as it is told to."""

    answers: dict[str, bytes | AggregatorError] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    async def get(self, url: str, **_: object) -> Response:
        answer = self.answers.get(url, LOST)
        if isinstance(answer, AggregatorError):
            raise answer
        return Response(200, url, {}, answer)

    def drain(self) -> HostWishes:
        return HostWishes()


class Inline:
    async def run(self, function: Callable[..., Any], /, *args: object, seconds: float, stage: str) -> Any:
        assert (seconds > 0, stage) == (True, "parse")
        return function(*args)


class House:
    """A desk with three feeds, each of a host of its own, and tools that last."""

    def __init__(self) -> None:
        self.world = World()
        self.desk = Desk(open_memory(), window=None, feeds={url: Feed(url, "o", url[8:11]) for url in URLS})
        self.tools = Tools(self.world, Inline(), Limits())  # type: ignore[arg-type]  # fakes of the same form

    def poll(self, now: datetime, answers: Mapping[str, bytes | AggregatorError]) -> list[FeedState]:
        """Polls the feeds that have an answer; the states of all three after it."""
        self.world.answers = dict(answers)
        chosen = [self.desk.feeds[url] for url in answers]
        asyncio.run(collect.poll_feeds(self.desk, self.tools, chosen, now))
        with self.desk.store.read() as unit:
            states = unit.feeds.states(URLS)
        return [states[url] for url in URLS]


@pytest.fixture
def house() -> Iterator[House]:
    one = House()
    yield one
    one.desk.store.close()


@pytest.mark.parametrize(
    "error",
    [LOST, TransientError("no connection within 10 s", stage="connect"), NetworkDownError("no route", stage="connect")],
)
def test_when_nobody_can_be_reached_nobody_is_blamed(house: House, error: TransientError) -> None:
    with structlog.testing.capture_logs() as logs:
        states = house.poll(NOW, dict.fromkeys(URLS, error))
        again = house.poll(NOW + 5 * MINUTE, dict.fromkeys(URLS, error))
    assert [state.failures for state in states + again] == [0] * 6
    assert {state.next_due for state in states} == {NOW + 5 * MINUTE}
    assert {state.next_due for state in again} == {NOW + 10 * MINUTE}
    assert [(log["event"], log["feeds"]) for log in logs] == [("network is down", 3)]
    text = states[0].error or ""
    assert text.startswith(f'feed "one": {error} ({error.stage}): our own network is down; kept its entries; next try')
    with house.desk.store.read() as unit:
        assert unit.feeds.polls(URLS[0])[0].detail == again[0].error


def test_when_it_is_back_that_is_said_once_and_everything_is_as_before(house: House) -> None:
    house.poll(NOW, dict.fromkeys(URLS, LOST))
    with structlog.testing.capture_logs() as logs:
        states = house.poll(NOW + 5 * MINUTE, dict.fromkeys(URLS, RSS))
    assert [log["event"] for log in logs] == ["network is back"]
    assert [(state.failures, state.error) for state in states] == [(0, None)] * 3


def test_one_feed_that_answers_shows_that_the_network_is_there(house: House) -> None:
    with structlog.testing.capture_logs() as logs:
        states = house.poll(NOW, {URLS[0]: LOST, URLS[1]: LOST, URLS[2]: RSS})
    assert logs == []
    assert [state.failures for state in states] == [1, 1, 0]
    assert states[0].next_due is not None
    assert states[0].next_due >= NOW + 60 * MINUTE


def test_an_error_status_is_an_answer_too(house: House) -> None:
    states = house.poll(
        NOW, {URLS[0]: LOST, URLS[1]: LOST, URLS[2]: TransientError("status 500", stage="http", status=500)}
    )
    assert [state.failures for state in states] == [1, 1, 1]


def test_an_answer_counts_for_five_minutes(house: House) -> None:
    house.poll(NOW, {URLS[2]: RSS})
    states = house.poll(NOW + 4 * MINUTE, {URLS[0]: LOST, URLS[1]: LOST})
    assert [state.failures for state in states] == [1, 1, 0]
    states = house.poll(NOW + 70 * MINUTE, {URLS[0]: LOST, URLS[1]: LOST})
    assert [state.failures for state in states] == [1, 1, 0]


def test_one_host_that_cannot_be_reached_is_to_blame_itself(house: House) -> None:
    states = house.poll(NOW, {URLS[0]: LOST})
    assert states[0].failures == 1
    assert house.poll(NOW + 60 * MINUTE, {URLS[0]: LOST})[0].failures == 2


def test_a_feed_that_was_blamed_too_early_is_freed(house: House) -> None:
    assert house.poll(NOW, {URLS[0]: LOST})[0].failures == 1
    states = house.poll(NOW + 2 * MINUTE, {URLS[1]: LOST})
    assert [state.failures for state in states] == [0, 0, 0]
    assert states[0].next_due == NOW + 7 * MINUTE
    assert "our own network is down" in (states[0].error or "")


def test_entries_and_failures_of_before_stay_as_they_are(house: House) -> None:
    house.poll(NOW, dict.fromkeys(URLS, RSS))
    house.poll(NOW + 60 * MINUTE, dict.fromkeys(URLS, TransientError("status 500", stage="http", status=500)))
    before = house.poll(NOW + 180 * MINUTE, {})
    after = house.poll(NOW + 200 * MINUTE, dict.fromkeys(URLS, LOST))
    assert [state.failures for state in after] == [1, 1, 1]
    for one, other in zip(before, after, strict=True):
        assert replace(other, next_due=one.next_due, last_attempt=one.last_attempt, error=one.error) == one
    with house.desk.store.read() as unit:
        assert unit.feeds.counts()["entries"] == 3
