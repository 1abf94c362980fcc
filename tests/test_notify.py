from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from aggregator.notify import Manager

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("abstract", [False, True])
def test_the_manager_hears_each_state(tmp_path: Path, *, abstract: bool) -> None:
    name = f"retold-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind("\0" + name if abstract else name)
        heard.settimeout(10)
        manager = Manager({"NOTIFY_SOCKET": "@" + name if abstract else name})
        manager.ready()
        manager.alive()
        manager.stopping()
        assert [heard.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_without_a_manager_nothing_happens(tmp_path: Path) -> None:
    Manager({}).ready()
    Manager({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).ready()
