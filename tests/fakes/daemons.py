"""A daemon as a process, and what it says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def running(home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A daemon of its own process group, ended with all its workers at the end of the block."""
    command = [sys.executable, "-m", "aggregator", "run", "--home", str(home)]
    environ = os.environ | environment
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, env=environ)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(process: subprocess.Popen[str], event: str) -> dict[str, object]:
    """Reads the daemon's log up to an event."""
    assert process.stderr is not None
    for line in process.stderr:
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("event") == event:
            return dict(entry)
    raise AssertionError(f"the daemon ended before it logged {event!r}")
