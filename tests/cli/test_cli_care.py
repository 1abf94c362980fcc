from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import AlreadyRunning
from aggregator.lock import sole

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

COMMANDS = [
    "demo", "init", "run", "once", "digest", "origin", "explain", "search", "stories", "story", "replay", "status",
    "doctor", "migrate", "backup", "restore", "feeds list", "feeds add", "feeds remove", "feeds check",
    "fix merge", "fix split", "fix move", "fix list", "fix undo", "fix pin-origin", "fix not-origin",
    "outlets list", "outlets show", "outlets check", "outlets unknown", "outlets reread",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(aggregator: Callable[..., Ran], command: str) -> None:
    ran = aggregator(*command.split(), "--help")
    assert ran.code == 0
    assert f"aggregator {command.split(maxsplit=1)[0]}" in ran.out
    assert "Example" in ran.out


def test_every_command_is_in_the_readme_or_the_reference() -> None:
    root = Path(__file__).resolve().parents[2]
    text = (root / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [command for command in COMMANDS if f"`aggregator {command}" not in text] == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from aggregator.cli.app import run; run(['--help']); "
        "heavy = {'httpx', 'feedparser', 'trafilatura', 'datasketch', 'numpy', 'sqlalchemy', 'alembic', 'lxml',"
        " 'pydantic', 'jinja2', 'apscheduler', 'structlog', 'py3langid', 'tldextract', 'ahocorasick_rs'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_the_version_and_wrong_use(aggregator: Callable[..., Ran]) -> None:
    assert aggregator("--version").out.startswith("retold ")
    assert aggregator("no-such-command").code == 2
    assert aggregator("story", "not-a-number").code == 2


def test_a_bug_is_one_line_and_its_place_is_shown_on_request(
    aggregator: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, empty_home: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("aggregator.answers.Answers.stories", broken)
    ran = aggregator("stories", "--home", empty_home)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "ZeroDivisionError: a bug" in ran.err
    monkeypatch.setenv("AGGREGATOR_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        aggregator("stories", "--home", empty_home)


def test_whoever_stops_reading_is_no_fault() -> None:
    command = f"{sys.executable} -m aggregator --help | head -n 1"
    piped = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in piped.stderr


def test_a_home_without_feeds_yaml_says_what_to_do(aggregator: Callable[..., Ran], tmp_path: Path) -> None:
    ran = aggregator("stories", "--home", tmp_path)
    assert (ran.code, "aggregator init" in ran.err) == (2, True)


def test_init_makes_a_home_once(aggregator: Callable[..., Ran], tmp_path: Path) -> None:
    home = tmp_path / "news"
    ran = aggregator("init", home, "--language", "uk")
    assert ran.code == 0
    assert "aggregator once --home" in ran.out
    assert "language: en" not in (home / "feeds.yaml").read_text(encoding="utf-8")
    again = aggregator("init", home)
    assert (again.code, "already" in again.err) == (2, True)
    assert aggregator("init", tmp_path / "x", "--topic", "no-such-topic").code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_init_where_one_may_not_write(aggregator: Callable[..., Ran], tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert aggregator("init", tmp_path / "news").code == 2
    tmp_path.chmod(0o700)


def test_status_of_a_healthy_and_of_an_unhealthy_home(
    aggregator: Callable[..., Ran], demo_home: Path, empty_home: Path
) -> None:
    told = json.loads(aggregator("status", "--home", demo_home, "--json").out)
    assert told["healthy"] is True
    assert told["daemon"] is False
    assert told["unclustered"] == told["waiting"] == 0
    assert "healthy" in aggregator("status", "--home", demo_home).out
    assert aggregator("once", "--home", empty_home, "--quiet").code == 0
    ran = aggregator("status", "--home", empty_home)
    assert (ran.code, "not healthy" in ran.out) == (1, True)
    assert "connect" in ran.out


def test_status_sees_a_daemon(aggregator: Callable[..., Ran], own_home: Path) -> None:
    with sole(own_home / "storage"):
        assert json.loads(aggregator("status", "--home", own_home, "--json").out)["daemon"] is True
        ran = aggregator("once", "--home", own_home)
        assert (ran.code, f"pid {os.getpid()}" in ran.err) == (3, True)
        with pytest.raises(AlreadyRunning), sole(own_home / "storage"):
            pass


def test_doctor_of_a_sound_home_and_of_a_damaged_one(
    aggregator: Callable[..., Ran], own_home: Path, tmp_path: Path
) -> None:
    ran = aggregator("doctor", "--home", own_home)
    assert ran.code == 0
    assert re.search(r"\d+ outlets, cues in \d+ languages", ran.out)
    (own_home / "storage" / "aggregator.sqlite3").write_bytes(b"no database" * 1000)
    checks = json.loads(aggregator("doctor", "--home", own_home, "--json").out)
    assert [check["check"] for check in checks if not check["ok"]] == ["store"]
    assert aggregator("doctor", "--home", tmp_path).code == 1
    assert aggregator("stories", "--home", own_home).code == 2


def test_doctor_sees_damage_inside_the_file(aggregator: Callable[..., Ran], own_home: Path) -> None:
    path = own_home / "storage" / "aggregator.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[40_960:45_056] = b"\xff" * 4096
    path.write_bytes(content)
    ran = aggregator("doctor", "--home", own_home)
    assert ran.code == 1
    assert "restore a backup" in ran.out
