from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.dates import published

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TEN = datetime(2025, 8, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "hours"),
    [
        ("Sun, 24 Aug 2025 10:00:00 GMT", 0),
        ("Sun, 24 Aug 2025 10:00 Z", 0),
        ("24 Aug 2025 10:00:00 +0000", 0),
        ("Sun,24 Aug 2025 10:00:00 UT", 0),
        ("Sunday, 24-Aug-25 10:00:00 GMT", 0),
        ("Sun, 24 Aug 2025 10:00:00 +0300", -3),
        ("Sun, 24 Aug 2025 10:00:00 -03:30", 3.5),
        ("Sun, 24 Aug 2025 10:00:00 GMT+3", -3),
        ("Sun, 24 Aug 2025 10:00:00 +0200 (CEST)", -2),
        ("Sun, 24 Aug 25 10:00:00 EEST", -3),
        ("Sun, 24 Aug 2025 10:00:00 EDT", 4),
        ("Sun, 24 Aug 2025 10:00:00 IST", -5.5),
        ("Sun, 24 August 2025 10:00:00 am GMT", 0),
        ("24 Aug 2025 10:00 PM GMT", 12),
        ("24 Aug 2025 12:00 a.m. GMT", -10),
        ("August 24, 2025 10:00 GMT", 0),
        ("Sunday, August 24, 2025 10:00:00 UTC", 0),
        ("2025-08-24T10:00:00Z", 0),
        ("2025-08-24T10:00:00.123456+02:00", -2),
        ("2025-08-24 10:00:00 +0000", 0),
        ("20250824T10:00:00Z", 0),
        ("2025/08/24 10:00:00 GMT", 0),
        ("нд, 24 сер 2025 10:00:00 +0300", -3),
        ("Вс, 24 авг 2025 10:00:00 +0300", -3),
        ("So, 24. August 2025 10:00:00 +0200", -2),
        ("dim., 24 août 2025 10:00:00 +0200", -2),
        ("24 sierpnia 2025 10:00 CEST", -2),
        ("dom, 24 ago 2025 10:00:00 -0300", 3),
    ],
)
def test_dates_in_the_forms_that_feeds_use(raw: str, hours: float) -> None:
    assert published(raw, NOW) == (TEN + timedelta(hours=hours), "")


@pytest.mark.parametrize(
    ("raw", "when", "flag"),
    [
        ("", None, ""),
        ("  ", None, ""),
        ("yesterday", None, "unreadable"),
        ("24/08/2025 10:00", None, "unreadable"),
        ("Sun, 24 Aug 2025 25:61:00 GMT", None, "unreadable"),
        ("Sun, 24 Aug 2025 10:00:61 GMT", None, "unreadable"),
        ("Sun, 31 Feb 2025 10:00:00 GMT", None, "unreadable"),
        ("Sun, 24 Nox 2025 10:00:00 GMT", None, "unreadable"),
        ("1756029600", None, "unreadable"),
        ("Sun, 24 Aug 2025 10:00:00 +9900", None, "unreadable"),
        ("Sun, 24 Aug 2025 10:00:00 +0075", None, "unreadable"),
        ("Sun, 24 Aug 2025 10:00:00 -1500", None, "unreadable"),
        ("0001-01-01T00:00:00+14:00", None, "unreadable"),
        ("9999-12-31T23:59:59-14:00", None, "unreadable"),
        ("9999-12-31T23:59:59+14:00", None, "future"),
        ("Mon, 01 Jan 2035 00:00:00 GMT", None, "future"),
        ("Mon, 23 Nov 2026 12:16:00 GMT", None, "future"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None, "ancient"),
        ("Fri, 31 Dec 99 23:59:59 GMT", None, "ancient"),
        ("Mon, 01 Jan 0001 00:00:00 +0000", None, "ancient"),
        ("Mon, 23 Nov 2026 12:15:00 GMT", NOW + timedelta(minutes=15), ""),
        ("Sun, 24 Aug 2025 10:00:00", TEN, "no_zone"),
        ("2025-08-24T10:00:00", TEN, "no_zone"),
        ("Sun, 24 Aug 2025 10:00:00 XYZ", TEN, "no_zone"),
        ("2025-08-24", TEN.replace(hour=0), "no_zone"),
        ("24 Aug 2025", TEN.replace(hour=0), "no_zone"),
        ("2025-08-24T10:00:60Z", TEN + timedelta(seconds=59), ""),
    ],
)
def test_what_cannot_be_true_is_said_to_be_so(raw: str, when: datetime | None, flag: str) -> None:
    assert published(raw, NOW) == (when, flag)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2026, 11, 22)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 -- the zone is drawn beside it
def test_both_standard_forms_are_read_back_exactly(naive: datetime, minutes: int) -> None:
    from datetime import timezone  # noqa: PLC0415 -- beside its use

    local = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    expected = (local.astimezone(UTC), "")
    assert published(local.isoformat(), NOW) == expected
    assert published(format_datetime(local), NOW) == expected


@given(st.text(max_size=80) | st.from_regex(r"\d{1,4}[-/ .:]\w{1,5}[-/ .:]\d{1,4}.{0,20}", fullmatch=True))
def test_any_text_gives_a_believable_time_or_none(raw: str) -> None:
    when, flag = published(raw, NOW)
    assert flag in {"", "unreadable", "future", "ancient", "no_zone"}
    assert when is None or datetime(2000, 1, 1, tzinfo=UTC) <= when <= NOW + timedelta(minutes=15)
