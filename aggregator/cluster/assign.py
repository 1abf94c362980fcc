"""One article finds its cluster: copies first, then retellings, else a cluster of its own.

This is greedy: what an article finds depends on what came before it. The pass (sweep.py) sets that right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator.cluster.copies import best_copy, precedes
from aggregator.cluster.kinds import WORD
from aggregator.cluster.settle import settle
from aggregator.cluster.signatures import RETELLING_BANDS, keys, replicas, signatures
from aggregator.cluster.similarity import agrees, cosine, sampled
from aggregator.cluster.sums import gathered, join_score, joined, weight_of
from aggregator.model import Level, Membership

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.cluster.shelf import Shelf
    from aggregator.cluster.sums import Window
    from aggregator.model import Cluster, Fingerprint

# How many candidates are looked at: the most colliding articles, then their best clusters.
COPY_CANDIDATES = 40
RETELLING_CANDIDATES = 120
CLUSTER_CANDIDATES = 24
# The score of a retelling and what it must reach; an item with hardly more than a title must reach more.
JOIN = 0.20
JOIN_BRIEF = 0.30
# Guard against chains: half of at most this many members must agree.
SAMPLE = 16


@dataclass(frozen=True, slots=True)
class Match:
    """Where an article belongs: the cluster, as what, and by which member and score."""

    cluster: int
    level: Level
    partner: Fingerprint
    score: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A cluster that a retelling might join: the member it was found by, and the join score."""

    cluster: Cluster
    partner: Fingerprint
    score: float


def assign(shelf: Shelf, fingerprint: Fingerprint, window: Window) -> int:
    """Put an article into its cluster, or open one.

    Args:
        shelf: what is kept.
        fingerprint: the article; it is stored. An article that has a cluster already keeps it.
        window: two dated articles further apart than this are not compared.

    Returns:
        The id of the cluster that the article is in.
    """
    article = fingerprint.article
    kept = shelf.memberships([article])
    if article in kept:
        return kept[article].cluster
    found = match(shelf, fingerprint, window)
    mentions = [] if found is not None and found.level is Level.COPY else _mentioned(shelf, fingerprint, window)
    if mentions:
        return _stand_alone(shelf, fingerprint, mentions)
    shelf.add_fingerprint(fingerprint)
    if found is None:
        return _open(shelf, fingerprint)
    _join(shelf, fingerprint, found)
    return found.cluster


def _stand_alone(shelf: Shelf, fingerprint: Fingerprint, mentions: list[_Candidate]) -> int:
    """Give a round-up a cluster of its own, which nothing can find but its copies."""
    shelf.add_fingerprint(replace(fingerprint, retelling_keys=(), name_keys=()))
    home = _open(shelf, fingerprint)
    shelf.save_mentions(fingerprint.article, {one.cluster.id: one.score for one in mentions})
    return home


def _open(shelf: Shelf, fingerprint: Fingerprint) -> int:
    home = shelf.add_cluster()
    shelf.save_cluster(gathered(home, [(fingerprint, 1.0)]))
    shelf.save_membership(Membership(fingerprint.article, home, Level.FIRST))
    return home


def match(shelf: Shelf, fingerprint: Fingerprint, window: Window) -> Match | None:
    """The cluster that an article would join, None where it would open one of its own. Nothing is stored."""
    copying = _near(shelf, "copy", fingerprint, window, COPY_CANDIDATES)
    retelling = _near(shelf, "retelling", fingerprint, window, RETELLING_CANDIDATES)
    memberships = shelf.memberships(list(dict.fromkeys(copying + retelling)))
    prints = shelf.fingerprints(list(memberships))
    copied = best_copy(fingerprint, (prints[a] for a in copying if a in prints))
    if copied is not None:
        partner, score = copied
        return Match(memberships[partner.article].cluster, Level.COPY, partner, score)
    best = _chosen(shelf, fingerprint, _candidates(shelf, fingerprint, prints, memberships))
    return None if best is None else Match(best.cluster.id, Level.RETELLING, best.partner, best.score)


def _mentioned(shelf: Shelf, own: Fingerprint, window: Window) -> list[_Candidate]:
    """The stories that a round-up's halves tell; none for a report of one story, whose halves agree on it."""
    if not own.halves:
        return []
    told = []
    for half, signature in zip(own.halves, signatures(replicas(half) for half in own.halves), strict=True):
        part = replace(own, vector=half, terms=("",) * len(half), kinds=WORD * len(half), halves=())
        part = replace(part, retelling_keys=keys(signature, RETELLING_BANDS))
        near = _near(shelf, "retelling", part, window, RETELLING_CANDIDATES)
        memberships = shelf.memberships(near)
        told.append(_chosen(shelf, part, _candidates(shelf, part, shelf.fingerprints(list(memberships)), memberships)))
    found = {one.cluster.id: one for one in told if one is not None}
    return [] if len(found) == 1 and None not in told else list(found.values())


def _near(shelf: Shelf, kind: str, own: Fingerprint, window: Window, most: int) -> list[int]:
    """The articles within reach of one that share most of its band keys of a kind."""
    given = own.copy_keys if kind == "copy" else own.retelling_keys
    return [article for article, _ in shelf.near(kind, given, *window.reach(own), most)]


def _candidates(
    shelf: Shelf, fingerprint: Fingerprint, prints: Mapping[int, Fingerprint], memberships: Mapping[int, Membership]
) -> list[_Candidate]:
    """The clusters near an article, best first."""
    best: dict[int, tuple[float, Fingerprint]] = {}
    for other in sorted(prints.values(), key=lambda p: p.article):
        alike = cosine(fingerprint, other)
        cluster = memberships[other.article].cluster
        if alike > best.get(cluster, (0.0, other))[0]:
            best[cluster] = alike, other
    nearest = sorted(best, key=lambda cluster: (-best[cluster][0], cluster))[:CLUSTER_CANDIDATES]
    clusters = shelf.clusters(nearest)
    found = [
        _Candidate(clusters[c], best[c][1], join_score(fingerprint, best[c][0], clusters[c]))
        for c in nearest
        if c in clusters
    ]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.cluster.id))


def _chosen(shelf: Shelf, fingerprint: Fingerprint, candidates: list[_Candidate]) -> _Candidate | None:
    """The best cluster that is good enough and whose members agree."""
    for candidate in candidates:
        needed = JOIN_BRIEF if fingerprint.brief or candidate.partner.brief else JOIN
        if candidate.score < needed or not agrees(fingerprint, candidate.partner):
            continue
        prints = _sample(shelf, candidate.cluster.id, fingerprint.language)
        if 2 * sum(agrees(fingerprint, p) for p in prints) >= len(prints):
            return candidate
    return None


def _sample(shelf: Shelf, cluster: int, language: str) -> list[Fingerprint]:
    """Some of a cluster's members in one language."""
    members = shelf.fingerprints(sampled(shelf.members(cluster), SAMPLE)).values()
    return [p for p in members if p.language == language]


def _join(shelf: Shelf, fingerprint: Fingerprint, found: Match) -> None:
    home, level, partner, score = found.cluster, found.level, found.partner, found.score
    shelf.save_membership(Membership(fingerprint.article, home, level, partner.article, score))
    cluster = shelf.clusters([home])[home]
    shelf.save_cluster(joined(cluster, gathered(home, [(fingerprint, weight_of(level))])))
    first = fingerprint.when is not None and (cluster.first is None or fingerprint.when < cluster.first)
    if first or (level is Level.COPY and precedes(fingerprint, partner)):
        settle(shelf, home, [partner.article])
