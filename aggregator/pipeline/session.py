"""The fetcher and the workers of a pass over the feeds, and such a pass."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aggregator.pipeline.agenda import all_feeds, due_feeds
from aggregator.pipeline.collect import Tools, poll_feeds
from aggregator.pipeline.pages import read_pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from aggregator.config.settings import Settings
    from aggregator.pipeline import Desk, Progress


@asynccontextmanager
async def open_tools(desk: Desk, settings: Settings, now: datetime) -> AsyncIterator[Tools]:
    """The fetcher and the workers of one pass, or of a daemon's life; they know what hosts asked of those before."""
    from aggregator.fetch.client import Fetcher  # noqa: PLC0415 -- httpx, which reading commands need not load
    from aggregator.workers import Workers  # noqa: PLC0415 -- beside the fetcher

    agent, private = settings.user_agent, settings.allow_private
    # Loading the language model takes half a second: the fork server does it once for all workers.
    preload = ["aggregator.extract.warm"]
    with Workers(settings.workers, settings.limits.worker_bytes, preload) as workers:
        async with Fetcher(settings.limits, user_agent=agent, allow_private=private) as fetcher:
            with desk.store.read() as unit:
                fetcher.recall(unit.hosts.wishes(now))
            yield Tools(fetcher, workers, settings.limits)


async def collect(desk: Desk, settings: Settings, now: datetime, *, everything: bool, progress: Progress) -> int:
    """One pass of polling and reading over what is due, or over every feed. Returns the number of feeds polled."""
    feeds = all_feeds(desk, now) if everything else due_feeds(desk, now)
    async with open_tools(desk, settings, now) as tools:
        await poll_feeds(desk, tools, feeds, now, progress)
        await read_pages(desk, tools, now, progress)
    return len(feeds)
