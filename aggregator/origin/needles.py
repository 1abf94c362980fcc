"""Which patterns are worth trying on a text, and where: the words that a match cannot do without.

Most cues fit hardly any sentence, and the regex engine would try each of them at every letter. Here a pattern yields
its needles, literals of which every match holds at least one; one pass of an automaton over a text says whose needles
stand in it (the prefilter of Cox 2012, Regular Expression Matching with a Trigram Index; as RE2's FilteredRE2).
"""

from __future__ import annotations

from functools import lru_cache

# The parser that `re` itself compiles with: private, but the same since Python 3.11, and what is unknown in its trees
# yields no needle. A parser of our own would have to agree with it for ever.
from re import _constants as ops  # type: ignore[attr-defined]  # the stubs leave it out
from re import _parser as parser  # type: ignore[attr-defined]  # the stubs leave it out
from typing import TYPE_CHECKING, Any

from ahocorasick_rs import AhoCorasick, MatchKind

from aggregator.origin.lexicon import OUTLETS, TOKEN

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence

    Needles = Mapping[str, tuple[int, int]]

_NONE: Needles = {}
# A longer needle is not rarer enough to prefer it to fewer of them.
_LONG = 4
# Needles further from the start of a match than this do not tell where to try.
_NEAR = 40
_IDEOGRAPHS = "\u3000"  # from here on a single letter is a word
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)


def fold(text: str) -> str:
    """The text with one letter for all that patterns ignoring case take for one another (K and k; İ, ı, i; ſ and s)."""
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()


@lru_cache(maxsize=4096)
def needles(pattern: re.Pattern[str], given: str = "") -> Needles:
    """Folded literals of which every match of a pattern holds at least one; empty where there are none.

    Args:
        pattern: any pattern.
        given: letters that stand in every text anyway, and so are no needles.

    Returns:
        For each literal how many characters of the match stand before it, at least and at most.
    """
    # What may follow the first outlet of several yields nothing, and would be two thirds of all there is to parse.
    source = pattern.pattern.replace(OUTLETS, f"(?P<o>{TOKEN})")
    return _of_sequence(parser.parse(source, pattern.flags), given)


def _of_sequence(items: Any, given: str) -> Needles:  # noqa: ANN401 -- the parser has no types
    """The best needles among those of parts that all must fit."""
    best, before, place = _NONE, 0, 0
    while place < len(items):
        run = ""
        while place + len(run) < len(items) and _is_letter(items[place + len(run)], given):
            run += chr(items[place + len(run)][1])
        found = {fold(run): (0, 0)} if run else _of_part(items[place], given)
        if _is_telling(found) and (not best or _worth(found) > _worth(best)):
            best, before = found, place
        place += len(run) or 1
    low, high = items[:before].getwidth()
    return {needle: (low + least, high + most) for needle, (least, most) in best.items()}


def _is_letter(item: tuple[object, Any], given: str) -> bool:
    return item[0] is ops.LITERAL and chr(item[1]) not in given


def _of_part(item: tuple[object, Any], given: str) -> Needles:
    op, argument = item
    if op is ops.SUBPATTERN:
        return _of_sequence(argument[-1], given)
    if op in _REPEATS and argument[0]:
        return _of_sequence(argument[2], given)
    if op is ops.IN:
        letters = [chr(one[1]) if _is_letter(one, given) else "" for one in argument]
        return {fold(letter): (0, 0) for letter in letters}
    if op is ops.BRANCH:
        parts = [_of_sequence(branch, given) for branch in argument[1]]
        return _united(parts) if all(parts) else _NONE
    return _NONE


def _united(parts: Sequence[Needles]) -> Needles:
    united: dict[str, tuple[int, int]] = {}
    for part in parts:
        for needle, (least, most) in part.items():
            low, high = united.get(needle, (least, most))
            united[needle] = min(low, least), max(high, most)
    return united


def _is_telling(found: Needles) -> bool:
    """Whether needles say anything: a blank or a single letter of an alphabet stands in every text."""
    return bool(found) and not any(
        not needle or (len(needle) == 1 and needle < _IDEOGRAPHS and (needle.isalnum() or needle.isspace()))
        for needle in found
    )


def _worth(found: Needles) -> tuple[int, int]:
    return min(_LONG, *map(len, found)), -len(found)


def finditer(pattern: re.Pattern[str], text: str, folded: str) -> Iterator[re.Match[str]]:
    """What `pattern.finditer(text)` yields, tried only where a match can begin; worth it on whole texts.

    Args:
        pattern: any pattern that fits no empty text.
        text: any text.
        folded: the same, folded.
    """
    wanted = needles(pattern)
    held = [needle for needle in wanted if needle in folded]
    if wanted and not held:
        return
    # Where folding has changed the length, offsets are not the same.
    if not wanted or len(folded) != len(text) or max(most for _, most in wanted.values()) > _NEAR:
        yield from pattern.finditer(text)
        return
    starts: set[int] = set()
    for needle in held:
        least, most = wanted[needle]
        at = folded.find(needle)
        while at >= 0:
            starts.update(range(max(0, at - most), at - least + 1))
            at = folded.find(needle, at + 1)
    end = 0
    for start in sorted(starts):
        found = pattern.match(text, start) if start >= end else None
        if found:
            yield found
            end = found.end()


class Sieve:
    """Patterns, of which it lets those through whose needles stand in a text.

    Args:
        patterns: any patterns.
        given: letters that are no needles.
    """

    def __init__(self, patterns: Sequence[re.Pattern[str]], given: str = "") -> None:
        holders: dict[str, list[int]] = {}
        for place, pattern in enumerate(patterns):
            for needle in needles(pattern, given):
                holders.setdefault(needle, []).append(place)
        self._always = [place for place, pattern in enumerate(patterns) if not needles(pattern, given)]
        self._holders = list(holders.values())
        self._automaton = AhoCorasick(list(holders), matchkind=MatchKind.Standard)

    def passing(self, folded: str) -> list[int]:
        """The places of the patterns that may fit a folded text, in their order; no other one fits it."""
        passing = set(self._always)
        for needle in {index for index, _, _ in self._automaton.find_matches_as_indexes(folded, overlapping=True)}:
            passing.update(self._holders[needle])
        return sorted(passing)
