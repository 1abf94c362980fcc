"""What every Shelf must do; clustering relies on no more than this."""

from __future__ import annotations

from dataclasses import replace
from inspect import signature
from typing import TYPE_CHECKING

from aggregator.cluster.shelf import Shelf
from aggregator.model import Cluster, Fingerprint, Level, Membership, Strand, Tie

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ALONE = {"uk": Strand(1, 1.0, {})}
LOWEST, HIGHEST = -(2**63), 2**63 - 1


def made(
    article: int,
    *,
    when: float | None = None,
    copy_keys: tuple[int, ...] = (),
    retelling_keys: tuple[int, ...] = (),
    name_keys: tuple[int, ...] = (),
) -> Fingerprint:
    return Fingerprint(
        article=article,
        when=when,
        language="uk",
        outlet="thegaze",
        brief=False,
        shingles=17,
        signature=bytes(range(256)) * 2,
        vector={4_294_967_295: 0.75, 0: 0.5, 17: 0.25},
        terms=("Київ", "13th", "l’accord"),
        copy_keys=copy_keys,
        retelling_keys=retelling_keys,
        names={5: 0.5, 3: 0.25},
        name_forms=("Київ", "13"),
        name_keys=name_keys,
        credits=("ft", "reuters"),
        kinds="nod",
        headline=("київ", "2-1"),
        halves=({5: 0.5}, {7: 0.25, 8: 0.75}),
    )


def test_every_method_takes_what_the_port_says(shelf: Shelf) -> None:
    for name, method in vars(Shelf).items():
        if not name.startswith("_"):
            own = getattr(type(shelf), name)
            # Clustering gives every argument by its place, so that a store may call it by another name.
            assert len(signature(own).parameters) == len(signature(method).parameters), name


def test_fingerprint_comes_back_as_it_was_kept(shelf: Shelf) -> None:
    kept = made(3, when=1_700_000_000.25, copy_keys=(LOWEST, HIGHEST), retelling_keys=(0, -1))
    shelf.add_fingerprint(kept)
    found = shelf.fingerprints([3])[3]
    assert found == replace(kept, copy_keys=(), retelling_keys=(), name_keys=())
    assert list(found.vector) == list(kept.vector)


def test_unknown_fingerprints_are_left_out(shelf: Shelf) -> None:
    shelf.add_fingerprint(made(1))
    assert list(shelf.fingerprints([9, 1])) == [1]
    assert shelf.fingerprints([]) == {}


def test_empty_fingerprint_can_be_kept(shelf: Shelf) -> None:
    kept = replace(made(1), signature=b"", vector={}, terms=(), shingles=0, language="", outlet="")
    shelf.add_fingerprint(kept)
    assert shelf.fingerprints([1])[1] == kept


def test_near_counts_shared_keys_most_first_then_smaller_id(shelf: Shelf) -> None:
    for article, keys in ((5, (1, 2)), (4, (2, 3)), (6, (1, 2, 3)), (7, (9,))):
        shelf.add_fingerprint(made(article, copy_keys=keys))
    assert shelf.near("copy", (1, 2, 3), None, None, 10) == [(6, 3), (4, 2), (5, 2)]
    assert shelf.near("copy", (1, 2, 3), None, None, 2) == [(6, 3), (4, 2)]
    assert shelf.near("copy", (), None, None, 10) == []


def test_near_keeps_the_kinds_apart(shelf: Shelf) -> None:
    shelf.add_fingerprint(made(1, copy_keys=(LOWEST,), retelling_keys=(HIGHEST,), name_keys=(17,)))
    assert shelf.near("copy", (HIGHEST,), None, None, 5) == []
    assert shelf.near("copy", (LOWEST,), None, None, 5) == [(1, 1)]
    assert shelf.near("retelling", (HIGHEST,), None, None, 5) == [(1, 1)]
    assert shelf.near("name", (HIGHEST, 17), None, None, 5) == [(1, 1)]


def test_near_binds_the_dated_alone_both_ends_included(shelf: Shelf) -> None:
    for article, when in ((1, 10.0), (2, 20.0), (3, 30.0), (4, None)):
        shelf.add_fingerprint(made(article, when=when, retelling_keys=(1,)))
    found = {
        (since, until): [article for article, _ in shelf.near("retelling", (1,), since, until, 9)]
        for since, until in ((None, None), (20.0, None), (None, 20.0), (20.0, 20.0))
    }
    assert found == {
        (None, None): [1, 2, 3, 4],
        (20.0, None): [2, 3, 4],
        (None, 20.0): [1, 2, 4],
        (20.0, 20.0): [2, 4],
    }


def test_of_a_crowd_that_shares_a_key_the_latest_200_count(shelf: Shelf) -> None:
    for article in range(1, 221):
        shelf.add_fingerprint(made(article, when=float(article % 110), copy_keys=(1, 2) if article == 7 else (1,)))
    shelf.add_fingerprint(made(300, copy_keys=(1,)))
    found = dict(shelf.near("copy", (1, 2), None, None, 999))
    # Dated 0 to 9 are 110 and 1, 111 and 2, 112 and so on; 300 is undated. Of 221 the 21 earliest do not count.
    early = sorted((article % 110, article) for article in range(1, 221))[:21]
    assert set(range(1, 221)) - found.keys() == {article for _, article in early} - {7}
    assert found[7] == 1
    assert found[300] == 1
    assert len(shelf.near("copy", (1,), 0.0, 54.0, 999)) == 111


def test_times_count_in_whole_seconds(shelf: Shelf) -> None:
    shelf.add_fingerprint(made(1, when=10.75, copy_keys=(1,)))
    assert shelf.near("copy", (1,), 10.9, None, 5) == [(1, 1)]
    assert shelf.near("copy", (1,), None, 10.1, 5) == [(1, 1)]
    assert shelf.near("copy", (1,), 11.0, None, 5) == []


def test_adding_a_fingerprint_again_replaces_its_keys(shelf: Shelf) -> None:
    shelf.add_fingerprint(made(1, copy_keys=(1, 2)))
    shelf.add_fingerprint(made(1, copy_keys=(1, 2)))
    assert shelf.near("copy", (1, 2), None, None, 5) == [(1, 2)]
    shelf.add_fingerprint(made(1, copy_keys=(2, 3)))
    assert shelf.near("copy", (1,), None, None, 5) == []
    assert shelf.near("copy", (3,), None, None, 5) == [(1, 1)]


def test_cluster_ids_grow(shelf: Shelf) -> None:
    ids = [shelf.add_cluster() for _ in range(3)]
    shelf.redirect(ids[2], ids[0])
    ids.append(shelf.add_cluster())
    assert ids == sorted(set(ids))


def test_cluster_comes_back_as_it_was_saved(shelf: Shelf) -> None:
    one, other = shelf.add_cluster(), shelf.add_cluster()
    uk = Strand(3, 2.25, {4_294_967_295: 1.5, 0: 0.25}, {7: 0.5}, 1.75)
    saved = Cluster(one, {"uk": uk, "": Strand(1, 1.0, {})}, first=1.5, last=2.5)
    shelf.save_cluster(Cluster(one, {"en": Strand(1, 1.0, {1: 1.0})}))
    shelf.save_cluster(saved)
    shelf.save_cluster(Cluster(other, ALONE))
    assert shelf.clusters([one, other, 999]) == {one: saved, other: Cluster(other, ALONE)}
    assert shelf.clusters([]) == {}


def test_membership_comes_back_as_it_was_saved(shelf: Shelf) -> None:
    cluster = shelf.add_cluster()
    shelf.save_cluster(Cluster(cluster, ALONE))
    for article in (1, 2):
        shelf.add_fingerprint(made(article))
    shelf.save_membership(Membership(1, cluster, Level.FIRST))
    saved = Membership(2, cluster, Level.RETELLING, 1, 0.375)
    shelf.save_membership(saved)
    assert shelf.memberships([2, 1, 9]) == {1: Membership(1, cluster, Level.FIRST), 2: saved}
    assert shelf.memberships([]) == {}


def test_members_follow_memberships_in_order_of_their_ids(shelf: Shelf) -> None:
    one, other = shelf.add_cluster(), shelf.add_cluster()
    for cluster in (one, other):
        shelf.save_cluster(Cluster(cluster))
    for article in (12, 2, 7):
        shelf.add_fingerprint(made(article))
        shelf.save_membership(Membership(article, one, Level.FIRST))
    assert shelf.members(one) == [2, 7, 12]
    shelf.save_membership(Membership(7, other, Level.COPY, 2, 0.5))
    assert (shelf.members(one), shelf.members(other)) == ([2, 12], [7])
    assert shelf.members(999) == []


def test_redirected_cluster_is_gone(shelf: Shelf) -> None:
    one, other = shelf.add_cluster(), shelf.add_cluster()
    for cluster in (one, other):
        shelf.save_cluster(Cluster(cluster, ALONE))
    shelf.redirect(other, one)
    assert list(shelf.clusters([one, other])) == [one]
    assert shelf.members(other) == []


def test_events_of_every_kind_can_be_kept(shelf: Shelf) -> None:
    cluster = shelf.add_cluster()
    shelf.save_cluster(Cluster(cluster))
    for kind in ("merged", "split", "moved"):
        shelf.log(kind, cluster, {"articles": [1, 2], "ratio": 0.5, "gone": 3})


def test_ties_are_those_that_concern_any_of_the_articles(shelf: Shelf, say: Callable[[Sequence[Tie]], None]) -> None:
    assert shelf.ties([1, 2]) == []
    say([Tie(1, 2, together=True), Tie(1, 3, together=False)])
    assert shelf.ties([]) == []
    say([Tie(4, 5, together=True)])

    def found(*articles: int) -> set[tuple[int, int, bool]]:
        ties = shelf.ties(articles)
        pairs = {(tie.one, tie.other, tie.together) for tie in ties}
        assert len(pairs) == len(ties)
        return pairs

    assert found(1) == found(1, 2, 3) == found(3, 2) == {(1, 2, True), (1, 3, False)}
    assert found(3) == {(1, 3, False)}
    assert found(5, 2) == {(1, 2, True), (4, 5, True)}
    assert found(6) == set()
