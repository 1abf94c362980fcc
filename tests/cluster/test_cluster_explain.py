"""Why two articles are together, recomputed from what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.cluster.explain import Compared, explain
from aggregator.cluster.sparse import dot
from aggregator.model import Level

if TYPE_CHECKING:
    from tests.cluster.conftest import Desk

    Retellings = tuple[tuple[str, str], ...]


def test_contributions_add_up_to_the_cosine(desk: Desk, rates: Retellings) -> None:
    for title, text in rates:
        desk.file(title, text)
    membership = desk.shelf.memberships([2])[2]
    why = explain(membership, desk.prints[2], desk.prints[1])
    assert (why.article, why.partner, why.level, why.score) == (2, 1, Level.RETELLING, membership.score)
    assert why.cosine == pytest.approx(dot(desk.prints[1].vector, desk.prints[2].vector))
    assert why.shared[0] == max(why.shared, key=lambda part: part[1])
    assert why.numbers.agree == ("4.25",)
    assert {"Ana", "Ruiz"} <= set(why.named.agree)
    assert 0.0 <= why.jaccard <= why.containment < 0.5


def test_numbers_that_differ_are_told(desk: Desk) -> None:
    desk.file("Quake of magnitude 5.6 kills 10 near Marenko", "The quake of magnitude 5.6 struck at noon.")
    desk.file("Quake of magnitude 5.8 kills 10 near Marenko", "The quake of magnitude 5.8 struck at noon.")
    why = explain(desk.shelf.memberships([2])[2], desk.prints[2], desk.prints[1])
    assert why.numbers == Compared(("10",), ("5.8",), ("5.6",))


def test_the_first_needs_no_reason(desk: Desk) -> None:
    desk.file("Quake near Marenko")
    why = explain(desk.shelf.memberships([1])[1], desk.prints[1], None)
    assert (why.level, why.partner, why.shared, why.cosine) == (Level.FIRST, None, (), 0.0)
