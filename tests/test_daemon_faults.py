"""A real daemon under what happens to daemons: a full disk, a locked store, a hung server, a backup, a kill."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.error import HTTPError

import pytest

from aggregator.model import Article
from aggregator.store.backup import check_backup
from aggregator.store.open import HEAD, file_version, open_store
from tests.fakes.daemons import running, wait_for
from tests.fetch.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.fetch.conftest import Faults

LIMIT = 60.0  # seconds after which a process that should have ended is stuck
FAST = "allow_private: [127.0.0.1/32]\nlimits: {host_gap: 0, per_host: 8}\nhealth: {port: 0, metrics: true}\nfeeds:\n"


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    with serving() as served:
        yield served


@pytest.fixture
def make_home(tmp_path: Path) -> Callable[..., Path]:
    def make(*urls: str, name: str = "home") -> Path:
        home = tmp_path / name
        (home / "storage").mkdir(parents=True)
        (home / "feeds.yaml").write_text(FAST + "".join(f"  - {{url: '{url}'}}\n" for url in urls), encoding="utf-8")
        return home

    return make


def command(home: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", "aggregator", *arguments, "--home", str(home)]
    done = subprocess.run(whole, capture_output=True, text=True, check=False, timeout=LIMIT)
    assert done.returncode == code, done.stderr
    return done


def database(home: Path) -> Path:
    return home / "storage" / "aggregator.sqlite3"


def ask(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database(home))) as connection:
        return connection.execute(query).fetchall()


def entries(home: Path) -> int:
    """How many entries there are; none is there twice."""
    ((each, different),) = ask(home, "SELECT count(*), count(DISTINCT feed || ' ' || key) FROM entry")
    assert each == different
    return int(str(each))


def health(port: object, path: str = "health/ready") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def until(true: Callable[[], bool]) -> None:
    """Waits for another process: there is no clock of its that could be held."""
    end = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < end
        threading.Event().wait(0.1)


def test_the_service_manager_and_whoever_asks_learn_how_it_does(faults: Faults, make_home: Callable[..., Path]) -> None:
    home = make_home(faults.url("etag", "health"))
    name = f"retold-{os.getpid()}-{random.randrange(10**9)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name)
        manager.settimeout(LIMIT)
        with running(home, NOTIFY_SOCKET="@" + name) as process:
            port = wait_for(process, "started")["health"]
            assert {manager.recv(100) for _ in range(2)} == {b"READY=1", b"WATCHDOG=1"}
            assert health(port, "health/live") == (200, "live\n")
            status, text = health(port)
            assert (status, json.loads(text)) == (200, {"ready": True, "reasons": []})
            wait_for(process, "read")
            figures = health(port, "metrics")[1]
            assert 'aggregator_polls_total{outcome="new"} 1\n' in figures
            assert "aggregator_entries_new_total 5\n" in figures
            assert 'aggregator_feeds{state="ok"} 1\n' in figures
            assert "http://" not in figures
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=LIMIT) == 0
            told = manager.recv(100)
            while told == b"WATCHDOG=1":
                told = manager.recv(100)
            assert told == b"STOPPING=1"
    assert not database(home).with_name("aggregator.sqlite3-wal").exists()


def test_a_hung_fetch_does_not_keep_it_from_stopping(faults: Faults, make_home: Callable[..., Path]) -> None:
    home = make_home(faults.url("hang-body", "stop"))
    with running(home) as process:
        wait_for(process, "started")
        until(lambda: bool(faults.log("hang-body~stop")))
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=LIMIT) == 0
        assert time.monotonic() - begun <= 11.5
    command(home, "status", code=0)


def test_a_full_disk_stops_fetching_and_room_lets_it_go_on(faults: Faults, make_home: Callable[..., Path]) -> None:
    home = make_home(*(faults.url("slow-host", f"full{number}") for number in range(4)))

    def polls() -> int:
        return sum(len(faults.log(f"slow-host~full{number}")) for number in range(4))

    store = open_store(database(home))  # so that what fails is the work and not the start
    with running(home) as process:
        port = wait_for(process, "started")["health"]
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (8192, most))
        told = wait_for(process, "storage")
        assert "make room" in str(told["text"])
        until(lambda: health(port)[0] == 503)
        assert "make room" in health(port)[1]
        assert health(port, "health/live")[0] == 200
        asked = polls()
        assert ask(home, "SELECT count(*) FROM feed_state") == [(0,)]
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        wait_for(process, "storage works again")
        until(lambda: entries(home) == 20)
        assert polls() <= asked + 8
        until(lambda: health(port)[0] == 200)
    store.close()


def test_a_locked_store_is_waited_for_and_read_meanwhile(faults: Faults, make_home: Callable[..., Path]) -> None:
    home = make_home(faults.url("etag", "locked"))
    open_store(database(home)).close()
    with closing(sqlite3.connect(database(home), isolation_level=None)) as other, running(home) as process:
        other.execute("BEGIN IMMEDIATE")
        port = wait_for(process, "started")["health"]
        until(lambda: bool(faults.log("etag~locked")))
        assert json.loads(command(home, "status", "--json").stdout)["daemon"] is True
        assert health(port)[0] == 200
        assert entries(home) == 0
        other.execute("ROLLBACK")
        until(lambda: entries(home) == 5)


def test_a_copy_taken_under_load_goes_on_elsewhere(
    faults: Faults, make_home: Callable[..., Path], tmp_path: Path
) -> None:
    """No entry twice, and who gave a validator is asked with it."""
    # Entries without pages: those of this server are asked for every two seconds, as its robots.txt wishes.
    urls = [faults.url("etag", "kept"), *(faults.url("link-missing", f"copy{number}") for number in range(6))]
    home, copies = make_home(*urls), []
    command(home, "once", "--all", "--quiet")
    with running(home) as process:
        wait_for(process, "started")
        for number in range(3):
            copies.append(tmp_path / f"copy{number}")
            command(home, "backup", str(copies[-1]), "--quiet")
    elsewhere = make_home(*urls, name="elsewhere")
    command(elsewhere, "restore", str(random.Random(3).choice(copies)))
    before = entries(elsewhere)
    command(elsewhere, "once", "--all", "--quiet")
    assert entries(elsewhere) >= before
    unconditional = [row for row in faults.log("etag~kept") if row["inm"] is None]
    assert len(unconditional) == 1


def test_the_files_of_any_moment_are_a_whole_store(tmp_path: Path) -> None:
    """What a power loss leaves: the file as it was, and of the log a beginning, cut anywhere."""
    path, dice = tmp_path / "store.sqlite3", random.Random(7)
    store = open_store(path)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with store.write() as unit:
                for half in "ab":
                    article = Article(f"https://example.org/{number}{half}", "bbc", "Title", "word " * 300)
                    unit.articles.add(article)
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(12):
            until(lambda: store.sizes()[1] > 50_000)
            copy = tmp_path / f"moment{number}"
            shutil.copy(path, copy)
            log = path.with_name("store.sqlite3-wal").read_bytes()
            copy.with_name(copy.name + "-wal").write_bytes(log[: len(log) - dice.randrange(20_000)])
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                assert connection.execute("SELECT count(*) % 2 FROM article").fetchone() == (0,)
    finally:
        stop.set()
        thread.join()
        store.close()


def test_a_killed_migration_leaves_the_old_version_or_the_new(make_home: Callable[..., Path]) -> None:
    home, dice = make_home("http://127.0.0.1:9/feed"), random.Random(5)
    first = (
        "import sys; from pathlib import Path; from alembic import command; from alembic.config import Config\n"
        "from aggregator.store.engine import sqlite_engine\n"
        "c = Config(); c.set_main_option('script_location', 'aggregator.store:migrations')\n"
        "c.set_main_option('path_separator', 'os'); e = sqlite_engine(Path(sys.argv[1]))\n"
        "with e.begin() as one:\n"
        "    one.exec_driver_sql('PRAGMA application_id = 1919251567'); c.attributes['connection'] = one\n"
        "    command.upgrade(c, '0001')\n"
    )
    subprocess.run([sys.executable, "-c", first, str(database(home))], check=True, timeout=LIMIT)
    with closing(sqlite3.connect(database(home))) as file, file:
        file.executemany("INSERT INTO band VALUES (?, ?, ?)", ((0, key * 7, key % 9_000) for key in range(300_000)))
        file.executemany(
            "INSERT INTO fingerprint VALUES (?, 1772366400.0, 'uk', 'bbc', 0, 9, ?, ?, ?, ?, '[]')",
            ((one, b"\1" * 512, b"", b"", b"") for one in range(9_000)),
        )
    migrate = [sys.executable, "-m", "aggregator", "migrate", "--home", str(home)]
    versions = set()
    for _ in range(8):
        with subprocess.Popen(migrate, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            try:
                process.wait(timeout=dice.uniform(0.3, 2.0))
            except subprocess.TimeoutExpired:
                process.kill()
        version = file_version(database(home))
        versions.add(version)
        assert ask(home, "PRAGMA integrity_check") == [("ok",)]
        backup = home / "storage" / "backups" / f"aggregator.sqlite3.before-{HEAD}"
        assert version == "0001" or check_backup(backup) == "0001"
    assert versions <= {"0001", HEAD}
    command(home, "migrate")
    assert ask(home, "SELECT count(*) FROM band") == [(300_000,)]


def test_a_damaged_store_is_refused_before_anything_is_written(faults: Faults, make_home: Callable[..., Path]) -> None:
    home = make_home(faults.url("etag", "damaged"))
    command(home, "once", "--all", "--quiet")
    content = bytearray(database(home).read_bytes())
    content[8192:12_288] = random.Random(1).randbytes(4096)
    database(home).write_bytes(content)
    for name in ("once", "run"):
        refused = command(home, name, code=2)
        assert "aggregator.sqlite3" in refused.stderr
        assert "backup" in refused.stderr
    assert database(home).read_bytes() == content
