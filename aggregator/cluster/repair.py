"""The local repair of a touched cluster: merge, split, move, by a density-relative average link.

Greedy assignment depends on the order of arrival; repair undoes most of it. Two clusters belong together when an
article of one is about as like the articles of the other as they are like each other, not when some fixed cosine is
reached: a story told in many words is sparse everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.cluster.bisect import between, cuts
from aggregator.cluster.copies import best_copy
from aggregator.cluster.similarity import (
    SHARED_TERMS,
    agrees,
    apart,
    average,
    average_with,
    contributions,
    density,
    dot,
    gathered,
    join_score,
    order,
    weight_of,
)
from aggregator.model import Level, Membership

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aggregator.cluster.bisect import Cut
    from aggregator.cluster.shelf import Shelf
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


def mend(shelf: Shelf, cluster: int, near: Sequence[int], window: float | None) -> None:
    """Merge, split and move what the touched cluster and its nearest neighbours call for.

    Args:
        shelf: what is kept.
        cluster: the id of the touched cluster.
        near: ids of clusters near it, best first.
        window: seconds between clusters beyond which they are not merged; None is unbounded.
    """
    neighbours = [other for other in near if other != cluster][:NEIGHBOURS]
    touched = merge_all(shelf, cluster, neighbours, window)
    size = shelf.clusters([touched])[touched].size
    if size in SPLIT_SIZES:
        split(shelf, touched)
        move_all(shelf, touched, [other for other in neighbours if shelf.clusters([other])])


def merge_all(shelf: Shelf, cluster: int, neighbours: Sequence[int], window: float | None) -> int:
    """Merge the cluster with each neighbour that belongs to it, the best first; the id that is left."""
    left = list(neighbours)
    while True:
        clusters = shelf.clusters([cluster, *left])
        own = clusters.pop(cluster)
        scored = [(merge_ratio(own, other), other.id) for other in clusters.values() if not apart(own, other, window)]
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
    """Whether at least half of the sampled pairs across two clusters agree, and no contrast parts them."""
    left, right = (_sample(shelf, cluster) for cluster in (one, other))
    hits = sum(agrees(a, b) for a in left for b in right)
    if 2 * hits < len(left) * len(right):
        return False
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
    _rehome(shelf, moved, into)
    shelf.redirect(gone, into)
    settle(shelf, into)
    shelf.log("merged", into, {"gone": gone, "articles": moved, "ratio": round(ratio, 4)})


def split(shelf: Shelf, cluster: int) -> list[int]:
    """Cut a cluster in two, again and again, while its halves are two stories; the ids of the parts, its own first."""
    members = shelf.memberships(shelf.members(cluster))
    # Copies would make any half that holds them look dense; they go where the article goes that they copy.
    telling = [article for article, m in members.items() if m.level is not Level.COPY]
    prints = sorted(shelf.fingerprints(telling).values(), key=order)
    cut = _parting([p.vector for p in prints]) if 3 <= len(prints) <= SPLIT_MOST else None
    if cut is None:
        return [cluster]
    # The half with the earliest article keeps the id.
    gone = {prints[i].article for i in cut.other}
    gone.update([article for article, m in members.items() if _root(m, members) in gone])
    fresh = shelf.add_cluster()
    _rehome(shelf, sorted(gone), fresh)
    settle(shelf, cluster)
    settle(shelf, fresh)
    figures = {"average": round(cut.link, 4), "ratio": round(cut.ratio, 4), "contrast": round(cut.contrast, 4)}
    shelf.log("split", cluster, {"new": fresh, "articles": sorted(gone), **figures})
    return [*split(shelf, cluster), *split(shelf, fresh)]


def _parting(vectors: Sequence[Mapping[int, float]]) -> Cut | None:
    """The cut that parts two stories, None where there is but one."""
    plain, contrast = cuts(vectors)
    if plain.link < SPLIT_AVERAGE or plain.ratio < SPLIT_RATIO:
        return plain
    parted = contrast.contrast < SPLIT_CONTRAST and contrast.ratio < CONTRAST_RATIO
    return contrast if parted and min(len(contrast.one), len(contrast.other)) >= CONTRAST_SIZE else None


def _root(membership: Membership, members: Mapping[int, Membership]) -> int:
    """The article at the end of a chain of copies, as far as it lies in the cluster."""
    while membership.level is Level.COPY and membership.partner is not None and membership.partner in members:
        membership = members[membership.partner]
    return membership.article


def move_all(shelf: Shelf, cluster: int, neighbours: Sequence[int]) -> None:
    """Move the members, each with its copies, that are more at home in a neighbour."""
    clusters = shelf.clusters([cluster, *neighbours])
    own = clusters.pop(cluster)
    members = shelf.memberships(shelf.members(cluster))
    telling = sorted(article for article, m in members.items() if m.level is not Level.COPY)
    prints = shelf.fingerprints(telling)
    for article in telling:
        vector = prints[article].vector
        if own.weight <= 1.0 or not clusters:
            return
        here = (average_with(vector, own) * own.weight - 1.0) / (own.weight - 1.0)
        there, best = max((average_with(vector, other), -other.id) for other in clusters.values())
        if there < here + MOVE_GAIN or there <= MOVE_AVERAGE:
            continue
        moved = sorted(a for a, m in members.items() if _root(m, members) == article)
        _rehome(shelf, moved, -best)
        own, clusters[-best] = settle(shelf, cluster), settle(shelf, -best)
        figures = {"here": round(here, 4), "there": round(there, 4)}
        shelf.log("moved", -best, {"articles": moved, "from": cluster, **figures})


def _rehome(shelf: Shelf, articles: Sequence[int], home: int) -> None:
    for membership in shelf.memberships(articles).values():
        shelf.save_membership(replace(membership, cluster=home))


def settle(shelf: Shelf, cluster: int, doubtful: Collection[int] = ()) -> Cluster:
    """Set the levels of a changed cluster right and sum it up anew.

    The earliest member is its first; a member whose partner has left, a former first, a copy of a later text and the
    doubtful ones look for the earlier member that they copy or retell.
    """
    prints = sorted(shelf.fingerprints(shelf.members(cluster)).values(), key=order)
    memberships = shelf.memberships([p.article for p in prints])
    rank = {p.article: i for i, p in enumerate(prints)}
    whole = gathered(cluster, [(p, weight_of(memberships[p.article].level)) for p in prints])
    for i, own in enumerate(prints):
        kept = memberships[own.article]
        if i == 0:
            settled = kept if kept.level is Level.FIRST else Membership(own.article, cluster, Level.FIRST)
        elif _stands(kept, rank) and own.article not in doubtful:
            continue
        else:
            settled = _found(own, prints[:i], whole)
        if settled != kept:
            memberships[own.article] = settled
            shelf.save_membership(settled)
    whole = gathered(cluster, [(p, weight_of(memberships[p.article].level)) for p in prints])
    shelf.save_cluster(whole)
    return whole


def _stands(membership: Membership, rank: Mapping[int, int]) -> bool:
    """Whether a later member's level and partner still hold."""
    if membership.partner is None or membership.partner not in rank:
        return False
    return membership.level is Level.RETELLING or rank[membership.partner] < rank[membership.article]


def _found(own: Fingerprint, earlier: Sequence[Fingerprint], cluster: Cluster) -> Membership:
    """What an article is to the earlier members of its cluster."""
    copied = best_copy(own, earlier)
    if copied is not None:
        level, (partner, score) = Level.COPY, copied
    else:
        level = Level.RETELLING
        partner = max(earlier, key=lambda other: dot(own.vector, other.vector))
        score = join_score(own.vector, dot(own.vector, partner.vector), cluster)
    shared = tuple(contributions(own, partner)[:SHARED_TERMS])
    return Membership(own.article, cluster.id, level, partner.article, score, shared)
