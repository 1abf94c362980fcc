"""Where a text names an outlet.

Known outlets are found by an Aho-Corasick automaton over all aliases (Aho & Corasick 1975), leftmost and longest, at
word boundaries. Unknown ones are found by a type noun before a capitalised name (the newspaper Daily Bugle), or by a
link whose host carries the name ([Daily Bugle](https://dailybugle.com/...)).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick, MatchKind

from aggregator.origin.lexicon import NAME
from aggregator.origin.needles import finditer, fold
from aggregator.origin.outlets import OutletTable, host_slug
from aggregator.origin.rows import MARKS
from aggregator.text import slug
from aggregator.urls import host

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.model import Link
    from aggregator.origin.lexicon import Lexicon

# Endings of a stem: up to five letters (Файнэншл Таймс-у, Коммерсант-ом).
_STEM_ENDING = re.compile(r"[^\W\d_]{0,5}(?!\w)")
# Scripts that write words without blanks: no boundary can be asked for.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Prefixes that Arabic writes to the word: and, to, by, as, so.
_ARABIC_PREFIX = re.compile(r"(?:^|[^\w])[وفبكل]{1,2}$")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_NAME = re.compile(NAME)
_HYPHENATED = re.compile(r"-[A-Z]")
# A capitalised word that does not begin its sentence.
_CAPITAL_BEFORE = re.compile(r"[\w,’'] [A-Z][\w’']+ $")
# Languages that put an outlet and another word together with a hyphen (FT-Bericht, Reuters-hez).
_COMPOUNDING = frozenset({"de", "hu", "fi", "sv", "no", "da", "nl"})
_OPENING = re.compile(r"[\"”’»]?\s?\([\"“„«]?")
# Characters around a link in which its outlet's name may stand.
_BESIDE = 60
# Articles that begin some names (The Times, Il Corriere).
_ARTICLES = frozenset({"the", "der", "die", "das", "le", "la", "les", "el", "los", "il", "lo", "o", "a"})
# What a credit to a name outside the table counts: nobody has looked whether it is an outlet's.
_UNKNOWN = 0.85


@dataclass(frozen=True, slots=True)
class Mention:
    """text[start:end] names the outlet. `ambiguous` where the name alone proves nothing; `known` where in the table.

    `stands_for` is the name for which a type noun stands here, `share` what a credit to it counts.
    """

    start: int
    end: int
    name: str
    outlet: str
    ambiguous: bool
    known: bool
    linked: bool = False
    stands_for: str = ""
    share: float = 1.0


@lru_cache(maxsize=4)
def _automaton(table: OutletTable) -> tuple[AhoCorasick, tuple[tuple[str, str], ...]]:
    """The automaton over the aliases, and for each pattern its alias with marks and its outlet."""
    patterns: dict[str, tuple[str, str]] = {}
    for outlet in table:
        for alias in outlet.aliases:
            plain = alias.lstrip(MARKS)
            # Bylines and headlines shout: NEW YORK DAILY NEWS.
            for spelling in (plain, plain.upper() if " " in plain else plain):
                if spelling not in patterns or patterns[spelling][0].startswith("^"):
                    patterns[spelling] = (alias, outlet.id)
    for spelling, meant in _behind_articles(patterns):
        patterns.setdefault(spelling, meant)
    automaton = AhoCorasick(list(patterns), matchkind=MatchKind.LeftmostLongest)
    return automaton, tuple(patterns.values())


def _behind_articles(patterns: dict[str, tuple[str, str]]) -> list[tuple[str, tuple[str, str]]]:
    """Names behind an article that, with its next words, is another name: `the Times of India` begins like `the Times`.

    The leftmost match would win and cut them.
    """
    longer: dict[str, list[str]] = {}
    for spelling in patterns:
        words = spelling.split(" ")
        for count in range(1, len(words)):
            longer.setdefault(" ".join(words[:count]), []).append(spelling)
    found = []
    for spelling in patterns:
        article, _, name = spelling.partition(" ")
        if article.lower() in _ARTICLES:
            found += [(f"{article} {whole}", patterns[whole]) for whole in longer.get(name, [])]
    return found


def find(
    text: str, links: Sequence[Link], own_host: str, table: OutletTable, lexicons: Sequence[Lexicon]
) -> list[Mention]:
    """Every mention in a text, in order, none overlapping another; a known outlet wins over an unknown one.

    Args:
        text: a field of an article.
        links: its links, whose offsets are in this text; empty for other fields.
        own_host: the host of the article, whose links say nothing about others.
        table: the outlets.
        lexicons: the languages to read it with.
    """
    known = _known(text, table, lexicons)
    mentions = _without_overlap(known, [*_linked(text, links, own_host, table), *_typed(text, table, lexicons)])
    hosts = [(link.start, link.end, host(link.href)) for link in links]
    return [_with_link(mention, hosts, table) for mention in _introduced(text, mentions)]


def _introduced(text: str, mentions: list[Mention]) -> list[Mention]:
    """The mentions, where an abbreviation means the outlet that the text gave it to: Lake Broadcasting Company (LBC).

    From there on it is that outlet's, whoever else is called so.
    """
    meant: dict[str, Mention] = {}
    found: list[Mention] = []
    for mention in mentions:
        full = found[-1] if found else None
        if (
            full is not None
            and _initials(full.name) == mention.name
            and _OPENING.fullmatch(text, full.end, mention.start)
        ):
            meant[mention.name] = full
        long = meant.get(mention.name)
        found.append(replace(mention, outlet=long.outlet, known=long.known, ambiguous=False) if long else mention)
    return found


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _known(text: str, table: OutletTable, lexicons: Sequence[Lexicon]) -> list[Mention]:
    automaton, patterns = _automaton(table)
    mentions = []
    for index, start, stop in automaton.find_matches_as_indexes(text):
        alias, outlet = patterns[index]
        end = _boundary(text, start, stop, alias, lexicons)
        if end is not None:
            mentions.append(Mention(start, end, text[start:end], outlet, alias.startswith("^"), known=True))
    return mentions


def _boundary(text: str, start: int, stop: int, alias: str, lexicons: Sequence[Lexicon]) -> int | None:
    """Where the word ends that begins with an alias; None where the alias is only a part of another word."""
    plain = alias.lstrip(MARKS)
    if _UNSPACED.match(plain):
        return stop
    before = text[start - 1 : start]
    if (before.isalnum() and not _UNSPACED.match(before)) or before == "_":
        arabic = _ARABIC.match(plain) and _ARABIC_PREFIX.search(text, max(0, start - 3), start)
        if not arabic:
            return None
    if "~" in alias[: -len(plain)]:
        ending = _STEM_ENDING.match(text, stop)
        return ending.end() if ending else None
    following = text[stop : stop + 1]
    if not following.isalnum():
        return None if _part_of_name(text, start, stop, alias, lexicons) else stop
    return stop if _UNSPACED.match(following) else _ending(text, stop, lexicons)


def _ending(text: str, stop: int, lexicons: Sequence[Lexicon]) -> int | None:
    """Where a name ends that has taken an ending of one of the languages (Onetu, Anadolun)."""
    for lexicon in lexicons:
        ending = lexicon.endings.match(text, stop) if lexicon.endings else None
        if ending and not text[ending.end() : ending.end() + 1].isalnum():
            return ending.end()
    return None


def _part_of_name(text: str, start: int, stop: int, alias: str, lexicons: Sequence[Lexicon]) -> bool:
    """Whether an alias is a part of a longer name: The Times-Picayune, Belfast Telegraph."""
    if any(lexicon.language in _COMPOUNDING for lexicon in lexicons):
        return False
    if _HYPHENATED.match(text, stop):
        return True
    single = alias.startswith("^") and " " not in alias
    return single and _CAPITAL_BEFORE.search(text, max(0, start - 30), start) is not None


def _typed(text: str, table: OutletTable, lexicons: Sequence[Lexicon]) -> Iterable[Mention]:
    """Capitalised names beside a type noun."""
    folded = fold(text)
    for lexicon in lexicons:
        for pattern in lexicon.unknown:
            for found in finditer(pattern, text, folded):
                if not text[max(0, found.start() - 1) : found.start()].isalnum():
                    yield unknown(found.group("n"), found.start("n"), table)


def unknown(name: str, start: int, table: OutletTable) -> Mention:
    """A mention of a name that the table may or may not know under another spelling."""
    name = name.rstrip(" .,;:-")
    outlet = table.resolve(name)
    known = table.get(outlet) is not None
    share = 1.0 if known else _UNKNOWN
    return Mention(start, start + len(name), name, outlet, ambiguous=False, known=known, share=share)


def _linked(text: str, links: Sequence[Link], own_host: str, table: OutletTable) -> Iterable[Mention]:
    """Names beside a link whose host carries them."""
    for link in links:
        where = host(link.href)
        if not where or where == own_host or table.by_host(where) is not None:
            continue
        wanted = host_slug(where)
        start = max(0, link.start - _BESIDE)
        for found in _NAME.finditer(text, start, min(len(text), link.end + _BESIDE)):
            name = _matching(found.group(), wanted)
            if name:
                at = found.start() + found.group().index(name)
                yield Mention(
                    at, at + len(name), name, wanted, ambiguous=True, known=False, linked=True, share=_UNKNOWN
                )


def _matching(words: str, wanted: str) -> str:
    """The part of a run of capitalised words that spells a host's name, "" for none."""
    parts = words.split(" ")
    for first in range(len(parts)):
        for last in range(len(parts), first, -1):
            name = " ".join(parts[first:last]).rstrip(".,:;’'")
            plain = slug(name)
            if len(plain) > 2 and wanted in {plain, f"the{plain}", slug(name.split(".", 1)[0])}:
                return name
    return ""


def _without_overlap(first: list[Mention], others: Iterable[Mention]) -> list[Mention]:
    """The first list, and those of the others that touch none already taken."""
    taken = sorted(first, key=lambda mention: mention.start)
    starts = [mention.start for mention in taken]
    for mention in others:
        at = bisect_left(starts, mention.end)
        if not mention.outlet or (at and taken[at - 1].end > mention.start):
            continue
        starts.insert(at, mention.start)
        taken.insert(at, mention)
    return taken


def _with_link(mention: Mention, hosts: Sequence[tuple[int, int, str]], table: OutletTable) -> Mention:
    """The mention, marked where it stands in a link to its own outlet."""
    for start, end, where in hosts:
        if start < mention.end and mention.start < end:
            target = table.by_host(where)
            if mention.outlet == (target.id if target else host_slug(where)):
                return replace(mention, linked=True)
    return mention
