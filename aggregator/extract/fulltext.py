"""Whether the text that a feed carries with an entry is the whole article, so that nobody need ask for its page. Pure.

Publishers put anything from a first sentence to the whole article into a feed. What is cut says so at its end: it stops
in the middle of a sentence, or in a link to the article's page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aggregator.extract.quality import weight
from aggregator.text import slug
from aggregator.urls import normalise

if TYPE_CHECKING:
    from aggregator.model import Entry, Page

# Some 300 words. The longest beginnings of articles that feeds of newsrooms carried were half of it; a short report
# that is whole all the same costs a request as before.
ENOUGH = 1_800
# Where a link to the rest stands.
_TAIL = 300
_ENDED = re.compile(r"(?<!\.\.)[.!?。！？।۔][\"'”’»」』)\]]*$")


def is_whole(page: Page, entry: Entry) -> bool:
    """Whether the text that was read off an entry's content is as good as its page.

    Args:
        page: what extraction made of the content.
        entry: whose content it is. One of an aggregator, which names a source, never is: its page leads to the article.
    """
    if entry.source_name or entry.source_url or not entry.url or weight(page.text) < ENOUGH:
        return False
    text = _without_signature(page, entry)
    links = (link for link in page.links if len(text) - _TAIL <= link.start < len(text))
    return _ENDED.search(text) is not None and not any(_same(link.href, entry.url) for link in links)


def _without_signature(page: Page, entry: Entry) -> str:
    """The text without the last line that blogs add to whole posts and cut ones alike: "TITLE first appeared on"."""
    text = page.text.rstrip()
    above = max(text.rfind("\n"), 0)
    title = slug(entry.title)
    signed = any(link.start >= above and slug(link.text) == title for link in page.links)
    return text[:above].rstrip() if signed else text


def _same(href: str, url: str) -> bool:
    """Whether a link leads to this page, by whatever scheme and to whatever place on it."""
    try:
        return normalise(href).partition("://")[2] == normalise(url).partition("://")[2]
    except ValueError:
        return False
