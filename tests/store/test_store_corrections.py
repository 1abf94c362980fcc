from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.cluster.correct import carry_out, merging, splitting
from aggregator.model import Cluster, Correction, Fingerprint, Level, Membership, Strand, Tie, Transfer, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.store.store import Store

MERGE = (Transfer((3, 4), 2, 1, emptied=True, met=(1, 2)), Transfer((5,), 3, 1, emptied=True, met=(1, 2, 3, 4)))
SPLIT = (Transfer((2,), 1, 4),)


def test_corrections_come_back_newest_first(store: Store, now: datetime) -> None:
    with store.write() as unit:
        first = unit.corrections.add("merge", MERGE, [Tie(1, 3, together=True)], now)
        second = unit.corrections.add("split", SPLIT, [], now + timedelta(hours=1))
    with store.read() as unit:
        assert unit.corrections.all() == [
            Correction(second, now + timedelta(hours=1), "split", SPLIT),
            Correction(first, now, "merge", MERGE),
        ]


def test_ties_hold_at_once_and_until_the_correction_is_undone(store: Store, now: datetime) -> None:
    with store.write() as unit:
        assert unit.clusters.ties([1, 2, 3]) == []
        merge = unit.corrections.add("merge", MERGE, [Tie(3, 1, together=True)], now)
        split = unit.corrections.add("split", SPLIT, [Tie(2, 1, together=False)], now)
        bound, apart = Tie(1, 3, together=True, correction=merge), Tie(1, 2, together=False, correction=split)
        assert unit.clusters.ties([1]) == [bound, apart]
        assert unit.clusters.ties([2]) == [apart]
    with store.write() as unit:
        unit.corrections.undo(merge, now + timedelta(days=1))
        assert unit.clusters.ties([1, 3]) == [apart]
    with store.read() as unit:
        assert unit.clusters.ties([1, 3]) == [apart]
        undone = {one.number: one.undone_at for one in unit.corrections.all()}
        assert undone == {merge: now + timedelta(days=1), split: None}


def test_a_correction_withdraws_ties_of_earlier_ones_and_speaks_in_their_name(store: Store, now: datetime) -> None:
    with store.write() as unit:
        said = [Tie(1, 2, together=True), Tie(1, 3, together=True)]
        merge = unit.corrections.add("merge", MERGE, said, now)
        withdrawn = unit.clusters.ties([1])
        instead = [Tie(2, 3, together=True, correction=merge), Tie(1, 2, together=False)]
        split = unit.corrections.add("split", SPLIT, instead, now, withdrawn)
        apart = Tie(1, 2, together=False, correction=split)
        assert unit.clusters.ties([1, 2, 3]) == [apart, instead[0]]
        assert unit.corrections.all()[0].withdrawn == tuple(withdrawn)
        unit.corrections.undo(split, now)
        unit.corrections.say(withdrawn)
        assert set(unit.clusters.ties([1, 2, 3])) == {*withdrawn, instead[0]}
        unit.corrections.undo(merge, now)
        assert unit.clusters.ties([1, 2, 3]) == []


def test_two_corrections_may_say_the_same_and_each_is_undone_alone(store: Store, now: datetime) -> None:
    with store.write() as unit:
        numbers = [unit.corrections.add("merge", [], [Tie(1, 3, together=True)], now) for _ in range(2)]
        unit.corrections.undo(numbers[0], now)
        assert unit.clusters.ties([3]) == [Tie(1, 3, together=True, correction=numbers[1])]


def test_verdicts_follow_their_story_and_end_with_their_correction(store: Store, now: datetime) -> None:
    with store.write() as unit:
        one, other, third = (unit.clusters.add_cluster() for _ in range(3))
        pin = Verdict(other, "ft", "Financial Times", pinned=True, url="https://ft.example/1")
        number = unit.corrections.add_verdict("pin-origin", pin, now)
        denied = unit.corrections.add_verdict("not-origin", Verdict(one, "bbc", "BBC", pinned=False), now)
        said, denial = replace(pin, correction=number), Verdict(one, "bbc", "BBC", pinned=False, correction=denied)
        assert unit.corrections.verdicts() == {other: [said], one: [denial]}
        unit.clusters.redirect(other, one)
        assert unit.corrections.verdicts() == {one: [said, denial]}
    with store.write() as unit:
        unit.corrections.follow([other], third)
        assert unit.corrections.verdicts() == {third: [replace(said, cluster=third)], one: [denial]}
        assert [(found.kind, found.verdict) for found in unit.corrections.all()] == [
            ("not-origin", denial),
            ("pin-origin", said),
        ]
        unit.corrections.undo(number, now)
        assert unit.corrections.verdicts() == {one: [denial]}
        assert unit.corrections.all()[1].undone_at == now


def test_a_corrected_store_is_as_corrected_in_the_next_transaction(store: Store, now: datetime) -> None:
    with store.write() as unit:
        shelf = unit.clusters
        homes = [shelf.add_cluster() for _ in range(3)]
        for article, home in enumerate(homes, 1):
            shelf.add_fingerprint(_print_of(article))
            shelf.save_membership(Membership(article, home, Level.FIRST))
            shelf.save_cluster(Cluster(home, {"en": Strand(1, 1.0, {1: 1.0})}))
    with store.write() as unit:
        plan = merging(unit.clusters, homes)
        number = unit.corrections.add("merge", plan.transfers, plan.said, now)
        carry_out(unit.clusters, plan.transfers, {"by": "person", "correction": number})
    with store.write() as unit:
        assert unit.clusters.members(homes[0]) == [1, 2, 3]
        assert [unit.clusters.resolve_id(one) for one in homes] == [homes[0]] * 3
        assert splitting(unit.clusters, homes[0], [3]).withdrawn == (Tie(1, 3, together=True, correction=number),)
        assert unit.clusters.unresolved(9) == [homes[0]]


def test_an_event_stands_with_both_clusters_that_it_concerns(store: Store) -> None:
    with store.write() as unit:
        one, other, third = (unit.clusters.add_cluster() for _ in range(3))
        unit.clusters.log("split", one, {"new": other, "articles": [3]})
        unit.clusters.log("moved", other, {"from": third, "articles": [4]})
        unit.clusters.log("merged", one, {"gone": third, "articles": [5]})
        unit.clusters.flush()
        unit.clusters.redirect(third, one)
        split = {"from": one, "new": other, "articles": [3]}
        moved = {"from": third, "to": other, "articles": [4]}
        merged = {"gone": third, "articles": [5]}
        found = {each: [(e.cluster, e.kind, e.detail) for e in unit.origins.events(each)] for each in (one, other)}
    assert found == {
        one: [(one, "split", split), (third, "moved", moved), (one, "merged", merged)],
        other: [(other, "split", split), (other, "moved", moved)],
    }


def _print_of(article: int) -> Fingerprint:
    return Fingerprint(
        article, float(article), "en", "bbc", False, 9, bytes(512), {1: 1.0}, ("word",), (), (), kinds="w"
    )
