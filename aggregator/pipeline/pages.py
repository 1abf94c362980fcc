"""Reading of pages: every waiting entry becomes an article, from its page or from what its feed says.

The pages of one round come from as many hosts as there are, so that one host with a long queue does not keep the others
waiting.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from aggregator import urls
from aggregator.errors import AggregatorError, RejectedError, TransientError
from aggregator.extract.article import compose
from aggregator.extract.fulltext import is_whole
from aggregator.extract.page import content_page, read_page
from aggregator.fetch.politeness import HostPausedError
from aggregator.pipeline import Desk, Progress, no_progress
from aggregator.pipeline.collect import AFTER_BUG, Tools, each

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import Article, Entry, Feed, Page
    from aggregator.store.feeds import QueuedEntry

ROUND = 2000  # links looked at for a round of pages
PER_HOST = 10  # pages of one host in a round, times those it may be asked at once
ROUND_SECONDS = 20.0  # what the pages of one host in a round may take: one that wants a long gap keeps no other waiting
PAGE_RETRIES = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=12))  # then the feed's text must do
# Answers that will be the same tomorrow: a paywall, a page that is gone. The feed's own text stands for the article.
FINAL_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})

log = structlog.get_logger()


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
        await each(one, a_round(links, tools))
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
