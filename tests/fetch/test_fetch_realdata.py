"""Real feeds of real publishers: nothing that feedparser finds is lost."""

from __future__ import annotations

import gzip
import io
import warnings
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


def compare(body: bytes) -> tuple[int, int]:
    """How many entries feedparser finds, and how many we do, those said to be repeated or cut off among them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = len(feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)["entries"])
    try:
        found = parse_feed(body, "application/xml", URL, URL, NOW, 2000)
    except RejectedError:
        return theirs, 0
    repeated = sum(int(note.partition(": ")[2]) for note in found.notes if note.startswith("repeated"))
    keys = {entry.key for entry in found.entries}
    assert len(keys) == len(found.entries)
    assert all(entry.url is None or entry.url.startswith("http") for entry in found.entries)
    return theirs, len(found.entries) + repeated + found.dropped + found.partial


def bodies(place: Path, every: int) -> list[tuple[str, bytes]]:
    paths = [path for path in sorted(place.rglob("*")) if path.is_file()][::every]
    assert paths
    return [
        (path.name, gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()) for path in paths
    ]


@pytest.mark.realdata
@pytest.mark.parametrize(("name", "every"), [("news-snapshots", 1), ("fastfeedparser-bench", 25)])
def test_no_entry_of_a_real_feed_is_lost(shared: Path, name: str, every: int) -> None:
    lost = {}
    for file, body in bodies(shared / "data" / "feeds" / name / "files", every):
        theirs, ours = compare(body)
        if ours < theirs:
            lost[file] = (theirs, ours)
    assert lost == {}
