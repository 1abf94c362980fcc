"""Clusters stay clusters on a small planted stream of bridges; the figures of benchmarks/chains.py must not fall.

`python -m benchmarks.chains --size 0.04` prints the figures that the floors below are taken from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from aggregator.cluster.assign import JOIN
from aggregator.cluster.fingerprint import fingerprints
from aggregator.cluster.sparse import dot
from aggregator.cluster.vocabulary import Vocabulary
from benchmarks.chains import batches, run, single_linkage
from benchmarks.clusters import figures
from tests.fakes.news import LINKS, MIX, World, planted

SIZE = 0.04
SEED = 7
# What is reached, rounded down. Round-ups take part in nearly all the false pairs that are left; the rule that keeps
# look-alikes apart by their names and numbers costs two hundredths of recall here, where each report makes up its own.
PAIR_PRECISION = 0.97  # goal .95
RECALL_OF_SINGLE = 0.965  # goal .95
LARGEST_RATIO = 1.05  # goal 1.2
FALSE_PAIRS_WITHOUT_ROUND_UPS = 50  # most of them along drift chains


@pytest.fixture(scope="module")
def found() -> dict[str, float]:
    return run(SIZE, SEED)


def test_precision(found: dict[str, float]) -> None:
    assert found["pair_precision"] >= PAIR_PRECISION
    assert found["false_pairs"] - found["  with round-up"] <= FALSE_PAIRS_WITHOUT_ROUND_UPS


def test_recall_beside_single_linkage(found: dict[str, float]) -> None:
    assert found["recall_of_single"] >= RECALL_OF_SINGLE


def test_the_largest_cluster(found: dict[str, float]) -> None:
    assert found["largest_ratio"] <= LARGEST_RATIO


def test_the_stream_bites(found: dict[str, float]) -> None:
    """Single linkage chains on it, far more so where the outlets' boilerplate is left in the articles."""
    assert found["single_precision"] < 0.85
    world, slots = World(SEED), planted(SEED, SIZE)
    vocabulary = Vocabulary(background=world.background())
    whole = single_linkage([one for batch in batches(world, slots) for one in fingerprints(batch, vocabulary)])
    assert figures([slot.story for slot in slots], whole)["pair_p"] < 0.5
    assert max(Counter(whole).values()) > 3 * found["largest_true"]


def test_the_same_seed_gives_the_same_articles() -> None:
    slots = planted(SEED, 0.01)
    assert slots == planted(SEED, 0.01)
    assert {slot.kind for slot in slots} == {*MIX, "copy"}
    assert World(SEED).write(slots[5], 1) == World(SEED).write(slots[5], 1)
    assert World(SEED).write(slots[5], 1) != World(SEED + 1).write(slots[5], 1)


def test_a_drifting_article_shares_half_of_its_terms_with_the_one_before() -> None:
    world = World(SEED)
    chain = [set(world.facts(f"d0.{link}")) for link in range(3 * LINKS)]
    for before, after in pairwise(chain):
        assert 2 * len(before & after) == len(after)
    assert not chain[0] & chain[2 * LINKS]


def test_single_linkage_by_the_index_is_that_of_all_pairs() -> None:
    world, slots = World(SEED), planted(SEED, 0.005)
    vocabulary = Vocabulary(background=world.background())
    prints = [one for batch in batches(world, slots) for one in fingerprints(batch, vocabulary)]
    near = defaultdict(set)
    for row, one in enumerate(prints):
        for column, other in enumerate(prints):
            if dot(one.vector, other.vector) >= JOIN:
                near[row].add(column)
    partition = single_linkage(prints)
    for start in range(len(prints)):
        reached, waiting = {start}, [start]
        while waiting:
            fresh = near[waiting.pop()] - reached
            reached |= fresh
            waiting += fresh
        assert {row for row, home in enumerate(partition) if home == partition[start]} == reached
