"""How answers look: as JSON for programs, as calm text for people. Foreign text only ever enters as inert text."""

from __future__ import annotations

import json
import sys
from dataclasses import fields, is_dataclass
from datetime import date, datetime, tzinfo
from enum import Enum
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from aggregator.cli.chain import chain_tree
from aggregator.digest.render.facts import story_facts
from aggregator.digest.render.inert import plain as inert
from aggregator.digest.render.inert import web_address
from aggregator.digest.render.origins import cautions, outlet_name
from aggregator.origin.rows import MARKS
from aggregator.urls import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from aggregator.answers import FeedHealth, Hit, OriginAnswer
    from aggregator.digest.render.facts import StoryFacts
    from aggregator.fetch.discover import Discovery
    from aggregator.model import Attribution, Digest, Evidence, Feed, Outlet, Poll, Story
    from aggregator.origin.outlets import OutletTable
    from aggregator.pipeline.outlets import Unknown

PIPED_WIDTH = 120  # columns where nobody says how many there are
CONDITIONS = {
    "ok": "green",
    "new": "dim",
    "retrying": "yellow",
    "waiting": "yellow",
    "failing": "red",
    "broken": "red",
    "gone": "red",
}


def console() -> Console:
    """Standard output: colours only where a person reads it."""
    return Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


# ---------------------------------------------------------------- JSON


def print_json(value: object) -> None:
    """Writes one JSON value."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def plain(value: object) -> object:
    """A value of the model as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def origin_json(answer: OriginAnswer) -> dict[str, object]:
    """An origin in the form of the contract."""
    origin, story = answer.origin, answer.story
    told = {
        "query": answer.query,
        "cluster": story.cluster if story else None,
        "state": origin.state.value,
        "outlet": {"id": origin.outlet, "name": answer.outlet_name} if origin.outlet else None,
        "url": origin.url,
        "confidence": round(origin.confidence, 4),
        "evidence": [_evidence(one) for one in origin.evidence],
        "informants": list(origin.informants),
        "chain": list(origin.chain),
        "rivals": [{"outlet": one.outlet, "confidence": round(one.confidence, 4)} for one in origin.rivals],
        "pinned": origin.pinned,
        "ruled_out": [{"outlet": one.outlet, "correction": one.correction} for one in origin.ruled_out],
        "joint": list(origin.joint),
        "cycle": list(origin.cycle),
        "standing": origin.standing.value,
        "denied_by": list(origin.denied_by),
        "against": [_evidence(one) for one in origin.against],
        "independent": origin.independent,
        "uncredited": origin.uncredited,
        "articles": len(story.articles) if story else 0,
        "publishers": story.publishers if story else 0,
        "first_seen": plain(story.first_seen) if story else None,
    }
    if answer.attributions is not None:
        told["attributions"] = [_attribution(one) for one in answer.attributions]
    return told


def _evidence(one: Evidence) -> dict[str, object]:
    return {**_fields(one), "article": one.article or None}


def _attribution(one: Attribution) -> dict[str, object]:
    found = {key: getattr(one, key) for key in ("field", "quote", "start", "end", "cue", "language")}
    return {"article": None, "outlet": one.outlet, "role": one.role.value, "weight": round(one.weight, 4), **found}


def _fields(value: Evidence) -> dict[str, object]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def hit_json(hit: Hit) -> dict[str, object]:
    """A found article: who, what, where, and its cluster."""
    one = hit.article
    outlet = {"id": one.outlet, "name": hit.outlet_name}
    return {"cluster": hit.cluster, "title": one.title, "outlet": outlet, "url": one.url, "when": plain(one.when)}


# ---------------------------------------------------------------- people


def print_digest(digest: Digest, form: str) -> None:
    """Writes a digest in a format; the terminal's fits its width."""
    if form == "terminal":
        from aggregator.digest.render.terminal import render as draw  # noqa: PLC0415 -- only this format needs it

        out = console()
        sys.stdout.write(draw(digest, out.width, colour=out.color_system is not None))
        return
    from aggregator.digest.render.formats import render  # noqa: PLC0415 -- jinja2

    sys.stdout.write(render(digest, form))


def print_origin(answer: OriginAnswer) -> None:
    """Who broke it: the answer first, then the sentence, then what stands behind it."""
    out = console()
    if answer.attributions is not None:
        _print_attributions(out, answer.attributions)
    if answer.story is not None:
        _print_facts(out, _facts(answer.story))
        tree = chain_tree(answer.story)
        if tree is not None:
            out.print(Padding(tree, (1, 0, 0, 2)))
        return
    origin = answer.origin
    called = {one.outlet: one.name for one in answer.attributions or ()}
    if origin.outlet and answer.outlet_name:
        called[origin.outlet] = answer.outlet_name
    name = outlet_name(origin, lambda one: called.get(one, one)) or "nobody is credited"
    out.print(Text.assemble((name, "bold"), f" ({origin.state.value}, {origin.confidence:.2f})"))
    for one in origin.evidence[:3]:
        out.print(indented(f"«{inert(one.quote)}»", "italic"))
    if origin.informants:
        out.print(indented(f"Informants: {inert(', '.join(origin.informants))}"))
    for line in cautions(origin, lambda one: called.get(one, one), lambda one: f"«{inert(one.quote)}»"):
        out.print(indented(line, "yellow"))
    out.print(indented("No story in the store matches this text.", "dim"))


def _print_attributions(out: Console, attributions: Sequence[Attribution]) -> None:
    """What the text itself credits, strongest first."""
    if not attributions:
        out.print(Text("The text itself credits nobody.", "dim"))
        return
    out.print(Text("The text itself credits", "bold"))
    for one in sorted(attributions, key=lambda found: -found.weight):
        name = Text.assemble((inert(one.name), "cyan"), (f" ({one.role.value}, {one.weight:.2f}): ", "dim"))
        out.print(Padding(name.append(f"«{inert(one.quote, 280)}»", "italic"), (0, 0, 0, 2)))
    out.print()


def _here() -> tuple[tzinfo, date]:
    """The reader's own zone and day."""
    now = datetime.now().astimezone()
    zone = now.tzinfo
    assert zone is not None  # noqa: S101 -- astimezone always sets one
    return zone, now.date()


def _facts(story: Story) -> StoryFacts:
    zone, day = _here()
    return story_facts(story, zone, day)


def _print_facts(out: Console, facts: StoryFacts) -> None:
    out.print(Text(facts.headline, "bold"))
    for line in facts.claim_lines:
        out.print(indented(line))
    for line in facts.cautions:
        out.print(indented(line, "yellow"))
    rest = {"Original": facts.origin_url, "Informants": facts.informants, "Chain": facts.chain_line}
    rest["Not the origin"] = facts.ruled_out
    named = [f"{name}: {value}" for name, value in rest.items() if value]
    for line in (*named, facts.counts, " · ".join(facts.particulars)):
        out.print(indented(line, "dim"))


def indented(line: str, style: str = "") -> Padding:
    """A line whose continuation stands under its beginning."""
    return Padding(Text(line, style), (0, 0, 0, 2))


def print_story(story: Story) -> None:
    """One story and its articles in the order of time."""
    out = console()
    facts = _facts(story)
    _print_facts(out, facts)
    if facts.extract:
        out.print(Padding(Text(f"“{facts.extract}” — {facts.extract_from}"), (1, 0, 1, 2)))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("article", justify="right", style="dim")
    for name in ("when", "outlet", "level", "credits", "title"):
        table.add_column(name, overflow="fold")
    zone, _ = _here()
    for one in story.articles:
        when = one.when.astimezone(zone).strftime("%d %b %H:%M") if one.when else "undated"
        credit = inert(story.names.get(one.credits, one.credits)) if one.credits else "-"
        address = web_address(one.url)
        style = f"link {address}" if address and out.is_terminal else ""
        title = Text(inert(one.title, 160) or "(without a title)", style)
        table.add_row(str(one.id), when, Text(inert(one.outlet_name)), one.level.value, Text(credit), title)
    out.print(Padding(table, (0, 0, 0, 2)))


def print_stories(stories: Sequence[Story]) -> None:
    """A line a story: number, headline, origin, counts."""
    out = console()
    if not stories:
        out.print("No stories yet. `aggregator once` reads the feeds.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("story", justify="right", style="dim")
    table.add_column("headline", ratio=3, overflow="fold")
    table.add_column("origin", ratio=1, overflow="fold")
    table.add_column("reports", justify="right", no_wrap=True)
    for story in stories:
        known = story.origin.state.value + ("" if story.origin.pinned is None else ", a person's word")
        origin = f"{story.origin_name} ({known})" if story.origin_name else known
        counts = f"{len(story.articles)} by {story.publishers}, K={story.origin.independent}"
        table.add_row(str(story.cluster), Text(_facts(story).headline), Text(inert(origin)), counts)
    out.print(table)
    out.print(Text("`aggregator story ID` shows one; K = independent reports.", "dim"))


def print_hits(hits: Sequence[Hit]) -> None:
    """Found articles, best first."""
    out = console()
    for hit in hits:
        story = f"story {hit.cluster}" if hit.cluster is not None else "not clustered yet"
        title = f"  {inert(hit.article.title, 160)}  "
        out.print(Text.assemble((inert(hit.outlet_name), "cyan"), title, (story, "dim")))


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
