"""The local repair of a touched cluster: merge, split, move, by a density-relative average link.

Greedy assignment depends on the order of arrival; repair undoes most of it. Two clusters belong together when an
article of one is about as like the articles of the other as they are like each other, not when some fixed cosine is
reached: a story told in many words is sparse everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.cluster import ties
from aggregator.cluster.bisect import between, cuts
from aggregator.cluster.copies import in_order
from aggregator.cluster.settle import rehome, root, settle
from aggregator.cluster.similarity import agrees, dot
from aggregator.cluster.sums import average, average_with, density
from aggregator.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.cluster.bisect import Cut
    from aggregator.cluster.shelf import Shelf
    from aggregator.cluster.sums import Window
    from aggregator.model import Cluster, Fingerprint

# Merge: the mean cosine across must reach the floor, and this share of the two densities' geometric mean.
MERGE_AVERAGE = 0.20
MERGE_RATIO = 0.55
# Split: below either of these. The gap to the merge is the hysteresis that keeps a cluster from flapping.
SPLIT_AVERAGE = 0.08
SPLIT_RATIO = 0.35
# Look-alike events: what the contrast leaves is shared less than this across halves of at least so many articles.
SPLIT_CONTRAST = 0.33
MERGE_CONTRAST = 0.40
CONTRAST_RATIO = 0.80
CONTRAST_SIZE = 3
# Move: elsewhere is better by this much, and good.
MOVE_GAIN = 0.02
MOVE_AVERAGE = 0.20
# A split costs the square of the size, so growing clusters are looked at ever more rarely.
SPLIT_SIZES = frozenset([4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 60, 75, 90, 110, 135, 165, 200])
# A larger cluster is a day's one great story; cutting it would cost seconds.
SPLIT_MOST = 200
# The neighbours that a touched cluster is compared with.
NEIGHBOURS = 6
# Guard against chains: half of at most this many x this many cross pairs must agree.
CROSS_SAMPLE = 12


def mend(shelf: Shelf, cluster: int, near: Sequence[int], window: Window) -> None:
    """Merge, split and move what the touched cluster and its nearest neighbours call for.

    Args:
        shelf: what is kept.
        cluster: the id of the touched cluster.
        near: ids of clusters near it, best first.
        window: clusters further apart are not merged; those whose window has ended stay as they are.
    """
    if window.frozen(shelf.clusters([cluster])[cluster]):
        return
    standing = shelf.clusters([other for other in near if other != cluster][:NEIGHBOURS])
    neighbours = [other for other, found in standing.items() if not window.frozen(found)]
    touched = merge_all(shelf, cluster, neighbours, window)
    size = shelf.clusters([touched])[touched].size
    if size in SPLIT_SIZES:
        split(shelf, touched)
        move_all(shelf, touched, [other for other in neighbours if shelf.clusters([other])])


def merge_all(shelf: Shelf, cluster: int, neighbours: Sequence[int], window: Window) -> int:
    """Merge the cluster with each neighbour that belongs to it, the best first; the id that is left."""
    left = list(neighbours)
    while True:
        clusters = shelf.clusters([cluster, *left])
        own = clusters.pop(cluster)
        scored = [(merge_ratio(own, other), other.id) for other in clusters.values() if not window.apart(own, other)]
        for ratio, other in sorted(scored, key=lambda pair: (-pair[0], pair[1])):
            if ratio >= MERGE_RATIO and agree(shelf, cluster, other):
                cluster, gone = min(cluster, other), max(cluster, other)
                merge(shelf, cluster, gone, ratio)
                left = [c for c in clusters if c != other]
                break
        else:
            return cluster


def merge_ratio(one: Cluster, other: Cluster) -> float:
    """The average link of two clusters relative to their densities; 0 where it is below the floor."""
    link = average(one, other)
    return link / (density(one) * density(other)) ** 0.5 if link >= MERGE_AVERAGE else 0.0


def agree(shelf: Shelf, one: int, other: int) -> bool:
    """Whether two clusters may be one: no person parted them, half of the sampled pairs agree, no contrast parts them.

    Only pairs in one language can agree or not.
    """
    if ties.parted(shelf, shelf.members(one), shelf.members(other)):
        return False
    left, right = (_sample(shelf, cluster) for cluster in (one, other))
    if any(all(p.halves for p in side) for side in (left, right)):
        return False  # a round-up
    pairs = [(a, b) for a in left for b in right if a.language == b.language]
    if 2 * sum(agrees(a, b) for a, b in pairs) < len(pairs) or not pairs:
        return False
    return all(
        _one_event([p for p in left if p.language == language], [p for p in right if p.language == language])
        for language in {a.language for a, _ in pairs}
    )


def _one_event(left: Sequence[Fingerprint], right: Sequence[Fingerprint]) -> bool:
    """Whether the contrast leaves two sets of articles in one language together; few articles give none."""
    if min(len(left), len(right)) < CONTRAST_SIZE:
        return True
    cut = between([p.vector for p in left], [p.vector for p in right])
    return cut.contrast >= MERGE_CONTRAST or cut.ratio >= CONTRAST_RATIO


def _sample(shelf: Shelf, cluster: int) -> list[Fingerprint]:
    """The fingerprints of some of a cluster's members that are no copies."""
    members = shelf.memberships(shelf.members(cluster))
    telling = sorted(article for article, m in members.items() if m.level is not Level.COPY)
    return [p for _, p in sorted(shelf.fingerprints(sampled(telling, CROSS_SAMPLE)).items())]


def sampled(members: Sequence[int], most: int) -> Sequence[int]:
    """At most so many of the members, evenly spread over them."""
    if len(members) <= most:
        return members
    return [members[i * len(members) // most] for i in range(most)]


def merge(shelf: Shelf, into: int, gone: int, ratio: float) -> None:
    """Empty one cluster into another and redirect its id."""
    moved = shelf.members(gone)
    rehome(shelf, moved, into)
    shelf.redirect(gone, into)
    settle(shelf, into)
    shelf.log("merged", into, {"gone": gone, "articles": moved, "ratio": round(ratio, 4)})


def split(shelf: Shelf, cluster: int) -> list[int]:
    """Cut a cluster in two, again and again, while its halves are two stories; the ids of the parts, its own first."""
    members = shelf.memberships(shelf.members(cluster))
    # Copies would make any half that holds them look dense; they go where the article goes that they copy.
    telling = [article for article, m in members.items() if m.level is not Level.COPY]
    prints = in_order(shelf.fingerprints(telling).values())
    for language in sorted({p.language for p in prints}):
        found = _parting([p for p in prints if p.language == language])
        if found is None:
            continue
        cut, gone = found
        gone |= _followers([p for p in prints if p.language != language], prints, gone, language)
        gone.update([article for article, m in members.items() if root(m, members) in gone])
        gone = ties.kept_together(shelf, gone, set(members))
        if gone:
            fresh = _cut_off(shelf, cluster, gone, cut)
            return [*split(shelf, cluster), *split(shelf, fresh)]
    return [cluster]


def _cut_off(shelf: Shelf, cluster: int, gone: set[int], cut: Cut) -> int:
    """Give some members a cluster of their own; its id."""
    fresh = shelf.add_cluster()
    rehome(shelf, sorted(gone), fresh)
    settle(shelf, cluster)
    settle(shelf, fresh)
    figures = {"average": round(cut.link, 4), "ratio": round(cut.ratio, 4), "contrast": round(cut.contrast, 4)}
    shelf.log("split", cluster, {"new": fresh, "articles": sorted(gone), **figures})
    return fresh


def _followers(others: Iterable[Fingerprint], prints: Iterable[Fingerprint], gone: set[int], language: str) -> set[int]:
    """The articles in other languages whose names are rather those of the half that leaves."""
    sides: tuple[dict[int, float], dict[int, float]] = {}, {}
    for own in prints:
        if own.language == language:
            side = sides[own.article in gone]
            for name, weight in own.names.items():
                side[name] = side.get(name, 0.0) + weight
    norms = [sum(weight**2 for weight in side.values()) ** 0.5 or 1.0 for side in sides]
    return {own.article for own in others if dot(own.names, sides[1]) / norms[1] > dot(own.names, sides[0]) / norms[0]}


def _parting(prints: Sequence[Fingerprint]) -> tuple[Cut, set[int]] | None:
    """The cut that parts articles of one language into two stories, and the articles of the later half.

    The half with the earliest article keeps the id.
    """
    if not 3 <= len(prints) <= SPLIT_MOST:
        return None
    plain, contrast = cuts([p.vector for p in prints])
    if plain.link < SPLIT_AVERAGE or plain.ratio < SPLIT_RATIO:
        return plain, {prints[i].article for i in plain.other}
    parted = contrast.contrast < SPLIT_CONTRAST and contrast.ratio < CONTRAST_RATIO
    if parted and min(len(contrast.one), len(contrast.other)) >= CONTRAST_SIZE:
        return contrast, {prints[i].article for i in contrast.other}
    return None


def move_all(shelf: Shelf, cluster: int, neighbours: Sequence[int]) -> None:
    """Move the members, each with its copies, that are more at home in a neighbour."""
    clusters = shelf.clusters([cluster, *neighbours])
    own = clusters.pop(cluster)
    members = shelf.memberships(shelf.members(cluster))
    telling = sorted(article for article, m in members.items() if m.level is not Level.COPY)
    prints = shelf.fingerprints(telling)
    for article in telling:
        one = prints[article]
        weight = own.strands[one.language].weight
        if weight <= 1.0 or not clusters:
            continue
        here = (average_with(one, own) * weight - 1.0) / (weight - 1.0)
        there, best = max((average_with(one, other), -other.id) for other in clusters.values())
        if there < here + MOVE_GAIN or there <= MOVE_AVERAGE:
            continue
        moved = sorted(a for a, m in members.items() if root(m, members) == article)
        if not ties.may_move(shelf, moved, shelf.members(cluster), shelf.members(-best)):
            continue
        rehome(shelf, moved, -best)
        own, clusters[-best] = settle(shelf, cluster), settle(shelf, -best)
        figures = {"here": round(here, 4), "there": round(there, 4)}
        shelf.log("moved", -best, {"articles": moved, "from": cluster, **figures})
