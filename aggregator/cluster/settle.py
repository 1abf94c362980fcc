"""What each article is to its cluster: the first, a copy, a retelling; and of whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.cluster.copies import best_copy, in_order
from aggregator.cluster.similarity import cosine
from aggregator.cluster.sparse import dot
from aggregator.cluster.sums import gathered, join_score, weight_of
from aggregator.model import Level, Membership

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aggregator.cluster.shelf import Shelf
    from aggregator.model import Cluster, Fingerprint


def rehome(shelf: Shelf, articles: Sequence[int], home: int) -> None:
    """Put articles into another cluster as what they are; both clusters need to be settled then."""
    for membership in shelf.memberships(articles).values():
        shelf.save_membership(replace(membership, cluster=home))


def absorb(shelf: Shelf, gone: int, into: int, figures: Mapping[str, float]) -> None:
    """Empty one cluster into another and redirect its id; the other needs to be settled then."""
    articles = shelf.members(gone)
    rehome(shelf, articles, into)
    shelf.redirect(gone, into)
    shelf.log("merged", into, {"gone": gone, "articles": articles, **figures})


def settle(shelf: Shelf, cluster: int, doubtful: Collection[int] = ()) -> Cluster:
    """Set the levels of a changed cluster right and sum it up anew.

    The earliest member is its first; a member whose partner has left, a former first, a copy of a later text and the
    doubtful ones look for the earlier member that they copy or retell.
    """
    prints = in_order(shelf.fingerprints(shelf.members(cluster)).values())
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
        told = [other for other in earlier if other.language == own.language]
        if told:
            partner = max(told, key=lambda other: cosine(own, other))
            score = join_score(own, cosine(own, partner), cluster)
        else:  # the first in its language: its names brought it here
            partner = max(earlier, key=lambda other: dot(own.names, other.names))
            score = dot(own.names, partner.names)
    return Membership(own.article, cluster.id, level, partner.article, score)


def root(membership: Membership, members: Mapping[int, Membership]) -> int:
    """The article at the end of a chain of copies, as far as it lies among the members."""
    while membership.level is Level.COPY and membership.partner is not None and membership.partner in members:
        membership = members[membership.partner]
    return membership.article
