"""What people set right: stories that are one, articles that tell another story or belong to another one.

A correction is planned first; then its transfers are carried out, and its ties (see ties.py) keep every later step
from undoing it. What an earlier correction parted is not merged as a whole. But a word on single articles overrides
what was said of them before: the ties that say otherwise are withdrawn, and what those said of other articles besides,
through the hub of a star, is said anew in their name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator.cluster import ties
from aggregator.cluster.settle import rehome, settle
from aggregator.model import Level, Tie, Transfer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from aggregator.cluster.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Plan:
    """What a correction would change, and what it says of pairs of articles.

    Ties with a number are said on behalf of that correction. `against` are the ties that forbid the whole, `withdrawn`
    those that it overrides.
    """

    transfers: tuple[Transfer, ...]
    said: tuple[Tie, ...]
    against: tuple[Tie, ...] = ()
    withdrawn: tuple[Tie, ...] = ()


def merging(shelf: Shelf, clusters: Collection[int]) -> Plan:
    """Several clusters as one: the oldest id stays, and every article is tied to the others."""
    into, *rest = sorted(clusters)
    met = shelf.members(into)
    transfers: list[Transfer] = []
    against: list[Tie] = []
    for gone in rest:
        articles = shelf.members(gone)
        against += ties.parting(shelf, articles, met)
        transfers.append(Transfer(tuple(articles), gone, into, emptied=True, met=tuple(met)))
        met = met + articles
    return Plan(tuple(transfers), _bound(met), tuple(against))


def splitting(shelf: Shelf, cluster: int, articles: Collection[int]) -> Plan:
    """Some of a cluster's articles as a cluster of their own, apart from those that stay."""
    going = set(articles)
    staying = set(shelf.members(cluster)) - going
    withdrawn, instead = _torn(shelf, going, staying)
    transfer = Transfer(tuple(sorted(going)), cluster, shelf.add_cluster())
    return Plan((transfer,), (*instead, *_bound(going), *_apart(going, staying)), withdrawn=tuple(withdrawn))


def moving(shelf: Shelf, cluster: int, articles: Collection[int], target: int) -> Plan:
    """Some of a cluster's articles as part of another cluster.

    They are tied to that one's first article alone: its others may still turn out to tell a story of their own.
    """
    going, met = set(articles), shelf.members(target)
    staying = set(shelf.members(cluster)) - going
    withdrawn, instead = _torn(shelf, going, staying)
    withdrawn += ties.parting(shelf, going, met)
    transfer = Transfer(tuple(sorted(going)), cluster, target, emptied=not staying, met=tuple(met))
    first = next(article for article, m in shelf.memberships(met).items() if m.level is Level.FIRST)
    said = (*instead, *_bound({first, *going}), *_apart(going, staying))
    return Plan((transfer,), said, withdrawn=tuple(withdrawn))


def _torn(shelf: Shelf, going: set[int], staying: set[int]) -> tuple[list[Tie], list[Tie]]:
    """The ties that hold some articles of a cluster back, and what their corrections say without them."""
    withdrawn = ties.holding(shelf, going, staying)
    instead: list[Tie] = []
    for number in sorted({tie.correction for tie in withdrawn}):
        said = [tie for tie in shelf.ties(going | staying) if tie.correction == number]
        for bound in _components(tie for tie in said if tie.together):
            rest = bound & staying
            if not rest or rest == bound:
                continue
            instead += [replace(tie, correction=number) for tie in _bound(rest)]
            apart = {tie.one if tie.other in bound else tie.other for tie in said if _leaves(tie, bound)}
            instead += [Tie(min(rest), other, together=False, correction=number) for other in sorted(apart)]
    return withdrawn, instead


def _leaves(tie: Tie, bound: Collection[int]) -> bool:
    """Whether a tie parts one of these articles from another."""
    return not tie.together and (tie.one in bound) != (tie.other in bound)


def _components(bonds: Iterable[Tie]) -> list[set[int]]:
    """The articles that ties hold together, directly or over others."""
    found: list[set[int]] = []
    for tie in bonds:
        touched = [one for one in found if tie.one in one or tie.other in one]
        found = [one for one in found if one not in touched] + [{tie.one, tie.other}.union(*touched)]
    return found


def _bound(articles: Collection[int]) -> tuple[Tie, ...]:
    """Articles that tell one story. A tie of each to one of them says it of all pairs."""
    hub, *others = sorted(articles)
    return tuple(Tie(hub, other, together=True) for other in others)


def _apart(going: Collection[int], staying: Iterable[int]) -> tuple[Tie, ...]:
    """Two sets that tell two stories. One of the first speaks for all of it, because they are tied to each other."""
    return tuple(Tie(min(going), other, together=False) for other in sorted(staying))


def with_copies(shelf: Shelf, articles: Collection[int], cluster: int) -> set[int]:
    """Articles of a cluster and, over any number of steps, their copies in it."""
    members = shelf.memberships(shelf.members(cluster)).items()
    copies = [(article, m.partner) for article, m in members if m.level is Level.COPY]
    found = set(articles)
    while more := {article for article, partner in copies if partner in found and article not in found}:
        found |= more
    return found


def carry_out(shelf: Shelf, transfers: Iterable[Transfer], marks: Mapping[str, object]) -> None:
    """Make the transfers and log each as what it is: merged, split or moved.

    Args:
        shelf: what is kept.
        transfers: what to take where.
        marks: what the events say besides, such as whose doing it was.
    """
    touched: dict[int, None] = {}
    for one in transfers:
        detail = {"articles": list(one.articles), **marks}
        fresh = not shelf.members(one.joined)
        rehome(shelf, one.articles, one.joined)
        if one.emptied:
            shelf.redirect(one.left, one.joined)
            touched.pop(one.left, None)
            shelf.log("merged", one.joined, {"gone": one.left, **detail})
        else:
            touched[one.left] = None
            kind, ends = ("split", {"new": one.joined}) if fresh else ("moved", {"from": one.left})
            shelf.log(kind, one.left if fresh else one.joined, {**ends, **detail})
        touched[one.joined] = None
    for cluster in touched:
        settle(shelf, cluster)


def take_back(shelf: Shelf, transfers: Sequence[Transfer], marks: Mapping[str, object]) -> list[Transfer]:
    """Return the articles of transfers whose ties hold no longer, as far as they still are where those put them.

    Copies that came since go along. What another tie holds, or keeps away, stays.

    Args:
        shelf: what is kept.
        transfers: with the ids that their clusters have today. Where the one that they left is gone, articles return
            to a new one.
        marks: as in carry_out.

    Returns:
        What was taken where.
    """
    known = {article for one in transfers for article in (*one.articles, *one.met)}
    done: list[Transfer] = []
    for one in reversed(transfers):
        members = set(shelf.members(one.joined))
        own = members.intersection(one.articles)
        copies = with_copies(shelf, own, one.joined) - known
        going = ties.kept_together(shelf, own | copies, members)
        target = None if one.emptied or one.left == one.joined else one.left
        if not going or (target is None and going == members):
            continue
        if target is not None and ties.parting(shelf, going, shelf.members(target)):
            continue
        back = Transfer(
            tuple(sorted(going)),
            one.joined,
            shelf.add_cluster() if target is None else target,
            emptied=going == members,
            met=() if target is None else tuple(shelf.members(target)),
        )
        carry_out(shelf, [back], marks)
        done.append(back)
    return done
