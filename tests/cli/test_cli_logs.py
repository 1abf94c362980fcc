"""What may stand in the log: hostile addresses and texts do no harm, what repeats itself is told ever less often."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
import structlog

from aggregator.cli.logs import LONGEST, Repetitions, configure_logs, harmless
from aggregator.urls import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    target = io.StringIO()
    monkeypatch.setattr(sys, "stderr", target)
    configure_logs()
    yield target
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://desk:hunter2@example.org/feed", "https://***@example.org/feed"),
        ("https://desk@example.org/feed", "https://***@example.org/feed"),
        ("https://de%73k:p%40ss@example.org:8443/x", "https://***@example.org:8443/x"),
        ("https://a:b@c:d@example.org/", "https://***@example.org/"),
        ("HTTPS://desk:hunter2@example.org", "HTTPS://***@example.org"),
        ("https:/desk:hunter2@example.org", "https:/***@example.org"),
        ("two: http://a:b@x.org/ and http://c:d@y.org/", "two: http://***@x.org/ and http://***@y.org/"),
        ("https://x.org/rss?token=hunter2&page=2", "https://x.org/rss?token=***&page=2"),
        ("https://x.org/rss?page=2&API_KEY=hunter2", "https://x.org/rss?page=2&API_KEY=***"),
        ("https://x.org/rss?auth_token=a.b-c;sid=1", "https://x.org/rss?auth_token=***;sid=***"),
        ("https://x.org/rss?X-Amz-Signature=0f", "https://x.org/rss?X-Amz-Signature=***"),
        ("https://x.org/?password=hunter2#top", "https://x.org/?password=***#top"),
        ('feed "https://x.org/?key=hunter2": broken', 'feed "https://x.org/?key=***": broken'),
        ("https://x.org/?monkey=1&author=2&keyword=3", "https://x.org/?monkey=1&author=2&keyword=3"),
        ("mail news-desk@example.org about it", "mail news-desk@example.org about it"),
        ("https://medium.com/@someone/story", "https://medium.com/@someone/story"),
    ],
)
def test_credentials_and_secrets_of_addresses_are_masked(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


def test_a_line_is_one_event_whatever_stands_in_it(written: io.StringIO) -> None:
    structlog.get_logger().info(
        "polled", feed="https://a:b@x.org/", text='evil\n{"event": "forged"}\r\x1b[2J\u202e\u2028\x00\x9b', seconds=1.5
    )
    (line,) = written.getvalue().splitlines()
    entry = json.loads(line)
    assert entry["feed"] == "https://***@x.org/"
    assert entry["text"] == 'evil\\n{"event": "forged"}\\r\\x1b[2J\\u202e\\u2028\\x00\\x9b'
    assert (entry["seconds"], entry["level"], entry["event"]) == (1.5, "info", "polled")
    assert entry["ts"].endswith("Z")


def test_text_in_any_script_stays_as_it_is_and_is_bounded() -> None:
    event = harmless(
        None, "info", {"title": "Київ: мирна угода — 和平", "long": "x" * 9_000, "list": ["http://a:b@c/"]}
    )
    assert event["title"] == "Київ: мирна угода — 和平"
    assert len(event["long"]) <= LONGEST + 4
    assert event["list"] == "['http://***@c/']"


def test_a_bug_shows_its_traceback_without_secrets(written: io.StringIO) -> None:
    structlog.get_logger().critical("bug", exc_info=ZeroDivisionError("at https://a:b@x.org/" + "y" * 19_990))
    told = json.loads(written.getvalue())["exception"]
    assert told.startswith("... ")
    assert "a:b@" not in told


def test_a_traceback_keeps_its_lines(written: io.StringIO) -> None:
    structlog.get_logger().critical("bug", exc_info=ZeroDivisionError("a\nbug"))
    told = json.loads(written.getvalue())["exception"]
    assert told.splitlines() == ["ZeroDivisionError: a", "bug"]


def test_what_repeats_itself_is_told_at_its_first_second_fourth_time(written: io.StringIO) -> None:
    log = structlog.get_logger()
    for number in range(1, 10):
        log.error("storage", job="poll", text=f"locked for {number} s")
    log.error("storage", job="read", text="locked for 1 s")
    for _ in range(3):
        log.info("polled")
    entries = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [one.get("times", 1) for one in entries] == [1, 2, 4, 8, 1, 1, 1, 1]


def test_only_so_many_errors_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.cli.logs._REMEMBERED", 2)
    repetitions = Repetitions()
    for feed in "abca":
        told = repetitions(None, "error", {"level": "error", "event": "x", "feed": feed})
        assert "times" not in told
    assert len(repetitions._times) == 2
