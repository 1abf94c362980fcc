"""From the HTML inside feeds to plain text, in time linear in its length. Pure.

This is for titles, summaries and names; pages go through the extractor.
"""

from __future__ import annotations

import html
import re

from aggregator.text import clean, one_line

# What starts like a tag: each alternative stops at the next <, so that hostile input costs no more than its length.
_TAG = re.compile(r"<!--|<[!?][^<>]*>|<(/?)([A-Za-z][A-Za-z0-9:]*)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>|[^<>]*>)")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?(?:\n ?)*")
# Their content is not text.
_SILENT = frozenset(["script", "style", "iframe", "noscript", "template", "object", "svg", "head"])
_BLOCK = frozenset(
    "address article aside blockquote br caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"  # noqa: SIM905 -- a list of them would take a page
    " h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead title tr ul video audio".split()
)
# Only what is a tag of HTML is taken for one: "List<String>" and "a <b" are text.
_INLINE = frozenset(
    "a abbr acronym b base bdi bdo big body button cite code del dfn em embed font html i img input ins kbd label link"  # noqa: SIM905 -- as above
    " map area mark meta meter nobr option output param picture q rp rt ruby s samp select small source span strike"
    " strong sub summary details sup time tt track u var wbr".split()
)
_KNOWN = _SILENT | _BLOCK | _INLINE


def plain(markup: str) -> str:
    """The text of a piece of HTML: one line a block, entities decoded, also where it was escaped twice."""
    # Twice: a tag may have been put together by what was taken out of its middle.
    text = _strip(html.unescape(_strip(markup)))
    text = _BLANKS.sub(" ", clean(text))
    return _LINES.sub("\n", text).strip()


def plain_line(markup: str) -> str:
    """The text of a piece of HTML as one line."""
    return one_line(plain(markup))


def _strip(markup: str) -> str:
    if "<" not in markup:
        return markup
    kept: list[str] = []
    position, silent = 0, ""
    while match := _TAG.search(markup, position):
        if not silent:
            kept.append(markup[position : match.start()])
        position = match.end()
        if match.group() == "<!--":
            end = markup.find("-->", position)
            position = end + 3 if end >= 0 else len(markup)
            continue
        name = (match[2] or "!").lower()
        if silent:
            silent = "" if match[1] and name == silent else silent
        elif name in _SILENT and not match[1]:
            silent = name if not match.group().endswith("/>") else ""
        elif name not in _KNOWN and name != "!" and ":" not in name:
            kept.append(match.group())
        elif name in _BLOCK:
            kept.append("\n")
    if not silent:
        kept.append(markup[position:])
    return "".join(kept)
