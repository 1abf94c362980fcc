"""Groups of articles take the ids of the clusters that they were: a story keeps its id as long as most of it stays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aggregator.cluster.settle import absorb, rehome, settle
from aggregator.cluster.sums import average, gathered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.cluster.shelf import Shelf


def rename(shelf: Shelf, groups: Sequence[Sequence[int]]) -> set[int]:
    """Make clusters of disjoint groups of articles, each of which has a cluster.

    A cluster's id goes to the group that holds most of it, larger shares first, then smaller ids. A group to which no
    id is left opens a cluster. A cluster whose id no group takes is merged, with whatever else it holds, into the group
    that holds most of it.

    Returns:
        The ids of the clusters that changed.
    """
    homes = {a: m.cluster for a, m in shelf.memberships([a for group in groups for a in group]).items()}
    shares = [Counter(homes[article] for article in group) for group in groups]
    ranked = sorted((-n, cluster, i) for i, share in enumerate(shares) for cluster, n in share.items())
    ids: dict[int, int] = {}
    kept: set[int] = set()
    most: dict[int, int] = {}
    for _, cluster, i in ranked:
        most.setdefault(cluster, i)
        if i not in ids and cluster not in kept:
            ids[i] = cluster
            kept.add(cluster)
    changed: set[int] = set()
    for i, group in enumerate(groups):
        leaving = {article: homes[article] for article in group if homes[article] in kept - {ids.get(i)}}
        changed |= _moved(shelf, leaving, ids.get(i))
    for cluster in sorted(most.keys() - kept):
        into = ids[most[cluster]]
        clusters = shelf.clusters([cluster, into])
        link = average(clusters[cluster], clusters[into]) if into in clusters else 0.0
        changed.add(into)
        absorb(shelf, cluster, into, {"average": round(link, 4)})
    for cluster in sorted(changed):
        settle(shelf, cluster)
    return changed


def _moved(shelf: Shelf, leaving: dict[int, int], into: int | None) -> set[int]:
    """Move articles out of their clusters, into a new one where none is given; the clusters that changed."""
    if not leaving:
        return set()
    fresh = shelf.add_cluster() if into is None else into
    # A new cluster was split from the one that gave it most.
    parent = min((-n, cluster) for cluster, n in Counter(leaving.values()).items())[1]
    clusters = shelf.clusters(sorted(set(leaving.values())))
    for cluster, before in clusters.items():
        articles = sorted(article for article, home in leaving.items() if home == cluster)
        rehome(shelf, articles, fresh)
        alone = gathered(fresh, [(one, 1.0) for one in shelf.fingerprints(articles).values()])
        # To the cluster as it was, themselves included.
        detail = {"articles": articles, "average": round(average(alone, before), 4)}
        if into is None and cluster == parent:
            shelf.log("split", cluster, {"new": fresh, **detail})
        else:
            shelf.log("moved", fresh, {"from": cluster, **detail})
    return {fresh, *clusters}
