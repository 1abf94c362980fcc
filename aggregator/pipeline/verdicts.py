"""What corrections of stories and their undoing mean for the words on origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.origin.verdicts import weighed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aggregator.model import Transfer, Verdict
    from aggregator.store.store import Unit


def overruled(unit: Unit) -> dict[int, int]:
    """The corrections whose word on an origin holds no longer, each with the later one that overrides it."""
    return {
        earlier: later
        for said in unit.corrections.verdicts().values()
        for earlier, later in weighed(said).overruled.items()
    }


def changes(unit: Unit, before: Mapping[int, int]) -> tuple[str, ...]:
    """Which words on origins gave way, and which hold again, since `overruled` was asked before."""
    now = overruled(unit)
    said = {one.correction: one for those in unit.corrections.verdicts().values() for one in those}
    gone = [
        f"what correction {one} said holds no longer, by correction {now[one]}: {verdict_words(said[one])}"
        for one in sorted(now.keys() - before.keys())
    ]
    again = [
        f"what correction {one} said holds again: {verdict_words(said[one])}"
        for one in sorted(before.keys() - now.keys())
        if one in said
    ]
    return (*gone, *again)


def verdict_words(said: Verdict) -> str:
    """A verdict as a sentence."""
    words = f"{said.name} {'is' if said.pinned else 'is not'} the origin of story {said.cluster}"
    return f"{words}, at {said.url}" if said.url else words


def log(unit: Unit, kind: str, said: Verdict, cluster: int, marks: Mapping[str, object]) -> None:
    """Notes with a story what was said of its origin, and has it resolved anew."""
    named = {"outlet": said.outlet, "name": said.name} | ({"url": said.url} if said.url else {})
    unit.clusters.log(kind, cluster, {**named, "by": "person", **marks})
    unit.origins.reopen(cluster)


def lift(unit: Unit, number: int) -> None:
    """Notes that a correction of an origin is taken back; to be called while its word is still in force."""
    for cluster, said in unit.corrections.verdicts().items():
        for one in said:
            if one.correction == number:
                log(unit, "origin released", one, cluster, {"undone": number})


def follow(unit: Unit, before: Iterable[Transfer], back: Iterable[Transfer]) -> None:
    """Lets what was said of a swallowed story hold for the new number under which its articles return."""
    new = {article: one.joined for one in back for article in one.articles}
    for one in before:
        homes = sorted({new[article] for article in one.articles if article in new})
        if one.emptied and homes:
            unit.corrections.follow(_swallowed(unit, one.left), homes[0])


def _swallowed(unit: Unit, cluster: int) -> set[int]:
    """A story that leads to another one, and those that it had swallowed itself."""
    gone = [
        int(event.detail["gone"])
        for event in unit.origins.events(cluster)
        if event.cluster == cluster and event.kind == "merged"
    ]
    return {cluster}.union(*(_swallowed(unit, one) for one in gone))
