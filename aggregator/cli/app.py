"""The typer application: what all commands share, and errors as exit codes.

Exit codes: 0 done · 1 not found, not healthy, or an unexpected failure · 2 wrong use, configuration or storage ·
3 another daemon runs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator import __version__
from aggregator.errors import AggregatorError, AlreadyRunning, ConfigError, NotFoundError, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

HomeOption = Annotated[
    Path,
    typer.Option(
        "--home", envvar="AGGREGATOR_HOME", help="The directory that holds feeds.yaml and storage/.", show_default="."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value instead of text.")]
HERE = Path()
TRACEBACK = "AGGREGATOR_TRACEBACK"  # an environment variable: shows where a bug struck


def _version(asked: bool) -> None:  # noqa: FBT001 -- the form of a typer callback
    if asked:
        typer.echo(f"retold {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


def application() -> typer.Typer:
    """The application with all its commands."""
    from aggregator.cli import (  # noqa: PLC0415 -- they take their options from here
        care,
        collect,
        feeds,
        fix,
        measure,
        outlets,
        read,
        store,
    )

    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Gathers the retellings of one story and names who reported it first, with the sentence that says so.",
        epilog="First time? Try [bold]aggregator demo[/bold], then [bold]aggregator init ~/news[/bold].",
    )
    app.callback()(_root)
    for group in (collect, read, fix, feeds, outlets, measure, care, store):
        group.register(app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Runs a command line and returns its exit code."""
    code: object = 0
    try:
        application()(list(arguments), prog_name="aggregator")
    except SystemExit as end:
        code = end.code
    except AggregatorError as error:
        _complain(str(error))
        code = exit_code(error)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        _complain(f"unexpected failure ({type(error).__name__}: {error}); {TRACEBACK}=1 shows where, please report it")
        code = 1
    return code if isinstance(code, int) else 1


def exit_code(error: AggregatorError) -> int:
    """The exit code that says what kind of error ended a command."""
    match error:
        case AlreadyRunning():
            return 3
        case ConfigError() | StorageError():
            return 2
        case NotFoundError() | _:
            return 1


def _complain(text: str) -> None:
    typer.secho(f"aggregator: {text}", err=True, fg="red" if sys.stderr.isatty() else None)
