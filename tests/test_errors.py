"""The errors travel: from a worker process to the daemon, text and attributes complete."""

from __future__ import annotations

import copy
import pickle

import pytest

from aggregator.errors import (
    AggregatorError,
    AlreadyRunning,
    ConfigError,
    NotFoundError,
    RejectedError,
    StorageError,
    TransientError,
)

ERRORS = [
    ConfigError("feeds.yaml:3: unknown key"),
    TransientError("no data for 15 s", stage="http", status=503, retry_after=60.0),
    RejectedError("took more than 20 s", stage="extract"),
    StorageError("disk full"),
    AlreadyRunning("pid 1"),
    NotFoundError("no story 7"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_and_copying(error: AggregatorError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert twin.args == error.args
        assert vars(twin) == vars(error)


def test_the_tree_has_one_root() -> None:
    assert all(isinstance(error, AggregatorError) for error in ERRORS)
