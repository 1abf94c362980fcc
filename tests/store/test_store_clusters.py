from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import StorageError
from aggregator.model import Cluster, Fingerprint, Level, Membership, Strand
from aggregator.store.vectors import VectorCache

if TYPE_CHECKING:
    from aggregator.store.store import Store

ROUNDED = struct.unpack("f", struct.pack("f", 0.3))[0]  # to single precision, as weights are


def print_of(article: int, weight: float = 0.5) -> Fingerprint:
    return Fingerprint(article, 10.0, "en", "bbc", False, 9, b"sig", {1: weight}, ("word",), (7, -8), (9,))


def test_redirects_lead_on_for_ever(store: Store) -> None:
    with store.write() as unit:
        first, second, third = (unit.clusters.add_cluster() for _ in range(3))
        for one in (first, second, third):
            unit.clusters.save_cluster(Cluster(one, {"en": Strand(1, 1.0, {1: 1.0})}, 0.0, 0.0))
        unit.clusters.redirect(third, second)
        unit.clusters.redirect(second, first)
        assert [unit.clusters.resolve_id(one) for one in (first, second, third)] == [first, first, first]
        assert unit.clusters.resolve_id(third + 1) is None
        assert list(unit.clusters.clusters([first, second, third])) == [first]
        assert unit.clusters.unresolved(10) == [first]


def test_an_id_is_never_given_twice(store: Store) -> None:
    with store.write() as unit:
        given = [unit.clusters.add_cluster() for _ in range(3)]
        unit.clusters.redirect(given[2], given[0])
        assert unit.clusters.add_cluster() > given[2]


def test_changed_clusters_wait_for_the_pass_and_for_their_origin(store: Store) -> None:
    with store.write() as unit:
        one = unit.clusters.add_cluster()
        unit.clusters.save_cluster(Cluster(one, {"en": Strand(1, 1.0, {})}))
        assert unit.clusters.unswept() == [one]
        unit.clusters.mark_swept()
        assert unit.clusters.unswept() == []
        assert unit.clusters.unresolved(10) == [one]


def test_members_of_several_clusters(store: Store) -> None:
    with store.write() as unit:
        for article, cluster in ((3, 1), (1, 1), (2, 2)):
            unit.clusters.save_membership(Membership(article, cluster, Level.FIRST))
        assert unit.clusters.members_of([1, 2, 5]) == {1: [1, 3], 2: [2]}


def test_the_vocabulary_adds_up(store: Store) -> None:
    with store.write() as unit:
        assert unit.vocabulary.known() == ({}, {})
        unit.vocabulary.learn({"en": 2}, {("en", 5): 1, ("uk", 5): 4})
        unit.vocabulary.learn({"en": 1, "uk": 3}, {("en", 5): 2})
        unit.vocabulary.learn({}, {})
    with store.read() as unit:
        assert unit.vocabulary.known() == ({"en": 3, "uk": 3}, {("en", 5): 3, ("uk", 5): 4})


class _Fall(Exception):  # noqa: N818
    pass


def test_what_was_rolled_back_is_not_remembered(store: Store) -> None:
    def fall() -> None:
        with store.write() as unit:
            unit.clusters.add_fingerprint(print_of(1))
            raise _Fall

    with pytest.raises(_Fall):
        fall()
    with store.read() as unit:
        assert unit.clusters.fingerprints([1]) == {}


def test_a_fingerprint_is_read_from_the_database_as_from_the_cache(store: Store) -> None:
    with store.write() as unit:
        unit.clusters.add_fingerprint(print_of(1, ROUNDED))
        kept = unit.clusters.fingerprints([1])
    store._cache = VectorCache()
    with store.read() as unit:
        found = unit.clusters.fingerprints([1])
    assert found == kept == {1: replace(print_of(1, ROUNDED), copy_keys=(), retelling_keys=())}


def test_the_cache_forgets_what_was_not_asked_for_longest() -> None:
    cache = VectorCache(size=2)
    for article in (1, 2):
        cache.put(print_of(article))
    assert cache.get(1) == print_of(1)
    cache.put(print_of(3))
    assert [article for article in (1, 2, 3) if cache.get(article)] == [1, 3]


def test_a_statement_that_fails_is_a_storage_error(store: Store) -> None:
    with pytest.raises(StorageError, match="NOT NULL"), store.write() as unit:
        unit.clusters.save_membership(Membership(1, None, Level.FIRST))  # type: ignore[arg-type]  # wrong on purpose


def test_a_fingerprint_added_again_later_is_found_by_its_new_keys_alone(store: Store) -> None:
    for keys in ((1, 2), (2, 3)):
        with store.write() as unit:
            unit.clusters.add_fingerprint(replace(print_of(1), copy_keys=keys))
    with store.read() as unit:
        assert unit.clusters.near("copy", (1, 2, 3), None, None, 5) == [(1, 2)]


def test_a_crowd_is_counted_alike_whether_written_or_not(store: Store) -> None:
    early, late = (
        [replace(print_of(article), when=float(article)) for article in articles]
        for articles in (range(1, 151), range(151, 301))
    )
    with store.write() as unit:
        for one in early:
            unit.clusters.add_fingerprint(one)
    with store.write() as unit:
        for one in late:
            unit.clusters.add_fingerprint(one)
        fresh = unit.clusters.near("copy", (7, -8), None, None, 999)
    with store.read() as unit:
        assert unit.clusters.near("copy", (7, -8), None, None, 999) == fresh == [(one, 2) for one in range(101, 301)]


def test_signatures_of_another_form_are_refused(store: Store) -> None:
    with store.write() as unit:
        unit.clusters.keep_form("signatures", "affine32 128")
        unit.clusters.keep_form("signatures", "affine32 128")
    with pytest.raises(StorageError, match="'affine32 128', this one makes 'affine64 64'"), store.write() as unit:
        unit.clusters.keep_form("signatures", "affine64 64")
