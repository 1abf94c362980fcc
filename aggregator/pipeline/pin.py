"""A person's word on who broke a story: it is this outlet, or it is not.

Like the corrections in `fix`: one transaction each, numbered, undone by number; resolution reads the words in every
transaction, so that a running daemon obeys at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aggregator import urls
from aggregator.errors import ConfigError, NotFoundError
from aggregator.model import Verdict
from aggregator.origin.lookup import alike, known
from aggregator.origin.reports import publisher
from aggregator.origin.verdicts import holding, weighed
from aggregator.pipeline import reports, resolve
from aggregator.pipeline.fix import Fixed
from aggregator.pipeline.named import standing_story
from aggregator.pipeline.verdicts import changes, log, overruled

if TYPE_CHECKING:
    from datetime import datetime

    from aggregator.pipeline import Desk
    from aggregator.store.store import Unit

_EVENTS = {True: ("pin-origin", "origin pinned"), False: ("not-origin", "origin ruled out")}


def pin_origin(desk: Desk, story: int, outlet: str, now: datetime, url: str | None = None) -> Fixed:
    """Says that an outlet broke a story.

    Args:
        desk: what the stages work with.
        story: its number, or one that leads to it.
        outlet: an id, name, alias, domain or URL of the table, or what the story's articles call an outlet outside it.
        now: when it is said.
        url: the address of the original, where the person knows it.

    Raises:
        NotFoundError: no such story or outlet.
        ConfigError: `url` is no http address.
    """
    if url is not None:
        try:
            urls.normalise(url)
        except ValueError as error:
            raise ConfigError(f"--url: {error}; give the address of the original article, or leave it out") from error
    return _say(desk, Verdict(story, outlet, outlet, pinned=True, url=url and url.strip()), now)


def not_origin(desk: Desk, story: int, outlet: str, now: datetime) -> Fixed:
    """Says that an outlet did not break a story.

    Raises:
        NotFoundError: no such story or outlet.
    """
    return _say(desk, Verdict(story, outlet, outlet, pinned=False), now)


def _say(desk: Desk, typed: Verdict, now: datetime) -> Fixed:
    """Keeps and carries out what was typed: a story's number and an outlet in any spelling."""
    kind, event = _EVENTS[typed.pinned]
    with desk.store.write() as unit:
        cluster = standing_story(unit, typed.cluster)
        found, name = _outlet(desk, unit, cluster, typed.outlet)
        word = Verdict(cluster, found, name, typed.pinned, _own_address(unit, cluster, typed.url))
        held = holding(weighed(unit.corrections.verdicts().get(cluster, ())), word)
        if held is not None:
            return Fixed(held.correction, kind, changed=False, verdict=held)
        before = overruled(unit)
        number = unit.corrections.add_verdict(kind, word, now)
        log(unit, event, word, cluster, {"correction": number})
        notes = (*changes(unit, before), *_foreign(desk, word))
    resolve(desk, now)
    said = replace(word, correction=number)
    return Fixed(number, kind, changed=True, notes=(*notes, _outcome(desk, cluster)), verdict=said)


def _own_address(unit: Unit, cluster: int, url: str | None) -> str | None:
    """The address as an article of the story bears it, where it is one of them; else as it was given."""
    if url is None:
        return None
    normal = urls.normalise(url)
    members = unit.articles.get(unit.clusters.members(cluster)).values()
    return next((one.url for one in members if one.url == normal), url)


def _foreign(desk: Desk, word: Verdict) -> tuple[str, ...]:
    """A note where the address is on another outlet's site."""
    where = desk.table.by_host(urls.host(word.url or ""))
    if where is None or desk.table.family(where.id) == desk.table.family(word.outlet):
        return ()
    return (f"mind that {urls.host(word.url or '')} is the site of {where.name}",)


def _outlet(desk: Desk, unit: Unit, cluster: int, typed: str) -> tuple[str, str]:
    """The id and the name of the outlet that is meant.

    Raises:
        NotFoundError: the table has none and the story's articles speak of none that is called so.
    """
    outlet = known(desk.table, typed)
    if outlet is not None:
        return outlet.id, outlet.name
    called: dict[str, str] = {}
    for report in reports(unit, unit.clusters.members(cluster)):
        called |= {one.outlet: one.name for one in report.attributions if one.outlet}
        own = publisher(report.article, desk.table)
        called.setdefault(own, own)
    outside = {one: name for one, name in called.items() if one and desk.table.get(one) is None}
    wanted = desk.table.resolve(typed)
    if wanted in outside:
        return wanted, outside[wanted]
    meant = [f"{one.name} ({one.id})" for one in alike(desk.table, typed)]
    said = [f"{name} ({one})" for one, name in sorted(outside.items())]
    ways = [f"near to it: {', '.join(meant)}"] if meant else []
    ways += [f"outside the table the articles of story {cluster} speak of {', '.join(said)}"] if said else []
    raise NotFoundError("; ".join([f"no outlet is called {typed!r}", *ways, "`aggregator outlets list` has all"]))


def _outcome(desk: Desk, cluster: int) -> str:
    """The origin that the story has now, as a sentence."""
    with desk.store.read() as unit:
        origin = unit.origins.get([cluster])[cluster]
        called = {one.outlet: one.name for one in origin.verdicts}
    if origin.outlet is None:
        return f"the origin of story {cluster} is {origin.state.value} now"
    name = called.get(origin.outlet) or desk.table.name(origin.outlet)
    return f"the origin of story {cluster} is {name} ({origin.state.value}) now"
