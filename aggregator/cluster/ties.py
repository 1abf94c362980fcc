"""What people said of articles: these tell one story, those do not. Every later step obeys.

Must-link and cannot-link constraints: Wagstaff, Cardie, Rogers & Schroedl 2001.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from aggregator.cluster.shelf import Shelf


def parted(shelf: Shelf, some: Collection[int], others: Collection[int]) -> bool:
    """Whether a person said that an article of one set and one of the other tell two stories."""
    said = [tie for tie in shelf.ties(some) if not tie.together]
    one, other = set(some), set(others)
    return any((tie.one in one and tie.other in other) or (tie.one in other and tie.other in one) for tie in said)


def kept_together(shelf: Shelf, gone: set[int], members: set[int]) -> set[int]:
    """Those that may leave a cluster: whom a person tied to one that stays, stays too."""
    bonds = [(tie.one, tie.other) for tie in shelf.ties(sorted(gone)) if tie.together]
    bonds += [(other, one) for one, other in bonds]
    left = set(gone)
    while bound := {one for one, other in bonds if one in left and other in members and other not in left}:
        left -= bound
    return left


def may_move(shelf: Shelf, moved: Iterable[int], members: Iterable[int], target: Collection[int]) -> bool:
    """Whether articles may leave for a cluster: no tie holds them, none keeps them away."""
    going = set(moved)
    return kept_together(shelf, going, set(members)) == going and not parted(shelf, sorted(going), target)
