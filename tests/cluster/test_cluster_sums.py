"""The arithmetic of clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.cluster.contrast import ratios
from aggregator.cluster.similarity import agrees, sampled
from aggregator.cluster.sparse import dot
from aggregator.cluster.sums import (
    TOTAL_TERMS,
    Window,
    average,
    centroid_cosine,
    gathered,
    joined,
)
from aggregator.model import Cluster, Strand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aggregator.model import Fingerprint

    Printer = Callable[..., Fingerprint]

VECTORS = st.lists(
    st.dictionaries(st.integers(0, 30), st.floats(0.0625, 8.0, width=16), min_size=1, max_size=12),
    min_size=3,
    max_size=9,
)


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
    assert 0.0 <= centroid_cosine(own, other) <= 1.0 + 1e-6


def _cluster(units: Sequence[dict[int, float]]) -> Cluster:
    total: dict[int, float] = {}
    for unit in units:
        for term, weight in unit.items():
            total[term] = total.get(term, 0.0) + weight
    return Cluster(1, {"en": Strand(len(units), float(len(units)), total)})


def test_empty_clusters_are_like_nothing(vector_print: Printer) -> None:
    nothing, lone = Cluster(1), vector_print(1, {1: 1.0})
    assert average(nothing, nothing) == centroid_cosine(lone, nothing) == 0.0


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


def test_contrast_of_two_separate_groups() -> None:
    assert ratios([{1: 1.0}, {1: 1.0}], [{2: 1.0}, {2: 1.0}]) == (0.0, 0.0)


def test_contrast_sees_two_events_of_one_topic() -> None:
    topic = {0: 0.7}
    told = [{**topic, 10 + e: 0.5, 20 + e: 0.4, 30 + 4 * e + i: 0.3} for e in range(2) for i in range(4)]
    plain, contrast = ratios(told[:4], told[4:])
    assert plain > 0.4
    assert contrast < 0.1


def test_sample_is_spread_evenly() -> None:
    assert sampled([1, 2, 3], 3) == [1, 2, 3]
    assert sampled(list(range(10)), 4) == [0, 2, 5, 7]
