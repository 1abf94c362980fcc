"""Joint reports: several outlets that stand side by side in the same words made one report together."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from aggregator.origin.credit import REPORTING, credited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.model import Attribution
    from aggregator.origin.reports import Report

# What may stand between two names that share a credit: a comma or an `and`, then at most a type noun with its article
# (and the broadcaster ZDF). A verb before the joining word parts them: "A reports, and B says".
_BESIDE = re.compile(
    r"[\s\"'“”«»„’‘』」》)]*(?:\([^()]{1,12}\)[\s\"'“”«»„’]*)?"
    r"(?:[,/&+、،，]|(?:,\s*)?(?<!\w)(?:and|und|sowie|et|y|e|i|oraz|и|та|й|ve|och|og|en|ja|és|και|mit|with|із|з|с|con|avec|com|z)(?!\w)|[和و])"
    r"(?:\s*(?:and|und|et|y|e|i|и|та)(?!\w))?(?:\s*(?!(?:according|by|laut|selon|según|segundo|secondo|według|за|по)(?!\w))[^\W\d_][\w’'-]*+){0,3}[\s\"'“”«»„‘『「《(]*"
)


def partners(attributions: Sequence[Attribution], credit: Attribution) -> tuple[str, ...]:
    """The outlets that an article credits in the same words as another, that one included, in the text's order."""
    same = [
        found
        for found in attributions
        if found.role in REPORTING and (found.field, found.start, found.cue) == (credit.field, credit.start, credit.cue)
    ]
    run = [found.outlet for found in same[:1]]
    at = 0
    for one, other in pairwise(same):
        end = credit.quote.find(one.name, at) + len(one.name)
        at = credit.quote.find(other.name, end)
        if not _BESIDE.fullmatch(credit.quote, end, at):
            if credit.outlet in run:
                break
            run = []
        run.append(other.outlet)
    return tuple(dict.fromkeys(run)) if credit.outlet in run else (credit.outlet,)


def together(groups: Iterable[Iterable[str]]) -> dict[str, str]:
    """For each member of overlapping groups one name for what hangs together, the least (union-find: Tarjan 1975)."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for group in groups:
        ends = sorted({root(one) for one in group})
        for one in ends:
            parent[one] = ends[0]
    return {one: root(one) for one in parent}


def joint_groups(reports: Iterable[Report]) -> list[tuple[str, ...]]:
    """The outlets that each article credits together, where there are several."""
    groups = []
    for report in reports:
        credit = credited(report.attributions)
        if credit is not None:
            group = partners(report.attributions, credit)
            if len(group) > 1:
                groups.append(group)
    return groups
