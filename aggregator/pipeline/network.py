"""Is it the feeds or is it us? What polls within five minutes say together about our own network.

One host that cannot be reached is that host's fault. Two of them, and nobody else who answers, are ours: then no feed
is blamed, and all are asked again as soon as the network may be back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from aggregator import urls

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import FeedState, Poll

TOGETHER = timedelta(minutes=5)
RETRY = timedelta(minutes=5)
HOSTS = 2  # that cannot be reached, from which it is not theirs

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Lost:
    """A poll that reached nobody: when, which feed, and its state before."""

    at: datetime
    before: FeedState


@dataclass(slots=True)
class Network:
    """The memory of the last five minutes, as long as collecting lives."""

    down: bool = False
    _answered: datetime | None = None
    _lost: dict[str, _Lost] = field(default_factory=dict)

    def answered(self, now: datetime) -> None:
        """Somebody out there has answered."""
        self._answered = now
        self._lost.clear()
        if self.down:
            self.down = False
            log.info("network is back")

    def judge(self, lost: list[tuple[FeedState, Poll]], now: datetime) -> tuple[list[Poll], list[FeedState]]:
        """What to store of polls that reached nobody.

        Args:
            lost: each feed's state before the poll, and the poll.
            now: the time of the polls.

        Returns:
            The polls, without blame where the network is down, and the states of feeds that were blamed too early.
        """
        polls = [result for _, result in lost]
        if not lost or (self._answered is not None and now - self._answered < TOGETHER):
            return polls, []
        earlier = {feed: one for feed, one in self._lost.items() if now - one.at < TOGETHER}
        self._lost = earlier | {before.feed: _Lost(now, before) for before, _ in lost}
        if len({urls.host(feed) for feed in self._lost}) < HOSTS:
            return polls, []
        if not self.down:
            self.down = True
            log.warning("network is down", feeds=len(self._lost), text="no feed is blamed; next try in five minutes")
        blameless = []
        for before, result in lost:
            state = _blameless(before, result.state.error or "", now)
            blameless.append(replace(result, state=state, detail=state.error or ""))
        asked = {before.feed for before, _ in lost}
        return blameless, [_blameless(one.before, "", now) for feed, one in earlier.items() if feed not in asked]


def _blameless(before: FeedState, error: str, now: datetime) -> FeedState:
    """A feed's state after a failure that is our network's: as it was, and asked again soon."""
    what = error.partition("; kept its entries")[0] or "not reached"
    when = now + RETRY
    text = f"{what}: our own network is down; kept its entries; next try {when:%Y-%m-%d %H:%M:%S} UTC"
    return replace(before, next_due=when, last_attempt=now, error=text)
