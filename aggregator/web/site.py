"""What every route works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aggregator.answers import Answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.config.settings import Settings
    from aggregator.pipeline import Desk

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Site:
    """A home as its page and its API show it.

    `settings` gives the settings that are in force now; `hosts` are the names, without a port, under which the site may
    be asked for; `token` is what every request has to bring, "" where none is asked for.
    """

    desk: Desk
    settings: Callable[[], Settings]
    clock: Callable[[], datetime] = field(default=_now)
    hosts: frozenset[str] = LOOPBACK
    token: str = ""

    @property
    def answers(self) -> Answers:
        """The query layer."""
        return Answers(self.desk)
