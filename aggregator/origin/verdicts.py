"""A person's words on who broke a story, and how resolution obeys them.

The words on a story are taken in the order in which they were said; a later one overrides what it contradicts. An
outlet that is ruled out gets no vote and is no answer of any kind, but it may still have passed the report on. A pinned
outlet is the origin whatever the articles say; where they credit it they are its evidence. How many independent reports
there are is for the articles alone to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aggregator.model import Attribution, Origin, OriginState, Role, Verdict
from aggregator.origin.credit import REPORTING
from aggregator.origin.reports import Report, edges, evidence_of, path, publisher

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from aggregator.origin.outlets import OutletTable

_EVIDENCE = 5
# Roles by which an article says who an origin is; a mention is the speaker of a statement.
_VOTES = REPORTING | {Role.WIRE, Role.MENTION}
_SPEAKS = REPORTING | {Role.WIRE}


@dataclass(slots=True)
class Held:
    """What holds of all that was said of one story.

    `denied` are the outlets that it is not; `overruled` leads from each correction that holds no longer to the later
    one that said otherwise.
    """

    pin: Verdict | None = None
    denied: dict[str, Verdict] = field(default_factory=dict)
    overruled: dict[int, int] = field(default_factory=dict)

    @property
    def words(self) -> tuple[Verdict, ...]:
        """The words that hold, the pin first."""
        return (*((self.pin,) if self.pin else ()), *self.denied.values())


def weighed(verdicts: Iterable[Verdict]) -> Held:
    """What holds of some verdicts on one story; a word that says nothing new changes nothing."""
    found = Held()
    for one in sorted(verdicts, key=lambda said: said.correction):
        if holding(found, one) is not None:
            continue
        pin, denial = found.pin, found.denied.get(one.outlet)
        if pin is not None and (one.pinned or pin.outlet == one.outlet):
            found.overruled[pin.correction] = one.correction
            found.pin = None
        if one.pinned:
            found.pin = one
            if denial is not None:
                found.overruled[denial.correction] = one.correction
                del found.denied[one.outlet]
        else:
            found.denied[one.outlet] = one
    return found


def holding(held: Held, word: Verdict) -> Verdict | None:
    """The word that holds and says all that another one would say; None where that one says something new."""
    pin = held.pin
    if not word.pinned:
        return held.denied.get(word.outlet)
    if pin is not None and pin.outlet == word.outlet and word.url in {None, pin.url}:
        return pin
    return None


def heard(members: Sequence[Report], denied: Collection[str], table: OutletTable) -> list[Report]:
    """The reports without their credits to outlets that are ruled out, except to those that pass on another's report.

    Args:
        members: a cluster's articles in their order.
        denied: ids of outlets that are not the origin.
        table: the outlets.
    """
    if not denied:
        return list(members)
    bare = [_without(report, denied) for report in members]
    passes_on = edges(bare, table)
    relays = {outlet: chain for outlet in denied if len(chain := path(outlet, passes_on)) > 1}
    kept = []
    for report in members:
        own = publisher(report.article, table)
        # Whom a relay has its report from cannot have it from that relay.
        kept.append(_without(report, [one for one in denied if one not in relays or own in relays[one]]))
    leads_to = edges(kept, table)
    ends = {path(one.outlet, leads_to)[-1] for report in kept for one in report.attributions if one.role in _SPEAKS}
    return bare if ends.intersection(denied) else kept


def candidates(members: Sequence[Report], denied: Collection[str], table: OutletTable) -> list[Report]:
    """The reports that may be the first one or a statement's own: those of outlets that are not ruled out."""
    return [_without(report, denied) for report in members if publisher(report.article, table) not in denied]


def _without(report: Report, denied: Collection[str]) -> Report:
    """A report without its credits to some outlets."""
    kept = tuple(one for one in report.attributions if one.outlet not in denied or one.role not in _VOTES)
    return replace(report, attributions=kept)


def pinned(pin: Verdict, members: Sequence[Report], table: OutletTable) -> Origin:
    """The origin that a person named, with what the articles say of it."""
    speaking = _speaking(pin.outlet, members)
    own = [report.article.url for report in members if publisher(report.article, table) == pin.outlet]
    linked = [found.url for _, found in speaking if found.url]
    url = pin.url or next(iter([*own, *linked]), None)
    state = OriginState.COLLECTED if url in own else OriginState.LINKED if url else OriginState.NAMED
    relays = [one.outlet for report, _ in speaking[:1] for one in report.attributions if one.role is Role.RELAY]
    return Origin(
        state=state,
        outlet=pin.outlet,
        url=url,
        confidence=1.0,
        evidence=tuple(evidence_of(report, found, table) for report, found in speaking[:_EVIDENCE]),
        # In the language of the first: the same people in another language are no others.
        informants=tuple(
            dict.fromkeys(
                name
                for report, found in speaking
                if report.article.language == speaking[0][0].article.language
                for name in found.informants
            )
        ),
        chain=tuple(dict.fromkeys([*(one for one in relays if one != pin.outlet), pin.outlet])),
    )


def _speaking(outlet: str, members: Sequence[Report]) -> list[tuple[Report, Attribution]]:
    """For every article that credits an outlet the credit that shows it best, the strongest first."""
    found = []
    for report in members:
        own = [one for one in report.attributions if one.outlet == outlet and one.role in _SPEAKS]
        if own:
            found.append((report, max(own, key=lambda one: one.weight)))
    return sorted(found, key=lambda pair: -pair[1].weight)
