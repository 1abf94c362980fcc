"""Clustering held against labelled sets: every figure of it, in tables.

    python -m benchmarks.clusters --data DIR [--sets NAME ...] [--out DIR] [--ablation] [--quick] [--json]

DIR holds labelled/. Each set is clustered as the pipeline does (fingerprints in batches, assign, one sweep at the end)
over a shelf of dictionaries, in three orders: by time, as a replay does; that reversed; shuffled. The articles keep
their times, and are numbered as they arrive. Printed are B-cubed and pairwise figures, CPU milliseconds an article, how
far the partitions of two orders agree, copies, pairs across languages (where the extra `meaning` is installed, with it
besides), and, once through the pipeline itself, what a store takes an article. Pairs of titles are scored by the cosine
of brief articles over one vocabulary that learns them in the order of the file. --quick leaves out the other orders and
the store. --ablation prints instead what the main figures are with one part of clustering at a time switched off, or
its candidates replaced by an exact scan.
"""

from __future__ import annotations

import argparse
import json
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aggregator.pipeline.meaning import Meanings, installed
from benchmarks.labelled import runs
from benchmarks.labelled.ablation import SETS as ABLATED
from benchmarks.labelled.ablation import ablation
from benchmarks.labelled.scores import cross, figures
from benchmarks.labelled.sets import ORDERS, PAIRS, SETS, load, ordered, path_of, rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.labelled.sets import Stream

__all__ = ["figures"]

LARGEST_PAIRS = 6
# What is aimed at, beside the figure that it is held against.
GOALS = {
    "agreement": ">= .98",
    "planted": "20 of 20, 0 wrong",
    "cross": "P >= .90 at R >= .25",
    "cross_meant": "P >= .90 at R >= .50",
    "en": ">= .97",
    "ru": ">= .88",
}


def measure(stream: Stream, name: str, *, quick: bool, out: Path | None) -> dict[str, Any]:
    """One labelled set in every order."""
    orders: dict[str, dict[str, float]] = {}
    partitions: dict[str, dict[str, int]] = {}
    result: dict[str, Any] = {"set": name, "articles": len(stream.articles), "orders": orders}
    for order in ORDERS[:1] if quick else ORDERS:
        fed = ordered(stream, order)
        run = runs.cluster(fed)
        clusters = {fed.names[article]: one.cluster for article, one in run.memberships.items()}
        partitions[order] = dict(sorted(clusters.items()))
        orders[order] = {
            **figures([fed.stories[i] for i in sorted(fed.stories)], run.clusters(sorted(fed.stories))),
            "clusters": len(set(clusters.values())),
            "ms": 1_000 * run.seconds / len(stream.articles),
            **runs.copies(run, fed.stories),
            **(runs.planted_copies(run, fed.stories) if name == "plagiarised" else {}),
        }
        if order == "time" and name == "og2021":
            ids = [article.id for article in fed.articles]
            languages = [article.language for article in fed.articles]
            result["cross"] = cross([fed.stories[i] for i in ids], run.clusters(ids), languages)
            if (embed := installed()) is not None:
                meant = runs.cluster(fed, meanings=Meanings(embed))
                result["cross_meant"] = cross([fed.stories[i] for i in ids], meant.clusters(ids), languages)
    if not quick:
        result["agreement"] = {
            f"{a} / {b}": _agreement(partitions[a], partitions[b]) for a, b in combinations(ORDERS, 2)
        }
        stored, result["bytes"] = runs.in_store(stream)
        result["store_ms"] = 1_000 * stored.seconds / len(stream.articles)
        kept = {stream.names[article]: one.cluster for article, one in stored.memberships.items()}
        result["store_agreement"] = _agreement(partitions["time"], dict(sorted(kept.items())))
    if out is not None:
        lines = (json.dumps({"id": i, "cluster": cluster}) + "\n" for i, cluster in partitions["time"].items())
        (out / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    return result


def _agreement(one: dict[str, int], other: dict[str, int]) -> dict[str, float]:
    """B-cubed and pairwise F1 between two partitions of the same rows; both are symmetric."""
    found = figures(list(one.values()), list(other.values()))
    return {"b3_f1": found["b3_f1"], "pair_f1": found["pair_f1"]}


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Print columns, the first two flush left."""
    cells = [list(head), *([_shown(cell) for cell in line] for line in lines)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        padded = (
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(padded).rstrip(), flush=True)
    print(flush=True)


def _shown(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def report(results: Sequence[dict[str, Any]]) -> None:
    """Print what was measured on the sets of articles."""
    shares = ("b3_p", "b3_r", "b3_f1", "pair_p", "pair_r", "pair_f1")
    counts = ("clusters", "copies", "copies_right", "copies_wrong")
    head = ("set", "order", "B3 P", "B3 R", "B3 F1", "pair P", "pair R", "pair F1", "articles")
    table(
        (*head, "clusters", "copies", "right", "wrong", "CPU ms", "bytes", "in a store"),
        (
            [
                *(found["set"], order),
                *(scored[key] for key in shares),
                found["articles"],
                *(scored[key] for key in counts),
                f"{scored['ms']:.2f}",
                f"{found['bytes']:.0f}" if order == "time" and "bytes" in found else "",
                f"{found['store_ms']:.2f}" if order == "time" and "store_ms" in found else "",
            ]
            for found in results
            for order, scored in found["orders"].items()
        ),
    )
    if agreements := [found for found in results if "agreement" in found]:
        table(
            ("set", "partitions of two orders", "B3 F1", "pair F1", "goal B3"),
            (
                [found["set"], orders, scored["b3_f1"], scored["pair_f1"], goal]
                for found in agreements
                for orders, scored, goal in (
                    *((orders, scored, GOALS["agreement"]) for orders, scored in found["agreement"].items()),
                    ("time / time, in a store", found["store_agreement"], "1"),
                )
            ),
        )
    for found in results:
        _report_goals(found)


def _report_goals(found: dict[str, Any]) -> None:
    """Print planted copies and the pairs across languages, where a set has them."""
    planted = [(order, one) for order, one in found["orders"].items() if "planted" in one]
    if planted:
        table(
            ("planted copies", "order", "planted", "found", "wrong", "goal"),
            (
                [found["set"], order, one["planted"], one["planted_found"], one["copies_wrong"], GOALS["planted"]]
                for order, one in planted
            ),
        )
    for key, goal, with_extra in (
        ("cross", GOALS["cross"], ""),
        ("cross_meant", GOALS["cross_meant"], ", with the extra"),
    ):
        shown = list(found.get(key, {}).items())[: LARGEST_PAIRS + 1]
        if not shown:
            continue
        table(
            (f"pairs across languages{with_extra}", "languages", "P", "R", "true", "said", "goal"),
            (
                [found["set"], languages, one["p"], one["r"], one["true"], one["said"], goal * (not i)]
                for i, (languages, one) in enumerate(shown)
            ),
        )


def measure_pairs(data: Path, name: str) -> dict[str, float]:
    """Labelled pairs of titles, scored by their cosine."""
    labelled = rows(path_of(data, name))
    if name == "sts-headlines":
        return {"spearman": runs.graded_correlation(labelled)}
    found = {f"AUC {language}": value for language, value in runs.same_story_auc(labelled).items()}
    ahead = runs.same_story_auc(labelled, ahead=True)
    return found | {f"AUC {language}, all titles learnt first": value for language, value in ahead.items()}


def report_pairs(pairs: dict[str, dict[str, float]]) -> None:
    """Print what was measured on pairs of titles."""
    lines = [(name, what, value, GOALS.get(what[4:], "")) for name, one in pairs.items() for what, value in one.items()]
    table(("pairs of titles", "figure", "", "goal"), lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds labelled/")
    parser.add_argument("--sets", nargs="*", choices=[*SETS, *PAIRS], default=[*SETS, *PAIRS], metavar="NAME")
    parser.add_argument("--out", type=Path, help="write the partitions by time here, one file a set, for score.py")
    parser.add_argument("--ablation", action="store_true", help="print the main figures without one part at a time")
    parser.add_argument("--quick", action="store_true", help="in the order of time alone, and not in a store")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    chosen = parser.parse_args(arguments)
    for name in ABLATED if chosen.ablation else chosen.sets:
        if not path_of(chosen.data, name).is_file():
            parser.exit(2, f"{path_of(chosen.data, name)} is absent: --data names the directory that holds labelled/\n")
    if chosen.ablation:
        parts = dict(ablation(chosen.data))
        lines = [(part, "", *found.values()) for part, found in parts.items()]
        print(json.dumps(parts)) if chosen.json else table(("part", "", *parts["whole"]), lines)
        return
    if chosen.out is not None:
        chosen.out.mkdir(parents=True, exist_ok=True)
    results = [
        measure(load(chosen.data, name), name, quick=chosen.quick, out=chosen.out)
        for name in chosen.sets
        if name in SETS
    ]
    pairs = {name: measure_pairs(chosen.data, name) for name in chosen.sets if name in PAIRS}
    if chosen.json:
        print(json.dumps({"sets": results, "pairs": pairs}))
        return
    if results:
        report(results)
    if pairs:
        report_pairs(pairs)


if __name__ == "__main__":
    main()
