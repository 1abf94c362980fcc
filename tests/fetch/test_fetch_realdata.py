"""Real feeds of real publishers: nothing that feedparser finds is lost."""

from __future__ import annotations

import gzip
import io
import time
import warnings
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import feedparser
import pytest

from aggregator.errors import RejectedError
from aggregator.fetch.parse import parse_feed

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://news.example/feeds/all.xml"


# What is wrong with them no reader mends: unquoted attributes, and prefixes that are declared nowhere.
UNREADABLE = {"0111_benchmark_data_7ef13a42fa7e177a.gz", "0205_tests_integration_malformed_rss_namespaced.xml.gz"}
# Cut in the middle of its only item, which would come back whole as another one.
CUT = {"0354_tests_illformed_rss_incomplete_cdata.xml"}


def theirs(body: bytes) -> int:
    """How many entries feedparser finds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)["entries"])


def ours(body: bytes) -> int:
    """How many entries we find, those said to be repeated or cut off among them."""
    found = parse_feed(body, "application/xml", URL, URL, NOW, 2000)
    repeated = sum(int(note.partition(": ")[2]) for note in found.notes if note.startswith("repeated"))
    keys = {entry.key for entry in found.entries}
    assert len(keys) == len(found.entries)
    assert all(entry.url is None or entry.url.startswith("http") for entry in found.entries)
    return len(found.entries) + repeated + found.dropped + found.partial


def bodies(place: Path) -> list[tuple[str, bytes]]:
    paths = [path for path in sorted(place.rglob("*")) if path.is_file()]
    assert paths
    return [
        (path.name, gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()) for path in paths
    ]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "count", "unreadable"), [("news-snapshots", 70, set()), ("fastfeedparser-bench", 213, UNREADABLE)]
)
def test_every_real_feed_is_read_and_no_entry_is_lost(
    shared: Path, name: str, count: int, unreadable: set[str]
) -> None:
    lost: dict[str, tuple[int, int]] = {}
    failed = set()
    files = bodies(shared / "data" / "feeds" / name / "files")
    for file, body in files:
        there = theirs(body)
        try:
            here = ours(body)
        except RejectedError:
            failed.add(file)
        else:
            if here < there:
                lost[file] = (there, here)
    print(f"{name}: {len(files) - len(failed)} of {len(files)} feeds read")  # noqa: T201 -- the figure
    assert (len(files), failed, lost) == (count, unreadable, {})


@pytest.mark.realdata
def test_feedparsers_own_suite_is_read_without_an_exception(shared: Path) -> None:
    outcomes: Counter[str] = Counter()
    lost = {}
    slowest = 0.0
    for file, body in bodies(shared / "data" / "feeds" / "feedparser-tests" / "files"):
        began = time.perf_counter()
        try:
            here = ours(body)
            outcomes["read"] += 1
        except RejectedError as error:
            if "declares XML entities" in str(error):
                outcomes["declares entities"] += 1
                continue
            here = 0
            outcomes["no feed"] += 1
        slowest = max(slowest, time.perf_counter() - began)
        there = theirs(body)
        if here < there:
            lost[file] = (there, here)
    print(f"feedparser-tests: {dict(outcomes)}, slowest {slowest:.2f} s, lost {lost}")  # noqa: T201 -- the figure
    assert sum(outcomes.values()) == 2106
    assert set(lost) == CUT
    assert slowest < 5
