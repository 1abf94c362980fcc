"""A home filled from the seeds through the real fetcher, once a session, and a way to run commands in it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from aggregator.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def aggregator(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command line in this process."""

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the demo filled; shared, so only to be read."""
    home = tmp_path_factory.mktemp("demo") / "home"
    home.mkdir()
    run(["demo", "--home", str(home)])  # whether its stories are right is asked by tests of their own
    return home


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the filled home that a test may change."""
    copy = tmp_path / "home"
    shutil.copytree(demo_home, copy)
    return copy


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    """A home with one feed that nobody serves, and nothing in store."""
    home = tmp_path / "empty"
    home.mkdir()
    (home / "feeds.yaml").write_text(
        "feeds:\n  - {url: 'http://127.0.0.1:9/feed.xml', outlet: bbc}\n", encoding="utf-8"
    )
    return home
