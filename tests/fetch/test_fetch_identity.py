"""Guids that are worth nothing: floods by link and by title, and what only looks like one. Against the real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.fetch.identity import Blank, sort_out
from aggregator.model import Entry, FeedState, Poll
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FEED = "https://news.example/feed"


class Store:
    """One feed in a real store: takes documents as polls bring them."""

    def __init__(self) -> None:
        self._store = open_memory()
        self.state = FeedState(FEED)
        self.now = NOON

    def known(self, names: Sequence[str]) -> set[str]:
        with self._store.read() as unit:
            return unit.feeds.known(FEED, names)

    def titled(self, titles: Sequence[str]) -> set[str]:
        with self._store.read() as unit:
            return unit.feeds.titled(FEED, titles)

    def take(self, *entries: Entry) -> tuple[int, int]:
        """(new as sorted out, added as stored)."""
        found = sort_out(entries, self.state, self)
        self.state = replace(
            self.state,
            last_success=self.now,
            last_attempt=self.now,
            link_keys=self.state.link_keys or found.flood,
        )
        with self._store.write() as unit:
            added = unit.feeds.save_poll(Poll(self.state, "new", found.entries, renamed=found.renamed), self.now)
        self.now += timedelta(hours=1)
        return found.new, added

    def rows(self) -> list[tuple[str, str, str | None, datetime]]:
        """(key, title, link, first seen) of what is stored."""
        with self._store.read() as unit:
            ids = [one for one, _ in unit.feeds.wanted_pages(self.now + timedelta(days=9), 1000)]
            return [(q.entry.key, q.entry.title, q.entry.url, q.first_seen) for q in unit.feeds.queued(ids)]

    def close(self) -> None:
        self._store.close()


@pytest.fixture
def store() -> Iterator[Store]:
    one = Store()
    yield one
    one.close()


def entry(n: int, guid: str = "g", **fields: Any) -> Entry:
    given: dict[str, Any] = {"url": f"https://news.example/{n}", "title": f"Story {n}", "summary": f"About {n}."}
    return Entry(FEED, f"{guid}{n}", **(given | fields))


def several(*numbers: int, guid: str = "g", **fields: Any) -> list[Entry]:
    return [entry(n, guid, **fields) for n in numbers]


def test_new_guids_at_every_poll_add_nothing_and_switch_to_links(store: Store) -> None:
    assert store.take(*several(1, 2, 3, 4, 5)) == (5, 5)
    for poll in range(10):
        assert store.take(*several(1, 2, 3, 4, 5, guid=f"{poll}-")) == (0, 0)
        assert store.state.link_keys
    assert store.take(*several(2, 3, 4, 5, 6, guid="x")) == (1, 1)
    rows = store.rows()
    assert [url for _, _, url, _ in rows] == [f"https://news.example/{n}" for n in range(1, 7)]
    assert all(key == url for key, _, url, _ in rows)
    assert {seen for _, _, _, seen in rows[:5]} == {NOON}


def test_texts_are_followed_after_the_switch(store: Store) -> None:
    store.take(*several(1, 2, 3))
    store.take(*several(1, 2, 3, guid="x"))
    store.take(entry(1, "y", title="Story 1, corrected"), *several(2, 3, guid="y"))
    assert [title for _, title, _, _ in store.rows()] == ["Story 1, corrected", "Story 2", "Story 3"]


def test_links_that_change_with_their_guids_are_found_out_by_titles(store: Store) -> None:
    before = NOON - timedelta(days=1)
    old = [entry(n, url=f"http://news.example/{n}", published=before) for n in range(1, 9)]
    assert store.take(*old) == (8, 8)
    new = [entry(n, "s", published=before) for n in range(1, 9)]
    assert store.take(*new) == (0, 0)
    assert store.state.link_keys
    assert store.take(*new[2:], *several(9, 10, guid="s")) == (2, 2)
    assert [url for _, _, url, _ in store.rows()] == [f"https://news.example/{n}" for n in range(1, 11)]


def test_without_links_and_guids_that_last_titles_tell(store: Store) -> None:
    def document(poll: int) -> list[Entry]:
        return [entry(n, f"{poll}-", url=None, summary=f"Seen {poll} times.") for n in range(5)]

    assert store.take(*document(0)) == (5, 5)
    for poll in range(1, 5):
        assert store.take(*document(poll)) == (0, 0)
    assert len(store.rows()) == 5


def test_a_column_with_the_same_titles_every_day_is_new_every_day(store: Store) -> None:
    for day in range(4):
        when = store.now - timedelta(minutes=5)
        columns = [
            entry(n, f"{day}-", url=f"https://news.example/{day}/{n}", title=f"Weather {n}", published=when)
            for n in range(6)
        ]
        assert store.take(*columns) == (6, 6)
    assert not store.state.link_keys


def test_a_few_titles_that_come_back_among_known_entries_are_new_entries(store: Store) -> None:
    store.take(*several(*range(20)))
    again = entry(99, title="Story 5")
    assert store.take(*several(*range(1, 20)), again) == (1, 1)
    assert not store.state.link_keys


def test_one_entry_that_gets_another_guid_is_no_flood_and_nothing_new(store: Store) -> None:
    store.take(*several(1, 2, 3))
    assert store.take(*several(2, 3), entry(1, "renamed")) == (0, 0)
    assert not store.state.link_keys
    assert sorted(key for key, _, _, _ in store.rows()) == ["g2", "g3", "renamed1"]
    assert store.take(*several(2, 3), entry(1, "renamed")) == (0, 0)


def test_entries_that_keep_their_guids_in_a_flood_are_not_doubled_after_it(store: Store) -> None:
    store.take(*several(*range(1, 11)))
    assert store.take(*several(1, 2), *several(*range(3, 11), guid="x")) == (0, 0)
    assert store.take(*several(*range(1, 12), guid="y")) == (1, 1)
    assert len(store.rows()) == 11


def test_a_page_that_all_entries_share_says_nothing(store: Store) -> None:
    shared = {"url": "https://news.example/live"}
    store.take(*several(1, 2, 3, **shared))
    assert store.take(*several(4, 5, 6, **shared)) == (3, 3)


def test_a_gap_and_a_new_feed_are_no_flood() -> None:
    found = sort_out(several(1, 2, 3), FeedState(FEED), Blank())
    assert (found.new, found.flood, dict(found.renamed)) == (3, False, {})
    after_a_gap = sort_out(several(1, 2, 3), FeedState(FEED, last_success=NOON), Blank())
    assert (after_a_gap.new, after_a_gap.flood) == (3, False)


@settings(max_examples=20)
@given(st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True), min_size=1, max_size=6))
def test_with_guids_that_last_every_entry_is_stored_once(windows: list[list[int]]) -> None:
    store = Store()
    for numbers in windows:
        store.take(*several(*numbers))
    keys = [key for key, _, _, _ in store.rows()]
    assert sorted(keys) == sorted({f"g{n}" for numbers in windows for n in numbers})
    store.close()
