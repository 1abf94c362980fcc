"""fix merge, split, move, pin-origin, not-origin, list, undo: a person's word on stories, which sticks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from aggregator.cli.app import HERE, HomeOption, JsonOption

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aggregator.pipeline import Desk
    from aggregator.pipeline.fix import Fixed

StoryArgument = Annotated[int, typer.Argument(metavar="STORY", help="A story's number.")]
OutletArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="OUTLET",
        help="Its id, name, domain or URL; one that is not in the table as the story's articles call it.",
    ),
]

fix = typer.Typer(
    no_args_is_help=True,
    help="Set right which articles are one story, and who broke it. What a person said sticks.",
    epilog="Examples: aggregator fix merge 17 23 · aggregator fix split 17 204 · aggregator fix pin-origin 17 ft.com · "
    "aggregator fix undo 3",
)


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.add_typer(fix, name="fix")


@fix.command(epilog="Example: aggregator fix merge 17 23 40")
def merge(
    story: StoryArgument,
    others: Annotated[list[int], typer.Argument(metavar="OTHER...", help="The stories that are the same.")],
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say that stories are one. The oldest number stays, the others lead to it."""
    from aggregator.pipeline import fix as fixing  # noqa: PLC0415 -- `--help` stays quick

    _set_right(home, lambda desk, now: fixing.merge(desk, [story, *others], now), as_json=as_json)


@fix.command(epilog="Examples: aggregator fix split 17 204 205 · aggregator fix split 17 https://example.org/news/5")
def split(
    story: StoryArgument,
    articles: Annotated[
        list[str],
        typer.Argument(metavar="ARTICLE...", help="Their numbers (`aggregator story` shows them) or their URLs."),
    ],
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say that articles, with their copies, are another story than the rest. They get a new number."""
    from aggregator.pipeline import fix as fixing  # noqa: PLC0415 -- `--help` stays quick

    _set_right(home, lambda desk, now: fixing.split(desk, story, articles, now), as_json=as_json)


@fix.command(epilog="Examples: aggregator fix move 204 12 · aggregator fix move https://example.org/news/5 12")
def move(
    article: Annotated[
        str, typer.Argument(metavar="ARTICLE", help="Its number (`aggregator story` shows it) or its URL.")
    ],
    story: StoryArgument,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say that an article, with its copies, belongs to another story."""
    from aggregator.pipeline import fix as fixing  # noqa: PLC0415 -- `--help` stays quick

    _set_right(home, lambda desk, now: fixing.move(desk, article, story, now), as_json=as_json)


@fix.command(
    epilog="Examples: aggregator fix pin-origin 17 Financial Times · "
    "aggregator fix pin-origin 17 ft --url https://www.ft.com/content/5"
)
def pin_origin(
    story: StoryArgument,
    outlet: OutletArgument,
    url: Annotated[str | None, typer.Option(help="Where the original stands, if you know it.")] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Say that an outlet broke a story, whatever its articles say. A later pin overrides an earlier one."""
    from aggregator.pipeline import pin  # noqa: PLC0415 -- `--help` stays quick

    _set_right(home, lambda desk, now: pin.pin_origin(desk, story, " ".join(outlet), now, url), as_json=as_json)


@fix.command(epilog="Example: aggregator fix not-origin 17 Reuters")
def not_origin(
    story: StoryArgument, outlet: OutletArgument, home: HomeOption = HERE, as_json: JsonOption = False
) -> None:
    """Say that an outlet did not break a story; it may still have passed it on."""
    from aggregator.pipeline import pin  # noqa: PLC0415 -- `--help` stays quick

    _set_right(home, lambda desk, now: pin.not_origin(desk, story, " ".join(outlet), now), as_json=as_json)


def _set_right(home: Path, correct: Callable[[Desk, datetime], Fixed], *, as_json: bool) -> None:
    """Makes a correction and says what came of it."""
    from aggregator.cli.history import print_fixed  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415

    with open_home(home) as opened:
        fixed = correct(opened.desk, datetime.now(UTC))
    if as_json:
        print_json(plain(fixed))
    else:
        print_fixed(fixed)


@fix.command("list", epilog="Example: aggregator fix list --json")
def list_(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """List what people corrected, newest first."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.history import print_corrections  # noqa: PLC0415
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415

    with open_home(home) as opened:
        found = Answers(opened.desk).corrections()
        zone = ZoneInfo(opened.settings.zone)
    if as_json:
        print_json(plain(found))
    else:
        print_corrections(found, zone)


@fix.command(epilog="Example: aggregator fix undo 3")
def undo(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `aggregator fix list` shows it.")],
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Take a correction back. Its articles return to where they were, as far as nothing else moved them since."""
    from aggregator.cli.history import print_undone  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.pipeline import fix as fixing  # noqa: PLC0415

    with open_home(home) as opened:
        fixed = fixing.undo(opened.desk, number, datetime.now(UTC))
    if as_json:
        print_json(plain(fixed))
    else:
        print_undone(fixed)
