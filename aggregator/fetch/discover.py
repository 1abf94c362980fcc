"""The feeds of a site, from any address on it: what a page declares, else what stands in the usual places.

the address ──> a feed itself ──────────────────────────────> that one
└──> a page ──> <link rel=alternate> ──> else <a href> ──> else usual paths ──> each asked and parsed
└──> robots.txt: its Sitemap lines, named and not asked
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch.decode import decode
from aggregator.fetch.items import usable_link
from aggregator.fetch.parse import parse_feed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aggregator.fetch.client import Response
    from aggregator.fetch.items import Parsed
    from aggregator.fetch.poll import Runner, Source

# Every candidate costs the site a request, seconds apart.
MOST: Final = 10
# What content systems and publishers name their feed, the commonest first; asked for only where the page names none.
USUAL: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
SITEMAPS: Final = 5
_TYPES = re.compile(r"(?:application|text)/(?:rss|atom|rdf|x-rss|feed)?\+?(?:xml|json)", re.IGNORECASE)
_FEEDLIKE = re.compile(r"/(?:rss|feeds?|atom)(?:/|$)|(?:rss|feed|atom)[\w-]*\.(?:xml|json)$|\.rss$", re.IGNORECASE)
# Of every post's comments there is a feed, too; wp-json is the site's programming interface.
_OTHER = re.compile(r"/comments(?:/|$)|/wp-json/|[?&](?:withoutcomments|replytocom)=", re.IGNORECASE)
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed of a site: its address and title, how many entries it has, and when the latest was published."""

    url: str
    title: str
    entries: int
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an address leads to: feeds, the page's own order; sitemaps that robots.txt names, unasked.

    `itself` is True where the address is that of the one feed.
    """

    feeds: tuple[FoundFeed, ...]
    sitemaps: tuple[str, ...] = ()
    itself: bool = False


async def discover(url: str, fetcher: Source, workers: Runner, now: datetime) -> Discovery:
    """The feeds that an address leads to. Feeds with the same entries, such as RSS beside Atom, count once.

    Args:
        url: a feed's or a page's.
        fetcher: asks.
        workers: parse.
        now: the time.

    Raises:
        TransientError: nobody answers there.
        RejectedError: it may not be asked, or what is there is neither feed nor page.
    """
    site = _Site(fetcher, workers, now)
    answer = await fetcher.get(url)
    try:
        parsed = await site.parse(answer, url)
    except RejectedError as error:
        if "HTML page" not in str(error):
            raise
    else:
        return Discovery((_found(url, parsed),), itself=True)
    seconds = fetcher.limits.parse_seconds
    kind = answer.headers.get("content-type", "")
    declared = await workers.run(named_feeds, answer.body, kind, answer.url, seconds=seconds, stage="parse")
    feeds = await site.read(declared[:MOST])
    if not feeds:
        usual = (urljoin(answer.url, path) for path in USUAL)
        feeds = await site.read([one for one in usual if one not in declared], enough=1)
    return Discovery(tuple(feeds), await site.sitemaps(answer.url))


@dataclass(frozen=True, slots=True)
class _Site:
    """Asks and parses what may be a site's feed."""

    fetcher: Source
    workers: Runner
    now: datetime

    async def parse(self, answer: Response, url: str) -> Parsed:
        limits = self.fetcher.limits
        kind = answer.headers.get("content-type", "")
        about = (answer.body, kind, answer.url, url, self.now, limits.entries)
        return await self.workers.run(parse_feed, *about, seconds=limits.parse_seconds, stage="parse")

    async def read(self, addresses: Iterable[str], enough: int = MOST) -> list[FoundFeed]:
        """Those of the addresses that are feeds, one after the other until there are enough."""
        feeds: list[FoundFeed] = []
        seen: list[frozenset[str]] = []
        for address in addresses:
            try:
                parsed = await self.parse(await self.fetcher.get(address), address)
            except (TransientError, RejectedError):
                continue
            pages = frozenset(entry.url or entry.key for entry in parsed.entries)
            if pages and pages in seen:
                continue
            seen.append(pages)
            feeds.append(_found(address, parsed))
            if len(feeds) == enough:
                break
        return feeds

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that robots.txt names, those of news first."""
        try:
            answer = await self.fetcher.get(urljoin(url, "/robots.txt"))
        except (TransientError, RejectedError):
            return ()
        text = decode(answer.body[:500_000], "")[0]
        named = (usable_link(match, url)[0] for match in _SITEMAP.findall(text))
        listed = dict.fromkeys(one for one in named if one)
        return tuple(sorted(listed, key=lambda one: "news" not in urlsplit(one).path.lower())[:SITEMAPS])


def named_feeds(body: bytes, content_type: str, url: str) -> list[str]:
    """The addresses of a page that are, or look like, feeds: those it declares, else those it links to. In a worker."""
    from lxml import html  # noqa: PLC0415 -- in workers only

    tree = html.document_fromstring(decode(body, content_type)[0].encode(), html.HTMLParser(encoding="utf-8"))
    base = urljoin(url, next((one.get("href", "") for one in tree.iter("base")), ""))
    declared = [
        one.get("href", "")
        for one in tree.iter("link")
        if "alternate" in one.get("rel", "").lower().split() and _TYPES.fullmatch(one.get("type", "").strip())
    ]
    linked = _usable((one.get("href", "") for one in tree.iter("a")), base)
    return _usable(declared, base) or [one for one in linked if _FEEDLIKE.search(urlsplit(one).path)]


def _usable(addresses: Iterable[str], base: str) -> list[str]:
    """The absolute addresses, each once, without those of other things than the site's news."""
    found: dict[str, None] = {}
    for address in addresses:
        try:
            url = urljoin(base, address.strip())
        except ValueError:
            continue
        if address.strip() and usable_link(url, base)[0] and not _OTHER.search(url):
            found[urldefrag(url).url] = None
    return list(found)


def _found(url: str, parsed: Parsed) -> FoundFeed:
    dates = [entry.published for entry in parsed.entries if entry.published]
    return FoundFeed(url, parsed.title, len(parsed.entries), max(dates, default=None))
