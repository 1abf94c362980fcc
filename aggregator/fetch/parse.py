"""From a feed's bytes to its entries: RSS, Atom and RDF through feedparser, JSON Feed and sitemaps by ourselves.

Runs in a worker process: what a document can do to a parser (deep nesting, a million attributes) is bounded there by
time and memory. feedparser gets clean UTF-8 in a BytesIO and nothing else: text or plain bytes it would take for an
address or a file's name and open.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import feedparser

from aggregator.errors import RejectedError
from aggregator.fetch import jsonfeed, sitemap
from aggregator.fetch.decode import decode
from aggregator.fetch.items import Item, Parsed, to_entries
from aggregator.fetch.markup import plain_line

if TYPE_CHECKING:
    from datetime import datetime

_ROOTS = frozenset(["rss", "feed", "rdf", "channel", "urlset", "sitemapindex"])
_SITEMAPS = {"urlset": "url", "sitemapindex": "sitemap"}
_HTML = frozenset(
    ["html", "head", "body", "div", "p", "script", "meta", "title", "h1", "style", "center", "span", "br", "b", "table"]
)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_START = re.compile(r"<(?:\?xml\s|rss[\s>]|feed[\s>]|rdf:RDF[\s>]|urlset[\s>]|sitemapindex[\s>])")
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)
_MAIL_AND_NAME = re.compile(r"\S+@\S+\s*\((.+)\)")
_TITLE = re.compile(r"<title[^<>]*>([^<]{0,500})", re.IGNORECASE)
_SKIP_HOURS = re.compile(r"<skipHours>([^!]{0,2000}?)</skipHours>", re.IGNORECASE)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_PERIODS = {"hourly": 60.0, "daily": 1440.0, "weekly": 10080.0, "monthly": 43200.0, "yearly": 525600.0}
# How far into a document what stands before it (warnings of the publisher's own software) is looked through.
_PREFIX = 65_536


def parse_feed(  # noqa: PLR0913, PLR0917 -- what crosses to a worker goes by position
    body: bytes, content_type: str, url: str, feed_url: str, now: datetime, limit: int
) -> Parsed:
    """The entries of a feed document.

    Args:
        body: the document, unpacked.
        content_type: its Content-Type field.
        url: the address it came from, against which links are resolved.
        feed_url: the subscription's address, which the entries carry.
        now: when it was read.
        limit: most entries to take, in document order.

    Raises:
        RejectedError: not a feed, or one that declares XML entities.
    """
    text, damaged = decode(body, content_type)
    text = text.lstrip()
    if not text:
        raise RejectedError("not a feed: empty body", stage="parse")
    if text[0] in "{[":
        title, language, items = jsonfeed.read(text)
        entries, notes = to_entries(items[:limit], feed_url, url, now, language=language)
        return Parsed(plain_line(title), entries, dropped=max(0, len(items) - limit), repaired=damaged, notes=notes)
    document = _document(text, limit)
    if document.root in _SITEMAPS:
        listing = sitemap.read(document.text, url)
        entries, notes = to_entries(listing.items[:limit], feed_url, url, now)
        return Parsed(
            title=plain_line(listing.title[:1000]),
            entries=entries,
            dropped=document.dropped,
            partial=document.partial,
            repaired=damaged or document.trimmed,
            notes=notes,
            sitemaps=listing.sitemaps,
        )
    found = _feedparser(document.text)
    head = found["feed"]
    items = [_item(entry) for entry in found["entries"][:limit]]
    entries, notes = to_entries(items, feed_url, url, now, language=_text(head, "language"))
    skip = _SKIP_HOURS.search(document.text)
    return Parsed(
        title=plain_line(_text(head, "title")[:1000]),
        entries=entries,
        dropped=document.dropped + max(0, len(found["entries"]) - limit),
        partial=document.partial,
        repaired=damaged or document.trimmed or (bool(found["bozo"]) and not document.partial),
        ttl=_ttl(head),
        skip_hours=tuple(int(hour) % 24 for hour in _HOUR.findall(skip[1])) if skip else (),
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class _Document:
    """An XML feed from its root on: items over the limit are out, and in a cut one what follows the last whole item.

    Without what stands before the root no document type is left, and so nothing that could declare an entity. `root`
    is the root's name in lower case, without prefix.
    """

    root: str
    text: str
    dropped: int
    partial: bool
    trimmed: bool


def _document(text: str, limit: int) -> _Document:
    """Check that a text is a feed, and cut it to what may be read.

    Raises:
        RejectedError: it is none, or declares entities.
    """
    root = _root(text)
    trimmed = False
    if root is None or root[2].lower() not in _ROOTS | {"html"}:
        start = _START.search(text, 1, _PREFIX)
        if start is not None:
            text, trimmed = text[start.start() :], True
            root = _root(text)
    if root is None or root[2].lower() not in _ROOTS:
        raise RejectedError(f"not a feed: {_what(text, root)}", stage="parse")
    text = text[root.start() :]
    kind = root[2].lower()
    # In an Atom feed with a prefix the entries have it too; RSS items have none, whatever their root is called.
    prefix = re.escape(root[1] or "" if kind == "feed" or kind in _SITEMAPS else "")
    name = f"{prefix}{_SITEMAPS.get(kind, '(?:item|entry)')}"
    ends = [match.end() for match in re.finditer(rf"</{name}\s*>", text, re.IGNORECASE)]
    partial = not re.search(rf"</{re.escape(root[0][1:])}\s*>", text[ends[-1] if ends else 0 :], re.IGNORECASE)
    if partial:
        # An item that is there in part would come back whole as another one.
        first = re.search(rf"<{name}[\s>]", text, re.IGNORECASE)
        text = text[: ends[-1] if ends else first.start() if first else len(text)]
    dropped = max(0, len(ends) - limit)
    if dropped:
        text = text[: ends[limit - 1]] + text[ends[-1] :]
    return _Document(kind, text, dropped, partial, trimmed)


def _root(text: str) -> re.Match[str] | None:
    """The first start tag, behind declarations and comments.

    Raises:
        RejectedError: a document type declares entities. They can stand for text of any size, or for a file's.
    """
    position = 0
    while True:
        while text[position : position + 1].isspace():
            position += 1
        if text.startswith("<?", position):
            position = _behind(text, "?>", position)
        elif text.startswith("<!--", position):
            position = _behind(text, "-->", position)
        elif text.startswith("<!", position):
            bracket, end = text.find("[", position), _behind(text, ">", position)
            if -1 < bracket < end:
                if _ENTITY.search(text, bracket):
                    raise RejectedError("feed declares XML entities", stage="parse")
                end = _behind(text, ">", _behind(text, "]", bracket) - 1)
            position = end
        else:
            break
    if _ENTITY.search(text, 0, position):
        raise RejectedError("feed declares XML entities", stage="parse")
    return _ROOT.match(text, position)


def _behind(text: str, mark: str, position: int) -> int:
    found = text.find(mark, position)
    return found + len(mark) if found >= 0 else len(text)


def _what(text: str, root: re.Match[str] | None) -> str:
    """What a text is that is not a feed."""
    if root is not None and root[2].lower() in _HTML:
        title = _TITLE.search(text)
        name = plain_line(title[1])[:80] if title else ""
        return f"HTML page {name!r}" if name else "HTML page without a title"
    if root is not None:
        return f"XML document <{root[0][1:][:40]}>"
    return f"text {plain_line(text[:200])[:40]!r}"


def _feedparser(text: str) -> Any:  # noqa: ANN401 -- feedparser has no annotations
    try:
        found = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever a document can provoke in the parser is the document's fault
        raise RejectedError(f"parser failed: {type(error).__name__}: {str(error)[:200]}", stage="parse") from None
    # To Microsoft's CDF, whose entries it reads, it gives no version.
    if not found.get("version") and not found["entries"]:
        raise RejectedError("not a feed: no known version of RSS or Atom", stage="parse")
    if found.get("bozo") and not found["entries"]:
        why = str(found.get("bozo_exception", ""))[:200]
        raise RejectedError(f"broken XML without a readable entry: {why}", stage="parse")
    return found


def _item(entry: Any) -> Item:  # noqa: ANN401 -- as above
    content = max((_text(part, "value") for part in entry.get("content", ())), key=len, default="")
    source = entry.get("source") or {}
    return Item(
        guid=_text(entry, "id"),
        link=_link(entry),
        title=_text(entry, "title"),
        summary=_text(entry, "summary") or content,
        content=content,
        published=_text(entry, "published") or _text(entry, "updated") or _text(entry, "created"),
        authors=_authors(entry),
        language=_text(entry, "language") or _text(entry.get("title_detail") or {}, "language"),
        source_name=_text(source, "title"),
        source_url=_text(source, "href") or _text(source, "link"),
    )


def _link(entry: Any) -> str:  # noqa: ANN401 -- as above
    """The address of the item's page: the publisher's own behind a feed service, the alternate, any that is a page."""
    link = _text(entry, "feedburner_origlink") or _text(entry, "link")
    # Without a link feedparser takes the id for one, which it is only where it looks like one.
    if link and (not dict.get(entry, "guidislink") or link.startswith(("http://", "https://", "/"))):
        return link
    for other in entry.get("links", ()):
        if other.get("rel") in {"alternate", "related", "via"} and other.get("href"):
            return str(other["href"])
    return ""


def _authors(entry: Any) -> tuple[str, ...]:  # noqa: ANN401 -- as above
    # feedparser knows no top-level domain of more than four letters.
    if match := _MAIL_AND_NAME.fullmatch(_text(entry, "author").strip()):
        return (match[1],)
    names = tuple(name for author in entry.get("authors", ()) if (name := _text(author, "name")))
    return names or ((_text(entry, "author"),) if _text(entry, "author") else ())


def _text(of: Any, key: str) -> str:  # noqa: ANN401 -- as above
    # As a dict: feedparser's own look-up takes one date for another, with a warning.
    value = dict.get(of, key)
    return value if isinstance(value, str) else ""


def _ttl(head: Any) -> float:  # noqa: ANN401 -- as above
    """Minutes to wait, as <ttl> or the syndication module (sy:updatePeriod, sy:updateFrequency) have it."""
    ttl = _text(head, "ttl").strip()
    minutes = float(ttl[:9]) if ttl.isascii() and ttl.isdigit() else 0.0
    period = _PERIODS.get(_text(head, "sy_updateperiod").strip().lower(), 0.0)
    frequency = _text(head, "sy_updatefrequency").strip()
    count = int(frequency[:9]) if frequency.isascii() and frequency.isdigit() else 1
    return max(minutes, period / max(count, 1))
