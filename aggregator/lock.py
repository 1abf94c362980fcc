"""One aggregator a home: the lock of its storage directory."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aggregator.errors import AlreadyRunning, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "aggregator.lock"


@contextmanager
def sole(storage: Path) -> Iterator[None]:
    """Holds the home's lock: a second daemon, or a pass beside one, is refused. The lock dies with its process.

    Raises:
        AlreadyRunning: another process holds it; names its id.
        StorageError: the lock file cannot be made.
    """
    path = storage / NAME
    try:
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}; make the directory writable for this user") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(f"another aggregator runs on this home (pid {file.read().strip() or '?'})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_held(storage: Path) -> bool:
    """Whether some process holds the home's lock; asks without taking it from anybody."""
    try:
        with (storage / NAME).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
