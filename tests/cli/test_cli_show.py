"""What a person at a terminal sees besides: bars, the demo's own words, the log."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import structlog

from aggregator import seeds, shipped
from aggregator.answers import Answers
from aggregator.cli.demo import _Stand, misjudged, seedstand
from aggregator.cli.home import open_home
from aggregator.cli.logs import configure_logs
from aggregator.cli.progress import shown_progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran


class Terminal(io.StringIO):
    """A stream behind which a person sits."""

    def isatty(self) -> bool:
        return True


def test_bars_on_a_terminal_and_lines_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> None:
        with shown_progress() as progress:
            for done in (1, 2):
                progress("feeds", done, 2)

    work()
    assert capsys.readouterr().err == "Feeds polled: 2 of 2\n"
    with monkeypatch.context() as patch:
        terminal = Terminal()
        patch.setattr(sys, "stderr", terminal)
        work()
    assert "Feeds polled" in terminal.getvalue()
    assert "2/2" in terminal.getvalue()


@pytest.mark.parametrize(("stream", "sign"), [(io.StringIO, '"event"'), (Terminal, "\x1b[")])
def test_the_log_is_json_for_programs_and_coloured_for_people(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], sign: str
) -> None:
    out = stream()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", out)
        try:
            configure_logs()
            structlog.get_logger().info("started", feeds=3)
        finally:
            structlog.reset_defaults()
    assert "started" in out.getvalue()
    assert sign in out.getvalue()


def test_the_demo_is_right_about_every_story(aggregator: Callable[..., Ran]) -> None:
    ran = aggregator("demo")
    assert "every story has its right origin, state and count" in ran.out
    assert ran.code == 0


def test_the_demo_as_json(aggregator: Callable[..., Ran]) -> None:
    ran = aggregator("demo", "--json")
    assert ran.code == 0
    assert ran.err == ""
    assert json.loads(ran.out)["sections"]


def test_the_demo_owns_up_to_what_it_gets_wrong(demo_home: Path) -> None:
    corpus = seeds.load(shipped.seeds())
    with open_home(demo_home) as opened:
        stories = Answers(opened.desk).stories(limit=None)
    assert misjudged(stories, corpus) == []
    one, other = (s for s in stories if s.origin.outlet in {"bloomberg", "reuters"} and "en" in s.languages)
    bad = [replace(one, origin=other.origin), replace(one, articles=one.articles + other.articles)]
    wrong = "\n".join(misjudged(bad, corpus))
    assert "labelled" in wrong
    assert "mixes" in wrong
    assert f"articles of {len(corpus)}" in wrong


def test_the_story_that_started_it_is_one_over_its_languages(demo_home: Path) -> None:
    labelled = [one for one in seeds.load(shipped.seeds()) if one.story == "ft-security-guarantees"]
    with open_home(demo_home) as opened:
        found = [one for one in Answers(opened.desk).stories(limit=None) if one.origin.outlet == "ft"]
    other, story = sorted(found, key=lambda one: len(one.articles))
    assert len(story.articles) == len(labelled) == 22
    assert len(other.articles) == 3
    assert set(story.languages) == {one.language for one in labelled}
    assert (story.origin.state.value, story.origin.independent) == ("named", 1)
    # The last two told "the newspaper" and "the paper".
    assert story.origin.informants == (
        "European and Ukrainian officials",
        "four people briefed on the talks",
        "four officials familiar with the negotiations",
    )


def test_the_stand_serves_what_exists_and_nothing_else() -> None:
    corpus = seeds.load(shipped.seeds())
    paid = next(seed for seed in corpus if seed.paid)
    with seedstand(corpus, timedelta()) as base:
        assert b"<rss" in urlopen(f"{base}/feeds/{paid.outlet}.xml", timeout=10).read()
        for path, status in ((f"/{paid.outlet}{paid.path}", 403), ("/nothing", 404)):
            with pytest.raises(HTTPError) as caught:
                urlopen(base + path, timeout=10)
            assert caught.value.code == status
            caught.value.close()


def test_a_caller_that_hangs_up_is_no_fault_and_a_bug_is(capsys: pytest.CaptureFixture[str]) -> None:
    stand = _Stand(("127.0.0.1", 0), BaseHTTPRequestHandler)

    def told(error: Exception) -> str:
        try:
            raise error
        except type(error):
            stand.handle_error((b"", None), ("127.0.0.1", 1))  # type: ignore[arg-type]  # neither is looked at
        return capsys.readouterr().err

    assert told(ConnectionResetError()) == ""
    assert "ZeroDivisionError" in told(ZeroDivisionError())
    stand.server_close()


def test_the_demo_leaves_a_persons_home_alone(aggregator: Callable[..., Ran], empty_home: Path) -> None:
    before = (empty_home / "feeds.yaml").read_text(encoding="utf-8")
    ran = aggregator("demo", "--home", empty_home)
    assert (ran.code, "home of your own" in ran.err) == (2, True)
    assert (empty_home / "feeds.yaml").read_text(encoding="utf-8") == before
