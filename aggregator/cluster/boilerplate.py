"""The boilerplate of an outlet: sentences, and parts of titles, that it repeats under one title after another. Pure.

Paywalls, cookie walls, footers, "read also" lines and background paragraphs make copies of articles that have nothing
else in common. A sentence that an outlet printed under several different titles says nothing of the one at hand, and is
dropped from what clustering reads.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from xxhash import xxh3_64_intdigest

from aggregator.cluster.terms import headline, tokens
from aggregator.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from aggregator.model import Article

# Under so many different titles a sentence was printed before it counts as boilerplate: a follow-up or two may repeat
# the sentence that says what happened.
REPEATS = 3
# Days without it after which a sentence is forgotten; sooner one that never came back, as nearly all never do: they are
# most of what is kept. A weekly column comes back in time.
KEPT_DAYS = 30
ONCE_DAYS = 8
# Walls, menus and captions stand at the head, footers and background paragraphs at the foot. Twenty sentences from each
# end are the whole of most articles, and the head is all that the vector reads; the middle of a long read is its own.
HEAD_SENTENCES = 20
FOOT_SENTENCES = 20
# Shorter ones ("Read more", "He agreed.") stand in articles of all kinds and have nothing to glue by.
SHORTEST_WORDS = 3
# "3 min read" is "5 min read". In a longer sentence the number may be the news: a toll, an index, a score.
_FOLDED_WORDS = 8
_NUMBER = re.compile(r"(?<!\w)\d+(?:[.,:/-]\d+)*")
# Between the parts of a title: "World in brief: what happened | Section | Outlet".
_BREAK = re.compile(r"\s+[–—•·-]\s+|\s*\|\s*|:\s+|：")
# A part of one word is a name, the speaker's or the section's, as often as a formula.
_SHORTEST_PART = 2
_SECONDS_A_DAY = 86_400.0
# More articles than a batch has: each is read twice, for its keys and for what is left of it.
_READ = 512
# Titles, the last title, the last day of what was never seen.
_NEVER = (0, 0, 0)


class _Piece(NamedTuple):
    """A sentence, or a part of a title: its key and where it stands."""

    key: int
    start: int
    end: int


class _Page(NamedTuple):
    """An article as counted: the hash of its title, the title's parts, its sentences, the keys of all of them."""

    title: int
    parts: tuple[_Piece, ...]
    sentences: tuple[_Piece, ...]
    keys: frozenset[int]


def keys(articles: Iterable[Article]) -> set[int]:
    """The keys, signed 64-bit, of all that the boilerplate may be asked about when these articles are stripped."""
    return set(chain.from_iterable(_read(article).keys for article in articles if article.outlet))


class Boilerplate:
    """What outlets print again and again; learns as it goes.

    Args:
        known: key -> (different titles it was seen under, hash of the last of them, day it was last seen), as kept from
            earlier drains, at least for the `keys` of the articles that will be stripped. Days count from 1970.
    """

    def __init__(self, known: Mapping[int, tuple[int, int, int]] | None = None) -> None:
        self._known = dict(known or {})
        self._changed: dict[int, tuple[int, int, int]] = {}

    def strip(self, article: Article) -> tuple[str, str]:
        """The title and the text of an article without what its outlet printed before under REPEATS other titles.

        What this article prints is learnt after that. An article printed again under the same title counts once, and
        one without an outlet not at all: it is left as it is.
        """
        if not article.outlet:
            return article.title, article.text
        page, day = _read(article), _day(article)
        repeated = {key for key in page.keys if self._meet(key, page.title, day) >= REPEATS}
        if not repeated:
            return article.title, article.text
        return _cut_title(article.title, page.parts, repeated), _cut(article.text, page.sentences, repeated)

    def _meet(self, key: int, title: int, day: int) -> int:
        """Under how many titles a sentence was seen, not too long ago, before this time; which is learnt."""
        before = titles, last_title, last_day = self._known.get(key, _NEVER)
        # Whether it is still stored or not: what the store forgets, and when, must not matter.
        if last_day < day - (ONCE_DAYS if titles == 1 else KEPT_DAYS):
            titles = 0
        row = (titles + (last_title != title), title, max(day, last_day)) if titles else (1, title, day)
        if row != before:
            self._known[key] = self._changed[key] = row
        return titles

    def drain(self) -> dict[int, tuple[int, int, int]]:
        """What changed since the last drain, in the form of `known`; to be kept in place of what was kept before."""
        learnt, self._changed = self._changed, {}
        return learnt


def day_of(moment: datetime) -> int:
    """The day of a moment, in UTC, counted from 1970."""
    return int(moment.timestamp() // _SECONDS_A_DAY)


def _day(article: Article) -> int:
    """The day on which an article was seen: what an outlet prints now may be dated long ago."""
    moment = article.first_seen or article.published
    return 0 if moment is None else day_of(moment)


def _read(article: Article) -> _Page:
    return _pieces(article.outlet, article.title, article.text)


@lru_cache(maxsize=_READ)
def _pieces(outlet: str, title: str, text: str) -> _Page:
    spans = sentences(text)
    if len(spans) > HEAD_SENTENCES + FOOT_SENTENCES:
        spans = spans[:HEAD_SENTENCES] + spans[-FOOT_SENTENCES:]
    seed = xxh3_64_intdigest(outlet.encode())
    breaks = [(0, 0), *(one.span() for one in _BREAK.finditer(title)), (len(title), len(title))]
    parts = [(end, start) for (_, end), (start, _) in pairwise(breaks)]
    # A part of a title and a sentence of the same words are two things: their seeds differ.
    of_title = tuple(_keyed(title, parts, _SHORTEST_PART, seed ^ 1)) if len(parts) > 1 else ()
    of_text = tuple(_keyed(text, spans, SHORTEST_WORDS, seed))
    hashed = _signed(xxh3_64_intdigest(" ".join(tokens(headline(title).lower())).encode()))
    return _Page(hashed, of_title, of_text, frozenset(piece.key for piece in (*of_title, *of_text)))


def _keyed(text: str, spans: Iterable[tuple[int, int]], shortest: int, seed: int) -> Iterator[_Piece]:
    """The pieces of a text that have so many words at least."""
    for start, end in spans:
        piece = text[start:end].lower()
        words = piece.split()
        # Some scripts put no blanks between words: their pairs of characters count instead.
        if len(words) < shortest and (piece.isascii() or len(tokens(piece)) < shortest):
            continue
        normal = " ".join(words)
        if len(words) <= _FOLDED_WORDS:
            normal = _NUMBER.sub("#", normal)
        yield _Piece(_signed(xxh3_64_intdigest(normal.encode(), seed=seed)), start, end)


def _signed(value: int) -> int:
    """An unsigned 64-bit value as the signed one of the same bits, which databases hold."""
    return value - (1 << 64) if value >> 63 else value


def _cut(text: str, pieces: Iterable[_Piece], repeated: set[int]) -> str:
    """The text without the repeated pieces."""
    kept, start = [], 0
    for piece in pieces:
        if piece.key in repeated:
            kept.append(text[start : piece.start])
            start = piece.end
    return "".join([*kept, text[start:]]).strip()


def _cut_title(title: str, parts: Iterable[_Piece], repeated: set[int]) -> str:
    """The title without its repeated parts, as long as what is left can tell one story from another."""
    rest = _cut(title, parts, repeated)
    return rest if len(tokens(headline(rest))) >= SHORTEST_WORDS else title
