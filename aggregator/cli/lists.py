"""How feeds, outlets and the state of a home look to people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from aggregator.cli.show import console, indented
from aggregator.digest.render.inert import plain as inert
from aggregator.origin.rows import MARKS
from aggregator.urls import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from aggregator.answers.feeds import FeedHealth
    from aggregator.fetch.discover import Discovery
    from aggregator.model import Feed, Outlet, Poll
    from aggregator.origin.outlets import OutletTable
    from aggregator.pipeline.outlets import Unknown

CONDITIONS = {
    "ok": "green",
    "new": "dim",
    "retrying": "yellow",
    "waiting": "yellow",
    "failing": "red",
    "broken": "red",
    "gone": "red",
}


def print_feeds(feeds: Sequence[FeedHealth]) -> None:
    """Feeds with their condition and, where it is bad, the reason."""
    out = console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("feed", "condition", "last success", "next poll"):
        table.add_column(name, overflow="fold")
    for one in feeds:
        due = None if one.condition == "gone" else one.state.next_due
        times = [f"{when:%d %b %H:%M} UTC" if when else "-" for when in (one.state.last_success, due)]
        table.add_row(Text(inert(one.feed.name)), Text(one.condition, CONDITIONS[one.condition]), *times)
        moved = f"moved for good to {one.moved_to}, asked there" if one.moved_to else None
        for note in (moved, one.state.error, *one.warnings):
            if note:
                table.add_row("", Text(inert(note), "dim"), "", "")
    out.print(table)


def print_outlets(outlets: Iterable[Outlet]) -> None:
    """A line an outlet."""
    out = console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("id", "name", "kind", "country", "domains"):
        table.add_column(name, overflow="fold")
    for one in outlets:
        table.add_row(*map(Text, (one.id, inert(one.name), one.kind, one.country, ", ".join(one.domains))))
    out.print(table)


def print_outlet(one: Outlet, table: OutletTable) -> None:
    """Who an outlet is, and what it is called."""
    out = console()
    where = f" of {one.country}" if one.country else ""
    out.print(Text.assemble((inert(one.name), "bold"), f" ({one.id}): {one.kind or 'outlet'}{where}"))
    family, editions = table.family(one.id), table.editions(one.id)
    rows = {
        "domains": ", ".join(one.domains),
        "called": ", ".join(alias.lstrip(MARKS) for alias in one.aliases if "^" not in alias),
        "and, near words that credit": ", ".join(alias.lstrip(MARKS) for alias in one.aliases if "^" in alias),
        "edition or sister of": "" if family == one.id else f"{table.name(family)} ({family})",
        "editions and sisters": ", ".join(f"{table.name(child)} ({child})" for child in editions),
    }
    for name, value in rows.items():
        if value:
            out.print(indented(f"{name}: {inert(value)}"))


def print_unknown(outlets: Sequence[Unknown], own: Path) -> None:
    """Outlets that the table lacks, each with a sentence that credits it, and lines for the home's own table."""
    if not outlets:
        sys.stdout.write("Every outlet that the articles credit is in the table.\n")
        return
    out = console()
    for one in outlets:
        counts = f"  {one.articles} articles, {one.stories} stories"
        out.print(Text.assemble((inert(one.name), "cyan"), f" ({one.id})", (counts, "dim")))
        out.print(indented(f"«{inert(one.quote, 280)}»", "italic"))
        out.print(indented(inert(one.url), "dim"))
    sys.stdout.write(f"\nTo add one, put its line into {own}: id, kind, country, domains, aliases.\n")
    sys.stdout.write("Then `aggregator outlets check`, and `aggregator outlets reread` for articles read before.\n\n")
    for one in outlets:  # as they are: a table's columns stand between tabs
        sys.stdout.write("\t".join(inert(column) for column in one.row.split("\t")) + "\n")


def print_merged(added: Sequence[Feed], present: Sequence[Feed], skipped: Sequence[str]) -> None:
    """What became of the feeds of a list."""
    out = console()
    for sign, style, lines in (
        ("added", "green", [inert(masked(feed.url)) for feed in added]),
        ("there already", "dim", [inert(masked(feed.url)) for feed in present]),
        ("skipped", "yellow", [inert(line) for line in skipped]),
    ):
        for line in lines:
            out.print(Text.assemble((f"{sign:<15}", style), line))
    out.print(f"{len(added)} added, {len(present)} there already, {len(skipped)} skipped")


def print_discovery(found: Discovery, added: Sequence[str]) -> None:
    """The feeds of a site, and which of them were added."""
    out = console()
    for one in found.feeds:
        latest = f", latest {one.latest:%d %b %Y %H:%M} UTC" if one.latest else ""
        about = f"  {inert(one.title, 80)}  {one.entries} entries{latest}" if one.title or one.entries else ""
        sign = ("added    ", "green") if one.url in added else ("found    ", "yellow")
        out.print(Text.assemble(sign, inert(masked(one.url)), (about, "dim")))
    for sitemap in found.sitemaps:
        out.print(Text.assemble(("sitemap  ", "dim"), inert(sitemap)))
    if not added:
        several = len(found.feeds) > 1
        out.print("Add one by its address, or all with --all" if several else "It is in feeds.yaml already")


def print_polls(polls: Iterable[Poll]) -> None:
    """What feeds answered."""
    out = console()
    for one in polls:
        style = "red" if one.outcome == "failed" else "green"
        text = one.detail if one.outcome == "failed" else f"{len(one.entries)} entries"
        out.print(
            Text.assemble((f"{one.outcome:<13}", style), inert(masked(one.state.feed)), "  ", (inert(text), "dim"))
        )


def print_status(report: Mapping[str, object]) -> None:
    """The state of a home, one fact a line."""
    out = console()
    out.print(Text("healthy", "green") if report["healthy"] else Text("not healthy", "red"))
    out.print(f"  daemon      {'runs' if report['daemon'] else 'does not run'}")
    for key in ("feeds", "failing", "entries", "waiting", "articles", "unclustered", "clusters", "unresolved"):
        out.print(f"  {key:<11} {report[key]}")
    for reasons in (report["reasons"], report["warnings"]):
        for reason in reasons if isinstance(reasons, list) else ():
            out.print(indented(inert(str(reason)), "yellow"))


def print_checks(checks: Iterable[tuple[str, bool, str]]) -> None:
    """The doctor's findings."""
    out = console()
    for name, ok, text in checks:
        out.print(Text.assemble(("ok    " if ok else "mend  ", "green" if ok else "red"), f"{name:<11} {inert(text)}"))
