"""Sentences in which every outlet is one character.

"This is reported by the newspaper «Financial Times» (FT)" becomes "This is reported by \ue000": the rules then need no
list of names, inflection disappears, and type nouns, articles and quotation marks beside a name are out of their way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aggregator.origin.lexicon import TOKEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.origin.lexicon import Lexicon
    from aggregator.origin.mentions import Mention

# How far before a name its type noun and adjectives may reach.
_REACH = 70
_BRACKET = re.compile(r"\s*[(（][\"“„«]?$")


@dataclass(frozen=True, slots=True)
class Masked:
    """A masked sentence. `tokens` maps the place of each token in `text` to its mention.

    `marked` holds the places of mentions that a type noun, quotation marks or a link to a known outlet prove to be one.
    """

    text: str
    tokens: dict[int, Mention]
    marked: frozenset[int]
    _pieces: list[tuple[int, int]] = field(default_factory=list)

    def original(self, place: int) -> int:
        """The offset in the field of a place in the masked text."""
        at = bisect_right(self._pieces, (place, 1 << 60)) - 1
        masked, source = self._pieces[at]
        return source + place - masked


def mask(text: str, start: int, end: int, mentions: Sequence[Mention], lexicons: Sequence[Lexicon]) -> Masked:
    """The sentence text[start:end] with a token for each of its mentions (in order, inside the sentence)."""
    out: list[str] = []
    pieces = [(0, start)]
    tokens: dict[int, Mention] = {}
    marked: set[int] = set()
    length, done = 0, start
    previous: Mention | None = None
    for mention in mentions:
        left, left_marked = _left(text, done, mention.start, lexicons)
        right, right_marked = _right(text, mention.end, end, lexicons)
        if previous and previous.outlet == mention.outlet and _BRACKET.fullmatch(text, done, left):
            # `Financial Times (FT)`: the second name is the first one's abbreviation.
            closing = re.compile(r"[\"”»“]?[)）]").match(text, right)
            done = closing.end() if closing else right
            pieces.append((length, done))
            continue
        gap = text[done:left]
        out.extend((gap, TOKEN))
        place = length + len(gap)
        tokens[place] = mention
        # A link to a site of that name proves that there is a site, not that it is an outlet's.
        if left_marked or right_marked or (mention.linked and mention.known):
            marked.add(place)
        length, done, previous = place + 1, right, mention
        pieces.extend(((place, mention.start), (length, done)))
    out.append(text[done:end])
    return Masked("".join(out), tokens, frozenset(marked), pieces)


def _left(text: str, floor: int, start: int, lexicons: Sequence[Lexicon]) -> tuple[int, bool]:
    """Where that begins which is dropped before a name, and whether it proves an outlet."""
    best, proven = start, False
    for found in filter(None, (lexicon.left.search(text, max(floor, start - _REACH), start) for lexicon in lexicons)):
        best = min(best, found.start())
        proven = proven or bool(found["noun"] or found["quote"])
    return best, proven


def _right(text: str, end: int, ceiling: int, lexicons: Sequence[Lexicon]) -> tuple[int, bool]:
    """Where that ends which is dropped behind a name, and whether it proves an outlet."""
    best, proven = end, False
    for found in filter(None, (lexicon.right.match(text, end, ceiling) for lexicon in lexicons)):
        best = max(best, found.end())
        proven = proven or bool(found["noun"])
    return best, proven
