"""The flow: one function a stage. Only this module composes the stages, and data never flows back.

    feeds.yaml ──> poll ──> entries ──> read ──> articles ──> attribute ──> attributions
                     fetch/              fetch/, extract/                origin/     │
                                                                                     v
    people <── digest <── stories <── resolve ──> origins <── clusters <── assign <──┘
              digest/     answers      origin/                             cluster/

The store is the queue: every stage asks it for what lacks its output and writes result and done-mark in one
transaction, so that a kill at any moment loses nothing and doubles nothing. Fetching is async; the rest is plain
calls that the daemon runs off its event loop.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from aggregator import shipped, urls
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.errors import AggregatorError, RejectedError, TransientError
from aggregator.fetch.schedule import is_due

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.fetch.client import Fetcher
    from aggregator.model import Article, Entry, Feed, Limits, Page, Poll
    from aggregator.origin.cues import Cues
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.reports import Report
    from aggregator.store.feeds import QueuedEntry
    from aggregator.store.store import Store, Unit
    from aggregator.workers import Workers

Item = TypeVar("Item")
Progress = Callable[[str, int, int], None]
"""Told as work goes on: (stage, how many are done, how many there are)."""

PAGES = 500  # entries read at once
# Answers that will be the same tomorrow: a paywall, a page that is gone. The feed's own text stands for the article.
FINAL_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 406, 410, 451})
BATCH = 200  # articles a transaction: long enough that a commit costs nothing, short enough that a reader never waits
PAGE_RETRIES = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=12))  # then the feed's text must do


def no_progress(stage: str, done: int, total: int) -> None:
    """Tells nobody."""


@dataclass
class Desk:
    """What the stages work with.

    Args:
        store: where everything is kept.
        window: seconds within which articles may be one story, None for no bound.
        feeds: the subscriptions by URL.
        in_file_order: cluster articles in the order of their ids instead of their times.
    """

    store: Store
    window: float | None
    feeds: dict[str, Feed] = field(default_factory=dict)
    in_file_order: bool = False
    vocabulary: Vocabulary | None = None  # loaded when clustering first needs it

    @cached_property
    def table(self) -> OutletTable:
        """The outlet table."""
        from aggregator.origin.outlets import OutletTable  # noqa: PLC0415 -- parsed where it is needed

        return OutletTable.parse(shipped.outlet_table())

    @cached_property
    def cues(self) -> Cues:
        """The cue rules of every language."""
        from aggregator.origin.cues import Cues  # noqa: PLC0415 -- parsed where it is needed

        return Cues.parse(shipped.cue_files())

    def load(self) -> None:
        """Loads now what else would load when it is first needed: tables, rules and the numerical libraries."""
        import datasketch  # noqa: F401, PLC0415 -- the slowest of them

        _ = self.table, self.cues

    def outlet_of(self, feed: str, url: str) -> str:
        """The outlet that publishes what a feed carries; by the page's host where the feed is no longer subscribed."""
        if feed in self.feeds:
            return self.table.resolve(self.feeds[feed].outlet)
        return self.table.resolve(urls.host(url))


@dataclass(frozen=True, slots=True)
class Tools:
    """What collecting works with besides: the fetcher, the worker processes and their limits."""

    fetcher: Fetcher
    workers: Workers
    limits: Limits


# ---------------------------------------------------------------- fetch


def due_feeds(desk: Desk, now: datetime) -> list[Feed]:
    """The subscribed feeds whose time has come, in the order of feeds.yaml."""
    with desk.store.read() as unit:
        states = unit.feeds.states(list(desk.feeds))
    return [feed for feed in desk.feeds.values() if is_due(states[feed.url], now)]


async def poll_feeds(
    desk: Desk, tools: Tools, feeds: Sequence[Feed], now: datetime, progress: Progress = no_progress
) -> int:
    """Polls these feeds at once, as politely as the fetcher is. Returns the number of new entries."""
    from aggregator.fetch.poll import poll  # noqa: PLC0415 -- feedparser and httpx, which reading commands need not load

    with desk.store.read() as unit:
        states = unit.feeds.states([feed.url for feed in feeds])
    done = added = 0

    async def one(feed: Feed) -> None:
        nonlocal done, added

        def known(keys: Sequence[str]) -> set[str]:
            with desk.store.read() as unit:
                return unit.feeds.known(feed.url, keys)

        def save(result: Poll) -> int:
            with desk.store.write() as unit:
                return unit.feeds.save_poll(result, now)

        jitter = random.uniform(0.0, 0.1)  # noqa: S311 -- spreads polls, guards nothing
        result = await poll(feed, states[feed.url], tools.fetcher, tools.workers, now, known=known, jitter=jitter)
        added += await asyncio.to_thread(save, result)
        done += 1
        progress("feeds", done, len(feeds))

    await _all(one, feeds)
    return added


async def _all(work: Callable[[Item], Coroutine[None, None, None]], items: Sequence[Item]) -> None:
    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(work(item))


# ---------------------------------------------------------------- extract


async def read_pages(desk: Desk, tools: Tools, now: datetime, progress: Progress = no_progress) -> int:
    """Makes an article of every waiting entry: from its page, or from what the feed says. Returns how many."""
    done = 0
    with desk.store.read() as unit:
        total = unit.feeds.waiting(now)

    async def one(same: list[QueuedEntry]) -> None:
        nonlocal done
        await _read_one(desk, tools, now, same)
        done += len(same)
        progress("pages", done, total)

    while True:
        with desk.store.read() as unit:
            batch = unit.feeds.wanted_pages(now, PAGES)
        if not batch:
            return done
        by_url: dict[str, list[QueuedEntry]] = {}
        for queued in batch:
            by_url.setdefault(queued.entry.url or f"{queued.entry.feed}#{queued.entry.key}", []).append(queued)
        await _all(one, list(by_url.values()))


async def _read_one(desk: Desk, tools: Tools, now: datetime, same: list[QueuedEntry]) -> None:
    """One page, asked for once, for all the entries that link to it."""
    from aggregator.extract.article import compose  # noqa: PLC0415 -- lxml

    first = same[0]
    with desk.store.read() as unit:
        known = unit.feeds.article_of(first.entry.url) if first.entry.url else None
    if known is not None:
        await asyncio.to_thread(_settle, desk, same, known)
        return
    page, reason, passing = await _page(tools, first.entry, desk.feeds.get(first.entry.feed))
    if passing and first.tries < len(PAGE_RETRIES):
        await asyncio.to_thread(_postpone, desk, same, now + PAGE_RETRIES[first.tries])
        return
    outlet = desk.outlet_of(first.entry.feed, first.entry.url or "")
    await asyncio.to_thread(_settle, desk, same, compose(first.entry, outlet, page, first.first_seen, reason))


async def _page(tools: Tools, entry: Entry, feed: Feed | None) -> tuple[Page | None, str, bool]:
    """What an entry's page holds, else None; why there is no text; and whether that may pass."""
    from aggregator.extract.page import content_page, read_page  # noqa: PLC0415 -- trafilatura

    page, reason, passing, seconds = None, "the feed gives no link", False, tools.limits.extract_seconds
    try:
        if entry.url:
            answer = await tools.fetcher.get(entry.url)
            kind = answer.headers.get("content-type", "")
            read = partial(read_page, feed_title=feed.name if feed else "", declared_language=entry.language or "")
            page = await tools.workers.run(read, answer.body, answer.url, kind, seconds=seconds, stage="extract")
            reason = page.reason
    except TransientError as error:
        reason, passing = str(error), error.status not in FINAL_STATUSES
    except RejectedError as error:
        reason = str(error)
    if (page is None or not page.text) and entry.content:
        try:
            page = await tools.workers.run(content_page, entry, seconds=seconds, stage="extract")
            passing = passing and not page.text
        except AggregatorError as error:
            reason = f"{reason}; {error}"
    return page, reason, passing


def _settle(desk: Desk, same: list[QueuedEntry], article: Article | int) -> None:
    with desk.store.write() as unit:
        stored = article if isinstance(article, int) else unit.articles.add(article)
        for queued in same:
            unit.feeds.settle_entry(queued.id, stored)


def _postpone(desk: Desk, same: list[QueuedEntry], until: datetime) -> None:
    with desk.store.write() as unit:
        for queued in same:
            unit.feeds.postpone_entry(queued.id, until)


# ---------------------------------------------------------------- attribute, cluster, resolve


def attribute(desk: Desk, progress: Progress = no_progress) -> int:
    """Reads what every new article credits; before clustering, because a shared credit is a sign of one story."""
    from aggregator.origin.attributions import attribute as read  # noqa: PLC0415 -- loads the automaton's package

    done = 0
    while True:
        with desk.store.read() as unit:
            batch = unit.articles.unattributed(BATCH)
            total = done + unit.articles.counts()["unattributed"]
        if not batch:
            return done
        found = [(article.id, read(article, desk.table, desk.cues)) for article in batch]
        with desk.store.write() as unit:
            for article_id, attributions in found:
                unit.articles.save_attributions(article_id, attributions)
        done += len(batch)
        progress("credits", done, total)


def cluster(desk: Desk, progress: Progress = no_progress) -> int:
    """Puts every new article into its cluster, those published first first."""
    from aggregator.cluster.assign import assign  # noqa: PLC0415 -- numpy
    from aggregator.cluster.fingerprint import fingerprints  # noqa: PLC0415 -- numpy

    done = 0
    while True:
        with desk.store.read() as unit:
            batch = unit.articles.unclustered(BATCH, by_time=not desk.in_file_order)
            total = done + unit.articles.counts()["unclustered"]
            if batch and desk.vocabulary is None:
                desk.vocabulary = Vocabulary(*unit.clusters.vocabulary(), shipped.background())
        if not batch or desk.vocabulary is None:
            return done
        vocabulary, desk.vocabulary = desk.vocabulary, None  # a failure below leaves it to be loaded anew
        prints = fingerprints(batch, vocabulary)
        with desk.store.write() as unit:
            for one in prints:
                assign(unit.clusters, one, desk.window)
            unit.articles.mark_clustered([one.article for one in prints])
            unit.clusters.learn(*vocabulary.drain())
        desk.vocabulary = vocabulary
        done += len(batch)
        progress("clusters", done, total)


def sweep(desk: Desk) -> None:
    """The pass that precedes a digest: mends the clusters that changed since the last one."""
    from aggregator.cluster.sweep import sweep as mend  # noqa: PLC0415 -- numpy

    with desk.store.write() as unit:
        changed = unit.clusters.unswept()
        if changed:
            mend(unit.clusters, changed, desk.window)
            unit.clusters.mark_swept()


def resolve(desk: Desk, now: datetime, progress: Progress = no_progress) -> int:
    """Names the origin of every cluster that changed."""
    from aggregator.origin.resolve import resolve as judge  # noqa: PLC0415 -- see attribute

    done = 0
    while True:
        with desk.store.write() as unit:
            batch = unit.clusters.unresolved(BATCH)
            for one in batch:
                told = reports(unit, unit.clusters.members(one))
                unit.origins.save(one, judge(told, desk.table), now)
        if not batch:
            return done
        done += len(batch)
        progress("origins", done, done)


def reports(unit: Unit, ids: Sequence[int]) -> list[Report]:
    """Clustered articles as resolution sees them."""
    from aggregator.origin.reports import Report  # noqa: PLC0415 -- see attribute

    articles, attributions = unit.articles.get(ids), unit.articles.attributions(ids)
    memberships = unit.clusters.memberships(ids)
    return [Report(articles[one], memberships[one].level, memberships[one].partner, attributions[one]) for one in ids]


def think(desk: Desk, now: datetime, progress: Progress = no_progress) -> None:
    """All the stages behind extraction, over whatever waits for them."""
    attribute(desk, progress)
    cluster(desk, progress)
    sweep(desk)
    resolve(desk, now, progress)
