"""The arithmetic of clusters, and merge, split, move, sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.cluster import repair
from aggregator.cluster.bisect import between, cuts
from aggregator.cluster.settle import settle
from aggregator.cluster.similarity import agrees, dot
from aggregator.cluster.sums import (
    PRIOR_DENSITY,
    TOTAL_TERMS,
    Window,
    average,
    average_with,
    centroid_cosine,
    density,
    gathered,
    joined,
    within,
)
from aggregator.cluster.sweep import sweep
from aggregator.model import Cluster, Level, Membership, Strand
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aggregator.model import Fingerprint

    Printer = Callable[..., Fingerprint]

VECTORS = st.lists(
    st.dictionaries(st.integers(0, 30), st.floats(0.0625, 8.0, width=16), min_size=1, max_size=12),
    min_size=3,
    max_size=9,
)


def shelved(groups: Sequence[Sequence[Fingerprint]]) -> MemoryShelf:
    """A shelf with one cluster a group, the first of each group its first."""
    shelf = MemoryShelf()
    for group in groups:
        home = shelf.add_cluster()
        for member in group:
            shelf.add_fingerprint(member)
            level = Level.FIRST if member is group[0] else Level.RETELLING
            shelf.save_membership(
                Membership(member.article, home, level, None if member is group[0] else group[0].article)
            )
        shelf.save_cluster(gathered(home, [(member, 1.0) for member in group]))
    return shelf


def kinds(shelf: MemoryShelf) -> list[str]:
    return [kind for kind, _, _ in shelf.events]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(vectors=VECTORS)
def test_sums_give_the_mean_cosines(vector_print: Printer, vectors: list[dict[int, float]]) -> None:
    norms = [sum(w * w for w in v.values()) ** 0.5 for v in vectors]
    units = [{t: w / n for t, w in v.items()} for v, n in zip(vectors, norms, strict=True)]
    cosines = [[dot(a, b) for b in units] for a in units]
    one, other = (_cluster(units[:1]), _cluster(units[1:]))
    n = len(units) - 1
    assert average(one, other) == pytest.approx(sum(cosines[0][1:]) / n, abs=1e-5)
    own = vector_print(1, units[0])
    assert average_with(own, other) == pytest.approx(sum(cosines[0][1:]) / n, abs=1e-5)
    inside = [cosines[i][j] for i in range(1, n + 1) for j in range(1, n + 1) if i != j]
    assert within(other) == pytest.approx(sum(inside) / len(inside), abs=1e-4)
    assert 0.0 <= centroid_cosine(own, other) <= 1.0 + 1e-6


def _cluster(units: Sequence[dict[int, float]]) -> Cluster:
    total: dict[int, float] = {}
    for unit in units:
        for term, weight in unit.items():
            total[term] = total.get(term, 0.0) + weight
    return Cluster(1, {"en": Strand(len(units), float(len(units)), total)})


def test_empty_clusters_are_like_nothing(vector_print: Printer) -> None:
    nothing, lone = Cluster(1), vector_print(1, {1: 1.0})
    assert average(nothing, nothing) == average_with(lone, nothing) == centroid_cosine(lone, nothing) == 0.0
    alone = gathered(2, [(vector_print(1, {1: 1.0}), 1.0)])
    assert within(alone) == density(alone) == PRIOR_DENSITY


def test_joined_clusters_keep_their_times_and_heaviest_terms(vector_print: Printer) -> None:
    one = gathered(1, [(vector_print(1, dict.fromkeys(range(150), 1.0), when=5.0), 1.0)])
    other = gathered(2, [(vector_print(2, dict.fromkeys(range(100, 300), 1.0), when=3.0), 0.25)])
    both = joined(one, other)
    assert (both.id, both.size, both.strands["en"].weight, both.first, both.last) == (1, 2, 1.25, 3.0, 5.0)
    assert len(both.strands["en"].total) == TOTAL_TERMS
    assert joined(one, Cluster(3)).first == 5.0


def test_window_parts_dated_clusters_alone() -> None:
    one, other, undated = Cluster(1, first=0.0, last=10.0), Cluster(2, first=30.0, last=40.0), Cluster(3)
    assert Window(19.0).apart(one, other)
    assert not Window(20.0).apart(one, other)
    assert not Window().apart(one, other)
    assert not Window(0.0).apart(one, undated)


def test_contradicting_ordinals_do_not_agree(vector_print: Printer) -> None:
    twelfth = vector_print(1, {12: 1.0, 1: 0.9, 2: 0.8}, terms=("12th", "package", "sanctions"))
    thirteenth = vector_print(2, {13: 1.0, 1: 0.9, 2: 0.8}, terms=("13th", "package", "sanctions"))
    plain = vector_print(3, {1: 1.0, 2: 0.9, 3: 0.1}, terms=("package", "sanctions", "minor"))
    assert not agrees(twelfth, thirteenth)
    assert agrees(twelfth, plain)
    assert agrees(plain, twelfth)


def test_one_shared_term_is_no_story(vector_print: Printer) -> None:
    one, other = (vector_print(i, {1: 1.0, 10 + i: 1.0}) for i in (1, 2))
    assert not agrees(one, other)
    one, other = (vector_print(i, {1: 1.0, 2: 0.5, 10 + i: 1.0}) for i in (1, 2))
    assert agrees(one, other)
    assert not agrees(one, vector_print(3, {5: 1.0}))


def test_cut_of_two_separate_groups() -> None:
    vectors = [{1: 1.0}, {2: 1.0}, {1: 1.0}, {2: 1.0}]
    plain, contrast = cuts(vectors)
    assert plain.one == contrast.one == (0, 2)
    assert (plain.link, plain.ratio, contrast.contrast) == (0.0, 0.0, 0.0)


def test_contrast_sees_two_events_of_one_topic() -> None:
    topic = {0: 0.7}
    events = [{**topic, 10 + e: 0.5, 20 + e: 0.4, 30 + 4 * e + i: 0.3} for e in range(2) for i in range(4)]
    cut = between(events[:4], events[4:])
    assert cut.link > 0.4
    assert cut.contrast < 0.1
    assert cuts(events)[1].one == (0, 1, 2, 3)


def events(vector_print: Printer, count: int, first: int = 1) -> list[list[Fingerprint]]:
    """Two look-alike events of one topic, so many articles each."""
    return [
        [
            vector_print(first + e * count + i, {0: 0.7, 10 + e: 0.5, 20 + e: 0.4, 100 + e * count + i: 0.3})
            for i in range(count)
        ]
        for e in range(2)
    ]


def test_split_parts_look_alikes_and_merge_leaves_them_parted(vector_print: Printer) -> None:
    one, other = events(vector_print, 4)
    shelf = shelved([[*one, *other]])
    assert repair.split(shelf, 1) == [1, 2]
    assert (shelf.members(1), shelf.members(2)) == ([1, 2, 3, 4], [5, 6, 7, 8])
    assert shelf.memberships([5])[5].level is Level.FIRST
    assert all(shelf.memberships([a])[a].partner in {5, 6, 7} for a in (6, 7, 8))
    assert repair.merge_all(shelf, 1, [2], Window()) == 1
    assert shelf.members(2) == [5, 6, 7, 8]
    sweep(shelf, [1, 2], Window())
    assert kinds(shelf) == ["split"]


def test_split_takes_copies_along(vector_print: Printer) -> None:
    one, other = events(vector_print, 4)
    copy = vector_print(9, dict(other[1].vector))
    shelf = shelved([[*one, *other, copy]])
    shelf.save_membership(Membership(9, 1, Level.COPY, other[1].article, 0.9))
    repair.split(shelf, 1)
    assert shelf.members(2) == [5, 6, 7, 8, 9]
    assert shelf.memberships([9])[9] == Membership(9, 2, Level.COPY, 6, 0.9)


def test_split_puts_a_stranger_out(vector_print: Printer) -> None:
    shelf = shelved([[vector_print(1, {1: 1.0}), vector_print(2, {1: 1.0}), vector_print(3, {2: 1.0})]])
    assert repair.split(shelf, 1) == [1, 2]
    assert (shelf.members(1), shelf.members(2)) == ([1, 2], [3])


def test_small_and_single_stories_are_not_split(vector_print: Printer) -> None:
    one, _ = events(vector_print, 6)
    shelf = shelved([one])
    assert repair.split(shelf, 1) == [1]
    shelf = shelved([[vector_print(1, {1: 1.0}), vector_print(2, {2: 1.0})]])
    assert repair.split(shelf, 1) == [1]


def test_merge_keeps_the_oldest_id(vector_print: Printer) -> None:
    story = [vector_print(i, {1: 1.0, 2: 1.0, 10 + i: 0.5}) for i in range(1, 5)]
    shelf = shelved([story[:2], story[2:]])
    repair.mend(shelf, 2, [1, 2], Window())
    assert shelf.redirects == {2: 1}
    assert shelf.members(1) == [1, 2, 3, 4]
    assert [m.level for _, m in sorted(shelf.memberships([1, 2, 3, 4]).items())] == [
        Level.FIRST,
        *[Level.RETELLING] * 3,
    ]
    assert shelf.clusters([1, 2]).keys() == {1}


def test_merge_needs_half_of_the_pairs(vector_print: Printer) -> None:
    # The sums are alike because of one heavy pair; most pairs have nothing in common.
    one = [vector_print(1, {1: 1.0}), *(vector_print(i, {10 + i: 1.0}) for i in range(2, 5))]
    other = [vector_print(5, {1: 1.0}), *(vector_print(i, {10 + i: 1.0}) for i in range(6, 9))]
    shelf = shelved([one, other])
    assert not repair.agree(shelf, 1, 2)


def test_move_takes_a_member_and_its_copies_home(vector_print: Printer) -> None:
    here = [vector_print(i, {1: 1.0, 2: 1.0, 10 + i: 0.5}) for i in range(1, 4)]
    there = [vector_print(i, {5: 1.0, 6: 1.0, 10 + i: 0.5}) for i in range(4, 7)]
    stray, copy = (vector_print(i, {5: 1.0, 6: 1.0, 1: 0.4}) for i in (7, 8))
    shelf = shelved([[*here, stray, copy], there])
    shelf.save_membership(Membership(8, 1, Level.COPY, 7, 0.9))
    repair.move_all(shelf, 1, [2])
    assert (shelf.members(1), shelf.members(2)) == ([1, 2, 3], [4, 5, 6, 7, 8])
    assert shelf.memberships([8])[8].level is Level.COPY
    assert kinds(shelf) == ["moved"]


def test_move_leaves_the_last_member_alone(vector_print: Printer) -> None:
    shelf = shelved([[vector_print(1, {1: 1.0})], [vector_print(2, {1: 1.0})]])
    repair.move_all(shelf, 1, [2])
    repair.move_all(shelf, 2, [])
    assert (shelf.members(1), shelf.members(2)) == ([1], [2])


def test_settle_follows_the_time(vector_print: Printer) -> None:
    story = [vector_print(i, {1: 1.0, 10 + i: 0.5}, when=float(-i)) for i in range(1, 4)]
    shelf = shelved([story])
    settle(shelf, 1)
    memberships = shelf.memberships([1, 2, 3])
    assert [memberships[a].level for a in (1, 2, 3)] == [Level.RETELLING, Level.RETELLING, Level.FIRST]
    assert memberships[1].partner in {2, 3}


def test_mend_splits_at_the_sizes_that_are_looked_at(vector_print: Printer) -> None:
    one, other = events(vector_print, 4)
    shelf = shelved([[*one, *other]])
    repair.mend(shelf, 1, [], Window())
    assert kinds(shelf) == ["split"]
    shelf = shelved([[*one, *other, vector_print(9, dict(one[0].vector))]])
    repair.mend(shelf, 1, [], Window())
    assert kinds(shelf) == []


def test_sweep_merges_chains_of_pairs_to_the_oldest(vector_print: Printer) -> None:
    story = [vector_print(i, {1: 1.0, 2: 1.0, 10 + i: 0.3}, when=float(i)) for i in range(1, 6)]
    lone = vector_print(9, {1: 0.1, 2: 0.1, 50: 1.0})
    shelf = shelved([[member] for member in story] + [[lone]])
    sweep(shelf, [6, 5, 4, 3, 2, 1, 77], Window())
    assert shelf.members(1) == [1, 2, 3, 4, 5]
    assert shelf.members(6) == [9]
    assert set(shelf.redirects) == {2, 3, 4, 5}


def test_sweep_keeps_to_the_window(vector_print: Printer) -> None:
    shelf = shelved([[vector_print(i, {1: 1.0, 2: 1.0}, when=100.0 * i)] for i in (1, 2)])
    sweep(shelf, [1, 2], Window(50.0))
    assert kinds(shelf) == []


def test_sweep_ignores_terms_that_everybody_has(vector_print: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.cluster.sweep._COMMON", 1)
    shelf = shelved([[vector_print(i, {1: 1.0, 2: 1.0})] for i in (1, 2)])
    sweep(shelf, [1, 2], Window())
    assert kinds(shelf) == []


def test_sample_is_spread_evenly() -> None:
    assert repair.sampled([1, 2, 3], 3) == [1, 2, 3]
    assert repair.sampled(list(range(10)), 4) == [0, 2, 5, 7]
