"""Errors, named by what happens next.

    AggregatorError
     ├─ ConfigError       the operator mends feeds.yaml or the command line (exit code 2)
     ├─ TransientError    wait and try again; counted on the feed
     ├─ RejectedError     this item is set aside with its reason and never tried again as it is
     ├─ StorageError      the stage stops, the daemon stays (exit code 2 at start-up)
     ├─ AlreadyRunning    another daemon holds the home (exit code 3)
     └─ NotFoundError     nothing answers to what was asked (exit code 1)

Anything else that is raised is a bug: it is logged as critical, its stage ends loudly and the others go on.
"""

from __future__ import annotations

import copyreg


class AggregatorError(Exception):
    """Base of every error that this package raises on purpose; its text is fit to be shown to a person."""

    def __reduce__(self) -> tuple[object, ...]:
        # An exception is pickled as a call of its class with its text alone, which those with further arguments refuse.
        # They come home from worker processes as they are: made without that call, their attributes put back.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]  # typeshed leaves it out


class ConfigError(AggregatorError):
    """Wrong use or a wrong configuration: names the file, the line, the key and the form expected."""


class TransientError(AggregatorError):
    """Something outside failed in a way that may pass.

    Args:
        text: what failed, with numbers.
        stage: where: dns, connect, tls, http, redirect, size, encoding, parse, store or extract.
        status: the HTTP status where there was one.
        retry_after: seconds to wait at least, where the server said so.
    """

    def __init__(self, text: str, *, stage: str, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.stage = stage
        self.status = status
        self.retry_after = retry_after


class RejectedError(AggregatorError):
    """An item that will never be right as it is: set aside with its reason.

    Args:
        text: why.
        stage: where, as in TransientError.
    """

    def __init__(self, text: str, *, stage: str) -> None:
        super().__init__(text)
        self.stage = stage


class StorageError(AggregatorError):
    """The store cannot be read or written: names the file and what to do."""


class AlreadyRunning(AggregatorError):  # noqa: N818 -- it is a state of the house, not a fault
    """Another daemon runs on this home: names its process id."""


class NotFoundError(AggregatorError):
    """Nothing in the store answers to what was asked."""
