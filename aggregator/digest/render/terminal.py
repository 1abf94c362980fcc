"""A digest for the terminal, drawn with rich.

Foreign text only ever enters as `Text`, never as markup, so that "[bold]" stays what somebody wrote. Below 120
columns a story is one column; from there on its origin stands beside it, so that no line grows too long to read.
"""

from __future__ import annotations

import re
import unicodedata
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.constrain import Constrain
from rich.padding import Padding
from rich.rule import Rule
from rich.style import Style
from rich.table import Table
from rich.text import Text

from aggregator.digest.render.facts import digest_facts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from aggregator.digest.render.facts import Claim, DigestFacts, SectionFacts, StoryFacts
    from aggregator.model import Digest

# From so many columns on there is room for two; beyond the widest, lines would be too long for the eye.
_TWO_COLUMNS, _WIDEST = 120, 160
# rich numbers its links at random; without the number they still open and the same digest is the same bytes.
_LINK_NUMBER = re.compile(r"\x1b]8;id=[^;\x1b]*;")


def render(digest: Digest, width: int | None, colour: bool) -> str:  # noqa: FBT001 -- the agreed interface
    """The digest as it is written to a terminal.

    Args:
        digest: what to show.
        width: columns; None for the terminal's own, 80 where there is none.
        colour: whether colours, weights and OSC-8 links are wanted; without them the text is bare.
    """
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    columns = min(console.width, _WIDEST)
    console.print(_digest(digest_facts(digest), columns), width=columns)
    lines = _LINK_NUMBER.sub("\x1b]8;;", out.getvalue()).split("\n")
    return "\n".join(line.rstrip() for line in lines)


def _digest(facts: DigestFacts, columns: int) -> RenderableType:
    parts: list[RenderableType] = ["", Text(facts.title, "bold"), Text(facts.summary), Text(facts.made, "dim")]
    if facts.empty:
        parts += ["", Text(facts.empty)]
    for section in facts.sections:
        parts += ["", "", *_section(section, columns)]
    if facts.notes:
        parts += ["", Rule(style="dim"), *(Text(note, "dim") for note in facts.notes)]
    return Padding(Group(*parts), (0, 2, 1, 2))


def _section(section: SectionFacts, columns: int) -> list[RenderableType]:
    parts: list[RenderableType] = [Rule(Text(section.title.upper(), "bold"), align="left", style="dim")]
    if section.about:
        parts.append(Text(section.about, "dim italic"))
    for story in section.stories:
        parts += ["", _brief(story) if story.lone else _story(story, columns)]
    return parts


def _story(story: StoryFacts, columns: int) -> RenderableType:
    told, origin = _told(story), _origin(story)
    if columns < _TWO_COLUMNS or _is_right_to_left(story):
        # Never wider than a column that the eye can follow.
        return Constrain(Group(*told, Padding(Group(*origin), (0, 0, 0, 2))), _TWO_COLUMNS)
    beside = Table.grid(padding=(0, 4, 0, 0), expand=True)
    beside.add_column(ratio=1, overflow="fold")
    beside.add_column(ratio=1, overflow="fold")
    beside.add_row(Group(*told), Group(*origin))
    return beside


def _is_right_to_left(story: StoryFacts) -> bool:
    """Whether a terminal may turn the story's lines around, which would carry one column's words into the other."""
    return any(unicodedata.bidirectional(c) in {"R", "AL"} for c in story.headline + story.extract)


def _told(story: StoryFacts) -> list[RenderableType]:
    """What happened: the headline and the extract."""
    parts: list[RenderableType] = [_title(story, "bold")]
    if story.extract:
        parts.append(Text.assemble(f"“{story.extract}” ", (f"— {story.extract_from}", "dim")))
    return parts


def _origin(story: StoryFacts) -> list[RenderableType]:
    """Who reported it: the origin with its evidence, the counts, the rest."""
    parts: list[RenderableType] = []
    if len(story.claims) > 1:
        parts.append(Text(f"{story.state.capitalize()}: {story.known}", "yellow"))
        parts += [_claim(story, claim, claim.confidence, None) for claim in story.claims]
    elif story.claims:
        claim = story.claims[0]
        parts.append(_claim(story, claim, f"{story.state}, {claim.confidence}", story.origin_url))
    else:
        parts.append(Text(story.origin_line, "dim"))
    if story.informants:
        parts.append(Text(f"Informants: {story.informants}", "dim"))
    if story.chain:
        parts.append(Text(f"Chain: {story.chain_line}", "dim"))
    if story.ruled_out:
        parts.append(Text(f"Not the origin: {story.ruled_out}", "dim"))
    parts += [Text(caution, "yellow") for caution in story.cautions]
    parts += [Text(story.counts), Text(_rest(story), "dim")]
    return [*parts, Text(f"Told by {story.told_by}", "dim")] if story.tellers else parts


def _claim(story: StoryFacts, claim: Claim, degree: str, url: str | None) -> Text:
    name_style = "yellow" if story.state == "disputed" else "cyan"
    line = Text.assemble((claim.outlet, _linked(name_style, url)), (f" ({degree})", "dim"), ": ")
    if not claim.proof:
        return line.append(story.known)
    line.append(f"«{claim.proof.quote}»", "italic").append(", ")
    line.append(claim.proof.source, _linked("dim", claim.proof.url))
    return line.append(f", {claim.proof.when}" if claim.proof.when else "", "dim")


def _brief(story: StoryFacts) -> RenderableType:
    return Group(_title(story, ""), Padding(Text(f"{story.told_by} · {_rest(story)}", "dim"), (0, 0, 0, 2)))


def _title(story: StoryFacts, style: str) -> Text:
    # As a span: a style of the whole text would be drawn on the blanks behind it as well.
    return Text.assemble((story.headline, _linked(style, story.link)))


def _rest(story: StoryFacts) -> str:
    return " · ".join((*story.particulars, story.host) if story.host else story.particulars)


def _linked(style: str, url: str | None) -> Style:
    return Style.parse(style) + Style(link=url)
