"""Outlets that the table lacks, and the second reading of what was read before the table had them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from aggregator import urls
from aggregator.model import Role
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import REPORTING
from aggregator.pipeline import BATCH, _attempt, no_progress, resolve

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.pipeline import Desk, Progress
    from aggregator.store.store import Unit

# How an article credits an outlet, or the relay that it has a report from. Who is only quoted may be no outlet at all.
CREDITS = REPORTING | {Role.WIRE, Role.RELAY}
_READ = 200  # articles that are looked at for an example


@dataclass(frozen=True, slots=True)
class Unknown:
    """An outlet outside the table that articles credit: how many of them in how many stories.

    `quote` is the sentence that shows it best, `url` its article's address; `row` is a line for a table of outlets.
    """

    id: str
    name: str
    articles: int
    stories: int
    quote: str
    url: str
    row: str


def unknown(desk: Desk, limit: int) -> list[Unknown]:
    """The outlets outside the table that articles credit, those that most of them credit first."""
    with desk.store.read() as unit:
        credited = [one for one in unit.articles.credited(CREDITS) if desk.table.get(one) is None]
        return [_unknown(unit, one) for one in credited[:limit]]


def _unknown(unit: Unit, outlet: str) -> Unknown:
    ids = unit.articles.crediting(outlet, CREDITS)
    said = [
        (one, article)
        for article, those in unit.articles.attributions(ids[:_READ]).items()
        for one in those
        if one.outlet == outlet and one.role in CREDITS
    ]
    best, article = max(said, key=lambda pair: pair[0].weight)
    name = " ".join(Counter(one.name for one, _ in said).most_common(1)[0][0].replace("|", " ").split())
    hosts = Counter(urls.host(one.url) for one, _ in said if one.url)
    domain = urls.registered_domain(hosts.most_common(1)[0][0]) if hosts else ""
    return Unknown(
        id=outlet,
        name=name,
        articles=len(ids),
        stories=len({one.cluster for one in unit.clusters.memberships(ids).values()}),
        quote=best.quote,
        url=unit.articles.get([article])[article].url,
        row=f"{outlet}\tother\t\t{domain}\t{name}",
    )


@dataclass(frozen=True, slots=True)
class Reread:
    """How many articles were read again, how many of them credit otherwise now, and how many stories that concerns."""

    articles: int
    changed: int
    stories: int


def reread(desk: Desk, now: datetime, progress: Progress = no_progress) -> Reread:
    """Reads again what every stored article credits, and resolves the stories of those that credit otherwise now.

    Which articles are one story, and who published them, stays as it was.
    """
    done = changed = last = 0
    stories: set[int] = set()
    while True:
        with desk.store.read() as unit:
            batch = unit.articles.attributed(last, BATCH)
            before = unit.articles.attributions([one.id for one in batch])
            total = unit.articles.counts()["articles"]
        if not batch:
            break
        found = {
            one.id: _attempt("attribute", one.url, partial(attribute, one, desk.table, desk.cues)) for one in batch
        }
        fresh = {one: said for one, said in found.items() if said is not None and said != before[one]}
        with desk.store.write() as unit:
            for article, said in fresh.items():
                unit.articles.save_attributions(article, said)
            concerned = {one.cluster for one in unit.clusters.memberships(list(fresh)).values()}
            for cluster in sorted(concerned):
                unit.origins.reopen(cluster)
        stories |= concerned
        changed += len(fresh)
        done, last = done + len(batch), batch[-1].id
        progress("credits", done, total)
    resolve(desk, now, progress)
    return Reread(done, changed, len(stories))
