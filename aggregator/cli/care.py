"""status, doctor: looking after a home."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from aggregator.cli.app import HERE, HomeOption, JsonOption
from aggregator.errors import AggregatorError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.command(epilog="Example: aggregator status --json")(status)
    app.command(epilog="Example: aggregator doctor")(doctor)


def status(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Say how the home does; exit code 1 where it is not healthy."""
    from aggregator import health  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.answers import Answers  # noqa: PLC0415
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.lists import print_status  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.lock import is_held  # noqa: PLC0415

    with open_home(home) as opened:
        counts, told = Answers(opened.desk).counts(), health.feeds(opened.desk, opened.settings, datetime.now(UTC))
        reasons = health.storage_reasons(opened.desk, opened.settings)
        running = is_held(opened.settings.storage)
    bad = [one for one in told if one.bad]
    healthy = not reasons and len(bad) * 2 <= len(told)
    reasons += [one.error or f'feed "{one.name}": {one.state}' for one in bad]
    reasons += [f'feed "{one.name}": {one.silent}' for one in told if one.silent]
    feeds = {"feeds": len(told), "failing": len(bad)}
    report = {"healthy": healthy, "daemon": running, **feeds, **counts, "reasons": reasons, "each": plain(told)}
    report["warnings"] = [warning for one in told for warning in one.warnings]
    if as_json:
        print_json(report)
    else:
        print_status(report)
    if not healthy:
        raise typer.Exit(1)


def doctor(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Check configuration, store, data files and disk, and say what to mend."""
    from aggregator.cli.lists import print_checks  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.objects import print_json  # noqa: PLC0415 -- `--help` stays quick

    checks = list(_checks(home))
    if as_json:
        print_json([{"check": name, "ok": ok, "text": text} for name, ok, text in checks])
    else:
        print_checks(checks)
    if not all(ok for _, ok, _ in checks):
        raise typer.Exit(1)


def _checks(home: Path) -> Iterator[tuple[str, bool, str]]:
    yield "Python", sys.version_info >= (3, 11), sys.version.split()[0]
    checks = {"feeds.yaml": _configuration, "store": _store, "data files": _data, "meaning": _meaning, "disk": _disk}
    for name, check in checks.items():
        yield name, *_tried(check, home)


def _tried(check: Callable[[Path], str], home: Path) -> tuple[bool, str]:
    try:
        return True, check(home)
    except (AggregatorError, OSError, sqlite3.Error) as error:
        return False, str(error)


def _configuration(home: Path) -> str:
    from aggregator.config.read import read_settings  # noqa: PLC0415 -- `--help` stays quick

    settings = read_settings(home, os.environ)
    contact = settings.contact or "no contact set: publishers cannot tell who asks"
    unchecked = [feed.name for feed in settings.feeds if feed.insecure_tls]
    warning = f"; certificates not checked (insecure_tls): {', '.join(unchecked)}" if unchecked else ""
    unset = sorted({name for feed in settings.feeds for _, name in feed.headers if not os.environ.get(name)})
    if unset:
        raise ConfigError(f"headers need what the environment does not hold: {', '.join(f'${name}' for name in unset)}")
    return f"{len(settings.feeds)} feeds; {contact}{warning}"


def _store(home: Path) -> str:
    from aggregator.store.open import HEAD, file_version  # noqa: PLC0415 -- `--help` stays quick

    path = home / "storage" / "aggregator.sqlite3"
    version = file_version(path)
    if not version:
        return "none yet; `aggregator once` makes it"
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"{path} is damaged ({verdict}): restore a backup")
    return f"schema {version} of {HEAD}, {path.stat().st_size / 1e6:.1f} MB, sound"


def _data(home: Path) -> str:
    from aggregator import shipped  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import outlet_table  # noqa: PLC0415
    from aggregator.config.outlets import NAME, read_outlets  # noqa: PLC0415
    from aggregator.origin.cues import Cues  # noqa: PLC0415
    from aggregator.origin.rows import read  # noqa: PLC0415

    table, files = outlet_table(home), shipped.cue_files()
    Cues.parse(files)
    own, _ = read(read_outlets(home / NAME), NAME)
    added = f", {len(own)} of them by {home / NAME}" if own else ""
    return f"{len(table)} outlets{added}, cues in {len(files)} languages"


def _meaning(home: Path) -> str:  # noqa: ARG001 -- one of several checks of a home
    from aggregator.pipeline.meaning import installed  # noqa: PLC0415 -- loads the model

    if installed() is None:
        return "not installed, which is fine; `pip install 'retold[meaning]'` joins more stories across languages"
    return "installed: stories join across languages by what titles mean, too"


def _disk(home: Path) -> str:
    from aggregator.health import free_bytes, little_room  # noqa: PLC0415 -- `--help` stays quick

    free = free_bytes(home)
    for reason in little_room(free):
        raise OSError(f"{reason}: make room")
    return f"{free / 1e9:.0f} GB free"
