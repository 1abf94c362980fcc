"""When to ask a feed again, and with which validators. Pure: `now` and the jitter are arguments.

A feed's base interval follows what its polls find (Media Cloud's rss-fetcher does likewise); what the server and the
document say may only lengthen it; failures double it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aggregator.model import FeedState

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
DEFAULT_MINUTES = 60.0
# After a failure that is nobody's but ours.
OWN_FAULT_MINUTES = 5.0
SHORTEST_MINUTES, LONGEST_MINUTES = 15.0, 24 * 60.0
# News: whoever says "come back tomorrow" is heard for so long.
LONGEST_HINT = 6 * HOUR
DEFAULT_PAUSE, LONGEST_PAUSE = HOUR, 7 * DAY
# NetNewsWire's rule: a server whose 304 is wrong is found out after so long, by one request without validators.
VALIDATORS_LAST = timedelta(days=8)
GIVEN_UP_AFTER = timedelta(days=30)
GONE_AFTER = timedelta(days=1)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# A feed asked so shortly ago is not asked again, whoever wishes it.
REFRESH_AFTER = timedelta(seconds=60)
# Feeds whose time passed while we were away are asked within this.
SPREAD = timedelta(minutes=5)
# More than this ahead, a last attempt was written by a clock that has been put back since.
CLOCK_SLACK = timedelta(hours=1)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_SECONDS = re.compile(r"\s*(\d+)(?:\.\d*)?\s*")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a good poll found: entries in the document, how many were new; `first` where nothing was there before."""

    entries: int = 0
    new: int = 0
    first: bool = False

    @property
    def gap(self) -> bool:
        """Whether entries may have come and gone unseen: nothing in the document was known."""
        return not self.first and self.entries > 0 and self.new == self.entries


@dataclass(frozen=True, slots=True)
class Hints:
    """What server and document ask for: seconds until the next poll, hours of the day (UTC) to be skipped."""

    seconds: float = 0.0
    skip_hours: Collection[int] = ()


def next_interval(minutes: float, wished: int | None, found: Finding) -> float:
    """The adaptive base after a good poll, in minutes.

    Args:
        minutes: the base so far.
        wished: the subscription's own interval, which is followed as it is.
        found: what the poll found.
    """
    if wished is not None:
        return float(min(max(wished, 1), LONGEST_MINUTES))
    if found.gap:
        minutes *= 0.5
    elif not found.first and found.new == 0:
        minutes *= 1.25
    elif not found.first and found.new > 0.67 * found.entries:
        minutes *= 0.67
    return min(max(minutes, SHORTEST_MINUTES), LONGEST_MINUTES)


def due_after_success(now: datetime, minutes: float, *, validators: bool, hints: Hints, jitter: float) -> datetime:
    """The next poll after a good one.

    Args:
        now: the time of the poll.
        minutes: the base interval.
        validators: whether the feed lets us ask "anything new?"; without, every poll moves the whole document.
        hints: what server and document ask for.
        jitter: 0..0.1, the share by which to be late.
    """
    base = minutes * MINUTE
    if not validators:
        base = max(base, DEFAULT_MINUTES * MINUTE)
    due = now + timedelta(seconds=max(base, min(hints.seconds, LONGEST_HINT)) * (1 + jitter))
    latest = now + timedelta(seconds=max(base * (1 + jitter), LONGEST_HINT))
    while due.hour in hints.skip_hours and due < latest:
        due = min(due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), latest)
    return due


def due_after_failure(  # noqa: PLR0913 -- the rule has so many inputs
    now: datetime, state: FeedState, failures: int, *, wished: int | None, wait: float | None, jitter: float
) -> datetime:
    """The next poll after the k-th failure in a row: the base doubled k-1 times, a day at most, in the end weekly.

    Args:
        now: the time of the poll.
        state: the feed before it.
        failures: k.
        wished: the subscription's own interval in minutes.
        wait: seconds that the server asked for.
        jitter: 0..0.1.
    """
    base = (wished or state.interval) * MINUTE
    if not (state.etag or state.last_modified):
        base = max(base, DEFAULT_MINUTES * MINUTE)
    # 2 ** 20 minutes are two years: the exponent need not grow beyond.
    seconds = min(base * 2.0 ** min(failures - 1, 20), DAY)
    if _given_up(now, state, failures):
        seconds = 7 * DAY
    return now + max(timedelta(seconds=seconds * (1 + jitter)), timedelta(seconds=wait or 0.0))


def _given_up(now: datetime, state: FeedState, failures: int) -> bool:
    """Thirty days of failure; where there never was a success, the number of daily tries has to tell."""
    if state.last_success is None:
        return failures > GIVEN_UP_AFTER.days
    return now - state.last_success > GIVEN_UP_AFTER


def validators(state: FeedState, now: datetime) -> tuple[str | None, str | None]:
    """ETag and Last-Modified to send, exactly as they came; none when the last whole answer is over 8 days old."""
    if state.validated_at is None or now - state.validated_at > VALIDATORS_LAST:
        return None, None
    return state.etag, state.last_modified


def is_due(state: FeedState, now: datetime) -> bool:
    """Whether a feed's time has come."""
    return (state.next_due is None or state.next_due <= now) and refusal(state, now) is None


def is_gone(state: FeedState) -> bool:
    """Whether the feed is over: its server said so twice."""
    return state.next_due == NEVER


def is_waiting(state: FeedState, now: datetime) -> bool:
    """Whether the server has asked for patience, which nobody's wish cuts short."""
    return state.wait_until is not None and state.wait_until > now


def refusal(state: FeedState, now: datetime) -> str | None:
    """Why even a person's wish brings no request to a feed now; None where it does."""
    if state.wait_until is not None and is_waiting(state, now):
        return f"asked to be left alone until {state.wait_until:%Y-%m-%d %H:%M} UTC"
    if state.last_attempt is not None and now - state.last_attempt < REFRESH_AFTER:
        return f"asked already at {state.last_attempt:%H:%M:%S} UTC; once a minute is enough"
    return None


def clock_put_right(state: FeedState, now: datetime) -> FeedState | None:
    """A state from a clock that has been put back since: its last attempt counts as now. None where all is well.

    Every time moves with the last attempt, so that no feed waits longer, and none shorter, than it was to.
    """
    if state.last_attempt is None or state.last_attempt - now <= CLOCK_SLACK:
        return None
    ahead = state.last_attempt - now

    def moved(moment: datetime | None) -> datetime | None:
        return moment if moment is None or moment == NEVER else moment - ahead

    return replace(
        state,
        last_attempt=now,
        next_due=moved(state.next_due),
        last_success=moved(state.last_success),
        validated_at=moved(state.validated_at),
        wait_until=moved(state.wait_until),
        gone_since=moved(state.gone_since),
        moved_since=moved(state.moved_since),
    )


def spread(states: Sequence[FeedState], now: datetime) -> dict[str, datetime]:
    """When to ask feeds whose time passed while we were away, by URL: evenly over five minutes, the longest due first.

    A feed that was never asked is not late: it is asked at once.
    """
    late = sorted((state for state in states if state.next_due), key=lambda state: (state.next_due, state.feed))
    return {state.feed: now + SPREAD * (place / len(late)) for place, state in enumerate(late)}


def pause(retry_after: str, now: datetime, date: str = "") -> tuple[float, bool]:
    """Seconds to wait after a 429 or 503, and whether the server asked for longer than is honoured.

    Args:
        retry_after: the Retry-After field, seconds or a date; anything else counts as an hour.
        now: the time of the answer.
        date: the answer's own Date field, against which its dates are read.
    """
    asked = _delay(retry_after, now, date)
    if asked is None:
        asked = DEFAULT_PAUSE
    return min(asked, LONGEST_PAUSE), asked > LONGEST_PAUSE


def _delay(value: str, now: datetime, date: str) -> float | None:
    if match := _SECONDS.fullmatch(value):
        return float(match[1][:15])
    until = http_date(value)
    if until is None:
        return None
    seconds = (until - (http_date(date) or now)).total_seconds()
    return seconds if seconds > 0 else None


def hints(state: FeedState, headers: Mapping[str, str], now: datetime) -> Hints:
    """What a server says with an answer, and what the document said when it was last read.

    A document is read once and then only said to be unchanged; what it asks for holds all the same.
    """
    hours = [hour for hour in range(24) if state.skip_hours >> hour & 1]
    return Hints(max(state.ttl, http_hint(headers, now)), hours)


def http_hint(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which the server says its answer stays fresh; 0.0 where it says nothing that can be believed."""
    control = headers.get("cache-control", "")
    if "no-cache" in control.lower() or "no-store" in control.lower():
        return 0.0
    if match := _MAX_AGE.search(control):
        return float(match[1][:15])
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    return max(0.0, (expires - (http_date(headers.get("date", "")) or now)).total_seconds())


def http_date(value: str) -> datetime | None:
    """The date of an HTTP field, None where it is none."""
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
