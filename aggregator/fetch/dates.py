"""Reading the dates that feeds claim: RFC 822 and ISO 8601 with what publishers make of them. Pure.

feedparser's own reader takes 1756029600 for a year, a zone of +9900 and the year 9999 as they stand, and gives up
where a zone is missing; so the raw text is read here, and what cannot be true is said to be so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
# Publishers' clocks run ahead a little; more is an announcement or a mistake.
AHEAD = timedelta(minutes=15)
# UTC-12 to UTC+14 are in use.
_WIDEST_ZONE = 14 * 60

_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*([ap]\.?m\b\.?)?"
_ISO = re.compile(rf"(\d{{4}})[-/.]?(\d{{2}})[-/.]?(\d{{2}})(?:[T\s,]\s*{_TIME})?\s*(.*)", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s*)?(\d{{1,2}})[.\s-]+([^\W\d_]+)\.?,?[\s-]+(\d{{4}}|\d{{2}})(?:[\s,]+{_TIME})?\s*(.*)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    rf"(?:[^\W\d_]+,\s*)?([^\W\d_]+)\.?\s+(\d{{1,2}}),?\s+(\d{{4}})(?:[\s,-]+{_TIME})?\s*(.*)", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])(\d{1,2}):?(\d{2})?(?:\s*\(.*\))?", re.IGNORECASE)

# Month names by their first four or three letters; where two languages differ by their fourth, four are given.
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan ene gen sty янв січ ιαν",
            "feb fev fév lut luty фев лют φεβ",
            "mar mär maa бер мар μάρ μαρ",
            "apr abr avr kwi апр кві απρ",
            "may mai mag maj mei мая май тра μάι μαΐ",
            "jun juin giu cze июн чер ιούν ιουν",
            "jul juil lug lip июл лип ιούλ ιουλ",
            "aug ago aoû aou sie авг сер αύγ αυγ",
            "sep set wrz сен вер σεπ",
            "oct okt ott out paź окт жов οκτ",
            "nov lis ноя лис νοέ νοε",
            "dec dez dic dic déc gru дек гру δεκ",
        ),
        start=1,
    )
    for name in names.split()
}
# Hours from UTC of the zone names that feeds use. IST is India's: Ireland and Israel write offsets.
_ZONES = {
    "z": 0.0,
    "gmt": 0.0,
    "utc": 0.0,
    "ut": 0.0,
    "wet": 0.0,
    "west": 1.0,
    "bst": 1.0,
    "cet": 1.0,
    "mez": 1.0,
    "cest": 2.0,
    "mesz": 2.0,
    "sast": 2.0,
    "eet": 2.0,
    "eest": 3.0,
    "msk": 3.0,
    "eat": 3.0,
    "trt": 3.0,
    "gst": 4.0,
    "pkt": 5.0,
    "ist": 5.5,
    "hkt": 8.0,
    "sgt": 8.0,
    "awst": 8.0,
    "jst": 9.0,
    "kst": 9.0,
    "acst": 9.5,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "brt": -3.0,
    "art": -3.0,
    "ast": -4.0,
    "adt": -3.0,
    "edt": -4.0,
    "est": -5.0,
    "cdt": -5.0,
    "cst": -6.0,
    "mdt": -6.0,
    "mst": -7.0,
    "pdt": -7.0,
    "pst": -8.0,
}  # fmt: skip -- a table


def published(raw: str, first_seen: datetime) -> tuple[datetime | None, str]:
    """The time an item claims, where it can be true, and what is wrong with it.

    Args:
        raw: as it stands in the document.
        first_seen: when the item was seen; it cannot be much younger.

    Returns:
        (time in UTC or None, flag): the flag is "" or one of unreadable, future, ancient (all without a time) and
        no_zone (read as UTC).
    """
    if not raw.strip():
        return None, ""
    when, flag = _read(" ".join(raw.split())[:100])
    if when is None:
        return None, "unreadable"
    if when > first_seen + AHEAD:
        return None, "future"
    if when < EARLIEST:
        return None, "ancient"
    return when, flag


def _read(text: str) -> tuple[datetime | None, str]:
    year: str | None
    if match := _ISO.fullmatch(text):
        year, month, day = match[1], int(match[2]), match[3]
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match[1], _month(match[2]), match[3]
    elif match := _MONTH_FIRST.fullmatch(text):
        month, day, year = _month(match[1]), match[2], match[3]
    else:
        return None, ""
    offset, flag = _zone(match[8])
    if offset is None:
        return None, ""
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 50 else 1900
    hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
    half = (match[7] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        # A leap second is the second before it.
        local = datetime(number, month, int(day), hour, minute, min(second, 59) if second <= 60 else second, tzinfo=UTC)
        return local.replace(tzinfo=timezone(timedelta(minutes=offset))).astimezone(UTC), flag
    except (ValueError, OverflowError):
        return None, ""


def _month(name: str) -> int:
    lower = name.lower()
    return _MONTHS.get(lower[:4]) or _MONTHS.get(lower[:3], 0)


def _zone(text: str) -> tuple[int | None, str]:
    """Minutes from UTC and the flag no_zone where the zone is missing or nobody knows it; None for an absurd one."""
    text = text.strip()
    if match := _OFFSET.fullmatch(text):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        if minutes > _WIDEST_ZONE or int(match[3] or 0) > 59:
            return None, ""
        return (minutes if match[1] == "+" else -minutes), ""
    hours = _ZONES.get(text.lower())
    if hours is not None:
        return int(hours * 60), ""
    # Letters are the name of a zone; anything else was no date to begin with.
    return (0, "no_zone") if not text or text.isalpha() else (None, "")
