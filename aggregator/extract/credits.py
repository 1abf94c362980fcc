"""Saves from the cleaning of a page what its article credits: "Source: Reuters" at its end, a dateline at its start.

trafilatura takes short lines outside of paragraphs, footers and elements with names such as "byline" for furniture,
and who reported the story first stands in just such places. Here they become plain paragraphs before it looks.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# "Source" in the languages of news, as it stands before a colon.
_LABELS = (
    "sources?|via|quellen?|джерел[оа]|источники?|fuentes?|fontes?|fonti?|źródł[oa]|bron(?:nen)?|kaynak|källa|källor|"
    "kilder?|lähde|lähteet|zdroje?|surs[aă]|források?|forrás|източници?|източник|извор|izvori?|vir|šaltinis|avots|"
    "allikas|πηγή|крыніца|المصدر|مصدر|منبع|מקור|出典|ソース|来源|來源|출처|sumber|nguồn|წყარო|աղբյուր|mənbə|дереккөз"
)
_LABEL = re.compile(rf"^\W{{0,2}}(?:{_LABELS})\s*(?:[:：]|$)", re.IGNORECASE)
# An agency's mark alone: "(dpa)", "/PAP", "APA/dpa", "(AFP, dpa)".
_MARK = re.compile(r"^(?:\(\w{2,10}(?:\s?[/,+&-]\s?\w{2,10}){0,4}\)|/\s?\w{2,10}/?|[A-Z]{2,6}(?:/\w{2,10}){1,3})\.?$")
# The longest line that is nothing but a credit, in characters.
_MAX_LINE = 200
_INLINE = frozenset(["span", "em", "i", "strong", "b", "small", "cite", "a", "u", "font", "br", "time", "sup"])
_BLOCKS = ("p", "div", "footer", "aside", "li", "h3", "h4", "h5", "h6")
_CARRIERS = (*_BLOCKS, "span", "em", "i", "strong", "b", "small", "cite")
# Small blocks outside of the flow, by class: a credit that stands there is lifted out in front of them.
_ASIDE = re.compile(r"foot|bottom|source|credit|meta|byline|author|tags", re.IGNORECASE)
_MAX_ASIDE = 600
# Captions have sources of their own, which are not the article's.
_CAPTION = re.compile(
    r"caption|figure|image|photo|picture|gallery|video|chart|infographic|embed|related|teaser|comment", re.IGNORECASE
)
_DATELINE = re.compile(r"dateline|date-line", re.IGNORECASE)


def protect(tree: HtmlElement) -> None:
    """Turn the lines of a page that credit a source, and its dateline, into plain paragraphs. Changes the tree."""
    for element in list(tree.iter(*_CARRIERS)):
        start = (element.text or "").strip()
        if start and len(start) <= _MAX_LINE and (_LABEL.match(start) or _MARK.match(start)):
            line = _line(element)
            if line is not None:
                _make_paragraph(line)
    for element in list(tree.iter("div", "span", "time", "p")):
        if _DATELINE.search(element.get("class", "")) or _opens_paragraph(element):
            _plain(element)


def _line(element: HtmlElement) -> HtmlElement | None:
    """The block that is this credit and nothing else, None where there is none or it belongs to a picture."""
    line = element
    while line.tag in _INLINE:
        parent = line.getparent()
        if parent is None or (parent.text or "").strip() or parent[0] is not line:
            break
        line = parent
    if line.tag in {"body", "html", "td"} or any(child.tag not in _INLINE for child in line.iterdescendants()):
        return None
    if len(line.text_content()) > _MAX_LINE:
        return None
    for around in (line, *line.iterancestors()):
        if around.tag in {"figure", "figcaption", "nav"} or _CAPTION.search(around.get("class", "")):
            return None
    return line


def _make_paragraph(line: HtmlElement) -> None:
    """A block becomes a plain paragraph, in front of the footers and asides that it stands in."""
    if line.tag in _INLINE:
        parent = line.getparent()
        if parent is None or parent.tag in {"p", "li"} or (line.tail or "").strip():
            return
    line.tag = "p"
    line.attrib.clear()
    small = takewhile(lambda around: len(around.text_content()) <= _MAX_ASIDE, line.iterancestors())
    asides = [one for one in small if one.tag in {"footer", "aside"} or _ASIDE.search(one.get("class", ""))]
    if asides and asides[-1].tag not in {"body", "html"}:
        asides[-1].addprevious(line)


def _opens_paragraph(element: HtmlElement) -> bool:
    """Whether an inline element begins a paragraph that goes on behind it."""
    if element.tag not in {"span", "time"} or not element.tail or not element.tail.strip():
        return False
    parent = element.getparent()
    return parent is not None and parent.tag == "p" and parent[0] is element and not (parent.text or "").strip()


def _plain(element: HtmlElement) -> None:
    element.attrib.clear()
    element.tag = "p" if element.tag in {"div", "p"} else "span"
