"""What hosts ask of us, kept across restarts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from aggregator.model import HostWishes, RobotsRules
from aggregator.store.engine import upsert
from aggregator.store.tables import host_pause, robots

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Hosts:
    """Pauses and robots rules of hosts (host:port) in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wishes(self, now: datetime) -> HostWishes:
        """What is still in force."""
        pauses = self._connection.execute(select(host_pause).where(host_pause.c.until > now))
        rules = self._connection.execute(select(robots).where(robots.c.until > now))
        return HostWishes(
            {row.host: row.until for row in pauses}, {row.host: RobotsRules(row.lines, row.until) for row in rules}
        )

    def save(self, wishes: HostWishes, now: datetime) -> None:
        """Keeps what is new, and drops what has run out."""
        if wishes.pauses:
            self._connection.execute(delete(host_pause).where(host_pause.c.until <= now))
            upsert(self._connection, host_pause, [{"host": host, "until": at} for host, at in wishes.pauses.items()])
        if wishes.robots:
            self._connection.execute(delete(robots).where(robots.c.until <= now))
            upsert(self._connection, robots, [{"host": host, **asdict(one)} for host, one in wishes.robots.items()])
