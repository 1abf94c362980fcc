"""K and U: how many independent reports stand behind a cluster. One function owns these numbers.

Every article has a root, the end of its credit chain. K counts distinct roots that are a credited outlet, or a
publisher that shows signs of own reporting and credits nobody. U counts the publishers that credit nobody and show
no such sign: they are told, not counted. A story is not confirmed because it was copied. A joint report is one, and so
are outlets that credit each other in a ring.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aggregator.model import Level
from aggregator.origin.credit import credited, shows_own
from aggregator.origin.joint import joint_groups, together
from aggregator.origin.reports import cycles, edges, ordered, path, publisher
from aggregator.urls import host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.reports import Report

_OFFICIAL_HOST = re.compile(r"(?:^|\.)(?:gov|gob|gouv|gc|mil|europa)(?:\.\w+)*$|\.bund\.de$|\.admin\.ch$")


def independent(reports: Sequence[Report], table: OutletTable) -> tuple[int, int]:
    """Counts the independent reports of a cluster.

    Args:
        reports: its articles.
        table: the outlets; editions and sisters fold into their publisher.

    Returns:
        K, the number of distinct roots, and U, the number of publishers without credit and without own reporting.
    """
    members = ordered(reports)
    passes_on = edges(members, table)
    by_id = {report.article.id: report for report in members if report.article.id}
    ends = [[path(outlet, passes_on)[-1] for outlet in group] for group in joint_groups(members)]
    one_report = together([table.family(outlet) for outlet in group] for group in (*ends, *cycles(passes_on)))
    roots: set[str] = set()
    silent: set[str] = set()
    for report in members:
        source = _source(report, by_id)
        own = table.family(publisher(source.article, table)) or source.article.url
        own = one_report.get(own, own)
        credit = credited(source.attributions)
        if credit is not None:
            root = table.family(path(credit.outlet, passes_on)[-1])
            roots.add(one_report.get(root, root))
        elif shows_own_reporting(source):
            roots.add(own)
        else:
            silent.add(own)
    return len(roots), len(silent - roots)


def shows_own_reporting(report: Report) -> bool:
    """Whether an article that credits nobody shows positive signs of own reporting."""
    return any(shows_own(attribution) for attribution in report.attributions) or any(
        _OFFICIAL_HOST.search(host(link.href)) for link in report.article.links
    )


def _source(report: Report, by_id: dict[int, Report]) -> Report:
    """The article whose text a copy carries: a copy that credits nobody says what its partner says."""
    seen = {report.article.id}
    while report.level is Level.COPY and credited(report.attributions) is None:
        partner = by_id.get(report.partner or 0)
        if partner is None or partner.article.id in seen:
            break
        seen.add(partner.article.id)
        report = partner
    return report
