"""The pass that joins the clusters of one story across languages, by what survives translation.

Two clusters are as near as their articles in two different languages are on average (average link: UPGMA, Sokal &
Michener 1958), less the further apart in time, and shrunk where few articles speak. The nearest pair is merged first,
and only where each is the other's nearest; what a third language joins is weighed anew as a whole, so that no chain of
single links holds a cluster together. A shared credit, and what the titles mean (multilingual embeddings: Wang et al.
2024), support names that are near already; neither merges by itself.
"""

from __future__ import annotations

from collections import Counter
from math import exp, fsum, sqrt
from typing import TYPE_CHECKING

from aggregator.cluster import ties
from aggregator.cluster.names import ORDINALS, is_place, pair_keys
from aggregator.cluster.settle import absorb, rehome, settle
from aggregator.cluster.similarity import sampled
from aggregator.cluster.sparse import dot
from aggregator.cluster.sums import gathered
from aggregator.model import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from aggregator.cluster.shelf import Shelf
    from aggregator.cluster.sums import Window
    from aggregator.model import Fingerprint, Strand

    # Article ids -> a vector of length 1 for each whose meaning is known.
    Meaning = Callable[[Sequence[int]], Mapping[int, Sequence[float]]]

# From here on two clusters tell one story; more is surer and finds less.
BRIDGE = 0.30
# What it adds that both pass on one outlet's report, or one the other's; so many articles are asked whose they tell.
CREDIT = 0.10
SAMPLE = 24
# What it adds that titles mean the same: so much of the cosine above that of titles about different things. Of so many
# articles: each costs 40 ms.
MEANT = 2.0
UNRELATED = 0.82
READ = 8
# Below this a strand hangs on its cluster no more; the gap keeps it from flapping.
LOOSE = 0.14
# Seconds over which nearness falls to a third; 3 to 4 days measure best of 1 to 8, each at its own threshold.
FADE = 4 * 86_400.0
# So many pairs that share nothing stand against every two clusters: single titles need 2.5 times the likeness of
# clusters. 1 to 2 measure alike on stories; look-alike single titles reach .66.
DOUBT = 1.5
# A name has two keys, so three shared ones are two words at least.
SHARED = 3
# What is shared besides places must make this share of all that is: two countries are no story, whoever is credited.
# From none to .25 pairs across languages measure alike, and look-alikes part.
BESIDES = 0.25
# An ordinal is prominent where it makes this share of its part's articles' names.
PROMINENT = 0.1
# Candidates: the articles that share most pairs of names.
CANDIDATES = 200


def nearness(one: Cluster, other: Cluster) -> float:
    """How near two clusters are across languages, 0..1; 0 where they have but one language between them."""
    shared: set[int] = set()
    link = placed = pairs = 0.0
    for language, mine in one.strands.items():
        for tongue, theirs in other.strands.items():
            if language == tongue:
                continue
            common = mine.names.keys() & theirs.names.keys()
            shared |= common
            fading = _fading(mine, theirs)
            link += dot(mine.names, theirs.names) * fading
            placed += fsum(mine.names[key] * theirs.names[key] for key in sorted(common) if is_place(key)) * fading
            pairs += mine.weight * theirs.weight
    telling = len(shared) >= SHARED and link - placed >= BESIDES * link
    return link / (pairs + DOUBT) if telling else 0.0


def _fading(one: Strand, other: Strand) -> float:
    if one.when is None or other.when is None:
        return 1.0
    # What two articles lie apart, not what the means do: long stories meet everything half way.
    return exp(-sqrt((one.when - other.when) ** 2 + one.spread + other.spread) / FADE)


def contradict(one: Cluster, other: Cluster) -> bool:
    """Whether both clusters give prominence to an ordinal, and none to the same: the 12th package and the 13th."""
    mine, theirs = _ordinals(one), _ordinals(other)
    return bool(mine) and bool(theirs) and mine.isdisjoint(theirs)


def _ordinals(cluster: Cluster) -> set[int]:
    return {
        key
        for strand in cluster.strands.values()
        for key in strand.names.keys() & ORDINALS
        if strand.names[key] >= PROMINENT * strand.weight
    }


def no_meaning(_articles: Sequence[int]) -> Mapping[int, Sequence[float]]:
    """Knows what no article means."""
    return {}


def bridge(shelf: Shelf, clusters: Sequence[int], window: Window, meaning: Meaning = no_meaning) -> None:
    """Merge the clusters that tell one story in different languages, the nearest first, until none is left.

    Args:
        shelf: what is kept.
        clusters: ids of clusters that changed; those that are empty by now are passed over.
        window: clusters further apart are not merged; those whose window has ended stay as they are.
        meaning: what articles mean, in any language.
    """
    live = [cluster for cluster in shelf.clusters(clusters).values() if not window.frozen(cluster)]
    live = [part for cluster in live for part in _loosened(shelf, cluster)]
    pairs = {pair for cluster in live for pair in _pairs(shelf, cluster, window)}
    scores: dict[tuple[int, int], float] = {}
    while pairs:
        alive = shelf.clusters(sorted({cluster for pair in pairs for cluster in pair}))
        for a, b in pairs:
            scores[a, b] = _score(shelf, alive[a], alive[b], window, meaning)
        into = {b: a for a, b in _mutual(scores)}
        for gone, kept in into.items():
            absorb(shelf, gone, kept, {"names": round(scores[kept, gone], 4)})
            settle(shelf, kept)
        changed = {*into, *into.values()}
        stale = [pair for pair in scores if not changed.isdisjoint(pair)]
        pairs = {_renamed(pair, into) for pair in stale}
        pairs = {pair for pair in pairs if pair[0] != pair[1]}
        for pair in stale:
            del scores[pair]


def holds(cluster: Cluster, some: Collection[Fingerprint]) -> bool:
    """Whether a cluster's articles in other languages hold some of its articles by their names."""
    if len(cluster.strands) < 2:
        return False
    part = gathered(0, [(one, 1.0) for one in some])
    rest = {language: strand for language, strand in cluster.strands.items() if language not in part.strands}
    return nearness(part, Cluster(0, rest)) >= LOOSE


def _loosened(shelf: Shelf, cluster: Cluster) -> list[Cluster]:
    """The cluster and the strands that hang on it no more, each in a cluster of its own now."""
    found = [cluster]
    for language in sorted(cluster.strands, key=lambda one: (cluster.strands[one].weight, one)):
        whole = shelf.clusters([cluster.id])[cluster.id]
        if len(whole.strands) < 2:
            break
        rest = {other: strand for other, strand in whole.strands.items() if other != language}
        link = nearness(Cluster(0, {language: whole.strands[language]}), Cluster(0, rest))
        if link >= LOOSE:
            continue
        members = shelf.members(cluster.id)
        gone = {article for article, own in shelf.fingerprints(members).items() if own.language == language}
        if ties.kept_together(shelf, gone, set(members)) != gone:
            continue
        fresh = shelf.add_cluster()
        rehome(shelf, sorted(gone), fresh)
        shelf.log("split", cluster.id, {"new": fresh, "articles": sorted(gone), "names": round(link, 4)})
        found = [settle(shelf, cluster.id), *found[1:], settle(shelf, fresh)]
    return found


def _pairs(shelf: Shelf, cluster: Cluster, window: Window) -> set[tuple[int, int]]:
    """The cluster with each that shares a pair of its heaviest names in another language."""
    reach = window.seconds
    since = None if reach is None or cluster.first is None else cluster.first - reach
    until = None if reach is None or cluster.last is None else cluster.last + reach
    keys = [key for strand in cluster.strands.values() for key in pair_keys(strand.names)]
    near = [article for article, _ in shelf.near("name", keys, since, until, CANDIDATES)]
    homes = {membership.cluster for membership in shelf.memberships(near).values()} - {cluster.id}
    return {(min(cluster.id, home), max(cluster.id, home)) for home in homes}


def _score(shelf: Shelf, one: Cluster, other: Cluster, window: Window, meaning: Meaning) -> float:
    """The nearness of two clusters that may be one; 0 for others.

    Pieces that one language has of a story may come together through another.
    """
    if window.apart(one, other) or window.frozen(one) or window.frozen(other) or contradict(one, other):
        return 0.0
    nearer = round(nearness(one, other), 9)
    if nearer >= BRIDGE - CREDIT:
        if _one_source(shelf, one, other):
            nearer += CREDIT
        nearer += MEANT * max(0.0, _alike(shelf, one, other, meaning) - UNRELATED)
    if nearer < BRIDGE:
        return 0.0
    return 0.0 if ties.parted(shelf, shelf.members(one.id), shelf.members(other.id)) else nearer


def _alike(shelf: Shelf, one: Cluster, other: Cluster, meaning: Meaning) -> float:
    """The mean cosine of what two clusters' articles in different languages mean; 0 where that is not known."""
    mine, theirs = (_read(shelf, cluster, meaning) for cluster in (one, other))
    cosines = [
        fsum(x * y for x, y in zip(vector, opposite, strict=True))
        for language, vector in mine
        for tongue, opposite in theirs
        if language != tongue
    ]
    return fsum(cosines) / len(cosines) if cosines else 0.0


def _read(shelf: Shelf, cluster: Cluster, meaning: Meaning) -> list[tuple[str, Sequence[float]]]:
    """The language and the meaning of some of a cluster's articles."""
    some = sampled(shelf.members(cluster.id), READ)
    vectors = meaning(some)
    prints = shelf.fingerprints(list(vectors))
    return [(prints[article].language, vectors[article]) for article in sorted(vectors)]


def _one_source(shelf: Shelf, one: Cluster, other: Cluster) -> bool:
    """Whether two clusters pass on one outlet's report, or one of them the other's own."""
    (credited, own), (cited, theirs) = _sources(shelf, one.id), _sources(shelf, other.id)
    return bool(credited & cited or credited & theirs or own & cited)


def _sources(shelf: Shelf, cluster: int) -> tuple[set[str], set[str]]:
    """The outlets that at least half of a cluster's articles credit before all others; those that report themselves."""
    prints = shelf.fingerprints(sampled(shelf.members(cluster), SAMPLE)).values()
    credits_of = Counter(one.credits[0] for one in prints if one.credits)
    own = Counter(one.outlet for one in prints if one.outlet and not one.credits)
    return (
        {outlet for outlet, n in credits_of.items() if 2 * n >= len(prints)},
        {outlet for outlet, n in own.items() if 2 * n >= len(prints)},
    )


def _mutual(scores: Mapping[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The pairs of which each is the other's nearest, and near enough."""
    best: dict[int, tuple[float, tuple[int, int]]] = {}
    for pair, score in scores.items():
        if score >= BRIDGE:
            for cluster in pair:
                if cluster not in best or (-score, pair) < (-best[cluster][0], best[cluster][1]):
                    best[cluster] = score, pair
    return sorted(pair for pair in {pair for _, pair in best.values()} if best[pair[0]][1] == best[pair[1]][1] == pair)


def _renamed(pair: tuple[int, int], into: Mapping[int, int]) -> tuple[int, int]:
    a, b = (into.get(cluster, cluster) for cluster in pair)
    return min(a, b), max(a, b)
