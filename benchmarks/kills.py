"""Kills passes at random moments, and looks what is lost or there twice: nothing may be.

    python -m benchmarks.kills [--kills 40]

A feed that gets one entry more with every request is polled by passes that live between one second and six. In the end
one pass ends undisturbed. Every entry that was ever served in full must be there, once, with its article and its story.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

SERVER = Path(__file__).resolve().parent.parent / "tests" / "tools" / "faultserver.py"
FEEDS = 6
CHECKS = {
    "entries there twice": "SELECT count(*) - count(DISTINCT feed || ' ' || key) FROM entry",
    "entries without an article": "SELECT count(*) FROM entry WHERE article IS NULL",
    "articles in no story": "SELECT count(*) FROM article WHERE id NOT IN (SELECT article FROM membership)",
    "stories whose size is wrong": "SELECT count(*) FROM cluster c WHERE merged_into IS NULL AND size != "
    "(SELECT count(*) FROM membership m WHERE m.cluster = c.id)",
    "stories without an origin": "SELECT count(*) FROM cluster WHERE size > 0 "
    "AND id NOT IN (SELECT cluster FROM origin)",
}


def main() -> None:
    """Runs it, prints the figures, and exits with 1 where one is not zero."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--data", help="not used: this benchmark makes its own data")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        command = [sys.executable, str(SERVER)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None  # noqa: S101 -- it is a pipe
                base = json.loads(server.stdout.readline())["base"]
                sys.exit(1 if trial(home, base, options.kills) else 0)
            finally:
                server.kill()


def trial(home: Path, base: str, kills: int) -> int:
    """Kills, finishes, counts. Returns the sum of what is wrong."""
    lines = "".join(f"  - {{url: '{base}/fault/ok-grow~{one}/feed.xml'}}\n" for one in range(FEEDS))
    settings = "allow_private: [127.0.0.1/32]\nlimits: {host_gap: 0, per_host: 8}\nfeeds:\n"
    (home / "feeds.yaml").write_text(settings + lines, encoding="utf-8")
    (home / "storage").mkdir()
    dice, broken, begun = random.Random(1), 0, time.monotonic()  # noqa: S311 -- the same moments each time
    once = [sys.executable, "-m", "aggregator", "once", "--all", "--quiet", "--home", str(home)]
    for _ in range(kills):
        killed_after(once, dice.uniform(1.0, 6.0))
        broken += ask(home, "PRAGMA integrity_check") not in {"ok", ""}
    subprocess.run(once, check=True)
    wrong = {"integrity checks failed": broken}
    wrong |= {what: int(ask(home, query)) for what, query in CHECKS.items()}
    entries, polls = ask(home, "SELECT count(*) FROM entry"), ask(home, "SELECT count(*) FROM poll")
    print(f"{kills} kills in {time.monotonic() - begun:.0f} s; {polls} polls stored, {entries} entries")
    for what, count in wrong.items():
        print(f"{what}: {count}")
    return sum(wrong.values())


def killed_after(command: list[str], seconds: float) -> None:
    """Starts a command and kills it with all that it started."""
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def ask(home: Path, query: str) -> str:
    """The first value of a query, "" where there is no store yet."""
    path = home / "storage" / "aggregator.sqlite3"
    if not path.exists():
        return ""
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute(query).fetchone()[0])


if __name__ == "__main__":
    main()
