"""backup, restore, migrate: the store as a file."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aggregator.cli.app import HERE, HomeOption
from aggregator.errors import ConfigError, NotFoundError, StorageError

if TYPE_CHECKING:
    from aggregator.config.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds these commands to the application."""
    app.command(epilog="Example: aggregator backup /mnt/backups/news.sqlite3")(backup)
    app.command(epilog="Example: aggregator restore storage/backups/aggregator-20260301T120000Z.sqlite3")(restore)
    app.command(epilog="Example: aggregator migrate")(migrate)


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The copy; else storage/backups/ with the date.", show_default=False)
    ] = None,
    home: HomeOption = HERE,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Copy the store to a file, also while the daemon runs; the copy is checked before it gets its name."""
    from aggregator.cli.progress import shown_progress  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.store.backup import DIRECTORY, backup_file, stamp  # noqa: PLC0415
    from aggregator.store.open import file_version  # noqa: PLC0415

    path = _settings(home).database
    version = file_version(path)
    if not version:
        raise NotFoundError(f"{path}: no store yet; `aggregator once` makes it")
    target = file or path.parent / DIRECTORY / f"{path.stem}-{stamp(datetime.now(UTC))}{path.suffix}"
    if target.is_dir() or (target.exists() and (not force or target.samefile(path))):
        raise ConfigError(f"{target} is there already; name another file, or replace an old copy with --force")
    with shown_progress(quiet=quiet) as progress:
        backup_file(path, target, partial(progress, "copy"))
    if not quiet:
        typer.echo(f"{target}: schema {version}, {target.stat().st_size / 1e6:.1f} MB, sound")


def restore(
    file: Annotated[Path, typer.Argument(help="A copy that `aggregator backup` or a migration made.")],
    home: HomeOption = HERE,
) -> None:
    """Put a copy in the store's place, and keep what it replaces beside it; not while a daemon runs."""
    from aggregator.cli.progress import shown_progress  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.lock import sole  # noqa: PLC0415
    from aggregator.store.backup import check_backup, restore_file  # noqa: PLC0415
    from aggregator.store.open import HEAD  # noqa: PLC0415

    settings = _settings(home)
    path = settings.database
    _make(settings)
    with sole(settings.storage):
        version = check_backup(file)
        if version > HEAD:
            raise StorageError(f"{file}: schema {version} is newer than this version's {HEAD}; install a newer retold")
        if path.exists() and file.samefile(path):
            raise ConfigError(f"{file} is the store itself")
        with shown_progress() as progress:
            replaced = restore_file(file, path, datetime.now(UTC), partial(progress, "copy"))
    later = f"; the next start brings it to schema {HEAD}" if version < HEAD else ""
    kept = f"; what it replaced is in {replaced}" if replaced else ""
    typer.echo(f"{path}: schema {version}, restored from {file}{later}{kept}")


def migrate(home: HomeOption = HERE) -> None:
    """Bring the store to this version's schema, after a backup."""
    from aggregator.lock import sole  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.store.open import HEAD, file_version, migrate_file  # noqa: PLC0415

    settings = _settings(home)
    _make(settings)
    with sole(settings.storage):
        version = file_version(settings.database)
        if version == HEAD:
            typer.echo(f"{settings.database}: schema {HEAD} already")
            return
        made = migrate_file(settings.database, version)
    kept = f"; what it was is in {made}" if made else ""
    typer.echo(f"{settings.database}: schema {HEAD}{kept}")


def _settings(home: Path) -> Settings:
    from aggregator.config.read import read_settings  # noqa: PLC0415 -- `--help` stays quick

    return read_settings(home, os.environ)


def _make(settings: Settings) -> None:
    try:
        settings.storage.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{settings.storage}: {error.strerror}; make it writable for this user") from error
