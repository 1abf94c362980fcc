"""Sentences: kept by key, replaced, forgotten when they are too old."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.store.store import Store

LOW, HIGH = -(2**63), 2**63 - 1


def test_what_is_saved_is_known_by_its_key(store: Store) -> None:
    rows = {LOW: (1, HIGH, 20_000), 7: (3, LOW, 0), HIGH: (2, 0, 20_001)}
    with store.write() as unit:
        unit.sentences.save(rows)
        assert unit.sentences.known([7]) == {7: (3, LOW, 0)}
    with store.read() as unit:
        assert unit.sentences.known({LOW, 7, 8, HIGH}) == rows
        assert unit.sentences.known([]) == {}


def test_what_is_saved_again_replaces_what_was_there(store: Store) -> None:
    with store.write() as unit:
        unit.sentences.save({1: (1, 10, 100), 2: (1, 10, 100)})
        unit.sentences.save({1: (2, 11, 101)})
        unit.sentences.save({})
        assert unit.sentences.known([1, 2]) == {1: (2, 11, 101), 2: (1, 10, 100)}


def test_more_keys_than_one_statement_takes(store: Store) -> None:
    rows = dict.fromkeys(range(1_201), (1, 0, 5))
    with store.write() as unit:
        unit.sentences.save(rows)
        assert unit.sentences.known(rows) == rows


def test_what_is_too_old_is_forgotten_and_what_came_but_once_sooner(store: Store) -> None:
    with store.write() as unit:
        unit.sentences.save({1: (1, 0, 91), 2: (1, 0, 92), 3: (2, 0, 69), 4: (2, 0, 70), 5: (9, 0, 91)})
        unit.sentences.forget(70, 92)
        assert set(unit.sentences.known(range(6))) == {2, 4, 5}
