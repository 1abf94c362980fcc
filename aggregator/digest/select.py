"""Which stories make the digest of a day, in what order and under what headings. Pure.

A story's rank is the sum of five parts, in the order in which they matter:

    independent = 4 · log2(1 + K)            K, the independent reports
    publishers  = 2 · log2(1 + M)            M, the publishers
    breadth     = log2(C) + log2(L)          C countries and L languages, at least one each
    pace        = log2(1 + M / hours)        hours from the first to the last article, at least one
    freshness   = 2 ** (-age / 12)           hours since the last article, 0..1

Logarithms, because the fortieth publisher says less than the second; K counts double, because a copy confirms
nothing. Freshness only decides between like stories: it is halved every 12 hours and never weighs more than one
doubling of countries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from math import log2
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator.model import Digest, OriginState, Section

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from aggregator.model import Story

OTHER = "Other"
ONE_REPORT = "One report, many retellings"
DISPUTED = "Disputed"
SINGLE = "Single reports"

# From here on a story of one report is set apart: below, hardly anybody would take it for confirmed.
MANY_PUBLISHERS = 5
# Stories of one publisher shown under one heading: more than a screen of them hides the rest.
LONE_SHOWN = 20

_HALF_LIFE_HOURS = 12.0


@dataclass(frozen=True, slots=True)
class Rank:
    """The parts of a story's rank, as in the module's formula; `total` is their sum and orders the digest."""

    independent: float
    publishers: float
    breadth: float
    pace: float
    freshness: float

    @property
    def total(self) -> float:
        """What the order goes by, the greatest first."""
        return self.independent + self.publishers + self.breadth + self.pace + self.freshness


def rank(story: Story, now: datetime) -> Rank:
    """The rank of a story as seen at `now`; an undated story has no freshness."""
    publishers = max(story.publishers, 0)
    hours, freshness = 1.0, 0.0
    if story.last_seen:
        age = max((now - story.last_seen).total_seconds() / 3600, 0.0)
        freshness = 2 ** (-age / _HALF_LIFE_HOURS)
        if story.first_seen:
            hours = max((story.last_seen - story.first_seen).total_seconds() / 3600, 1.0)
    return Rank(
        independent=4 * log2(1 + max(story.origin.independent, 0)),
        publishers=2 * log2(1 + publishers),
        breadth=log2(max(len(story.countries), 1)) + log2(max(len(story.languages), 1)),
        pace=log2(1 + publishers / hours),
        freshness=freshness,
    )


def is_lone(story: Story) -> bool:
    """Whether one publisher alone tells the story and credits nobody with it."""
    return story.publishers <= 1 and not any(a.credits and a.credits != a.outlet for a in story.articles)


def select(  # noqa: PLR0913 -- the agreed interface: a digest is a matter of day, zone, clock and the reader's wishes
    stories: Sequence[Story],
    *,
    day: date,
    zone: str,
    now: datetime,
    made_at: datetime,
    topic: str | None = None,
    min_outlets: int = 1,
    notes: Sequence[str] = (),
) -> Digest:
    """The digest of a day: every story of which an article was first seen on that day, each once.

    Sections: the topics, the one with the highest story first and "Other" last; then one report with many
    retellings; the disputed; and last what one publisher alone tells. Within a section the order is by rank, ties by
    cluster. Stories are ranked as of `now` or the day's end, whichever is earlier, so that the digest of a past day
    can be made again. Of stories with one publisher only the first 20 are shown under a heading; a note tells how
    many more there are.

    Args:
        stories: candidates in any order; `topics` with the topic of most articles first.
        day: the day in `zone`.
        zone: IANA name of the reader's time zone.
        now: the time of asking; a digest of the day that it falls on is provisional.
        made_at: what the digest says of its own making.
        topic: only stories that have this topic, whatever its case.
        min_outlets: only stories of at least so many publishers.
        notes: the footer's first lines.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: no such time zone.
    """
    where = ZoneInfo(zone)
    midnight = datetime.combine(day + timedelta(days=1), time(), where)
    ranks = {s.cluster: rank(s, min(now, midnight)).total for s in stories}
    wanted = {
        s.cluster: s
        for s in stories
        if s.publishers >= min_outlets and _has_topic(s, topic) and _is_of_day(s, day, where)
    }
    ordered = sorted(wanted.values(), key=lambda s: (-ranks[s.cluster], s.cluster))
    sections, more = _sections(ordered)
    return Digest(
        day=day,
        zone=zone,
        made_at=made_at,
        provisional=now.astimezone(where).date() == day,
        sections=sections,
        notes=(*notes, *more),
    )


def _has_topic(story: Story, topic: str | None) -> bool:
    return topic is None or topic.casefold() in {t.casefold() for t in story.topics}


def _is_of_day(story: Story, day: date, where: tzinfo) -> bool:
    """Whether the story was first seen or grew on the day; what nobody saw at any time is the caller's choice."""
    seen = [a.first_seen for a in story.articles if a.first_seen]
    seen = seen or [t for t in (story.first_seen, story.last_seen) if t]
    return not seen or any(t.astimezone(where).date() == day for t in seen)


def _sections(ordered: Sequence[Story]) -> tuple[tuple[Section, ...], list[str]]:
    """The sections of stories that come in their order, and a note for each that had to be shortened."""
    found: dict[str, list[Story]] = {}
    for story in ordered:
        found.setdefault(_heading(story), []).append(story)
    closing = [title for title in (OTHER, ONE_REPORT, DISPUTED, SINGLE) if title in found]
    topics = [title for title in found if title not in closing]
    sections, notes = [], []
    for title in topics + closing:
        kept, left = _shorten(found[title])
        sections.append(Section(title, tuple(kept)))
        if left:
            notes.append(f"{title}: and {left:,} more of one publisher each.")
    return tuple(sections), notes


def _heading(story: Story) -> str:
    if story.origin.state is OriginState.DISPUTED:
        return DISPUTED
    if story.origin.independent == 1 and story.publishers >= MANY_PUBLISHERS:
        return ONE_REPORT
    if is_lone(story):
        return SINGLE
    topic = " ".join(story.topics[0].split()) if story.topics else ""
    title = topic[:1].upper() + topic[1:]
    # A feed's topic must not pass for one of our own headings.
    return title if title and title not in {ONE_REPORT, DISPUTED, SINGLE} else OTHER


def _shorten(stories: Sequence[Story]) -> tuple[list[Story], int]:
    """The stories without those of one publisher beyond the first LONE_SHOWN, and how many were left out."""
    kept, lone = [], 0
    for story in stories:
        lone += story.publishers <= 1
        if story.publishers > 1 or lone <= LONE_SHOWN:
            kept.append(story)
    return kept, len(stories) - len(kept)
