"""digest, origin, explain, search, stories, story: questions to the store."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from aggregator.cli.app import HERE, HomeOption, JsonOption
from aggregator.errors import ConfigError, NotFoundError

if TYPE_CHECKING:
    from aggregator.answers.found import OriginAnswer

StoryArgument = Annotated[int, typer.Argument(metavar="ID", help="A story's number.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="The most to show.")]
LONGEST_TEXT = 1_000_000  # bytes of a pasted text


class Format(StrEnum):
    """How a digest is written."""

    TERMINAL = "terminal"
    TEXT = "text"
    MD = "md"
    HTML = "html"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.command(epilog="Example: aggregator digest --date yesterday --format md > digest.md")(digest)
    app.command(epilog="Examples: aggregator origin 17 · aggregator origin - < article.txt")(origin)
    app.command(epilog="Example: aggregator explain 17")(explain)
    app.command(epilog="Example: aggregator search security guarantees")(search)
    app.command(epilog="Example: aggregator stories --limit 20")(stories)
    app.command(epilog="Example: aggregator story 17")(story)


def digest(
    home: HomeOption = HERE,
    day: Annotated[str, typer.Option("--date", help="YYYY-MM-DD, today or yesterday.")] = "today",
    form: Annotated[Format | None, typer.Option("--format", help="Default: terminal, or text where piped.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only stories of this topic.")] = None,
    min_outlets: Annotated[int, typer.Option(min=1, help="Only stories with so many publishers.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Print the digest of a day: each story once, its origin, how many independent reports."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.show import print_digest  # noqa: PLC0415

    with open_home(home) as opened:
        now = datetime.now(UTC)
        zone = opened.settings.zone
        asked = _day(day, now.astimezone(ZoneInfo(zone)).date())
        found = Answers(opened.desk).digest(asked, zone, now, topic=topic, min_outlets=min_outlets)
    chosen = Format.JSON if as_json else form or (Format.TERMINAL if sys.stdout.isatty() else Format.TEXT)
    print_digest(found, chosen)


def _day(text: str, today: date) -> date:
    if text == "today":
        return today
    if text == "yesterday":
        return date.fromordinal(today.toordinal() - 1)
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--date {text!r}: expected YYYY-MM-DD, today or yesterday") from None
    if not date(1970, 1, 1) <= asked < date(9999, 12, 30):
        raise ConfigError(f"--date {text}: no day of news")
    return asked


def origin(
    query: Annotated[list[str], typer.Argument(help="A story's number, a URL, a file, - (standard input), or words.")],
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say who reported it first, with the sentence that says so."""
    from aggregator.cli.objects import origin_json, print_json  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.show import print_origin  # noqa: PLC0415 -- `--help` stays quick

    answer = _origin(" ".join(query), home)
    if as_json:
        print_json(origin_json(answer))
    else:
        print_origin(answer)


def _origin(query: str, home: Path) -> OriginAnswer:
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415

    if query == "-":
        content = _decoded(sys.stdin.buffer.read(LONGEST_TEXT + 1), "standard input")
    elif _is_file(query):
        with Path(query).open("rb") as file:
            content = _decoded(file.read(LONGEST_TEXT + 1), query)
    else:
        with open_home(home) as opened:
            return Answers(opened.desk).origin(query)
    with open_home(home) as opened:
        return Answers(opened.desk).origin_of_text(query, content)


def _is_file(query: str) -> bool:
    try:
        return Path(query).is_file()
    except (OSError, ValueError):  # too long for a name, or no name at all: words
        return False


def _decoded(content: bytes, name: str) -> str:
    if len(content) > LONGEST_TEXT:
        raise ConfigError(f"{name}: more than {LONGEST_TEXT} bytes; give the article's text alone")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: not UTF-8 text (byte {error.start})") from error
    if not text.strip():
        raise ConfigError(f"{name}: no text")
    return text


def explain(cluster: StoryArgument, home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Say why each article is in a story."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.history import print_explanation  # noqa: PLC0415
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415

    with open_home(home) as opened:
        told = Answers(opened.desk).explain(cluster)
        zone = ZoneInfo(opened.settings.zone)
    if as_json:
        parts = {name: plain(getattr(told, name)) for name in ("articles", "mentions", "mentioned_by", "events")}
        print_json({"cluster": told.story.cluster, **parts})
    else:
        print_explanation(told, zone)


def search(
    words: Annotated[list[str], typer.Argument(help="All of these must occur.")],
    home: HomeOption = HERE,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """Find articles by their words."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.objects import hit_json, print_json  # noqa: PLC0415
    from aggregator.cli.show import print_hits  # noqa: PLC0415

    with open_home(home) as opened:
        hits = Answers(opened.desk).search(" ".join(words), limit)
    if as_json:
        print_json([hit_json(hit) for hit in hits])
    elif hits:
        print_hits(hits)
    if not hits:
        raise NotFoundError(f"nothing holds all of: {' '.join(words)}")


def stories(home: HomeOption = HERE, limit: LimitOption = 50, as_json: JsonOption = False) -> None:
    """List the latest stories."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.cli.show import print_stories  # noqa: PLC0415

    with open_home(home) as opened:
        found = Answers(opened.desk).stories(limit=limit)
    if as_json:
        print_json(plain(found))
    else:
        print_stories(found)


def story(cluster: StoryArgument, home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Show one story: its origin, and who told it when."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.cli.show import print_story  # noqa: PLC0415

    with open_home(home) as opened:
        found = Answers(opened.desk).story(cluster)
    if as_json:
        print_json(plain(found))
    else:
        print_story(found)
