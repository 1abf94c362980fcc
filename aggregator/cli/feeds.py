"""feeds list, add, remove, check, import, export: subscriptions."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.app import HERE, HomeOption, JsonOption
from aggregator.errors import ConfigError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.cli.home import Home
    from aggregator.fetch.discover import Discovery
    from aggregator.model import Feed, Poll

UrlArgument = Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")]

feeds = typer.Typer(no_args_is_help=True, help="List, add, remove, check, import and export feeds.")


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.add_typer(feeds, name="feeds")


@feeds.command("list", epilog="Example: aggregator feeds list")
def list_(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """List the feeds and how they do."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.lists import print_feeds  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415

    with open_home(home) as opened:
        found = Answers(opened.desk).feeds()
    if as_json:
        print_json(plain(found))
    else:
        print_feeds(found)


@feeds.command(epilog="Example: aggregator feeds add https://example.org/ --outlet 'Example Times'")
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed's address, or a page of a site that has feeds.")],
    outlet: Annotated[str | None, typer.Option(help="Who publishes it: an id, a name or a domain.")] = None,
    language: Annotated[str | None, typer.Option(help="Such as en.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every feed of the site, where it has several.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Add the address as it stands; ask nobody.")] = False,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Subscribe to a feed, or to the feed of a site; keeps every comment of feeds.yaml."""
    from aggregator import urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.lists import print_discovery  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.config.edit import add_feed, merge_feeds, write_atomically  # noqa: PLC0415
    from aggregator.config.read import read_text  # noqa: PLC0415
    from aggregator.fetch.discover import Discovery, FoundFeed  # noqa: PLC0415
    from aggregator.model import Feed  # noqa: PLC0415

    publisher = outlet or urls.host(url)
    feed = Feed(url, publisher, publisher, language, topics=tuple(topic or ()))
    text = add_feed(read_text(home), feed)  # what cannot be subscribed to is asked for nothing
    found = Discovery((FoundFeed(url, "", 0, None),), itself=True) if offline else asyncio.run(_discover(home, url))
    if not found.feeds:
        raise NotFoundError(f"no feed found at {urls.masked(url)}{_listed(found.sitemaps)}")
    added = [feed] if found.itself else []
    if not found.itself and (everything or len(found.feeds) == 1):
        named = [replace(feed, url=one.url, name=one.title[:200] or publisher) for one in found.feeds]
        merged = merge_feeds(read_text(home), named)
        text, added = merged.text, list(merged.added)
    if added:
        write_atomically(home / "feeds.yaml", text)
    if as_json:
        shown = [urls.masked(one.url) for one in added]
        known = [replace(one, url=urls.masked(one.url)) for one in found.feeds]
        print_json({"added": shown, "feeds": plain(known), "sitemaps": found.sitemaps})
    else:
        print_discovery(found, [one.url for one in added])


def _listed(sitemaps: tuple[str, ...]) -> str:
    """What robots.txt names, for people."""
    return f"; robots.txt names sitemaps, of which one of news can be added: {', '.join(sitemaps)}" if sitemaps else ""


async def _discover(home: Path, url: str) -> Discovery:
    from aggregator import urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.errors import RejectedError, TransientError  # noqa: PLC0415
    from aggregator.fetch.discover import discover  # noqa: PLC0415
    from aggregator.pipeline.session import open_tools  # noqa: PLC0415

    now = datetime.now(UTC)
    with open_home(home) as opened:
        async with open_tools(opened.desk, opened.settings, now) as tools:
            try:
                return await discover(url, tools.fetcher, tools.workers, now)
            except (TransientError, RejectedError) as error:
                hint = "--offline adds it all the same"
                raise NotFoundError(f"{urls.masked(url)}: {error} ({error.stage}); {hint}") from error
            finally:
                with opened.desk.store.write() as unit:
                    unit.hosts.save(tools.fetcher.drain(), now)


@feeds.command(epilog="Example: aggregator feeds remove https://example.org/feed.xml")
def remove(url: UrlArgument, home: HomeOption = HERE) -> None:
    """Unsubscribe from a feed; what was collected stays."""
    from aggregator import urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.edit import remove_feed  # noqa: PLC0415 -- `--help` stays quick

    _edit(home, lambda text: remove_feed(text, url))
    typer.echo(f"removed {urls.masked(url)}")


@feeds.command("import", epilog="Example: aggregator feeds import subscriptions.opml")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file; - for standard input.")],
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Subscribe to the feeds of an OPML list; keeps every comment of feeds.yaml."""
    from aggregator import urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.lists import print_merged  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.edit import merge_feeds, write_atomically  # noqa: PLC0415
    from aggregator.config.opml import read_opml  # noqa: PLC0415
    from aggregator.config.read import read_text  # noqa: PLC0415

    try:
        found = read_opml(_bytes(file))
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from error
    if not found.feeds and not found.problems:
        raise ConfigError(f"{file}: no outline with an xmlUrl: no feed is in this list")
    before = read_text(home)
    merged = merge_feeds(before, found.feeds)
    if merged.text != before:
        write_atomically(home / "feeds.yaml", merged.text)
    skipped = [*found.problems, *merged.refused]
    if as_json:
        told = {"added": merged.added, "present": merged.present}
        shown = {key: [replace(feed, url=urls.masked(feed.url)) for feed in feeds] for key, feeds in told.items()}
        print_json(plain(shown | {"skipped": skipped}))
    else:
        print_merged(merged.added, merged.present, skipped)


def _bytes(file: Path) -> bytes:
    """What a file holds, or standard input; one byte more than a list may have is enough to know."""
    from aggregator.config.opml import MAX_BYTES  # noqa: PLC0415 -- `--help` stays quick

    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with file.open("rb") as source:
            return source.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}") from error


@feeds.command(epilog="Example: aggregator feeds export subscriptions.opml")
def export(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Standard output where left out.")] = None,
    home: HomeOption = HERE,
) -> None:
    """Write the feeds as an OPML list, which `feeds import` and other readers take."""
    from aggregator import shipped, urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.edit import write_atomically  # noqa: PLC0415
    from aggregator.config.opml import write_opml  # noqa: PLC0415
    from aggregator.config.read import read_settings  # noqa: PLC0415
    from aggregator.origin.outlets import OutletTable  # noqa: PLC0415

    table = OutletTable.parse(shipped.outlet_table())

    def site(feed: Feed) -> str:
        outlet = table.get(table.resolve(feed.outlet))
        return f"https://{outlet.domains[0]}/" if outlet and outlet.domains else ""

    known = read_settings(home, os.environ).feeds
    text = write_opml(known, "Feeds of retold", datetime.now(UTC), site)
    for feed in known:
        if urls.without_credentials(feed.url) != feed.url:
            typer.echo(f"{feed.name}: exported without the name and password of its address", err=True)
    if file is None:
        typer.echo(text, nl=False)
    else:
        write_atomically(file, text)
        typer.echo(f"{file}: {len(known)} feeds")


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
    """Ask feeds once and say what they answer; no entry is stored. A feed that was gone and answers is polled again."""
    from aggregator import urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.lists import print_polls  # noqa: PLC0415
    from aggregator.cli.objects import print_json  # noqa: PLC0415

    with open_home(home) as opened:
        chosen = [feed for feed in opened.desk.feeds.values() if url in {None, feed.url}]
        if not chosen:
            raise NotFoundError(f"{urls.masked(url or '')} is not among the feeds; `aggregator feeds list` shows them")
        polls = asyncio.run(_check(opened, chosen))
    if as_json:
        rows = [(urls.masked(one.state.feed), one.outcome, len(one.entries), one.detail) for one in polls]
        print_json([dict(zip(("feed", "outcome", "entries", "detail"), row, strict=True)) for row in rows])
    else:
        print_polls(polls)
    if any(one.outcome == "failed" for one in polls):
        raise typer.Exit(1)


async def _check(opened: Home, chosen: list[Feed]) -> list[Poll]:
    from aggregator import urls  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.progress import shown_progress  # noqa: PLC0415
    from aggregator.fetch.identity import Blank  # noqa: PLC0415
    from aggregator.fetch.poll import poll  # noqa: PLC0415
    from aggregator.model import FeedState, Poll  # noqa: PLC0415
    from aggregator.pipeline.agenda import keep_checked, refusals  # noqa: PLC0415
    from aggregator.pipeline.session import open_tools  # noqa: PLC0415

    now = datetime.now(UTC)
    refused = refusals(opened.desk, chosen, now)
    found = [
        Poll(FeedState(feed.url), "failed", detail=f'feed "{feed.name}": {refused[feed.url]}')
        for feed in chosen
        if feed.url in refused
    ]
    asked: list[Poll] = []
    with shown_progress() as progress:
        async with open_tools(opened.desk, opened.settings, now) as tools:

            async def one(feed: Feed) -> None:
                state = FeedState(feed.url)
                asked.append(await poll(feed, state, tools.fetcher, tools.workers, now, memory=Blank()))
                progress("feeds", len(asked), len(chosen) - len(found))

            await asyncio.gather(*(one(feed) for feed in chosen if feed.url not in refused))
            for url in keep_checked(opened.desk, asked, tools.fetcher.drain(), now):
                typer.echo(f"{urls.masked(url)} was gone and is back: it is polled again", err=True)
    return sorted(found + asked, key=lambda result: result.state.feed)
