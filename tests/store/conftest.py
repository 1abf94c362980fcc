"""Every store that exists, for the contract tests; times for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.model import Article, Entry, FeedState, Poll
from aggregator.store.open import open_memory, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aggregator.store.store import Store

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FEED = "https://example.org/feed.xml"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_memory() if request.param == "memory" else open_store(tmp_path / "store.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    def make(key: str = "a", **fields: Any) -> Entry:
        given: dict[str, Any] = {"feed": FEED, "key": key, "url": f"https://example.org/{key}", "title": f"Title {key}"}
        return Entry(**(given | fields))

    return make


@pytest.fixture
def make_poll() -> Callable[..., Poll]:
    def make(*entries: Entry, outcome: str = "new", **state: Any) -> Poll:
        known = FeedState(FEED, next_due=NOW + timedelta(hours=1), last_attempt=NOW, last_success=NOW)
        fields: dict[str, Any] = {name: getattr(known, name) for name in FeedState.__dataclass_fields__} | state
        return Poll(FeedState(**fields), outcome, entries, "a detail", 200, 1234)

    return make


@pytest.fixture
def make_article() -> Callable[..., Article]:
    def make(name: str = "a", **fields: Any) -> Article:
        given: dict[str, Any] = {
            "url": f"https://example.org/{name}",
            "outlet": "example",
            "title": f"Title {name}",
            "text": f"The text of {name}.",
            "language": "en",
            "first_seen": NOW,
        }
        return Article(**(given | fields))

    return make
