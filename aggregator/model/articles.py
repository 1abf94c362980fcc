"""Pages as they are read, and the articles made of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside an article's text: text[start:end] is its anchor."""

    href: str
    text: str
    start: int
    end: int


class Quality(StrEnum):
    """How much of the article could be read."""

    FULL = "full"
    """The page's own text."""
    SUMMARY = "summary"
    """Only what the feed says: title and summary."""
    TITLE = "title"
    """A title alone."""


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction reads off one page. `reason` says why `text` is empty, where it is."""

    url: str
    title: str
    text: str
    byline: str = ""
    language: str = ""
    published: datetime | None = None
    canonical: str | None = None
    links: tuple[Link, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An entry's extracted text. `url` (final, normalised) is its identity; `id` is 0 until it is stored.

    `outlet` is the publisher's outlet id, "" where nobody knows. `first_seen` is None only for undated rows of a
    replay, which the window then does not bind. `language` is an ISO 639-1 code or "". `canonical` is the article's
    first address as its page gives it, on this site or another. `reason` says why the quality is less than full.
    """

    url: str
    outlet: str
    title: str
    text: str
    byline: str = ""
    language: str = ""
    published: datetime | None = None
    first_seen: datetime | None = None
    links: tuple[Link, ...] = ()
    canonical: str | None = None
    quality: Quality = Quality.FULL
    reason: str = ""
    id: int = 0

    @property
    def when(self) -> datetime | None:
        """The time that orders articles: published where believable, else first seen."""
        return self.published or self.first_seen
