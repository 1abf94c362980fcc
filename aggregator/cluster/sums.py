"""The arithmetic of clusters: sums of their members' vectors, and from these how alike and how dense they are.

Words compare within one language alone, so a cluster sums its articles language by language (its strands).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import fsum, sqrt
from typing import TYPE_CHECKING

from aggregator.cluster.fingerprint import single
from aggregator.cluster.similarity import dot
from aggregator.model import Cluster, Level, Strand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aggregator.model import Fingerprint

# Terms kept of a cluster's sums, the heaviest.
TOTAL_TERMS = 200
# A copy says hardly anything new: what it weighs in its cluster's sums.
COPY_WEIGHT = 0.25
# The share of the best member in the score of a retelling.
BEST_SHARE = 0.3
# What a cluster's members are held to share before any is compared with another: a single article is as dense as this.
PRIOR_DENSITY = 0.40


@dataclass(frozen=True, slots=True)
class Window:
    """How far apart in time two reports of one story may lie, and what the time is.

    `seconds` is the distance between two dated articles, None without bound; `now` is in POSIX seconds, None where
    time stands still (a replay), so that nothing freezes.
    """

    seconds: float | None = None
    now: float | None = None

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
    totals: dict[str, dict[int, float]] = {}
    weights: dict[str, float] = {}
    names: dict[int, float] = {}
    sizes: Counter[str] = Counter()
    whens = []
    for member, weight in members:
        language = member.language
        sizes[language] += 1
        weights[language] = weights.get(language, 0.0) + weight
        _add(totals.setdefault(language, {}), member.vector, weight)
        _add(names, member.names, weight)
        if member.when is not None:
            whens.append(member.when)
    strands = {one: Strand(sizes[one], weights[one], _heaviest(totals[one])) for one in totals}
    return Cluster(cluster, strands, _heaviest(names), min(whens, default=None), max(whens, default=None))


def joined(one: Cluster, other: Cluster) -> Cluster:
    """Two clusters as one under the first one's id."""
    strands = dict(one.strands)
    for language, strand in other.strands.items():
        own = strands.get(language)
        strands[language] = strand if own is None else _woven(own, strand)
    names = dict(one.names)
    _add(names, other.names, 1.0)
    firsts = [when for when in (one.first, other.first) if when is not None]
    lasts = [when for when in (one.last, other.last) if when is not None]
    return Cluster(one.id, strands, _heaviest(names), min(firsts, default=None), max(lasts, default=None))


def _woven(one: Strand, other: Strand) -> Strand:
    total = dict(one.total)
    _add(total, other.total, 1.0)
    return Strand(one.size + other.size, one.weight + other.weight, _heaviest(total))


def _add(total: dict[int, float], vector: Mapping[int, float], weight: float) -> None:
    for term, value in vector.items():
        total[term] = total.get(term, 0.0) + weight * value


def _heaviest(total: Mapping[int, float]) -> dict[int, float]:
    terms = sorted(total, key=lambda term: (-total[term], term))[:TOTAL_TERMS]
    return dict(zip(terms, single([total[term] for term in terms]), strict=True))


def centroid_cosine(own: Fingerprint, cluster: Cluster) -> float:
    """The cosine of an article with the centroid of the cluster's articles in its language."""
    strand = cluster.strands.get(own.language)
    norm = sqrt(_square(strand.total)) if strand else 0.0
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


def average_with(own: Fingerprint, cluster: Cluster) -> float:
    """The weighted mean cosine of an article with a cluster's members in its language; 0 where there are none."""
    strand = cluster.strands.get(own.language)
    return dot(own.vector, strand.total) / strand.weight if strand and strand.weight else 0.0


def within(cluster: Cluster) -> float:
    """The weighted mean cosine of the pairs in one language inside a cluster; PRIOR_DENSITY where there are none."""
    inside = pairs = 0.0
    for strand in cluster.strands.values():
        copies = (strand.size - strand.weight) / (1.0 - COPY_WEIGHT)
        alone = (strand.size - copies) + copies * COPY_WEIGHT**2
        inside += max(0.0, _square(strand.total) - alone)
        pairs += strand.weight**2 - alone
    return inside / pairs if pairs > 1e-9 else PRIOR_DENSITY  # one article, to rounding


def _square(total: Mapping[int, float]) -> float:
    return fsum(value * value for value in total.values())


def density(cluster: Cluster) -> float:
    """How alike a cluster's members are, shrunk towards the prior as one observation."""
    size = cluster.size
    return (within(cluster) * (size - 1) + PRIOR_DENSITY) / size
