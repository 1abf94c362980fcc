"""Why a story is what it is, in words: its memberships, what happened to it, and what people set right."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from aggregator.cli.show import console, indented
from aggregator.digest.render.inert import plain as inert
from aggregator.digest.render.origins import outlet_name
from aggregator.digest.render.times import moment
from aggregator.model import Origin, OriginState, Standing
from aggregator.pipeline.verdicts import verdict_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from rich.console import Console

    from aggregator.answers.found import StoryExplained, WhyHere
    from aggregator.cluster.explain import Explanation
    from aggregator.model import Correction, Transfer, Verdict
    from aggregator.pipeline.fix import Fixed
    from aggregator.store.origins import Event

LISTED = 6  # so many articles are named by their numbers, and so many words of a kind; more are only counted


def print_explanation(told: StoryExplained, zone: tzinfo) -> None:
    """Why each article is in a story, which round-ups tell it, and what happened to the story."""
    out, story = console(), told.story
    out.print(Text(inert(story.headline), "bold"))
    for row in told.articles:
        outlet, title = (inert(row.article.outlet_name), "cyan"), f": {inert(row.article.title, 160)}"
        out.print(Text.assemble("\n", outlet, title, (f"  (article {row.article.id})", "dim")))
        for reason in _reasons(row):
            out.print(reason)
    _print_mentions(out, told)
    if told.events:
        out.print(Text("\nWhat happened to this story", "bold"))
    for event in told.events:
        where = "" if event.cluster == story.cluster else f"to story {event.cluster}, now part of this: "
        line = f"{_stamp(event.at, zone)} · {where}{event_words(event, told.names)}"
        out.print(indented(inert(line), "yellow" if "by" in event.detail else "dim"))


def _print_mentions(out: Console, told: StoryExplained) -> None:
    for heading, mentions in (
        ("A round-up: it tells these stories and counts as a report of none", told.mentions),
        ("Told in passing by round-ups, which count as no report of it", told.mentioned_by),
    ):
        if mentions:
            out.print(Text(f"\n{heading}", "bold"))
        for one in mentions:
            out.print(indented(f"story {one.cluster}: {inert(one.headline, 160)}"))


def _reasons(row: WhyHere) -> Iterator[Text]:
    """Why an article is in its story, line by line."""
    member = row.membership
    if row.explanation is None:
        yield Text("  first of the story", "dim")
    else:
        partner = inert(row.partner_title, 120)
        yield Text(f"  {member.level.value} of “{partner}”, score {member.score:.2f}")
    if row.corrections:
        yield Text(f"  held here by a person's correction {_listed(row.corrections)}", "yellow")
    if row.explanation is not None:
        for line in _figures(row.explanation):
            yield Text("  " + inert(line), "dim")


def _figures(why: Explanation) -> Iterator[str]:
    """The figures behind a membership, one kind a line."""
    if why.names:
        yield f"another language: cosine of the names {sum(part for _, part in why.names):.2f}"
    else:
        yield f"cosine {why.cosine:.2f}, estimated Jaccard {why.jaccard:.2f}, containment {why.containment:.2f}"
    if shared := why.names or why.shared:
        yield "shared: " + ", ".join(f"{term} {part:.3f}" for term, part in shared[:8])
    for what, compared in (("numbers", why.numbers), ("names", why.named)):
        said = (("agree", compared.agree), ("only here", compared.here), ("only there", compared.there))
        told = [f"{name} {', '.join(words[:LISTED])}" for name, words in said if words]
        if told:
            yield f"{what}: {'; '.join(told)}"


def event_words(event: Event, names: Mapping[str, str]) -> str:
    """What happened, as the cluster sees it that the event stands with; its figures and whose doing it was.

    Args:
        event: what happened.
        names: outlet id -> its name.
    """
    detail = event.detail
    articles = detail.get("articles", [])
    match event.kind:
        case "merged":
            words = f"merged story {detail['gone']} ({_count(articles)})"
        case "split" if detail["new"] == event.cluster:
            words = f"split off from story {detail['from']} with {_named(articles)}"
        case "split":
            words = f"split: {_named(articles)} went to story {detail['new']}"
        case "moved" if detail["from"] == event.cluster:
            words = f"{_named(articles)} moved to story {detail['to']}"
        case "moved":
            words = f"{_named(articles)} moved here from story {detail['from']}"
        case "origin pinned" | "origin ruled out" | "origin released":
            words = f"{event.kind}: {detail['name']}" + (f" at {detail['url']}" if "url" in detail else "")
        case "origin":
            words = f"the origin was {_origin(detail['before'], names)}, is {_origin(detail['after'], names)}"
        case _:
            words = event.kind
    figures = [f"{name} {number:.2f}" for name, number in _numbers(event)]
    return ", ".join([words, *figures, *_whose(detail)])


def _origin(told: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """`Der Spiegel with ZDF (named, denied)`; the state alone where there is no outlet."""
    facts = [told["state"], *([told["standing"]] if told["standing"] != Standing.STANDING else [])]
    if told["outlet"] is None:
        return ", ".join(facts)
    who = Origin(OriginState(told["state"]), told["outlet"], joint=tuple(told["joint"]))
    return f"{outlet_name(who, lambda one: names.get(one, one))} ({', '.join(facts)})"


def _numbers(event: Event) -> Iterator[tuple[str, float]]:
    """The figures of an event by the names that people read; "here" is where the event stands."""
    detail = event.detail
    for name in ("ratio", "average", "contrast", "names"):
        if name in detail:
            yield name, detail[name]
    if event.kind == "moved" and "here" in detail:  # as the cluster sees it that the articles left
        left = detail["from"] == event.cluster
        yield "average here", detail["here" if left else "there"]
        yield "there", detail["there" if left else "here"]


def _whose(detail: Mapping[str, object]) -> Iterator[str]:
    if "correction" in detail:
        yield f"by a person's correction {detail['correction']}"
    if "undone" in detail:
        yield f"by a person who took back correction {detail['undone']}"


def print_corrections(corrections: Sequence[Correction], zone: tzinfo) -> None:
    """What people corrected, a line each."""
    out = console()
    if not corrections:
        out.print("No corrections. `aggregator fix --help` says what can be set right.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("number", justify="right")
    for name in ("when", "kind", "what", "state"):
        table.add_column(name, overflow="fold")
    for one in corrections:
        state = "in force" if one.overruled is None else f"overridden by correction {one.overruled}"
        state = f"undone {_stamp(one.undone_at, zone)}" if one.undone_at else state
        style = "" if state == "in force" else "dim"
        what = Text(inert(_said(one.verdict, one.transfers)))
        table.add_row(str(one.number), _stamp(one.at, zone), one.kind, what, state, style=style)
    out.print(table)


def print_fixed(fixed: Fixed) -> None:
    """What a correction changed."""
    out = console()
    if not fixed.changed:
        out.print(f"holds already, by correction {fixed.number}")
        return
    told = inert(_said(fixed.verdict, fixed.transfers))
    out.print(Text(f"correction {fixed.number}: {told}", "green"))
    _print_notes(out, fixed)
    out.print(indented(f"`aggregator fix undo {fixed.number}` takes it back", "dim"))


def print_undone(fixed: Fixed) -> None:
    """What taking a correction back changed."""
    out = console()
    if not fixed.changed:
        out.print(f"correction {fixed.number} is undone already")
        return
    told = inert(_said(fixed.verdict, fixed.transfers)) or "no article had to go back"
    words = "is undone, which said" if fixed.verdict else "is undone"
    out.print(Text(f"correction {fixed.number} {words}: {told}", "green"))
    _print_notes(out, fixed)


def _print_notes(out: Console, fixed: Fixed) -> None:
    for note in fixed.notes:
        out.print(indented(inert(note)))


def _said(verdict: Verdict | None, transfers: Sequence[Transfer]) -> str:
    """What a correction says or did."""
    return verdict_words(verdict) if verdict else "; ".join(map(transfer_words, transfers))


def transfer_words(one: Transfer) -> str:
    """What a transfer did."""
    if one.emptied:
        return f"story {one.left} ({_count(one.articles)}) is part of story {one.joined}"
    return f"{_named(one.articles)} of story {one.left} {_verb(one.articles)} in story {one.joined}"


def _verb(articles: Sequence[int]) -> str:
    return "is" if len(articles) == 1 else "are"


def _count(articles: Sequence[int]) -> str:
    return "1 article" if len(articles) == 1 else f"{len(articles)} articles"


def _named(articles: Sequence[int]) -> str:
    """Articles by their numbers, where those are few."""
    if len(articles) == 1:
        return f"article {articles[0]}"
    return _count(articles) + (f" ({_listed(articles)})" if len(articles) <= LISTED else "")


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _stamp(when: datetime, zone: tzinfo) -> str:
    return moment(when, zone, datetime.now(zone).date(), always_day=True)
