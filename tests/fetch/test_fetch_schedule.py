from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch import schedule
from aggregator.fetch.schedule import Finding, Hints
from aggregator.model import FeedState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTES = st.floats(1, 5000)
JITTER = st.floats(0, 0.1)


@pytest.mark.parametrize(
    ("minutes", "wished", "found", "expected"),
    [
        (60, None, Finding(10, 10, first=True), 60),
        (60, None, Finding(0, 0, first=True), 60),
        (60, None, Finding(10, 10), 30),
        (60, None, Finding(10, 7), 40.2),
        (60, None, Finding(10, 6), 60),
        (60, None, Finding(10, 1), 60),
        (60, None, Finding(10, 0), 75),
        (60, None, Finding(0, 0), 75),
        (20, None, Finding(10, 10), 15),
        (1400, None, Finding(10, 0), 1440),
        (60, 30, Finding(10, 10), 30),
        (60, 5, Finding(10, 0), 5),
        (60, 0, Finding(10, 0), 1),
        (60, 10_000, Finding(10, 0), 1440),
    ],
)
def test_the_base_follows_what_polls_find(minutes: float, wished: int | None, found: Finding, expected: float) -> None:
    assert schedule.next_interval(minutes, wished, found) == pytest.approx(expected)


@given(MINUTES, st.integers(0, 100), st.integers(0, 100), st.booleans())
def test_the_base_stays_between_a_quarter_of_an_hour_and_a_day(minutes: float, new: int, old: int, first: bool) -> None:  # noqa: FBT001 -- hypothesis gives by position
    assert 15 <= schedule.next_interval(minutes, None, Finding(new + old, new, first=first)) <= 1440


@pytest.mark.parametrize(
    ("minutes", "validators", "hints", "jitter", "expected"),
    [
        (60, True, Hints(), 0.0, 60),
        (60, True, Hints(), 0.1, 66),
        (15, True, Hints(), 0.0, 15),
        (15, False, Hints(), 0.0, 60),
        (60, True, Hints(7200), 0.0, 120),
        (60, True, Hints(10**9), 0.0, 360),
        (600, True, Hints(7200), 0.0, 600),
        (60, True, Hints(0, (13, 14)), 0.0, 180),
        (60, True, Hints(0, range(24)), 0.0, 360),
        (600, True, Hints(0, range(24)), 0.0, 600),
        (60, True, Hints(0, (12,)), 0.0, 60),
    ],
)
def test_hints_only_lengthen_and_six_hours_at_most(
    minutes: float, validators: bool, hints: Hints, jitter: float, expected: float  # noqa: FBT001 -- a table
) -> None:  # fmt: skip
    due = schedule.due_after_success(NOW, minutes, validators=validators, hints=hints, jitter=jitter)
    assert (due - NOW) / timedelta(minutes=1) == pytest.approx(expected)


@given(st.floats(15, 1440), st.floats(0, 1e12), st.sets(st.integers(0, 23)), JITTER, st.booleans())
def test_a_good_poll_is_never_followed_too_early_nor_too_late(
    minutes: float, hint: float, skip: set[int], jitter: float, validators: bool  # noqa: FBT001 -- hypothesis gives by position
) -> None:  # fmt: skip
    hints = Hints(hint, skip)
    due = schedule.due_after_success(NOW, minutes, validators=validators, hints=hints, jitter=jitter)
    floor = minutes if validators else max(minutes, 60)
    assert due >= NOW + timedelta(minutes=floor) - timedelta(seconds=1)
    assert due <= NOW + timedelta(minutes=max(floor, 360) * 1.1 + 1)


@pytest.mark.parametrize(
    ("failures", "wait", "minutes"),
    [(1, None, 60), (2, None, 120), (3, None, 240), (5, None, 960), (6, None, 1440), (9, None, 1440), (30, None, 1440)],
)
def test_failures_double_the_base_up_to_a_day(failures: int, wait: float | None, minutes: float) -> None:
    due = schedule.due_after_failure(NOW, FeedState("f"), failures, wished=None, wait=wait, jitter=0.0)
    assert due - NOW == timedelta(minutes=minutes)


def test_the_wait_that_a_server_asks_for_counts_where_it_is_longer() -> None:
    for wait, seconds in ((7200.0, 7200.0), (60.0, 3600.0), (604800.0, 604800.0)):
        due = schedule.due_after_failure(NOW, FeedState("f"), 1, wished=None, wait=wait, jitter=0.0)
        assert (due - NOW).total_seconds() == seconds


def test_after_thirty_days_of_failure_it_is_once_a_week() -> None:
    def days(state: FeedState, failures: int) -> float:
        due = schedule.due_after_failure(NOW, state, failures, wished=20, wait=None, jitter=0.0)
        return (due - NOW) / timedelta(days=1)

    assert days(FeedState("f", last_success=NOW - timedelta(days=31)), 40) == 7
    assert days(FeedState("f", last_success=NOW - timedelta(days=29)), 40) == 1
    assert days(FeedState("f"), 31) == 7


@given(st.integers(1, 10**6), MINUTES, JITTER, st.none() | st.floats(0, 604800))
def test_the_back_off_lies_within_its_bounds(failures: int, minutes: float, jitter: float, wait: float | None) -> None:
    state = FeedState("f", interval=minutes, last_success=NOW)
    due = schedule.due_after_failure(NOW, state, failures, wished=None, wait=wait, jitter=jitter)
    assert NOW + timedelta(seconds=wait or 0) <= due
    assert due <= NOW + max(timedelta(days=1.1), timedelta(seconds=wait or 0))


def test_validators_are_sent_as_they_came_and_for_eight_days() -> None:
    state = FeedState("f", etag='W/"x"', last_modified="some day", validated_at=NOW - timedelta(days=8))
    assert schedule.validators(state, NOW) == ('W/"x"', "some day")
    assert schedule.validators(state, NOW + timedelta(seconds=1)) == (None, None)
    assert schedule.validators(FeedState("f", etag="x"), NOW) == (None, None)


def test_a_feed_is_due_at_its_time_and_not_within_a_minute_of_the_last() -> None:
    assert schedule.is_due(FeedState("f"), NOW)
    assert schedule.is_due(FeedState("f", next_due=NOW), NOW)
    assert not schedule.is_due(FeedState("f", next_due=NOW + timedelta(seconds=1)), NOW)
    just_asked = FeedState("f", next_due=NOW, last_attempt=NOW - timedelta(seconds=59))
    assert not schedule.is_due(just_asked, NOW)
    assert schedule.refusal(just_asked, NOW) == "asked already at 11:59:01 UTC; once a minute is enough"
    assert schedule.is_due(just_asked, NOW + timedelta(seconds=1))
    assert not schedule.is_due(FeedState("f", next_due=schedule.NEVER), NOW)


def test_what_a_server_asked_for_is_no_matter_of_wishing() -> None:
    state = FeedState("f", next_due=NOW, wait_until=NOW + timedelta(hours=2))
    assert not schedule.is_due(state, NOW)
    assert schedule.refusal(state, NOW) == "asked to be left alone until 2026-11-23 14:00 UTC"
    assert schedule.is_due(state, NOW + timedelta(hours=2))


def test_a_clock_put_back_moves_every_time_with_it() -> None:
    year = timedelta(days=365)
    before = FeedState(
        "f",
        validated_at=NOW - HOUR,
        next_due=NOW + HOUR,
        last_attempt=NOW,
        last_success=NOW - HOUR,
        wait_until=NOW + 2 * HOUR,
        gone_since=NOW,
        moved_since=NOW - 3 * HOUR,
    )
    put = schedule.clock_put_right(before, NOW - year)
    assert put is not None
    assert (put.last_attempt, put.next_due, put.wait_until) == (NOW - year, NOW + HOUR - year, NOW + 2 * HOUR - year)
    assert (put.last_success, put.validated_at) == (NOW - HOUR - year, NOW - HOUR - year)
    assert (put.gone_since, put.moved_since) == (NOW - year, NOW - 3 * HOUR - year)
    assert schedule.clock_put_right(put, NOW - year) is None


def test_a_clock_that_is_right_or_a_little_off_changes_nothing() -> None:
    for state in (FeedState("f"), FeedState("f", last_attempt=NOW), FeedState("f", last_attempt=NOW + HOUR)):
        assert schedule.clock_put_right(state, NOW) is None
    gone = schedule.clock_put_right(FeedState("f", last_attempt=NOW + 2 * HOUR, next_due=schedule.NEVER), NOW)
    assert gone is not None
    assert schedule.is_gone(gone)


def test_late_feeds_take_turns_over_five_minutes_the_latest_first_and_new_ones_do_not_wait() -> None:
    late = [FeedState(f"f{n}", next_due=NOW - timedelta(minutes=n)) for n in range(10)]
    starts = schedule.spread([*late, FeedState("new")], NOW)
    assert starts == {f"f{n}": NOW + (9 - n) * timedelta(seconds=30) for n in range(10)}
    assert schedule.spread([], NOW) == {}


def test_without_validators_a_failure_brings_no_early_poll() -> None:
    def minutes(state: FeedState) -> float:
        due = schedule.due_after_failure(NOW, state, 1, wished=None, wait=None, jitter=0.0)
        return (due - NOW) / timedelta(minutes=1)

    assert minutes(FeedState("f", interval=15.0)) == 60
    assert minutes(FeedState("f", interval=15.0, etag="x")) == 15


@pytest.mark.parametrize(
    ("value", "date", "seconds", "cut"),
    [
        ("3600", "", 3600, False),
        (" 120 ", "", 120, False),
        ("1.5", "", 1, False),
        ("0", "", 0, False),
        ("", "", 3600, False),
        ("-5", "", 3600, False),
        ("soon", "", 3600, False),
        ("315360000", "", 604800, True),
        ("9" * 40, "", 604800, True),
        ("Mon, 23 Nov 2026 13:30:00 GMT", "", 5400, False),
        ("Mon, 23 Nov 2026 13:30:00 GMT", "Mon, 23 Nov 2026 13:00:00 GMT", 1800, False),
        ("Monday, 23-Nov-26 13:30:00 GMT", "", 5400, False),
        ("Mon, 23 Nov 2026 11:00:00 GMT", "", 3600, False),
        ("Mon, 23 Nov 2046 11:00:00 GMT", "", 604800, True),
        ("Mon, 99 Nov 2026 11:00:00 GMT", "", 3600, False),
    ],
)
def test_retry_after_in_all_its_forms(value: str, date: str, seconds: float, cut: bool) -> None:  # noqa: FBT001 -- a table
    assert schedule.pause(value, NOW, date) == (seconds, cut)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"cache-control": "public, max-age=7200"}, 7200),
        ({"cache-control": "MAX-AGE = 60"}, 60),
        ({"cache-control": 'max-age="60"'}, 60),
        ({"cache-control": "s-maxage=90"}, 0),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "no-cache, max-age=60"}, 0),
        ({"cache-control": "no-store", "expires": "Mon, 23 Nov 2026 14:00:00 GMT"}, 0),
        ({"expires": "Mon, 23 Nov 2026 14:00:00 GMT"}, 7200),
        ({"expires": "Mon, 23 Nov 2026 14:00:00 GMT", "date": "Mon, 23 Nov 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Mon, 23 Nov 2026 10:00:00 GMT"}, 0),
        ({"expires": "0"}, 0),
        ({"cache-control": "private", "expires": "-1"}, 0),
    ],
)
def test_what_servers_say_of_freshness(headers: dict[str, str], seconds: float) -> None:
    assert schedule.http_hint(headers, NOW) == seconds


@given(st.text(max_size=60))
def test_no_header_breaks_the_reading(value: str) -> None:
    assert 0 <= schedule.pause(value, NOW, value)[0] <= schedule.LONGEST_PAUSE
    assert schedule.http_hint({"cache-control": value, "expires": value, "date": value}, NOW) >= 0
