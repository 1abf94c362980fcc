from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aggregator.model import FeedState, HostWishes, RobotsRules

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import Entry, Poll
    from aggregator.store.store import Store

HOUR = timedelta(hours=1)
FEED = "https://example.org/feed.xml"


def test_what_hosts_ask_for_is_kept_until_it_has_run_out(store: Store, now: datetime) -> None:
    rules = RobotsRules("disallow: /x", now + 24 * HOUR)
    unread = RobotsRules(None, now + HOUR)
    first = HostWishes({"a.example:443": now + HOUR}, {"a.example:443": rules, "b.example:80": unread})
    with store.write() as unit:
        unit.hosts.save(first, now)
        unit.hosts.save(HostWishes(), now)
    with store.read() as unit:
        assert unit.hosts.wishes(now) == first
        later = unit.hosts.wishes(now + HOUR)
        assert later == HostWishes({}, {"a.example:443": rules})


def test_a_new_wish_replaces_the_old_and_drops_what_has_run_out(store: Store, now: datetime) -> None:
    with store.write() as unit:
        unit.hosts.save(
            HostWishes({"a:80": now + HOUR, "b:80": now + 9 * HOUR}, {"a:80": RobotsRules("", now + HOUR)}), now
        )
        newer = HostWishes({"b:80": now + 7 * HOUR}, {"b:80": RobotsRules("", now + 9 * HOUR)})
        unit.hosts.save(newer, now + 2 * HOUR)
        assert unit.hosts.wishes(now) == newer


def test_states_change_without_a_poll(store: Store, now: datetime) -> None:
    state = FeedState(
        FEED, wait_until=now, gone_since=now, moved_to="https://x", moved_since=now, moved_polls=3, link_keys=True
    )
    with store.write() as unit:
        unit.feeds.save_states([])
        unit.feeds.save_states([state])
        assert unit.feeds.states([FEED]) == {FEED: state}
        assert unit.feeds.polls(FEED) == []


def test_pages_put_off_by_a_wrong_clock_are_released(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry], now: datetime
) -> None:
    with store.write() as unit:
        unit.feeds.save_poll(make_poll(make_entry("a")), now + timedelta(days=3650))
        unit.feeds.save_poll(make_poll(make_entry("b")), now + HOUR)
        unit.feeds.release_pages(now + timedelta(days=8), now)
        assert [url for _, url in unit.feeds.wanted_pages(now, 9)] == ["https://example.org/a"]
