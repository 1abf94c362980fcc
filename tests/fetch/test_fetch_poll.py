from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import AggregatorError, RejectedError, StorageError, TransientError
from aggregator.fetch import schedule
from aggregator.fetch.client import Response
from aggregator.fetch.dial import NetworkDownError
from aggregator.fetch.politeness import HostPausedError
from aggregator.fetch.poll import poll
from aggregator.model import Feed, FeedState, Limits, Poll
from tests.fetch.conftest import Inline, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aggregator.fetch.access import Access

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed"
FEED = Feed(URL, "outlet", "Morning News")


@dataclass
class Script:
    """A fetcher that gives prepared answers and keeps what it was asked."""

    answers: list[Response | AggregatorError]
    limits: Limits = field(default_factory=Limits)
    asked: list[tuple[str | None, str | None]] = field(default_factory=list)

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, access: Access | None = None
    ) -> Response:
        assert access is None or access.url == URL
        assert url == URL
        self.asked.append((etag, last_modified))
        answer = self.answers.pop(0)
        if isinstance(answer, Response):
            return answer
        raise answer


def rss(*numbers: int, guid: str = "g{}", head: str = "", end: str = "</channel></rss>") -> bytes:
    items = "".join(
        f"<item><title>Story {n}</title><link>/{n}</link><guid isPermaLink='false'>{guid.format(n)}</guid></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>F</title>{head}{items}{end}'.encode()


def ok(body: bytes, permanent: str | None = None, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(200, URL, named, body, permanent)


def same(**headers: str) -> Response:
    return Response(304, URL, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def once(
    answer: Response | AggregatorError,
    state: FeedState | None = None,
    now: datetime = NOON,
    *,
    feed: Feed = FEED,
    workers: Inline | None = None,
    known: Callable[[Sequence[str]], set[str]] = lambda _: set(),
    jitter: float = 0.0,
) -> Poll:
    before = state or FeedState(URL)
    return asyncio.run(poll(feed, before, Script([answer]), workers or Inline(), now, known=known, jitter=jitter))


def series(answers: Sequence[Response | AggregatorError], minutes: float = 60) -> tuple[Shelf, Script, Inline]:
    shelf, script, workers = Shelf(FeedState(URL)), Script(list(answers)), Inline()

    async def run() -> None:
        for n in range(len(answers)):
            now = NOON + n * timedelta(minutes=minutes)
            shelf.save(await poll(FEED, shelf.state, script, workers, now, known=shelf.known))

    asyncio.run(run())
    return shelf, script, workers


def test_a_first_poll_brings_entries_validators_and_hash() -> None:
    body = rss(1, 2, 3)
    result = once(ok(body, etag='W/"x"', last_modified="yesterday"))
    assert (result.outcome, len(result.entries), result.status, result.size) == ("new", 3, 200, len(body))
    assert result.state == FeedState(
        URL,
        etag='W/"x"',
        last_modified="yesterday",
        validated_at=NOON,
        body_hash=hashlib.sha256(body).hexdigest(),
        interval=60.0,
        next_due=NOON + timedelta(hours=1),
        last_attempt=NOON,
        last_success=NOON,
    )
    assert result.detail == 'feed "Morning News": 3 new of 3 entries; next poll 2026-11-23 13:00:00 UTC'


def test_a_304_is_no_work_and_may_renew_a_validator_but_not_its_age() -> None:
    shelf, script, workers = series([ok(rss(1), etag='"a"', last_modified="m"), same(), same(etag='"b"'), same()])
    assert script.asked == [(None, None), ('"a"', "m"), ('"a"', "m"), ('"b"', "m")]
    assert [result.outcome for result in shelf.polls] == ["new", "not_modified", "not_modified", "not_modified"]
    assert workers.calls == 1
    assert shelf.state.validated_at == NOON
    assert shelf.state.interval == pytest.approx(60 * 1.25**3)
    assert shelf.polls[1].detail.startswith('feed "Morning News": not modified; next poll 2026-11-23 14:15:00 UTC')


def test_the_same_body_is_not_parsed_again_but_gives_its_validators() -> None:
    shelf, script, workers = series([ok(rss(1), etag=f'"{n}"') for n in range(3)])
    assert [result.outcome for result in shelf.polls] == ["new", "same_body", "same_body"]
    assert workers.calls == 1
    assert script.asked[-1] == ('"1"', None)
    assert shelf.state.validated_at == NOON + timedelta(hours=2)
    assert "same hash" in shelf.polls[1].detail


def test_after_an_answer_without_validators_none_are_sent() -> None:
    _, script, _ = series([ok(rss(1), etag='"a"'), ok(rss(1, 2)), ok(rss(1, 2, 3))])
    assert script.asked == [(None, None), ('"a"', None), (None, None)]


def test_validators_are_dropped_after_eight_days() -> None:
    _, script, _ = series([ok(rss(1), etag='"a"'), *[same()] * 9, ok(rss(1, 2), etag='"b"')], minutes=24 * 60)
    assert [etag for etag, _ in script.asked] == [None, *['"a"'] * 8, None, None]


def test_an_edited_entry_is_handed_over_and_is_not_new() -> None:
    shelf, _, _ = series([ok(rss(1)), ok(rss(1).replace(b"Story", b"Update"))])
    assert [result.outcome for result in shelf.polls] == ["new", "empty"]
    assert shelf.polls[1].entries[0].title == "Update 1"


def test_no_overlap_is_a_possible_gap() -> None:
    shelf, _, _ = series([ok(rss(1, 2)), ok(rss(8, 9))])
    assert "possible gap of unknown size" in shelf.polls[1].detail
    assert "gap" not in shelf.polls[0].detail
    assert shelf.state.interval == 30


def test_guids_made_up_at_every_poll_add_nothing_twice() -> None:
    bodies = [rss(1, 2, 3, 4, guid=f"{n}-{{}}") for n in range(5)]
    shelf, _, _ = series([*(ok(body) for body in bodies), ok(rss(1, 2, 3, 4, 5, guid="6-{}"))])
    assert [len(result.entries) for result in shelf.polls] == [4, 0, 0, 0, 0, 1]
    assert [result.outcome for result in shelf.polls] == ["new", "empty", "empty", "empty", "empty", "new"]
    assert all("guids unstable" in result.detail for result in shelf.polls[1:])
    assert shelf.polls[5].entries[0].key == "https://news.example/5"


def test_one_entry_that_comes_again_under_a_new_guid_among_new_ones_is_new() -> None:
    shelf, _, _ = series([ok(rss(1)), ok(rss(1, guid="other{}")[:-16] + rss(2, 3)[44:])])
    assert shelf.polls[1].outcome == "new"
    assert "unstable" not in shelf.polls[1].detail


def test_a_cut_document_brings_entries_and_no_validators() -> None:
    before = FeedState(URL, etag='"a"', body_hash="h", validated_at=NOON)
    result = once(ok(rss(1, 2, end="<item><title>cu"), etag='"b"'), before)
    assert (result.outcome, [entry.key for entry in result.entries]) == ("new", ["g1", "g2"])
    assert (result.state.etag, result.state.body_hash) == ('"a"', "h")
    assert "partial: the document is cut" in result.detail


def test_what_was_amiss_is_said() -> None:
    limits = Limits(entries=2)
    script = Script([ok(rss(1, 2, 3, head="<x>&nbsp;</x>"), permanent="https://news.example/new")], limits)
    result = asyncio.run(poll(FEED, FeedState(URL), script, Inline(), NOON, known=lambda _: set()))
    for part in ("2 new of 2 entries", "1 over the limit", "repaired", f"moved for good to {URL}"):
        assert part in result.detail


def test_the_subscriptions_language_and_interval_count_most() -> None:
    feed = replace(FEED, language="uk", interval=20)
    result = once(ok(rss(1, head="<language>en</language>"), etag="x"), feed=feed)
    assert result.entries[0].language == "uk"
    assert result.state.next_due == NOON + timedelta(minutes=20)
    assert once(ok(rss(1, head="<language>en</language>"))).entries[0].language == "en"


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [
        (ok(rss(1), cache_control="max-age=7200"), 120),
        (ok(rss(1), cache_control="max-age=999999999"), 360),
        (ok(rss(1), cache_control="no-cache", expires="0"), 60),
        (ok(rss(1, head="<ttl>180</ttl>")), 180),
        (ok(rss(1, head="<skipHours><hour>13</hour></skipHours>")), 120),
        (ok(rss(1)), 60),
    ],
)
def test_server_and_document_may_ask_for_patience(answer: Response, minutes: float) -> None:
    assert once(answer).state.next_due == NOON + timedelta(minutes=minutes)
    late = once(answer, jitter=0.1).state.next_due
    assert late is not None
    assert late >= NOON + timedelta(minutes=min(minutes, 360))


def test_a_failure_leaves_everything_but_the_time_of_the_next_try() -> None:
    before = FeedState(URL, '"a"', "m", NOON, "h", 60.0, NOON, NOON, NOON, failures=1)
    now = NOON + timedelta(hours=1)
    result = once(TransientError("no data for 15 s", stage="http"), before, now)
    text = 'feed "Morning News": no data for 15 s (http); kept its entries; next try 2026-11-23 15:00:00 UTC'
    assert (result.outcome, result.entries, result.detail, result.status) == ("failed", (), text, None)
    due = NOON + timedelta(hours=3)
    assert result.state == replace(before, failures=2, error=text, last_attempt=now, next_due=due)


def test_a_success_ends_the_failures() -> None:
    before = FeedState(URL, failures=7, error="old")
    state = once(ok(rss(1)), before).state
    assert (state.failures, state.error) == (0, None)


def test_what_is_no_feed_is_a_failure_with_its_status() -> None:
    result = once(ok(b"<html><title>Just a moment...</title>"))
    assert "not a feed: HTML page 'Just a moment...' (parse)" in result.detail
    assert (result.outcome, result.status, result.state.body_hash, result.state.failures) == ("failed", 200, None, 1)


def test_a_killed_parser_is_the_feeds_failure_and_lost_workers_are_not() -> None:
    killed = once(ok(rss(1)), workers=Inline(RejectedError("took more than 15 s", stage="parse")))
    assert "took more than 15 s (parse)" in killed.detail
    assert killed.state.failures == 1
    lost = once(ok(rss(1)), workers=Inline(TransientError("the workers were closed", stage="parse")))
    assert (lost.state.failures, lost.state.next_due) == (0, NOON + timedelta(minutes=5))


def test_our_own_network_being_down_is_not_the_feeds_failure() -> None:
    result = once(NetworkDownError("our own network is down", stage="connect"), FeedState(URL, failures=2))
    assert (result.state.failures, result.state.next_due) == (2, NOON + timedelta(minutes=5))


def test_a_host_that_wants_a_rest_is_not_the_feeds_failure() -> None:
    error = HostPausedError("x asked to be left alone", stage="http", status=429, retry_after=1800)
    result = once(error, FeedState(URL, failures=2))
    assert (result.state.failures, result.state.next_due) == (2, NOON + timedelta(minutes=30))


@pytest.mark.parametrize(("wait", "minutes"), [(7200.0, 120), (60.0, 60), (604800.0, 10080)])
def test_a_429_is_waited_for(wait: float, minutes: float) -> None:
    result = once(TransientError("status 429", stage="http", status=429, retry_after=wait))
    assert (result.status, result.state.failures) == (429, 1)
    assert result.state.next_due == NOON + timedelta(minutes=minutes)


def test_gone_twice_a_day_apart_is_gone_for_good() -> None:
    gone = TransientError("status 410", stage="http", status=410)
    shelf, _, _ = series([gone, gone, gone], minutes=12 * 60)
    assert shelf.polls[0].state.next_due == NOON + timedelta(days=1)
    assert shelf.polls[1].state.next_due == NOON + timedelta(days=1.5)
    assert shelf.polls[2].state.next_due == NOON + timedelta(days=2)
    last = once(gone, shelf.polls[0].state, NOON + timedelta(days=1))
    assert last.state.next_due == schedule.NEVER
    assert last.detail == 'feed "Morning News": gone, not asked again (http); kept its entries; no next try'


def test_a_404_is_never_for_good() -> None:
    shelf, _, _ = series([TransientError("status 404", stage="http", status=404)] * 9, minutes=24 * 60)
    assert shelf.state.next_due == NOON + timedelta(days=9)


def test_a_store_that_fails_is_not_the_feeds_fault() -> None:
    def known(_: Sequence[str]) -> set[str]:
        raise StorageError("disk full")

    with pytest.raises(StorageError):
        once(ok(rss(1)), known=known)
