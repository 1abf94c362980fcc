"""An article as the resolution of a cluster sees it, with what it credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.model import Article, Attribution, Evidence, Level, Role
from aggregator.origin.credit import credited
from aggregator.origin.outlets import host_slug
from aggregator.urls import host

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.origin.outlets import OutletTable


@dataclass(frozen=True, slots=True)
class Report:
    """A member of a cluster. `partner` is the id of the article it was found by, None for the first."""

    article: Article
    level: Level
    partner: int | None
    attributions: tuple[Attribution, ...]


def ordered(reports: Iterable[Report]) -> list[Report]:
    """The reports by time, undated ones last, so that nothing depends on the order of arrival."""

    def key(report: Report) -> tuple[bool, float, str, int]:
        when = report.article.when
        return when is None, when.timestamp() if when else 0.0, report.article.url, report.article.id

    return sorted(reports, key=key)


def publisher(article: Article, table: OutletTable) -> str:
    """The outlet id of an article's publisher: what the feed says, else its host; "" where neither is known."""
    if article.outlet:
        return article.outlet
    where = host(article.url) if article.url else ""
    known = table.by_host(where)
    return known.id if known else host_slug(where)


def edges(reports: Iterable[Report], table: OutletTable) -> dict[str, str]:
    """Who passes on whose report: relay -> the outlet it credits.

    An edge comes from an outlet's own article in the cluster, or from words of another ("A, citing B"). An outlet's
    own words win over those of others; the first of several in the reports' order.
    """
    own: dict[str, str] = {}
    said: dict[str, str] = {}
    for report in reports:
        credit = credited(report.attributions)
        if credit is None:
            continue
        if credit.role is not Role.WIRE:
            own.setdefault(publisher(report.article, table), credit.outlet)
        for attribution in report.attributions:
            if attribution.role is Role.RELAY and attribution.outlet != credit.outlet:
                said.setdefault(attribution.outlet, credit.outlet)
    return said | own


def path(start: str, passes_on: dict[str, str]) -> list[str]:
    """The chain of credits from an outlet to its end, the outlet itself first; a cycle is cut where it closes."""
    chain = [start]
    while (following := passes_on.get(chain[-1])) is not None and following not in chain:
        chain.append(following)
    if passes_on.get(chain[-1]) is None:
        return chain
    # A cycle (A credits B, B credits A) says nothing about who was first: its edges are dropped.
    return chain[: chain.index(passes_on[chain[-1]]) + 1]


def cycles(passes_on: dict[str, str]) -> list[tuple[str, ...]]:
    """The rings of outlets that credit each other, each the next and the last the first; the least id stands first."""
    found: set[tuple[str, ...]] = set()
    for start in passes_on:
        chain = [start]
        while (following := passes_on.get(chain[-1])) is not None and following not in chain:
            chain.append(following)
        if following is not None:
            ring = chain[chain.index(following) :]
            least = ring.index(min(ring))
            found.add((*ring[least:], *ring[:least]))
    return sorted(ring for ring in found if len(ring) > 1)


def evidence_of(report: Report, attribution: Attribution, table: OutletTable) -> Evidence:
    """An attribution as the proof that people are shown."""
    return Evidence(
        article=report.article.url,
        outlet=publisher(report.article, table),
        field=attribution.field,
        quote=attribution.quote,
        start=attribution.start,
        end=attribution.end,
        cue=attribution.cue,
        language=attribution.language,
    )
