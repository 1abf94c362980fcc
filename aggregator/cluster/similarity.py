"""How alike two articles, an article and a cluster, or two clusters are, by their frozen vectors."""

from __future__ import annotations

from math import fsum, inf, sqrt
from typing import TYPE_CHECKING

from aggregator.cluster.fingerprint import single
from aggregator.cluster.stems import is_ordinal
from aggregator.model import Cluster, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aggregator.model import Fingerprint

# Terms kept of a cluster's sum, the heaviest.
TOTAL_TERMS = 200
# A copy says hardly anything new: what it weighs in its cluster's sum.
COPY_WEIGHT = 0.25
# The cosine below which two articles are no sign of one story.
AGREE = 0.08
# One shared term is no story, however rare: the others must add this much to the cosine.
BREADTH = 0.07
# The share of the best member in the score of a retelling.
BEST_SHARE = 0.3
# The weight from which a term stands for what an article is about; a vector's terms come heaviest first.
PROMINENT = 0.2
# Shared terms kept as evidence.
SHARED_TERMS = 8
# What a cluster's members are held to share before any is compared with another: a single article is as dense as this.
PRIOR_DENSITY = 0.40


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


def weight_of(level: Level) -> float:
    """What a member counts for in its cluster's sum."""
    return COPY_WEIGHT if level is Level.COPY else 1.0


def gathered(cluster: int, members: Iterable[tuple[Fingerprint, float]]) -> Cluster:
    """A cluster made of its members and their weights."""
    total: dict[int, float] = {}
    weight, size = 0.0, 0
    first: float | None = None
    last: float | None = None
    for member, share in members:
        for term, value in member.vector.items():
            total[term] = total.get(term, 0.0) + share * value
        weight += share
        size += 1
        if member.when is not None:
            first = member.when if first is None else min(first, member.when)
            last = member.when if last is None else max(last, member.when)
    return Cluster(id=cluster, size=size, weight=weight, total=_heaviest(total), first=first, last=last)


def joined(one: Cluster, other: Cluster) -> Cluster:
    """Two clusters as one under the first one's id."""
    total = dict(one.total)
    for term, value in other.total.items():
        total[term] = total.get(term, 0.0) + value
    firsts = [when for when in (one.first, other.first) if when is not None]
    lasts = [when for when in (one.last, other.last) if when is not None]
    return Cluster(
        id=one.id,
        size=one.size + other.size,
        weight=one.weight + other.weight,
        total=_heaviest(total),
        first=min(firsts, default=None),
        last=max(lasts, default=None),
    )


def _heaviest(total: Mapping[int, float]) -> dict[int, float]:
    terms = sorted(total, key=lambda term: (-total[term], term))[:TOTAL_TERMS]
    return dict(zip(terms, single([total[term] for term in terms]), strict=True))


def centroid_cosine(vector: Mapping[int, float], cluster: Cluster) -> float:
    """The cosine of an article with a cluster's centroid."""
    norm = sqrt(fsum(value * value for value in cluster.total.values()))
    return dot(vector, cluster.total) / norm if norm else 0.0


def join_score(vector: Mapping[int, float], best: float, cluster: Cluster) -> float:
    """The join score of an article: a share of its best cosine with a member, the rest with the centroid."""
    return BEST_SHARE * best + (1.0 - BEST_SHARE) * centroid_cosine(vector, cluster)


def average(one: Cluster, other: Cluster) -> float:
    """The weighted mean cosine of the pairs between two clusters (average link: UPGMA, Sokal & Michener 1958)."""
    product = one.weight * other.weight
    return dot(one.total, other.total) / product if product else 0.0


def average_with(vector: Mapping[int, float], cluster: Cluster) -> float:
    """The weighted mean cosine of an article with a cluster's members."""
    return dot(vector, cluster.total) / cluster.weight if cluster.weight else 0.0


def within(cluster: Cluster) -> float:
    """The weighted mean cosine of the pairs inside a cluster; PRIOR_DENSITY for a single article."""
    copies = (cluster.size - cluster.weight) / (1.0 - COPY_WEIGHT)
    alone = (cluster.size - copies) + copies * COPY_WEIGHT**2
    pairs = cluster.weight**2 - alone
    if pairs <= 1e-9:  # one article, to rounding
        return PRIOR_DENSITY
    return max(0.0, fsum(value * value for value in cluster.total.values()) - alone) / pairs


def density(cluster: Cluster) -> float:
    """How alike a cluster's members are, shrunk towards the prior as one observation."""
    return (within(cluster) * (cluster.size - 1) + PRIOR_DENSITY) / cluster.size


def contradict(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether both articles give prominence to an ordinal, and none to the same: the 12th package and the 13th.

    Of labelled pairs of equal cosine that contradict each other like this, a fifth as many tell one story. Numbers at
    large do not: most retellings of one story differ in some.
    """
    mine = _ordinals(one)
    if not mine:
        return False
    theirs = _ordinals(other)
    return bool(theirs) and mine.isdisjoint(theirs)


def agrees(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two articles may tell one story: the guard that half of a cluster's members must pass."""
    shared = [one.vector[term] * other.vector[term] for term in one.vector.keys() & other.vector.keys()]
    cosine = fsum(shared)
    return cosine >= AGREE and cosine - max(shared) >= BREADTH and not contradict(one, other)


def _ordinals(fingerprint: Fingerprint) -> set[int]:
    found = set()
    for (term, weight), surface in zip(fingerprint.vector.items(), fingerprint.terms, strict=True):
        if weight < PROMINENT:
            break
        if is_ordinal(surface, fingerprint.language):
            found.add(term)
    return found


def order(fingerprint: Fingerprint) -> tuple[float, int]:
    """The key that sorts articles by time; the undated come last, in order of their ids."""
    return (inf if fingerprint.when is None else fingerprint.when, fingerprint.article)


def apart(one: Cluster, other: Cluster, window: float | None) -> bool:
    """Whether two clusters lie further from each other than the window, in seconds; the undated never do."""
    if window is None or one.first is None or one.last is None or other.first is None or other.last is None:
        return False
    return max(one.first - other.last, other.first - one.last) > window
