from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.errors import AlreadyRunning, StorageError
from aggregator.lock import is_held, sole

if TYPE_CHECKING:
    from pathlib import Path


def test_the_lock_is_held_by_one_and_asking_takes_it_from_nobody(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    with sole(tmp_path):
        assert is_held(tmp_path)
        with pytest.raises(AlreadyRunning, match=r"pid \d+"), sole(tmp_path):
            pass
    assert not is_held(tmp_path)
    with sole(tmp_path):
        pass


def test_a_home_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="writable"), sole(tmp_path / "missing"):
        pass
