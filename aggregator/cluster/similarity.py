"""How alike two articles are, by their frozen vectors."""

from __future__ import annotations

from math import fsum, inf
from typing import TYPE_CHECKING

from aggregator.cluster.lookalike import contradict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.model import Fingerprint

# The cosine below which two articles are no sign of one story.
AGREE = 0.08
# One shared term is no story, however rare: the others must add this much to the cosine.
BREADTH = 0.07


def dot(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """The inner product of two sparse vectors, in whatever order their terms come; the cosine where both are unit."""
    return fsum(one[term] * other[term] for term in one.keys() & other.keys())


def contributions(one: Fingerprint, other: Fingerprint) -> list[tuple[str, float]]:
    """What each shared term adds to the cosine of two articles, most first, in the first one's surface forms."""
    parts = [
        (surface, weight * other.vector[term])
        for (term, weight), surface in zip(one.vector.items(), one.terms, strict=True)
        if term in other.vector
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


def order(fingerprint: Fingerprint) -> tuple[float, int, int]:
    """The key that sorts articles by time, the undated last; those of one time by length, the fullest text first."""
    return (inf if fingerprint.when is None else fingerprint.when, -fingerprint.shingles, fingerprint.article)
