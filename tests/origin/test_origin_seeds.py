"""Every story of seeds/ has the origin, the state and the number of independent reports that its labels say."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from aggregator import seeds, shipped
from aggregator.model import Article, Level, Link
from aggregator.origin.attributions import attribute
from aggregator.origin.resolve import Report, resolve

if TYPE_CHECKING:
    from aggregator.origin.cues import Cues
    from aggregator.origin.outlets import OutletTable

LABELS: dict[str, dict[str, Any]] = {
    row["id"]: row for row in map(json.loads, (shipped.seeds() / "labels.jsonl").read_text("utf-8").splitlines())
}
STORIES = {story: list(found) for story, found in groupby(seeds.load(shipped.seeds()), key=lambda seed: seed.story)}


def article_of(seed: seeds.Seed, number: int, *, headline: bool) -> Article:
    row = seeds.replay_row(seed)
    # Many a page repeats its headline above its text.
    above = f"{row['title']}\n" if headline and row["text"] else ""
    return Article(
        url=f"https://{seed.outlet}.example{seed.path}",
        outlet=seed.outlet,
        title=row["title"],
        text=above + row["text"],
        byline=row["author"],
        language=seed.language,
        published=seed.published,
        links=tuple(Link(x["href"], x["text"], x["start"] + len(above), x["end"] + len(above)) for x in row["links"]),
        id=number,
    )


@pytest.mark.parametrize("headline", [False, True], ids=["text", "headline and text"])
@pytest.mark.parametrize("story", sorted(STORIES))
def test_a_story_is_as_labelled(story: str, table: OutletTable, cues: Cues, *, headline: bool) -> None:
    everything = []
    for number, seed in enumerate(STORIES[story], 1):
        article = article_of(seed, number, headline=headline)
        everything.append((seed, article, attribute(article, table, cues)))
    # As one cluster, and as one for each language.
    for language in {"", *(seed.language for seed, _, _ in everything)}:
        members = [member for member in everything if not language or member[0].language == language]
        reports = [
            Report(
                article,
                Level.COPY if LABELS[seed.id]["level_copy_of"] and place else Level.RETELLING,
                members[0][1].id if place else None,
                found,
            )
            for place, (seed, article, found) in enumerate(members)
        ]
        origin, label = resolve(reports, table), LABELS[members[0][0].id]
        assert origin.state in label["cluster_origin_state"]
        assert origin.independent == label["independent"]
        assert (origin.outlet in label["cluster_origin"]) if label["cluster_origin"] else origin.outlet is None
