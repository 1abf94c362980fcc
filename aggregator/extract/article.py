"""The article of an entry: from its page, or from what its feed says. Pure."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aggregator import urls
from aggregator.extract.language import detect
from aggregator.model import Article, Page, Quality
from aggregator.text import clean, one_line, slug

if TYPE_CHECKING:
    from aggregator.model import Entry

# Feeds and servers have clocks of their own; a time further ahead than this is wrong.
AHEAD = timedelta(minutes=15)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h\d|/tr)\b[^>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<[a-zA-Z/!][^>]*>")


def compose(entry: Entry, outlet: str, page: Page | None, now: datetime, reason: str = "") -> Article:
    """The article of an entry.

    Args:
        entry: what the feed says.
        outlet: the publisher's outlet id, "" where nobody knows.
        page: what its page says, None where there is none.
        now: when the entry was first seen.
        reason: why there is no page.

    Returns:
        The article: in full where the page has text, else the feed's summary, else the title alone, with the reason.
    """
    if page is not None and not page.text and (entry.source_name or entry.source_url):
        # An aggregator's own page on the way to the article: what it says of itself (title, language) is not about it.
        page = Page(page.url, "", "", reason=page.reason)
    text, quality = (page.text, Quality.FULL) if page is not None and page.text else _from_feed(entry)
    full = quality is Quality.FULL
    # Aggregators put the source's name behind the headline.
    title = (page.title if page is not None else "") or entry.title.removesuffix(f" - {entry.source_name}")
    published = believable(entry.published, now) or (believable(page.published, now) if page is not None else None)
    url = identity(entry, page)
    return Article(
        url=url,
        outlet=outlet,
        title=one_line(title),
        text=text,
        byline=(page.byline if page is not None else "") or one_line(entry.author),
        # Where no page tells, the words themselves do: an article in no language compares with none.
        language=(page.language if page is not None else "") or detect(text or title, entry.language or ""),
        published=published,
        first_seen=now,
        links=page.links if page is not None and full else (),
        canonical=_canonical(page),
        quality=quality,
        reason="" if full else (page.reason if page is not None else "") or reason or "no page was read",
    )


def identity(entry: Entry, page: Page | None) -> str:
    """The address that an article is known by: its final normalised one, or the canonical one on the same site.

    An entry without any address gets one made of its feed and its key.
    """
    for address in (page.url if page is not None else "", entry.url or ""):
        try:
            url = urls.normalise(address)
        except ValueError:
            continue
        canonical = _canonical(page)
        # One of another site would take over that site's article.
        return canonical if canonical and _site(canonical) == _site(url) else url
    return f"entry:{urls.without_credentials(entry.feed)}#{entry.key}"


def _canonical(page: Page | None) -> str | None:
    """The page's canonical address where it is an article's: one of a home page would make a whole site one article."""
    if page is None or page.canonical is None or not urls.is_article(page.canonical):
        return None
    return page.canonical


def _site(url: str) -> str:
    return urls.registered_domain(urls.host(url))


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """A claimed time, None where it is impossible: before 2000, or after the entry was seen."""
    return moment if moment is not None and EARLIEST <= moment <= now + AHEAD else None


def _from_feed(entry: Entry) -> tuple[str, Quality]:
    """The summary as text, unless it only repeats the title."""
    raw = entry.summary
    if "<" in raw or "&" in raw:
        raw = html.unescape(_TAGS.sub(" ", _BREAKS.sub("\n", raw)))
    lines = (" ".join(line.split()) for line in clean(raw).split("\n"))
    text = "\n".join(line for line in lines if line)
    if not text or slug(text) == slug(entry.title):
        return "", Quality.TITLE
    return text, Quality.SUMMARY
