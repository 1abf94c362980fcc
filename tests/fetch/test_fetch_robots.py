"""robots.txt: the examples of RFC 9309, what sites really write, and the errors on the way to the file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import AggregatorError, RejectedError, TransientError
from aggregator.fetch import robots
from aggregator.fetch.client import Fetcher
from aggregator.fetch.dial import NetworkDownError
from aggregator.fetch.politeness import Gate, HostPausedError, host_port
from aggregator.fetch.robots import Robots, our_lines, rules
from aggregator.model import HostWishes, RobotsRules
from tests.fetch.conftest import LOOPBACK
from tests.fetch.test_fetch_client import OK, answering, moved

if TYPE_CHECKING:
    from aggregator.model import Limits
    from tests.fetch.conftest import Faults, HeldClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AGENT = "aggregator/0.1 (+mail@example.org)"
SITE = "https://news.example"


def allowed(text: str, path: str) -> bool:
    return rules(our_lines(text, AGENT)).allow(SITE + path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/a", True),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/a", False),
        ("user-agent:*\ndisallow:/private # ours\n", "/private/x", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("User-agent: *\nAllow: /\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
        ("User-agent: *\nDisallow: /*/print", "/news/print/1", False),
        ("User-agent: *\nDisallow: /*?", "/news?id=1", False),
        ("User-agent: *\nDisallow: /*?", "/news", True),
        ("User-agent: *\nDisallow: *private", "/x/private", False),
        ("User-agent: *\nDisallow: /x$", "/x", False),
        ("User-agent: *\nDisallow: /x$", "/xy", True),
        ("User-agent: *\nDisallow: /a*b*c$", "/a1b2c", False),
        ("User-agent: *\nDisallow: /a*b*c$", "/a1c2b", True),
        ("User-agent: *\nDisallow: /ab*bc$", "/abc", True),
        ("User-agent: *\nDisallow: relative", "/relative", True),
        ("User-agent: *\nDisallow: /новини", "/%d0%bd%d0%be%d0%b2%d0%b8%d0%bd%d0%b8/1", False),
        ("User-agent: *\nDisallow: /%7Eme", "/~me", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a/b", True),
        ("User-agent: *\nDisallow: /\nUser-agent: Aggregator\nDisallow: /no", "/yes", True),
        ("User-agent: aggregator/2.0\nDisallow: /no\nUser-agent: *\nAllow: /", "/no", False),
        ("User-agent: aggregatorplus\nDisallow: /", "/a", True),
        (
            "User-agent: aggregator\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: AGGREGATOR\nDisallow: /b",
            "/b",
            False,
        ),
        ("User-agent: aggregator\nUser-agent: x\nDisallow: /a", "/a", False),
        ("User-agent: *\nSitemap: https://news.example/s.xml\nDisallow: /a", "/a", False),
        ("User-agent: *\nCrawl-delay: 9\nUser-agent: evil\nDisallow: /", "/a", True),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("Disallow: /a\nUser-agent:\n<html>: no rules here", "/a", True),
        ("User-agent: aggregator\nUser-agent: *\nDisallow:\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /", "", False),
    ],
)
def test_what_may_be_read(text: str, path: str, expected: bool) -> None:  # noqa: FBT001 -- a table
    assert allowed(text, path) is expected


@pytest.mark.parametrize(
    ("delay", "seconds"), [("2", 2), ("0.5", 0.5), ("900", 60), ("-1", 0), ("soon", 0), ("", 0), ("9" * 300, 0)]
)
def test_crawl_delay_is_kept_up_to_a_minute(delay: str, seconds: float) -> None:
    assert rules(our_lines(f"User-agent: *\nCrawl-delay: {delay}\n", AGENT)).delay == seconds


@given(st.text(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_file_breaks_the_reading(text: str, path: str) -> None:
    lines = our_lines("User-agent: *\n" + text, AGENT)
    rules(lines).allow(f"{SITE}/{path}")


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10), st.booleans())
def test_patterns_match_as_their_expressions_do(pattern: str, path: str, end: bool) -> None:  # noqa: FBT001 -- hypothesis gives by position
    import re  # noqa: PLC0415 -- the oracle

    pattern = "/" + pattern + ("$" if end else "")
    expression = re.escape(pattern.removesuffix("$")).replace(r"\*", ".*") + ("$" if end else "")
    assert robots._matches(pattern, "/" + path) == bool(re.match(expression, "/" + path))


class Site:
    """A host's robots.txt, or the error on the way to it; a clock; the gap that was asked for."""

    def __init__(self, answer: bytes | AggregatorError) -> None:
        self.answer = answer
        self.now = NOON
        self.asked: list[str] = []
        self.gaps: list[float] = []
        self.robots = Robots(self.ask, lambda _, gap: self.gaps.append(gap), AGENT, lambda: self.now)

    async def ask(self, url: str) -> bytes:
        self.asked.append(url)
        await asyncio.sleep(0)
        if isinstance(self.answer, AggregatorError):
            raise self.answer
        return self.answer

    def check(self, *urls: str) -> None:
        async def all_of_them() -> None:
            await asyncio.gather(*(self.robots.check(url) for url in urls))

        asyncio.run(all_of_them())


def test_a_host_is_asked_once_a_day_however_many_pages_there_are() -> None:
    site = Site(b"User-agent: *\nCrawl-delay: 5\n")
    site.check(*(f"https://u:p@news.example/{n}" for n in range(9)))
    assert site.asked == [SITE + "/robots.txt"]
    assert set(site.gaps) == {5.0}
    site.now += timedelta(hours=23, minutes=59)
    site.check(SITE + "/x")
    assert len(site.asked) == 1
    site.now += timedelta(minutes=1)
    site.check(SITE + "/x")
    assert len(site.asked) == 2
    site.check("http://news.example:8080/x")
    assert site.asked[-1] == "http://news.example:8080/robots.txt"


def test_a_page_that_is_forbidden_is_rejected_with_its_reason() -> None:
    with pytest.raises(RejectedError, match=r"^disallowed by robots.txt$"):
        Site(b"User-agent: *\nDisallow: /").check(SITE + "/x")


@pytest.mark.parametrize(
    "error",
    [
        TransientError("status 403", stage="http", status=403),
        TransientError("status 404", stage="http", status=404),
        TransientError("too many redirects (5)", stage="redirect"),
        RejectedError("not a public address: 10.0.0.1", stage="connect"),
    ],
)
def test_without_a_file_nothing_is_forbidden(error: AggregatorError) -> None:
    site = Site(error)
    site.check(SITE + "/x", SITE + "/y")
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        TransientError("status 503", stage="http", status=503),
        TransientError("no data for 15 s", stage="http"),
        TransientError("connection refused", stage="connect"),
    ],
)
def test_a_server_in_trouble_is_left_alone_for_an_hour(error: AggregatorError) -> None:
    site = Site(error)
    for minutes in (0, 59):
        site.now = NOON + timedelta(minutes=minutes)
        with pytest.raises(
            TransientError, match=r"robots.txt could not be read.* until 2026-11-23 13:00 UTC"
        ) as caught:
            site.check(SITE + "/x")
        assert caught.value.retry_after == (60 - minutes) * 60
    assert len(site.asked) == 1
    site.now, site.answer = NOON + timedelta(hours=1), b""
    site.check(SITE + "/x")


@pytest.mark.parametrize(
    "error",
    [
        NetworkDownError("our own network is down", stage="connect"),
        HostPausedError("x asked to be left alone", stage="http", status=429, retry_after=60),
        TransientError("status 429", stage="http", status=429, retry_after=60),
    ],
)
def test_what_says_nothing_of_the_file_is_not_remembered(error: AggregatorError) -> None:
    site = Site(error)
    for _ in range(2):
        with pytest.raises(type(error), match=str(error)):
            site.check(SITE + "/x")
    assert len(site.asked) == 2
    assert site.robots.drain() == {}


def test_rules_outlive_the_run() -> None:
    site = Site(b"User-agent: *\nDisallow: /x\n")
    site.check(SITE + "/y")
    kept = site.robots.drain()
    assert kept == {"news.example:443": RobotsRules("disallow: /x", NOON + timedelta(hours=24))}
    assert site.robots.drain() == {}
    later = Site(b"")
    later.robots.recall(kept | {"late.example:443": RobotsRules("", NOON + timedelta(hours=25))})
    assert list(later.robots._known) == list(kept)
    with pytest.raises(RejectedError):
        later.check(SITE + "/x")
    assert later.asked == []


def test_old_rules_are_forgotten() -> None:
    site = Site(b"")
    site.check("https://one.example/")
    site.now += timedelta(days=2)
    site.check("https://two.example/")
    assert list(site.robots._known) == ["two.example:443"]


# ---------------------------------------------------------------- through the fetcher


def test_pages_are_held_to_it_on_every_hop_and_feeds_are_not(faults: Faults, limits: Limits, clock: HeldClock) -> None:
    async def run() -> str | None:
        gate = Gate(limits, clock=clock, sleep=clock.sleep)
        async with Fetcher(limits, user_agent="retold-tests", allow_private=[LOOPBACK], gate=gate) as fetcher:
            page = faults.url("art-403-wall", rest="a/1.html")
            with pytest.raises(RejectedError, match=r"disallowed by robots.txt"):
                await fetcher.get(page, robots=True)
            with (
                answering(OK, moved(page.encode())) as url,
                pytest.raises(RejectedError, match=r"disallowed by robots.txt"),
            ):
                await fetcher.get(url, robots=True)
            assert (await fetcher.get(page)).status == 200
            assert (await fetcher.get(faults.url("ok", "robots"), robots=True)).status == 200
            return fetcher.drain().robots[host_port(faults.base)].lines

    assert asyncio.run(run()) == "crawl-delay: 2\ndisallow: /fault/art-403-wall/a/"
    assert [row["path"] for row in faults.log("art-403-wall")] == ["/fault/art-403-wall/a/1.html"]


def test_the_crawl_delay_spaces_the_requests_of_the_host(faults: Faults, limits: Limits, clock: HeldClock) -> None:
    async def run() -> None:
        gate = Gate(replace(limits, per_host=1), clock=clock, sleep=clock.sleep)
        async with Fetcher(limits, user_agent="retold-tests", allow_private=[LOOPBACK], gate=gate) as fetcher:
            assert fetcher.gap(faults.base) == 0.0
            for n in range(3):
                await fetcher.get(faults.url("ok", f"delay{n}"), robots=True)
            assert fetcher.gap(faults.base) == 2.0

    began = clock()
    asyncio.run(run())
    assert clock() - began == 6.0


def test_a_robots_file_without_end_is_read_in_part(limits: Limits) -> None:
    for length in (b"", b"Content-Length: 9000000\r\n"):
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + length + b"\r\nUser-agent: *\nDisallow: /x\n"
        with answering(head + b"# comment\n" * 90_000) as url:

            async def run(address: str = url) -> None:
                async with Fetcher(limits, user_agent="retold-tests", allow_private=[LOOPBACK]) as fetcher:
                    await fetcher.get(address + "x", robots=True)

            with pytest.raises(RejectedError, match=r"disallowed by robots.txt"):
                asyncio.run(run())


def test_what_earlier_runs_were_asked_for_is_recalled(limits: Limits) -> None:
    wishes = HostWishes(
        {"paused.example:80": NOON + timedelta(hours=1), "absurd.example:80": NOON + timedelta(days=90)},
        {"news.example:443": RobotsRules(None, NOON + timedelta(minutes=5))},
    )

    async def run() -> None:
        async with Fetcher(limits, user_agent="t", now=lambda: NOON) as fetcher:
            fetcher.recall(wishes)
            for host, seconds in (("paused.example", 3600), ("absurd.example", 604_800)):
                with pytest.raises(HostPausedError) as caught:
                    await fetcher.get(f"http://{host}/feed")
                assert caught.value.retry_after == pytest.approx(seconds, abs=1)
            with pytest.raises(TransientError, match=r"robots.txt could not be read"):
                await fetcher.get(SITE + "/x", robots=True)
            assert fetcher.drain() == HostWishes()

    asyncio.run(run())
