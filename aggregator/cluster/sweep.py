"""The pass before a digest: everything near what changed is grouped anew, and the old clusters keep their ids.

Assignment is greedy: what it finds depends on the order of arrival. The pass looks at all articles of changed clusters
at once, one language at a time (portions.py, regroup.py), and gives the groups the ids of the old clusters (naming.py);
then it joins what tells one story in several languages (bridge.py).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from aggregator.cluster.bridge import bridge, holds, no_meaning
from aggregator.cluster.naming import rename
from aggregator.cluster.portions import portions
from aggregator.cluster.regroup import regroup
from aggregator.cluster.settle import root

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aggregator.cluster.bridge import Meaning
    from aggregator.cluster.portions import Part
    from aggregator.cluster.shelf import Shelf
    from aggregator.cluster.sums import Window


# What a pass has set right may call for more: articles that found no one beside strangers find them now.
ROUNDS = 3


def sweep(shelf: Shelf, clusters: Collection[int], window: Window, meaning: Meaning = no_meaning) -> None:
    """Group the articles of changed clusters and their neighbours anew.

    Args:
        shelf: what is kept.
        clusters: ids of clusters; those that are empty by now are passed over.
        window: clusters further apart are not merged; those whose window has ended stay as they are.
        meaning: what articles mean, in any language.
    """
    touched, changed = set(clusters), set(clusters)
    for _ in range(ROUNDS):
        changed = {one for portion in portions(shelf, changed, window) for one in _regrouped(shelf, portion, window)}
        touched |= changed
        if not changed:
            break
    bridge(shelf, sorted(touched), window, meaning)


def _regrouped(shelf: Shelf, portion: Sequence[Part], window: Window) -> set[int]:
    """Group a portion's articles anew; the ids of the clusters that this changed."""
    # A cluster that went into another with its articles in one language took those in the others along: they are looked
    # at in the next round, where they are now.
    portion = [part for part in portion if shelf.members(part.cluster)]
    prints = [one for part in portion for one in part.prints]
    followers = _followers(shelf, portion)
    units, parted = _bound(shelf, portion, followers)
    position = {one.article: i for i, one in enumerate(prints)}
    groups = regroup(prints, [[position[article] for article in unit] for unit in units], window, parted)
    articles = [[a for i in group for article in units[i] for a in followers[article]] for group in groups]
    return rename(shelf, _held(shelf, articles))


def _held(shelf: Shelf, groups: Sequence[list[int]]) -> list[list[int]]:
    """The groups, but those of one cluster as one that its words part and its articles in other languages hold."""
    homes = {article: m.cluster for article, m in shelf.memberships([a for group in groups for a in group]).items()}
    clusters = shelf.clusters(sorted(set(homes.values())))
    free: list[list[int]] = []
    held: dict[int, list[int]] = defaultdict(list)
    for group in groups:
        (home, *others) = {homes[article] for article in group}
        if others or not holds(clusters[home], shelf.fingerprints(group).values()):
            free.append(group)
        else:
            held[home] += group
    return [*free, *held.values()]


def _bound(
    shelf: Shelf, portion: Sequence[Part], followers: dict[int, list[int]]
) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """The articles that stay together, and the pairs of such units that a person parted.

    A part that is whole stays together, and what a person tied to an article, or to one that follows it.
    """
    units = [[one.article for one in part.prints] for part in portion if part.whole]
    units += [[one.article] for part in portion if not part.whole for one in part.prints]
    unit_of = {follower: i for i, unit in enumerate(units) for article in unit for follower in followers[article]}
    said = [
        (unit_of[tie.one], unit_of[tie.other], tie.together)
        for tie in shelf.ties(list(unit_of))
        if tie.one in unit_of and tie.other in unit_of
    ]
    home = list(range(len(units)))
    for one, other, together in said:
        if together:
            into, gone = sorted((home[one], home[other]))
            home = [into if at == gone else at for at in home]
    tied: dict[int, list[int]] = defaultdict(list)
    for i, unit in enumerate(units):
        tied[home[i]] += unit
    place = {at: i for i, at in enumerate(tied)}
    parted = [(place[home[one]], place[home[other]]) for one, other, together in said if not together]
    return list(tied.values()), parted


def _followers(shelf: Shelf, portion: Sequence[Part]) -> dict[int, list[int]]:
    """What goes where an article goes: itself and its copies; with a part's first, all that the part does not show."""
    found: dict[int, list[int]] = defaultdict(list)
    for part in portion:
        shown = {one.article for one in part.prints}
        members = shelf.memberships(shelf.members(part.cluster))
        prints = shelf.fingerprints(list(members)) if part.whole else {}
        for article, membership in sorted(members.items()):
            lead = root(membership, members)
            if lead in shown:
                found[lead].append(article)
            elif part.whole and prints[article].language == part.prints[0].language:
                found[part.prints[0].article].append(article)
    return found
