"""How stories look to people: calm text. Foreign text only ever enters as inert text."""

from __future__ import annotations

import sys
from datetime import date, datetime, tzinfo
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.answers.found import Hit, OriginAnswer
    from aggregator.digest.render.facts import StoryFacts
    from aggregator.model import Attribution, Digest, Story

PIPED_WIDTH = 120  # columns where nobody says how many there are


def console() -> Console:
    """Standard output: colours only where a person reads it."""
    return Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


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
