"""Clustering held against labelled sets: fingerprint, assign and sweep over a shelf of dictionaries.

    python -m benchmarks.clusters --data DIR [--sets NAME ...] [--out DIR]

DIR holds the labelled sets (*.jsonl.gz). Prints B-cubed (Bagga & Baldwin 1998) and pairwise figures, the copies that
were found, and CPU milliseconds an article.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregator.cluster.assign import assign
from aggregator.cluster.fingerprint import fingerprints
from aggregator.cluster.sums import Window
from aggregator.cluster.sweep import sweep
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article, Level
from tests.fakes.shelf import MemoryShelf

DAY = 86_400.0
BACKGROUND = Path(__file__).resolve().parent.parent / "aggregator" / "cluster" / "data" / "background.tsv"


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


def articles(rows: list[dict[str, Any]]) -> list[Article]:
    """The rows as articles in the order of a replay: by time, the undated last, in file order."""
    made = [
        Article(
            url=row["url"],
            outlet=row["source"],
            title=row["title"],
            text=row["text"],
            language=row["lang"],
            published=datetime.fromisoformat(row["published"]) if row["published"] else None,
            id=i,
        )
        for i, row in enumerate(rows, 1)
    ]
    return sorted(made, key=lambda a: (a.when is None, a.when.timestamp() if a.when else 0.0, a.id))


def cluster(stream: list[Article], window: float | None, background: str, batch: int = 50) -> tuple[MemoryShelf, float]:
    """Every article assigned and one sweep at the end; the shelf and the CPU seconds."""
    start = time.process_time()
    shelf, vocabulary = MemoryShelf(), Vocabulary(background=background)
    touched: set[int] = set()
    for i in range(0, len(stream), batch):
        touched.update(
            assign(shelf, print_, Window(window)) for print_ in fingerprints(stream[i : i + batch], vocabulary)
        )
    sweep(shelf, sorted(touched), Window(window))
    return shelf, time.process_time() - start


def figures(stories: list[str], clusters: list[int]) -> dict[str, float]:
    """B-cubed and pairwise precision, recall and F1 of a partition."""
    both = Counter(zip(stories, clusters, strict=True))
    true, said = Counter(stories), Counter(clusters)
    n = len(stories)
    b3 = (
        sum(k * k / said[c] for (_, c), k in both.items()) / n,
        sum(k * k / true[s] for (s, _), k in both.items()) / n,
    )
    hit, found, real = (sum(k * (k - 1) / 2 for k in counts.values()) for counts in (both, said, true))
    pair = hit / found if found else 1.0, hit / real if real else 1.0
    return {
        "b3_p": b3[0],
        "b3_r": b3[1],
        "b3_f1": 2 * b3[0] * b3[1] / sum(b3),
        "pair_p": pair[0],
        "pair_r": pair[1],
        "pair_f1": 2 * pair[0] * pair[1] / sum(pair) if sum(pair) else 0.0,
    }


def measure(data: Path, name: str, background: str, out: Path | None) -> dict[str, float]:
    """One labelled set, start to end."""
    chosen = SETS[name]
    with gzip.open(data / f"{chosen.file}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if chosen.language in {None, row["lang"]}]
    shelf, seconds = cluster(articles(rows), chosen.window and chosen.window * DAY, background)
    memberships = shelf.memberships(range(1, len(rows) + 1))
    result = figures([row["story"] for row in rows], [memberships[i].cluster for i in range(1, len(rows) + 1)])
    copies = [m for m in memberships.values() if m.level is Level.COPY and m.partner]
    right = sum(rows[m.article - 1]["story"] == rows[m.partner - 1]["story"] for m in copies if m.partner)
    if out is not None:
        with (out / f"{name}.jsonl").open("w", encoding="utf-8") as lines:
            lines.writelines(
                json.dumps({"id": row["id"], "cluster": memberships[i].cluster}) + "\n" for i, row in enumerate(rows, 1)
            )
    return {
        **result,
        "articles": len(rows),
        "clusters": len({m.cluster for m in memberships.values()}),
        "copies": len(copies),
        "copies_right": right,
        "ms": 1_000 * seconds / len(rows),
    }


def main() -> None:
    """Measure the sets that were asked for and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds labelled/")
    parser.add_argument("--sets", nargs="*", choices=sorted(SETS), default=list(SETS))
    parser.add_argument("--out", type=Path, help="write the partitions here, one file a set")
    parser.add_argument("--no-background", action="store_true", help="start without the background table")
    chosen = parser.parse_args()
    background = "" if chosen.no_background or not BACKGROUND.exists() else BACKGROUND.read_text(encoding="utf-8")
    for name in chosen.sets:
        result = measure(chosen.data / "labelled", name, background, chosen.out)
        print(name, json.dumps({key: round(value, 4) for key, value in result.items()}))


if __name__ == "__main__":
    main()
