"""Figures of a daemon's life in Prometheus' text form: counters that only grow, and what is so at the moment.

No label holds an address: what a monitor keeps for years must not name what somebody reads.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "aggregator_"
KINDS = {
    "polls_total": ("counter", "polls by outcome"),
    "poll_seconds": ("summary", "how long polls took, waiting for their host included"),
    "bytes_total": ("counter", "bytes of feeds, decompressed"),
    "http_status_total": ("counter", "answers to polls by HTTP status"),
    "feeds": ("gauge", "subscribed feeds by state"),
    "entries_new_total": ("counter", "new entries"),
    "gap_events_total": ("counter", "polls between which entries may have come and gone unseen"),
    "extract_total": ("counter", "articles by how much of them could be read"),
    "extract_seconds": ("summary", "how long reading an article took, waiting for its host included"),
    "workers_killed_total": ("counter", "workers that ended before their task, by stage"),
    "db_commit_seconds": ("summary", "how long write transactions took, waiting for the store included"),
    "db_bytes": ("gauge", "size of the store"),
    "wal_bytes": ("gauge", "size of the store's write-ahead log"),
    "queue_lag_seconds": ("gauge", "for how long the feed that waits longest has been due"),
    "last_digest_time": ("gauge", "when the last digest was written, in POSIX seconds"),
}

Labels = tuple[tuple[str, str], ...]


class Meter:
    """Counters, from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[str, dict[Labels, float]] = {}

    def add(self, name: str, amount: float = 1.0, **labels: str) -> None:
        """Adds to a counter."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            values = self._values.setdefault(name, {})
            values[key] = values.get(key, 0.0) + amount

    def took(self, name: str, seconds: float) -> None:
        """Adds a length of time to a summary."""
        self.add(f"{name}_sum", seconds)
        self.add(f"{name}_count")

    def text(self, gauges: Mapping[str, Mapping[Labels, float]]) -> str:
        """All figures.

        Args:
            gauges: what is so at the moment, by name and labels.
        """
        with self._lock:
            known = {name: dict(values) for name, values in self._values.items()} | {**gauges}
        lines = []
        for name, (kind, what) in KINDS.items():
            lines += [f"# HELP {PREFIX}{name} {what}", f"# TYPE {PREFIX}{name} {kind}"]
            for each in (f"{name}_sum", f"{name}_count") if kind == "summary" else (name,):
                lines += [
                    f"{PREFIX}{each}{_shown(key)} {value:.17g}" for key, value in sorted(known.get(each, {}).items())
                ]
        return "\n".join(lines) + "\n"


def _shown(labels: Labels) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
