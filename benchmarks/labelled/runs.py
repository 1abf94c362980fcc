"""A stream clustered as the pipeline does: over a shelf of dictionaries, and in a store; pairs of titles scored.

The names that stand here at the top of the module are what benchmarks/labelled/ablation.py switches off.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator import pipeline, shipped
from aggregator.cluster.assign import assign
from aggregator.cluster.boilerplate import Boilerplate
from aggregator.cluster.fingerprint import fingerprints
from aggregator.cluster.similarity import cosine
from aggregator.cluster.sums import Window
from aggregator.cluster.sweep import sweep
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article, Level
from aggregator.pipeline.meaning import Meanings
from aggregator.store.open import open_store
from benchmarks.labelled.scores import auc, spearman
from tests.fakes.oracle import ExactShelf
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.model import Membership
    from benchmarks.labelled.sets import Stream

# What a store keeps of articles for clustering alone: all that an article adds, in every window.
TABLES = frozenset({"fingerprint", "band", "cluster", "strand", "membership"})

NO_MEANINGS = Meanings(None)


@dataclass(frozen=True)
class Run:
    """The memberships of a stream's articles by their ids, and the CPU seconds that it took."""

    memberships: dict[int, Membership]
    seconds: float

    def clusters(self, articles: Iterable[int]) -> list[int]:
        """The cluster of each of these articles."""
        return [self.memberships[article].cluster for article in articles]


def cluster(stream: Stream, background: str | None = None, meanings: Meanings = NO_MEANINGS) -> Run:
    """Every article in its turn, and one sweep at the end, over a shelf of dictionaries.

    Args:
        stream: the articles in the order in which they come; nobody is credited.
        background: the background table; None is the package's own.
        meanings: what articles mean, in any language.
    """
    table = shipped.background() if background is None else background
    fingerprints([], Vocabulary())  # loads the numerical libraries, which is no cost of an article
    start = time.process_time()
    shelf, vocabulary, boilerplate = (
        MemoryShelf(),
        Vocabulary(background=table, concepts=shipped.concepts()),
        Boilerplate(),
    )
    window = Window(stream.window)
    for i in range(0, len(stream.articles), pipeline.BATCH):
        prints = fingerprints(stream.articles[i : i + pipeline.BATCH], vocabulary, boilerplate, {})
        if isinstance(shelf, ExactShelf):
            shelf.expect(prints)
        for one in prints:
            assign(shelf, one, window)
    articles = [article.id for article in stream.articles]
    read = {article.id: article for article in stream.articles}
    meaning = meanings.within(lambda ids: {one: read[one] for one in ids})
    sweep(shelf, sorted({one.cluster for one in shelf.memberships(articles).values()}), window, meaning)
    return Run(shelf.memberships(articles), time.process_time() - start)


def in_store(stream: Stream) -> tuple[Run, float]:
    """The stream through the pipeline itself, in the order of time, into a store in a temporary directory.

    Returns:
        The run, and the bytes an article that clustering adds to the file: fingerprints, band keys, clusters and their
        strands, memberships; where this SQLite cannot tell tables apart, all by which the file grows.
    """
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "labelled.sqlite3"
        store = open_store(path)
        given = sorted(stream.articles, key=lambda article: article.id)
        with store.write() as unit:
            kept = {unit.articles.add(article): article.id for article in map(_apart, given)}
            for article in kept:
                unit.articles.save_attributions(article, ())
        before = _taken(path)
        desk = pipeline.Desk(store, stream.window)
        desk.meanings = NO_MEANINGS
        start = time.process_time()
        pipeline.cluster(desk)
        pipeline.sweep(desk)
        seconds = time.process_time() - start
        with store.read() as unit:
            found = unit.clusters.memberships(list(kept))
        added = _taken(path) - before
        store.close()
    return Run({kept[article]: one for article, one in found.items()}, seconds), added / len(given)


def _apart(article: Article) -> Article:
    """The article under a URL of its own, by which a store knows it."""
    return Article(
        url=f"{article.url}#{article.id}",
        outlet=article.outlet,
        title=article.title,
        text=article.text,
        language=article.language,
        published=article.published,
        id=article.id,
    )


def _taken(path: Path) -> int:
    """The bytes of the tables that clustering fills, with their indexes."""
    by_table = "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name GROUP BY 1"
    with closing(sqlite3.connect(path)) as connection:
        try:
            return sum(size for table, size in connection.execute(by_table) if table in TABLES)
        except sqlite3.OperationalError:
            pages, size = (connection.execute(f"PRAGMA {of}").fetchone()[0] for of in ("page_count", "page_size"))
            return int(pages * size)


def copies(run: Run, stories: dict[int, str]) -> dict[str, int]:
    """How many articles were found to be copies, rightly (of an article of the same story) and wrongly."""
    found = {one.article: one.partner for one in run.memberships.values() if one.level is Level.COPY and one.partner}
    right = sum(stories[article] == stories[partner] for article, partner in found.items())
    return {"copies": len(found), "copies_right": right, "copies_wrong": len(found) - right}


def planted_copies(run: Run, stories: dict[int, str]) -> dict[str, int]:
    """How many planted pairs (two texts of one label) there are, and of how many one was found to copy the other."""
    pairs: dict[str, list[int]] = {}
    for article, story in stories.items():
        pairs.setdefault(story, []).append(article)
    said = {(m.article, m.partner) for m in run.memberships.values() if m.level is Level.COPY}
    planted = [pair for pair in pairs.values() if len(pair) == 2]
    found = sum((one, other) in said or (other, one) in said for one, other in planted)
    return {"planted": len(planted), "planted_found": found}


def similarities(rows: Sequence[dict[str, Any]], *, ahead: bool = False) -> list[float]:
    """The cosine, as clustering uses it, of the two titles of each row: brief articles over one running vocabulary.

    Titles are learnt as they come, those of one row one after the other; `ahead` learns all of them first.
    """
    titles = [
        Article(url="", outlet="", title=row[side], text="", language=row["lang"])
        for row in rows
        for side in ("title1", "title2")
    ]
    vocabulary = Vocabulary(background=shipped.background())
    if ahead:
        fingerprints(titles, vocabulary, Boilerplate(), {})
    prints = fingerprints(titles, vocabulary, Boilerplate(), {})
    return [cosine(one, other) for one, other in zip(prints[::2], prints[1::2], strict=True)]


def same_story_auc(rows: Sequence[dict[str, Any]], *, ahead: bool = False) -> dict[str, float]:
    """The AUC of the similarity of labelled pairs of titles, a language."""
    scored = list(zip(rows, similarities(rows, ahead=ahead), strict=True))
    return {
        language: auc(
            [score for row, score in scored if row["lang"] == language],
            [row["label"] == "OK" for row, _ in scored if row["lang"] == language],
        )
        for language in sorted({row["lang"] for row in rows})
    }


def graded_correlation(rows: Sequence[dict[str, Any]]) -> float:
    """Spearman's rho of the similarity of pairs of titles with their labels, 0 to 5."""
    return spearman(similarities(rows), [row["label"] for row in rows])
