"""outlets list, show, check, unknown, reread: who publishes, and whom the table lacks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.app import HERE, HomeOption, JsonOption
from aggregator.errors import ConfigError, NotFoundError

if TYPE_CHECKING:
    from aggregator.model import Outlet
    from aggregator.origin.outlets import OutletTable

outlets = typer.Typer(
    no_args_is_help=True,
    help="Look up outlets, check the table, and find those that it lacks.",
    epilog="Examples: aggregator outlets list financial · aggregator outlets show ft.com · aggregator outlets unknown",
)


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.add_typer(outlets, name="outlets")


@outlets.command("list", epilog="Example: aggregator outlets list kyiv")
def list_(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS]...", help="All of these stand in its names or domains.")
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """List the outlets of the table."""
    from aggregator.cli.home import outlet_table  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.lists import print_outlets  # noqa: PLC0415
    from aggregator.cli.objects import print_json  # noqa: PLC0415

    wanted = [word.casefold() for word in words or ()]
    found = [one for one in outlet_table(home) if all(word in _said(one) for word in wanted)]
    if as_json:
        print_json([_outlet(one) for one in found])
    elif found:
        print_outlets(found)
    if not found:
        raise NotFoundError(f"no outlet has all of: {' '.join(words or ())}; fewer words find more")


def _said(outlet: Outlet) -> str:
    return "\n".join((outlet.id, *outlet.domains, *outlet.aliases)).casefold()


def _outlet(one: Outlet) -> dict[str, object]:
    return {"id": one.id, "name": one.name, "kind": one.kind, "country": one.country, "domains": list(one.domains)}


@outlets.command(epilog="Examples: aggregator outlets show ft · aggregator outlets show https://www.ft.com/content/5")
def show(
    outlet: Annotated[list[str], typer.Argument(metavar="OUTLET", help="Its id, name, alias, domain or URL.")],
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show one outlet: what it is called, where it publishes, whose edition it is."""
    from aggregator.cli.home import outlet_table  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.lists import print_outlet  # noqa: PLC0415
    from aggregator.cli.objects import print_json  # noqa: PLC0415
    from aggregator.origin.lookup import alike, known  # noqa: PLC0415

    typed, table = " ".join(outlet), outlet_table(home)
    found = known(table, typed)
    if found is None:
        near = ", ".join(f"{one.name} ({one.id})" for one in alike(table, typed))
        raise NotFoundError(f"no outlet is called {typed!r}" + (f"; near to it: {near}" if near else ""))
    told = _outlet(found) | {"aliases": list(found.aliases), **_family(found, table)}
    if as_json:
        print_json(told)
    else:
        print_outlet(found, table)


def _family(one: Outlet, table: OutletTable) -> dict[str, object]:
    family = table.family(one.id)
    return {"parent": None if family == one.id else family, "editions": table.editions(one.id), "family": family}


@outlets.command(epilog="Examples: aggregator outlets check · aggregator outlets check draft.tsv")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A table to add to the shipped one; default: the home's outlets.tsv.")
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Check the shipped table and the home's own; exit code 1 and a line for each problem."""
    from aggregator import shipped  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.config.outlets import NAME, read_outlets  # noqa: PLC0415
    from aggregator.origin.audit import audit  # noqa: PLC0415

    path = file or home / NAME
    if file is not None and not file.is_file():
        raise ConfigError(f"{file}: no such file")
    own = read_outlets(path)
    faults = audit(shipped.outlet_table(), own, str(path))
    if as_json:
        print_json(plain(faults))
    else:
        for fault in faults:
            typer.echo(str(fault))
    if faults:
        raise typer.Exit(1)
    if not as_json:
        read = f"the shipped table and {path}" if own else f"the shipped table ({path}: none)"
        typer.echo(f"nothing is wrong with {read}")
        typer.echo(
            "Articles that were read before keep what they credit; `aggregator outlets reread` reads them again."
        )


@outlets.command(epilog="Example: aggregator outlets unknown --limit 10")
def unknown(
    home: HomeOption = HERE,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="The most to show.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List outlets outside the table that articles credit, the most credited first, and how to add them."""
    from aggregator.answers import Answers  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.home import open_home  # noqa: PLC0415
    from aggregator.cli.lists import print_unknown  # noqa: PLC0415
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.config.outlets import NAME  # noqa: PLC0415

    with open_home(home) as opened:
        found = Answers(opened.desk).unknown_outlets(limit)
    if as_json:
        print_json(plain(found))
    else:
        print_unknown(found, home / NAME)


@outlets.command(epilog="Example: aggregator outlets reread")
def reread(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Read again whom the stored articles credit, with the outlet table of today; their stories' origins follow."""
    from aggregator.cli.home import open_home  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.cli.objects import plain, print_json  # noqa: PLC0415
    from aggregator.cli.progress import shown_progress  # noqa: PLC0415
    from aggregator.pipeline import outlets as reading  # noqa: PLC0415

    with open_home(home) as opened, shown_progress() as progress:
        done = reading.reread(opened.desk, datetime.now(UTC), progress)
    if as_json:
        print_json(plain(done))
    else:
        typer.echo(f"{done.articles} articles read, {done.changed} credit otherwise now, in {done.stories} stories")
