"""How a home and its daemon do, as facts and as reasons: what /health/ready, `status` and a monitor show alike."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.answers import Answers
from aggregator.answers.feeds import BAD
from aggregator.errors import AggregatorError
from aggregator.urls import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aggregator.answers.feeds import FeedHealth
    from aggregator.config.settings import Settings
    from aggregator.meter import Labels
    from aggregator.pipeline import Desk
    from aggregator.store.feeds import Pace

Gauges = dict[str, dict["Labels", float]]

TICK_SECONDS = 5.0
LEAST_FREE = 200_000_000  # bytes of disk below which a home is not healthy
LARGEST_LOG = 64_000_000  # bytes of write-ahead log beyond which somebody seems to hold it
USUAL = timedelta(days=28)  # what a feed usually brings is counted over so long
# A feed is silent where it brought nothing in the time in which so many entries were to be expected: for entries that
# come by chance one in 20,000 such times is empty. Weekends are silent for many, so never within three days.
EXPECTED, SHORTEST_SILENCE = 10.0, timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a daemon knows of itself.

    `tick_age` and `store_age` are the seconds since its schedule last ticked and since the store last answered;
    `trouble` is the storage error with which a stage ended, None where all go on.
    """

    tick_age: float
    store_age: float
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """How a feed does, for people and monitors: `silent` is a sentence where it brings less than it used to."""

    name: str
    url: str
    state: str
    last_success: datetime | None
    next_poll: datetime | None
    error: str | None
    today: int
    silent: str | None
    moved_to: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def bad(self) -> bool:
        """Whether somebody should look at it."""
        return self.state in BAD


def unready(vitals: Vitals, free: int) -> list[str]:
    """Why a daemon cannot do its work now; empty where it can."""
    reasons = []
    if vitals.tick_age > 2 * TICK_SECONDS:
        reasons.append(f"the schedule has not ticked for {vitals.tick_age:.0f} s")
    if vitals.store_age > 2 * TICK_SECONDS:
        reasons.append(f"the store has not answered for {vitals.store_age:.0f} s")
    if vitals.trouble is not None:
        reasons.append(vitals.trouble)
    return [*reasons, *little_room(free)]


def little_room(free: int) -> list[str]:
    """The sentence about a disk that is nearly full."""
    return [f"only {free // 1_000_000} MB of disk are free"] if free < LEAST_FREE else []


def free_bytes(storage: Path) -> int:
    """The room on the disk of a home's state."""
    return shutil.disk_usage(storage).free


def held_log(size: int) -> list[str]:
    """The sentence about a write-ahead log that grows because somebody reads an old state."""
    if size <= LARGEST_LOG:
        return []
    return [f"the store's log has {size // 1_000_000} MB: a program that reads the store holds it; end that one"]


def feeds(desk: Desk, settings: Settings, now: datetime) -> list[Feed]:
    """Every subscribed feed and how it does."""
    today = datetime.combine(now.astimezone(ZoneInfo(settings.zone)).date(), time(), ZoneInfo(settings.zone))
    with desk.store.read() as unit:
        paces = unit.feeds.paces(today, USUAL)
    # What is told of a feed has its address masked.
    return [_feed(one, paces.get(url), now) for url, one in zip(desk.feeds, Answers(desk).feeds(), strict=True)]


def _feed(one: FeedHealth, pace: Pace | None, now: datetime) -> Feed:
    state = one.state
    return Feed(
        one.feed.name,
        without_secrets(one.feed.url),
        one.condition,
        state.last_success,
        state.next_due,
        state.error,
        pace.today if pace else 0,
        _silence(pace, now) if pace else None,
        one.moved_to,
        one.warnings,
    )


def _silence(pace: Pace, now: datetime) -> str | None:
    """What is to be said of a feed that has brought nothing for longer than its own pace explains."""
    usual = pace.entries / max(pace.days, 1.0)
    silent = now - pace.latest
    days = silent / timedelta(days=1)
    if silent < SHORTEST_SILENCE or usual * days < EXPECTED:
        return None
    return f"silent for {days:.0f} days though usually {usual:.2g} a day"


def storage_reasons(desk: Desk, settings: Settings) -> list[str]:
    """What is wrong with a home's disk and store, asked now."""
    found = little_room(free_bytes(settings.storage))
    try:
        found += held_log(desk.store.sizes()[1])
        desk.store.ping()
    except AggregatorError as error:
        found.append(str(error))
    return found


def gauges(desk: Desk, killed: Mapping[str, int], digest_at: datetime | None, now: datetime) -> Gauges:
    """What is so at the moment, for `aggregator.meter.Meter.text`.

    Args:
        desk: what the stages work with.
        killed: workers that ended before their task, by stage.
        digest_at: when the last digest was written.
        now: the time.
    """
    known = Answers(desk).feeds()
    states = Counter(one.condition for one in known)
    lag = max((now - one.state.next_due for one in known if one.state.next_due is not None), default=timedelta(0))
    size, log = desk.store.sizes()
    return {
        "feeds": {(("state", state),): count for state, count in states.items()},
        "workers_killed_total": {(("stage", stage),): count for stage, count in killed.items()},
        "db_bytes": {(): size},
        "wal_bytes": {(): log},
        "queue_lag_seconds": {(): max(0.0, lag.total_seconds())},
        "last_digest_time": {} if digest_at is None else {(): digest_at.timestamp()},
    }
