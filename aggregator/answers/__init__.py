"""The one query layer: every fact that a terminal, a page, a feed or an assistant shows comes from here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aggregator import shipped, urls
from aggregator.answers.feeds import FeedHealth, health_of
from aggregator.answers.found import Hit, Mention, OriginAnswer, StoryExplained, WhyHere
from aggregator.errors import NotFoundError
from aggregator.model import Article, Level, Quality
from aggregator.pipeline import reports
from aggregator.pipeline.named import LARGEST_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from aggregator.model import (
        Correction,
        Digest,
        Origin,
        Story,
    )
    from aggregator.pipeline import Desk
    from aggregator.pipeline.outlets import Unknown
    from aggregator.store.origins import Event
    from aggregator.store.store import Unit


class Answers:
    """Answers questions from a store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ------------------------------------------------------------ stories

    def story(self, cluster: int) -> Story:
        """One story by its id, or by an id that it has swallowed.

        Raises:
            NotFoundError: no such id.
        """
        with self._desk.store.read() as unit:
            standing = unit.clusters.resolve_id(cluster) if cluster < LARGEST_ID else None
            found = self._stories(unit, [] if standing is None else [standing])
        if not found:
            raise NotFoundError(f"no story {cluster}; `aggregator stories` lists them")
        return found[0]

    def stories(
        self, since: datetime | None = None, until: datetime | None = None, limit: int | None = 50
    ) -> list[Story]:
        """The stories with an article first seen in [since, until), newest first."""
        with self._desk.store.read() as unit:
            return self._stories(unit, unit.origins.clusters_seen(since, until, limit))

    def _stories(self, unit: Unit, clusters: Sequence[int]) -> list[Story]:
        """Stories by cluster id, in the order asked; clusters without a resolved origin are left out."""
        origins = unit.origins.get(clusters)
        members = unit.clusters.members_of(clusters)
        standing = [one for one in clusters if one in origins and members.get(one)]
        return [self._story(unit, one, origins[one], members[one]) for one in standing]

    def _story(self, unit: Unit, cluster: int, origin: Origin, ids: list[int]) -> Story:
        from aggregator.stories import tell  # noqa: PLC0415 -- reading commands alone need it

        carried = [feed for those in unit.feeds.feeds_of(ids).values() for feed in those]
        feeds = [self._desk.feeds.get(feed) for feed in carried]
        return tell(cluster, origin, reports(unit, ids), feeds, self._desk.table)

    # ------------------------------------------------------------ digest

    def digest(self, day: date, zone: str, now: datetime, *, topic: str | None = None, min_outlets: int = 1) -> Digest:
        """The stories first seen or changed on a day of a time zone, by when they were first seen here."""
        from aggregator.digest.select import select  # noqa: PLC0415 -- reading commands alone need it

        start = datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
        stories = self.stories(start, end, limit=None)
        notes = [health.state.error or "" for health in self.feeds() if health.bad]
        return select(
            stories, day=day, zone=zone, now=now, made_at=now, topic=topic, min_outlets=min_outlets, notes=notes
        )

    # ------------------------------------------------------------ origin

    def origin(self, query: str) -> OriginAnswer:
        """Who broke what an id, a URL or some words stand for.

        Raises:
            NotFoundError: nothing in the store answers to it.
        """
        story = self._matching(query)
        return OriginAnswer(query, story.origin, story.origin_name, story)

    def origin_of_text(self, query: str, content: str) -> OriginAnswer:
        """Who broke what a text tells: by the text's own credits, and by the cluster that it belongs to.

        Where a cluster matches, its origin is the answer; else what the text itself says.
        """
        from aggregator.origin.attributions import attribute  # noqa: PLC0415 -- only asked for texts
        from aggregator.origin.resolve import Report, resolve  # noqa: PLC0415 -- only asked for texts

        article = _pasted(content)
        found = attribute(article, self._desk.table, self._desk.cues)
        story = self._cluster_of(article)
        if story is not None:
            return OriginAnswer(query, story.origin, story.origin_name, story, found)
        own = resolve([Report(article, Level.FIRST, None, found)], self._desk.table)
        # The text has no address of its own: its evidence must not show one.
        own = replace(own, evidence=tuple(replace(one, article="") for one in own.evidence))
        return OriginAnswer(query, own, self._desk.table.name(own.outlet) if own.outlet else None, None, found)

    def _cluster_of(self, article: Article) -> Story | None:
        """The story that a text which is not in the store would join."""
        from aggregator.cluster.assign import match  # noqa: PLC0415 -- numpy
        from aggregator.cluster.fingerprint import fingerprint  # noqa: PLC0415 -- numpy
        from aggregator.cluster.sums import Window  # noqa: PLC0415 -- numpy
        from aggregator.cluster.vocabulary import Vocabulary  # noqa: PLC0415 -- beside the two

        with self._desk.store.read() as unit:
            vocabulary = Vocabulary(
                *unit.vocabulary.known(), shipped.background(), shipped.concepts(), shipped.spellings()
            )
            found = match(unit.clusters, fingerprint(article, vocabulary), Window())
            stories = self._stories(unit, [] if found is None else [found.cluster])
        return stories[0] if stories else None

    def _matching(self, query: str) -> Story:
        if query.isdecimal():
            return self.story(int(query))
        if query.startswith(("http://", "https://")):
            return self._story_of_url(query)
        hits = [hit for hit in self.search(query, 10) if hit.cluster is not None]
        if not hits or hits[0].cluster is None:
            raise NotFoundError(f"no story with the words {query!r}; fewer words find more")
        return self.story(hits[0].cluster)

    def _story_of_url(self, url: str) -> Story:
        try:
            normal = urls.normalise(url)
        except ValueError as error:
            raise NotFoundError(f"{url}: {error}") from error
        with self._desk.store.read() as unit:
            article = unit.articles.by_url(normal)
            known = article.id if article else unit.feeds.article_of(url)
            membership = unit.clusters.memberships([known]).get(known) if known is not None else None
        if membership is None:
            raise NotFoundError(f"{url} is not in the store; paste its text: `aggregator origin -`")
        return self.story(membership.cluster)

    # ------------------------------------------------------------ explain, search, status

    def explain(self, cluster: int) -> StoryExplained:
        """Why each article is in a cluster, recomputed from what is stored, and what happened to the cluster."""
        from aggregator.cluster.explain import explain  # noqa: PLC0415 -- numpy

        story = self.story(cluster)
        with self._desk.store.read() as unit:
            ids = [one.id for one in story.articles]
            memberships = unit.clusters.memberships(ids)
            partners = [one.partner for one in memberships.values() if one.partner is not None]
            prints = unit.clusters.fingerprints([*ids, *partners])
            titles = {one.id: one.title for one in unit.articles.get(partners).values()}
            rows = []
            for one in story.articles:
                member = memberships[one.id]
                partner = prints.get(member.partner) if member.partner is not None else None
                why = explain(member, prints[one.id], partner) if partner else None
                ties = [tie for tie in unit.clusters.ties([one.id]) if tie.together]
                numbers = tuple(sorted({tie.correction for tie in ties}))
                rows.append(WhyHere(one, member, titles.get(member.partner or 0, ""), why, numbers))
            mentions = self._mentions(unit, unit.clusters.mentions_of(ids))
            roundups = unit.clusters.memberships(unit.clusters.mentioned_by(story.cluster)).values()
            mentioned_by = self._mentions(unit, sorted({one.cluster for one in roundups}))
            events = unit.origins.events(story.cluster)
        names = {one: self._desk.table.name(one) for event in events for one in _outlets(event)}
        return StoryExplained(story, rows, mentions, mentioned_by, events, names | dict(story.names))

    def _mentions(self, unit: Unit, clusters: Sequence[int]) -> list[Mention]:
        return [Mention(story.cluster, story.headline) for story in self._stories(unit, clusters)]

    def corrections(self) -> list[Correction]:
        """What people corrected, newest first."""
        from aggregator.pipeline.verdicts import overruled  # noqa: PLC0415 -- asked for by one command alone

        with self._desk.store.read() as unit:
            later = overruled(unit)
            return [replace(one, overruled=later.get(one.number)) for one in unit.corrections.all()]

    def unknown_outlets(self, limit: int) -> list[Unknown]:
        """The outlets outside the table that articles credit, the most credited first."""
        from aggregator.pipeline.outlets import unknown  # noqa: PLC0415 -- asked for by one command alone

        return unknown(self._desk, limit)

    def search(self, words: str, limit: int = 20) -> list[Hit]:
        """Articles that hold all the words, best first."""
        with self._desk.store.read() as unit:
            ids = unit.articles.search(words, limit)
            articles, memberships = unit.articles.get(ids), unit.clusters.memberships(ids)
        return [
            Hit(
                articles[one],
                self._desk.table.name(articles[one].outlet),
                memberships[one].cluster if one in memberships else None,
            )
            for one in ids
        ]

    def feeds(self) -> list[FeedHealth]:
        """Every subscribed feed with its state."""
        with self._desk.store.read() as unit:
            states = unit.feeds.states(list(self._desk.feeds))
        return [health_of(feed, states[url]) for url, feed in self._desk.feeds.items()]

    def counts(self) -> dict[str, int]:
        """How much there is, and how much waits, stage by stage."""
        with self._desk.store.read() as unit:
            return {**unit.feeds.counts(), **unit.articles.counts(), **unit.origins.counts()}


def _outlets(event: Event) -> Iterator[str]:
    """The outlets that an event of the origin names."""
    for side in ("before", "after"):
        told = event.detail.get(side, {})
        yield from (one for one in (told.get("outlet"), *told.get("joint", ())) if one)


def _pasted(content: str) -> Article:
    """A pasted text as an article of nobody; a short first line without a full stop is its title."""
    first, _, rest = content.strip().partition("\n")
    titled = bool(rest.strip()) and len(first) <= 200 and not first.rstrip().endswith((".", "!", "?", "。"))
    title, body = (first.strip(), rest.strip()) if titled else ("", content.strip())
    from aggregator.extract.language import detect  # noqa: PLC0415 -- py3langid

    language = detect(body or title, "")
    return Article(url="", outlet="", title=title, text=body, language=language, quality=Quality.FULL)
