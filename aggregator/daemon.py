"""The daemon: a few scheduled jobs over the queues in the store, one instance a home, a clean stop.

    every few seconds   poll    the feeds that are due
                        read    the pages that wait
                        think   attribution, clusters, origins (in a thread)
                        tick    tells the service manager that all is well
    once a day          digest  written to storage/digests/
                        tidy    what is too old goes

A stage that ends with a storage error (a full disk, say) holds fetching back until the disk takes data again: what
could not be stored would have to be asked for once more.

The jobs never call each other: each takes what waits in the store. A stop lets what runs finish for ten seconds, then
cancels it, which is safe, because nothing is ever half committed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, cast

import structlog

from aggregator import health, pipeline
from aggregator.config.changes import adopted, stamps
from aggregator.config.outlets import NAME as OUTLETS
from aggregator.config.outlets import read_outlets
from aggregator.config.read import read_settings
from aggregator.errors import ConfigError, StorageError
from aggregator.listen import JSON, PLAIN, Listener
from aggregator.notify import Manager
from aggregator.pipeline.agenda import due_feeds, spread_out
from aggregator.pipeline.collect import poll_feeds
from aggregator.pipeline.pages import read_pages
from aggregator.pipeline.session import open_tools
from aggregator.pipeline.tidy import tidy

if TYPE_CHECKING:
    from apscheduler.job import Job
    from apscheduler.schedulers.asyncio import AsyncIOScheduler
    from apscheduler.triggers.cron import CronTrigger

    from aggregator.config.settings import Settings
    from aggregator.listen import Answer
    from aggregator.model import Feed
    from aggregator.pipeline import Desk
    from aggregator.pipeline.collect import Tools

LONGEST_HOLD = 30.0  # seconds between two looks whether the disk takes data again
GRACE_SECONDS = 10.0  # what running work is given to end by itself
POLL_SECONDS, READ_SECONDS, THINK_SECONDS = 15, 5, 5
# A tick that comes so late comes after a sleep, if not after a start: what is due then is not asked for in one burst.
AWAY_AFTER = timedelta(minutes=1)
TIDY_SECONDS = 3_600  # it is asked whether a day has passed
SWEEP_EVERY = timedelta(minutes=5)  # and before each digest

Work = Callable[[], Awaitable[None]]

log = structlog.get_logger()


class _Stopped(Exception):  # noqa: N818 -- it is a wish, not a fault
    """Raised between two batches of a thread's work when the daemon is to stop."""


class _Held(Exception):  # noqa: N818 -- it is no fault
    """Raised by a job that does nothing because what it fetched could not be stored: its trouble goes on."""


class Daemon:
    """Runs the stages on their schedule until it is told to stop.

    Args:
        desk: what the stages work with.
        settings: the home's settings; of a changed feeds.yaml what can be is taken over, the rest at the next start.
        make_digest: writes the digests of the day that a moment lies in, and of the day before.
        clock: the time; the tests hold it.
    """

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        make_digest: Callable[[datetime], object],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._desk = desk
        self._settings = settings
        self._make_digest = make_digest
        self._clock = clock
        self._read_at = stamps(settings.home)
        self._tools: Tools | None = None
        self._digest_job: Job | None = None
        self._polled: datetime | None = None  # when feeds were last looked at
        self._starts: dict[str, datetime] = {}  # when to ask those that waited while we were away
        self._stop = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._manager = Manager(os.environ)
        self._ticked = self._answered = monotonic()
        # Of its own: all others may wait for the store at once.
        self._asking = ThreadPoolExecutor(1, "store-asked")
        self._digest_at: datetime | None = None
        self._troubles: dict[str, str] = {}
        self._failed_in_a_row = 0
        self._held_until = 0.0
        self.health_port = 0
        """Where it tells how it does; 0 where it does not."""

    async def run(self) -> None:
        """Works until SIGTERM, SIGINT or `stop`; returns when everything has ended and the store is whole."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        stack = AsyncExitStack()
        async with open_tools(self._desk, self._settings, self._clock()) as tools, stack:
            if (port := self._settings.health_port) is not None:
                self.health_port = (await stack.enter_async_context(Listener(port, self._routes(tools)))).port
            scheduler = self._scheduler(tools)
            scheduler.start()
            known = {"home": str(self._settings.home), "feeds": len(self._desk.feeds), "pid": os.getpid()}
            log.info("started", **known, health=self.health_port or None)
            self._manager.ready()
            await self._stop.wait()
            self._manager.stopping()
            scheduler.pause()
            await self._finish()
            scheduler.shutdown(wait=False)
        self._asking.shutdown(wait=False)
        try:
            self._desk.store.compact()
        except StorageError as error:  # what is committed is safe in the log, too
            log.error("storage", job="stop", text=str(error))  # noqa: TRY400 -- the text is for people
        log.info("stopped")

    def stop(self) -> None:
        """Asks for a clean stop; a second time ends the process at once, which is safe too."""
        if self._stop.is_set():
            os._exit(1)
        log.info("stopping", running=len(self._running))
        self._stop.set()

    async def _finish(self) -> None:
        """Waits for what runs, then cancels it."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _scheduler(self, tools: Tools) -> AsyncIOScheduler:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415 -- the daemon alone needs it
        from apscheduler.triggers.interval import IntervalTrigger  # noqa: PLC0415

        # A late run is better than none, and one is enough: the store says what is due.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._tools = tools
        soon = datetime.now(UTC)
        often: dict[str, tuple[Work, float]] = {
            "tick": (self._tick, health.TICK_SECONDS),
            "poll": (partial(self._poll, tools), POLL_SECONDS),
            "read": (partial(self._read, tools), READ_SECONDS),
            "think": (self._think, THINK_SECONDS),
            "tidy": (self._tidy, TIDY_SECONDS),
        }
        for name, (work, seconds) in often.items():
            # What is tidied has waited for days: not beside the work of a start.
            first = soon + timedelta(seconds=seconds) if name == "tidy" else soon
            trigger = IntervalTrigger(seconds=seconds)
            scheduler.add_job(self._guarded(name, work), trigger, next_run_time=first, name=name)
        # At start too: the daemon may have been down at the hour.
        digest = self._guarded("digest", self._digest)
        self._digest_job = scheduler.add_job(digest, self._daily(), next_run_time=soon, name="digest")
        return scheduler

    def _daily(self) -> CronTrigger:
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 -- as above

        at = self._settings.digest_at
        return CronTrigger(hour=at.hour, minute=at.minute, timezone=self._settings.zone)

    def _due(self, now: datetime) -> list[Feed]:
        """The feeds to ask now; after a time away those that are late take turns."""
        feeds = due_feeds(self._desk, now)
        if self._polled is None or not timedelta() <= now - self._polled < AWAY_AFTER:
            self._starts = spread_out(self._desk, feeds, now)
        self._polled = now
        return [feed for feed in feeds if self._starts.get(feed.url, now) <= now]

    # ------------------------------------------------------------ jobs

    async def _tick(self) -> None:
        self._ticked = monotonic()
        await asyncio.get_running_loop().run_in_executor(self._asking, self._desk.store.ping)
        self._answered = monotonic()
        self._manager.alive()

    async def _poll(self, tools: Tools) -> None:
        self._reload()
        if not await self._may_fetch():
            raise _Held
        now = self._clock()
        feeds = self._due(now)
        if feeds:
            added = await poll_feeds(self._desk, self._tools or tools, feeds, now)
            log.info("polled", feeds=len(feeds), new=added)
        self._polled = self._clock()

    async def _read(self, tools: Tools) -> None:
        if not await self._may_fetch():
            raise _Held
        done = await read_pages(self._desk, self._tools or tools, self._clock())
        if done:
            log.info("read", articles=done)

    async def _think(self) -> None:
        await asyncio.to_thread(pipeline.think, self._desk, self._clock(), self._halt, SWEEP_EVERY)

    async def _tidy(self) -> None:
        if await asyncio.to_thread(tidy, self._desk, self._settings.retention, self._clock(), self._halt):
            log.info("tidied")
        for reason in health.held_log(self._desk.store.sizes()[1]):
            log.warning("storage", text=reason)

    async def _digest(self) -> None:
        now = self._clock()
        await asyncio.to_thread(pipeline.sweep, self._desk, now)
        await asyncio.to_thread(pipeline.resolve, self._desk, now)
        await asyncio.to_thread(self._make_digest, now)
        self._digest_at = now
        log.info("digest written")

    def _guarded(self, name: str, work: Work) -> Work:
        """A job that is tracked for the stop, and whose failure leaves the other jobs alone."""

        async def job() -> None:
            task = cast("asyncio.Task[None]", asyncio.current_task())  # a job always runs in a task
            self._running.add(task)
            try:
                await work()
                self._troubles.pop(name, None)
            except (_Stopped, _Held):
                pass
            except StorageError as error:
                self._hold(name, str(error))
                log.error("storage", job=name, text=str(error))  # noqa: TRY400 -- the text is for people
            except Exception:
                log.critical("bug", job=name, exc_info=True)
            finally:
                self._running.discard(task)

        return job

    # ------------------------------------------------------------ a store that cannot be written

    def _hold(self, job: str, text: str) -> None:
        """Notes that a stage could not store, and holds fetching back for a while, longer each time."""
        self._troubles[job] = text
        self._held_until = monotonic() + min(READ_SECONDS * 2**self._failed_in_a_row, LONGEST_HOLD)
        self._failed_in_a_row += 1

    async def _may_fetch(self) -> bool:
        """Whether what is fetched can be stored: once it could not, only after the disk takes data again."""
        if not self._troubles:
            self._failed_in_a_row = 0
            return True
        if monotonic() < self._held_until:
            return False
        await asyncio.to_thread(self._desk.store.probe)
        log.info("storage works again")
        self._troubles.clear()
        return True

    # ------------------------------------------------------------ health

    def vitals(self) -> health.Vitals:
        """What it knows of itself."""
        now = monotonic()
        trouble = next(iter(self._troubles.values()), None)
        return health.Vitals(now - self._ticked, now - self._answered, trouble)

    def _routes(self, tools: Tools) -> dict[str, Callable[[], Awaitable[Answer]]]:
        async def live() -> Answer:
            return 200, PLAIN, "live\n"

        async def ready() -> Answer:
            reasons = health.unready(self.vitals(), health.free_bytes(self._settings.storage))
            return 503 if reasons else 200, JSON, json.dumps({"ready": not reasons, "reasons": reasons}) + "\n"

        async def metrics() -> Answer:
            killed = tools.workers.killed
            now = self._clock()
            figures = await loop.run_in_executor(self._asking, health.gauges, self._desk, killed, self._digest_at, now)
            return 200, PLAIN, self._desk.meter.text(figures)

        loop = asyncio.get_running_loop()
        routes: dict[str, Callable[[], Awaitable[Answer]]] = {"/health/live": live, "/health/ready": ready}
        return routes | {"/metrics": metrics} if self._settings.metrics else routes

    def _halt(self, stage: str, done: int, total: int) -> None:  # noqa: ARG002 -- the form of Progress
        """Ends a thread's work between two batches when the daemon stops."""
        if self._stop.is_set():
            raise _Stopped

    def _reload(self) -> None:
        """Takes over a changed feeds.yaml or outlets.tsv as far as can be; where one is wrong the old ones stay."""
        stamp = stamps(self._settings.home)
        if stamp == self._read_at:
            return
        self._read_at = stamp
        try:
            settings = read_settings(self._settings.home, os.environ)
            own = read_outlets(self._settings.home / OUTLETS)
            if own != self._desk.own_outlets:
                self._desk.take_outlets(own)
                log.info("outlets read", outlets=len(self._desk.table))
        except ConfigError as error:
            # The text is for people.
            log.error("configuration", text=f"{error}", kept="what was read before stays in force")  # noqa: TRY400
            return
        taken, waiting = self._adopt(settings)
        log.info("feeds read", feeds=len(settings.feeds), taken_over=taken, wait_for_restart=waiting)

    def _adopt(self, new: Settings) -> tuple[list[str], list[str]]:
        """Works by new settings from now on. Returns what was taken over, and what waits for a restart."""
        change = adopted(self._settings, new)
        self._settings = settings = change.settings
        self._desk.feeds = {feed.url: feed for feed in settings.feeds}
        self._desk.window = settings.window_days * 86_400
        if self._tools is not None:
            self._tools.fetcher.adopt(settings.limits)
            self._tools = replace(self._tools, limits=settings.limits)
        if self._digest_job is not None and "digest_at" in change.taken:
            self._digest_job.reschedule(self._daily())
        return change.taken, change.waiting
