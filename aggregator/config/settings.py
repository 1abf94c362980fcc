"""The frozen settings of one home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator import __version__

if TYPE_CHECKING:
    from datetime import time
    from ipaddress import IPv4Network, IPv6Network
    from pathlib import Path

    from aggregator.model import Feed, Limits, Retention

WINDOW_DAYS = 3.0  # how far apart two reports of one story may lie where nothing is configured


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a home's feeds.yaml and the environment say, checked, with the defaults filled in.

    `contact` is a mail address or a page, "" where the operator gave none. `digest_at` is the local time in `zone`, an
    IANA name, at which the day's digest is made. `window_days` is how far apart two reports of one story may lie;
    `workers` how many processes parse feeds and extract pages; `retention` how long what was collected is kept.
    `health_port` is where the daemon tells how it does (0: any port that is free; None: nowhere), `metrics` whether it
    tells its figures there, too.
    """

    home: Path
    feeds: tuple[Feed, ...]
    limits: Limits
    allow_private: tuple[IPv4Network | IPv6Network, ...]
    contact: str
    digest_at: time
    zone: str
    window_days: float
    workers: int
    retention: Retention
    health_port: int | None
    metrics: bool

    @property
    def storage(self) -> Path:
        """The directory of the home's state."""
        return self.home / "storage"

    @property
    def database(self) -> Path:
        """The SQLite file of the home."""
        return self.storage / "aggregator.sqlite3"

    @property
    def user_agent(self) -> str:
        """How requests name themselves: product, version and, where one is set, whom to write to."""
        product = f"aggregator/{__version__}"
        return f"{product} (+{self.contact})" if self.contact else product
