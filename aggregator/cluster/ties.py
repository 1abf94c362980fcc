"""What people said of articles: these tell one story, those do not. Every later step obeys.

Must-link and cannot-link constraints: Wagstaff, Cardie, Rogers & Schroedl 2001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from aggregator.cluster.shelf import Shelf
    from aggregator.model import Tie


def parted(shelf: Shelf, some: Collection[int], others: Collection[int]) -> bool:
    """Whether a person said that an article of one set and one of the other tell two stories."""
    return bool(parting(shelf, some, others))


def parting(shelf: Shelf, some: Collection[int], others: Collection[int]) -> list[Tie]:
    """What a person said of an article of one set and one of the other: they tell two stories."""
    return [tie for tie in _between(shelf, some, others) if not tie.together]


def holding(shelf: Shelf, some: Collection[int], others: Collection[int]) -> list[Tie]:
    """What a person said of an article of one set and one of the other: they tell one story."""
    return [tie for tie in _between(shelf, some, others) if tie.together]


def _between(shelf: Shelf, some: Collection[int], others: Collection[int]) -> list[Tie]:
    """What a person said of an article of one set and one of the other, which share none."""
    said = shelf.ties(some)
    if not said:  # as nearly always, and asked for every pair of clusters that might be one
        return []
    one, other = set(some), set(others)
    return [tie for tie in said if (tie.one in one and tie.other in other) or (tie.one in other and tie.other in one)]


def kept_together(shelf: Shelf, gone: set[int], members: set[int]) -> set[int]:
    """Those that may leave a cluster: whom a person tied to one that stays, stays too."""
    bonds = [(tie.one, tie.other) for tie in shelf.ties(sorted(gone)) if tie.together]
    bonds += [(other, one) for one, other in bonds]
    left = set(gone)
    while bound := {one for one, other in bonds if one in left and other in members and other not in left}:
        left -= bound
    return left
