"""A desk over a real store and the real fetcher, whose clock the test holds."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING

from aggregator.fetch.client import Fetcher
from aggregator.fetch.dial import GuardedBackend, resolve
from aggregator.fetch.guard import Guard
from aggregator.fetch.politeness import Gate
from aggregator.model import Feed, FeedState, Limits
from aggregator.pipeline import Desk, agenda, collect
from aggregator.pipeline.collect import Tools
from aggregator.store.open import open_memory
from tests.fetch.conftest import Inline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from aggregator.fetch.dial import Resolver
    from aggregator.store.feeds import PollRecord

# All of loopback but 127.0.0.2, which stays as private as a stranger's network.
LOOPBACKS = [ip_network(f"127.0.0.{n}/32") for n in (1, 3, 4, 5, 6)]
# Silence has to be noticed soon, and nothing else may be taken for it on a busy machine.
IMPATIENT = Limits(host_gap=0.0, per_host=16, connect_seconds=2.0, gap_seconds=1.0, total_seconds=3.0)


async def no_invalid_names(host: str, port: int) -> list[str]:
    """As the world's resolver, which knows no name under .invalid, also where there is no network."""
    if host.endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")
    return await resolve(host, port)


@dataclass
class Newsroom:
    """Feeds, their store, and the time."""

    desk: Desk
    now: datetime
    limits: Limits = IMPATIENT
    resolver: Resolver = no_invalid_names
    waited: float = 0.0
    inline: Inline = field(default_factory=Inline)

    @asynccontextmanager
    async def tools(self) -> AsyncIterator[Tools]:
        """A process's life: what it knows of hosts is what the store says."""
        gate = Gate(
            self.limits, clock=lambda: self.now.timestamp() + self.waited, sleep=self._sleep, now=lambda: self.now
        )
        backend = GuardedBackend(Guard(LOOPBACKS), self.resolver)
        async with Fetcher(
            self.limits, user_agent="retold-tests", gate=gate, backend=backend, now=lambda: self.now
        ) as one:
            with self.desk.store.read() as unit:
                one.recall(unit.hosts.wishes(self.now))
            yield Tools(one, self.inline, self.limits)  # type: ignore[arg-type]  # the same form

    async def _sleep(self, seconds: float) -> None:
        self.waited += seconds
        await asyncio.sleep(0)

    def poll(self, *, everything: bool = False) -> int:
        """One pass of a process of its own over what is due; how many feeds that were."""

        async def one_pass() -> int:
            chosen = (agenda.all_feeds if everything else agenda.due_feeds)(self.desk, self.now)
            async with self.tools() as tools:
                await collect.poll_feeds(self.desk, tools, chosen, self.now)
            return len(chosen)

        return asyncio.run(one_pass())

    def state(self, url: str) -> FeedState:
        with self.desk.store.read() as unit:
            return unit.feeds.states([url])[url]

    def polls(self, url: str) -> list[PollRecord]:
        """Oldest first."""
        with self.desk.store.read() as unit:
            return unit.feeds.polls(url)[::-1]

    def links(self, url: str) -> list[str]:
        """Links, else keys, of the feed's entries, sorted."""
        with self.desk.store.read() as unit:
            ids = [one for one, _ in unit.feeds.wanted_pages(self.now + timedelta(days=99), 10_000)]
            return sorted(q.entry.url or q.entry.key for q in unit.feeds.queued(ids) if q.entry.feed == url)


@contextmanager
def newsroom(urls: Sequence[str], **changed: Limits | Resolver) -> Iterator[Newsroom]:
    """A newsroom at the very time of the fault server, which gives dates."""
    store = open_memory()
    feeds = {url: Feed(url, "outlet", f"Feed {n}") for n, url in enumerate(urls)}
    yield Newsroom(Desk(store, window=None, feeds=feeds), datetime.now(UTC), **changed)  # type: ignore[arg-type]  # either of two fields
    store.close()
