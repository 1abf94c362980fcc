"""The rows of outlet tables, and what can be wrong with them. A home's own rows replace those shipped, by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.model import Outlet
from aggregator.text import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MARKS = "^~"
SHIPPED = "the shipped outlets.tsv"  # how errors call the table that travels with the package
_COLUMNS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """An outlet, its parent's id or nothing, and where it stands."""

    file: str
    line: int
    outlet: Outlet
    parent: str = ""

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a table: where, what, and what to do."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.text}"


def read(tsv: str, file: str) -> tuple[list[Row], list[Fault]]:
    """The rows of a table and the lines that are none; lines that are empty or begin with # are left out."""
    rows: dict[str, Row] = {}
    faults = []
    for number, line in enumerate(tsv.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _row(line, number, file)
        if isinstance(found, str):
            faults.append(Fault(file, number, found))
        elif found.outlet.id in rows:
            before = rows[found.outlet.id].line
            faults.append(
                Fault(file, number, f"the id {found.outlet.id} stands twice (line {before}): make one row of both")
            )
        else:
            rows[found.outlet.id] = found
    return list(rows.values()), faults


def _row(line: str, number: int, file: str) -> Row | str:
    """The row of a line, or what is wrong with it."""
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) not in {_COLUMNS, _COLUMNS + 1}:
        return f"{len(columns)} columns, expected {_COLUMNS} between tabs: id, kind, country, domains, aliases"
    outlet_id, kind, country, hosts, names, parent = [*columns, ""][: _COLUMNS + 1]
    # Ids of the first table carry underscores (rbc_ua): they stay.
    if not outlet_id or (outlet_id != slug(outlet_id) and slug(outlet_id) != outlet_id.replace("_", "")):
        return f"{outlet_id!r} is no id: ASCII letters and digits in lower case"
    aliases = tuple(alias for part in names.split("|") if (alias := part.strip()).lstrip(MARKS))
    if not aliases:
        return f"{outlet_id} has no name: give it an alias, the fifth column"
    domains = tuple(domain for part in hosts.split(",") if (domain := part.strip().lower()))
    return Row(file, number, Outlet(outlet_id, aliases[0].lstrip(MARKS), kind, country, domains, aliases), parent)


def together(*tables: Iterable[Row]) -> dict[str, Row]:
    """The rows of several tables by id; a later table's replace those of earlier ones, in their place."""
    return {row.outlet.id: row for rows in tables for row in rows}


def faults(rows: Mapping[str, Row]) -> Iterator[Fault]:
    """What makes rows that are each well-formed no table: domains that stand twice, parents that are none."""
    domains: dict[str, Row] = {}
    for row in rows.values():
        for domain in row.outlet.domains:
            other = domains.setdefault(domain, row)
            if other is not row:
                # The later line is to blame: a home's own before one that is shipped.
                before, last = (other, row) if other.file in {row.file, SHIPPED} else (row, other)
                text = f"{domain} belongs to {before.outlet.id} already ({before.place}): leave it out in one of them"
                yield Fault(last.file, last.line, text)
    for row in rows.values():
        if row.parent and (row.parent not in rows or rows[row.parent].parent):
            known = row.parent in rows
            text = "has a parent itself: name that one" if known else "is no outlet: correct the sixth column"
            yield Fault(row.file, row.line, f"{row.parent!r}, the parent of {row.outlet.id}, {text}")


def first(found: Sequence[Fault], rows: Mapping[str, Row]) -> Fault | None:
    """The first of some faults and those of rows."""
    return next(iter([*found, *faults(rows)]), None)
