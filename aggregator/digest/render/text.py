"""A digest as plain text, for files, pipes and the text part of a mail. Pure."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from aggregator.digest.render.facts import digest_facts

if TYPE_CHECKING:
    from aggregator.digest.render.facts import StoryFacts
    from aggregator.model import Digest

# Columns: what mail programs leave unbroken when they quote it.
_WIDTH = 76


def render(digest: Digest) -> str:
    """The digest as lines of at most 76 columns; only an address or a word that is longer stands out."""
    facts = digest_facts(digest)
    lines = [facts.title, "=" * len(facts.title), *_wrap(facts.summary), *_wrap(facts.made)]
    if facts.empty:
        lines += ["", *_wrap(facts.empty)]
    for section in facts.sections:
        lines += ["", "", section.title.upper(), "-" * len(section.title), *_wrap(section.about)]
        for story in section.stories:
            lines += _brief(story) if story.lone else _story(story)
    if facts.notes:
        lines += ["", "", "---", *(line for note in facts.notes for line in _wrap(note))]
    return "\n".join(lines) + "\n"


def _story(story: StoryFacts) -> list[str]:
    lines = ["", *_wrap(story.headline, "* ", "  ")]
    if story.extract:
        lines += _wrap(f"“{story.extract}” ({story.extract_from})", "  ", "  ")
    if len(story.claims) > 1:
        lines += [
            f"  {story.state.capitalize()}:",
            *(p for c in story.claim_lines for p in _wrap(c, "    - ", "      ")),
        ]
    else:
        lines += _wrap(f"Origin: {story.origin_line}" if story.claims else story.origin_line, "  ", "    ")
    if story.informants:
        lines += _wrap(f"Informants: {story.informants}", "  ", "    ")
    if story.chain:
        lines += _wrap(f"Chain: {story.chain_line}", "  ", "    ")
    if story.ruled_out:
        lines += _wrap(f"Not the origin: {story.ruled_out}", "  ", "    ")
    for caution in story.cautions:
        lines += _wrap(caution, "  ", "    ")
    lines += _wrap(story.counts, "  ", "    ")
    lines += _wrap("; ".join(story.particulars), "  ", "    ")
    lines += _wrap(f"Told by {story.told_by}", "  ", "    ") if story.tellers else []
    return [*lines, *([f"  {story.link}"] if story.link else [])]


def _brief(story: StoryFacts) -> list[str]:
    who = "; ".join((story.told_by, *story.particulars))
    return [
        "",
        *_wrap(story.headline, "* ", "  "),
        *_wrap(who, "  ", "  "),
        *([f"  {story.link}"] if story.link else []),
    ]


def _wrap(line: str, first: str = "", then: str = "") -> list[str]:
    return wrap(
        line, _WIDTH, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    )
