"""Outlets by what a person types: an id, a name, an alias, a domain or a URL; and those that are spelt alike."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from aggregator.origin.rows import MARKS
from aggregator.urls import host

if TYPE_CHECKING:
    from aggregator.model import Outlet
    from aggregator.origin.outlets import OutletTable

_THE = re.compile(r"(?i)^\s*the\s+")
_ALIKE = 0.7  # of difflib's ratio: a slip of the pen or two, not another name


def known(table: OutletTable, typed: str) -> Outlet | None:
    """The outlet of the table that is meant; None where none is called so."""
    found = table.get(table.resolve(typed))
    return found or table.get(table.resolve(_THE.sub("", typed)))


def alike(table: OutletTable, typed: str, most: int = 5) -> list[Outlet]:
    """Outlets that are called nearly so, or whose name holds what was typed, the nearest first."""
    asked = " ".join((host(typed) if "//" in typed else typed).casefold().split())
    spelt: dict[str, Outlet] = {}
    for outlet in table:
        for word in (outlet.id, *outlet.domains, *(alias.lstrip(MARKS) for alias in outlet.aliases)):
            spelt.setdefault(word.casefold(), outlet)
    near = get_close_matches(asked, spelt, n=2 * most, cutoff=_ALIKE)
    within = [word for word in spelt if len(asked) > 2 and asked in word]
    found = {spelt[word].id: spelt[word] for word in (*near, *sorted(within, key=len))}
    return list(found.values())[:most]
