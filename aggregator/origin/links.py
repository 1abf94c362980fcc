"""Links beside a credit: which one leads to the credited outlet's article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aggregator.origin.outlets import OutletTable, host_slug
from aggregator.urls import host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Link
    from aggregator.origin.mentions import Mention

# Parts of a path that lead to lists, shops and programmes, not to an article.
_NO_ARTICLE = re.compile(
    r"/(?:topics?|tags?|authors?|by|people|staff|subscri\w*|shop|store|podcasts?|newsletters?|category|section|search|"
    r"about|contact|login|register|live-?tv|schedule|wiki|thema|themen|autor|autoren|tema|temas|rubric|rubrik)(?:/|$)",
    re.IGNORECASE,
)
# An article's path has a number, a date or several words in its last part.
_ARTICLE = re.compile(r"\d{4,}|[^/]+[-_][^/]+[-_][^/]+|\.s?html?$|/\d{4}/\d{1,2}/")


def is_article(url: str) -> bool:
    """Whether an address looks like one article rather than a home page, topic, shop or programme."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    return _NO_ARTICLE.search(path) is None and _ARTICLE.search(path) is not None


def nearest(links: Sequence[Link], mention: Mention, span: tuple[int, int], table: OutletTable) -> str | None:
    """The link of a sentence to an article of the mentioned outlet, the nearest to its name; None for none."""
    own = [
        link
        for link in links
        if link.start < span[1] and span[0] < link.end and belongs(link, mention, table) and is_article(link.href)
    ]
    best = min(own, key=lambda link: (abs(link.start - mention.start), link.start), default=None)
    return best.href if best else None


def belongs(link: Link, mention: Mention, table: OutletTable) -> bool:
    """Whether a link leads to the site of the mentioned outlet."""
    where = host(link.href)
    outlet = table.by_host(where)
    return mention.outlet == (outlet.id if outlet else host_slug(where))
