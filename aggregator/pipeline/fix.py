"""A person's corrections of clusters (`pin` has those of origins): the one way in for commands, pages and assistants.

Each is one transaction with its ties, so that a running daemon, which reads ties in every transaction, obeys at once;
then the origins of what it touched are resolved anew.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aggregator.errors import ConfigError, NotFoundError
from aggregator.model import Level
from aggregator.pipeline import resolve
from aggregator.pipeline.named import article_named, home_of, standing_story
from aggregator.pipeline.verdicts import changes, follow, lift, overruled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from aggregator.cluster.correct import Plan
    from aggregator.model import Correction, Tie, Transfer, Verdict
    from aggregator.pipeline import Desk
    from aggregator.store.store import Unit


@dataclass(frozen=True, slots=True)
class Fixed:
    """What came of a correction.

    `changed` is False where it held already: then `number` is that of the earlier one and `transfers` is empty. `notes`
    are sentences for people, `verdict` is what was said of an origin.
    """

    number: int
    kind: str
    changed: bool
    transfers: tuple[Transfer, ...] = ()
    notes: tuple[str, ...] = ()
    verdict: Verdict | None = None


def merge(desk: Desk, stories: Sequence[int], now: datetime) -> Fixed:
    """Makes several stories one; the oldest id stays.

    Raises:
        NotFoundError: no such story.
        ConfigError: they are one already without a correction, or an earlier correction parted them.
    """
    from aggregator.cluster.correct import merging  # noqa: PLC0415 -- numpy

    with desk.store.write() as unit:
        standing = {standing_story(unit, one) for one in stories}
        if len(standing) == 1:
            return _merged(unit, set(stories), standing.pop())
        fixed = _carried_out(unit, "merge", merging(unit.clusters, standing), now)
    resolve(desk, now)
    return fixed


def _merged(unit: Unit, asked: set[int], standing: int) -> Fixed:
    """The correction by which the stories are one already.

    Raises:
        ConfigError: there is none.
    """
    merges = [one for one in _in_force(unit) if one.kind == "merge"]
    known = {id_ for one in merges for each in one.transfers for id_ in (each.left, each.joined)}
    if len(asked) == 1:
        raise ConfigError(f"story {standing} alone is nothing to merge: name two stories")
    if not asked <= known:
        names = " and ".join(str(one) for one in sorted(asked))
        raise ConfigError(f"{names} are one story already; `aggregator explain {standing}` says why")
    number = next(one.number for one in merges if any(each.left in asked for each in one.transfers))
    return Fixed(number, "merge", changed=False)


def split(desk: Desk, story: int, articles: Sequence[str], now: datetime) -> Fixed:
    """Makes some of a story's articles, given by id or URL, another story; copies of them go along.

    Raises:
        NotFoundError: no such story, no such article, or not in this story.
        ConfigError: no article would stay.
    """
    from aggregator.cluster.correct import splitting, with_copies  # noqa: PLC0415 -- numpy

    with desk.store.write() as unit:
        home = standing_story(unit, story)
        asked = {article: home_of(unit, article) for article in (article_named(unit, one) for one in articles)}
        for article, cluster in asked.items():
            if cluster != home:
                held = _held(unit, asked, "split", home)
                if held is not None:
                    return held
                raise NotFoundError(f"article {article} is in story {cluster}, not in story {home}")
        going = with_copies(unit.clusters, asked, home)
        if len(going) == len(unit.clusters.members(home)):
            raise ConfigError(f"these are all the articles of story {home}, copies included: name those that go")
        notes = _copies(unit, asked, going)
        fixed = _carried_out(unit, "split", splitting(unit.clusters, home, going), now)
    resolve(desk, now)
    return replace(fixed, notes=(*notes, *fixed.notes))


def move(desk: Desk, article: str, story: int, now: datetime) -> Fixed:
    """Puts an article, given by id or URL, with its copies into a story.

    Raises:
        NotFoundError: no such story or article.
        ConfigError: it is there already without a correction.
    """
    from aggregator.cluster.correct import moving, with_copies  # noqa: PLC0415 -- numpy

    with desk.store.write() as unit:
        target, asked = standing_story(unit, story), article_named(unit, article)
        home = home_of(unit, asked)
        if home == target:
            held = _held(unit, [asked], "move", target)
            if held is not None:
                return held
            raise ConfigError(f"article {asked} is in story {target} already")
        going = with_copies(unit.clusters, [asked], home)
        notes = _copies(unit, [asked], going)
        fixed = _carried_out(unit, "move", moving(unit.clusters, home, going, target), now)
    resolve(desk, now)
    return replace(fixed, notes=(*notes, *_emptied(fixed.transfers), *fixed.notes))


def undo(desk: Desk, number: int, now: datetime) -> Fixed:
    """Takes a correction back; its articles return to where they were, as far as they still are where it put them.

    What it said of an origin holds no longer; what it had overridden holds again.

    Raises:
        NotFoundError: no such correction.
    """
    from aggregator.cluster.correct import take_back  # noqa: PLC0415 -- numpy

    with desk.store.write() as unit:
        found = next((one for one in unit.corrections.all() if one.number == number), None)
        if found is None:
            raise NotFoundError(f"no correction {number}; `aggregator fix list` shows them")
        if found.undone_at is not None:
            return Fixed(number, found.kind, changed=False)
        today = [
            replace(one, left=_back(unit, one), joined=standing_story(unit, one.joined)) for one in found.transfers
        ]
        before = overruled(unit)
        lift(unit, number)
        unit.corrections.undo(number, now)
        back = take_back(unit.clusters, today, {"by": "person", "undone": number})
        unit.corrections.say(_true(unit, found.withdrawn))
        follow(unit, found.transfers, back)
        notes = (*_renamed(found.transfers, back), *_emptied(back), *_stayed(unit, found.transfers, back))
        notes += changes(unit, before)
    resolve(desk, now)
    return Fixed(number, found.kind, changed=True, transfers=tuple(back), notes=notes, verdict=found.verdict)


def _carried_out(unit: Unit, kind: str, plan: Plan, now: datetime) -> Fixed:
    """Keeps and carries out what is planned.

    Raises:
        ConfigError: an earlier correction stands against it.
    """
    from aggregator.cluster.correct import carry_out  # noqa: PLC0415 -- numpy

    if plan.against:
        kinds = {one.number: one.kind for one in _in_force(unit)}
        numbers = sorted({tie.correction for tie in plan.against})
        said = " and ".join(f"correction {one} (a {kinds[one]})" for one in numbers)
        way = ", ".join(f"`aggregator fix undo {one}`" for one in numbers)
        raise ConfigError(f"{said} stands against it; {way} takes it back first")
    before = overruled(unit)
    number = unit.corrections.add(kind, plan.transfers, plan.said, now, plan.withdrawn)
    carry_out(unit.clusters, plan.transfers, {"by": "person", "correction": number})
    earlier = sorted({tie.correction for tie in plan.withdrawn})
    notes = tuple(f"what correction {one} said of these articles holds no longer" for one in earlier)
    return Fixed(number, kind, changed=True, transfers=plan.transfers, notes=(*notes, *changes(unit, before)))


def _back(unit: Unit, transfer: Transfer) -> int:
    """The cluster that a transfer left; where its number leads to the other end now, that of those that stayed."""
    left = standing_story(unit, transfer.left)
    if left != standing_story(unit, transfer.joined):
        return left
    parted = [tie for tie in unit.clusters.ties(transfer.articles) if not tie.together]
    stayed = sorted({article for tie in parted for article in (tie.one, tie.other)} - set(transfer.articles))
    homes = Counter(membership.cluster for membership in unit.clusters.memberships(stayed).values())
    return homes.most_common(1)[0][0] if homes else left


def _true(unit: Unit, withdrawn: Iterable[Tie]) -> list[Tie]:
    """Those of the withdrawn ties that may hold again: their correction is in force, and it is as they say."""
    numbers = {one.number for one in _in_force(unit)}
    known = [tie for tie in withdrawn if tie.correction in numbers]
    members = unit.clusters.memberships(sorted({article for tie in known for article in (tie.one, tie.other)}))
    # An article that was too old may have been dropped since.
    known = [tie for tie in known if tie.one in members and tie.other in members]
    return [tie for tie in known if (members[tie.one].cluster == members[tie.other].cluster) is tie.together]


def _in_force(unit: Unit) -> list[Correction]:
    return [one for one in unit.corrections.all() if one.undone_at is None]


def _held(unit: Unit, asked: Collection[int], kind: str, story: int) -> Fixed | None:
    """The correction by which the articles have left a story (a split) or are in it (any kind) already."""
    for one in _in_force(unit):
        for each in one.transfers:
            end = each.left if kind == "split" else each.joined
            fits = kind in {one.kind, "move"} and unit.clusters.resolve_id(end) == story
            if fits and set(asked) <= set(each.articles):
                return Fixed(one.number, one.kind, changed=False)
    return None


# ---------------------------------------------------------------- what is worth saying


def _copies(unit: Unit, asked: Collection[int], going: Collection[int]) -> tuple[str, ...]:
    """Which copies go along, and which articles are copies themselves of one that stays."""
    along = sorted(set(going) - set(asked))
    notes = [f"copies went along: {', '.join(map(str, along))}"] if along else []
    for article, m in unit.clusters.memberships(sorted(asked)).items():
        if m.level is Level.COPY and m.partner not in going:
            notes.append(f"article {article} is a copy of article {m.partner}, which stays in story {m.cluster}")
    return tuple(notes)


def _emptied(transfers: Iterable[Transfer]) -> tuple[str, ...]:
    """Which stories are gone."""
    gone = [one for one in transfers if one.emptied]
    return tuple(f"nothing is left of story {one.left}: it leads to {one.joined} now" for one in gone)


def _renamed(before: Iterable[Transfer], back: Iterable[Transfer]) -> tuple[str, ...]:
    """Which articles return under a new number, because the old one leads elsewhere for ever."""
    new = {article: one.joined for one in back for article in one.articles}
    return tuple(
        f"story {one.left} leads to {one.joined} for ever, so its articles are story {number} now"
        for one in before
        if one.emptied
        for number in sorted({new[article] for article in one.articles if article in new})
    )


def _stayed(unit: Unit, before: Iterable[Transfer], back: Iterable[Transfer]) -> tuple[str, ...]:
    """Which articles do not return, and by which corrections."""
    gone = {article for one in back for article in one.articles}
    stayed = sorted({article for one in before for article in one.articles} - gone)
    if not stayed:
        return ()
    numbers = sorted({tie.correction for tie in unit.clusters.ties(stayed)})
    why = f": correction {', '.join(map(str, numbers))} speaks of them" if numbers else ""
    return (f"where they are stays article {', '.join(map(str, stayed))}{why}",)
