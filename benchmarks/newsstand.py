"""Two passes over real pages and feeds on loopback: what the first costs, and that the second changes nothing.

python -m benchmarks.newsstand --data DIR    (DIR holds pages/)

Prints seconds and peak memory of `aggregator once` and of `aggregator once --all` after it, the share of pages that
gave text, and how many rows of each table the second pass added (polls alone are expected to grow).
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

SETS = "scrapinghub-aeb,fundus"
STAND = Path(__file__).resolve().parent.parent / "tests" / "tools" / "newsstand.py"
SETTINGS = "allow_private: [127.0.0.1/32]\nlimits: {host_gap: 0, per_host: 16}\n"
TABLES = ("entry", "article", "attribution", "membership", "cluster", "event", "poll")


@contextmanager
def newsstand(data: Path, sets: str = SETS) -> Iterator[str]:
    """Serves the sets and gives the base address."""
    command = [sys.executable, str(STAND), "--data", str(data), "--sets", sets, "--fresh"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 -- it is a pipe
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def make_home(home: Path, base: str, most: int | None = None) -> int:
    """Writes a feeds.yaml over the feeds of the stand, at most so many. Returns how many."""
    with urlopen(f"{base}/feeds.yaml", timeout=60) as answer:  # noqa: S310 -- our own server on loopback
        lines = answer.read().decode().splitlines()
    feeds = lines[1:] if most is None else lines[1 : most + 1]
    home.mkdir(parents=True, exist_ok=True)
    (home / "feeds.yaml").write_text(SETTINGS + "\n".join([lines[0], *feeds]) + "\n", encoding="utf-8")
    return len(feeds)


def run_pass(home: Path, *options: str) -> tuple[float, float]:
    """One pass: wall seconds, and the peak memory of the main process in MB."""
    command = [sys.executable, "-m", "aggregator", "once", "--quiet", "--home", str(home), *options]
    started = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"`{' '.join(command)}` ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def rows(home: Path) -> dict[str, int]:
    """The rows of every table."""
    with closing(sqlite3.connect(home / "storage" / "aggregator.sqlite3")) as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}  # noqa: S608 -- names of ours


def quality(home: Path) -> dict[str, int]:
    """How many articles have their page's text, the feed's summary, a title alone."""
    with closing(sqlite3.connect(home / "storage" / "aggregator.sqlite3")) as connection:
        return dict(connection.execute("SELECT quality, count(*) FROM article GROUP BY quality").fetchall())


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds pages/")
    options = parser.parse_args()
    with newsstand(options.data) as base, tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        feeds = make_home(home, base)
        first, memory = run_pass(home)
        before, read = rows(home), quality(home)
        second, memory_again = run_pass(home, "--all")
        added = {table: after - before[table] for table, after in rows(home).items()}
    total = sum(read.values())
    print(f"{feeds} feeds, {total} articles, {read.get('full', 0) / total:.1%} of the pages gave text")
    print(f"first pass   {first:6.1f} s, peak memory of the main process {memory:.0f} MB")
    print(f"second pass  {second:6.1f} s ({second / first:.1%} of the first), {memory_again:.0f} MB")
    print(f"rows added by the second pass: {added}")


if __name__ == "__main__":
    main()
