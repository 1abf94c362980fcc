"""How alike two articles are, by their frozen vectors."""

from __future__ import annotations

from math import fsum, inf
from typing import TYPE_CHECKING, TypeVar

from aggregator.cluster.lookalike import contradict
from aggregator.cluster.sparse import dot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.model import Fingerprint

T = TypeVar("T")

# The cosine below which two articles are no sign of one story.
AGREE = 0.08
# One shared term is no story, however rare: the others must add this much to the cosine.
BREADTH = 0.07


def contributions(
    one: Mapping[int, float], surfaces: Sequence[str], other: Mapping[int, float]
) -> list[tuple[str, float]]:
    """What each shared term adds to the inner product of two vectors, most first, in the first one's surface forms."""
    parts = [
        (surface, weight * other[term])
        for (term, weight), surface in zip(one.items(), surfaces, strict=True)
        if term in other
    ]
    return sorted(parts, key=lambda part: (-part[1], part[0]))


def cosine(one: Fingerprint, other: Fingerprint) -> float:
    """The cosine of two articles; 0 between two languages, whose words do not compare."""
    return dot(one.vector, other.vector) if one.language == other.language else 0.0


def agrees(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two articles of one language may tell one story: the guard that half of a cluster's members must pass."""
    if one.language != other.language:
        return False
    shared = [one.vector[term] * other.vector[term] for term in one.vector.keys() & other.vector.keys()]
    alike = fsum(shared)
    return alike >= AGREE and alike - max(shared) >= BREADTH and not contradict(one, other)


def sampled(members: Sequence[T], most: int) -> Sequence[T]:
    """At most so many of the members, evenly spread over them."""
    if len(members) <= most:
        return members
    return [members[i * len(members) // most] for i in range(most)]


def order(fingerprint: Fingerprint) -> tuple[float, int, int]:
    """The key that sorts articles by time, the undated last; those of one time by length, the fullest text first."""
    return (inf if fingerprint.when is None else fingerprint.when, -fingerprint.shingles, fingerprint.article)
