"""The arithmetic of clusters: sums of their members' vectors, and from these how alike and how dense they are.

Words compare within one language alone, so a cluster sums its articles language by language (its strands).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from aggregator.cluster.sparse import add, dot, heaviest, length
from aggregator.model import Cluster, Level, Strand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.model import Fingerprint

# Terms kept of a cluster's sums, the heaviest.
TOTAL_TERMS = 200
# A copy says hardly anything new: what it weighs in its cluster's sums.
COPY_WEIGHT = 0.25
# The share of the best member in the score of a retelling.
BEST_SHARE = 0.3
# Seconds: headlines of one topic repeat each other's words from one day to the next, so they reach less far.
BRIEF_WINDOW = 2 * 86_400.0


@dataclass(frozen=True, slots=True)
class Window:
    """How far apart in time two reports of one story may lie, and what the time is.

    `seconds` is the distance between two dated articles, None without bound; `now` is in POSIX seconds, None where
    time stands still (a replay), so that nothing freezes.
    """

    seconds: float | None = None
    now: float | None = None

    def reach(self, own: Fingerprint) -> tuple[float | None, float | None]:
        """The times between which another article may lie to be compared with this one; None is unbounded."""
        if own.when is None or self.seconds is None:
            return None, None
        span = min(self.seconds, BRIEF_WINDOW) if own.brief else self.seconds
        return own.when - span, own.when + span

    def apart(self, one: Cluster, other: Cluster) -> bool:
        """Whether two clusters lie further from each other than the window; the undated never do."""
        if self.seconds is None or one.first is None or one.last is None or other.first is None or other.last is None:
            return False
        return max(one.first - other.last, other.first - one.last) > self.seconds

    def frozen(self, cluster: Cluster) -> bool:
        """Whether a cluster's window has ended: what it is, it stays."""
        if self.seconds is None or self.now is None or cluster.last is None:
            return False
        return cluster.last < self.now - self.seconds


def weight_of(level: Level) -> float:
    """What a member counts for in its cluster's sums."""
    return COPY_WEIGHT if level is Level.COPY else 1.0


def gathered(cluster: int, members: Iterable[tuple[Fingerprint, float]]) -> Cluster:
    """A cluster made of its members and their weights."""
    tongues: dict[str, list[tuple[Fingerprint, float]]] = {}
    for member, weight in members:
        tongues.setdefault(member.language, []).append((member, weight))
    whens = [member.when for some in tongues.values() for member, _ in some if member.when is not None]
    strands = {language: _spun(some) for language, some in tongues.items()}
    return Cluster(cluster, strands, min(whens, default=None), max(whens, default=None))


def _spun(members: Sequence[tuple[Fingerprint, float]]) -> Strand:
    total: dict[int, float] = {}
    names: dict[int, float] = {}
    for member, weight in members:
        add(total, member.vector, weight)
        add(names, member.names, weight)
    dated = [(member.when, weight) for member, weight in members if member.when is not None]
    when, spread = None, 0.0
    if dated:
        weights = fsum(weight for _, weight in dated)
        when = fsum(at * weight for at, weight in dated) / weights
        spread = fsum(weight * (at - when) ** 2 for at, weight in dated) / weights
    weight = fsum(weight for _, weight in members)
    return Strand(len(members), weight, heaviest(total, TOTAL_TERMS), heaviest(names, TOTAL_TERMS), when, spread)


def joined(one: Cluster, other: Cluster) -> Cluster:
    """Two clusters as one under the first one's id."""
    strands = dict(one.strands)
    for language, strand in other.strands.items():
        own = strands.get(language)
        strands[language] = strand if own is None else _woven(own, strand)
    firsts = [when for when in (one.first, other.first) if when is not None]
    lasts = [when for when in (one.last, other.last) if when is not None]
    return Cluster(one.id, strands, min(firsts, default=None), max(lasts, default=None))


def _woven(one: Strand, other: Strand) -> Strand:
    total, names = dict(one.total), dict(one.names)
    add(total, other.total)
    add(names, other.names)
    weight = one.weight + other.weight
    when, spread = one.when, one.spread
    if one.when is None:
        when, spread = other.when, other.spread
    elif other.when is not None:
        mine, theirs = one.weight / weight, other.weight / weight
        when = mine * one.when + theirs * other.when
        # The variance of a mixture: that within either strand, and that between their means.
        spread = mine * one.spread + theirs * other.spread + mine * theirs * (one.when - other.when) ** 2
    return Strand(
        one.size + other.size, weight, heaviest(total, TOTAL_TERMS), heaviest(names, TOTAL_TERMS), when, spread
    )


def centroid_cosine(own: Fingerprint, cluster: Cluster) -> float:
    """The cosine of an article with the centroid of the cluster's articles in its language."""
    strand = cluster.strands.get(own.language)
    norm = length(strand.total) if strand else 0.0
    return dot(own.vector, strand.total) / norm if strand and norm else 0.0


def join_score(own: Fingerprint, best: float, cluster: Cluster) -> float:
    """The join score of an article: a share of its best cosine with a member, the rest with the centroid."""
    return BEST_SHARE * best + (1.0 - BEST_SHARE) * centroid_cosine(own, cluster)


def average(one: Cluster, other: Cluster) -> float:
    """The weighted mean cosine of the pairs in one language between two clusters; 0 where there are none.

    Average link: UPGMA, Sokal & Michener 1958.
    """
    shared = [(one.strands[each], other.strands[each]) for each in one.strands.keys() & other.strands.keys()]
    pairs = fsum(mine.weight * theirs.weight for mine, theirs in shared)
    return fsum(dot(mine.total, theirs.total) for mine, theirs in shared) / pairs if pairs else 0.0
