"""What became of the origin's report: denied by others, corrected or withdrawn by its outlet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator.model import Origin, OriginState, Role, Standing
from aggregator.origin.reports import evidence_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aggregator.model import Attribution
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.reports import Report

_ORDER = list(Standing)
# What a denial says of its outlet where nobody credits anybody: it reported something, and the articles tell that.
# Below this weight it stands too deep in its article for that.
_NAMED, _LEADING = 0.5, 0.4
# So many sentences are shown.
_SHOWN = 5


def standing(origin: Origin, members: Sequence[Report], table: OutletTable) -> Origin:
    """The origin with the standing of its report.

    A denial counts only where it names the origin's own report, or that of an outlet that made it with it: a denial of
    a rival's report says nothing about this one.

    Args:
        origin: the resolved origin of a cluster.
        members: its articles, in a fixed order.
        table: editions and sisters fold into their publisher.
    """
    families = {table.family(outlet) for outlet in (origin.outlet, *origin.joint) if outlet}
    said = [(report, found) for report, found in _denials(members) if table.family(found.outlet) in families]
    if not said:
        return origin
    said.sort(key=lambda pair: -_ORDER.index(_of(pair[1])))
    told = [(found.language, found.denied_by) for _, found in said if found.denied_by]
    return replace(
        origin,
        standing=_of(said[0][1]),
        # The same people in another language are no others.
        denied_by=tuple(dict.fromkeys(name for language, name in told if language == told[0][0])),
        against=tuple(evidence_of(report, found, table) for report, found in said[:_SHOWN]),
    )


def named_by_denials(members: Sequence[Report], table: OutletTable, denied: Collection[str] = ()) -> Origin | None:
    """The outlet whose report most articles deny in their leads; None where there is none, or more than one.

    Who writes that a report was denied, corrected or withdrawn credits nobody with his own news, but he says who had
    reported.

    Args:
        members: a cluster's articles in their order.
        table: editions and sisters fold into their publisher.
        denied: the outlets that a person ruled out.
    """
    leading = [
        (report, found)
        for report, found in _denials(members)
        if found.weight >= _LEADING and found.outlet not in denied
    ]
    outlets = {table.family(found.outlet) for _, found in leading}
    if len(outlets) != 1 or len({report.article.url for report, _ in leading}) * 2 < len(members):
        return None
    return Origin(
        OriginState.NAMED,
        outlet=leading[0][1].outlet,
        confidence=_NAMED,
        evidence=tuple(evidence_of(report, found, table) for report, found in leading[:_SHOWN]),
        chain=(leading[0][1].outlet,),
    )


def _denials(members: Sequence[Report]) -> list[tuple[Report, Attribution]]:
    return [(report, found) for report in members for found in report.attributions if found.role is Role.DENIAL]


def _of(denial: Attribution) -> Standing:
    return Standing(denial.cue.partition(":")[2])
