from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import AggregatorError, RejectedError, StorageError, TransientError
from aggregator.fetch import moves, schedule
from aggregator.fetch.client import Response
from aggregator.fetch.dial import NetworkDownError
from aggregator.fetch.identity import Blank
from aggregator.fetch.politeness import HostPausedError
from aggregator.fetch.poll import poll
from aggregator.model import Feed, FeedState, Limits, Poll
from tests.fetch.conftest import Inline, Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.fetch.access import Access
    from aggregator.fetch.identity import Memory

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed"
FEED = Feed(URL, "outlet", "Morning News")


@dataclass
class Script:
    """A fetcher that gives prepared answers and keeps what it was asked."""

    answers: list[Response | AggregatorError]
    limits: Limits = field(default_factory=Limits)
    asked: list[tuple[str | None, str | None]] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, access: Access | None = None
    ) -> Response:
        assert access is None or access.url == URL
        self.urls.append(url)
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
    memory: Memory | None = None,
    jitter: float = 0.0,
    at: str = URL,
) -> Poll:
    before, script = state or FeedState(URL), Script([answer])
    asked = poll(feed, before, script, workers or Inline(), now, memory=memory or Blank(), jitter=jitter)
    result = asyncio.run(asked)
    assert script.urls == [at]
    return result


def series(answers: Sequence[Response | AggregatorError], minutes: float = 60) -> tuple[Shelf, Script, Inline]:
    shelf, script, workers = Shelf(FeedState(URL)), Script(list(answers)), Inline()

    async def run() -> None:
        for n in range(len(answers)):
            now = NOON + n * timedelta(minutes=minutes)
            shelf.save(await poll(FEED, shelf.state, script, workers, now, memory=shelf))

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


def test_guids_made_up_at_every_poll_are_found_out_once_and_for_good() -> None:
    bodies = [rss(1, 2, 3, 4, guid=f"{n}-{{}}") for n in range(5)]
    shelf, _, _ = series([*(ok(body) for body in bodies), ok(rss(1, 2, 3, 4, 5, guid="6-{}"))])
    assert [result.outcome for result in shelf.polls] == ["new", "empty", "empty", "empty", "empty", "new"]
    assert ["guids unstable" in result.detail for result in shelf.polls] == [False, True, *[False] * 4]
    assert "1 new of 5" in shelf.polls[5].detail
    assert shelf.state.link_keys
    assert shelf.polls[5].entries[-1].key == "https://news.example/5"


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
    result = asyncio.run(poll(FEED, FeedState(URL), script, Inline(), NOON, memory=Blank()))
    for part in ("2 new of 2 entries", "1 over the limit", "repaired", "moved for good to"):
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


def test_what_a_document_asked_for_holds_while_it_is_unchanged() -> None:
    head = "<ttl>180</ttl><skipHours><hour>16</hour></skipHours>"
    body = rss(1, head=head)
    shelf, _, _ = series([ok(body, etag='"a"'), same(), ok(body), ok(rss(1, 2), etag='"b"')], minutes=180)
    due = [one.state.next_due for one in shelf.polls]
    assert due[:3] == [NOON + timedelta(hours=hours) for hours in (3, 6, 9)]
    assert (shelf.state.ttl, shelf.state.skip_hours) == (0.0, 0)
    held = FeedState(URL, interval=60.0, skip_hours=1 << 13, etag="x", validated_at=NOON)
    assert once(same(), held).state.next_due == NOON + timedelta(hours=2)


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
    assert result.state.wait_until == NOON + timedelta(seconds=wait)
    assert once(ok(rss(1)), result.state).state.wait_until is None
    assert result.state.next_due == NOON + timedelta(minutes=minutes)


def test_gone_twice_a_day_apart_is_gone_for_good() -> None:
    gone = TransientError("status 410", stage="http", status=410)
    shelf, _, _ = series([gone, gone, gone], minutes=12 * 60)
    assert shelf.polls[0].state.next_due == NOON + timedelta(days=1)
    assert shelf.polls[1].state.next_due == NOON + timedelta(days=1)
    last = shelf.polls[2]
    assert schedule.is_gone(last.state)
    assert last.detail == 'feed "Morning News": gone, not asked again (http); kept its entries; no next try'


def test_one_410_is_forgiven_by_a_good_answer() -> None:
    gone = TransientError("status 410", stage="http", status=410)
    shelf, _, _ = series([gone, ok(rss(1)), gone], minutes=24 * 60)
    assert shelf.polls[1].state.gone_since is None
    assert not schedule.is_gone(shelf.state)


def test_a_410_between_other_failures_is_remembered() -> None:
    gone = TransientError("status 410", stage="http", status=410)
    shelf, _, _ = series([gone, TransientError("status 500", stage="http", status=500), gone], minutes=24 * 60)
    assert schedule.is_gone(shelf.state)


def test_a_404_is_never_for_good() -> None:
    shelf, _, _ = series([TransientError("status 404", stage="http", status=404)] * 9, minutes=24 * 60)
    assert shelf.state.next_due == NOON + timedelta(days=9)


def test_a_store_that_fails_is_not_the_feeds_fault() -> None:
    class Full(Blank):
        def known(self, names: Sequence[str]) -> set[str]:  # noqa: ARG002 -- as Memory has it
            raise StorageError("disk full")

    with pytest.raises(StorageError):
        once(ok(rss(1)), memory=Full())


# ---------------------------------------------------------------- moves

NEW = "https://elsewhere.example/feed"


def moved(body: bytes, to: str = NEW, **headers: str) -> Response:
    return replace(ok(body, to, **headers), url=to)


def moving(polls: int, *, hours: float = 12.0) -> tuple[Shelf, Script, Inline]:
    """A feed that is known, and then that many polls led elsewhere by permanent redirects."""
    return series([ok(rss(1)), *(moved(rss(1, n), etag=f'"{n}"') for n in range(2, polls + 2))], minutes=hours * 60)


def test_a_feed_is_asked_elsewhere_after_five_polls_over_two_days() -> None:
    shelf, script, _ = moving(5)
    assert script.urls == [URL] * 6
    assert moves.in_force(shelf.state)
    assert f"moved for good to {NEW} (seen 4 of 5 times)" in shelf.polls[4].detail
    assert f"moved for good to {NEW} (asked there from now on)" in shelf.polls[5].detail
    assert moves.address(FEED, shelf.state) == NEW
    again = once(replace(ok(rss(9)), url=NEW), shelf.state, at=NEW)
    assert "moved" not in again.detail
    assert moves.in_force(again.state)


def test_five_polls_in_a_day_are_not_enough() -> None:
    shelf, _, _ = moving(9, hours=4)
    assert not moves.in_force(shelf.state)
    assert shelf.state.moved_polls == 4


@pytest.mark.parametrize(
    "answer", [ok(rss(1, 20)), moved(rss(1, 20), "https://third.example/feed"), moved(rss(30, 31))],
    ids=["no redirect", "another address", "no known entry"],
)  # fmt: skip
def test_what_interrupts_a_move(answer: Response) -> None:
    shelf, _, _ = series([ok(rss(1)), *[moved(rss(1, n)) for n in range(2, 6)], answer], minutes=12 * 60)
    assert not moves.in_force(shelf.state)
    assert shelf.state.moved_to == answer.permanent


def test_an_unchanged_feed_behind_a_redirect_counts_as_known() -> None:
    unchanged = replace(same(), url=NEW, permanent=NEW)
    shelf, _, _ = series([moved(rss(1), etag='"a"'), *[unchanged] * 5], minutes=12 * 60)
    assert moves.in_force(shelf.state)


def test_an_address_that_fails_three_times_is_given_up_for_the_subscriptions_own() -> None:
    state = moving(5)[0].state
    for failures in (1, 2, 3):
        assert moves.in_force(state)
        state = once(TransientError("status 404", stage="http", status=404), state, at=NEW).state
        assert state.failures == failures
    assert moves.address(FEED, state) == URL
    assert (state.etag, state.last_modified) == (None, None)
    assert state.body_hash is not None


def test_a_410_of_the_new_address_ends_the_move_and_not_the_feed() -> None:
    state = moving(5)[0].state
    gone = TransientError("status 410", stage="http", status=410)
    for _ in range(2):
        state = once(gone, state, at=moves.address(FEED, state)).state
        assert moves.address(FEED, state) == URL
        assert not schedule.is_gone(state)


def test_an_edited_subscription_starts_anew() -> None:
    state = moving(5)[0].state
    assert state.feed == URL
    edited = replace(FEED, url="https://news.example/other")
    assert moves.address(edited, FeedState(edited.url)) == edited.url


def test_a_feed_whose_headers_are_not_set_says_nothing_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNSET_KEY", raising=False)
    feed = replace(FEED, headers=(("X-Key", "UNSET_KEY"),))
    asked = poll(feed, FeedState(URL), Script([]), Inline(), NOON, memory=Blank())
    result = asyncio.run(asked)
    assert (result.outcome, result.reached) == ("failed", None)
    assert "$UNSET_KEY" in result.detail
