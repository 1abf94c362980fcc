"""Polls of feeds, side by side, as politely as the fetcher is.

One feed that strikes a bug is logged and put off; the others go on. How many are under way is bounded, because each
holds a body in memory.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import structlog

from aggregator import urls
from aggregator.errors import AggregatorError, StorageError
from aggregator.fetch.poll import GAP, poll
from aggregator.model import Poll
from aggregator.pipeline import Desk, Progress, no_progress
from aggregator.pipeline.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from aggregator.fetch.client import Fetcher
    from aggregator.model import Feed, FeedState, Limits
    from aggregator.workers import Workers

Item = TypeVar("Item")
AT_ONCE = 24  # each may hold a body of 10 MB
AFTER_BUG = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tools:
    """What collecting works with besides the desk: the fetcher, the worker processes and their limits.

    `network` remembers for as long as they live whether our own network is there.
    """

    fetcher: Fetcher
    workers: Workers
    limits: Limits
    network: Network = field(default_factory=Network)


async def each(work: Callable[[Item], Coroutine[None, None, None]], items: Sequence[Item]) -> None:
    """Runs the work over all items, AT_ONCE at a time; one that fails leaves the others alone.

    Raises:
        Exception: the first failure, when all have ended; a StorageError before any other.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def bounded(item: Item) -> None:
        async with slots:
            await work(item)

    ended = await asyncio.gather(*(bounded(item) for item in items), return_exceptions=True)
    failures = [one for one in ended if isinstance(one, BaseException)]
    for failure in sorted(failures, key=lambda one: not isinstance(one, StorageError)):
        raise failure


async def poll_feeds(
    desk: Desk, tools: Tools, feeds: Sequence[Feed], now: datetime, progress: Progress = no_progress
) -> int:
    """Polls these feeds. Returns the number of new entries."""
    with desk.store.read() as unit:
        states = unit.feeds.states([feed.url for feed in feeds])
    done = added = 0
    unsaved: list[Poll] = []
    lost: list[tuple[FeedState, Poll]] = []
    saving = asyncio.Lock()

    def save(results: Sequence[Poll], right: Sequence[FeedState] = ()) -> int:
        begun = monotonic()
        with desk.store.write() as unit:
            unit.hosts.save(tools.fetcher.drain(), now)
            unit.feeds.save_states(right)
            new = sum(unit.feeds.save_poll(result, now) for result in results)
        desk.meter.took("db_commit_seconds", monotonic() - begun)
        _measure(desk, results, new)
        return new

    async def one(feed: Feed) -> None:
        nonlocal done, added
        begun = monotonic()
        result = await _poll(desk, tools, feed, states[feed.url], now)
        desk.meter.took("poll_seconds", monotonic() - begun)
        if result.reached is False:  # whose fault that is shows when all have been asked
            lost.append((states[feed.url], result))
            return
        if result.reached:
            tools.network.answered(now)
        unsaved.append(result)
        # Group commit: whoever may save saves all that is there; most answers are a 304, and a commit costs more.
        async with saving:
            if results := unsaved.copy():
                unsaved.clear()
                added += await asyncio.to_thread(save, results)
                done += len(results)
                progress("feeds", done, len(feeds))

    await each(one, feeds)
    if lost:
        await asyncio.to_thread(save, *tools.network.judge(lost, now))
        progress("feeds", len(feeds), len(feeds))
    return added


@dataclass(frozen=True, slots=True)
class _Stored:
    """The store's memory of one feed."""

    desk: Desk
    feed: str

    def known(self, names: Sequence[str]) -> set[str]:
        """As Memory.known."""
        with self.desk.store.read() as unit:
            return unit.feeds.known(self.feed, names)

    def titled(self, titles: Sequence[str]) -> set[str]:
        """As Memory.titled."""
        with self.desk.store.read() as unit:
            return unit.feeds.titled(self.feed, titles)


def _measure(desk: Desk, results: Sequence[Poll], new: int) -> None:
    """Tells the meter of polls that are stored."""
    for result in results:
        desk.meter.add("polls_total", outcome=result.outcome)
        desk.meter.add("bytes_total", result.size)
        if result.status is not None:
            desk.meter.add("http_status_total", code=str(result.status))
        if GAP in result.detail:
            desk.meter.add("gap_events_total")
    desk.meter.add("entries_new_total", new)


async def _poll(desk: Desk, tools: Tools, feed: Feed, state: FeedState, now: datetime) -> Poll:
    """One poll; a bug that it strikes is logged and counts as its failure."""
    jitter = random.uniform(0.0, 0.1)  # noqa: S311 -- spreads polls, guards nothing
    try:
        return await poll(feed, state, tools.fetcher, tools.workers, now, memory=_Stored(desk, feed.url), jitter=jitter)
    except AggregatorError:
        raise
    except Exception as error:
        log.critical("bug", feed=urls.masked(feed.url), exc_info=True)
        text = f'feed "{feed.name}": unexpected failure ({type(error).__name__}: {error}); kept its entries'
        failed = replace(
            state, last_attempt=now, next_due=now + AFTER_BUG, failures=state.failures + 1, error=text[:500]
        )
        return Poll(failed, "failed", detail=text[:500])
