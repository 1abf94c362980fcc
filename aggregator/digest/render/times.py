"""Days and times in words, always English: the names of a locale would differ from machine to machine. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, tzinfo

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def moment(when: datetime, zone: tzinfo, day: date, *, always_day: bool = False) -> str:
    """A time in `zone`: `10:12` on `day` itself, else `26 Aug 10:12`, with the year where it is another one."""
    local = when.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == day and not always_day:
        return clock
    year = f" {local.year}" if local.year != day.year else ""
    return f"{local.day} {_MONTHS[local.month - 1][:3]}{year} {clock}"


def long_day(day: date) -> str:
    """`Wednesday, 26 August 2026`."""
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
