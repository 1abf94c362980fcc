"""Politeness towards hosts: how many requests at a time, how far apart they start, and when a host wants a rest."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aggregator.errors import TransientError
from aggregator.fetch.schedule import LONGEST_PAUSE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from aggregator.model import Limits

# Idle hosts are forgotten when so many are known: an aggregator meets a new host with every other article.
_MANY_HOSTS = 1024
_PORTS = {"http": 80, "https": 443}


class HostPausedError(TransientError):
    """No request was made: the host asked earlier to be left alone. `retry_after` is what is left of that."""


@dataclass(slots=True)
class _Host:
    """One host:port. `next_start` and `paused_until` are in the clock's seconds; `users` counts those at the gate.

    `wish` are the seconds between two starts that it asks for itself.
    """

    running: asyncio.Semaphore
    wish: float = 0.0
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_start: float = 0.0
    paused_until: float = 0.0
    users: int = 0


class Gate:
    """Lets requests pass: `per_host` at a time and `host_gap` seconds between starts on one host, `in_flight` in all.

    Feeds, articles and robots.txt share it. It belongs to one event loop.

    Args:
        limits: the figures.
        clock: monotonic seconds.
        sleep: waits so many seconds.
        now: the time of day, for texts.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._overall = asyncio.Semaphore(limits.in_flight)
        self._hosts: dict[str, _Host] = {}
        self._pauses: dict[str, datetime] = {}

    @asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Holds one of the host's slots; waits until it is free and the gap has passed.

        Raises:
            HostPausedError: the host is paused; nobody waits for that.
        """
        name = host_port(url)
        host = self._host(name)
        host.users += 1
        try:
            async with host.running:
                await self._start(name, host)
                try:
                    yield
                finally:
                    self._overall.release()
        finally:
            host.users -= 1

    async def _start(self, name: str, host: _Host) -> None:
        """Take an overall slot, not before the gap since the host's last start has passed."""
        # One at a time: what waits here for an overall slot holds the host's later starts back with it.
        async with host.starting:
            self._refuse_paused(name, host)
            wait = host.next_start - self._clock()
            if wait > 0:
                await self._sleep(wait)
            await self._overall.acquire()
            try:
                # Another request may have learned of a pause in the meantime.
                self._refuse_paused(name, host)
            except HostPausedError:
                self._overall.release()
                raise
            host.next_start = self._clock() + self._gap_of(host)

    def adopt(self, limits: Limits) -> None:
        """Goes on with other limits, but for `per_host` and `in_flight`: what is under way holds slots of the old."""
        self._limits = replace(limits, per_host=self._limits.per_host, in_flight=self._limits.in_flight)

    def pause(self, url: str, seconds: float) -> None:
        """Leave a host alone for so long: its 429 is about the client, not about one address. Never shortens."""
        name = host_port(url)
        host = self._host(name)
        if self._clock() + seconds > host.paused_until:
            host.paused_until = self._clock() + seconds
            self._pauses[name] = self._now() + timedelta(seconds=seconds)

    def slow_down(self, name: str, seconds: float) -> None:
        """Let so many seconds lie between two starts on a host:port that asked for it. Never less than the limits."""
        host = self._host(name)
        before = self._gap_of(host)
        host.wish = seconds
        host.next_start += self._gap_of(host) - before

    def gap(self, url: str) -> float:
        """The seconds between two starts on a host; the limits' for what is no address."""
        try:
            host = self._hosts.get(host_port(url))
        except ValueError:
            host = None
        return self._gap_of(host) if host else self._limits.host_gap

    def _gap_of(self, host: _Host) -> float:
        return max(self._limits.host_gap, host.wish)

    def recall(self, pauses: Mapping[str, datetime]) -> None:
        """Takes over the pauses (host:port to until when) that an earlier run was asked for; seven days at most."""
        for name, until in pauses.items():
            left = min((until - self._now()).total_seconds(), LONGEST_PAUSE)
            self._host(name).paused_until = self._clock() + left

    def drain(self) -> dict[str, datetime]:
        """The pauses that hosts asked for since this was last asked, by host:port."""
        fresh, self._pauses = self._pauses, {}
        return fresh

    def _refuse_paused(self, name: str, host: _Host) -> None:
        left = host.paused_until - self._clock()
        if left > 0:
            until = (self._now() + timedelta(seconds=left)).strftime("%Y-%m-%d %H:%M UTC")
            text = f"{name} asked to be left alone until {until}"
            raise HostPausedError(text, stage="http", status=429, retry_after=left)

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= _MANY_HOSTS:
                now = self._clock()
                self._hosts = {
                    key: kept
                    for key, kept in self._hosts.items()
                    if kept.users or kept.next_start > now or kept.paused_until > now
                }
            host = self._hosts[name] = _Host(asyncio.Semaphore(self._limits.per_host))
        return host


def host_port(url: str) -> str:
    """The host:port that an address is fetched from, in lower case.

    Raises:
        ValueError: the address has a port that is no number, or half a bracket.
    """
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    return f"{f'[{name}]' if ':' in name else name}:{parts.port or _PORTS.get(parts.scheme.lower(), 0)}"
