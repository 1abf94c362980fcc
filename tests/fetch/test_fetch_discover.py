from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch.client import Response
from aggregator.fetch.discover import MOST, USUAL, Discovery, FoundFeed, discover, named_feeds
from aggregator.model import Limits
from tests.fetch.conftest import Inline

if TYPE_CHECKING:
    from aggregator.fetch.access import Access

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SITE = "https://example.org/"


def rss(title: str, *pages: int) -> str:
    date = "<pubDate>Mon, 23 Nov 2026 1{}:00:00 GMT</pubDate>"
    items = "".join(f"<item><title>{n}</title><link>/{n}</link>{date.format(n)}</item>" for n in pages)
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


def page(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head><title>Site</title>{head}</head><body>{body}</body></html>"


def link(href: str, kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}">'


class Web:
    """Answers by path; what is missing is a 404."""

    def __init__(self, bodies: dict[str, str]) -> None:
        self.limits = Limits()
        self.bodies = bodies
        self.asked: list[str] = []

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, access: Access | None = None
    ) -> Response:
        assert (etag, last_modified, access) == (None, None, None)
        self.asked.append(url.removeprefix(SITE.rstrip("/")))
        body = self.bodies.get(self.asked[-1])
        if body is None:
            raise TransientError("status 404", stage="http", status=404)
        return Response(200, url, {"content-type": "text/html"}, body.encode())


def found(bodies: dict[str, str], path: str = "/") -> tuple[Discovery, list[str]]:
    web = Web(bodies)
    return asyncio.run(discover(SITE.rstrip("/") + path, web, Inline(), NOW)), web.asked


def test_a_feed_is_itself() -> None:
    result, asked = found({"/f.xml": rss("News", 1, 2)}, "/f.xml")
    latest = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert result == Discovery((FoundFeed(f"{SITE}f.xml", "News", 2, latest),), itself=True)
    assert asked == ["/f.xml"]


def test_a_page_declares_its_feeds() -> None:
    head = (
        link("/news.xml")
        + link("/same.atom", "application/atom+xml")
        + link("//example.org/sport.json#x", " Application/Feed+JSON ")
        + link("/comments/feed/")
        + link("/wp-json/wp/v2/pages/1", "application/json")
        + link("/gone.xml")
        + link("/news.xml#again")
        + link("")
        + link("https://[broken/")
        + link("javascript:x")
        + '<link rel="stylesheet" type="text/css" href="/x.css"><link rel="alternate" hreflang="de" href="/de">'
        + '<link type="application/rss+xml" href="/no-rel.xml">'
    )
    sport = '{"version": "https://jsonfeed.org/version/1.1", "title": "Sport", "items": [{"id": "1", "url": "/s"}]}'
    bodies = {"/": page(head), "/news.xml": rss("News", 1, 2), "/same.atom": rss("Atom", 2, 1), "/sport.json": sport}
    robots = "User-agent: *\nSitemap: https://example.org/sitemap.xml\n sitemap : /news-sitemap.xml\nSitemap: ftp://x/"
    result, asked = found(bodies | {"/robots.txt": robots})
    assert [(one.url, one.title, one.entries) for one in result.feeds] == [
        ("https://example.org/news.xml", "News", 2),
        ("https://example.org/sport.json", "Sport", 1),
    ]
    assert result.feeds[1].latest is None
    assert result.sitemaps == ("https://example.org/news-sitemap.xml", "https://example.org/sitemap.xml")
    assert not result.itself
    assert asked == ["/", "/news.xml", "/same.atom", "/sport.json", "/gone.xml", "/robots.txt"]


def test_links_to_feeds_count_where_none_is_declared_and_the_base_is_heeded() -> None:
    body = "<a href='news.rss'>RSS</a><a href='/about'>About</a><a href='/feedback.html'>x</a><a href='/tag/rss/'>t</a>"
    raw = page('<base href="/en/">', body).encode()
    assert named_feeds(raw, "text/html", f"{SITE}x") == [f"{SITE}en/news.rss", f"{SITE}tag/rss/"]


def test_usual_places_are_tried_in_turn_up_to_the_first() -> None:
    result, asked = found({"/deep/page": page(), "/rss.xml": rss("News", 1), "/atom.xml": rss("No", 2)}, "/deep/page")
    assert [one.url for one in result.feeds] == [f"{SITE}rss.xml"]
    assert asked == ["/deep/page", "/feed", "/rss", "/rss.xml", "/robots.txt"]


def test_a_site_without_a_feed_is_asked_for_little() -> None:
    head = "".join(link(f"/{n}.xml") for n in range(50))
    result, asked = found({"/": page(head)})
    assert result == Discovery(())
    assert len(asked) == 1 + MOST + len(USUAL) + 1


def test_what_is_no_page_is_an_error() -> None:
    with pytest.raises(TransientError, match="404"):
        found({})
    with pytest.raises(RejectedError, match="not a feed: text 'plain'"):
        found({"/": "plain"})


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: page(link(text), f"<a href='{text}'>").encode()))
def test_whatever_a_page_holds_what_is_found_are_addresses(raw: bytes) -> None:
    try:
        feeds = named_feeds(raw, "text/html", SITE)
    except etree.ParserError:  # nothing that a parser of HTML could begin with; in a worker it is a RejectedError
        return
    assert all(one.startswith(("http://", "https://")) for one in feeds)
