from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.model import FeedState
from aggregator.store.feeds import REVISIONS_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import Article, Entry, Poll
    from aggregator.store.feeds import QueuedEntry
    from aggregator.store.store import Store, Unit

FEED = "https://example.org/feed.xml"


def waiting(unit: Unit, now: datetime) -> list[QueuedEntry]:
    return unit.feeds.queued([one for one, _ in unit.feeds.wanted_pages(now, 10)])


def test_a_feed_never_polled_has_its_first_state(store: Store) -> None:
    with store.read() as unit:
        assert unit.feeds.states([FEED]) == {FEED: FeedState(FEED)}


def test_a_poll_is_stored_whole(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry], now: datetime
) -> None:
    result = make_poll(make_entry("a"), make_entry("b"), etag='W/"x, y"', last_modified="yesterday", body_hash="h")
    with store.write() as unit:
        assert unit.feeds.save_poll(result, now) == 2
    with store.read() as unit:
        assert unit.feeds.states([FEED])[FEED] == result.state
        assert unit.feeds.known(FEED, ["a", "https://example.org/b", "c"]) == {"a", "https://example.org/b"}
        assert unit.feeds.known("https://example.org/other", ["a"]) == set()
        (record,) = unit.feeds.polls(FEED)
        assert (record.outcome, record.added, record.status, record.size) == ("new", 2, 200, 1234)
        assert unit.feeds.counts() == {"entries": 2, "waiting": 2}


def test_the_same_poll_twice_adds_nothing(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry], now: datetime
) -> None:
    result = make_poll(make_entry("a"), make_entry("a", title="the same key again"))
    with store.write() as unit:
        assert unit.feeds.save_poll(result, now) == 1
    with store.write() as unit:
        assert unit.feeds.save_poll(make_poll(make_entry("a")), now + timedelta(hours=1)) == 0
        assert unit.feeds.counts()["entries"] == 1


def test_entries_wait_for_their_page_in_the_order_of_the_feed(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry], now: datetime
) -> None:
    with store.write() as unit:
        unit.feeds.save_poll(make_poll(make_entry("b"), make_entry("a")), now)
    with store.read() as unit:
        assert [url for _, url in unit.feeds.wanted_pages(now, 10)] == [
            "https://example.org/b",
            "https://example.org/a",
        ]
        assert [url for _, url in unit.feeds.wanted_pages(now, 1)] == ["https://example.org/b"]
        assert unit.feeds.waiting(now) == 2
        assert unit.feeds.wanted_pages(now - timedelta(seconds=1), 10) == []
        (first, _) = waiting(unit, now)
        assert first.entry == make_entry("b")
        assert first.first_seen == now


def test_an_edited_entry_is_not_a_new_one_and_is_followed_only_so_often(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry], now: datetime
) -> None:
    with store.write() as unit:
        unit.feeds.save_poll(make_poll(make_entry("a")), now)
        for edit in range(REVISIONS_KEPT + 5):
            changed = make_entry("a", title=f"Edit {edit}")
            assert unit.feeds.save_poll(make_poll(changed), now + timedelta(hours=edit + 1)) == 0
        (queued,) = waiting(unit, now)
        assert queued.entry.title == f"Edit {REVISIONS_KEPT - 1}"
        assert queued.first_seen == now


def test_a_failed_page_waits_and_a_settled_one_is_not_asked_for_again(
    store: Store,
    make_poll: Callable[..., Poll],
    make_entry: Callable[..., Entry],
    make_article: Callable[..., Article],
    now: datetime,
) -> None:
    with store.write() as unit:
        unit.feeds.save_poll(make_poll(make_entry("a"), make_entry("b")), now)
        first, second = waiting(unit, now)
        unit.feeds.postpone_entry(first.id, now + timedelta(minutes=15))
        article = unit.articles.add(make_article("b"))
        unit.feeds.settle_entry(second.id, article)
    with store.read() as unit:
        assert unit.feeds.wanted_pages(now, 10) == []
        (again,) = waiting(unit, now + timedelta(hours=1))
        assert (again.entry.key, again.tries) == ("a", 1)
        assert unit.feeds.article_of("https://example.org/b") == article
        assert unit.feeds.article_of("https://example.org/a") is None
        assert unit.feeds.feeds_of([article]) == {article: [FEED]}
