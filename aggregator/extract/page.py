"""Reading one page, in a worker process: bytes -> Page. Everything heavy is imported when the first page comes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.extract import quality
from aggregator.model import Page
from aggregator.urls import without_credentials

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from aggregator.model import Entry, Link

# How much longer the page's own data must be than what was extracted, to be preferred.
_TWICE = 2
# How much more prose a page must have than was extracted, to be read again. Below this the rest is mostly other
# articles: at four times a page of the benchmark got worse.
_FIVEFOLD = 5
_PARAGRAPH = 80


def read_page(
    body: bytes, url: str, content_type: str = "", *, feed_title: str = "", declared_language: str = ""
) -> Page:
    """What a page says: its article's text with links, title, byline, language, time, canonical address.

    Args:
        body: the page as it came, decompressed.
        url: its final address.
        content_type: the header of that name.
        feed_title: the title in the feed; helps to choose between the page's several titles.
        declared_language: the feed's language, where the page declares none.

    Returns:
        The page; where it holds no article `text` is "" and `reason` says why.
    """
    from aggregator.extract.document import decode, not_a_page, parse  # noqa: PLC0415 -- lxml

    reason = not_a_page(body, content_type)
    if reason:
        return Page(url, feed_title, "", reason=reason)
    tree = parse(decode(body, content_type))
    return _read(tree, url, feed_title, declared_language)


def content_page(entry: Entry) -> Page:
    """The same of the full text that a feed carries with an entry.

    The title is the entry's, `url` the entry's link or "".
    """
    from aggregator.extract.document import parse  # noqa: PLC0415 -- lxml

    # Without a heading of its own the piece is all body; trafilatura looks for the article element.
    tree = parse(f"<html><body><article>{entry.content}</article></body></html>")
    page = _read(tree, entry.url or without_credentials(entry.feed), entry.title, entry.language or "")
    return replace(page, url=entry.url or "", title=entry.title, byline=entry.author, published=None, canonical=None)


def _read(tree: HtmlElement | None, url: str, feed_title: str, declared_language: str) -> Page:
    from aggregator.extract.credits import protect  # noqa: PLC0415 -- lxml
    from aggregator.extract.language import detect  # noqa: PLC0415 -- beside the others
    from aggregator.extract.metadata import read_metadata  # noqa: PLC0415 -- lxml

    if tree is None:
        return Page(url, feed_title, "", reason="not HTML")
    about = read_metadata(tree, url, feed_title)
    protect(tree)
    text, links = _article(tree, about.base, about.body)
    reason = quality.verdict(text, links)
    return Page(
        url=url,
        title=about.title,
        text="" if reason else text,
        byline=about.byline,
        language=detect(text or about.title, about.language or declared_language),
        published=about.published,
        canonical=about.canonical,
        links=() if reason else links,
        reason=reason,
    )


def _article(tree: HtmlElement, base: str, body: str) -> tuple[str, tuple[Link, ...]]:
    """The article's text and links: trafilatura's fast answer, or a better one where that one is thin."""
    text, links = _extracted(tree, base, fast=True)
    if len(body) > _TWICE * len(text):
        # The page's own data has much more of it: as text, so without links.
        return _paragraphs(body), ()
    if quality.verdict(text, links) or _prose(tree) > _FIVEFOLD * len(text):
        # Its slow mode compares what other methods find; a few pages in a hundred are worth it.
        slow = _extracted(tree, base, fast=False)
        if len(slow[0]) > len(text) or quality.verdict(text, links):
            return slow
    return text, links


def _extracted(tree: HtmlElement, base: str, *, fast: bool) -> tuple[str, tuple[Link, ...]]:
    """What trafilatura finds; nothing where it stumbles over the page."""
    import logging  # noqa: PLC0415 -- to silence what follows: a worker has nobody to log to

    from trafilatura import bare_extraction  # noqa: PLC0415 -- a quarter of a second, in workers only

    from aggregator.extract.flatten import flatten  # noqa: PLC0415 -- lxml

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = bare_extraction(tree, fast=fast, include_comments=False, include_links=True)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return "", ()
    article = getattr(found, "body", None)
    return flatten(article, base) if article is not None else ("", ())


def _prose(tree: HtmlElement) -> int:
    """The characters of the page's long paragraphs, wherever they stand."""
    texts = (paragraph.text_content().strip() for paragraph in tree.iter("p"))
    return sum(len(text) for text in texts if len(text) >= _PARAGRAPH)


def _paragraphs(body: str) -> str:
    """The text of JSON-LD, which may be HTML, a paragraph a line."""
    from aggregator.extract.document import parse  # noqa: PLC0415 -- lxml
    from aggregator.extract.flatten import flatten  # noqa: PLC0415 -- lxml

    tree = parse("<p>" + "<p>".join(body.splitlines()))
    return flatten(tree, "")[0] if tree is not None else ""
