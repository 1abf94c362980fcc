"""The command line: one thin module a command group; every answer comes from `aggregator.answers`.

app       the application, the options that all commands share, errors as exit codes
home      the composition root: a home directory -> settings, store, desk
collect   demo, init, run, once
read      digest, origin, explain, search, stories, story
fix       fix merge, split, move, list, undo
feeds     feeds list, add, remove, check
measure   replay
care      status, doctor
store     backup, restore, migrate
demo      the seeds served on loopback, and the demo's own words
progress  how long work shows how far it is
logs      the daemon's log
show      how stories, origins and states look in a terminal
history   how explanations, events and corrections look there
"""

from __future__ import annotations

import sys
from io import TextIOWrapper


def main() -> None:
    """Runs the command; a person's mistake ends in one clear line and an exit code, never in a traceback."""
    from aggregator.cli.app import run  # noqa: PLC0415 -- typer, which importers of the package need not load

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # news is UTF-8, whatever the locale
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run(sys.argv[1:]))
