"""Reading news sitemaps (sitemaps.org with Google's news extension), for outlets that have no feed. Pure.

A news sitemap lists the articles of the last two days; an index lists sitemaps. Names are compared without their
namespaces, which publishers spell in many ways.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lxml import etree

from aggregator import urls
from aggregator.errors import RejectedError
from aggregator.fetch.items import Item, usable_link

if TYPE_CHECKING:
    from collections.abc import Iterator

# How many sitemaps of an index are read in one poll: a site's news of two days stand in one or two.
FOLLOWED: Final = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """What a sitemap holds: the publication's name and its items; or, of an index, sitemaps to read."""

    title: str = ""
    items: tuple[Item, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read(text: str, base: str) -> Listing:
    """The articles of a news sitemap, in document order, or the sitemaps of an index that are worth a look.

    Args:
        text: the document from its root on, which is a start tag; without a document type.
        base: its address.

    Raises:
        RejectedError: it lists pages, but no news; or sitemaps, but none of this site.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_pis=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if _name(root) == "sitemapindex":
        return Listing(sitemaps=_chosen(root, base))
    pages = [_fields(page) for page in _children(root, "url")]
    news = [page for page in pages if "title" in page]
    if pages and not news:
        raise RejectedError("not a news sitemap: it lists pages without news:title", stage="parse")
    names = Counter(page["name"] for page in news if page.get("name"))
    items = tuple(
        Item(
            link=page.get("loc", ""),
            title=page["title"],
            published=page.get("publication_date") or page.get("lastmod", ""),
            language=page.get("language", ""),
        )
        for page in news
    )
    return Listing(title=max(names, key=names.__getitem__, default=""), items=items)


def _fields(page: etree._Element) -> dict[str, str]:
    """The texts of a page and of its news part: loc, lastmod, title, publication_date, name, language."""
    found = {_name(part): _text(part) for part in page if _name(part) in {"loc", "lastmod"}}
    for news in _children(page, "news"):
        for part in news.iter():
            if not len(part) and _name(part) in {"title", "publication_date", "name", "language"}:
                found.setdefault(_name(part), _text(part))
    return found


def _chosen(root: etree._Element, base: str) -> tuple[str, ...]:
    """The sitemaps of an index to read: of the same site, those that call themselves news, else all; latest first."""
    site = urls.registered_domain(urls.host(base))
    listed: list[tuple[str, str]] = []
    for one in _children(root, "sitemap"):
        held = _fields(one)
        url, _ = usable_link(held.get("loc", ""), base)
        if url and urls.registered_domain(urls.host(url)) == site:
            listed.append((held.get("lastmod", ""), url))
    if not listed:
        raise RejectedError("an index without a sitemap of its own site", stage="parse")
    news = [(when, url) for when, url in listed if "news" in urlsplit(url).path.lower()]
    # W3C dates of one publisher are written alike, so that they sort as texts; those without a date come last.
    latest = sorted(news or listed, key=lambda one: one[0], reverse=True)
    return tuple(dict.fromkeys(url for _, url in latest))[:FOLLOWED]


def _children(of: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in of if _name(child) == name)


def _name(of: etree._Element) -> str:
    """The name without namespace or prefix, in lower case; "" for a comment."""
    return of.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(of.tag, str) else ""


def _text(of: etree._Element) -> str:
    return "".join(of.itertext()).strip()
