"""What is too old goes, once a day: a chore beside the flow, in short writes between which every stage may work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.pipeline import no_progress
from aggregator.store.retention import BAND_SLICES

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Retention
    from aggregator.pipeline import Desk, Progress

CHORE = "tidy"
EVERY = timedelta(days=1)
# More than this ahead, the last time was written by a clock that has been put back since.
CLOCK_SLACK = timedelta(hours=1)


def tidy(desk: Desk, kept: Retention, now: datetime, progress: Progress = no_progress) -> bool:
    """Drops what is older than it is to be kept, where that was not done within a day. Returns whether it was done.

    A kill at any moment leaves a whole store; what was not dropped is dropped by the next pass.

    Args:
        desk: what the stages work with.
        kept: how long what is kept.
        now: the time.
        progress: is told how many articles were dropped; may end the work by raising.
    """
    with desk.store.read() as unit:
        last = unit.retention.last_done(CHORE)
    if last is not None and last - CLOCK_SLACK < now < last + EVERY:
        return False
    texts, stories = now - timedelta(days=kept.texts), now - timedelta(days=kept.stories)
    _drop_texts(desk, texts, progress)
    _drop_bands(desk, texts, progress)
    _drop_stories(desk, stories, progress)
    _drop_entries(desk, stories, now - timedelta(days=kept.keys), progress)
    _drop_polls(desk, kept.events, stories)
    desk.store.compact()
    with desk.store.write() as unit:
        unit.retention.mark_done(CHORE, now)
    return True


def _drop_texts(desk: Desk, before: datetime, progress: Progress) -> None:
    last, done = 0, 0
    while True:
        with desk.store.read() as unit:
            found = unit.retention.old_texts(before, last)
        if not found:
            break
        with desk.store.write() as unit:
            unit.retention.drop_texts(found)
        last, done = found[-1], done + len(found)
        progress("tidy", done, done)
    at: int | None = 0
    while at is not None:
        with desk.store.write() as unit:
            at = unit.retention.drop_summaries(before, at)
        progress("tidy", done, done)


def _drop_bands(desk: Desk, before: datetime, progress: Progress) -> None:
    """Nothing of the window, which is shorter by far, is found by them any more."""
    for piece in range(BAND_SLICES):
        with desk.store.write() as unit:
            unit.retention.drop_bands(piece, int(before.timestamp()))
        progress("tidy", 0, 0)


def _drop_stories(desk: Desk, before: datetime, progress: Progress) -> None:
    last, done = 0, 0
    while True:
        with desk.store.read() as unit:
            found = unit.retention.old_stories(before, last)
        if not found:
            break
        with desk.store.write() as unit:
            done += unit.retention.drop_stories(found)
        last = found[-1]
        progress("tidy", done, done)
    while True:
        with desk.store.read() as unit:
            loose = unit.retention.old_loose_articles(before)
        if not loose:
            return
        with desk.store.write() as unit:
            unit.retention.drop_articles(loose)
        done += len(loose)
        progress("tidy", done, done)


def _drop_entries(desk: Desk, before: datetime, left_before: datetime, progress: Progress) -> None:
    dropped = 1
    while dropped:
        with desk.store.write() as unit:
            dropped = unit.retention.drop_entries(before, left_before, desk.feeds)
        progress("tidy", 0, 0)


def _drop_polls(desk: Desk, kept: int, before: datetime) -> None:
    with desk.store.read() as unit:
        feeds = unit.retention.polled_feeds()
    with desk.store.write() as unit:
        for feed in feeds:
            unit.retention.drop_polls(feed, kept)
        unit.retention.drop_feeds(before, desk.feeds)
