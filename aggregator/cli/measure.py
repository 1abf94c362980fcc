"""replay: what measurements use."""

from __future__ import annotations

import json
import resource
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.app import HERE, HomeOption
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Order(StrEnum):
    """In which order a replay clusters its rows."""

    PUBLISHED = "published"
    FILE = "file"


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.command(epilog="Example: aggregator replay articles.jsonl.gz --out clusters.jsonl --window 3")(replay)


def replay(
    file: Annotated[Path, typer.Argument(help="Articles as JSONL, plain or gzip.")],
    out: Annotated[Path | None, typer.Option(help="Where the answers go; default standard output.")] = None,
    order: Annotated[Order, typer.Option(help="Cluster in the order of publication or of the file.")] = Order.PUBLISHED,
    window: Annotated[str | None, typer.Option(help="Days within which articles may be one story, or none.")] = None,
    home: HomeOption = HERE,
) -> None:
    """Run stored articles through credits, clusters and origins, with no network."""
    from aggregator.cli.progress import shown_progress  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.outlets import NAME, read_outlets  # noqa: PLC0415
    from aggregator.pipeline import Desk  # noqa: PLC0415
    from aggregator.replay import read_rows  # noqa: PLC0415
    from aggregator.replay import replay as play  # noqa: PLC0415
    from aggregator.store.open import open_memory  # noqa: PLC0415

    store = open_memory()
    try:
        own = home / NAME
        desk = Desk(store, _window(window, home), {}, order is Order.FILE, read_outlets(own), str(own))
        rows = read_rows(file, desk.table)
        desk.load()
        started = time.perf_counter()
        with shown_progress() as progress:
            answers = list(play(rows, desk, progress))
        seconds = time.perf_counter() - started
    finally:
        store.close()
    _write(answers, out)
    clusters = len({answer["cluster"] for answer in answers})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    typer.echo(
        f"{len(answers)} articles, {clusters} clusters, {seconds:.2f} seconds, "
        f"{len(answers) / max(seconds, 1e-9):.0f} articles per second, peak memory {peak:.0f} MB",
        err=True,
    )


def _window(text: str | None, home: Path) -> float | None:
    """The window in seconds: as given, else as the home says, else as the default says."""
    from aggregator.config.settings import WINDOW_DAYS  # noqa: PLC0415 -- `--help` stays quick

    if text == "none":
        return None
    if text is None:
        days = _configured(home) if (home / "feeds.yaml").exists() else WINDOW_DAYS
    else:
        try:
            days = float(text)
        except ValueError:
            days = -1.0
    if not 0 < days < float("inf"):
        raise ConfigError(f"--window {text!r}: expected a number of days above 0, or none")
    return days * 86_400


def _configured(home: Path) -> float:
    import os  # noqa: PLC0415 -- beside the only use

    from aggregator.config.read import read_settings  # noqa: PLC0415 -- `--help` stays quick

    return read_settings(home, os.environ).window_days


def _write(answers: Iterable[dict[str, object]], out: Path | None) -> None:
    from aggregator.config.edit import write_atomically  # noqa: PLC0415 -- `--help` stays quick

    text = "".join(_line(answer) for answer in answers)
    if out is None:
        sys.stdout.write(text)
    elif out.exists() and not out.is_file():  # a device or a pipe, which nothing can replace
        out.write_text(text, encoding="utf-8")
    else:
        write_atomically(out, text)


def _line(answer: dict[str, object]) -> str:
    """An answer as one line; an id with half of a surrogate pair comes back escaped, as it came."""
    line = json.dumps(answer, ensure_ascii=False) + "\n"
    return line if line.isascii() or _encodes(line) else json.dumps(answer) + "\n"


def _encodes(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
