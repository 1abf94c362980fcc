"""How well the origin an article credits is read: precision, recall and F1 on labelled articles.

    python -m benchmarks.origin --data DIR [--errors] [--predictions DIR] [--pages DIR]

DIR holds origin_dev.jsonl (excerpts) and origin_pages_dev.jsonl (whole pages), one JSON object a line with id, title,
text, author, outlet, links and origin, the list of acceptable outlet ids ([] = nobody is credited). Figures stand for
all rows and for groups of those without doubt: by language (claimed, else as the cues guess it), by what the row is
labelled as (its construction or trap), and by the role that gave the answer. Then how far confidence can be trusted, as
it is computed, as it is shown (credit.calibrated), and as an isotonic map would show it (cross-validated); what an
article costs; and what the table and the cues take in memory. --pages DIR writes every credit on the stored pages under
DIR as JSON lines instead.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
import tracemalloc
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from aggregator.model import Article, Link
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import calibrated, credited
from aggregator.origin.cues import Cues
from aggregator.origin.outlets import OutletTable
from benchmarks.labelled import reliability
from benchmarks.labelled.pages import credits_of_pages, said_with

SETS = ("origin_dev.jsonl", "origin_pages_dev.jsonl")


@dataclass
class Tally:
    """Counts of one group of rows."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, said: str | None, right: list[str]) -> str:
        """Counts one answer and returns what it was: right, wrong, missed, invented or quiet."""
        if right:
            outcome = "right" if said in right else "missed" if said is None else "wrong"
        else:
            outcome = "quiet" if said is None else "invented"
        self.counts[outcome] += 1
        return outcome

    def __str__(self) -> str:
        right, said = self.counts["right"], sum(self.counts[x] for x in ("right", "wrong", "invented"))
        true = sum(self.counts[x] for x in ("right", "wrong", "missed"))
        precision, recall = right / said if said else 1.0, right / true if true else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  {dict(self.counts)}"


def load_stage() -> tuple[OutletTable, Cues]:
    """The table and the cues that ship with the package."""
    data = files("aggregator.origin") / "data"
    table = OutletTable.parse((data / "outlets.tsv").read_text("utf-8"))
    cues = {
        file.name.removesuffix(".toml"): file.read_text("utf-8")
        for file in (data / "cues").iterdir()
        if file.name.endswith(".toml")
    }
    return table, Cues.parse(cues)


def article_of(row: dict[str, Any], table: OutletTable) -> Article:
    """A labelled row as an article; `outlet` may be a domain, a URL or nothing."""
    where = row.get("url") or row.get("outlet") or ""
    url = where if "//" in where or not where else f"https://{where}/"
    return Article(
        url=url,
        outlet=table.resolve(row.get("outlet") or url),
        title=row.get("title") or "",
        text=row.get("text") or "",
        byline=row.get("author") or "",
        language=row.get("lang") or "",
        links=tuple(Link(x["href"], x["text"], x["start"], x["end"]) for x in row.get("links") or []),
    )


def measure(
    path: Path, table: OutletTable, cues: Cues, *, errors: bool, predictions: Path | None
) -> list[tuple[float, bool]]:
    """Prints the figures of one file; returns the confidence of each answer without doubt, and whether it is right."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    groups: dict[str, Tally] = defaultdict(Tally)
    times, answers, sure = [], [], []
    for row in rows:
        article = article_of(row, table)
        started = time.process_time()
        attributions = attribute(article, table, cues)
        times.append((time.process_time() - started) * 1000)
        best = credited(attributions)
        said = best.outlet if best else None
        answers.append({"id": row["id"], "origin": said})
        doubt = bool(row.get("doubt"))
        keys = ["all", "doubtful" if doubt else "without doubt"]
        if not doubt:
            language = row.get("lang") or (cues.guess(article.text) or ["?"])[0]
            keys += [f"labelled {row.get('tag') or row.get('role')}", f"language {language}"]
            keys += [f"role {best.role}"] if best else []
            sure += [(said_with(attributions, best), best.outlet in row["origin"])] if best else []
        outcome = ""
        for key in keys:
            outcome = groups[key].add(said, row["origin"])
        if errors and outcome in {"wrong", "missed", "invented"}:
            print(f"{outcome:8} {'doubt ' if doubt else ''}{row['id']} said {said} wanted {row['origin']}")
            for attribution in attributions:
                print(
                    f"    {attribution.role} {attribution.outlet} {attribution.weight} {attribution.cue}"
                    f" | {attribution.quote[:160]!r}"
                )
    p99 = statistics.quantiles(times, n=100)[98]
    print(f"\n{path.name}: {len(rows)} articles, median {statistics.median(times):.2f} ms, p99 {p99:.1f} ms")
    for key in sorted(groups, key=lambda name: (" " in name and not name.startswith("without"), name)):
        print(f"  {key:28} {groups[key]}")
    if predictions is not None:
        lines = "".join(json.dumps(answer) + "\n" for answer in answers)
        (predictions / f"{path.stem}.predicted.jsonl").write_text(lines, "utf-8")
    return sure


def main() -> None:
    """Reads the arguments and measures both sets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds labelled/")
    parser.add_argument("--errors", action="store_true", help="print every wrong answer with its attributions")
    parser.add_argument("--predictions", type=Path, help="a directory to write {id, origin} rows to")
    parser.add_argument(
        "--pages", type=Path, help="a directory of sets of pages: list what they credit, measure nothing"
    )
    arguments = parser.parse_args()
    if arguments.pages is not None:
        for row in credits_of_pages(arguments.pages, *load_stage()):
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    table, cues = load_stage()
    labelled, answers = arguments.data / "labelled", []
    for name in SETS:
        answers += measure(labelled / name, table, cues, errors=arguments.errors, predictions=arguments.predictions)
    print("\nconfidence, both sets, rows without doubt")
    reliability.show("as computed", answers)
    reliability.show("as shown", [(calibrated(said), right) for said, right in answers])
    reliability.show("isotonic, cross-validated", reliability.cross_validated(answers))
    print(f"\ntable and cues: {_megabytes():.1f} MB of Python objects, without the automata")


def _megabytes() -> float:
    """What a second table and a second set of cues take."""
    re.purge()  # compiled patterns would be shared with the first
    tracemalloc.start()
    table, cues = load_stage()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del table, cues  # until here they had to be kept
    return size / 1e6


if __name__ == "__main__":
    main()
