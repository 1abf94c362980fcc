"""The terms of an article: which words, how often, how near the top."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator.cluster.ordinals import pointed
from aggregator.cluster.stems import term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# An ordinal with its Cyrillic ending (12-й), a word with inner marks (1,000 or 3.5; don't), or a run of a script whose
# words hang on combining marks.
_TOKEN = re.compile(
    r"\b\d{1,3}-[\u0430-\u0491]{1,3}\b|(?:[^\W_]|[\u0900-\u0dff])+(?:[.,]\d+)*(?:['’][^\W_]+)?|[\u0e00-\u0e7f]+"
)
# The same for texts without Slavic ordinals and such scripts, which are most: at half the cost, since the engine need
# not try an ordinal at every letter.
_PLAIN_TOKEN = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W_]+)?")
_SLAVIC_ORDINAL = re.compile(r"-(?<=\d-)[\u0430-\u0491]")
_BEYOND_PLAIN = re.compile(r"[\u0900-\u0e7f\u3040-\ud7af]")
# Scripts that put no blanks between words: Thai, kana, Han, Hangul (whose endings hang on the word).
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# Behind a figure it makes a date, by which every article of a day is like every other: month, day, hour, minute.
_DATES = frozenset("\u6708\u65e5\u53f7\u865f\u65f6\u6642\u5206")
_APOSTROPHE = re.compile("['’]")
# News puts what happened first: these many words of a title and a body are read, and the body's first count thrice.
TITLE_TOKENS = 60
BODY_TOKENS = 400
LEAD_TOKENS = 60
_HEAVY = 3


def tokens(text: str) -> list[str]:
    """The words of a text as they stand there; a run of an unspaced script as its overlapping pairs of characters.

    The figures of a Chinese or Japanese date are left out, but for the year.
    """
    if text.isascii() or not (_BEYOND_PLAIN.search(text) or _SLAVIC_ORDINAL.search(text)):
        return _PLAIN_TOKEN.findall(text)
    found = _TOKEN.findall(text)
    if not _UNSPACED.search(text):
        return found
    return [piece for word in found for piece in _pieces(word)]


def _pieces(word: str) -> Iterator[str]:
    end = 0
    for run in _UNSPACED.finditer(word):
        piece = run.group()
        before = word[end : run.start()]
        if before and not (before.isdigit() and piece[0] in _DATES):
            yield before
        if len(piece) == 1:
            yield piece
        for i in range(len(piece) - 1):
            yield piece[i : i + 2]
        end = run.end()
    if end < len(word):
        yield word[end:]


# Where a page's title names its outlet or section: "What happened - The Outlet", "News | What happened | The Outlet".
_MARK = re.compile(r"\s+(?:\||[–—-](?=\s))\s*")
_NAME_WORDS = 5


def headline(title: str) -> str:
    """The title without the outlet's name behind a mark, as long as most of its words stay."""
    kept = title.strip()
    while marks := list(_MARK.finditer(kept)):
        name, rest = kept[marks[-1].end() :].split(), kept[: marks[-1].start()]
        if len(name) > _NAME_WORDS or len(name) >= len(rest.split()):
            break
        kept = rest
    return kept


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an article as they stand there: those of its headline and those of its text."""

    title: list[str]
    body: list[str]


def words(title: str, text: str, language: str) -> Words:
    """The words of an article."""
    return Words(tokens(pointed(headline(title), language)), tokens(text))


def without(read: Words, names: Iterable[str]) -> Words:
    """The words but for runs that are one of these names, whatever ending hangs on them behind an apostrophe."""
    runs = {tuple(map(_bare, run)) for name in names if (run := tokens(name))}
    return replace(read, title=_without(read.title, runs), body=_without(read.body, runs)) if runs else read


def _without(found: list[str], runs: set[tuple[str, ...]]) -> list[str]:
    lengths = sorted({len(run) for run in runs}, reverse=True)
    kept, at = [], 0
    while at < len(found):
        length = next((n for n in lengths if tuple(map(_bare, found[at : at + n])) in runs), 0)
        if not length:
            kept.append(found[at])
        at += length or 1
    return kept


def _bare(word: str) -> str:
    return _APOSTROPHE.split(word, maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an article.

    `found` has them in order of appearance: term id -> (frequency, first surface form); a word in the title or the
    first LEAD_TOKENS words of the body counts three times. `early` and `late` say how often the halves of the body have
    each.
    """

    found: dict[int, tuple[int, str]]
    early: Counter[int]
    late: Counter[int]


def terms(read: Words, language: str) -> Terms:
    """The terms of an article's words."""
    found: dict[int, tuple[int, str]] = {}
    body = [(key, word) for word in read.body[:BODY_TOKENS] if (key := term(word, language)) is not None]
    title = [(key, word) for word in read.title[:TITLE_TOKENS] if (key := term(word, language)) is not None]
    lead = sum(1 for word in read.body[:LEAD_TOKENS] if term(word, language) is not None)
    for part, count in ((title, _HEAVY), (body[:lead], _HEAVY), (body[lead:], 1)):
        for key, word in part:
            seen = found.get(key)
            found[key] = (count, word) if seen is None else (seen[0] + count, seen[1])
    keys = [key for key, _ in body]
    half = len(keys) // 2
    return Terms(found, Counter(keys[:half]), Counter(keys[half:]))
