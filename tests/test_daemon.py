"""The daemon as a process: one instance, a clean stop, nothing lost or doubled by a kill at any moment."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
import structlog

from aggregator import seeds, shipped
from aggregator.cli.demo import seedstand
from aggregator.cli.home import open_home
from aggregator.daemon import Daemon
from aggregator.errors import StorageError
from aggregator.fetch.client import Fetcher
from aggregator.fetch.politeness import host_port
from aggregator.model import Article, FeedState, HostWishes
from aggregator.pipeline.collect import Tools
from aggregator.pipeline.session import collect
from tests.fakes.daemons import running, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apscheduler.job import Job

    from aggregator.cli.home import Home
    from aggregator.workers import Workers

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KILLS = 12
LIMIT = 240.0  # seconds after which a process that should have ended is stuck


@pytest.fixture
def corpus() -> list[seeds.Seed]:
    return seeds.load(shipped.seeds())


@pytest.fixture
def home(corpus: list[seeds.Seed], tmp_path: Path) -> Iterator[Path]:
    """A home whose feeds are served, slowly enough that a kill strikes in the middle."""
    with seedstand(corpus, timedelta()) as base:
        outlets = sorted({seed.outlet for seed in corpus})
        (tmp_path / "feeds.yaml").write_text(
            "allow_private: [127.0.0.1/32]\nlimits: {host_gap: 0.02, per_host: 4}\nfeeds:\n"
            + "".join(f"  - {{url: '{base}/feeds/{outlet}.xml', outlet: {outlet}}}\n" for outlet in outlets),
            encoding="utf-8",
        )
        yield tmp_path


def count(home: Path, query: str) -> int:
    with closing(sqlite3.connect(home / "storage" / "aggregator.sqlite3")) as connection:
        return int(connection.execute(query).fetchone()[0])


def test_kill_at_any_moment_loses_nothing_and_doubles_nothing(home: Path, corpus: list[seeds.Seed]) -> None:
    dice = random.Random(4)
    for _ in range(KILLS):
        with running(home) as process:
            time_left = dice.uniform(0.1, 1.5)
            try:
                wait_for(process, "started")
                process.wait(timeout=time_left)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait(timeout=LIMIT)
            assert process.returncode == -signal.SIGKILL
        with closing(sqlite3.connect(home / "storage" / "aggregator.sqlite3")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finish = [sys.executable, "-m", "aggregator", "once", "--all", "--quiet", "--home", str(home)]
    subprocess.run(finish, check=True, timeout=LIMIT)
    served = len(corpus)
    assert count(home, "SELECT count(*) FROM entry") == served
    assert count(home, "SELECT count(*) FROM (SELECT DISTINCT feed, key FROM entry)") == served
    assert count(home, "SELECT count(*) FROM article") == served
    assert count(home, "SELECT count(*) FROM membership") == served
    assert count(home, "SELECT count(*) FROM entry WHERE next_try IS NOT NULL OR article IS NULL") == 0
    assert count(home, "SELECT sum(size) FROM cluster WHERE merged_into IS NULL") == served
    assert count(home, "SELECT count(*) FROM cluster WHERE unresolved OR unswept") == 0


def test_sigterm_ends_it_cleanly_and_frees_the_home(home: Path) -> None:
    with running(home) as process:
        started = wait_for(process, "started")
        assert started["pid"] == process.pid
        second = [sys.executable, "-m", "aggregator", "run", "--home", str(home)]
        refused = subprocess.run(second, capture_output=True, text=True, check=False, timeout=LIMIT)
        assert refused.returncode == 3
        assert f"pid {process.pid}" in refused.stderr
        wait_for(process, "polled")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=LIMIT) == 0
        assert wait_for(process, "stopped")
    again = [sys.executable, "-m", "aggregator", "once", "--quiet", "--home", str(home)]
    subprocess.run(again, check=True, timeout=LIMIT)


@pytest.fixture
def opened(home: Path) -> Iterator[Home]:
    with open_home(home) as one:
        yield one


def daemon_of(opened: Home) -> Daemon:
    return Daemon(opened.desk, opened.settings, lambda _now: None)


def job_of(daemon: Daemon, name: str) -> Job:
    scheduler = daemon._scheduler(None)  # type: ignore[arg-type]  # the tools are used when a job runs, not before
    (job,) = [one for one in scheduler.get_jobs() if one.name == name]
    return job


def test_a_changed_feed_list_is_taken_over_and_a_wrong_one_is_not(home: Path, opened: Home) -> None:
    daemon, path = daemon_of(opened), home / "feeds.yaml"
    text, before = path.read_text(encoding="utf-8"), dict(opened.desk.feeds)

    def change(content: str, moment: int) -> None:
        path.write_text(content, encoding="utf-8")
        os.utime(path, (moment, moment))
        daemon._reload()

    daemon._reload()
    change("feeds: [", 1)
    assert opened.desk.feeds == before
    change("\n".join(text.splitlines()[:5]) + "\n", 2)
    assert len(opened.desk.feeds) == 2
    path.unlink()
    daemon._reload()
    assert len(opened.desk.feeds) == 2


def test_a_changed_outlet_table_is_taken_over_and_a_wrong_one_is_not(home: Path, opened: Home) -> None:
    daemon, path, shipped = daemon_of(opened), home / "outlets.tsv", len(opened.desk.table)

    def change(content: str, moment: int) -> None:
        path.write_text(content, encoding="utf-8")
        os.utime(path, (moment, moment))
        daemon._reload()

    change("kelp\tonline\tIE\tkelp.ie\tKelp Daily\n", 1)
    assert (len(opened.desk.table), opened.desk.table.resolve("kelp.ie")) == (shipped + 1, "kelp")
    change("kelp\tonline\n", 2)
    assert len(opened.desk.table) == shipped + 1
    path.unlink()
    daemon._reload()
    assert len(opened.desk.table) == shipped


def test_changed_settings_are_taken_over_or_said_to_wait(home: Path, opened: Home) -> None:
    daemon, path = daemon_of(opened), home / "feeds.yaml"
    job = job_of(daemon, "digest")
    fetcher = Fetcher(opened.settings.limits, user_agent="retold-tests")
    daemon._tools = Tools(fetcher, cast("Workers", None), opened.settings.limits)
    feeds = (
        path.read_text(encoding="utf-8").partition("feeds:\n")[2].replace("outlet: bbc", "outlet: bbc, topics: [uk]")
    )
    head = (
        "contact: desk@example.org\nworkers: 3\nallow_private: [127.0.0.1/32]\nwindow_days: 1.5\n"
        "digest: {at: '18:30'}\nlimits: {host_gap: 5, per_host: 9, in_flight: 7, "
        "total_seconds: 12, gap_seconds: 4, entries: 10}\n"
        "feeds:\n"
    )
    with structlog.testing.capture_logs() as logs:
        path.write_text(head + feeds, encoding="utf-8")
        daemon._reload()
        daemon._reload()  # nothing has changed since
        path.write_text(head + feeds + "  - [", encoding="utf-8")
        daemon._reload()
    told, broken = logs
    limits = ["limits.host_gap", "limits.gap_seconds", "limits.total_seconds", "limits.entries"]
    assert told["taken_over"] == ["digest_at", "window_days", *limits]
    assert told["wait_for_restart"] == ["contact", "workers", "limits.per_host", "limits.in_flight"]
    assert (broken["event"], broken["kept"]) == ("configuration", "what was read before stays in force")
    assert "line" in broken["text"]
    due = job.trigger.get_next_fire_time(None, NOW)
    assert (due.hour, due.minute) == (18, 30)
    assert opened.desk.window == 129_600
    assert {feed.topics for feed in opened.desk.feeds.values()} == {("uk",), ()}
    running = daemon._tools.limits
    assert running is fetcher.limits
    assert (running.host_gap, running.total_seconds, running.entries) == (5.0, 12.0, 10)
    assert (running.per_host, running.in_flight) == (opened.settings.limits.per_host, opened.settings.limits.in_flight)
    assert fetcher._gate._limits.host_gap == 5.0
    assert (fetcher._client.timeout.read, fetcher._client.timeout.connect) == (4.0, 10.0)
    asyncio.run(fetcher.aclose())


@pytest.mark.parametrize(
    ("error", "text"), [(StorageError("the disk is full"), "the disk is full"), (ZeroDivisionError("x"), "bug")]
)
def test_a_job_that_fails_says_so_and_ends_alone(
    opened: Home, monkeypatch: pytest.MonkeyPatch, error: Exception, text: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("aggregator.pipeline.think", fail)
    with structlog.testing.capture_logs() as logs:
        asyncio.run(job_of(daemon_of(opened), "think").func())
    (entry,) = logs
    assert text in str(entry)
    assert entry["job"] == "think"


def test_work_in_a_thread_ends_between_two_batches(opened: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.pipeline.BATCH", 1)
    daemon = daemon_of(opened)
    with opened.desk.store.write() as unit:
        for number in range(3):
            unit.articles.add(Article(f"https://example.org/{number}", "bbc", "A title", "A text.", first_seen=NOW))
    daemon.stop()
    asyncio.run(job_of(daemon, "think").func())
    with opened.desk.store.read() as unit:
        assert unit.articles.counts()["unattributed"] == 2


def test_what_does_not_end_in_time_is_cancelled(opened: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def hang(*_: object) -> int:
        asyncio.get_running_loop().call_soon(daemon.stop)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")
        return 0

    monkeypatch.setattr("aggregator.daemon.GRACE_SECONDS", 0.2)
    monkeypatch.setattr("aggregator.daemon.poll_feeds", hang)
    daemon = daemon_of(opened)
    asyncio.run(daemon.run())
    assert ended == ["cancelled"]


def test_the_digest_is_made_at_its_hour(opened: Home) -> None:
    made: list[datetime] = []
    daemon = Daemon(opened.desk, opened.settings, made.append, clock=lambda: NOW)
    job = job_of(daemon, "digest")
    due = job.trigger.get_next_fire_time(None, NOW)
    assert (due.hour, due.minute) == (opened.settings.digest_at.hour, opened.settings.digest_at.minute)
    asyncio.run(job.func())
    assert made == [NOW]


def test_a_second_signal_ends_it_at_once(opened: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)
    daemon = daemon_of(opened)
    daemon.stop()
    assert ended == []
    daemon.stop()
    assert ended == [1]


def test_late_feeds_take_turns_after_a_start_and_after_a_sleep(opened: Home) -> None:
    daemon, urls = daemon_of(opened), list(opened.desk.feeds)
    late, new = urls[:-1], urls[-1]

    def asleep(until: datetime) -> None:
        with opened.desk.store.write() as unit:
            unit.feeds.save_states([FeedState(url, next_due=until - timedelta(hours=1)) for url in late])

    def asked(now: datetime) -> list[str]:
        return [feed.url for feed in daemon._due(now)]

    asleep(NOW)
    assert asked(NOW) == [late[0], new]
    half = asked(NOW + timedelta(seconds=150))
    assert half == [late[0], new], "a tick that comes late itself spreads anew"
    moment = NOW + timedelta(seconds=150)
    for _ in range(20):
        moment += timedelta(seconds=15)
        half = asked(moment)
    assert sorted(half) == sorted(urls)
    wake = moment + timedelta(hours=8)
    asleep(wake)
    assert asked(wake) == [late[0], new]
    # A clock that was put back counts as a time away, too.
    assert asked(wake - timedelta(minutes=5)) == [late[0], new]


def test_a_pause_that_a_host_asked_for_outlives_the_process(opened: Home) -> None:
    url = next(iter(opened.desk.feeds))
    clock = datetime.now(UTC)
    with opened.desk.store.write() as unit:
        unit.hosts.save(HostWishes({host_port(url): clock + timedelta(hours=1)}), clock)

    def tell(*_: object) -> None:
        """Says nothing."""

    asyncio.run(collect(opened.desk, opened.settings, clock, everything=True, progress=tell))
    with opened.desk.store.read() as unit:
        states = unit.feeds.states(list(opened.desk.feeds))
    assert all("asked to be left alone until" in (state.error or "") for state in states.values())
    assert {state.failures for state in states.values()} == {0}


def test_what_is_too_old_goes_once_a_day(opened: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aggregator.health.LARGEST_LOG", -1)
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            asyncio.run(job_of(daemon_of(opened), "tidy").func())
    assert [one["event"] for one in logs] == ["tidied", "storage", "storage"]


def test_a_job_that_is_held_back_clears_no_trouble(opened: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []

    async def read(*_: object) -> int:
        fetched.append(1)
        raise StorageError("disk full")

    def full() -> None:
        raise StorageError("disk full")

    monkeypatch.setattr("aggregator.daemon.read_pages", read)
    monkeypatch.setattr(opened.desk.store, "probe", full)
    daemon = daemon_of(opened)
    for _ in range(5):
        asyncio.run(job_of(daemon, "read").func())
        daemon._held_until = 0.0
    assert len(fetched) == 1
    assert daemon.vitals().trouble == "disk full"


def test_fetching_waits_until_the_disk_takes_data_again(opened: Home) -> None:
    daemon = daemon_of(opened)
    assert asyncio.run(daemon._may_fetch())
    daemon._hold("read", "disk full")
    assert daemon.vitals().trouble == "disk full"
    assert not asyncio.run(daemon._may_fetch())
    for name in ("poll", "read"):
        asyncio.run(job_of(daemon, name).func())
    daemon._hold("read", "disk full")
    daemon._held_until = 0.0
    assert asyncio.run(daemon._may_fetch())
    assert daemon.vitals().trouble is None
