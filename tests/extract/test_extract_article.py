"""The article of an entry: identity, text, time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extract.article import AHEAD, EARLIEST, believable, compose, identity
from aggregator.model import Entry, Link, Page, Quality

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FEED = "https://example.org/feed.xml"
URL = "https://example.org/news/old-bridge-to-close"
ENTRY = Entry(FEED, "k1", URL + "?utm_source=rss", "Old bridge to close", "The council has voted.", author="Desk")
LINK = Link("https://herald.example/1", "the Herald", 4, 14)
PAGE = Page(URL, "Old bridge closes", "Says the Herald.", "Ann Poe", "en", NOW - timedelta(hours=1), URL, (LINK,))


def test_an_article_from_its_page() -> None:
    article = compose(ENTRY, "example", PAGE, NOW)
    assert (article.url, article.canonical, article.outlet) == (URL, URL, "example")
    assert (article.title, article.text, article.byline) == ("Old bridge closes", "Says the Herald.", "Ann Poe")
    assert (article.language, article.published, article.first_seen) == ("en", NOW - timedelta(hours=1), NOW)
    assert (article.links, article.quality, article.reason) == ((LINK,), Quality.FULL, "")


def test_without_a_page_the_feed_speaks() -> None:
    entry = Entry(
        FEED, "k", URL, "Old  bridge", "The <b>council</b> has<br>voted &amp; gone.", language="uk-UA", author="A"
    )
    article = compose(entry, "", None, NOW, "HTTP 403")
    assert (article.text, article.quality, article.reason) == (
        "The council has\nvoted & gone.",
        Quality.SUMMARY,
        "HTTP 403",
    )
    assert (article.title, article.language, article.byline, article.links) == ("Old bridge", "uk", "A", ())


def test_a_page_without_text_gives_its_reason_and_the_feed_the_text() -> None:
    page = Page("https://example.org/moved/old-bridge-to-close", "", "", canonical=None, reason="a paywall")
    article = compose(ENTRY, "example", page, NOW, "unused")
    assert article.url == "https://example.org/moved/old-bridge-to-close"
    assert (article.title, article.text, article.byline) == ("Old bridge to close", "The council has voted.", "Desk")
    assert (article.quality, article.reason) == (Quality.SUMMARY, "a paywall")


@pytest.mark.parametrize("summary", ["", " ", "Old bridge to close!", "<p><img src=x></p>"])
def test_a_title_alone(summary: str) -> None:
    article = compose(Entry(FEED, "k", URL, "Old bridge to close", summary), "", None, NOW)
    assert (article.text, article.quality, article.reason) == ("", Quality.TITLE, "no page was read")


def test_the_sources_name_is_no_part_of_an_aggregators_headline() -> None:
    entry = Entry(FEED, "k", URL, "Bridge to close - Daily Bugle", source_name="Daily Bugle")
    assert compose(entry, "", None, NOW).title == "Bridge to close"
    assert compose(Entry(FEED, "k", URL, "Bridge to close - Bugle"), "", None, NOW).title == "Bridge to close - Bugle"


def test_an_aggregators_own_page_says_nothing_of_the_article() -> None:
    entry = Entry(FEED, "k", URL, "Die Brücke schließt - Bote", "", language="de", source_name="Bote")
    between = Page("https://aggregator.example/read/1234", "Aggregator News", "", language="en", reason="no text")
    article = compose(entry, "bote", between, NOW)
    assert (article.title, article.language, article.reason) == ("Die Brücke schließt", "de", "no text")
    assert article.url == "https://aggregator.example/read/1234"


# ---------------------------------------------------------------- identity


@pytest.mark.parametrize(
    ("canonical", "counts", "kept"),
    [
        ("https://example.org/news/old-bridge-to-close-1", True, True),
        ("https://m.example.org/news/old-bridge-to-close", True, True),
        ("https://example.org/", False, False),
        ("https://example.org/news", False, False),
        ("https://victim.example/news/old-bridge-to-close", False, True),
        (None, False, False),
    ],
)
def test_a_canonical_address_is_the_identity_on_its_own_site_and_for_an_article(
    canonical: str | None, *, counts: bool, kept: bool
) -> None:
    article = compose(ENTRY, "", Page(URL, "T", "x", canonical=canonical), NOW)
    assert article.url == (canonical if counts else URL)
    assert article.canonical == (canonical if kept else None)


def test_two_blogs_of_one_platform_are_two_sites() -> None:
    page = Page(
        "https://one.substack.com/p/a-story-of-mine", "", "x", canonical="https://two.substack.com/p/a-story-of-mine"
    )
    assert identity(ENTRY, page) == page.url


@pytest.mark.parametrize("url", [None, "", "mailto:a@b.c", "http://"])
def test_an_entry_without_an_address_is_known_by_its_key(url: str | None) -> None:
    entry = Entry(FEED, "guid 7", url, "T")
    assert identity(entry, None) == f"entry:{FEED}#guid 7"
    assert identity(entry, Page("", "T", "x")) == f"entry:{FEED}#guid 7"


# ---------------------------------------------------------------- time


def test_the_feeds_time_comes_first_where_it_is_believable() -> None:
    entry = Entry(FEED, "k", URL, "T", published=NOW - timedelta(hours=3))
    assert compose(entry, "", PAGE, NOW).published == NOW - timedelta(hours=3)
    future = Entry(FEED, "k", URL, "T", published=NOW + timedelta(days=3))
    assert compose(future, "", PAGE, NOW).published == PAGE.published
    assert compose(future, "", None, NOW).published is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_no_time_before_2000_or_after_now(moment: datetime) -> None:
    found = believable(moment, NOW)
    assert found == (moment if EARLIEST <= moment <= NOW + AHEAD else None)


def test_the_bounds_themselves_are_believed() -> None:
    assert believable(EARLIEST, NOW) == EARLIEST
    assert believable(NOW + AHEAD, NOW) == NOW + AHEAD
    assert believable(None, NOW) is None
