"""A story as people see it, from what is stored of its cluster. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aggregator import urls
from aggregator.digest.summarise import extract, headline
from aggregator.model import Story, StoryArticle
from aggregator.origin.credit import credited
from aggregator.origin.reports import ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.model import Feed, Origin
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.reports import Report


def tell(
    cluster: int,
    origin: Origin,
    reports: Sequence[Report],
    feeds: Iterable[Feed | None],
    table: OutletTable,
) -> Story:
    """The story of a cluster.

    Args:
        cluster: its id.
        origin: its resolved origin.
        reports: its articles, in any order; there is at least one.
        feeds: the feeds that carried them, once for every time; None for one that is not subscribed any more.
        table: gives outlets their names and countries.
    """
    told = ordered(reports)
    articles = [report.article for report in told]
    rows = tuple(_row(report, table) for report in told)
    outlets = {one.outlet for one in articles}
    mentioned = {*outlets, *(row.credits for row in rows), *origin.chain, *origin.joint, *origin.cycle, origin.outlet}
    mentioned |= {rival.outlet for rival in origin.rivals} | {one.outlet for one in origin.verdicts}
    # Outside the table an outlet is called what the articles call it, or what they did when a person spoke of it.
    called = {one.outlet: one.name for one in origin.verdicts}
    called |= {found.outlet: found.name for report in told for found in report.attributions}
    names = {one: table.name(one) if table.get(one) else called.get(one, one) for one in mentioned if one}
    quote, quoted = extract(articles, origin)
    topics = Counter(topic for feed in feeds if feed for topic in feed.topics)
    known = [found for outlet in outlets if (found := table.get(outlet))]
    seen = [one.first_seen for one in articles if one.first_seen]
    return Story(
        cluster=cluster,
        headline=headline(articles, origin, names),
        extract=quote,
        extract_outlet=quoted,
        origin=origin,
        origin_name=names[origin.outlet] if origin.outlet else None,
        articles=rows,
        publishers=len({row.outlet or row.outlet_name for row in rows}),
        languages=tuple(sorted({one.language for one in articles if one.language})),
        topics=tuple(topic for topic, _ in sorted(topics.items(), key=lambda pair: (-pair[1], pair[0]))),
        countries=tuple(sorted({outlet.country for outlet in known if outlet.country})),
        first_seen=min(seen, default=None),
        last_seen=max(seen, default=None),
        names=names,
    )


def _row(report: Report, table: OutletTable) -> StoryArticle:
    article, credit = report.article, credited(report.attributions)
    return StoryArticle(
        id=article.id,
        url=article.url,
        title=article.title,
        outlet=article.outlet,
        outlet_name=table.name(article.outlet) if article.outlet else urls.host(article.url),
        language=article.language,
        when=article.when,
        first_seen=article.first_seen,
        level=report.level,
        credits=credit.outlet if credit else None,
        quote=credit.quote if credit else "",
    )
