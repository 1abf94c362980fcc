"""Languages apart, the end of a window, and who copied whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from aggregator.cluster.assign import assign
from aggregator.cluster.copies import copy_score, in_order, precedes
from aggregator.cluster.fingerprint import fingerprint
from aggregator.cluster.similarity import agrees, cosine
from aggregator.cluster.sums import Window, average, gathered, joined
from aggregator.cluster.sweep import sweep
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article, Cluster, Level
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Fingerprint
    from tests.cluster.conftest import Desk

    Printer = Callable[..., Fingerprint]

TEXT = (
    "Nine sailors were missing on Monday after the trawler Seahorse sank off Cape Lunta in a storm. The coast guard of "
    "Marenko searched with two helicopters and five boats. The owner said that the trawler had passed an inspection in "
    "January, and that the crew carried survival suits. The search goes on at first light, officials said."
)


def test_words_of_two_languages_do_not_compare(vector_print: Printer) -> None:
    one = vector_print(1, {1: 1.0, 2: 1.0})
    other = replace(one, article=2, language="uk")
    assert cosine(one, replace(one, article=2)) > 0.99
    assert cosine(one, other) == 0.0
    assert not agrees(one, other)
    both = gathered(1, [(one, 1.0), (other, 1.0)])
    assert {language: strand.size for language, strand in both.strands.items()} == {"en": 1, "uk": 1}
    assert average(gathered(1, [(one, 1.0)]), gathered(2, [(other, 1.0)])) == 0.0


def test_joining_adds_strand_to_strand_and_names_to_names(vector_print: Printer) -> None:
    one = replace(vector_print(1, {1: 1.0}), names={7: 1.0})
    other = replace(vector_print(2, {1: 1.0}), names={7: 0.5, 8: 0.5})
    foreign = replace(vector_print(3, {1: 1.0}), language="uk")
    whole = joined(joined(gathered(1, [(one, 1.0)]), gathered(2, [(other, 0.25)])), gathered(3, [(foreign, 1.0)]))
    assert whole == replace(gathered(1, [(one, 1.0), (other, 0.25), (foreign, 1.0)]))
    assert (whole.strands["en"].size, whole.strands["en"].weight, whole.size) == (2, 1.25, 3)
    assert whole.strands["en"].names == {7: 1.125, 8: 0.125}


def test_a_cluster_freezes_at_the_end_of_its_window() -> None:
    old = Cluster(1, first=0.0, last=10.0)
    assert Window(5.0, 16.0).frozen(old)
    assert not Window(5.0, 15.0).frozen(old)
    assert not Window(5.0).frozen(old)
    assert not Window(None, 16.0).frozen(old)
    assert not Window(5.0, 16.0).frozen(Cluster(2))


def test_what_is_frozen_is_neither_merged_nor_split(vector_print: Printer) -> None:
    shelf = MemoryShelf()
    for i in (1, 2):
        assign(shelf, vector_print(i, {1: 1.0, 2: 1.0}, when=100.0 * i), Window())
    late = Window(1_000.0, 5_000.0)
    sweep(shelf, [1, 2], late)
    assert [shelf.members(one) for one in (1, 2)] == [[1], [2]]
    sweep(shelf, [1, 2], Window(1_000.0, 300.0))
    assert shelf.members(1) == [1, 2]


def test_a_live_cluster_leaves_a_frozen_neighbour_alone(vector_print: Printer) -> None:
    shelf = MemoryShelf()
    for i, when in ((1, 0.0), (2, 900.0)):
        assign(shelf, vector_print(i, {1: 1.0, 2: 1.0}, when=when), Window())
    sweep(shelf, [2], Window(1_000.0, 1_500.0))
    assert shelf.members(1) == [1]


# ---------------------------------------------------------------- a developing story


def test_a_story_goes_on_while_reports_follow_each_other_within_the_window(
    desk: Desk, trawler: tuple[tuple[str, str], ...]
) -> None:
    first = desk.file(*trawler[0])
    assert desk.file(*trawler[1], hours=60.0) == first
    assert desk.file(*trawler[2], hours=120.0) == first


def test_a_story_becomes_a_new_one_after_a_silence_of_a_window(
    desk: Desk, trawler: tuple[tuple[str, str], ...]
) -> None:
    first = desk.file(*trawler[0])
    again = desk.file(*trawler[1], hours=80.0)
    assert again != first
    assert desk.file(*trawler[2], hours=100.0) == again
    assert desk.sweep() == [first, again, again]


# ---------------------------------------------------------------- who copied whom


def printed(
    article: int, text: str = TEXT, *, when: float | None = None, outlet: str = "", credited: tuple[str, ...] = ()
) -> Fingerprint:
    made = fingerprint(Article("u", outlet, "Trawler Seahorse lost", text, language="en", id=article), Vocabulary())
    return replace(made, when=when, credits=credited)


def test_the_later_copied() -> None:
    assert precedes(printed(2, when=1.0), printed(1, when=2.0))
    assert not precedes(printed(1, when=2.0), printed(2, when=1.0))


def test_who_credits_the_other_copied_whatever_the_clocks_say() -> None:
    wire = printed(1, when=9.0, outlet="agency")
    client = printed(2, when=1.0, outlet="daily", credited=("agency",))
    assert precedes(wire, client)
    assert not precedes(client, wire)
    assert [one.article for one in in_order([client, wire])] == [1, 2]


def test_two_that_credit_each_other_stand_by_their_times() -> None:
    one = printed(1, when=2.0, outlet="agency", credited=("daily",))
    other = printed(2, when=1.0, outlet="daily", credited=("agency",))
    assert [p.article for p in in_order([one, other])] == [2, 1]


def test_of_texts_of_one_time_the_shorter_was_cut() -> None:
    whole, cut = printed(2), printed(1, TEXT[:250])
    assert copy_score(whole, cut) is not None
    assert precedes(whole, cut)
    assert [one.article for one in in_order([cut, whole])] == [2, 1]


def test_a_credit_without_a_copy_changes_no_order() -> None:
    wire = printed(1, "The central bank of Veldia cut its key rate to 4.25 percent. " * 4, when=9.0, outlet="agency")
    client = printed(2, when=1.0, outlet="daily", credited=("agency",))
    assert [one.article for one in in_order([client, wire])] == [2, 1]


def test_chains_and_rings_of_credits_end() -> None:
    ring = [printed(i, when=float(i), outlet=f"o{i}", credited=(f"o{(i + 1) % 3}",)) for i in range(3)]
    assert sorted(one.article for one in in_order(ring)) == [0, 1, 2]
    chain = [printed(i, when=float(i), outlet=f"o{i}", credited=(f"o{i + 1}",)) for i in range(4)]
    assert [one.article for one in in_order(chain)] == [3, 2, 1, 0]


def test_an_agency_seen_late_becomes_the_first_of_its_copies() -> None:
    shelf = MemoryShelf()
    client = printed(1, when=1.0, outlet="daily", credited=("agency",))
    wire = printed(2, when=9.0, outlet="agency")
    assert assign(shelf, client, Window()) == assign(shelf, wire, Window())
    members = shelf.memberships([1, 2])
    assert (members[2].level, members[1].level, members[1].partner) == (Level.FIRST, Level.COPY, 2)


@given(st.permutations(range(5)))
def test_order_does_not_depend_on_the_order_of_reading(order: list[int]) -> None:
    prints = [printed(i, TEXT[: 200 + 20 * i], when=float(i // 2)) for i in range(5)]
    assert in_order([prints[i] for i in order]) == in_order(prints)
