"""The origin of a cluster: who first reported its story, as far as its articles say.

Each publisher has one vote for an outlet, as strong as its credit; votes combine as a noisy-or (Pearl 1988);
near-copies of a counted text weigh a quarter. Credits are followed from relay to relay; a cycle is dropped and said. A
wire is the origin only where no article credits another outlet. Outlets that made a report together are no rivals.
The result does not depend on the order of the reports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator.model import Attribution, Level, Origin, OriginState, Rival, Role
from aggregator.origin.credit import REPORTING, THRESHOLD, calibrated, confidence, credited
from aggregator.origin.independence import independent, shows_own_reporting
from aggregator.origin.joint import joint_groups, partners, together
from aggregator.origin.reports import Report, cycles, edges, evidence_of, ordered, path, publisher
from aggregator.origin.standing import named_by_denials, standing
from aggregator.origin.verdicts import candidates, heard, pinned, weighed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.model import Verdict
    from aggregator.origin.outlets import OutletTable

__all__ = ["Report", "resolve"]

_CAP = 0.97
_COPY = 0.25
_HOP = 0.9
# What is left of a relay's own claim, and of the doubt when the outlet's own article is at hand and credits nobody.
_RELAY = 0.35
_COLLECTED = 0.4
# An article's other credits beside its main one.
_SECOND = 0.35
_RIVAL = 0.12
# As many publishers make a rival's claim a dispute whatever the weights, unless the leading outlet has more than twice
# as many behind it.
_RIVAL_VOICES, _RIVAL_SHARE = 2, 0.5
_UNKNOWN = 0.25
_EVIDENCE = 5
_EARLIEST, _EARLIEST_STEP, _EARLIEST_MAX = 0.30, 0.10, 0.55
_OFFICIAL = 0.6
# What a statement weighs that stands in an article's lead; further down it is one source among others.
_LEADING = 0.4
_OFFICIAL_KINDS = frozenset({"official", "pressrelease"})


@dataclass(frozen=True, slots=True)
class _Vote:
    """A publisher's credit to an outlet."""

    outlet: str
    weight: float
    report: Report
    attribution: Attribution
    main: bool


def resolve(reports: Sequence[Report], table: OutletTable, verdicts: Iterable[Verdict] = ()) -> Origin:
    """The origin of a cluster.

    Args:
        reports: its articles with their attributions, in any order.
        table: the outlets.
        verdicts: what people said of its origin.

    Returns:
        The origin with its state, confidence (0..0.97, 1 where a person named it), evidence, chain, rivals, K and U.
    """
    members = ordered(reports)
    if not members:
        return Origin(OriginState.UNKNOWN)
    k, u = independent(members, table)
    said = weighed(verdicts)
    told, others = heard(members, said.denied, table), candidates(members, said.denied, table)
    found = (
        _voted(told, REPORTING, table)
        or _voted(told, frozenset({Role.WIRE}), table)
        or named_by_denials(told, table, said.denied)
        or _official(others, table)
        or _earliest(others, table)
        or Origin(OriginState.UNKNOWN)
    )
    if said.pin is not None:
        found = pinned(said.pin, members, table)
    rings = cycles(edges(members, table))
    cycle = next((ring for ring in rings if found.outlet in ring), rings[0] if rings else ())
    found = replace(found, independent=k, uncredited=u, cycle=cycle, verdicts=said.words)
    return standing(found, members, table)


def _voted(members: Sequence[Report], roles: frozenset[Role], table: OutletTable) -> Origin | None:
    """The origin that credits of these roles name, None where there is none or all are weak."""
    passes_on = edges(members, table)
    votes = [vote for report in members for vote in _votes(report, members, roles)]
    groups = together(joint_groups(members))
    scores, shown = _scores(votes, passes_on, members, groups, table)
    if not scores:
        return None
    leading, score = min(scores.items(), key=lambda item: (-item[1], item[0]))
    if score < _UNKNOWN:
        return None
    supporting = _supporting(votes, leading, passes_on)
    evidence = [vote.attribution for vote in supporting]
    joint = tuple(
        outlet
        for outlet in sorted(groups)
        if groups[outlet] == groups.get(leading) and outlet != leading and path(outlet, passes_on)[-1] == outlet
    )
    rivals = tuple(
        Rival(outlet, round(shown[outlet], 4))
        for outlet, value in sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        if outlet != leading and outlet not in joint and value > 0.05
    )
    url, state = _where(leading, members, evidence, table)
    if rivals and (
        score - scores[rivals[0].outlet] <= _RIVAL or _have_voices(rivals, leading, votes, passes_on, table)
    ):
        state = OriginState.DISPUTED
    return Origin(
        state=state,
        outlet=leading,
        url=url,
        confidence=round(shown[leading], 4),
        evidence=tuple(evidence_of(vote.report, vote.attribution, table) for vote in supporting[:_EVIDENCE]),
        informants=_informants(members, supporting, roles),
        chain=_chain(supporting[0], leading, passes_on),
        rivals=rivals,
        joint=joint,
    )


def _votes(report: Report, members: Sequence[Report], roles: frozenset[Role]) -> list[_Vote]:
    """What one article says for each outlet: its main credit in full, others in part."""
    main = credited(report.attributions)
    if main is None or main.role not in roles:
        return []
    copied = report.level is Level.COPY and any(other.article.id == report.partner for other in members)
    joint = partners(report.attributions, main)
    votes = []
    for outlet in dict.fromkeys(found.outlet for found in report.attributions if found.role in roles):
        own = [found for found in report.attributions if found.outlet == outlet and found.role in roles]
        weight = min(_CAP, confidence(own))
        if weight < THRESHOLD:
            continue
        best = max(own, key=lambda found: found.weight)
        factor = (1.0 if outlet in joint else _SECOND) * (_COPY if copied else 1.0)
        votes.append(_Vote(outlet, weight * factor, report, best, outlet in joint and not copied))
    return votes


def _scores(
    votes: Sequence[_Vote],
    passes_on: dict[str, str],
    members: Sequence[Report],
    groups: dict[str, str],
    table: OutletTable,
) -> tuple[dict[str, float], dict[str, float]]:
    """How likely each outlet is the origin: the noisy-or of its votes, less by its share against its rivals.

    Returns:
        The scores that decide, and the confidences that people are shown: the same with the noisy-or calibrated.
    """
    strongest: dict[tuple[str, str], float] = {}
    for vote in votes:
        voter = publisher(vote.report.article, table) or vote.report.article.url
        chain = path(vote.outlet, passes_on)
        for outlet, factor in ((chain[-1], _HOP ** (len(chain) - 1)), *((relay, _RELAY) for relay in chain[:-1])):
            if outlet != voter:
                key = (outlet, voter)
                strongest[key] = max(strongest.get(key, 0.0), vote.weight * factor)
    doubts: dict[str, float] = {}
    # In a fixed order: a product of floats depends on it.
    for (outlet, _), weight in sorted(strongest.items()):
        doubts[outlet] = doubts.get(outlet, 1.0) * (1.0 - weight)
    for report in members:
        own = publisher(report.article, table)
        if own in doubts and credited(report.attributions) is None:
            doubts[own] *= _COLLECTED
    masses = {outlet: -math.log(max(doubt, 1e-12)) for outlet, doubt in doubts.items()}
    rooted = sorted({path(outlet, passes_on)[-1] for outlet in doubts} & doubts.keys())

    def share(one: str) -> float:
        group = groups.get(one, one)
        against = [other for other in rooted if other == one or groups.get(other, other) != group]
        return masses[one] / sum(masses[other] for other in against)

    shares = {one: (min(_CAP, 1.0 - doubts[one]), share(one)) for one in rooted}
    return (
        {one: said * part for one, (said, part) in shares.items()},
        {one: calibrated(said) * part for one, (said, part) in shares.items()},
    )


def _have_voices(
    rivals: Sequence[Rival], leading: str, votes: Sequence[_Vote], passes_on: dict[str, str], table: OutletTable
) -> bool:
    """Whether as many publishers stand behind a rival as make a dispute."""
    voices: dict[str, set[str]] = {}
    for vote in votes:
        if vote.main:
            own = publisher(vote.report.article, table) or vote.report.article.url
            voices.setdefault(path(vote.outlet, passes_on)[-1], set()).add(table.family(own))
    wanted = max(_RIVAL_VOICES, _RIVAL_SHARE * len(voices.get(leading, ())))
    return any(len(voices.get(rival.outlet, ())) >= wanted for rival in rivals)


def _supporting(votes: Sequence[_Vote], leading: str, passes_on: dict[str, str]) -> list[_Vote]:
    """The votes whose chain ends at the leading outlet, direct and strong ones first."""
    found = [vote for vote in votes if path(vote.outlet, passes_on)[-1] == leading]
    return sorted(found, key=lambda vote: (vote.outlet != leading, -vote.weight))


def _where(
    leading: str, members: Sequence[Report], evidence: Sequence[Attribution], table: OutletTable
) -> tuple[str | None, OriginState]:
    """The URL of the origin's article where it was really seen, and how it is known."""
    for report in members:
        if publisher(report.article, table) == leading:
            return report.article.url, OriginState.COLLECTED
    for attribution in evidence:
        if attribution.url and attribution.outlet == leading:
            return attribution.url, OriginState.LINKED
    return None, OriginState.NAMED


def _chain(vote: _Vote, leading: str, passes_on: dict[str, str]) -> tuple[str, ...]:
    """From the nearest relay to the origin: the relays that the words name, then the hops between articles."""
    named = [found.outlet for found in vote.report.attributions if found.role is Role.RELAY]
    return tuple(dict.fromkeys([*(name for name in named if name != leading), *path(vote.outlet, passes_on)]))


def _informants(members: Sequence[Report], supporting: Sequence[_Vote], roles: frozenset[Role]) -> tuple[str, ...]:
    """Who stands behind the report, by every credit to it; a headline's leaves them out, a sentence may name them."""
    wanted = {(vote.report.article.url, vote.outlet) for vote in supporting}
    return _in_one_language(
        (report.article.language, name)
        for report in members
        for found in report.attributions
        if found.role in roles and (report.article.url, found.outlet) in wanted
        for name in found.informants
    )


def _in_one_language(named: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The names in the language of the first: the same people in another language are no others."""
    told = list(named)
    return tuple(dict.fromkeys(name for language, name in told if language == told[0][0]))


def _official(members: Sequence[Report], table: OutletTable) -> Origin | None:
    """The publisher of a statement: a member that is official itself, or one that the articles quote."""
    for report in members:
        own = table.get(publisher(report.article, table))
        if own is not None and own.kind in _OFFICIAL_KINDS:
            return Origin(OriginState.OFFICIAL, outlet=own.id, url=report.article.url, confidence=_OFFICIAL)
    # A sentence has one publisher of its statement, however many rules find it.
    found_in: dict[tuple[str, str, int], tuple[Report, Attribution]] = {}
    for report in members:
        for found in report.attributions:
            if found.role is Role.MENTION and found.weight >= _LEADING and not shows_own_reporting(report):
                found_in.setdefault((report.article.url, found.field, found.start), (report, found))
    quoted = list(found_in.values())
    if not quoted or len({id(report) for report, _ in quoted}) * 2 < len(members):
        return None
    first = quoted[0][1]
    return Origin(
        OriginState.OFFICIAL,
        outlet=first.outlet if table.get(first.outlet) else None,
        confidence=_OFFICIAL,
        evidence=tuple(evidence_of(report, found, table) for report, found in quoted[:_EVIDENCE]),
        informants=_in_one_language((report.article.language, found.name) for report, found in quoted),
    )


def _earliest(members: Sequence[Report], table: OutletTable) -> Origin | None:
    """The earliest publisher, where something besides the time speaks for it: copies of its text, own reporting."""
    first = next(iter(members), None)
    own = publisher(first.article, table) if first else ""
    if first is None or not own or first.article.when is None:
        return None
    copies = any(
        report.level is Level.COPY and report.partner == first.article.id and publisher(report.article, table) != own
        for report in members[1:]
    )
    reasons = [copies, shows_own_reporting(first)]
    if not any(reasons):
        return None
    score = min(_EARLIEST_MAX, _EARLIEST + _EARLIEST_STEP * sum(reasons))
    return Origin(OriginState.EARLIEST_ONLY, outlet=own, url=first.article.url, confidence=score)
