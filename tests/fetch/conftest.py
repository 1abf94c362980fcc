"""The fault server on loopback, a fetcher that may go there, and stand-ins for what surrounds fetching."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from aggregator.fetch.client import Fetcher, Response
from aggregator.fetch.poll import poll
from aggregator.model import Feed, FeedState, Limits, Poll

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from aggregator.errors import AggregatorError

T = TypeVar("T")
SERVER = Path(__file__).resolve().parent.parent / "tools" / "faultserver.py"
LOOPBACK = ip_network("127.0.0.1/32")


@dataclass
class Faults:
    """The fault server; every request made of it is in its log."""

    base: str

    def url(self, fault: str, session: str = "", rest: str = "feed.xml") -> str:
        return f"{self.base}/fault/{fault}{'~' if session else ''}{session}/{rest}"

    def control(self, what: str) -> str:
        with urllib.request.urlopen(f"{self.base}/_/{what}") as answer:
            text: str = answer.read().decode()
        return text

    def log(self, fault: str) -> list[dict[str, Any]]:
        lines = self.control(f"log?fault={fault}").splitlines()
        return [row for row in map(json.loads, lines) if row["ev"] == "req"]


@contextmanager
def serving(*options: str) -> Iterator[Faults]:
    command = [sys.executable, str(SERVER), "--hosts", "127.0.0.1,127.0.0.2", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Faults(json.loads(process.stdout.readline())["base"])
        finally:
            process.kill()


@pytest.fixture(scope="session")
def faults() -> Iterator[Faults]:
    """Delays fifty times shorter than in the world."""
    with serving("--scale", "0.02") as server:
        yield server


@pytest.fixture
def limits() -> Limits:
    """As in the world, but in no hurry and without a gap."""
    return Limits(host_gap=0.0, per_host=16)


@pytest.fixture
def get(limits: Limits) -> Callable[..., Response]:
    """Fetches one address with a fetcher of its own; `changed` are limits."""

    def fetch(url: str, changed: Mapping[str, Any] | None = None, **options: Any) -> Response:
        async def one() -> Response:
            bounds = replace(limits, **(changed or {}))
            async with Fetcher(bounds, user_agent="retold-tests", allow_private=[LOOPBACK]) as fetcher:
                return await fetcher.get(url, **options)

        return asyncio.run(one())

    return fetch


class Inline:
    """Workers that work where they are called. Counts its calls."""

    def __init__(self, error: AggregatorError | None = None) -> None:
        self.calls = 0
        self._error = error

    async def run(self, function: Callable[..., T], /, *args: object, seconds: float, stage: str) -> T:
        assert seconds > 0
        assert stage == "parse"
        self.calls += 1
        if self._error is not None:
            raise self._error
        return function(*args)


@dataclass
class Shelf:
    """What the store knows of one feed: keys and addresses, the last state, what every poll brought."""

    state: FeedState
    keys: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    polls: list[Poll] = field(default_factory=list)

    def known(self, asked: Sequence[str]) -> set[str]:
        return {name for name in asked if name in self.keys or name in self.urls}

    def titled(self, asked: Sequence[str]) -> set[str]:
        return self.titles & set(asked)

    def save(self, result: Poll) -> None:
        self.state = result.state
        self.polls.append(result)
        self.keys.update(entry.key for entry in result.entries)
        self.titles.update(entry.title for entry in result.entries)
        self.urls.update(entry.url for entry in result.entries if entry.url)


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def inline() -> Inline:
    return Inline()


@pytest.fixture
def poll_times(limits: Limits, inline: Inline) -> Callable[..., Shelf]:
    """Polls one address at each of these times with one fetcher and one store."""

    def run(url: str, times: Sequence[datetime], **changed: Any) -> Shelf:
        feed = Feed(url, "outlet", "Fault feed")
        shelf = Shelf(FeedState(url))

        async def all_of_them() -> None:
            bounds = replace(limits, **changed)
            async with Fetcher(bounds, user_agent="retold-tests", allow_private=[LOOPBACK]) as fetcher:
                for when in times:
                    shelf.save(await poll(feed, shelf.state, fetcher, inline, when, memory=shelf))

        asyncio.run(all_of_them())
        return shelf

    return run


class HeldClock:
    """Monotonic seconds that pass only where somebody waits for them."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        # Lets others run, who then see the time that has passed.
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()
