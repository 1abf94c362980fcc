"""The table of outlets: who they are, where they publish, what they are called.

The file (data/outlets.tsv) has five columns: id, kind, country, domains (comma-separated), aliases (`|`-separated),
and for some a sixth: the id of the publisher whose edition or sister it is. An alias may carry a mark: `^` ambiguous
(counts only near a cue), `~` a stem that takes endings. The display name is the first alias without its mark. Ids are
never renamed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aggregator.errors import ConfigError
from aggregator.model import Outlet
from aggregator.text import slug
from aggregator.urls import host, registered_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKS = "^~"
# Kinds of outlets that report, against platforms, picture services and those that publish statements.
REPORTING_KINDS = frozenset({"agency", "newspaper", "broadcaster", "magazine", "online", "other"})
_COLUMNS = 5
_BARE_ADDRESS = re.compile(r"[\d.]+|\[?[\da-f]*:[\da-f:.]*\]?")
# Hosts on which anybody publishes: their name says nothing about who wrote.
_TRANSPORTS = ("feedburner.com", "news.google.com", "feedproxy.google.com")


class OutletTable:
    """The outlets, found by id, host or name. Immutable once parsed; compared by identity."""

    def __init__(self, outlets: dict[str, Outlet], parents: dict[str, str]) -> None:
        self._outlets = outlets
        self._parents = parents
        self._hosts = {domain: outlet for outlet in outlets.values() for domain in outlet.domains}
        self._names: dict[str, str] = {}
        # As it is written first (The Times and the Times are two papers), then in any case; a plain alias wins over an
        # ambiguous one of another outlet, whatever their order.
        for spell in (str, _key):
            for ambiguous in (False, True):
                for outlet in outlets.values():
                    for alias in outlet.aliases:
                        if alias.startswith("^") is ambiguous:
                            self._names.setdefault(spell(alias.lstrip(MARKS)), outlet.id)

    @classmethod
    def parse(cls, tsv: str) -> OutletTable:
        """Reads the table.

        Args:
            tsv: the text of outlets.tsv; lines that are empty or begin with # are left out.

        Raises:
            ConfigError: a line without five or six columns, an id that is no slug or stands twice, a domain that
                stands twice, an outlet without a name, or a parent that is none; the text names the line.
        """
        outlets: dict[str, Outlet] = {}
        domains: dict[str, str] = {}
        parents: dict[str, str] = {}
        for number, line in enumerate(tsv.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            outlet, parent = _outlet(line, number)
            if parent:
                parents[outlet.id] = parent
            if outlet.id in outlets:
                raise ConfigError(f"outlets.tsv, line {number}: the id {outlet.id} stands twice")
            for domain in outlet.domains:
                if domain in domains:
                    raise ConfigError(f"outlets.tsv, line {number}: {domain} belongs to {domains[domain]} already")
                domains[domain] = outlet.id
            outlets[outlet.id] = outlet
        for child, parent in parents.items():
            if parent not in outlets or parent in parents:
                raise ConfigError(
                    f"outlets.tsv: {parent!r}, the parent of {child}, is no outlet or has a parent itself"
                )
        return cls(outlets, parents)

    def __iter__(self) -> Iterator[Outlet]:
        return iter(self._outlets.values())

    def __len__(self) -> int:
        return len(self._outlets)

    def get(self, outlet_id: str) -> Outlet | None:
        """The outlet with this id."""
        return self._outlets.get(outlet_id)

    def by_host(self, name: str) -> Outlet | None:
        """The outlet that publishes on this host: the longest domain of the table that the host ends with."""
        labels = name.lower().removeprefix("www.").split(".")
        for first in range(len(labels) - 1):
            found = self._hosts.get(".".join(labels[first:]))
            if found is not None:
                return found
        return None

    def resolve(self, name: str) -> str:
        """The id for an id, name, alias, domain or URL.

        What the table does not know takes the slug of its name; an unknown host takes the slug of the name in its
        registered domain (news.thedailybugle.co.uk -> thedailybugle). "" for nothing, and for a mere transport
        (FeedBurner, Google News).
        """
        name = name.strip()
        if name in self._outlets:
            return name
        known = self._names.get(name) or self._names.get(_key(name))
        if known is not None:
            return known
        if not _is_address(name):
            return slug(name)
        where = host(name)
        if where.endswith(_TRANSPORTS):
            return ""
        outlet = self.by_host(where)
        return outlet.id if outlet is not None else host_slug(where)

    def family(self, outlet_id: str) -> str:
        """The id of the publisher that an outlet belongs to: its parent's, else its own."""
        return self._parents.get(outlet_id, outlet_id)

    def name(self, outlet_id: str) -> str:
        """The name to show; the id itself for an outlet outside the table."""
        outlet = self._outlets.get(outlet_id)
        return outlet.name if outlet is not None else outlet_id


def host_slug(name: str) -> str:
    """The slug of the name that somebody registered (news.bbc.co.uk -> bbc); "" for a bare address (127.0.0.1)."""
    if _BARE_ADDRESS.fullmatch(name):
        return ""
    return slug(registered_domain(name).split(".", 1)[0])


def _outlet(line: str, number: int) -> tuple[Outlet, str]:
    """The outlet of a line, and its parent's id or nothing."""
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) not in {_COLUMNS, _COLUMNS + 1}:
        raise ConfigError(f"outlets.tsv, line {number}: {len(columns)} columns, expected {_COLUMNS} between tabs")
    outlet_id, kind, country, hosts, names, parent = [*columns, ""][: _COLUMNS + 1]
    # Ids of the first table carry underscores (rbc_ua): they stay.
    if not outlet_id or (outlet_id != slug(outlet_id) and slug(outlet_id) != outlet_id.replace("_", "")):
        raise ConfigError(f"outlets.tsv, line {number}: {outlet_id!r} is no id: ASCII letters and digits in lower case")
    aliases = tuple(alias for part in names.split("|") if (alias := part.strip()).lstrip(MARKS))
    if not aliases:
        raise ConfigError(f"outlets.tsv, line {number}: {outlet_id} has no name")
    outlet = Outlet(
        id=outlet_id,
        name=aliases[0].lstrip(MARKS),
        kind=kind,
        country=country,
        domains=tuple(domain for part in hosts.split(",") if (domain := part.strip().lower())),
        aliases=aliases,
    )
    return outlet, parent


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_address(name: str) -> bool:
    """Whether a text is a URL or a host rather than a name: 9to5mac.com is, Table.Briefings and 9to5Mac are not."""
    if "//" in name:
        return True
    if "." not in name or " " in name:
        return False
    # registered_domain gives a host without a public suffix back as it is.
    probe = f"www.{host(name)}"
    return registered_domain(probe) != probe
