from __future__ import annotations

from aggregator.meter import KINDS, Meter


def test_figures_are_counted_and_shown_with_their_kind() -> None:
    meter = Meter()
    meter.add("polls_total", outcome="new")
    meter.add("polls_total", 2, outcome="failed")
    meter.took("poll_seconds", 0.5)
    meter.took("poll_seconds", 1.0)
    text = meter.text({"db_bytes": {(): 4096}, "feeds": {(("state", 'a "b"\\\n'),): 3}})
    lines = text.splitlines()
    assert 'aggregator_polls_total{outcome="failed"} 2' in lines
    assert 'aggregator_polls_total{outcome="new"} 1' in lines
    assert "aggregator_poll_seconds_sum 1.5" in lines
    assert "aggregator_poll_seconds_count 2" in lines
    assert "# TYPE aggregator_poll_seconds summary" in lines
    assert "aggregator_db_bytes 4096" in lines
    assert 'aggregator_feeds{state="a \\"b\\"\\\\\\n"} 3' in lines
    assert text.endswith("\n")


def test_every_figure_is_explained_though_nothing_happened_yet() -> None:
    lines = Meter().text({}).splitlines()
    assert [line.split()[2] for line in lines] == [f"aggregator_{name}" for name in KINDS for _ in range(2)]
