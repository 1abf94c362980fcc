"""How long work shows its progress: a bar on a terminal, a line a stage elsewhere; always on standard error."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.pipeline import Progress

LABELS = {
    "feeds": "Feeds polled",
    "pages": "Pages read",
    "credits": "Credits found",
    "clusters": "Articles clustered",
    "origins": "Origins resolved",
    "tidy": "Old articles dropped",
    "copy": "Pages of the store copied",
}


@contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[Progress]:
    """A Progress that people see while the block runs."""
    if quiet:
        yield lambda _stage, _done, _total: None
    elif sys.stderr.isatty():
        yield from _bars()
    else:
        yield from _lines()


def _bars() -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 -- `--help` stays quick
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(LABELS[stage], total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def _lines() -> Iterator[Progress]:
    last: dict[str, tuple[int, int]] = {}
    yield lambda stage, done, total: last.update({stage: (done, total)})
    for stage, (done, total) in last.items():
        print(f"{LABELS[stage]}: {done} of {total}", file=sys.stderr)  # noqa: T201 -- the terminal is the point
