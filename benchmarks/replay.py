"""`aggregator replay` over the labelled sets, scored by tests/tools/score.py.

python -m benchmarks.replay --data DIR    (DIR holds labelled/)

Prints for every set the closing line of the replay (articles a second, peak memory) and the score.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

SCORE = Path(__file__).resolve().parent.parent / "tests" / "tools" / "score.py"
# File, mode of the score, options of the replay. The stories of ecbplus span years.
SETS = (
    ("ecbplus_topics1-35.jsonl.gz", "clusters", ("--window", "none")),
    ("fnc1_half.jsonl.gz", "clusters", ()),
    ("og2021_before0722.jsonl.gz", "clusters", ()),
    ("og2021_before0722.jsonl.gz", "cross", ()),
    ("origin_dev.jsonl", "origins", ()),
    ("origin_pages_dev.jsonl", "origins", ()),
)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the directory that holds labelled/")
    labelled = parser.parse_args().data / "labelled"
    with tempfile.TemporaryDirectory() as directory:
        for name, mode, options in SETS:
            out = Path(directory) / f"{name}.out"
            command = [sys.executable, "-m", "aggregator", "replay", str(labelled / name), "--out", str(out), *options]
            ran = subprocess.run(command, check=True, capture_output=True, text=True)
            score = [sys.executable, str(SCORE), mode, str(labelled / name), str(out)]
            scored = subprocess.run(score, check=True, capture_output=True, text=True)
            print(f"{name} {' '.join(options)}\n  {ran.stderr.splitlines()[-1]}\n  {mode}: {scored.stdout.strip()}")


if __name__ == "__main__":
    main()
