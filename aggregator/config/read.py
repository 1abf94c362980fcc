"""The shell of the configuration: a home's feeds.yaml and the environment -> Settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tzlocal import get_localzone_name

from aggregator.config.check import check, shown
from aggregator.config.nodes import FILE
from aggregator.config.schema import known_zone, usable_contact
from aggregator.config.settings import Settings
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

# A thousand feeds take 150 kB.
MAX_BYTES = 1_000_000


def read_settings(home: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of a home.

    Args:
        home: the directory that holds feeds.yaml.
        environment: AGGREGATOR_CONTACT in it, where not empty, stands before the file's `contact`.

    Raises:
        ConfigError: the file is missing, unreadable or wrong; names line, key and expected form of each fault.
    """
    checked = check(read_text(home))
    document = checked.document
    return Settings(
        home=home,
        feeds=checked.feeds,
        limits=document.limits.limits(),
        allow_private=document.allow_private,
        contact=_contact(environment) or document.contact or "",
        digest_at=document.digest.at,
        zone=document.digest.zone or machine_zone(),
        window_days=document.window_days,
        workers=document.workers,
        retention=document.retention.retention(),
        health_port=document.health.port,
        metrics=document.health.metrics,
    )


def read_text(home: Path) -> str:
    """The text of a home's feeds.yaml as it stands, line ends included: what `aggregator.config.edit` takes.

    Raises:
        ConfigError: there is no such file, it cannot be read, is larger than MAX_BYTES or is not UTF-8.
    """
    path = home / FILE
    if not path.exists():
        raise ConfigError(f"no {FILE} in {home}: run `aggregator init {home}`")
    if not path.is_file():
        raise ConfigError(f"{path} is not a file")
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"{path} is larger than {MAX_BYTES:,} bytes")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{FILE} line {line}: byte 0x{raw[error.start]:02x} is not UTF-8; save it as UTF-8"
        ) from error


def machine_zone(ask: Callable[[], str] = get_localzone_name) -> str:
    """The machine's time zone as an IANA name, UTC where it has none.

    Args:
        ask: what tells the zone; raises or answers nonsense on a machine that is set up wrong.
    """
    try:
        return known_zone(ask())
    except (LookupError, OSError, TypeError, ValueError):
        return "UTC"


def _contact(environment: Mapping[str, str]) -> str:
    value = environment.get("AGGREGATOR_CONTACT", "").strip()
    try:
        return usable_contact(value) if value else ""
    except ValueError as error:
        raise ConfigError(
            f"AGGREGATOR_CONTACT: {shown(value)} is not a mail address or a page; expected e.g. news-desk@example.org"
        ) from error
