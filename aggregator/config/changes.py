"""What a running daemon can take over of a changed home, and what waits for its next start."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from aggregator.config.outlets import NAME as OUTLETS
from aggregator.model import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aggregator.config.settings import Settings

_TAKEN = ("digest_at", "window_days", "retention")
_WAITING = ("contact", "allow_private", "workers", "zone", "health_port", "metrics")
# What requests and workers under way were made by.
_LIMITS_OF_A_LIFE = ("per_host", "in_flight", "worker_bytes")


@dataclass(frozen=True, slots=True)
class Adopted:
    """The settings to go on with: what differs is `taken` over, or is `waiting` for a restart, by name."""

    settings: Settings
    taken: list[str]
    waiting: list[str]


def adopted(old: Settings, new: Settings) -> Adopted:
    """What to go on with where the settings have changed."""
    taken, waiting = _differing(old, new, _TAKEN), _differing(old, new, _WAITING)
    for name in _differing(old.limits, new.limits, tuple(one.name for one in fields(Limits))):
        (waiting if name in _LIMITS_OF_A_LIFE else taken).append(f"limits.{name}")
    limits = replace(new.limits, **{name: getattr(old.limits, name) for name in _LIMITS_OF_A_LIFE})
    fresh = {name: getattr(new, name) for name in _TAKEN}
    return Adopted(replace(old, feeds=new.feeds, limits=limits, **fresh), taken, waiting)


def _differing(old: object, new: object, names: Sequence[str]) -> list[str]:
    """The attributes in which two settings differ."""
    return [name for name in names if getattr(old, name) != getattr(new, name)]


def stamps(home: Path) -> tuple[tuple[int, ...], ...]:
    """What changes when a file of the settings does; nothing for one that is absent."""
    return tuple(_stamp(home / name) for name in ("feeds.yaml", OUTLETS))


def _stamp(path: Path) -> tuple[int, ...]:
    """A save within one tick of the clock changes a file's size or its place at least."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino
