"""Clustering held against labelled sets; the figures of benchmarks/clusters.py must not fall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.clusters import BACKGROUND, measure

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.realdata


def measured(shared: Path, name: str) -> dict[str, float]:
    return measure(shared / "data" / "labelled", name, BACKGROUND.read_text(encoding="utf-8"), None)


@pytest.mark.parametrize(("name", "pair_f1", "b3_f1"), [("ecbplus", 0.89, 0.92), ("fnc1", 0.95, 0.94)])
def test_full_texts(shared: Path, name: str, pair_f1: float, b3_f1: float) -> None:
    found = measured(shared, name)
    assert found["pair_f1"] >= pair_f1
    assert found["b3_f1"] >= b3_f1


def test_headlines(shared: Path) -> None:
    assert measured(shared, "og2021-en")["b3_f1"] >= 0.77


def test_planted_copies(shared: Path) -> None:
    found = measured(shared, "plagiarised")
    assert (found["copies"], found["copies_right"]) == (20, 20)
