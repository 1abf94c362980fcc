"""Every tenth real page: the figures may rise and not fall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.extract import measure

if TYPE_CHECKING:
    from pathlib import Path


# Floors of: pages with text, token F1, titles, times, languages.
FLOORS = {"scrapinghub-aeb": (1.0, 0.96, None, None, 0.93), "fundus": (1.0, 0.94, 0.8, 0.95, 1.0)}


@pytest.mark.realdata
@pytest.mark.parametrize("name", FLOORS)
def test_one_page_in_ten(shared: Path, name: str) -> None:
    with_text, f1, *shares = FLOORS[name]
    figures = measure(shared / "data" / "pages" / name, every=10)
    assert figures.with_text / figures.pages >= with_text, figures.reasons
    assert sum(value for value, _ in figures.f1) / len(figures.f1) >= f1, sorted(figures.f1)[:5]
    for hits, floor in zip((figures.titles, figures.dates, figures.languages), shares, strict=True):
        assert floor is None or sum(hits) / len(hits) >= floor, figures.missed
