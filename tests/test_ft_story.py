"""The main example, stage by stage as a daemon runs them: one scoop retold in thirteen languages, beside another.

Whatever the order in which its retellings arrive, they are one story of one origin; and when the original is fetched
at last, the story is told with its address.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator import pipeline, seeds, shipped
from aggregator.cluster.names import Names
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article, Link, OriginState, Quality
from aggregator.origin.attributions import attribute
from aggregator.origin.cues import Cues
from aggregator.origin.outlets import OutletTable
from aggregator.pipeline import Desk
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.model import Attribution, Origin
    from aggregator.seeds import Seed

SCOOP, OTHER_SCOOP = "ft-security-guarantees", "ft-odesa-terminal"
ORDERS = 100
NOW = datetime(2025, 8, 26, 18, 0, tzinfo=UTC)
WINDOW = timedelta(days=3).total_seconds()
ORIGINAL = "https://www.ft.com/content/5a4c8bf7-52b5-4cf1-a8a6-1d2f0a6a7f3e"
NAMES = Names(shipped.concepts(), shipped.spellings())
TOLD = [seed for seed in seeds.load(shipped.seeds()) if seed.story in {SCOOP, OTHER_SCOOP}]


@dataclass(frozen=True)
class Ended:
    """How it ends: the stories as sets of articles, and of each its origin and the articles and words that say so."""

    stories: frozenset[frozenset[str]]
    origins: frozenset[tuple[str, str | None, int, frozenset[tuple[str, str, str]]]]


def article_of(seed: Seed) -> Article:
    row = seeds.replay_row(seed)
    return Article(
        url=f"https://{seed.outlet}.example{seed.path}",
        outlet=seed.outlet,
        title=seed.title,
        text=row["text"],
        language=seed.language,
        published=seed.published,
        links=tuple(Link(link["href"], link["text"], link["start"], link["end"]) for link in row["links"]),
        quality=Quality.FULL,
    )


def desk_of(table: OutletTable, cues: Cues) -> Desk:
    vocabulary = Vocabulary(background=shipped.background())
    vocabulary.names = NAMES
    desk = Desk(open_memory(), WINDOW, in_file_order=True, vocabulary=vocabulary)
    # Parsed once for all orders, as the names are.
    desk.__dict__.update(table=table, cues=cues)
    return desk


def arrive(desk: Desk, articles: Sequence[Article], read: Mapping[str, tuple[Attribution, ...]]) -> list[int]:
    """Keeps articles and runs the stages; of those in `read` what they credit is known, as after the first stage."""
    with desk.store.write() as unit:
        ids = [unit.articles.add(article) for article in articles]
        for article_id, article in zip(ids, articles, strict=True):
            if article.url in read:
                unit.articles.save_attributions(article_id, read[article.url])
    pipeline.think(desk, NOW)
    return ids


def origins(desk: Desk, ids: Sequence[int]) -> dict[int, Origin]:
    """The origin of every article's cluster."""
    with desk.store.read() as unit:
        homes = {article: one.cluster for article, one in unit.clusters.memberships(list(ids)).items()}
        found = unit.origins.get(sorted(set(homes.values())))
    return {article: found[home] for article, home in homes.items()}


def ended(desk: Desk, told: dict[int, str]) -> Ended:
    with desk.store.read() as unit:
        homes = {article: one.cluster for article, one in unit.clusters.memberships(list(told)).items()}
        found = unit.origins.get(sorted(set(homes.values())))
    stories = {home: frozenset(told[a] for a, other in homes.items() if other == home) for home in homes.values()}
    return Ended(
        frozenset(stories.values()),
        frozenset(
            (
                str(origin.state),
                origin.outlet,
                origin.independent,
                frozenset((one.article or "", one.outlet, one.quote) for one in origin.evidence),
            )
            for origin in found.values()
        ),
    )


@pytest.fixture(scope="module")
def tables() -> tuple[OutletTable, Cues]:
    return OutletTable.parse(shipped.outlet_table()), Cues.parse(shipped.cue_files())


@pytest.fixture(scope="module")
def read(tables: tuple[OutletTable, Cues]) -> Mapping[str, tuple[Attribution, ...]]:
    """What every article credits, by its URL: it does not depend on the others."""
    return {one.url: tuple(attribute(one, *tables)) for one in map(article_of, TOLD)}


def in_order(
    told: Sequence[Seed], tables: tuple[OutletTable, Cues], read: Mapping[str, tuple[Attribution, ...]]
) -> Ended:
    desk = desk_of(*tables)
    try:
        ids = arrive(desk, [article_of(seed) for seed in told], read)
        return ended(desk, dict(zip(ids, (seed.id for seed in told), strict=True)))
    finally:
        desk.store.close()


def test_two_scoops_of_one_outlet_on_one_day_are_two_stories(
    tables: tuple[OutletTable, Cues], read: Mapping[str, tuple[Attribution, ...]]
) -> None:
    found = in_order(TOLD, tables, read)
    assert found.stories == {
        frozenset(seed.id for seed in TOLD if seed.story == story) for story in (SCOOP, OTHER_SCOOP)
    }
    assert {origin[:3] for origin in found.origins} == {("named", "ft", 1)}


def test_the_order_of_arrival_changes_nothing(
    tables: tuple[OutletTable, Cues], read: Mapping[str, tuple[Attribution, ...]]
) -> None:
    found = in_order(TOLD, tables, read)
    for number in range(ORDERS):
        shuffled = random.Random(number).sample(TOLD, len(TOLD))
        assert in_order(shuffled, tables, read) == found, number


@pytest.mark.parametrize("late", [True, False], ids=["last", "first"])
def test_with_the_original_at_hand_the_story_is_told_with_its_address(
    tables: tuple[OutletTable, Cues], read: Mapping[str, tuple[Attribution, ...]], *, late: bool
) -> None:
    original = Article(
        url=ORIGINAL,
        outlet="ft",
        title="US offers to back European force in postwar Ukraine with intelligence and air defence",
        text="Washington tells allies it would supply surveillance, command and control and missile defences",
        language="en",
        published=datetime(2025, 8, 26, 4, 0, tzinfo=UTC),
        quality=Quality.SUMMARY,
        reason="answered 403",
    )
    told = [article_of(seed) for seed in TOLD]
    desk = desk_of(*tables)
    try:
        ids = [
            one for batch in ((told, [original]) if late else ([original], told)) for one in arrive(desk, batch, read)
        ]
        found = origins(desk, ids)
    finally:
        desk.store.close()
    own = found[ids[-1] if late else ids[0]]
    assert (own.state, own.outlet, own.url, own.independent) == (OriginState.COLLECTED, "ft", ORIGINAL, 1)
    scoop = [seed.story == SCOOP for seed in TOLD]
    of_told = [found[article] for article in (ids[:-1] if late else ids[1:])]
    assert all((origin == own) == same for origin, same in zip(of_told, scoop, strict=True))
