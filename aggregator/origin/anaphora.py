"""Type nouns that stand for an outlet named before: "..., two officials told the newspaper".

The nearest outlet of the sentences before is meant, where its kind agrees with the noun (recency and agreement: Hobbs
1978, Resolving pronoun references). Silence is better than a guess: where two outlets stand together, or the one is
the news itself or an older report, a noun stands for none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator.model import Role
from aggregator.origin.links import belongs
from aggregator.origin.outlets import REPORTING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.model import Link
    from aggregator.origin.lexicon import Lexicon, Rule
    from aggregator.origin.mentions import Mention
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.publisher import Publisher

# Which kinds of outlets a noun may stand for; an outlet outside the table has none.
_PRINT = frozenset({"newspaper", "magazine", "online", "other", ""})
_AGREEING = {
    "any": REPORTING_KINDS | {""},
    "newspaper": _PRINT,
    "magazine": frozenset({"magazine", "online", ""}),
    "broadcaster": frozenset({"broadcaster"}),
    "agency": frozenset({"agency"}),
}
# Sentences from a name to a noun that stands for it, at most: on real pages nouns so near meant the outlet, and most of
# those further on something else.
_REACH = 6
# What a noun's credit counts against that of a name: little where the name has a credit already, for it is the same
# one told on; more where it has none, for then the noun's sentence says all there is.
_CREDITED, _BARE = 0.5, 0.8
_CREDITS = frozenset({Role.ORIGIN, Role.FIRST_REPORT, Role.INTERVIEW, Role.VIA})
# A name without a credit may be what the news is about: then only what nobody but a reporter does counts.
_FIRST_HAND = frozenset({"documents", "learned"})
# How far before a noun its adjective may begin.
_ADJECTIVE = 40


@dataclass(frozen=True, slots=True)
class Seen:
    """An outlet that a sentence names: whether it is proven to be one, and the role it has, None without a credit."""

    mention: Mention
    proven: bool
    role: Role | None


@dataclass(frozen=True, slots=True)
class _Antecedent:
    """The outlet last named, where its sentence begins, and how many sentences ago."""

    mention: Mention
    credited: bool
    text: str
    start: int
    age: int = 0


class Anaphora:
    """What the type nouns of an article stand for, read sentence by sentence, the headline first."""

    def __init__(self, publisher: Publisher, table: OutletTable, lexicons: Sequence[Lexicon]) -> None:
        self._publisher = publisher
        self._table = table
        self._lexicons = [lexicon for lexicon in lexicons if lexicon.anaphora]
        self._last: _Antecedent | None = None

    def find(self, text: str, start: int, end: int, named: list[Mention], links: Sequence[Link]) -> list[Mention]:
        """The outlets of the sentence text[start:end] in order: those that it names, and those its nouns stand for.

        A sentence that names another outlet has no such nouns: one may stand for either.
        """
        if self._last is None:
            return named
        self._last = last = replace(self._last, age=self._last.age + 1)
        if last.age > _REACH or any(self._reports(mention) for mention in named):
            return named
        nouns = [noun for noun in self._nouns(last, text, start, end) if not _leads_elsewhere(noun, links, self._table)]
        free = [noun for noun in nouns if all(noun.end <= one.start or one.end <= noun.start for one in named)]
        return sorted([*named, *free], key=lambda mention: mention.start) if free else named

    def note(self, text: str, start: int, seen: Iterable[Seen]) -> None:
        """Remembers the outlet that the sentence from `start` names, for the nouns of the next ones."""
        those = [one for one in seen if not one.mention.stands_for]
        named = {self._table.family(one.mention.outlet): one for one in those if self._is_candidate(one)}
        if len(named) == 1:
            (one,) = named.values()
            credited = one.role in _CREDITS
            usable = credited or one.role is None
            self._last = _Antecedent(one.mention, credited, text, start) if usable else None
        elif named or any(self._publisher.owns(one.mention) for one in those):
            self._last = None

    def _is_candidate(self, one: Seen) -> bool:
        return one.proven and self._reports(one.mention)

    def _reports(self, mention: Mention) -> bool:
        """Whether a mention is of somebody else who reports: no platform, no office, not the publisher."""
        return self._kind(mention) in _AGREEING["any"] and not self._publisher.owns(mention)

    def _kind(self, mention: Mention) -> str:
        outlet = self._table.get(mention.outlet)
        return outlet.kind if outlet is not None else ""

    def _nouns(self, last: _Antecedent, text: str, start: int, end: int) -> list[Mention]:
        found: dict[int, Mention] = {}
        for lexicon in self._lexicons:
            for noun, pattern in lexicon.anaphora:
                if self._kind(last.mention) in _AGREEING[noun]:
                    for match in pattern.finditer(text, start, end):
                        if not _is_another(lexicon, last, text, match.start(), end):
                            found.setdefault(match.start(), _standing(match.start(), match.end(), text, last))
        return list(found.values())


def may_credit(mention: Mention, rule: Rule) -> bool:
    """Whether a rule may credit a mention: few may one by a noun whose outlet has no credit yet."""
    return mention.share != _BARE or rule.role is Role.INTERVIEW or rule.cue.partition(":")[2] in _FIRST_HAND


def _standing(start: int, end: int, text: str, last: _Antecedent) -> Mention:
    share = _CREDITED if last.credited else _BARE
    return replace(
        last.mention,
        start=start,
        end=end,
        name=text[start:end],
        ambiguous=False,
        linked=False,
        stands_for=last.mention.name,
        share=share,
    )


def _is_another(lexicon: Lexicon, last: _Antecedent, text: str, place: int, end: int) -> bool:
    """Whether a noun may mean another thing: a described one (a German newspaper), or a study's paper."""
    if lexicon.qualified is not None and lexicon.qualified.search(text, max(0, place - _ADJECTIVE), place):
        return True
    if lexicon.not_anaphora is None:
        return False
    since = text[last.start : end] if last.text is text else f"{last.text[last.start :]}\n{text[:end]}"
    return lexicon.not_anaphora.search(since) is not None


def _leads_elsewhere(noun: Mention, links: Sequence[Link], table: OutletTable) -> bool:
    """Whether a noun is a link that leads to another outlet than the one it would stand for."""
    return any(link.start < noun.end and noun.start < link.end and not belongs(link, noun, table) for link in links)
