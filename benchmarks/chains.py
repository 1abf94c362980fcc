"""Clusters that stay clusters: a planted stream full of bridges between stories, clustered as the pipeline does.

    python -m benchmarks.chains [--size 1.0] [--seed 7]

Made-up news in a made-up language: stories of 1 to 60 members (retellings and copies), round-ups that cite several
stories, paywall stubs (a title over one outlet's boilerplate), drift chains (each article shares half of its terms with
the one before) and live blogs; 29,000 articles at size 1. Prints pairwise precision and recall beside those of single
linkage over every pair of articles that could join (stripped of boilerplate, too), the largest cluster beside the
largest true story, the false pairs by the kinds of article that take part in them, and what it took.

Goals: the largest cluster at most 1.2 times the true one, pair precision >= .95, recall >= .95 of single linkage's.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from aggregator.cluster.assign import JOIN, assign
from aggregator.cluster.boilerplate import Boilerplate, keys
from aggregator.cluster.fingerprint import fingerprints
from aggregator.cluster.sums import Window
from aggregator.cluster.sweep import sweep
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.pipeline import BATCH
from aggregator.store.open import open_memory
from benchmarks.clusters import figures
from tests.fakes.news import DAY, World, planted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aggregator.model import Article, Fingerprint
    from aggregator.store.store import Store
    from tests.fakes.news import Slot

WINDOW = 3 * DAY


@dataclass
class Cost:
    """CPU seconds: fingerprints with boilerplate a batch, assign an article, what was learnt and commit a batch."""

    fingerprints: list[float] = field(default_factory=list)
    assigns: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)

    def total(self) -> float:
        """All of it."""
        return sum(self.fingerprints) + sum(self.assigns) + sum(self.commits)


def file_batch(store: Store, articles: Sequence[Article], vocabulary: Vocabulary, cost: Cost) -> list[Fingerprint]:
    """Cluster a batch in one transaction, as aggregator.pipeline.cluster does."""
    clock = time.process_time
    start = clock()
    with store.read() as unit:
        boilerplate = Boilerplate(unit.sentences.known(keys(articles)))
    prints = fingerprints(articles, vocabulary, boilerplate)
    cost.fingerprints.append(clock() - start)
    with store.write() as unit:
        for one in prints:
            start = clock()
            assign(unit.clusters, one, Window(WINDOW))
            cost.assigns.append(clock() - start)
        start = clock()
        unit.vocabulary.learn(*vocabulary.drain())
        unit.sentences.save(boilerplate.drain())
    cost.commits.append(clock() - start)
    return prints


def batches(world: World, slots: Sequence[Slot], first: int = 1) -> Iterator[list[Article]]:
    """The articles of slots, written as they are asked for; ids count up from `first`."""
    for start in range(0, len(slots), BATCH):
        yield [world.write(slot, first + start + i) for i, slot in enumerate(slots[start : start + BATCH])]


def single_linkage(prints: Sequence[Fingerprint]) -> list[int]:
    """The partition by single linkage (Sneath 1957): every pair within the window whose cosine is at least JOIN."""
    holders: dict[int, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for row, one in enumerate(prints):
        for term, weight in one.vector.items():
            holders[term][0].append(row)
            holders[term][1].append(weight)
    postings = {term: (np.array(rows), np.array(weights)) for term, (rows, weights) in holders.items() if len(rows) > 1}
    times = np.array([one.when or 0.0 for one in prints])
    roots = list(range(len(prints)))

    def root(row: int) -> int:
        while roots[row] != row:
            roots[row] = roots[roots[row]]
            row = roots[row]
        return row

    for row, one in enumerate(prints):
        cosines = np.zeros(len(prints))
        for term, weight in one.vector.items():
            if term in postings:
                rows, weights = postings[term]
                cosines[rows] += weight * weights
        for other in np.flatnonzero((cosines[:row] >= JOIN) & (times[:row] >= times[row] - WINDOW)):
            roots[root(int(other))] = root(row)
    return [root(row) for row in range(len(prints))]


def run(size: float, seed: int) -> dict[str, float]:
    """The figures of one run beside those of single linkage."""
    world, slots = World(seed), planted(seed, size)
    store, vocabulary, cost = open_memory(), Vocabulary(background=world.background()), Cost()
    prints = [one for batch in batches(world, slots) for one in file_batch(store, batch, vocabulary, cost)]
    start = time.process_time()
    with store.write() as unit:
        sweep(unit.clusters, unit.clusters.unswept(), Window(WINDOW))
    swept = time.process_time() - start
    with store.read() as unit:
        memberships = unit.clusters.memberships(range(1, len(slots) + 1))
    store.close()
    stories = [slot.story for slot in slots]
    clusters = [memberships[i].cluster for i in range(1, len(slots) + 1)]
    ours, single = figures(stories, clusters), single_linkage(prints)
    theirs, seconds = figures(stories, single), cost.total() + swept
    true = max(Counter(stories).values())
    return {
        "articles": len(slots),
        "pair_precision": ours["pair_p"],
        "pair_recall": ours["pair_r"],
        "b3_f1": ours["b3_f1"],
        "single_precision": theirs["pair_p"],
        "single_recall": theirs["pair_r"],
        "recall_of_single": ours["pair_r"] / theirs["pair_r"],
        "largest": max(Counter(clusters).values()),
        "largest_single": max(Counter(single).values()),
        "largest_true": true,
        "largest_ratio": max(Counter(clusters).values()) / true,
        **_blame([slot.kind for slot in slots], stories, clusters),
        "cpu_seconds": seconds,
        "sweep_seconds": swept,
        "ms_an_article": 1_000 * seconds / len(slots),
    }


def _blame(kinds: Sequence[str], stories: Sequence[str], clusters: Sequence[int]) -> dict[str, float]:
    """How many false pairs there are, and how many of them articles of each kind take part in."""

    def false_pairs(kept: Iterable[int]) -> int:
        rows = list(kept)
        said = Counter(clusters[row] for row in rows)
        hit = Counter((clusters[row], stories[row]) for row in rows)
        return (sum(n * (n - 1) for n in said.values()) - sum(n * (n - 1) for n in hit.values())) // 2

    every = false_pairs(range(len(kinds)))
    rest = {kind: false_pairs(row for row, k in enumerate(kinds) if k != kind) for kind in sorted(set(kinds))}
    return {"false_pairs": every, **{f"  with {kind}": every - left for kind, left in rest.items()}}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0, help="1.0 is 29,000 articles")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", help="not read: this set is made up; `make bench` names it to every benchmark")
    chosen = parser.parse_args()
    for name, value in run(chosen.size, chosen.seed).items():
        print(f"{name:18} {value:.10g}" if value == int(value) else f"{name:18} {value:.4f}")


if __name__ == "__main__":
    main()
