from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.fetch import politeness
from aggregator.fetch.politeness import Gate, HostPausedError, host_port
from aggregator.model import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fetch.conftest import HeldClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def make(limits: Limits, clock: HeldClock) -> Gate:
    return Gate(limits, clock=clock, sleep=clock.sleep, now=lambda: NOON)


def visit(gate: Gate, clock: HeldClock, urls: Iterable[str]) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Visits all at once: the starts of each host, and how many were inside at most, per host and in all."""
    starts: dict[str, list[float]] = {}
    inside: dict[str, int] = {}
    most: dict[str, int] = {}

    async def one(url: str) -> None:
        async with gate.slot(url):
            host = host_port(url)
            starts.setdefault(host, []).append(clock())
            for name in (host, "all"):
                inside[name] = inside.get(name, 0) + 1
                most[name] = max(most.get(name, 0), inside[name])
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            for name in (host, "all"):
                inside[name] -= 1

    async def everyone() -> None:
        await asyncio.gather(*(one(url) for url in urls))

    asyncio.run(everyone())
    return starts, most


def test_one_request_at_a_time_and_two_seconds_between_starts(clock: HeldClock) -> None:
    starts, most = visit(make(Limits(), clock), clock, ["http://a.example/x"] * 10)
    gaps = [later - earlier for earlier, later in zip(starts["a.example:80"], starts["a.example:80"][1:], strict=False)]
    assert most["a.example:80"] == 1
    assert min(gaps) >= 2.0


def test_several_at_a_time_keep_the_gap_between_starts(clock: HeldClock) -> None:
    starts, most = visit(make(Limits(per_host=3, host_gap=0.5), clock), clock, ["http://a.example/x"] * 10)
    gaps = [later - earlier for earlier, later in zip(starts["a.example:80"], starts["a.example:80"][1:], strict=False)]
    assert most["a.example:80"] <= 3
    assert min(gaps) >= 0.5


def test_no_more_in_flight_than_allowed_over_all_hosts(clock: HeldClock) -> None:
    urls = [f"https://h{n}.example/" for n in range(20)]
    starts, most = visit(make(Limits(in_flight=4), clock), clock, urls)
    assert most["all"] == 4
    assert len(starts) == 20


def test_a_host_is_its_name_and_port() -> None:
    assert host_port("HTTP://Example.COM/x") == "example.com:80"
    assert host_port("https://example.com./") == "example.com:443"
    assert host_port("http://u:p@example.com:8080/") == "example.com:8080"
    assert host_port("http://[2606:4700::1111]/") == "[2606:4700::1111]:80"
    assert host_port("gopher://example.com/") == "example.com:0"


def test_a_paused_host_refuses_until_its_time_and_says_until_when(clock: HeldClock) -> None:
    gate = make(Limits(host_gap=0.0), clock)
    gate.pause("http://a.example/feed", 3600)
    gate.pause("http://a.example/feed", 60)

    async def enter(url: str) -> None:
        async with gate.slot(url):
            pass

    with pytest.raises(HostPausedError, match=r"a.example:80 asked .* until 2026-11-23 13:00 UTC") as caught:
        asyncio.run(enter("http://a.example/other"))
    assert caught.value.retry_after == pytest.approx(3600)
    asyncio.run(enter("http://a.example:8080/"))
    asyncio.run(enter("http://b.example/"))
    clock.seconds += 3600
    asyncio.run(enter("http://a.example/other"))


def test_a_host_that_wants_a_longer_gap_gets_it_and_never_a_shorter_one(clock: HeldClock) -> None:
    gate = make(Limits(host_gap=2.0), clock)
    visit(gate, clock, ["http://a.example/x"])
    gate.slow_down("a.example:80", 30.0)
    starts, _ = visit(gate, clock, ["http://a.example/x"] * 3)
    first, second, third = starts["a.example:80"]
    assert (first, second - first, third - second) == (1030.0, 30.0, 30.0)
    assert gate.gap("http://a.example/y") == 30.0
    gate.slow_down("a.example:80", 0.5)
    assert gate.gap("http://a.example/y") == gate.gap("http://b.example/") == gate.gap("http://[broken") == 2.0


def test_pauses_are_told_once_and_recalled(clock: HeldClock) -> None:
    gate = make(Limits(), clock)
    gate.pause("http://a.example/feed", 3600)
    gate.pause("http://a.example/feed", 60)
    assert gate.drain() == {"a.example:80": NOON + timedelta(hours=1)}
    assert gate.drain() == {}


def test_a_pause_reaches_those_who_already_wait(clock: HeldClock) -> None:
    gate = make(Limits(host_gap=10.0, in_flight=1), clock)

    async def first() -> None:
        async with gate.slot("http://a.example/1"):
            gate.pause("http://a.example/1", 600)

    async def second(turned_away: list[HostPausedError]) -> None:
        try:
            async with gate.slot("http://a.example/2"):
                pass
        except HostPausedError as error:
            turned_away.append(error)

    async def both() -> list[HostPausedError]:
        turned_away: list[HostPausedError] = []
        await asyncio.gather(first(), second(turned_away))
        # The slot that it had taken is free again.
        async with gate.slot("http://b.example/"):
            return turned_away

    assert len(asyncio.run(both())) == 1


def test_a_pause_that_comes_while_one_waits_for_the_gap(clock: HeldClock) -> None:
    async def run() -> None:
        async def wait(seconds: float) -> None:
            gate.pause("http://a.example/", 600)
            await clock.sleep(seconds)

        gate = Gate(Limits(host_gap=10.0, per_host=2), clock=clock, sleep=wait, now=lambda: NOON)
        async with gate.slot("http://a.example/"):
            pass
        with pytest.raises(HostPausedError):
            await AsyncExitStack().enter_async_context(gate.slot("http://a.example/"))
        async with gate.slot("http://b.example/"):
            pass

    asyncio.run(run())


def test_an_error_inside_frees_the_slot(clock: HeldClock) -> None:
    gate = make(Limits(host_gap=0.0, in_flight=1), clock)

    async def fails() -> None:
        async with gate.slot("http://a.example/"):
            raise ValueError("inside")

    async def run() -> None:
        for _ in range(3):
            with pytest.raises(ValueError, match="inside"):
                await fails()

    asyncio.run(run())


def test_idle_hosts_are_forgotten_and_paused_ones_are_not(clock: HeldClock) -> None:
    gate = make(Limits(host_gap=0.0), clock)
    gate.pause("http://paused.example/", 1e6)
    visit(gate, clock, (f"http://h{n}.example/" for n in range(politeness._MANY_HOSTS)))
    clock.seconds += 1
    visit(gate, clock, ["http://one-more.example/"])
    assert set(gate._hosts) == {"paused.example:80", "one-more.example:80"}


def test_passing_costs_next_to_nothing() -> None:
    gate = Gate(Limits(host_gap=0.0, per_host=16))

    async def one() -> None:
        async with gate.slot("http://a.example/"):
            pass

    async def all_of_them() -> float:
        began = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(300)))
        return time.perf_counter() - began

    # Some 15 ms here; a busy machine may take its time.
    assert asyncio.run(all_of_them()) < 1.0


def test_other_limits_hold_for_hosts_that_are_known(clock: HeldClock) -> None:
    gate = make(Limits(host_gap=2.0), clock)
    visit(gate, clock, ["http://a.example/x", "http://slow.example/x"])
    gate.slow_down("slow.example:80", 60.0)
    gate.adopt(Limits(host_gap=9.0))
    assert (gate.gap("http://a.example/y"), gate.gap("http://slow.example/y")) == (9.0, 60.0)
