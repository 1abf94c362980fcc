"""Which articles a pass looks at together: those of the changed clusters and of the clusters near them, in portions.

One portion is one language's. Clusters that are linked fall into one portion, the most alike first, as long as it stays
small: what a pass costs grows with the square of a portion, and everything is linked to everything in the end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from aggregator.cluster.signatures import RETELLING_BANDS, keys, replicas, signatures
from aggregator.cluster.similarity import cosine, order, sampled
from aggregator.cluster.sparse import add, dot, heaviest, length
from aggregator.model import Level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from aggregator.cluster.shelf import Shelf
    from aggregator.cluster.sums import Window
    from aggregator.model import Fingerprint

# Articles in a portion, and members up to which a changed cluster is taken apart.
MOST = 800
APART = 200
# Members of a changed cluster that look for others, the candidates of each, and the cosine that links.
SEEKERS = 4
CANDIDATES = 40
LINK = 0.15
# The bands miss retellings in quite other words; changed clusters that share so many of their heaviest terms are linked
# as well. A term at the top of more clusters than this tells nothing.
TOP_TERMS = 20
SHARED = 2
COMMON = 200
# Members that stand for a cluster that is not taken apart.
STANDING = 24


# A part's cluster and language.
_Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A cluster's articles of one language, copies left out, in order of time; `whole` if they are to stay together."""

    cluster: int
    prints: tuple[Fingerprint, ...]
    whole: bool


def portions(shelf: Shelf, clusters: Collection[int], window: Window) -> Iterator[list[Part]]:
    """The parts to be regrouped together; each portion holds one that changed.

    Args:
        shelf: what is kept.
        clusters: ids of the clusters that changed; those that are empty by now are passed over.
        window: two dated articles further apart are not compared; clusters whose window has ended stay as they are.
    """
    changed = _parts(shelf, _live(shelf, clusters, window), whole=False)
    links = _akin(changed) | _links(shelf, changed, window)
    others = {key[0] for pair in links for key in pair} - {key[0] for key in changed}
    parts = changed | _parts(shelf, _live(shelf, others, window), whole=True)
    for held in _joined(parts, links):
        if any(key in changed for key in held):
            yield [parts[key] for key in held]


def _live(shelf: Shelf, clusters: Collection[int], window: Window) -> list[int]:
    return sorted(one for one, found in shelf.clusters(sorted(clusters)).items() if not window.frozen(found))


def _parts(shelf: Shelf, clusters: Sequence[int], *, whole: bool) -> dict[_Key, Part]:
    """The parts of clusters; those that stay together are stood for by some of their articles."""
    found: dict[_Key, Part] = {}
    for cluster in clusters:
        members = shelf.memberships(shelf.members(cluster))
        telling = [article for article, m in members.items() if m.level is not Level.COPY]
        prints = sorted(shelf.fingerprints(telling).values(), key=order)
        if all(one.halves for one in prints):
            continue  # a round-up, which stays by itself
        for language in sorted({one.language for one in prints}):
            kept = [one for one in prints if one.language == language]
            stays = whole or len(kept) > APART
            found[cluster, language] = Part(cluster, tuple(sampled(kept, STANDING) if stays else kept), stays)
    return found


def _akin(parts: Mapping[_Key, Part]) -> dict[tuple[_Key, _Key], float]:
    """The cosines of the parts that share heavy terms."""
    totals: dict[_Key, dict[int, float]] = {key: {} for key in parts}
    for key, part in parts.items():
        for one in part.prints:
            add(totals[key], one.vector)
    holders: dict[tuple[str, int], list[_Key]] = defaultdict(list)
    for key in sorted(totals):
        for term in heaviest(totals[key], TOP_TERMS):
            holders[key[1], term].append(key)
    shared = Counter(
        pair for sharing in holders.values() if len(sharing) <= COMMON for pair in combinations(sharing, 2)
    )
    norms = {key: length(total) for key, total in totals.items()}
    alike = {
        (one, other): dot(totals[one], totals[other]) / (norms[one] * norms[other])
        for (one, other), n in shared.items()
        if n >= SHARED
    }
    return {pair: found for pair, found in alike.items() if found >= LINK}


def _links(shelf: Shelf, parts: Mapping[_Key, Part], window: Window) -> dict[tuple[_Key, _Key], float]:
    """The best cosine between two parts, as far as their articles find each other by their bands."""
    links: dict[tuple[_Key, _Key], float] = {}
    seekers = [(key, one) for key, part in parts.items() for one in sampled(part.prints, SEEKERS)]
    made = signatures(replicas(one.vector) for _, one in seekers)
    for (key, seeker), signature in zip(seekers, made, strict=True):
        since, until = window.reach(seeker)
        near = [a for a, _ in shelf.near("retelling", keys(signature, RETELLING_BANDS), since, until, CANDIDATES)]
        homes = {
            article: m.cluster
            for article, m in shelf.memberships(near).items()
            if m.cluster != key[0] and m.level is not Level.COPY
        }
        for article, other in shelf.fingerprints(list(homes)).items():
            alike = cosine(seeker, other)
            there = homes[article], other.language
            pair = min(key, there), max(key, there)
            if alike >= max(LINK, links.get(pair, 0.0)):
                links[pair] = alike
    return links


def _joined(parts: Mapping[_Key, Part], links: Mapping[tuple[_Key, _Key], float]) -> list[list[_Key]]:
    """The portions: linked parts come together, the most alike first, while they are no more than MOST articles."""
    home = {key: key for key in parts}
    portion = {key: [key] for key in parts}
    sizes = {key: len(part.prints) for key, part in parts.items()}
    for one, other in sorted(links, key=lambda pair: (-links[pair], pair)):
        # A round-up, a frozen cluster and what lies there in another language alone are found, but are no parts.
        if one not in home or other not in home:
            continue
        into, gone = sorted((home[one], home[other]))
        if into != gone and sizes[into] + sizes[gone] <= MOST:
            sizes[into] += sizes.pop(gone)
            for key in portion[gone]:
                home[key] = into
            portion[into] += portion.pop(gone)
    return [sorted(portion[key]) for key in sorted(portion)]
