"""What people are shown: stories and digests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from aggregator.model.clusters import Level
    from aggregator.model.origins import Origin


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """One article of a story as people see it; `credits` is the outlet it credits, `quote` the words that do."""

    id: int
    url: str
    title: str
    outlet: str
    outlet_name: str
    language: str
    when: datetime | None
    first_seen: datetime | None
    level: Level
    credits: str | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A cluster as people see it.

    `extract` is quoted from the outlet `extract_outlet`; `publishers` counts distinct outlets; `topics` stand with the
    most frequent first; `names` gives the display name of every outlet that the story mentions, by id.
    """

    cluster: int
    headline: str
    extract: str
    extract_outlet: str
    origin: Origin
    origin_name: str | None
    articles: tuple[StoryArticle, ...]
    publishers: int
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    countries: tuple[str, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest under one heading."""

    title: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories of one day in one time zone; `notes` are the footer: what failed, what is missing."""

    day: date
    zone: str
    made_at: datetime
    provisional: bool
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
