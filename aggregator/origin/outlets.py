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
from aggregator.origin import rows
from aggregator.origin.rows import MARKS
from aggregator.text import slug
from aggregator.urls import host, registered_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import Outlet

# Kinds of outlets that report, against platforms, picture services and those that publish statements.
REPORTING_KINDS = frozenset({"agency", "newspaper", "broadcaster", "magazine", "online", "other"})
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
    def parse(cls, tsv: str, own: str = "", own_file: str = "") -> OutletTable:
        """Reads the table.

        Args:
            tsv: the text of outlets.tsv; lines that are empty or begin with # are left out.
            own: the text of a home's own table, whose rows replace those with the same id and add the others.
            own_file: how errors call that one.

        Raises:
            ConfigError: a line without five or six columns, an id that is no slug or stands twice, a domain that
                stands twice, an outlet without a name, or a parent that is none; the text names file and line.
        """
        base, wrong = rows.read(tsv, rows.SHIPPED)
        added, also_wrong = rows.read(own, own_file)
        found = rows.together(base, added)
        fault = rows.first([*wrong, *also_wrong], found)
        if fault is not None:
            raise ConfigError(str(fault))
        outlets = {row.outlet.id: row.outlet for row in found.values()}
        return cls(outlets, {row.outlet.id: row.parent for row in found.values() if row.parent})

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

    def editions(self, outlet_id: str) -> list[str]:
        """The ids of the outlets whose publisher an outlet is."""
        return [child for child, parent in self._parents.items() if parent == outlet_id]

    def name(self, outlet_id: str) -> str:
        """The name to show; the id itself for an outlet outside the table."""
        outlet = self._outlets.get(outlet_id)
        return outlet.name if outlet is not None else outlet_id


def host_slug(name: str) -> str:
    """The slug of the name that somebody registered (news.bbc.co.uk -> bbc); "" for a bare address (127.0.0.1)."""
    if _BARE_ADDRESS.fullmatch(name):
        return ""
    return slug(registered_domain(name).split(".", 1)[0])


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
