"""demo, init, run, once: everything that makes or fills a home."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from aggregator.cli.app import HERE, HomeOption, JsonOption
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from aggregator.cli.home import Home


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.command(epilog="Example: aggregator demo")(demo)
    app.command(epilog="Example: aggregator init ~/news --topic world --language en --language uk")(init)
    app.command(epilog="Example: aggregator run --home ~/news")(run)
    app.command(epilog="Example (cron): 5 * * * * aggregator once --home ~/news --quiet")(once)


def demo(
    keep: Annotated[Path | None, typer.Option("--home", help="Keep its home here; else a temporary one.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what it does, offline and in seconds: seeds served on loopback, every stage, the digest."""
    from aggregator.cli.demo import run_demo  # noqa: PLC0415 -- `--help` stays quick

    raise typer.Exit(run_demo(keep, as_json=as_json))


def init(
    directory: Annotated[Path, typer.Argument(help="Where the home is made.")] = HERE,
    topic: Annotated[list[str] | None, typer.Option(help="Only feeds of this topic; may be repeated.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="Only feeds of this country, such as UA.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only feeds in this language, such as uk.")] = None,
) -> None:
    """Make a home: feeds.yaml by topic, country and language of choice, and storage/."""
    from aggregator import shipped  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.check import check  # noqa: PLC0415
    from aggregator.config.edit import write_atomically  # noqa: PLC0415
    from aggregator.config.template import template  # noqa: PLC0415

    path = directory / "feeds.yaml"
    if path.exists():
        raise ConfigError(f"{path} is there already; edit it, or name another directory")
    text = template(shipped.feeds_yaml(), topic or (), country or (), language or ())
    try:
        (directory / "storage" / "digests").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{directory}: {error.strerror}; name a directory that you may write") from error
    write_atomically(path, text)
    typer.echo(f"{path}: {len(check(text).feeds)} feeds. Next:")
    typer.echo(f"  1. set `contact` in {path}, so that publishers know whom to write to")
    typer.echo(f"  2. aggregator once --home {directory}      reads every feed once")
    typer.echo(f"  3. aggregator digest --home {directory}    what happened today, and who broke it")
    typer.echo(f"  4. aggregator run --home {directory}       goes on by itself")


def run(home: HomeOption = HERE) -> None:
    """Run the daemon: polls, clusters, names origins and writes the daily digest until it is stopped."""
    from aggregator.cli.home import open_home  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.logs import configure_logs  # noqa: PLC0415
    from aggregator.daemon import Daemon  # noqa: PLC0415

    configure_logs()
    with open_home(home, alone=True) as opened:
        _ask_for_contact(opened)
        daemon = Daemon(opened.desk, opened.settings, lambda now: write_digests(opened, now))
        asyncio.run(daemon.run())


def once(
    home: HomeOption = HERE,
    everything: Annotated[bool, typer.Option("--all", help="Every feed, due or not.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Pass once over what is due, through all stages, then end."""
    from aggregator import pipeline  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.answers import Answers  # noqa: PLC0415
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.progress import shown_progress  # noqa: PLC0415
    from aggregator.pipeline.session import collect  # noqa: PLC0415
    from aggregator.pipeline.tidy import tidy  # noqa: PLC0415

    with open_home(home, alone=True) as opened:
        _ask_for_contact(opened)
        answers, now = Answers(opened.desk), datetime.now(UTC)
        before = answers.counts()
        with shown_progress(quiet=quiet) as progress:
            polled = asyncio.run(collect(opened.desk, opened.settings, now, everything=everything, progress=progress))
            pipeline.think(opened.desk, now, progress)
            tidy(opened.desk, opened.settings.retention, now, progress)
        after = answers.counts()
        if after != before or not digest_path(opened, now, "html").exists():
            write_digest(opened, now)
        if not quiet:
            failed = sum(health.state.failures > 0 for health in answers.feeds())
            new = after["articles"] - before["articles"]
            typer.echo(f"{polled} feeds polled ({failed} failing), {new} new articles, {after['clusters']} stories.")
            typer.echo("Now: `aggregator digest` reads the day, `aggregator stories` lists it" + _hint(failed))


def _hint(failed: int) -> str:
    return ", `aggregator feeds list` says what failed." if failed else "."


def _ask_for_contact(home: Home) -> None:
    if not home.settings.contact and not home.settings.allow_private:
        typer.echo("aggregator: no `contact` in feeds.yaml: publishers cannot tell who asks", err=True)


def write_digest(home: Home, now: datetime) -> None:
    """Writes the digest of the day that `now` lies in to storage/digests/, in every file format."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- the daemon calls this once a day
    from aggregator.config.edit import write_atomically  # noqa: PLC0415
    from aggregator.digest.render.formats import render  # noqa: PLC0415

    zone = home.settings.zone
    digest = Answers(home.desk).digest(now.astimezone(ZoneInfo(zone)).date(), zone, now)
    for form in ("md", "html", "json"):
        write_atomically(digest_path(home, now, form), render(digest, form))


def write_digests(home: Home, now: datetime) -> None:
    """Writes the digests of today and of yesterday, which is whole by now."""
    for day in (now - timedelta(days=1), now):
        write_digest(home, day)


def digest_path(home: Home, now: datetime, form: str) -> Path:
    """Where the digest of the day that `now` lies in stands."""
    day = now.astimezone(ZoneInfo(home.settings.zone)).date()
    return home.settings.storage / "digests" / f"{day}.{form}"
