"""Which feeds are asked now: those that are due, those that a person wishes, those that waited while we were away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.fetch import schedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aggregator.model import Feed, FeedState, HostWishes, Poll
    from aggregator.pipeline import Desk

# No page is ever put off for longer than a server may ask, which is seven days.
LONGEST_WAIT = timedelta(days=8)


def due_feeds(desk: Desk, now: datetime) -> list[Feed]:
    """The subscribed feeds whose time has come, in the order of feeds.yaml."""
    states = _states(desk, now)
    return [feed for feed in desk.feeds.values() if schedule.is_due(states[feed.url], now)]


def all_feeds(desk: Desk, now: datetime) -> list[Feed]:
    """Every subscribed feed but those that are gone and those whose server has asked for patience."""
    states = _states(desk, now)
    return [
        feed
        for feed in desk.feeds.values()
        if not schedule.is_gone(states[feed.url]) and not schedule.is_waiting(states[feed.url], now)
    ]


def spread_out(desk: Desk, feeds: Sequence[Feed], now: datetime) -> dict[str, datetime]:
    """When to ask feeds that are due after a time away, by URL."""
    with desk.store.read() as unit:
        states = unit.feeds.states([feed.url for feed in feeds])
    return schedule.spread(list(states.values()), now)


def refusals(desk: Desk, feeds: Sequence[Feed], now: datetime) -> dict[str, str]:
    """The feeds that may not be asked now, whoever wishes it, by URL with the reason."""
    with desk.store.read() as unit:
        states = unit.feeds.states([feed.url for feed in feeds])
    return {url: reason for url, state in states.items() if (reason := schedule.refusal(state, now))}


def keep_checked(desk: Desk, polls: Sequence[Poll], wishes: HostWishes, now: datetime) -> list[str]:
    """Keeps what lasts of polls that a person made to see how feeds do; nothing else of them is stored.

    A feed that was gone and answers again is polled from now on; a server that asked for patience gets it.

    Returns:
        The URLs of the feeds that are back.
    """
    with desk.store.write() as unit:
        unit.hosts.save(wishes, now)
        states = unit.feeds.states([one.state.feed for one in polls])
        changed: list[FeedState] = []
        back: list[str] = []
        for one in polls:
            state = states[one.state.feed]
            if one.outcome != "failed" and schedule.is_gone(state):
                changed.append(replace(state, next_due=now, gone_since=None, failures=0, error=None))
                back.append(state.feed)
            elif one.state.wait_until is not None:
                changed.append(replace(state, wait_until=one.state.wait_until))
        unit.feeds.save_states(changed)
    return back


def _states(desk: Desk, now: datetime) -> dict[str, FeedState]:
    """The states of all feeds, put right where the clock was put back since they were written."""
    with desk.store.read() as unit:
        states = unit.feeds.states(list(desk.feeds))
    right = [put for state in states.values() if (put := schedule.clock_put_right(state, now)) is not None]
    if right:
        with desk.store.write() as unit:
            unit.feeds.save_states(right)
            unit.feeds.release_pages(now + LONGEST_WAIT, now)
    return states | {state.feed: state for state in right}
