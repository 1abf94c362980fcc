"""One poll, or a few, of what the fault server does to documents; the real fetcher, parser and schedule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.fetch.client import Fetcher
from aggregator.fetch.identity import Blank
from aggregator.fetch.poll import poll
from aggregator.model import Feed, FeedState, Limits
from aggregator.workers import Workers
from tests.fetch.conftest import LOOPBACK, Shelf

if TYPE_CHECKING:
    from tests.fetch.conftest import Faults, Inline

PollTimes = Callable[..., Shelf]
HOUR = timedelta(hours=1)
CYRILLIC = "Президент підписав закон про бюджет"


@pytest.mark.parametrize(
    ("fault", "entries", "said"),
    [
        ("ok", 5, "5 new of 5 entries"),
        ("slow-host", 5, "5 new"),
        ("gzip", 30, "30 new"),
        ("bom-blank", 5, "5 new"),
        ("bad-bytes", 3, "repaired"),
        ("xml-unclosed", 5, "repaired"),
        ("xml-entity", 5, "repaired"),
        ("xml-cut", 4, "partial"),
        ("atom", 5, "5 new"),
        ("jsonfeed", 1, "1 new"),
        ("guid-missing", 5, "5 new"),
        ("guid-same", 5, "5 new"),
        ("link-missing", 5, "5 new"),
        ("entries-10k", 2000, "8,000 over the limit"),
        ("link-hostile", 6, "scheme javascript): 1"),
        ("xss", 8, "8 new"),
        ("title-odd", 5, "title cut: 1"),
        ("dates", 13, "date future: 2, date ancient: 1, date unreadable: 5, date no_zone: 1"),
        ("redirect-301", 5, "moved for good to"),
        ("redirect-chain", 5, "5 new"),
        ("xml-laughs", 0, "feed declares XML entities (parse)"),
        ("xml-quadratic", 0, "feed declares XML entities (parse)"),
        ("xml-xxe-file", 0, "feed declares XML entities (parse)"),
        ("xml-xxe-http", 0, "feed declares XML entities (parse)"),
        ("html-200", 0, "not a feed: HTML page 'Story 1'"),
        ("html-as-rss", 0, "not a feed: HTML page 'Just a moment...'"),
        ("json-200", 0, "not a feed: JSON without"),
        ("empty-body", 0, "not a feed: empty body"),
        ("status-410", 0, "status 410 (http)"),
    ],
)
def test_one_poll(  # noqa: PLR0917 -- a table
    faults: Faults, poll_times: PollTimes, noon: datetime, fault: str, entries: int, said: str
) -> None:
    shelf = poll_times(faults.url(fault, "poll"), [noon])
    result = shelf.polls[0]
    assert (len(result.entries), said in result.detail) == (entries, True), result.detail
    assert (result.state.failures > 0) == (entries == 0)
    assert (result.state.body_hash is None) == (entries == 0 or "partial" in said)
    assert not any("\x00" in f"{entry}" or "root:" in f"{entry}" for entry in result.entries)
    assert faults.log("canary") == []


@pytest.mark.parametrize(
    "fault", ["cp1251-decl", "cp1251-header", "cp1251-vs-utf8", "utf8-vs-latin1", "utf16-bom", "charset-bogus"]
)
def test_titles_are_exact_in_every_encoding(faults: Faults, poll_times: PollTimes, noon: datetime, fault: str) -> None:
    entries = poll_times(faults.url(fault), [noon]).polls[0].entries
    assert [entry.title for entry in entries] == [f"{CYRILLIC} {n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("fault", "stored", "new"),
    [
        ("link-tracking", 5, [5, 5, 5, 5]),
        ("guid-missing", 5, [5, 0, 0, 0]),
        ("guid-same", 5, [5, 0, 0, 0]),
        ("link-missing", 5, [5, 0, 0, 0]),
        ("edited", 5, [5, 5, 5, 5]),
        ("ok-grow", 13, [10, 10, 10, 10]),
        ("flap", 5, [5, 0, 5, 0]),
        ("empty-channel", 5, [5, 0, 0, 0]),
    ],
)
def test_several_polls_add_each_entry_once(  # noqa: PLR0917 -- a table
    faults: Faults, poll_times: PollTimes, noon: datetime, fault: str, stored: int, new: list[int]
) -> None:
    start = 10 if fault == "ok-grow" else 0
    if start:
        faults.control(f"set?fault={fault}~several&step={start}")
    shelf = poll_times(faults.url(fault, "several"), [noon + n * HOUR for n in range(4)])
    keys = {entry.key for result in shelf.polls for entry in result.entries}
    # The feed that flaps brings two more with its second good answer.
    assert len(keys) == stored + (2 if fault == "flap" else 0)
    assert [len(result.entries) for result in shelf.polls] == new
    assert len({entry.url for result in shelf.polls for entry in result.entries}) <= len(keys)


@pytest.mark.parametrize(
    ("fault", "polls"),
    [("both", 100), ("etag", 5), ("lastmod", 5), ("etag-odd", 5), ("lastmod-odd", 5), ("no-cache", 5), ("max-age", 5)],
)
def test_a_hundred_polls_make_one_unconditional_request(  # noqa: PLR0917 -- a table
    faults: Faults, poll_times: PollTimes, inline: Inline, noon: datetime, fault: str, polls: int
) -> None:
    shelf = poll_times(faults.url(fault, "hundred"), [noon + n * HOUR for n in range(polls)])
    requests = faults.log(f"{fault}~hundred")
    unconditional = [row for row in requests if row["inm"] is None and row["ims"] is None]
    assert (len(requests), len(unconditional), inline.calls) == (polls, 1, 1)
    assert [result.outcome for result in shelf.polls] == ["new", *["not_modified"] * (polls - 1)]


def test_an_etag_that_rotates_costs_no_parsing(
    faults: Faults, poll_times: PollTimes, inline: Inline, noon: datetime
) -> None:
    shelf = poll_times(faults.url("etag-rotates"), [noon + n * HOUR for n in range(4)])
    assert [result.outcome for result in shelf.polls] == ["new", "same_body", "same_body", "same_body"]
    assert inline.calls == 1
    assert [row["inm"] for row in faults.log("etag-rotates")] == [None, '"r1"', '"r2"', '"r3"']


@pytest.mark.parametrize(
    ("fault", "minutes"),
    [("max-age", 120), ("max-age-absurd", 360), ("expires", 119), ("no-cache", 60), ("ttl", 180), ("sy-period", 360)],
)
def test_hints_lengthen_the_time_to_the_next_poll(
    faults: Faults, poll_times: PollTimes, noon: datetime, fault: str, minutes: float
) -> None:
    due = poll_times(faults.url(fault, "hint"), [noon]).state.next_due
    assert due is not None
    assert timedelta(minutes=minutes) <= due - noon <= timedelta(minutes=minutes + 2)


def test_a_429_is_kept_by_the_feed_and_by_its_neighbours(faults: Faults, noon: datetime) -> None:
    async def run() -> list[tuple[str, datetime | None, int]]:
        async with Fetcher(Limits(host_gap=0.0), user_agent="t", allow_private=[LOOPBACK]) as fetcher:
            results = []
            with Workers(1) as workers:
                for fault in ("429-seconds", "ok"):
                    url = faults.url(fault, "neighbours")
                    result = await poll(Feed(url, "o", fault), FeedState(url), fetcher, workers, noon, memory=Blank())
                    results.append((result.outcome, result.state.next_due, result.state.failures))
        return results

    first, second = asyncio.run(run())
    assert first == ("failed", noon + HOUR, 1)
    assert second[0] == "failed"
    assert second[1] is not None
    assert second[1] >= noon + timedelta(minutes=59)
    assert second[2] == 0
    assert faults.log("ok~neighbours") == []


def test_in_a_real_worker_a_parser_bomb_costs_one_poll(faults: Faults, noon: datetime) -> None:
    async def run() -> list[str]:
        limits = Limits(host_gap=0.0, parse_seconds=0.3)
        details = []
        async with Fetcher(limits, user_agent="t", allow_private=[LOOPBACK]) as fetcher:
            with Workers(1) as workers:
                for fault in ("ok", "xml-deep", "xml-laughs", "ok"):
                    feed = Feed(faults.url(fault, "worker"), "o", fault)
                    result = await poll(feed, FeedState(feed.url), fetcher, workers, noon, memory=Blank())
                    details.append(result.detail)
        return details

    good, deep, laughs, again = asyncio.run(run())
    assert "5 new" in good
    assert "took more than 0.3 s (parse)" in deep
    assert "feed declares XML entities (parse)" in laughs
    assert "5 new" in again
