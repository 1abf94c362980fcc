"""A tenth of the newsstand: real feeds and pages on loopback; `benchmarks/newsstand.py` is the whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from aggregator.cli.app import run
from benchmarks.newsstand import make_home, newsstand, quality, rows, run_pass

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.realdata
def test_every_feed_is_read_nearly_every_page_gives_text_and_a_second_pass_changes_nothing(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with newsstand(shared / "data", "scrapinghub-aeb") as base:
        feeds = make_home(tmp_path, base, most=30)
        _, memory = run_pass(tmp_path)
        before, read = rows(tmp_path), quality(tmp_path)
        assert feeds == 30
        assert read["full"] >= 0.97 * sum(read.values())
        assert memory < 600
        run_pass(tmp_path, "--all")
        after = rows(tmp_path)
        assert after.pop("poll") == before.pop("poll") + feeds
        assert after == before
        assert run(["feeds", "list", "--home", str(tmp_path), "--json"]) == 0
        assert {one["condition"] for one in json.loads(capsys.readouterr().out)} == {"ok"}
