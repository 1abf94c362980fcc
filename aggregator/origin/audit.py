"""What is wrong with an outlet table beyond its form: names that two outlets claim, and names that are never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.origin import rows
from aggregator.origin.mentions import find
from aggregator.origin.outlets import OutletTable
from aggregator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aggregator.origin.rows import Fault, Row


def audit(shipped: str, own: str = "", own_file: str = "") -> list[Fault]:
    """Everything that is wrong with the shipped table and a home's own together, file by file and line by line.

    Args:
        shipped: the text of the shipped table.
        own: the text of the home's own.
        own_file: how faults call that one.
    """
    base, wrong = rows.read(shipped, rows.SHIPPED)
    added, also_wrong = rows.read(own, own_file)
    found = rows.together(base, added)
    broken = [*wrong, *also_wrong, *rows.faults(found)]
    faults = [*broken, *_unread(found)]
    return sorted(faults, key=lambda one: (one.file, one.line))


def _unread(found: Mapping[str, Row]) -> Iterator[rows.Fault]:
    """Domains and aliases by which nobody finds their outlet: what is read there is another one, or none."""
    table = OutletTable({row.outlet.id: row.outlet for row in found.values()}, {})
    for row in found.values():
        for domain in row.outlet.domains:
            if table.by_host(domain) is None:
                text = f"no address is on {domain!r}, a domain of {row.outlet.id}: give the host alone, without www."
                yield rows.Fault(row.file, row.line, text)
        own = [alias.lstrip(rows.MARKS) for alias in row.outlet.aliases]
        for place, alias in enumerate(own):
            if alias in own[:place]:
                yield rows.Fault(row.file, row.line, f"the alias {alias!r} of {row.outlet.id} stands twice: remove one")
            elif (reader := _reader(alias, table)) != row.outlet.id:
                yield rows.Fault(row.file, row.line, _why(alias, row, found.get(reader)))


def _reader(alias: str, table: OutletTable) -> str:
    """The outlet that the alias is read as in the midst of a text, "" for none."""
    # As the texts of articles are when they are read: one blank between words, nothing invisible.
    found = find(one_line(f"x {alias}, x"), (), "", table, ())
    return next((one.outlet for one in found if one.start == 2 <= one.end - len(alias)), "")


def _why(alias: str, row: Row, reader: Row | None) -> str:
    if reader is None:
        return f"the alias {alias!r} of {row.outlet.id} is never read: articles have single blanks, nothing invisible"
    return (
        f"the alias {alias!r} of {row.outlet.id} is read as {reader.outlet.id} ({reader.place}): "
        "remove it in one of them, or make it longer"
    )
