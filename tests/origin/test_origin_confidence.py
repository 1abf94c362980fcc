from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.origin.credit import calibrated


@given(st.lists(st.floats(0.0, 1.0, allow_nan=False), min_size=2))
def test_what_is_shown_keeps_the_order_and_the_bounds(said: list[float]) -> None:
    shown = [calibrated(one) for one in sorted(said)]
    assert all(one <= other for one, other in pairwise(shown))
    assert all(0.0 <= one <= 1.0 for one in shown)


@pytest.mark.parametrize(
    ("said", "shown"), [(0.0, 0.0), (0.2, 0.35), (0.4, 0.7), (0.8, 0.88), (0.97, 0.97), (1.0, 1.0)]
)
def test_the_points_of_the_map(said: float, shown: float) -> None:
    assert calibrated(said) == pytest.approx(shown)


def test_more_evidence_is_never_said_with_less() -> None:
    grid = [place / 1000 for place in range(1001)]
    assert all(calibrated(one) < calibrated(other) for one, other in pairwise(grid))
