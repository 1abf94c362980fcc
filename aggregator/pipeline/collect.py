"""The collecting half of the flow: polls of feeds and reading of pages, side by side, as politely as the fetcher is.

One feed or page that strikes a bug is logged and put off; the others go on. How many are under way is bounded, because
each holds a body in memory; the pages of one round come from as many hosts as there are, so that one host with a long
queue does not keep the others waiting.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import structlog

from aggregator import urls
from aggregator.errors import AggregatorError, RejectedError, StorageError, TransientError
from aggregator.extract.article import compose
from aggregator.extract.fulltext import is_whole
from aggregator.extract.page import content_page, read_page
from aggregator.fetch.politeness import HostPausedError
from aggregator.fetch.poll import GAP, poll
from aggregator.model import Poll
from aggregator.pipeline import Desk, Progress, no_progress
from aggregator.pipeline.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from aggregator.fetch.client import Fetcher
    from aggregator.model import Article, Entry, Feed, FeedState, Limits, Page
    from aggregator.store.feeds import QueuedEntry
    from aggregator.workers import Workers

Item = TypeVar("Item")
AT_ONCE = 24  # each may hold a body of 10 MB
ROUND = 2000  # links looked at for a round of pages
PER_HOST = 10  # pages of one host in a round, times those it may be asked at once
ROUND_SECONDS = 20.0  # what the pages of one host in a round may take: one that wants a long gap keeps no other waiting
PAGE_RETRIES = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=12))  # then the feed's text must do
# Answers that will be the same tomorrow: a paywall, a page that is gone. The feed's own text stands for the article.
FINAL_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})
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


@dataclass(frozen=True, slots=True)
class _Reading:
    """What came of a page: its text, or why there is none.

    `wait` is how long to wait at least before another try, None where another try would be in vain; `asked` is False
    where nobody was asked.
    """

    page: Page | None
    reason: str
    wait: timedelta | None = None
    asked: bool = True


async def _each(work: Callable[[Item], Coroutine[None, None, None]], items: Sequence[Item]) -> None:
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


# ---------------------------------------------------------------- feeds


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

    await _each(one, feeds)
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


# ---------------------------------------------------------------- pages


async def read_pages(desk: Desk, tools: Tools, now: datetime, progress: Progress = no_progress) -> int:
    """Makes an article of every waiting entry: from its page, or from what the feed says. Returns how many."""
    done = 0
    with desk.store.read() as unit:
        total = unit.feeds.waiting(now)

    async def one(same: list[int]) -> None:
        nonlocal done
        await _read(desk, tools, now, same)
        done += len(same)
        progress("pages", done, total)

    while True:
        with desk.store.read() as unit:
            links = unit.feeds.wanted_pages(now, ROUND)
        if not links:
            return done
        await _each(one, a_round(links, tools))
        await asyncio.to_thread(_keep_wishes, desk, tools, now)


def a_round(links: Sequence[tuple[int, str | None]], tools: Tools) -> list[list[int]]:
    """The entries to read next: those of one page together, a few pages of each host, hosts in turn.

    Args:
        links: (entry id, link) of waiting entries, oldest first.
        tools: tells how far apart a host's pages have to be.
    """
    pages: dict[str, list[int]] = {}
    for entry, url in links:
        pages.setdefault(url or f"entry {entry}", []).append(entry)
    taken: Counter[str] = Counter()
    turns = []
    for url, entries in pages.items():
        host = urls.host(url) or url
        if taken[host] < _most(tools, url):
            turns.append((taken[host], entries))
            taken[host] += 1
    return [entries for _, entries in sorted(turns, key=lambda turn: turn[0])]


def _most(tools: Tools, url: str) -> int:
    """How many pages of a link's host a round may hold."""
    gap = tools.fetcher.gap(url)
    return tools.limits.per_host * (min(PER_HOST, max(1, int(ROUND_SECONDS / gap))) if gap else PER_HOST)


async def _read(desk: Desk, tools: Tools, now: datetime, same: list[int]) -> None:
    """One page, asked for once, for all the entries that link to it; a bug that it strikes is logged and put off."""
    with desk.store.read() as unit:
        queued = unit.feeds.queued(same)
        url = queued[0].entry.url
        known = unit.feeds.article_of(url) if url else None
    if known is not None:
        await asyncio.to_thread(_settle, desk, queued, known)
        return
    try:
        await _read_anew(desk, tools, now, queued)
    except AggregatorError:
        raise
    except Exception:
        log.critical("bug", page=url, exc_info=True)
        await asyncio.to_thread(_postpone, desk, queued, now + AFTER_BUG)


async def _read_anew(desk: Desk, tools: Tools, now: datetime, queued: list[QueuedEntry]) -> None:
    first = queued[0]
    entry, feed = first.entry, desk.feeds.get(first.entry.feed)
    begun = monotonic()
    reading = await _reading(tools, entry, feed)
    desk.meter.took("extract_seconds", monotonic() - begun)
    if reading.wait is not None:
        await asyncio.to_thread(_keep_wishes, desk, tools, now)
    if reading.wait is not None and not reading.asked:
        await asyncio.to_thread(_postpone, desk, queued, now + reading.wait, tried=False)
    elif reading.wait is not None and first.tries < len(PAGE_RETRIES):
        until = now + max(PAGE_RETRIES[first.tries], reading.wait)
        await asyncio.to_thread(_postpone, desk, queued, until)
    else:
        outlet = desk.outlet_of(entry)
        article = compose(entry, outlet, reading.page, first.first_seen, reading.reason)
        await asyncio.to_thread(_settle, desk, queued, article)
        desk.meter.add("extract_total", outcome=article.quality.value)


async def _reading(tools: Tools, entry: Entry, feed: Feed | None) -> _Reading:
    """The full text that an entry's feed carries where that is as good as the page, which then nobody asks for.

    Else what the page says, else that text however short.
    """
    own, reason = await _content(tools, entry) if entry.content else (None, "")
    if own is not None and is_whole(own, entry):
        return _Reading(own, "")
    found = await _page(tools, entry, feed) if entry.url else _Reading(None, "the feed gives no link")
    if found.page is not None and found.page.text:
        return found
    if own is None:
        return replace(found, reason=f"{found.reason}; {reason}") if reason else found
    return _Reading(own, found.reason) if own.text else replace(found, page=found.page or own)


async def _content(tools: Tools, entry: Entry) -> tuple[Page | None, str]:
    """The text that a feed carries with an entry; None with the reason where it cannot be read."""
    try:
        seconds = tools.limits.extract_seconds
        return await tools.workers.run(content_page, entry, seconds=seconds, stage="extract"), ""
    except (RejectedError, TransientError) as error:
        return None, str(error)


async def _page(tools: Tools, entry: Entry, feed: Feed | None) -> _Reading:
    read = partial(read_page, feed_title=feed.name if feed else "", declared_language=entry.language or "")
    try:
        answer = await tools.fetcher.get(entry.url or "", robots=True)
        kind = answer.headers.get("content-type", "")
        seconds = tools.limits.extract_seconds
        page = await tools.workers.run(read, answer.body, answer.url, kind, seconds=seconds, stage="extract")
    except RejectedError as error:
        return _Reading(None, str(error))
    except TransientError as error:
        wait = None if error.status in FINAL_STATUSES else timedelta(seconds=error.retry_after or 0)
        return _Reading(None, str(error), wait, asked=not isinstance(error, HostPausedError))
    return _Reading(page, page.reason)


def _keep_wishes(desk: Desk, tools: Tools, now: datetime) -> None:
    """What hosts asked of us outlives the process."""
    wishes = tools.fetcher.drain()
    if wishes.pauses or wishes.robots:
        with desk.store.write() as unit:
            unit.hosts.save(wishes, now)


def _settle(desk: Desk, same: list[QueuedEntry], article: Article | int) -> None:
    with desk.store.write() as unit:
        stored = article if isinstance(article, int) else unit.articles.add(article)
        for queued in same:
            unit.feeds.settle_entry(queued.id, stored)


def _postpone(desk: Desk, same: list[QueuedEntry], until: datetime, *, tried: bool = True) -> None:
    with desk.store.write() as unit:
        for queued in same:
            unit.feeds.postpone_entry(queued.id, until, tried=tried)
