"""What one more article costs as the window grows, in CPU, memory and bytes; and that a restart changes nothing.

    python -m benchmarks.growth [--size 1.0] [--seed 7]

Runs one stream of made-up news into a store in a temporary directory (most stories told once, few by many; few topics,
whose names come back again and again, and a quarter of all stories by some formula), and prints the last 1,000
articles' costs at 10,000, 30,000 and 100,000 articles in the window (at size 1). Then the same stream twice into fresh
stores, once with the store closed and opened again half-way: the two partitions must be equal. Then signatures in bulk
beside datasketch's `update` a shingle (P1: at least 15 times).

Goals: assign < 5 ms an article in the mean and < 20 ms at the 99th percentile, < 1 GB, growth exponent <= .25;
the copy index takes at most 1.5 KB an article.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from datasketch import MinHash

from aggregator.cluster.signatures import PERMUTATIONS, SCHEME, SHINGLE_WORDS, shingles, signatures
from aggregator.cluster.terms import tokens
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.pipeline import BATCH
from aggregator.store.open import open_store
from aggregator.store.pending import KINDS
from benchmarks.chains import WINDOW, Cost, batches, file_batch
from tests.fakes.news import START, World, members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fakes.news import Slot

WINDOWS = (10_000, 30_000, 100_000)
# Articles that a figure is taken over.
LAST = 1_000
# Few topics for many articles, and formulas by which a share of all stories goes (matches, warnings, quotations), a few
# of them by far the most: look-alikes that fill the buckets of the bands.
TOPICS = 25
FORMULAS = 30
FORMULAIC = 0.25
MOST_TOLD = 120
RESTART = 4_000
DOCUMENTS = 300


def stream(seed: int, articles: int) -> list[Slot]:
    """So many articles, all within one window, in the order of time: seven of ten stories are told once."""
    rng = random.Random(f"{seed} stream")  # noqa: S311 -- the same stream for the same seed, guards nothing
    sizes = range(1, MOST_TOLD + 1)
    weights = [k**-2.3 for k in sizes]
    slots: list[Slot] = []
    number = 0
    while len(slots) < articles:
        start = START + rng.uniform(0.0, WINDOW / 2)
        formula = rng.choices(range(FORMULAS), weights=[1.0 / (rank + 1.0) for rank in range(FORMULAS)])[0]
        key = f"f{formula}.{number}" if rng.random() < FORMULAIC else f"s{number}"
        slots += members(rng, key, rng.choices(sizes, weights=weights)[0], start)
        number += 1
    return sorted(slots, key=lambda slot: (slot.when, slot.story, slot.number))[:articles]


def disk(path: Path) -> tuple[int, int]:
    """Bytes of a database, and of its copy index: band keys and signatures, each with its part of the pages."""
    with closing(sqlite3.connect(path)) as connection:
        sizes = "SELECT name, sum(pgsize), sum(payload) FROM dbstat GROUP BY name"
        tables = {name: (taken, told) for name, taken, told in connection.execute(sizes)}
        (copies,) = connection.execute("SELECT count(*) FROM band WHERE kind = ?", (KINDS["copy"],)).fetchone()
        (keys,) = connection.execute("SELECT count(*) FROM band").fetchone()
        (signed,) = connection.execute("SELECT sum(length(signature)) FROM fingerprint").fetchone()
    taken, told = tables["fingerprint"]
    return sum(size for size, _ in tables.values()), round(tables["band"][0] * copies / keys + signed * taken / told)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    return sorted(values)[min(len(values) - 1, math.ceil(share * len(values)) - 1)]


def grow(seed: int, windows: Sequence[int], directory: Path) -> list[tuple[int, float]]:
    """Print a line for each window; the windows with their CPU milliseconds an article in assign."""
    world, cost, found = World(seed, TOPICS), Cost(), []
    slots = stream(seed, windows[-1])
    vocabulary = Vocabulary(background=world.background())
    path = directory / "growth.sqlite3"
    store = open_store(path)
    done = 0
    print(
        "     N   fingerprint ms (worst batch)   assign ms (p99)   commit ms   peak MB   bytes an article (copy index)"
    )
    for batch in batches(world, slots):
        file_batch(store, batch, vocabulary, cost)
        done += len(batch)
        if done not in windows:
            continue
        last = min(LAST, done)
        # Fingerprints are made, and the vocabulary and the transaction are written, a batch at a time.
        prints, commits = (
            [1_000 * seconds / BATCH for seconds in kept[-(last // BATCH) :]]
            for kept in (cost.fingerprints, cost.commits)
        )
        assigns = [1_000 * seconds for seconds in cost.assigns[-last:]]
        mean, worst = statistics.fmean(assigns), percentile(assigns, 0.99)
        size, copies = disk(path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{done:6} {statistics.fmean(prints):15.2f} ({max(prints):.2f}) {mean:18.2f} ({worst:.1f})"
            f" {statistics.fmean(commits):12.2f} {peak:9.0f} {size / done:10.0f} ({copies / done:.0f})",
            flush=True,
        )
        found.append((done, mean))
    store.close()
    return found


def exponent(costs: Sequence[tuple[int, float]]) -> float:
    """The power of N by which the cost grew from the first window to the last."""
    (few, before), (many, after) = costs[0], costs[-1]
    return math.log(after / before) / math.log(many / few)


def partition(seed: int, articles: int, path: Path, *, restart: bool) -> dict[int, int]:
    """Article -> cluster after a stream; `restart` closes the store in the middle and reads all anew from its file."""
    world, cost = World(seed, TOPICS), Cost()
    background = world.background()
    store, vocabulary = open_store(path), Vocabulary(background=background)
    slots = stream(seed, articles)
    for number, batch in enumerate(batches(world, slots)):
        if restart and number == len(slots) // BATCH // 2:
            store.close()
            store = open_store(path)
            with store.read() as unit:
                vocabulary = Vocabulary(*unit.vocabulary.known(), background)
        file_batch(store, batch, vocabulary, cost)
    with store.read() as unit:
        kept = unit.clusters.memberships(range(1, articles + 1))
    store.close()
    return {article: membership.cluster for article, membership in kept.items()}


def signature_ratio(seed: int) -> float:
    """How many times faster signatures are than by datasketch's `update` a shingle: the median of three."""
    world = World(seed, TOPICS)
    slots = stream(seed, DOCUMENTS)
    texts = [tokens(world.write(slot, 1).text.lower()) for slot in slots]
    ratios = []
    for _ in range(3):
        start = time.process_time()
        for words in texts:
            minhash = MinHash(num_perm=PERMUTATIONS, scheme=SCHEME)
            for shingle in {" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)}:
                minhash.update(shingle.encode())
        middle = time.process_time()
        signatures([shingles(words) for words in texts])
        ratios.append((middle - start) / (time.process_time() - middle))
    return statistics.median(ratios)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0, help="1.0 is 100,000 articles in the largest window")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", help="not read: this news is made up; `make bench` names it to every benchmark")
    chosen = parser.parse_args()
    windows = [BATCH * max(rank, round(n * chosen.size / BATCH)) for rank, n in enumerate(WINDOWS, 1)]
    with tempfile.TemporaryDirectory() as directory:
        print(f"growth exponent of assign {exponent(grow(chosen.seed, windows, Path(directory))):.2f}")
        articles = min(RESTART, windows[-1])
        whole, restarted = (
            partition(chosen.seed, articles, Path(directory) / f"{name}.sqlite3", restart=restart)
            for name, restart in (("whole", False), ("restarted", True))
        )
        moved = sum(restarted[article] != cluster for article, cluster in whole.items())
        print(f"restart half-way through {articles}: {'equal' if not moved else f'different ({moved} articles)'}")
    print(f"signatures in bulk against `update` a shingle: {signature_ratio(chosen.seed):.1f} times faster")


if __name__ == "__main__":
    main()
