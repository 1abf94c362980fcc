"""Reading JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not know. Pure."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from aggregator.errors import RejectedError
from aggregator.fetch.items import Item

if TYPE_CHECKING:
    from collections.abc import Mapping


def read(text: str) -> tuple[str, str, list[Item]]:
    """A JSON Feed's title, language and items, in document order.

    Raises:
        RejectedError: it is not JSON, or not a JSON Feed.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RejectedError(f"not a feed: broken JSON ({str(error)[:100]})", stage="parse") from None
    if not isinstance(document, dict) or "jsonfeed.org/version" not in _text(document, "version"):
        raise RejectedError("not a feed: JSON without a JSON Feed version", stage="parse")
    items = document.get("items")
    if not isinstance(items, list):
        raise RejectedError("not a feed: JSON Feed without items", stage="parse")
    return (
        _text(document, "title"),
        _text(document, "language"),
        [_item(item, _authors(document)) for item in items if isinstance(item, dict)],
    )


def _item(item: Mapping[str, Any], feed_authors: tuple[str, ...]) -> Item:
    text = _text(item, "content_text")
    content = _text(item, "content_html") or _paragraphs(text)
    return Item(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary") or text or content,
        content=content,
        published=_text(item, "date_published") or _text(item, "date_modified"),
        authors=_authors(item) or feed_authors,
        language=_text(item, "language"),
    )


def _authors(of: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of `authors` (version 1.1), else of `author` (version 1); those of the feed hold for all its items."""
    authors = of.get("authors") or [of.get("author")]
    if not isinstance(authors, list):
        return ()
    return tuple(name for author in authors if isinstance(author, dict) and (name := _text(author, "name")))


def _paragraphs(text: str) -> str:
    """Plain text as HTML, a paragraph a line."""
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())


def _text(of: Mapping[str, Any], key: str) -> str:
    """A member as text; version 1 allows numbers as ids."""
    value = of.get(key)
    if isinstance(value, str):
        # A lone surrogate, which JSON can spell, is no text.
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
