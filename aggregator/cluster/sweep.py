"""The pass before a digest: the same repair over every cluster that changed, once the day is known."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from aggregator.cluster import repair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.cluster.shelf import Shelf
    from aggregator.cluster.sums import Window

# Two clusters are compared where they share this many of their heaviest terms.
TOP_TERMS = 20
SHARED = 2
# A term at the top of more clusters than this tells nothing.
_COMMON = 400


def sweep(shelf: Shelf, clusters: Sequence[int], window: Window) -> None:
    """Split what falls apart, then merge what belongs together, among clusters that changed.

    Args:
        shelf: what is kept.
        clusters: ids of clusters; those that are empty by now are passed over.
        window: clusters further apart are not merged; those whose window has ended stay as they are.
    """
    standing = sorted(one for one, found in shelf.clusters(clusters).items() if not window.frozen(found))
    parts = [part for cluster in standing for part in repair.split(shelf, cluster)]
    _merge(shelf, parts, window)


def _merge(shelf: Shelf, ids: Sequence[int], window: Window) -> None:
    """Merge the pairs that share heavy terms and belong together, the surest first, until none is left."""
    alive = shelf.clusters(ids)
    pairs = _pairs(shelf, ids)
    while pairs:
        scored = sorted(
            ((repair.merge_ratio(alive[a], alive[b]), a, b) for a, b in pairs if not window.apart(alive[a], alive[b])),
            key=lambda item: (-item[0], item[1:]),
        )
        into: dict[int, int] = {}
        for ratio, a, b in scored:
            # Once a cluster has changed, its other figures are stale: they wait for the next round.
            if ratio < repair.MERGE_RATIO or a in into or b in into or not repair.agree(shelf, a, b):
                continue
            repair.merge(shelf, a, b, ratio)
            into[a] = into[b] = a
        alive = shelf.clusters(sorted({into.get(c, c) for c in alive}))
        pairs = sorted({(into.get(a, a), into.get(b, b)) for a, b in pairs if a in into or b in into})
        pairs = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})


def _pairs(shelf: Shelf, ids: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs of clusters that share at least SHARED of their TOP_TERMS heaviest terms."""
    holders: dict[tuple[str, int], list[int]] = defaultdict(list)
    for cluster in shelf.clusters(ids).values():
        for language, strand in cluster.strands.items():
            for term in list(strand.total)[:TOP_TERMS]:
                holders[language, term].append(cluster.id)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for sharing in holders.values():
        if len(sharing) <= _COMMON:
            ordered = sorted(sharing)
            for i, one in enumerate(ordered):
                for other in ordered[i + 1 :]:
                    shared[one, other] += 1
    return sorted(pair for pair, n in shared.items() if n >= SHARED)
