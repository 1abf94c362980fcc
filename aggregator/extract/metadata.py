"""A page's title, byline, language, time and canonical address: one pass over its tree."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from aggregator import urls
from aggregator.extract.dates import parse_date
from aggregator.extract.linked import read_linked
from aggregator.text import one_line, slug

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lxml.html import HtmlElement

MAX_TITLE = 1000
_MAX_NAME = 80
_MAX_AUTHORS = 10
_TAGS = re.compile(r"<[^>]{1,200}>")
# Where a site puts its own name behind the title, or before it.
_SEPARATOR = re.compile(r"\s+(?:[|»«•·:]{1,2}|[-–—])\s+|\s*[|»]\s*")
_DATES = (
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "date",
)
_AUTHORS = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:by-?line|author-?names?|author)(?:$|[\s_-])", re.IGNORECASE)
_BY = re.compile(r"^(?:by|von|par|por|di|door|av|af|автори?|текст|od|autor(?:in)?|author)\s*:?\s+", re.IGNORECASE)


@dataclass
class _Found:
    """What the pass collects."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    canonical: str = ""
    base: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    language: str = ""

    def meta(self, *names: str) -> str:
        """The first meta of these names that says something, the names in order of trust."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), "")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself.

    `base` is the address that its relative links are relative to; `body` the article's text as its JSON-LD has it.
    """

    title: str
    byline: str
    language: str
    published: datetime | None
    canonical: str | None
    base: str
    body: str


def read_metadata(tree: HtmlElement, url: str, feed_title: str = "") -> Metadata:
    """Read the head, and the headings, times and bylines of the body.

    Args:
        tree: the page.
        url: its address.
        feed_title: the title that the feed gives, which decides between those that the page gives.
    """
    found = _collect(tree)
    linked = read_linked(found.scripts)
    base = _joined(url, found.base) or url
    names = linked.authors or tuple(found.metas.get("author", ())) or tuple(found.authors)
    names = names or tuple(value for key in _AUTHORS for value in found.metas.get(key, ())) or _visible(tree)
    dates = [linked.published, *(value for key in _DATES for value in found.metas.get(key, ())), *found.times]
    return Metadata(
        title=_title(found, linked.headline, feed_title, url),
        byline=byline(names),
        language=found.language or found.meta("og:locale", "content-language", "language") or linked.language,
        published=next((date for raw in dates if raw and (date := parse_date(raw))), None),
        canonical=_canonical(base, found.canonical, found.meta("og:url"), linked.url),
        base=base,
        body=linked.body,
    )


def _collect(tree: HtmlElement) -> _Found:
    found = _Found(language=tree.get("lang") or tree.get("xml:lang") or "")
    for element in tree.iter(*_READERS):
        _READERS[element.tag](element, found)
    return found


def _meta(element: HtmlElement, found: _Found) -> None:
    name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv") or ""
    value = element.get("content", "").strip()
    if name and value:
        found.metas.setdefault(name.strip().lower(), []).append(value)


def _time(element: HtmlElement, found: _Found) -> None:
    value = element.get("datetime", "")
    first = "datepublished" in (element.get("itemprop") or "").lower() or element.get("pubdate") is not None
    found.times.insert(0 if first else len(found.times), value)


def _link(element: HtmlElement, found: _Found) -> None:
    if "canonical" in element.get("rel", "").lower().split():
        found.canonical = found.canonical or element.get("href", "")


def _script(element: HtmlElement, found: _Found) -> None:
    if "ld+json" in element.get("type", "").lower():
        found.scripts.append(element.text or "")


def _head_title(element: HtmlElement, found: _Found) -> None:
    found.title = found.title or _plain(element.text or "")


def _base(element: HtmlElement, found: _Found) -> None:
    found.base = found.base or element.get("href", "")


def _heading(element: HtmlElement, found: _Found) -> None:
    found.headings.append(_plain(element.text_content()))


def _author(element: HtmlElement, found: _Found) -> None:
    if "author" in (element.get("rel") or element.get("itemprop") or ""):
        found.authors.append(element.text_content())


_READERS: dict[str, Callable[[HtmlElement, _Found], None]] = {
    "meta": _meta,
    "link": _link,
    "script": _script,
    "title": _head_title,
    "base": _base,
    "h1": _heading,
    "time": _time,
    "a": _author,
    "span": _author,
}


def _plain(text: str) -> str:
    """One line without tags and entities; some sites escape twice."""
    return one_line(_TAGS.sub(" ", html.unescape(text)))[:MAX_TITLE]


# ---------------------------------------------------------------- title


def _title(found: _Found, headline: str, feed_title: str, url: str) -> str:
    """The page's headline, without its site's name.

    The feed's title wins where the page bears it out: of a page's several titles it is the one that readers saw.
    """
    shown = [heading for heading in found.headings if heading]
    site = _plain(found.meta("og:site_name"))
    whole = [_plain(headline), _plain(found.meta("og:title", "twitter:title")), *shown[:1], found.title]
    candidates = [bare for one in whole if one and (bare := without_site(one, site, url, shown))]
    wished = _plain(feed_title)
    if wished and any(slug(wished) == slug(one) for one in [*candidates, *shown]):
        return wished
    return candidates[0] if candidates else wished


def without_site(title: str, site: str, url: str, others: Iterable[str] = ()) -> str:
    """A title without the site's name at its end or start.

    Args:
        title: the title.
        site: the site's name, "" where unknown.
        url: the page's address; its host is a name of the site too.
        others: other titles of the page: what they say alone is the title.
    """
    parts = list(_SEPARATOR.finditer(title))
    if not parts:
        return title
    label = slug(urls.registered_domain(urls.host(url)).partition(".")[0]) if urls.host(url) else ""
    known = {one for one in (slug(site), label, slug(urls.host(url))) if one}
    for separator in parts:
        before, behind = title[: separator.start()], title[separator.end() :]
        if behind and any(slug(before) == slug(other) for other in others):
            return before
        name = slug(behind)
        if name and (name in known or (label and len(label) > 3 and name.removeprefix("the") == label)):
            return before
    first = parts[0]
    return title[first.end() :] if slug(title[: first.start()]) in known else title


# ---------------------------------------------------------------- byline


def byline(names: Iterable[str]) -> str:
    """Names joined by ", ", each once, without "By" and without addresses."""
    kept: dict[str, str] = {}
    for raw in names:
        name = _BY.sub("", _plain(raw)).strip(" ,;|")
        if name and len(name) <= _MAX_NAME and "://" not in name and "@" not in name:
            kept.setdefault(name.casefold(), name)
    return ", ".join(list(kept.values())[:_MAX_AUTHORS])


def _visible(tree: HtmlElement) -> tuple[str, ...]:
    """The first element whose class calls it a byline; asked only where the page says nothing else."""
    for element in tree.xpath("//*[contains(@class, 'author') or contains(@class, 'byline')]"):
        if _BYLINE_CLASS.search(element.get("class", "")):
            text = _plain(element.text_content())
            if 0 < len(text) <= _MAX_NAME:
                return (text,)
    return ()


# ---------------------------------------------------------------- canonical address


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target.strip())
    except ValueError:
        return ""


def _canonical(base: str, *targets: str) -> str | None:
    for target in targets:
        if target.strip():
            try:
                return urls.normalise(_joined(base, target))
            except ValueError:
                continue
    return None
