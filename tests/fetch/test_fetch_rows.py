"""Every fault of collecting, redirecting and transferring, beside a good feed that must not notice.

The identifiers are those of the list of faults that the poller is held to: T statuses, R redirects, W the wire.
"""

from __future__ import annotations

import asyncio
import re
import socket
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.fetch import schedule
from aggregator.model import Entry, Feed, FeedState, Poll, Quality
from aggregator.pipeline import pages
from tests.fetch.conftest import serving
from tests.fetch.newsroom import IMPATIENT, newsroom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fetch.conftest import Faults
    from tests.fetch.newsroom import Newsroom

HOUR = timedelta(hours=1)
STAGES = "dns|connect|tls|http|redirect|size|encoding|parse"
LINE = re.compile(rf'feed "Feed 1": .+ \((?:{STAGES})\); kept its entries; next try [-\d: ]+ UTC')


@pytest.fixture(scope="module")
def server() -> Iterator[Faults]:
    with serving("--scale", "0.02", "--hosts", "127.0.0.1,127.0.0.2,127.0.0.3") as one:
        yield one


class Pair:
    """A faulty feed beside a good one on another host, polled at the same times."""

    def __init__(self, server: Faults, room: Newsroom, good: str, bad: str) -> None:
        self.server, self.room, self.good, self.bad = server, room, good, bad
        self.rounds = 0

    def poll(self, rounds: int = 1, every: timedelta = 2 * HOUR) -> None:
        for _ in range(rounds):
            self.room.poll(everything=True)
            self.rounds += 1
            self.room.now += every

    def said(self) -> list[str]:
        return [record.detail for record in self.room.polls(self.bad)]

    def check_neighbour(self) -> None:
        """The good feed has each of its entries once, was asked each time and never failed; no canary was read."""
        records = self.room.polls(self.good)
        assert [(one.outcome, one.status) for one in records] == [("new", 200)] * self.rounds
        assert len(self.room.links(self.good)) == 9 + self.rounds
        assert self.room.state(self.good).failures == 0
        assert self.server.log("canary") == []


@pytest.fixture
def pair(server: Faults, request: pytest.FixtureRequest) -> Iterator[Pair]:
    fault, session = request.param, re.sub(r"\W+", "-", request.node.name)
    good = server.url("ok-grow", session).replace("127.0.0.1", "127.0.0.3")
    # From its 11th answer on the feed has a new entry each time.
    server.control(f"set?fault=ok-grow~{session}&step=10")
    bad = fault if "://" in fault else server.url(fault, session)
    with newsroom([good, bad]) as room:
        yield Pair(server, room, good, bad)


FAILING = [
    *[(f"status-{status}", f"status {status}", "http") for status in (401, 403, 404, 451, 500, 502, 504, 520)],
    ("redirect-loop", "too many redirects (5)", "redirect"),
    ("redirect-long", "too many redirects (5)", "redirect"),
    ("redirect-empty", "redirect with no address", "redirect"),
    ("redirect-file", "scheme file not allowed", "redirect"),
    ("redirect-ftp", "scheme ftp not allowed", "redirect"),
    ("redirect-js", "scheme javascript not allowed", "redirect"),
    ("redirect-data", "scheme data not allowed", "redirect"),
    ("redirect-metadata", "not a public address: 169.254.169.254", "connect"),
    ("redirect-canary", "not a public address: 127.0.0.2", "connect"),
    ("hang-headers", "no data for 1 s", "http"),
    ("hang-body", "no data for 1 s", "http"),
    ("trickle", "more than 3 s total time", "http"),
    ("header-bomb", "broken answer", "http"),
    ("endless", "more than 4 MB on the wire", "size"),
    ("feed-50mb", "more than 4 MB on the wire", "size"),
    ("truncated", "broken answer", "http"),
    ("truncated-chunk", "broken answer", "http"),
    ("chunk-garbage", "broken answer", "http"),
    ("reset", "broken answer", "http"),
    ("close", "broken answer", "http"),
    ("not-http", "broken answer", "http"),
    ("gzip-cut", "compressed body incomplete", "encoding"),
    ("gzip-crc", "compressed body incomplete", "encoding"),
    ("gzip-lie", "compressed body incomplete", "encoding"),
    ("deflate", "asked for gzip only", "encoding"),
    ("enc-unknown", "asked for gzip only", "encoding"),
    ("http://nobody.invalid/feed.xml", "unknown host nobody.invalid", "dns"),
]


@pytest.mark.parametrize(("pair", "what", "stage"), FAILING, indirect=["pair"], ids=[row[0] for row in FAILING])
def test_a_fault_is_named_backs_off_and_troubles_nobody(pair: Pair, what: str, stage: str) -> None:
    began = time.perf_counter()
    pair.poll()
    assert time.perf_counter() - began < 10.0
    state, (said,) = pair.room.state(pair.bad), pair.said()
    assert what in said
    assert f"({stage})" in said
    assert LINE.fullmatch(said), said
    assert (state.failures, state.error) == (1, said)
    assert (state.etag, state.last_modified, state.body_hash) == (None, None, None)
    assert state.next_due is not None
    assert state.last_attempt is not None
    assert 60 <= (state.next_due - state.last_attempt) / timedelta(minutes=1) <= 66
    assert pair.room.links(pair.bad) == []
    pair.check_neighbour()


@pytest.mark.parametrize("pair", ["status-500"], indirect=True)
def test_failures_in_a_row_double_the_time_and_never_end(pair: Pair) -> None:
    for failures in range(1, 9):
        pair.poll()
        state = pair.room.state(pair.bad)
        assert state.failures == failures
        assert state.next_due is not None
        assert state.last_attempt is not None
        hours = min(2 ** (failures - 1), 24)
        assert hours <= (state.next_due - state.last_attempt) / HOUR <= 1.1 * hours
    pair.check_neighbour()


@pytest.mark.parametrize("pair", ["status-410"], indirect=True)
def test_gone_after_two_days_and_its_entries_stay(pair: Pair) -> None:  # T02
    pair.poll(rounds=3, every=timedelta(hours=13))
    assert "gone, not asked again (http); kept its entries; no next try" in pair.said()[-1]
    assert schedule.is_gone(pair.room.state(pair.bad))
    asked = len(pair.server.log(pair.bad.split("/")[4]))
    pair.poll(rounds=3, every=timedelta(days=9))
    assert len(pair.server.log(pair.bad.split("/")[4])) == asked == 3
    pair.check_neighbour()


@pytest.mark.parametrize("pair", ["flap"], indirect=True)
def test_flapping_resets_and_stores_each_entry_once(pair: Pair) -> None:  # T03
    pair.poll(rounds=6)
    assert [record.outcome for record in pair.room.polls(pair.bad)] == ["new", "failed"] * 3
    assert pair.room.state(pair.bad).failures == 1
    # The first answer has items 1 to 5, the third 3 to 7, the fifth 5 to 9.
    assert len(pair.room.links(pair.bad)) == len(set(pair.room.links(pair.bad))) == 9
    pair.check_neighbour()


@pytest.mark.parametrize("pair", [f"redirect-{s}" for s in (301, 302, 303, 307, 308, "chain")], indirect=True)
def test_redirects_lead_to_entries_and_permanent_ones_are_followed_up(pair: Pair) -> None:  # R01
    pair.poll(rounds=8, every=timedelta(hours=13))
    assert len(pair.room.links(pair.bad)) == 5
    key = pair.bad.split("/")[4]
    asked = [row["path"].rpartition("/")[2] for row in pair.server.log(key)]
    permanent = not re.search("30[237]", key)
    # Five polls that know it, over two days: the sixth and later ones go straight there.
    assert asked.count("feed.xml") == (6 if permanent else 8)
    assert asked[-1] != "feed.xml"
    assert ("asked there from now on" in " ".join(pair.said())) == permanent
    assert pair.bad in pair.room.desk.feeds
    pair.check_neighbour()


@pytest.mark.parametrize(("pair", "entries"), [("gzip-unsaid", 5), ("gzip", 30)], indirect=["pair"])
def test_gzip_is_read_said_or_not(pair: Pair, entries: int) -> None:  # W07
    pair.poll()
    assert len(pair.room.links(pair.bad)) == entries
    pair.check_neighbour()


@pytest.mark.parametrize("pair", ["ok"], indirect=True)
def test_a_closed_port_and_tls_where_there_is_none(pair: Pair) -> None:  # W11
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    urls = [pair.good, f"http://127.0.0.1:{port}/feed.xml", pair.bad.replace("http://", "https://")]
    with newsroom(urls) as room:
        room.poll()
        said = [room.polls(url)[0].detail for url in urls]
        assert room.state(urls[0]).failures == 0
    assert f"connection refused by 127.0.0.1:{port} (connect)" in said[1]
    assert re.search(r"(no TLS within 2 s|TLS failed.*) \(tls\)", said[2])


@pytest.mark.parametrize("pair", ["ok"], indirect=True)
def test_when_no_name_is_found_no_feed_is_blamed(pair: Pair) -> None:  # W12
    async def dead(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, f"{host}:{port}")

    pair.poll()
    before = {url: pair.room.state(url) for url in (pair.good, pair.bad)}
    pair.room.resolver = dead
    pair.room.poll(everything=True)
    for url, state in before.items():
        after = pair.room.state(url)
        assert (after.failures, after.etag, after.body_hash) == (0, state.etag, state.body_hash)
        assert after.next_due == pair.room.now + timedelta(minutes=5)
        assert "our own network is down" in (after.error or "")
    assert len(pair.room.links(pair.bad)) == 5


@pytest.mark.parametrize("pair", ["endless"], indirect=True)
def test_a_feed_without_end_is_left(pair: Pair) -> None:  # W05
    pair.poll()
    rows = pair.server.control(f"log?fault={pair.bad.split('/')[4]}")
    deadline = time.monotonic() + 10
    while "client_closed" not in rows and time.monotonic() < deadline:
        rows = pair.server.control(f"log?fault={pair.bad.split('/')[4]}")
    assert "client_closed" in rows


@pytest.mark.parametrize("pair", ["truncated", "gzip-cut", "reset"], indirect=True)
def test_a_body_that_was_cut_leaves_what_a_whole_one_gave(pair: Pair) -> None:  # W06
    kept = FeedState(pair.bad, etag='"kept"', last_modified="kept", body_hash="kept", validated_at=pair.room.now)
    with pair.room.desk.store.write() as unit:
        unit.feeds.save_states([kept])
    pair.poll()
    after = pair.room.state(pair.bad)
    assert (after.etag, after.last_modified, after.body_hash) == ('"kept"', "kept", "kept")
    pair.check_neighbour()


# ---------------------------------------------------------------- C: what a server asks for


@pytest.mark.parametrize(
    ("pair", "hours", "said"),
    [
        ("429-seconds", 1, "status 429, asks to wait 3600 s"),
        ("429-date", 1, "status 429, asks to wait 3"),
        ("429-bare", 1, "status 429, asks to wait 3600 s"),
        ("429-absurd", 168, "status 429, asks to wait too long, cut to 604800 s (7 days)"),
    ],
    indirect=["pair"],
)
def test_a_429_holds_the_whole_host_across_restarts_and_wishes(pair: Pair, hours: int, said: str) -> None:  # C13
    neighbour = pair.server.url("ok", re.sub(r"\W+", "-", pair.bad))
    pair.poll(every=timedelta(minutes=1))
    assert said in pair.said()[0]
    pair.room.desk.feeds[neighbour] = Feed(neighbour, "o", "Neighbour")
    for _ in range(4):
        pair.poll(every=timedelta(minutes=10))
    assert len(pair.server.log(pair.bad.split("/")[4])) == 1
    assert pair.server.log(neighbour.split("/")[4]) == []
    assert "asked to be left alone until" in (pair.room.state(neighbour).error or "")
    assert pair.room.state(neighbour).failures == 0
    pair.room.now += timedelta(hours=hours)
    pair.poll()
    assert len(pair.server.log(pair.bad.split("/")[4])) == 2
    pair.check_neighbour()


@pytest.mark.parametrize("pair", ["503-retry"], indirect=True)
def test_a_503_holds_its_own_feed_across_restarts_and_wishes(pair: Pair) -> None:  # C16
    neighbour = pair.server.url("ok", re.sub(r"\W+", "-", pair.bad))
    pair.room.desk.feeds[neighbour] = Feed(neighbour, "o", "Neighbour")
    pair.poll(rounds=3, every=timedelta(minutes=9))
    assert len(pair.server.log(pair.bad.split("/")[4])) == 1
    assert len(pair.server.log(neighbour.split("/")[4])) == 3
    assert "status 503, asks to wait 1800 s (http)" in pair.said()[0]
    pair.room.now += timedelta(minutes=4)
    pair.poll()
    assert len(pair.server.log(pair.bad.split("/")[4])) == 2
    pair.check_neighbour()


def test_the_limits_of_these_tests_are_those_of_the_world_but_for_their_times() -> None:
    assert (IMPATIENT.wire_bytes, IMPATIENT.body_bytes, IMPATIENT.entries) == (4_000_000, 10_000_000, 2_000)


# ---------------------------------------------------------------- I: entries that come again


@pytest.mark.parametrize("pair", ["guid-random"], indirect=True)
def test_random_guids_add_nothing_twice(pair: Pair) -> None:  # I01
    pair.poll(rounds=10)
    assert len(pair.room.links(pair.bad)) == len(set(pair.room.links(pair.bad))) == 5
    assert ["guids unstable" in said for said in pair.said()] == [False, True, *[False] * 8]
    assert pair.room.state(pair.bad).link_keys
    pair.check_neighbour()


@pytest.mark.parametrize("pair", ["edited"], indirect=True)
def test_a_restless_text_is_followed_so_often_and_stays_one_entry(pair: Pair) -> None:  # I05
    began = pair.room.now
    pair.poll(rounds=30)
    with pair.room.desk.store.read() as unit:
        ids = [one for one, url in unit.feeds.wanted_pages(pair.room.now, 99) if url and url.endswith("/1.html")]
        (edited,) = [one for one in unit.feeds.queued(ids) if one.entry.feed == pair.bad]
    assert edited.entry.title == "Story 1 (update 25)"
    assert edited.first_seen == began
    assert len(pair.room.links(pair.bad)) == 5
    pair.check_neighbour()


@pytest.mark.parametrize("pair", ["link-missing"], indirect=True)
def test_titles_are_asked_of_the_store_where_all_else_is_new(pair: Pair) -> None:
    pair.poll()
    with pair.room.desk.store.write() as unit:
        (state,) = unit.feeds.states([pair.bad]).values()
        renamed = {f"old-{n}": f"item-{n}" for n in range(1, 6)}
        old = [Entry(pair.bad, key, None, f"Story {key[-1]}", f"Summary of story {key[-1]}.") for key in renamed]
        poll = Poll(replace(state, body_hash=None), "new", tuple(old), renamed=renamed)
        assert unit.feeds.save_poll(poll, pair.room.now) == 0
    pair.poll()
    assert len(pair.room.links(pair.bad)) == 5
    assert pair.room.state(pair.bad).link_keys


# ---------------------------------------------------------------- A07: pages


def test_pages_that_robots_forbid_are_made_of_the_feeds_words(server: Faults) -> None:
    feed = server.url("art-403-wall")
    with newsroom([feed]) as room:
        room.poll()
        before = room.waited

        async def read() -> int:
            async with room.tools() as tools:
                return await pages.read_pages(room.desk, replace(tools, workers=AnyStage()), room.now)  # type: ignore[arg-type]  # the same form

        assert asyncio.run(read()) == 3
        with room.desk.store.read() as unit:
            found = unit.articles.unattributed(9)
            known = unit.hosts.wishes(room.now).robots
    assert [(one.reason, one.quality) for one in found] == [("disallowed by robots.txt", Quality.SUMMARY)] * 3
    assert [one.text for one in found] == [f"Summary of story {n}." for n in (1, 2, 3)]
    assert [row["path"] for row in server.log("art-403-wall")] == ["/fault/art-403-wall/feed.xml"]
    assert len(known) == 1
    assert room.waited == before  # the host was asked for its robots.txt and for nothing else


class AnyStage:
    """Workers that work where they are called."""

    async def run(self, function: Callable[..., Any], /, *args: object, seconds: float, stage: str) -> Any:
        assert seconds > 0
        assert stage
        return function(*args)
