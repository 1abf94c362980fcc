"""Feeds that have moved for good: when to believe it, and when not any more. Pure.

The subscription in feeds.yaml is never rewritten: the new address is kept beside it and goes with it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.model import Feed, FeedState

# A redirect of a day is a mistake; Feedbin waits for 576 polls.
POLLS, SPAN = 5, timedelta(hours=48)
# From this failure in a row on the subscription's own address is asked again.
DISTRUSTED = 3


def address(feed: Feed, state: FeedState) -> str:
    """Where to ask for a feed."""
    return state.moved_to if in_force(state) and state.moved_to else feed.url


def in_force(state: FeedState) -> bool:
    """Whether the new address is asked in place of the subscription's."""
    return state.moved_to is not None and state.moved_polls >= POLLS


def seen(state: FeedState, permanent: str | None, now: datetime, *, known: bool) -> FeedState:
    """The state after a good poll.

    Args:
        state: the state so far.
        permanent: where the poll was led by permanent redirects only, None where it was not.
        now: the time of the poll.
        known: whether an entry that is stored for this feed stood there, or nothing had changed there.
    """
    if in_force(state):
        return state
    if permanent is None:
        return _stayed(state)
    if permanent != state.moved_to:
        state = replace(state, moved_to=permanent, moved_since=None, moved_polls=0)
    if not known:
        return state
    since = state.moved_since or now
    polls = state.moved_polls + 1
    return replace(state, moved_since=since, moved_polls=polls if now - since >= SPAN else min(polls, POLLS - 1))


def forgotten(state: FeedState) -> FeedState:
    """The state where the new address is not to be trusted; validators that came from there go with it."""
    return replace(_stayed(state), etag=None, last_modified=None, validated_at=None)


def _stayed(state: FeedState) -> FeedState:
    return replace(state, moved_to=None, moved_since=None, moved_polls=0)
