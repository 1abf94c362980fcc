from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch.client import Response
from aggregator.fetch.parse import parse_feed
from aggregator.fetch.poll import poll
from aggregator.fetch.schedule import is_gone
from aggregator.fetch.sitemap import FOLLOWED
from aggregator.model import Feed, FeedState, Limits
from tests.fetch.conftest import Inline, Shelf

if TYPE_CHECKING:
    from aggregator.fetch.access import Access
    from aggregator.fetch.items import Parsed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.example.org/sitemaps/news.xml"
NAMES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def page(n: int, title: str = "Story", more: str = "") -> str:
    return (
        f"<url><loc>https://www.example.org/{n}?utm_source=x</loc><lastmod>2026-11-24T09:00:00Z</lastmod><news:news>"
        "<news:publication><news:name>The News</news:name><news:language>en-gb</news:language></news:publication>"
        f"<news:publication_date>2026-11-24T08:0{n % 10}:00Z</news:publication_date>"
        f"<news:title>{title} {n}</news:title>{more}</news:news>"
        f"<image:image><image:loc>https://img.example/{n}</image:loc><image:title>Not this</image:title></image:image>"
        "</url>"
    )


def urlset(*pages: str) -> str:
    return f'<?xml version="1.0"?><!-- made by hand --><urlset {NAMES}>{"".join(pages)}</urlset>'


def index(*places: tuple[str, str]) -> str:
    listed = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{when}</lastmod></sitemap>" for loc, when in places)
    return f"<sitemapindex {NAMES}>{listed}</sitemapindex>"


def parse(body: str, limit: int = 2000) -> Parsed:
    return parse_feed(body.encode(), "application/xml", URL, URL, NOW, limit)


def test_a_news_sitemap_is_read_like_a_feed() -> None:
    found = parse(urlset(page(1, "Rain &amp; wind"), page(2)))
    assert (found.title, found.notes, found.partial, found.repaired) == ("The News", (), False, False)
    first, second = found.entries
    assert (first.key, first.url, first.feed) == ("https://www.example.org/1", "https://www.example.org/1", URL)
    assert (first.title, first.language, first.summary) == ("Rain & wind 1", "en", "")
    assert first.published == datetime(2026, 11, 24, 8, 1, tzinfo=UTC)
    assert second.title == "Story 2"


def test_prefixes_namespaces_and_missing_parts_do_not_matter() -> None:
    body = urlset(
        "<url><loc>/a</loc><lastmod>2026-11-24</lastmod><news:news><news:title>A</news:title></news:news></url>"
    )
    (entry,) = parse(body.replace("news:", "n:").replace("xmlns:n", "xmlns:n")).entries
    assert (entry.url, entry.title, entry.language) == ("https://www.example.org/a", "A", None)
    assert entry.published == datetime(2026, 11, 24, tzinfo=UTC)
    prefixed = urlset(page(1)).replace("<url", "<s:url").replace("</url", "</s:url").replace("<loc", "<s:loc")
    prefixed = prefixed.replace("</loc", "</s:loc").replace('xmlns="', 'xmlns:s="')
    assert [entry.title for entry in parse(prefixed).entries] == ["Story 1"]


def test_without_declared_namespaces_it_is_read_all_the_same() -> None:
    assert parse(urlset(page(1)).replace(NAMES, "")).entries == parse(urlset(page(1))).entries


def test_a_quiet_outlet_has_an_empty_one() -> None:
    assert parse(urlset()).entries == ()


def test_what_is_over_the_limit_is_counted_and_what_is_cut_is_left_out() -> None:
    found = parse(urlset(*(page(n) for n in range(9))), limit=4)
    assert (len(found.entries), found.dropped) == (4, 5)
    whole = urlset(page(1), page(2))
    cut = parse(whole[: whole.index("Story 2")])
    assert (cut.partial, [entry.title for entry in cut.entries]) == (True, ["Story 1"])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (urlset("<url><loc>https://example.org/1</loc></url>"), "not a news sitemap: it lists pages without"),
        (f"<!DOCTYPE urlset [<!ENTITY a 'b'>]>{urlset(page(1, '&a;'))}", "declares XML entities"),
        (index(), "an index without a sitemap of its own site"),
        (index(("https://other.example/news.xml", "")), "an index without a sitemap of its own site"),
    ],
)
def test_what_holds_no_news_is_named(body: str, why: str) -> None:
    with pytest.raises(RejectedError, match=why):
        parse(body)


def test_of_an_index_the_latest_news_of_the_site_are_chosen() -> None:
    found = parse(
        index(
            ("https://www.example.org/pages.xml", "2026-11-24"),
            ("https://www.example.org/news-1.xml", "2026-11-22"),
            ("https://static.example.org/news-2.xml", "2026-11-24"),
            ("/news-3.xml", "2026-11-23"),
            ("https://www.example.org/news-4.xml", ""),
            ("https://static.example.org/news-2.xml", "2026-11-24"),
            ("https://evil.example/news-5.xml", "2026-11-25"),
            ("javascript:news", "2026-11-25"),
        )
    )
    assert found.sitemaps == (
        "https://static.example.org/news-2.xml",
        "https://www.example.org/news-3.xml",
        "https://www.example.org/news-1.xml",
    )
    many = parse(index(*((f"https://www.example.org/{n}.xml", "") for n in range(50))))
    assert len(many.sitemaps) == FOLLOWED


class Web:
    """Answers by address; a missing one is a 404. Notes what was asked, with the validators."""

    def __init__(self, **bodies: str) -> None:
        self.limits = Limits(entries=5)
        self.bodies = bodies
        self.missing = 404
        self.asked: list[tuple[str, str | None]] = []

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, access: Access | None = None
    ) -> Response:
        assert access is None or access.url == URL
        assert last_modified is None
        self.asked.append((url.rsplit("/", 1)[1], etag))
        body = self.bodies.get(self.asked[-1][0].removesuffix(".xml"))
        if body is None:
            raise TransientError(f"status {self.missing}", stage="http", status=self.missing)
        return Response(200, url, {"etag": '"1"'}, body.encode())


INDEX = index(("/news1.xml", "2026-11-24"), ("/news2.xml", "2026-11-23"))


def polled(web: Web, times: int = 1) -> Shelf:
    feed, shelf = Feed(URL, "o", "N"), Shelf(FeedState(URL))

    async def run() -> None:
        for n in range(times):
            now = NOW + n * timedelta(hours=1)
            shelf.save(await poll(feed, shelf.state, web, Inline(), now, memory=shelf))

    asyncio.run(run())
    return shelf


def test_an_index_is_followed_one_level_in_every_poll() -> None:
    web = Web(news=INDEX, news1=urlset(page(1), page(2)), news2=urlset(page(2), page(3)))
    shelf = polled(web, 2)
    assert [entry.title for entry in shelf.polls[0].entries] == ["Story 1", "Story 2", "Story 3"]
    assert [one.outcome for one in shelf.polls] == ["new", "same_body"]
    # Validators of the index would say nothing of the sitemaps.
    assert web.asked == [("news.xml", None), ("news1.xml", None), ("news2.xml", None)] * 2


def test_a_sitemap_alone_is_asked_with_its_validator() -> None:
    web = Web(news=urlset(page(1)))
    assert [one.outcome for one in polled(web, 2).polls] == ["new", "same_body"]
    assert web.asked == [("news.xml", None), ("news.xml", '"1"')]


def test_a_sitemap_that_fails_leaves_the_others_alone() -> None:
    shelf = polled(Web(news=INDEX, news2=urlset(*(page(n) for n in range(8)))))
    assert (shelf.polls[0].outcome, len(shelf.polls[0].entries)) == ("new", 5)
    assert "a sitemap failed: status 404" in shelf.polls[0].detail
    assert "3 over the limit" in shelf.polls[0].detail


@pytest.mark.parametrize(
    ("bodies", "why"), [({}, "status 404"), ({"news1": INDEX, "news2": INDEX}, "an index of sitemaps in another")]
)
def test_an_index_without_a_sitemap_that_can_be_read_fails(bodies: dict[str, str], why: str) -> None:
    shelf = polled(Web(news=INDEX, **bodies))
    assert (shelf.polls[0].outcome, why in shelf.polls[0].detail) == ("failed", True)


def test_a_sitemap_that_is_gone_does_not_end_its_index() -> None:
    web = Web(news=INDEX)
    web.missing = 410
    shelf = polled(web, 30)
    assert {one.outcome for one in shelf.polls} == {"failed"}
    assert "no sitemap of the index can be read: status 410" in shelf.polls[-1].detail
    assert not is_gone(shelf.state)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.integers(0, 400))
def test_whatever_stands_in_it_is_read_or_refused(noise: str, at: int) -> None:
    body = urlset(page(1), page(2))
    try:
        found = parse(body[:at] + noise + body[at:])
    except RejectedError:
        return
    assert len(found.entries) <= 2
