"""How a subscribed feed does, in one word and in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator import urls
from aggregator.fetch.moves import in_force
from aggregator.fetch.schedule import GIVEN_UP_AFTER, is_gone

if TYPE_CHECKING:
    from aggregator.model import Feed, FeedState

FAILING = 3  # failures in a row from which a feed counts as failing
BAD = frozenset({"failing", "broken", "gone"})
"""The conditions of a feed that somebody should look at."""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed and how it does.

    `condition` is one word: new (never asked), ok, retrying (one or two failures), failing (more), broken (for a
    month), waiting (its server asked for it), gone (for good). Addresses are masked. `moved_to` is the address that is
    asked in place of the subscription's, because the feed has moved for good; `warnings` are sentences on settings that
    somebody should know of.
    """

    feed: Feed
    state: FeedState
    condition: str
    moved_to: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def bad(self) -> bool:
        """Whether somebody should look at it."""
        return self.condition in BAD


def health_of(feed: Feed, state: FeedState) -> FeedHealth:
    """How a feed does, by what its polls left."""
    warnings = (f"{feed.name}: its certificate is not checked (insecure_tls)",) if feed.insecure_tls else ()
    moved_to = urls.masked(state.moved_to) if state.moved_to else None
    shown = replace(state, feed=urls.masked(feed.url), moved_to=moved_to)
    at = moved_to if in_force(state) else None
    return FeedHealth(replace(feed, url=shown.feed), shown, condition_of(state), at, warnings)


def condition_of(state: FeedState) -> str:
    """The one word for it."""
    if is_gone(state):
        return "gone"
    if state.last_attempt is None:
        return "new"
    if state.wait_until is not None and state.failures < FAILING:
        return "waiting"
    if state.failures and state.last_success is not None and state.last_attempt - state.last_success > GIVEN_UP_AFTER:
        return "broken"
    if state.failures >= FAILING or (state.failures and state.last_success is None):
        return "failing"
    return "retrying" if state.failures else "ok"
