"""When a page says that it was published."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# A blank before the zone, which ISO 8601 does not have.
_ZONE = re.compile(r"\s+(?=(?:[+-]\d{2}:?\d{2}|Z)$)")
_UTC_NAMES = re.compile(r"\s*(?:UTC|GMT)$", re.IGNORECASE)
_DAY_ALONE = re.compile(r"\d{4}-?\d{2}-?\d{2}")


def parse_date(raw: str) -> datetime | None:
    """An ISO 8601 or RFC 822 time in UTC; None for anything else.

    A time without a zone counts as UTC. A day without a time is no answer: taken for midnight, it would make its
    article the earliest of its story.
    """
    text = _UTC_NAMES.sub("Z", raw.strip()) if re.match(r"\d{4}-", raw.strip()) else raw.strip()
    if not text or _DAY_ALONE.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(_ZONE.sub("", text))
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (OverflowError, ValueError):  # the year 1 east of Greenwich, a zone of a hundred hours
        return None
