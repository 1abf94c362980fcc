"""The composition root: from a home directory to everything that a command works with."""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.config.settings import Settings
    from aggregator.origin.outlets import OutletTable
    from aggregator.pipeline import Desk


@dataclass(frozen=True, slots=True)
class Home:
    """An open home."""

    settings: Settings
    desk: Desk


@contextmanager
def open_home(directory: Path, *, alone: bool = False) -> Iterator[Home]:
    """Opens a home, and closes its store at the end.

    Args:
        directory: holds feeds.yaml.
        alone: take the home's lock, and migrate an older store; else an older store is refused, because a daemon of
            the older version may be at work on it.

    Raises:
        ConfigError: feeds.yaml is missing, or it or the home's outlets.tsv is wrong.
        StorageError: the store cannot be made or opened.
        AlreadyRunning: `alone`, and another aggregator runs on this home.
    """
    from aggregator.config.outlets import NAME, read_outlets  # noqa: PLC0415
    from aggregator.config.read import read_settings  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.lock import sole  # noqa: PLC0415
    from aggregator.pipeline import Desk  # noqa: PLC0415
    from aggregator.store.open import open_store  # noqa: PLC0415

    settings = read_settings(directory, os.environ)
    try:
        (settings.storage / "digests").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{settings.storage}: {error.strerror}; make it writable for this user") from error
    with sole(settings.storage) if alone else nullcontext():
        store = open_store(settings.database, migrate=alone, check=alone)
        try:
            feeds = {feed.url: feed for feed in settings.feeds}
            own = directory / NAME
            desk = Desk(
                store, settings.window_days * 86_400, feeds, own_outlets=read_outlets(own), own_outlets_file=str(own)
            )
            if desk.own_outlets:
                _ = desk.table  # whatever is wrong with it is said before anything is done
            yield Home(settings, desk)
        finally:
            store.close()


def outlet_table(directory: Path) -> OutletTable:
    """The outlet table of a home, which need not be one yet: the shipped one, and outlets.tsv where that is there.

    Raises:
        ConfigError: outlets.tsv is wrong; names file and line.
    """
    from aggregator import shipped  # noqa: PLC0415 -- `--help` stays quick
    from aggregator.config.outlets import NAME, read_outlets  # noqa: PLC0415
    from aggregator.origin.outlets import OutletTable  # noqa: PLC0415

    own = directory / NAME
    return OutletTable.parse(shipped.outlet_table(), read_outlets(own), str(own))
