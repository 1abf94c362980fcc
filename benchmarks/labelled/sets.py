"""The labelled sets: their files, windows and languages, their rows as a replay reads them, orders to feed them in."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from aggregator import shipped
from aggregator.origin.outlets import OutletTable
from aggregator.replay import read_rows
from tests.fakes.news import World, planted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aggregator.model import Article

DAY = 86_400.0
ORDERS = ("time", "reversed", "shuffled")
SEED = 7


@dataclass(frozen=True)
class LabelledSet:
    """A labelled file, the window in days that it is read with, and the one language to keep."""

    file: str
    window: float | None = None
    language: str | None = None


SETS = {
    "ecbplus": LabelledSet("ecbplus_topics1-35"),
    "fnc1": LabelledSet("fnc1_half"),
    "og2021-en": LabelledSet("og2021_before0722", 3.0, "en"),
    "og2021": LabelledSet("og2021_before0722", 3.0),
    "plagiarised": LabelledSet("plagiarised_2500"),
}
PAIRS = {"tgcontest": "pairs_tgcontest", "sts-headlines": "pairs_sts_headlines"}


@dataclass(frozen=True)
class Stream:
    """Articles to be fed in this order, and of each (by its id) the label: the story that it truly tells."""

    articles: Sequence[Article]
    stories: dict[int, str]
    window: float | None  # seconds
    names: dict[int, str]  # article id -> the row's id


def path_of(data: Path, name: str) -> Path:
    """Where the file of a set, or of pairs, lies."""
    return data / "labelled" / f"{SETS[name].file if name in SETS else PAIRS[name]}.jsonl.gz"


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a labelled file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


@cache
def _table() -> OutletTable:
    return OutletTable.parse(shipped.outlet_table())


def load(data: Path, name: str) -> Stream:
    """A set in the order of a replay: by time, the undated last, in file order; ids count the rows from 1."""
    chosen, path = SETS[name], path_of(data, name)
    labels = rows(path)
    read = [replace(row.article, id=i) for i, row in enumerate(read_rows(path, _table()), 1)]
    kept = [article for article in read if chosen.language in {None, article.language}]
    return Stream(
        sorted(kept, key=lambda a: (a.when is None, a.when.timestamp() if a.when else 0.0, a.id)),
        {article.id: labels[article.id - 1]["story"] for article in kept},
        chosen.window and chosen.window * DAY,
        {article.id: labels[article.id - 1]["id"] for article in kept},
    )


def made_up(size: float, seed: int = SEED) -> tuple[Stream, str]:
    """The planted news of benchmarks/chains.py in the order of time, and its background table; 29,000 articles at 1."""
    world, slots = World(seed), planted(seed, size)
    articles = [world.write(slot, i) for i, slot in enumerate(slots, 1)]
    numbered = dict(enumerate((slot.story for slot in slots), 1))
    return Stream(articles, numbered, 3.0 * DAY, {i: str(i) for i in numbered}), world.background()


def ordered(stream: Stream, order: str) -> Stream:
    """The stream in another order: the articles keep their times, and are numbered as they arrive, as by a store."""
    if order == "time":
        return stream
    fed = list(reversed(stream.articles))
    if order == "shuffled":
        random.Random(SEED).shuffle(fed)  # noqa: S311 -- the same order at every run, guards nothing
    return Stream(
        [replace(article, id=i) for i, article in enumerate(fed, 1)],
        {i: stream.stories[article.id] for i, article in enumerate(fed, 1)},
        stream.window,
        {i: stream.names[article.id] for i, article in enumerate(fed, 1)},
    )


def part_of(stream: Stream, stories: set[str]) -> Stream:
    """The articles of these stories alone."""
    kept = [article for article in stream.articles if stream.stories[article.id] in stories]
    return replace(stream, articles=kept)
