"""One poll of one feed: ask, tell what the answer means, and say when to ask again.

    validators ──> Fetcher.get ──> 304 ───────────────────────────────> not_modified
                       │           200 ──> same SHA-256 as before ────> same_body
                       │            └──> worker: parse_feed ──> known? ──> new | empty
                       │                 (an index of sitemaps: the same of a few of them)
                       └── any error ─────────┴───────────────────────> failed

Nothing is stored here: the Poll that comes out is what the store writes in one transaction. Validators and the body's
hash are taken over only from a body that was whole and was read to its end; a failure leaves them as they were.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch import moves, schedule
from aggregator.fetch.access import access_of
from aggregator.fetch.dial import NetworkDownError
from aggregator.fetch.identity import sort_out
from aggregator.fetch.parse import parse_feed
from aggregator.fetch.politeness import HostPausedError
from aggregator.fetch.sitemap_index import follow
from aggregator.model import Poll

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from aggregator.fetch.access import Access
    from aggregator.fetch.client import Response
    from aggregator.fetch.identity import Memory
    from aggregator.fetch.items import Parsed
    from aggregator.model import Entry, Feed, FeedState, Limits

T = TypeVar("T")
_GONE = 410
_UNCHANGED = frozenset(["not_modified", "same_body"])
GAP = "possible gap of unknown size"
"""What a poll's detail says where entries may have come and gone unseen."""


class Source(Protocol):
    """What polling needs of a Fetcher."""

    limits: Limits

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        access: Access | None = None,
    ) -> Response:
        """As Fetcher.get."""
        ...


class Runner(Protocol):
    """What polling needs of Workers."""

    async def run(self, function: Callable[..., T], /, *args: object, seconds: float, stage: str) -> T:
        """As Workers.run."""
        ...


async def poll(  # noqa: PLR0913 -- the whole world of one poll
    feed: Feed,
    state: FeedState,
    fetcher: Source,
    workers: Runner,
    now: datetime,
    *,
    memory: Memory,
    jitter: float = 0.0,
) -> Poll:
    """Poll a feed once. What is wrong with the feed or the way to it becomes a failed Poll and is never raised.

    Args:
        feed: the subscription.
        state: what is known of it.
        fetcher: asks.
        workers: parses.
        now: the time of the poll.
        memory: what the store knows of the feed's entries.
        jitter: 0..0.1, the share by which the next poll is late.
    """
    visit = _Visit(feed, state, now, jitter)
    etag, last_modified = schedule.validators(state, now)
    status: int | None = None
    try:
        access = access_of(feed, os.environ)
        address = moves.address(feed, state)
        answer = await fetcher.get(address, etag=etag, last_modified=last_modified, access=access)
        status = answer.status
        if status == 304:
            return visit.unchanged(answer, "not_modified")
        body_hash = hashlib.sha256(answer.body).hexdigest()
        if body_hash == state.body_hash:
            return visit.unchanged(answer, "same_body")
        parsed = await _parse(answer, feed, fetcher, workers, now)
        if parsed.sitemaps:

            async def read(url: str) -> tuple[Parsed, str]:
                one = await fetcher.get(url, access=access)
                return await _parse(one, feed, fetcher, workers, now), hashlib.sha256(one.body).hexdigest()

            parsed, body_hash = await follow(parsed.sitemaps, read, fetcher.limits.entries)
            # Whether an index changed says nothing of what it lists.
            answer = replace(answer, headers={**answer.headers, "etag": "", "last-modified": ""})
            if body_hash == state.body_hash:
                return visit.unchanged(answer, "same_body")
    except (TransientError, RejectedError) as error:
        return visit.failed(error, status)
    return visit.read(answer, body_hash, parsed, memory)


async def _parse(answer: Response, feed: Feed, fetcher: Source, workers: Runner, now: datetime) -> Parsed:
    """A document's entries, from a worker."""
    return await workers.run(
        parse_feed,
        answer.body,
        answer.headers.get("content-type", ""),
        answer.url,
        feed.url,
        now,
        fetcher.limits.entries,
        seconds=fetcher.limits.parse_seconds,
        stage="parse",
    )


@dataclass(frozen=True, slots=True)
class _Visit:
    """A poll under way, and its possible ends."""

    feed: Feed
    state: FeedState
    now: datetime
    jitter: float

    def unchanged(self, answer: Response, outcome: str) -> Poll:
        """Nothing to read: the server says so, or the body is the one read last time."""
        if outcome == "not_modified":
            return self._good(answer, self._renewed(answer), _Reading(outcome, "not modified"))
        what = f"same hash, {len(answer.body):,} bytes"
        return self._good(answer, self._validated(answer, self.state.body_hash), _Reading(outcome, what))

    def read(self, answer: Response, body_hash: str, parsed: Parsed, memory: Memory) -> Poll:
        """A document was read. One that was cut brings entries, but no validators."""
        found_out = sort_out(parsed.entries, self.state, memory)
        entries, fresh = found_out.entries, found_out.new
        if language := self.feed.language:
            # The subscription's word counts more than what the publisher's software fills in by default.
            entries = tuple(replace(entry, language=language) for entry in entries)
        first = self.state.last_success is None
        found = schedule.Finding(len(parsed.entries), fresh, first)
        state = self.state if parsed.partial else self._validated(answer, body_hash)
        state = replace(
            state,
            link_keys=state.link_keys or found_out.flood,
            ttl=parsed.ttl * schedule.MINUTE,
            skip_hours=sum(1 << hour for hour in set(parsed.skip_hours)),
        )
        what = [f"{fresh} new of {len(parsed.entries)} entries"]
        if parsed.dropped:
            what.append(f"{parsed.dropped:,} over the limit")
        if found_out.flood:
            what.append("guids unstable, from now on entries are told apart by their links")
        if found.gap:
            what.append(GAP)
        if parsed.partial:
            what.append("partial: the document is cut")
        if parsed.repaired:
            what.append("repaired: the document is not well-formed")
        text = ", ".join([*what, *parsed.notes])
        reading = _Reading("new" if fresh else "empty", text, found, entries, found_out.renamed)
        return self._good(answer, state, reading)

    def failed(self, error: TransientError | RejectedError, status: int | None) -> Poll:
        """The feed keeps what it has; the next try comes later each time."""
        wait = error.retry_after if isinstance(error, TransientError) else None
        status = error.status if isinstance(error, TransientError) and error.status else status
        failures = self.state.failures
        asked = self.state.last_attempt if isinstance(error, HostPausedError) else self.now
        if isinstance(error, HostPausedError):
            due = self.now + timedelta(seconds=wait or 0.0)
        elif isinstance(error, NetworkDownError) or (isinstance(error, TransientError) and error.stage == "parse"):
            # No fault of the feed: our network, or our workers.
            due = self.now + timedelta(minutes=schedule.OWN_FAULT_MINUTES)
        else:
            failures += 1
            due = schedule.due_after_failure(
                self.now, self.state, failures, wished=self.feed.interval, wait=wait, jitter=self.jitter
            )
        state = self._after_410(due) if status == _GONE else replace(self.state, next_due=due)
        if failures >= moves.DISTRUSTED and moves.in_force(state):
            state = moves.forgotten(state)
        due = state.next_due or due
        what = "gone, not asked again" if schedule.is_gone(state) else str(error)
        text = f"{self._name()}: {what} ({error.stage}); kept its entries; {_next('try', due)}"
        state = replace(
            state,
            last_attempt=asked,
            failures=failures,
            error=text,
            wait_until=self.now + timedelta(seconds=wait) if wait else None,
        )
        return Poll(state, "failed", detail=text, status=status, reached=_reached(error))

    def _after_410(self, due: datetime) -> FeedState:
        """410 twice, a day apart, is for good; said by the address that the feed moved to, it ends that move only."""
        if moves.in_force(self.state):
            return replace(moves.forgotten(self.state), next_due=due)
        since = self.state.gone_since or self.now
        if self.now - since >= schedule.GONE_AFTER:
            return replace(self.state, next_due=schedule.NEVER)
        return replace(self.state, gone_since=since, next_due=max(due, since + schedule.GONE_AFTER))

    def _good(self, answer: Response, state: FeedState, reading: _Reading) -> Poll:
        known = reading.outcome in _UNCHANGED or reading.found.new < reading.found.entries
        state = moves.seen(state, answer.permanent, self.now, known=known)
        minutes = schedule.next_interval(self.state.interval, self.feed.interval, reading.found)
        due = schedule.due_after_success(
            self.now,
            minutes,
            validators=bool(state.etag or state.last_modified),
            hints=schedule.hints(state, answer.headers, self.now),
            jitter=self.jitter,
        )
        state = replace(
            state,
            interval=minutes,
            next_due=due,
            last_attempt=self.now,
            last_success=self.now,
            failures=0,
            error=None,
            wait_until=None,
            gone_since=None,
        )
        text = f"{self._name()}: {reading.what}{self._move(answer, state)}; {_next('poll', due)}"
        size = len(answer.body)
        return Poll(state, reading.outcome, reading.entries, text, answer.status, size, reading.renamed, reached=True)

    def _move(self, answer: Response, state: FeedState) -> str:
        """In words, where the feed has moved."""
        if not answer.permanent or moves.in_force(self.state):
            return ""
        then = (
            "asked there from now on" if moves.in_force(state) else f"seen {state.moved_polls} of {moves.POLLS} times"
        )
        return f", moved for good to {answer.url} ({then})"

    def _validated(self, answer: Response, body_hash: str | None) -> FeedState:
        """The state with the validators of a whole answer; what it does not give is not sent again."""
        return replace(
            self.state,
            etag=answer.headers.get("etag") or None,
            last_modified=answer.headers.get("last-modified") or None,
            validated_at=self.now,
            body_hash=body_hash,
        )

    def _renewed(self, answer: Response) -> FeedState:
        """The state after a 304, which may bring a new validator (RFC 9111, 4.3.4) but does not prolong the old."""
        return replace(
            self.state,
            etag=answer.headers.get("etag") or self.state.etag,
            last_modified=answer.headers.get("last-modified") or self.state.last_modified,
        )

    def _name(self) -> str:
        return f'feed "{self.feed.name}"'


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a good poll brought: its outcome, in words, and what there was to read."""

    outcome: str
    what: str
    found: schedule.Finding = field(default_factory=schedule.Finding)
    entries: tuple[Entry, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


def _reached(error: TransientError | RejectedError) -> bool | None:
    """Whether a poll that failed got as far as a server."""
    if isinstance(error, HostPausedError) or error.stage == "config":  # nobody was asked
        return None
    if error.stage in {"dns", "connect"}:
        return False if isinstance(error, TransientError) else None
    return True


def _next(what: str, due: datetime) -> str:
    return f"next {what} {due:%Y-%m-%d %H:%M:%S} UTC" if due < schedule.NEVER else f"no next {what}"
