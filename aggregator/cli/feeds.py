"""feeds list, add, remove, check: subscriptions."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.app import HERE, HomeOption, JsonOption
from aggregator.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aggregator.cli.home import Home
    from aggregator.model import Feed, Poll

UrlArgument = Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")]

feeds = typer.Typer(no_args_is_help=True, help="List, add, remove and check feeds.")


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.add_typer(feeds, name="feeds")


@feeds.command("list", epilog="Example: aggregator feeds list")
def list_(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """List the feeds and how they do."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.show import plain, print_feeds, print_json  # noqa: PLC0415

    with open_home(home) as opened:
        found = Answers(opened.desk).feeds()
    if as_json:
        print_json(plain(found))
    else:
        print_feeds(found)


@feeds.command(epilog="Example: aggregator feeds add https://example.org/feed.xml --outlet 'Example Times'")
def add(
    url: UrlArgument,
    outlet: Annotated[str | None, typer.Option(help="Who publishes it: an id, a name or a domain.")] = None,
    language: Annotated[str | None, typer.Option(help="Such as en.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    home: HomeOption = HERE,
) -> None:
    """Subscribe to a feed; keeps every comment of feeds.yaml."""
    from aggregator import urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.edit import add_feed  # noqa: PLC0415
    from aggregator.model import Feed  # noqa: PLC0415

    feed = Feed(url, outlet or urls.host(url), outlet or urls.host(url), language, topics=tuple(topic or ()))
    _edit(home, lambda text: add_feed(text, feed))
    typer.echo(f"added {url}; `aggregator feeds check {url}` asks it")


@feeds.command(epilog="Example: aggregator feeds remove https://example.org/feed.xml")
def remove(url: UrlArgument, home: HomeOption = HERE) -> None:
    """Unsubscribe from a feed; what was collected stays."""
    from aggregator.config.edit import remove_feed  # noqa: PLC0415 -- `--help` stays quick

    _edit(home, lambda text: remove_feed(text, url))
    typer.echo(f"removed {url}")


def _edit(home: Path, change: Callable[[str], str]) -> None:
    """Changes a home's feeds.yaml; a change that would leave it wrong is refused by `change` itself."""
    from aggregator.config.edit import write_atomically  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.read import read_text  # noqa: PLC0415

    write_atomically(home / "feeds.yaml", change(read_text(home)))


@feeds.command(epilog="Example: aggregator feeds check · aggregator feeds check https://example.org/feed.xml")
def check(
    url: Annotated[str | None, typer.Argument(metavar="[URL]", help="One feed; every feed where left out.")] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Ask feeds once and say what they answer; nothing is stored."""
    from aggregator.cli.home import open_home  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.show import print_json, print_polls  # noqa: PLC0415

    with open_home(home) as opened:
        chosen = [feed for feed in opened.desk.feeds.values() if url in {None, feed.url}]
        if not chosen:
            raise NotFoundError(f"{url} is not among the feeds; `aggregator feeds list` shows them")
        polls = asyncio.run(_check(opened, chosen))
    if as_json:
        rows = [(one.state.feed, one.outcome, len(one.entries), one.detail) for one in polls]
        print_json([dict(zip(("feed", "outcome", "entries", "detail"), row, strict=True)) for row in rows])
    else:
        print_polls(polls)
    if any(one.outcome == "failed" for one in polls):
        raise typer.Exit(1)


async def _check(opened: Home, chosen: list[Feed]) -> list[Poll]:
    from aggregator.cli.progress import shown_progress  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.daemon import open_tools  # noqa: PLC0415
    from aggregator.fetch.poll import poll  # noqa: PLC0415
    from aggregator.model import FeedState  # noqa: PLC0415

    found: list[Poll] = []
    now = datetime.now(UTC)
    with shown_progress() as progress:
        async with open_tools(opened.settings) as tools:

            async def one(feed: Feed) -> None:
                asked = poll(feed, FeedState(feed.url), tools.fetcher, tools.workers, now, known=lambda _keys: set())
                found.append(await asked)
                progress("feeds", len(found), len(chosen))

            await asyncio.gather(*(one(feed) for feed in chosen))
    return sorted(found, key=lambda result: result.state.feed)
