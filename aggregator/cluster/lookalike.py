"""Look-alikes: two articles that share their words but not what tells one event from another.

Of labelled pairs of equal cosine, those with contradicting ordinals tell one story a fifth as often, and those of full
texts that share no name or number hardly ever; numbers that differ say little by themselves, because most retellings of
one story differ in some. Headlines are too short for shares of names; there the plain contradictions count: other
figures about others, another score, the same words the other way round, opposite directions.
"""

from __future__ import annotations

import re
from math import fsum, sqrt
from typing import TYPE_CHECKING, TypeVar

from aggregator.cluster.kinds import NAME, NUMBER, ORDINAL
from aggregator.cluster.opposites import directions
from aggregator.cluster.stems import stem_of

if TYPE_CHECKING:
    from aggregator.model import Fingerprint

T = TypeVar("T")

# The weight from which a term stands for what an article is about; a vector's terms come heaviest first.
PROMINENT = 0.2
# Names and numbers of at least this length (of a vector of length 1) in both articles, and their cosine below this.
IDENTIFYING = 0.4
SHARED_NAMES = 0.08
_SCORE = re.compile(r"\d{1,3}[-–]\d{1,3}")


def contradict(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two articles, however alike, tell two events."""
    if _disjoint(prominent(one), prominent(other)):
        return True
    if one.brief or other.brief:
        return _figures_of_others(one, other) or (one.brief and other.brief and _headlines(one, other))
    return _other_names(one, other)


def _disjoint(mine: set[T], theirs: set[T]) -> bool:
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def prominent(own: Fingerprint) -> set[int]:
    """The ordinals that an article gives prominence to."""
    if ORDINAL not in own.kinds:
        return set()
    pairs = zip(own.vector.items(), own.kinds, strict=True)
    return {term for (term, weight), kind in pairs if kind == ORDINAL and weight >= PROMINENT}


def _of(own: Fingerprint, kinds: str) -> set[int]:
    return {term for term, kind in zip(own.vector, own.kinds, strict=True) if kind in kinds}


def _other_names(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether both texts have names and numbers, and hardly one in common."""
    mine, theirs = (_of(own, NAME + NUMBER + ORDINAL) for own in (one, other))
    lengths = [sqrt(fsum(own.vector[term] ** 2 for term in terms)) for own, terms in ((one, mine), (other, theirs))]
    shared = fsum(one.vector[term] * other.vector[term] for term in mine & theirs)
    return min(lengths) >= IDENTIFYING and shared < SHARED_NAMES * lengths[0] * lengths[1]


def _figures_of_others(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether both give numbers and names, and share none of either: quake 5.6 in Iran, quake 6.1 in Turkey."""
    return all(_disjoint(_of(one, kind), _of(other, kind)) for kind in (NUMBER, NAME))


def _headlines(one: Fingerprint, other: Fingerprint) -> bool:
    mine, theirs = one.headline, other.headline
    scores = _scores(mine), _scores(theirs)
    if all(scores) and (_disjoint(*scores) or _disjoint(_of(one, NAME), _of(other, NAME))):
        return True
    if swapped(mine, theirs, one.language):
        return True
    ways = directions(theirs, other.language)
    return any(-way in ways for way in directions(mine, one.language))


def _scores(words: tuple[str, ...]) -> set[str]:
    return {word.replace("–", "-") for word in words if _SCORE.fullmatch(word)}


def swapped(one: tuple[str, ...], other: tuple[str, ...], language: str) -> bool:
    """Whether two headlines are the same but for two parts that changed places around a word: A beats B, B beats A.

    Around a stop word alone the order says nothing: oldest and youngest.
    """
    if len(one) != len(other) or one == other or sorted(one) != sorted(other):
        return False
    places = [i for i, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
    start, end = places[0], places[-1] + 1
    # X m Y against Y m X, where X and Y may be of different lengths and m is what stays between them.
    for x in range(1, end - start - 1):
        for m in range(1, end - start - x):
            first, middle, last = one[start : start + x], one[start + x : start + x + m], one[start + x + m : end]
            if last + middle + first == other[start:end] and any(stem_of(word, language) for word in middle):
                return True
    return False
