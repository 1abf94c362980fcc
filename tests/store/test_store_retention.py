"""What is too old goes, and nothing else: each of the drops by itself, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from aggregator.model import (
    Attribution,
    Cluster,
    Evidence,
    Fingerprint,
    Level,
    Membership,
    Origin,
    OriginState,
    Quality,
    Role,
    Strand,
)
from aggregator.store.open import open_store
from aggregator.store.retention import BAND_SLICES, DROPPED
from aggregator.store.tables import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aggregator.model import Article, Entry, Poll
    from aggregator.store.store import Store, Unit

FEED = "https://example.org/feed.xml"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=400)
YEAR = NOW - timedelta(days=365)
QUOTE = "This is reported by the Harbour Herald."
CREDIT = Attribution("herald", "the Harbour Herald", Role.ORIGIN, "reported by", "en", "text", 0, 39, QUOTE, 1.0)
EVIDENCE = Evidence("https://example.org/a", "example", "text", QUOTE, 0, 39, "reported by", "en")
ORIGIN = Origin(OriginState.NAMED, "herald", evidence=(EVIDENCE,))


def story(unit: Unit, article: Article) -> tuple[int, int]:
    """Keeps an article as the only one of a resolved story. Returns the ids of both."""
    given = unit.articles.add(article)
    unit.articles.save_attributions(given, [CREDIT])
    seen = (article.first_seen or NOW).timestamp()
    unit.clusters.add_fingerprint(
        Fingerprint(given, seen, "en", "example", False, 5, b"1234", {7: 1.0}, ("word",), (70, -70), (71,))
    )
    cluster = unit.clusters.add_cluster()
    unit.clusters.save_cluster(Cluster(cluster, {"en": Strand(1, 1.0, {7: 1.0}, {}, seen)}, seen, seen))
    unit.clusters.save_membership(Membership(given, cluster, Level.FIRST))
    unit.articles.mark_clustered([given])
    unit.clusters.flush()
    unit.clusters.mark_swept()
    unit.origins.save(cluster, ORIGIN, NOW)
    return given, cluster


@pytest.fixture
def stories(store: Store, make_article: Callable[..., Article]) -> list[tuple[int, int]]:
    """An old story and a new one."""
    with store.write() as unit:
        return [story(unit, make_article("a", first_seen=OLD)), story(unit, make_article("b", first_seen=NOW))]


def test_an_old_text_goes_and_title_address_and_quotes_stay(store: Store, stories: list[tuple[int, int]]) -> None:
    (old, _), (new, _) = stories
    with store.write() as unit:
        assert unit.retention.old_texts(YEAR, 0) == [old]
        assert unit.retention.old_texts(YEAR, old) == []
        unit.retention.drop_texts([old])
        assert unit.retention.old_texts(YEAR, 0) == []
    with store.read() as unit:
        found = unit.articles.get([old, new])
        bare = found[old]
        assert (bare.title, bare.url, bare.text, bare.links) == ("Title a", "https://example.org/a", "", ())
        assert (bare.quality, bare.reason) == (Quality.TITLE, DROPPED)
        assert found[new].text == "The text of b."
        assert unit.articles.attributions([old])[old] == (CREDIT,)
        assert unit.articles.search("text", 5) == [new]
        assert sorted(unit.articles.search("title", 5)) == [old, new]


def test_what_still_waits_for_a_stage_keeps_its_text(store: Store, make_article: Callable[..., Article]) -> None:
    with store.write() as unit:
        unit.articles.add(make_article("waits", first_seen=OLD))
        assert unit.retention.old_texts(YEAR, 0) == []
        assert unit.retention.old_loose_articles(YEAR) == []


def test_an_old_story_goes_with_all_that_hangs_on_it(store: Store, stories: list[tuple[int, int]]) -> None:
    (old, gone), (new, kept) = stories
    with store.write() as unit:
        assert unit.retention.old_stories(YEAR, 0) == [gone]
        assert unit.retention.old_stories(YEAR, gone) == []
        assert unit.retention.drop_stories([gone]) == 1
    with store.read() as unit:
        assert list(unit.articles.get([old, new])) == [new]
        assert unit.articles.search("title", 5) == [new]
        assert unit.articles.attributions([old])[old] == ()
        assert unit.clusters.memberships([old, new]).keys() == {new}
        kept_prints = unit.retention._connection.scalars(select(fingerprint.c.article))
        assert list(kept_prints) == [new]
        assert list(unit.origins.get([gone, kept])) == [kept]
        assert unit.clusters.resolve_id(gone) is None
        assert unit.origins.counts()["clusters"] == 1


def test_a_number_that_led_to_an_old_story_goes_with_it(store: Store, stories: list[tuple[int, int]]) -> None:
    (_, gone), _ = stories
    with store.write() as unit:
        swallowed = unit.clusters.add_cluster()
        unit.clusters.redirect(swallowed, gone)
        unit.clusters.log("merged", gone, {"gone": swallowed})
    with store.write() as unit:
        unit.retention.drop_stories([gone])
        assert unit.clusters.resolve_id(swallowed) is None
        assert unit.origins.events(gone) == []


def test_a_story_is_as_young_as_its_youngest_article(
    store: Store, stories: list[tuple[int, int]], make_article: Callable[..., Article]
) -> None:
    """What counts is when it was seen: a page from long ago may have been found today."""
    (_, cluster), _ = stories
    with store.write() as unit:
        late = unit.articles.add(make_article("late", published=OLD, first_seen=NOW))
        unit.articles.add(make_article("newest", first_seen=NOW))
        unit.clusters.save_membership(Membership(late, cluster, Level.RETELLING))
    with store.read() as unit:
        assert unit.retention.old_stories(YEAR, 0) == []


def test_what_waits_for_its_origin_stays(store: Store, stories: list[tuple[int, int]]) -> None:
    (_, cluster), _ = stories
    with store.write() as unit:
        unit.clusters.save_cluster(unit.clusters.clusters([cluster])[cluster])
    with store.read() as unit:
        assert unit.retention.old_stories(YEAR, 0) == []


def test_no_number_of_an_article_is_given_twice(store: Store, make_article: Callable[..., Article]) -> None:
    """SQLite gives the highest number anew once its row is gone; corrections and caches know articles by number."""
    with store.write() as unit:
        story(unit, make_article("a", first_seen=OLD))
        loose = unit.articles.add(make_article("b", first_seen=OLD))
        unit.articles.mark_clustered([loose])
    with store.write() as unit:
        assert unit.retention.old_loose_articles(YEAR) == []
        for one in unit.retention.old_stories(YEAR, 0):
            unit.retention.drop_stories([one])
        assert unit.articles.add(make_article("c")) > loose
        assert unit.retention.old_loose_articles(YEAR) == [loose]
        unit.retention.drop_articles([loose])
        assert unit.articles.counts()["articles"] == 1


def test_old_band_keys_go_in_slices(store: Store, stories: list[tuple[int, int]]) -> None:
    (old, _), (new, _) = stories
    with store.write() as unit:
        for piece in range(BAND_SLICES):
            unit.retention.drop_bands(piece, int(YEAR.timestamp()))
    with store.read() as unit:
        assert unit.clusters.near("copy", [70, -70], None, None, 5) == [(new, 2)]
        assert old in unit.clusters.fingerprints([old])


def polled(unit: Unit, poll: Poll, days: int) -> int:
    return unit.feeds.save_poll(poll, OLD + timedelta(days=days))


def settle(unit: Unit) -> None:
    for number, _ in unit.feeds.wanted_pages(NOW, 100):
        unit.feeds.settle_entry(number, 1)


def known(unit: Unit) -> set[str]:
    return unit.feeds.known(FEED, ["a", "b", "c"])


def test_a_key_is_kept_while_its_feed_carries_it_and_a_while_after(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry]
) -> None:
    a, b, c = (make_entry(key, summary="Some words.") for key in "abc")
    unchanged = replace(make_poll(outcome="not_modified"), status=304)
    with store.write() as unit:
        polled(unit, make_poll(a, b), 0)
        polled(unit, make_poll(b), 1)
        settle(unit)
        # A year of "not modified" says that the feed carries what it carried.
        polled(unit, unchanged, 366)
        assert unit.retention.drop_entries(YEAR, OLD, [FEED]) == 0
        assert unit.retention.drop_entries(YEAR, NOW - timedelta(days=180), [FEED]) == 1
        assert known(unit) == {"b"}
        assert polled(unit, make_poll(c), 399) == 1
        assert unit.retention.drop_entries(YEAR, NOW - timedelta(days=180), [FEED]) == 0
        assert polled(unit, make_poll(b, c), 400) == 0


def test_an_entry_that_comes_back_counts_as_carried_again(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry]
) -> None:
    a, b = make_entry("a"), make_entry("b")
    with store.write() as unit:
        for day, carried in enumerate(([a, b], [b], [a, b])):
            polled(unit, make_poll(*carried), day)
        settle(unit)
        assert unit.retention.drop_entries(YEAR, NOW, [FEED]) == 0


def test_what_still_waits_for_its_page_is_kept(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry]
) -> None:
    with store.write() as unit:
        polled(unit, make_poll(make_entry("a")), 0)
        polled(unit, make_poll(make_entry("b")), 1)
        assert unit.retention.drop_entries(YEAR, NOW, []) == 0


def test_a_feed_given_up_is_forgotten_after_a_year(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry]
) -> None:
    with store.write() as unit:
        polled(unit, make_poll(make_entry("a"), last_attempt=OLD), 0)
        settle(unit)
        unit.retention.drop_feeds(YEAR, [FEED])
        assert len(unit.feeds.polls(FEED)) == 1
        unit.retention.drop_feeds(YEAR, [])
        assert unit.retention.drop_entries(YEAR, OLD, []) == 1
        assert (unit.feeds.polls(FEED), known(unit)) == ([], set())
        assert unit.feeds.states([FEED])[FEED].last_attempt is None


def test_summaries_of_what_no_feed_carries_go(
    store: Store, make_poll: Callable[..., Poll], make_entry: Callable[..., Entry]
) -> None:
    a, b = make_entry("a", summary="Some words."), make_entry("b", summary="Other words.")
    with store.write() as unit:
        polled(unit, make_poll(a, b), 0)
        polled(unit, make_poll(b), 1)
        last = unit.retention.drop_summaries(NOW, 0)
        assert last is not None
        assert unit.retention.drop_summaries(NOW, last) is None
        found = unit.feeds.queued([number for number, _ in unit.feeds.wanted_pages(NOW, 9)])
        assert {one.entry.key: one.entry.summary for one in found} == {"a": "", "b": "Other words."}


def test_only_the_latest_polls_are_kept(store: Store, make_poll: Callable[..., Poll]) -> None:
    with store.write() as unit:
        for day in range(8):
            polled(unit, make_poll(outcome="empty"), day)
        assert unit.retention.polled_feeds() == [FEED]
        unit.retention.drop_polls(FEED, 5)
        unit.retention.drop_polls(FEED, 50)
        assert [one.at for one in unit.feeds.polls(FEED)] == [OLD + timedelta(days=day) for day in (7, 6, 5, 4, 3)]


def test_when_a_chore_was_last_done(store: Store) -> None:
    with store.write() as unit:
        assert unit.retention.last_done("x") is None
        unit.retention.mark_done("x", OLD)
        unit.retention.mark_done("x", NOW)
        assert unit.retention.last_done("x") == NOW


def test_room_is_given_back_and_the_log_is_cut(tmp_path: Path, make_article: Callable[..., Article]) -> None:
    path = tmp_path / "store.sqlite3"
    store = open_store(path)
    with store.write() as unit:
        for number in range(400):
            unit.articles.add(make_article(str(number), text=f"word{number} " * 1000))
    store.compact()
    full = path.stat().st_size
    assert path.with_name("store.sqlite3-wal").stat().st_size == 0
    with store.write() as unit:
        unit.retention.drop_articles(range(1, 400))
    store.compact()
    assert path.stat().st_size < full / 2
    store.close()
