"""The pass: what it merges, splits and moves, and which ids it keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.cluster.likeness import matrices
from aggregator.cluster.naming import rename
from aggregator.cluster.portions import portions
from aggregator.cluster.regroup import regroup
from aggregator.cluster.settle import settle
from aggregator.cluster.signatures import RETELLING_BANDS, keys, replicas, signatures
from aggregator.cluster.similarity import agrees, cosine
from aggregator.cluster.sums import Window, gathered
from aggregator.cluster.sweep import sweep
from aggregator.model import Level, Membership, Tie
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aggregator.model import Fingerprint

    Printer = Callable[..., Fingerprint]

DAY = 86_400.0


def shelved(groups: Sequence[Sequence[Fingerprint]]) -> MemoryShelf:
    """A shelf with one cluster a group, the first of each group its first."""
    shelf = MemoryShelf()
    for group in groups:
        home = shelf.add_cluster()
        for member in group:
            (signature,) = signatures([replicas(member.vector)])
            shelf.add_fingerprint(replace(member, retelling_keys=keys(signature, RETELLING_BANDS)))
            level = Level.FIRST if member is group[0] else Level.RETELLING
            shelf.save_membership(
                Membership(member.article, home, level, None if member is group[0] else group[0].article)
            )
        shelf.save_cluster(gathered(home, [(member, 1.0) for member in group]))
    return shelf


def kinds(shelf: MemoryShelf) -> list[str]:
    return [kind for kind, _, _ in shelf.events]


def events(vector_print: Printer, count: int, first: int = 1) -> list[list[Fingerprint]]:
    """Two look-alike events of one topic, so many articles each."""
    return [
        [
            vector_print(first + e * count + i, {0: 0.7, 10 + e: 0.5, 20 + e: 0.4, 100 + e * count + i: 0.3})
            for i in range(count)
        ]
        for e in range(2)
    ]


def story(vector_print: Printer, ids: range, term: int = 1, *, when: float | None = None) -> list[Fingerprint]:
    """Articles of one story by one of its terms; those of two terms have nothing in common."""
    return [vector_print(i, {term: 1.0, term + 1: 1.0, 100 + i: 0.3}, when=when) for i in ids]


# ---------------------------------------------------------------- merge, split, move


def test_look_alikes_are_parted_and_stay_so(vector_print: Printer) -> None:
    one, other = events(vector_print, 4)
    shelf = shelved([[*one, *other]])
    sweep(shelf, [1], Window())
    assert (shelf.members(1), shelf.members(2)) == ([1, 2, 3, 4], [5, 6, 7, 8])
    assert kinds(shelf) == ["split"]
    assert shelf.events[0][2]["new"] == 2
    assert shelf.memberships([5])[5].level is Level.FIRST
    assert all(shelf.memberships([a])[a].partner in {5, 6, 7} for a in (6, 7, 8))
    sweep(shelf, [1, 2], Window())
    assert kinds(shelf) == ["split"]


def test_copies_go_where_their_article_goes(vector_print: Printer) -> None:
    one, other = events(vector_print, 4)
    copy = vector_print(9, dict(other[1].vector))
    shelf = shelved([[*one, *other, copy]])
    shelf.save_membership(Membership(9, 1, Level.COPY, other[1].article, 0.9))
    sweep(shelf, [1], Window())
    # The larger half keeps the id.
    assert (shelf.members(1), shelf.members(2)) == ([5, 6, 7, 8, 9], [1, 2, 3, 4])
    assert shelf.memberships([9])[9] == Membership(9, 1, Level.COPY, 6, 0.9)


def test_a_stranger_is_put_out(vector_print: Printer) -> None:
    shelf = shelved([[vector_print(1, {1: 1.0, 2: 1.0}), vector_print(2, {1: 1.0, 2: 1.0}), vector_print(3, {5: 1.0})]])
    sweep(shelf, [1], Window())
    assert (shelf.members(1), shelf.members(2)) == ([1, 2], [3])


def test_pieces_of_a_story_are_merged_to_the_oldest(vector_print: Printer) -> None:
    pieces = [[member] for member in story(vector_print, range(1, 6), when=1.0)]
    lone = vector_print(9, {1: 0.1, 2: 0.1, 50: 1.0})
    shelf = shelved([*pieces, [lone]])
    sweep(shelf, [6, 5, 4, 3, 2, 1, 77], Window())
    assert shelf.members(1) == [1, 2, 3, 4, 5]
    assert shelf.members(6) == [9]
    assert shelf.redirects == dict.fromkeys((2, 3, 4, 5), 1)
    levels = [m.level for _, m in sorted(shelf.memberships([1, 2, 3, 4, 5]).items())]
    assert levels == [Level.FIRST, *[Level.RETELLING] * 4]


def test_a_member_moves_to_where_it_belongs(vector_print: Printer) -> None:
    here, there = story(vector_print, range(1, 5)), story(vector_print, range(5, 9), 5)
    stray = story(vector_print, range(9, 10), 5)
    shelf = shelved([[*here, *stray], there])
    sweep(shelf, [1, 2], Window())
    assert (shelf.members(1), shelf.members(2)) == ([1, 2, 3, 4], [5, 6, 7, 8, 9])
    assert kinds(shelf) == ["moved"]
    assert shelf.events[0][2]["from"] == 1


def test_clusters_apart_in_time_are_not_merged(vector_print: Printer) -> None:
    shelf = shelved([[vector_print(i, {1: 1.0, 2: 1.0}, when=100.0 * i)] for i in (1, 2)])
    sweep(shelf, [1, 2], Window(50.0))
    assert kinds(shelf) == []
    sweep(shelf, [1, 2], Window(150.0))
    assert kinds(shelf) == ["merged"]


def test_most_pairs_must_agree(vector_print: Printer) -> None:
    # The sums are alike because of one heavy pair; most pairs have nothing in common.
    one = [vector_print(1, {1: 1.0, 2: 1.0}), *(vector_print(i, {2: 0.1, 10 + i: 1.0}) for i in range(2, 5))]
    other = [vector_print(5, {1: 1.0, 2: 1.0}), *(vector_print(i, {2: 0.1, 10 + i: 1.0}) for i in range(6, 9))]
    groups = regroup([*one, *other], [[0, 1, 2, 3], [4, 5, 6, 7]], Window())
    assert groups == [(0,), (1,)]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arrival_does_not_matter(vector_print: Printer, seed: int) -> None:
    import random  # noqa: PLC0415 -- beside its only use

    made = [
        *story(vector_print, range(1, 6)),
        *story(vector_print, range(6, 11), 5),
        *story(vector_print, range(11, 14), 9),
    ]
    random.Random(seed).shuffle(made)
    shelf = shelved([made[:4], made[4:6], *([one] for one in made[6:])])
    sweep(shelf, range(1, 99), Window())
    found = {tuple(shelf.members(home)) for home in range(1, 30) if shelf.members(home)}
    assert found == {(1, 2, 3, 4, 5), (6, 7, 8, 9, 10), (11, 12, 13)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(homes=st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_a_pass_after_a_pass_changes_nothing(vector_print: Printer, homes: list[int]) -> None:
    one, other = events(vector_print, 4)
    made = [*one, *other, *story(vector_print, range(9, 13), 5)]
    shelf = shelved(
        [some for home in range(6) if (some := [p for p, at in zip(made, homes, strict=True) if at == home])]
    )
    sweep(shelf, range(1, 99), Window())
    before, told = {a: shelf.memberships([a])[a] for a in range(1, 13)}, len(shelf.events)
    sweep(shelf, range(1, 99), Window())
    assert {a: shelf.memberships([a])[a] for a in range(1, 13)} == before
    assert len(shelf.events) == told


# ---------------------------------------------------------------- ids


def test_the_group_that_holds_most_of_a_cluster_keeps_its_id(vector_print: Printer) -> None:
    shelf = shelved([story(vector_print, range(1, 6)), story(vector_print, range(6, 8), 5)])
    assert rename(shelf, [[1, 2, 6], [3, 4, 5, 7]]) == {1, 2}
    assert (shelf.members(1), shelf.members(2)) == ([3, 4, 5, 7], [1, 2, 6])
    assert shelf.redirects == {}
    assert rename(shelf, [[1, 2, 6], [3, 4, 5, 7]]) == set()


def test_settling_follows_the_time(vector_print: Printer) -> None:
    shelf = shelved([[vector_print(i, {1: 1.0, 10 + i: 0.5}, when=float(-i)) for i in range(1, 4)]])
    settle(shelf, 1)
    memberships = shelf.memberships([1, 2, 3])
    assert [memberships[a].level for a in (1, 2, 3)] == [Level.RETELLING, Level.RETELLING, Level.FIRST]
    assert memberships[1].partner in {2, 3}


# ---------------------------------------------------------------- a person's word


def test_what_a_person_parted_stays_apart(vector_print: Printer) -> None:
    made = story(vector_print, range(1, 5))
    shelf = shelved([made[:2], made[2:]])
    shelf.said.append(Tie(1, 4, together=False))
    sweep(shelf, [1, 2], Window())
    assert (shelf.members(1), shelf.members(2)) == ([1, 2], [3, 4])


def test_what_a_person_tied_stays_together(vector_print: Printer) -> None:
    one, other = events(vector_print, 4)
    shelf = shelved([[*one, *other]])
    shelf.said += [Tie(1, 5, together=True), Tie(5, 6, together=True)]
    sweep(shelf, [1], Window())
    assert shelf.memberships([1])[1].cluster == shelf.memberships([5])[5].cluster == shelf.memberships([6])[6].cluster


# ---------------------------------------------------------------- likeness


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    vectors=st.lists(
        st.dictionaries(st.integers(0, 12), st.floats(0.1, 2.0), min_size=1, max_size=6), min_size=2, max_size=6
    )
)
def test_all_pairs_at_once_are_as_one_by_one(vector_print: Printer, vectors: list[dict[int, float]]) -> None:
    prints = [vector_print(i, vector) for i, vector in enumerate(vectors)]
    cosines, agreeing = matrices(prints)
    for i, one in enumerate(prints):
        for j, other in enumerate(prints):
            if i != j:
                assert cosines[i, j] == pytest.approx(cosine(one, other), abs=1e-6)
                assert agreeing[i, j] == agrees(one, other)


def test_names_and_ordinals_contradict_there_too(vector_print: Printer) -> None:
    base = {1: 1.0, 2: 1.0, 3: 1.0}
    named = [replace(vector_print(i, {**base, 10 + i: 1.5}), kinds="wwwn") for i in range(2)]
    assert not matrices(named)[1].any()
    ordinal = [replace(vector_print(i, {10 + i: 1.0, **base}), kinds="owww") for i in range(2)]
    assert not matrices(ordinal)[1].any()
    assert matrices([replace(one, kinds="wwww") for one in named])[1].any()


def test_headlines_fade_with_the_time_between_them(vector_print: Printer) -> None:
    near, far = (replace(vector_print(i, {1: 1.0, 2: 1.0}, when=i * DAY), brief=True, kinds="ww") for i in (0, 4))
    assert matrices([near, far])[0][0, 1] < 0.2
    assert matrices([replace(near, brief=False), replace(far, brief=False)])[0][0, 1] > 0.99


# ---------------------------------------------------------------- portions, and several languages


def test_what_is_only_near_is_not_looked_at_by_itself(vector_print: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.cluster.portions.MOST", 3)
    one, other = story(vector_print, range(1, 4)), story(vector_print, range(4, 7))
    shelf = shelved([one, other])
    found = list(portions(shelf, [1], Window()))
    assert [[part.cluster for part in portion] for portion in found] == [[1]]


def test_articles_in_another_language_stay_when_their_cluster_is_a_neighbour(vector_print: Printer) -> None:
    near = [*story(vector_print, range(1, 4)), replace(vector_print(4, {7: 1.0}), language="uk")]
    shelf = shelved([near, story(vector_print, range(5, 7))])
    sweep(shelf, [2], Window())
    # Merged as a whole: the foreign article hangs on it by nothing and is let go.
    homes = {article: m.cluster for article, m in shelf.memberships(range(1, 7)).items()}
    assert len({homes[article] for article in (1, 2, 3, 5, 6)}) == 1


def test_names_in_another_language_hold_what_words_part(vector_print: Printer) -> None:
    names = {1: 0.6, 2: 0.6, 3: 0.5}
    parted = [replace(vector_print(i, {10 * i: 1.0, 10 * i + 1: 1.0}), names=names) for i in (1, 2)]
    foreign = [replace(vector_print(i, {7: 1.0, 8: 1.0}), language="uk", names=names) for i in (3, 4)]
    shelf = shelved([[*parted, *foreign]])
    sweep(shelf, [1], Window())
    assert shelf.members(1) == [1, 2, 3, 4]
    shelf = shelved([parted])
    sweep(shelf, [1], Window())
    assert shelf.members(1) == [1]


def test_a_cluster_that_went_with_its_other_language_is_looked_at_where_it_is_now(vector_print: Printer) -> None:
    first, rest = story(vector_print, range(1, 5)), story(vector_print, range(5, 6))
    terms = {6: 1.0, 7: 1.0}, {6: 1.0, 7: 1.0}, {8: 1.0, 9: 1.0}, {8: 1.0, 9: 1.0}
    foreign = [replace(vector_print(i, one), language="uk") for i, one in enumerate(terms, 6)]
    shelf = shelved([first, [*rest, *foreign[:2]], foreign[2:]])
    sweep(shelf, [1, 2, 3], Window())
    homes = {article: m.cluster for article, m in shelf.memberships(range(1, 10)).items()}
    assert len({homes[article] for article in range(1, 6)}) == 1
    assert homes[6] == homes[7] != homes[8] == homes[9]


# ---------------------------------------------------------------- a shared credit


@pytest.mark.parametrize(
    ("one", "other", "groups"),
    [
        (("abc", "ft"), ("bbc", "ft"), [(0, 1)]),
        (("ft", ""), ("bbc", "ft"), [(0, 1)]),
        (("bbc", "ft"), ("ft", ""), [(0, 1)]),
        (("abc", "ft"), ("bbc", "wsj"), [(0,), (1,)]),
        (("ft", ""), ("ft", ""), [(0,), (1,)]),
        (("", ""), ("", ""), [(0,), (1,)]),
        (("abc", ""), ("bbc", "ft"), [(0,), (1,)]),
    ],
)
def test_two_that_pass_on_one_outlets_report_join_below_the_usual(
    vector_print: Printer, one: tuple[str, str], other: tuple[str, str], groups: list[tuple[int, ...]]
) -> None:
    near = [
        replace(made, outlet=outlet, credits=(credited,) if credited else (), names={8: 0.3, 10: 0.9})
        for made, (outlet, credited) in zip(
            (
                vector_print(1, {1: 0.3, 2: 0.3, 101: 0.9}),
                vector_print(2, {1: 0.3, 2: 0.3, 102: 0.9}),
            ),
            (one, other),
            strict=True,
        )
    ]
    assert 0.15 < cosine(*near) < 0.20
    assert regroup(near, [[0], [1]], Window()) == groups


def test_a_shared_credit_is_nothing_where_the_words_do_not_agree(vector_print: Printer) -> None:
    near = [replace(vector_print(i, {1: 0.39, 100 + i: 0.92}), outlet=f"paper{i}", credits=("ft",)) for i in (1, 2)]
    assert cosine(*near) > 0.14
    assert regroup(near, [[0], [1]], Window()) == [(0,), (1,)]


@pytest.mark.parametrize("names", [{}, {9: 0.9, 10: 0.1}])
def test_a_shared_credit_is_nothing_where_places_alone_are_shared(
    vector_print: Printer, names: dict[int, float]
) -> None:
    near = [
        replace(vector_print(i, {1: 0.3, 2: 0.3, 100 + i: 0.9}), outlet=f"paper{i}", credits=("ft",), names=names)
        for i in (1, 2)
    ]
    assert regroup(near, [[0], [1]], Window()) == [(0,), (1,)]
