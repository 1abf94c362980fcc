"""From trafilatura's tree to plain text: paragraphs joined by line ends, links with exact offsets."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from lxml.etree import iterwalk

from aggregator.model import Link
from aggregator.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

# Elements that stand apart from what is around them; trafilatura's names and HTML's.
_BLOCKS = frozenset(
    """
    article blockquote body br code dd div dl dt figure h1 h2 h3 h4 h5 h6 head hr item lb li list ol p pre quote row
    section table tr ul
    """.split()  # noqa: SIM905 -- thirty names in three lines
)
_CELLS = frozenset(["cell", "td", "th"])
_LINKS = frozenset(["a", "ref"])
# What stands between two pieces of text, weakest first: of several the strongest is written.
_NOTHING, _BLANK, _BETWEEN_CELLS, _LINE = _GAPS = ("", " ", " | ", "\n")


class _OpenLink:
    """A link whose end is still to come; `start` is -1 until its first text."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.start = -1


class _Text:
    """Text under way: white space collapsed, separators written only between two pieces."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.links: list[_OpenLink] = []
        self._gap = _NOTHING

    def part(self, gap: str) -> None:
        """Whatever comes next stands apart by at least this."""
        self._gap = max(self._gap, gap, key=_GAPS.index)

    def add(self, raw: str | None) -> None:
        if not raw:
            return
        # Normal form C: "й" as one character or as two is the same word.
        piece = unicodedata.normalize("NFC", clean(raw))
        words = " ".join(piece.split())
        if not words:
            self.part(_BLANK if piece else _NOTHING)
            return
        if piece[0].isspace():
            self.part(_BLANK)
        self._write(words)
        self._gap = _BLANK if piece[-1].isspace() else _NOTHING

    def _write(self, words: str) -> None:
        if self.length:
            self.pieces.append(self._gap)
            self.length += len(self._gap)
        for link in self.links:
            if link.start < 0:
                link.start = self.length
        self.pieces.append(words)
        self.length += len(words)


def flatten(body: _Element, base: str) -> tuple[str, tuple[Link, ...]]:
    """The text below an element, a paragraph a line, and its links.

    Args:
        body: the element; trafilatura's `ref` and HTML's `a` are links.
        base: the address that relative links are relative to.

    Returns:
        The text, and the links to other pages in their order: text[link.start:link.end] == link.text.
    """
    text = _Text()
    found: list[tuple[int, int, str]] = []
    for event, element in iterwalk(body, events=("start", "end")):
        tag = element.tag
        gap = _LINE if tag in _BLOCKS else _BETWEEN_CELLS if tag in _CELLS else _NOTHING
        text.part(gap)
        if event == "start":
            if tag in _LINKS:
                text.links.append(_OpenLink(element.get("target") or element.get("href") or ""))
            text.add(element.text)
            continue
        if tag in _LINKS:
            link = text.links.pop()
            if link.start >= 0 and (href := absolute(link.target, base)):
                found.append((link.start, text.length, href))
        if element is not body:
            text.add(element.tail)
    whole = "".join(text.pieces)
    return whole, tuple(Link(href, whole[start:end], start, end) for start, end, href in sorted(found))


def absolute(target: str, base: str) -> str:
    """A link's absolute http address; "" for other schemes, for what is no address and for places on the same page."""
    target = target.strip()
    if not target or target.startswith("#"):
        return ""
    try:
        href = urljoin(base, target)
        parts = urlsplit(href)
    except ValueError:
        return ""
    return href if parts.scheme in {"http", "https"} and parts.hostname else ""
