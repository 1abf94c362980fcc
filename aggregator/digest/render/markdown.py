"""A digest as Markdown (CommonMark, and as GitHub reads it). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aggregator.digest.render.facts import digest_facts

if TYPE_CHECKING:
    from aggregator.digest.render.facts import Claim, StoryFacts
    from aggregator.model import Digest

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$!@]")
# What would begin a list or a heading's underline, were it the first thing on its line.
_LEADING = re.compile(r"^(\d{1,9})([.)])|^([-+=])")
# What GitHub turns into a link by itself.
_BARE_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")


def render(digest: Digest) -> str:
    """The digest as Markdown with headings of levels 1 to 3; foreign text is escaped, so that it shows as it is."""
    facts = digest_facts(digest)
    parts = [f"# {facts.title}", f"{_escape(facts.summary)}  \n{_escape(facts.made)}"]
    if facts.empty:
        parts.append(_escape(facts.empty))
    for section in facts.sections:
        parts.append(f"## {_escape(section.title)}")
        if section.about:
            parts.append(f"*{_escape(section.about)}*")
        # One list without blank lines between its items is one part.
        briefs = [_brief(story) for story in section.stories if story.lone]
        parts += [_story(story) for story in section.stories if not story.lone]
        parts += ["\n".join(briefs)] if briefs else []
    if facts.notes:
        parts += ["---", "\n".join(f"- {_escape(note)}" for note in facts.notes)]
    return "\n\n".join(parts) + "\n"


def _story(story: StoryFacts) -> str:
    lines = [f"### {_link(story.headline, story.link)}", ""]
    if story.extract:
        lines += [f"> {_escape(story.extract)}  ", f"> — {_escape(story.extract_from)}", ""]
    if len(story.claims) > 1:
        lines += [f"- **{story.state.capitalize()}**: {_escape(story.known)}"]
        lines += [f"  - {_claim(claim, claim.confidence)}" for claim in story.claims]
    elif story.claims:
        lines.append(f"- Origin: {_claim(story.claims[0], f'{story.state}, {story.claims[0].confidence}', story)}")
    else:
        lines.append(f"- {_escape(story.origin_line)}")
    rows = {"Informants": story.informants, "Chain": story.chain_line}
    rows |= {"Not the origin": story.ruled_out, "Told by": story.told_by}
    lines += [f"- {name}: {_escape(value)}" for name, value in rows.items() if value]
    lines += [f"- {_escape(caution)}" for caution in story.cautions]
    lines.append(f"- **{_escape(story.counts)}**")
    lines.append(f"- {_escape('; '.join(story.particulars))}")
    return "\n".join(lines)


def _claim(claim: Claim, degree: str, story: StoryFacts | None = None) -> str:
    name = _link(claim.outlet, story.origin_url if story else None)
    if not claim.proof:
        return f"**{name}** ({degree})" + (f": {_escape(story.known)}" if story else "")
    proof = claim.proof
    tail = "".join(f", {part}" for part in (_link(proof.source, proof.url), _escape(proof.when)) if part)
    return f"**{name}** ({degree}): «{_escape(proof.quote)}»{tail}"


def _brief(story: StoryFacts) -> str:
    who = "; ".join((story.told_by, *story.particulars))
    return f"- {_link(story.headline, story.link)} — {_escape(who)}"


def _link(text: str, url: str | None) -> str:
    return f"[{_escape(text)}](<{url}>)" if url else _escape(text)


def _escape(text: str) -> str:
    """The text with every character that Markdown could act on escaped by a backslash."""
    escaped = _SPECIAL.sub(r"\\\g<0>", text)
    escaped = _BARE_LINK.sub(lambda m: f"{m[1] or m[3]}\\{m[2] or m[4]}", escaped)
    return _LEADING.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", escaped)
