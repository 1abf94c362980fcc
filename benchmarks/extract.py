"""Extraction held against real pages with gold texts, titles and times.

    python -m benchmarks.extract --data DIR [--sets NAME ...] [--every N] [--worst N]

DIR holds a directory for each set, with manifest.jsonl and the pages. Prints the share of pages with text, the token
F1 of the text (multisets of lower-cased words against the gold body, mean over the pages that have one), the shares of
titles, times and languages that match, and the CPU time a page beside that of trafilatura alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import logging
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trafilatura import bare_extraction

from aggregator.extract.language import code
from aggregator.extract.page import read_page
from aggregator.text import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import Page

SETS = ("scrapinghub-aeb", "fundus")
_WARM = b"<html><body><p>" + b"A sentence that is long enough to have a language. " * 10
_WORD = re.compile(r"\w+")


@dataclass
class Figures:
    """Sums over the pages of a set."""

    pages: int = 0
    with_text: int = 0
    f1: list[tuple[float, str]] = field(default_factory=list)
    titles: list[bool] = field(default_factory=list)
    dates: list[bool] = field(default_factory=list)
    languages: list[bool] = field(default_factory=list)
    bylines: int = 0
    seconds: float = 0.0
    bare_seconds: float = 0.0
    reasons: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def rows(directory: Path, every: int = 1) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Every N-th page of a set: its manifest row and its bytes."""
    with (directory / "manifest.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % every == 0:
                row = json.loads(line)
                yield row, gzip.decompress((directory / row["file"]).read_bytes())


def token_f1(text: str, gold: str) -> float:
    """The F1 of two multisets of lower-cased words."""
    found, wanted = Counter(_WORD.findall(text.lower())), Counter(_WORD.findall(gold.lower()))
    shared = (found & wanted).total()
    return 2 * shared / (found.total() + wanted.total()) if shared else 0.0


def measure(directory: Path, every: int = 1, *, bare: bool = False) -> Figures:
    """The figures of a set; `bare` measures trafilatura alone as well."""
    figures = Figures()
    read_page(_WARM, "https://example.org/")  # the first page loads the models, which is not its own cost
    for row, body in rows(directory, every):
        url = row.get("url") or "https://example.org/"
        start = time.process_time()
        page = read_page(body, url)
        figures.seconds += time.process_time() - start
        if bare:
            start = time.process_time()
            bare_extraction(body, url=url, fast=True, include_comments=False, include_links=True)
            figures.bare_seconds += time.process_time() - start
        count(figures, row, page)
    return figures


def count(figures: Figures, row: dict[str, Any], page: Page) -> None:
    """Hold one page against its gold row."""
    figures.pages += 1
    figures.with_text += bool(page.text)
    figures.bylines += bool(page.byline)
    if not page.text:
        figures.reasons.append(f"{row['id']}: {page.reason}")
    if row.get("body"):
        figures.f1.append((token_f1(page.text, row["body"]), row["id"]))
    if row.get("title"):
        figures.titles.append(slug(page.title) == slug(row["title"]))
        if not figures.titles[-1]:
            figures.missed.append(f"{row['id']}: {page.title!r} for {row['title']!r}")
    if row.get("date") and len(row["date"]) > 10:
        gold = datetime.fromisoformat(row["date"])
        if gold.tzinfo is not None:
            figures.dates.append(page.published is not None and abs((page.published - gold).total_seconds()) < 60)
            if not figures.dates[-1]:
                figures.missed.append(f"{row['id']}: {page.published} for {gold}")
    if row.get("html_lang"):
        figures.languages.append(page.language == code(row["html_lang"]))
        if not figures.languages[-1]:
            figures.missed.append(f"{row['id']}: language {page.language!r} for {row['html_lang']!r}")


def share(hits: list[bool]) -> str:
    """A share with its counts, "-" for none."""
    return f"{sum(hits) / len(hits):.3f} ({sum(hits)}/{len(hits)})" if hits else "-"


def main() -> None:
    """Print the figures of every set asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds pages/")
    parser.add_argument("--sets", nargs="+", default=list(SETS))
    parser.add_argument("--every", type=int, default=1, help="read every N-th page only")
    parser.add_argument("--worst", type=int, default=0, help="name the N worst pages, and every title and time missed")
    options = parser.parse_args()
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    for name in options.sets:
        figures = measure(options.data / "pages" / name, options.every, bare=True)
        mean = sum(value for value, _ in figures.f1) / max(1, len(figures.f1))
        print(f"{name}: {figures.pages} pages, with text {figures.with_text / figures.pages:.4f}")
        print(
            f"  token F1 {mean:.4f} over {len(figures.f1)}; titles {share(figures.titles)}; "
            f"times {share(figures.dates)}; languages {share(figures.languages)}; bylines {figures.bylines}"
        )
        ours, theirs = figures.seconds / figures.pages, figures.bare_seconds / figures.pages
        print(f"  CPU a page {1000 * ours:.1f} ms; trafilatura alone {1000 * theirs:.1f} ms; ratio {ours / theirs:.2f}")
        if options.worst:
            worst = [f"{value:.3f} {row}" for value, row in sorted(figures.f1)[: options.worst]]
            print("\n".join(f"    {line}" for line in [*worst, *figures.reasons, *figures.missed]))


if __name__ == "__main__":
    main()
