"""What an article costs the database, and that it costs hardly more when many came before it: ratios, not seconds.

`benchmarks/growth.py` measures the same at full size.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from aggregator.cluster.assign import assign
from aggregator.cluster.signatures import COPY_BANDS, RETELLING_BANDS, keys, replicas, signatures
from aggregator.cluster.sums import Window
from aggregator.model import Fingerprint
from aggregator.store.open import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.store.store import Store

FEW, MANY, BATCH = 400, 2_000, 200
# So many articles in a row are of one topic and take half of their terms from its words: each has as many candidates,
# however many came before.
TOPIC = 25
TERMS = 40


def prints(count: int) -> list[Fingerprint]:
    """Made-up articles, a minute apart."""
    rng = random.Random(3)
    weights = [0.0625 * (2.0 - i / TERMS) for i in range(TERMS)]
    vectors = []
    for article in range(count):
        topic = article // TOPIC * 1_000
        terms = rng.sample(range(topic, topic + 80), TERMS // 2)
        vectors.append(dict(zip(terms + rng.sample(range(10**6, 2**32), TERMS // 2), weights, strict=True)))
    texts = signatures([rng.getrandbits(32) for _ in range(20)] for _ in vectors)
    heaviest = signatures(replicas(vector) for vector in vectors)
    return [
        Fingerprint(
            article=article,
            when=60.0 * article,
            language="en",
            outlet="bbc",
            brief=False,
            shingles=200,
            signature=text,
            vector=vector,
            terms=tuple(f"word{term % 100_000}" for term in vector),
            copy_keys=keys(text, COPY_BANDS),
            retelling_keys=keys(retelling, RETELLING_BANDS),
            kinds="w" * TERMS,
        )
        for article, (vector, text, retelling) in enumerate(zip(vectors, texts, heaviest, strict=True), 1)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


def file(store: Store, batch: list[Fingerprint]) -> list[float]:
    """Cluster a batch in one transaction; the CPU seconds of each article."""
    seconds = []
    with store.write() as unit:
        for one in batch:
            start = time.process_time()
            assign(unit.clusters, one, Window(86_400.0 * 7))
            seconds.append(time.process_time() - start)
    return seconds


def test_an_article_costs_little_more_among_many(store: Store, path: Path) -> None:
    made = prints(MANY)
    costs = [statistics.median(file(store, made[start : start + BATCH])) for start in range(0, MANY, BATCH)]
    # Five times as many articles: the goal of N^.25 is 1.5 times, a scan would be 5 times. The machine may be busy, so
    # that one batch says little.
    assert min(costs[-3:]) < 2.5 * max(costs[:2])
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("SELECT sum(pgsize) FROM dbstat").fetchone()
    assert size / MANY < 5_500


def test_an_article_takes_few_statements(store: Store) -> None:
    made = prints(FEW + BATCH)
    file(store, made[:FEW])
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(store._writer, "before_cursor_execute", note)
    file(store, made[FEW:])
    assert len(said) / BATCH < 5.0
