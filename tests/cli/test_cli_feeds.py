from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aggregator import seeds, shipped
from aggregator.cli.demo import seedstand
from aggregator.cli.home import open_home
from aggregator.fetch.schedule import NEVER
from aggregator.model import FeedState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import Ran

FEED = "https://example.org/feed.xml"


@pytest.fixture
def served(empty_home: Path) -> Iterator[Path]:
    """A home with one feed that works and one that is served nowhere."""
    with seedstand(seeds.load(shipped.seeds()), timedelta()) as base:
        (empty_home / "feeds.yaml").write_text(
            "# kept\nallow_private: [127.0.0.1/32]\nlimits: {host_gap: 0}\nfeeds:\n"
            f"  - {{url: '{base}/feeds/bbc.xml', outlet: bbc}}\n  - {{url: '{base}/none.xml', outlet: cnn}}\n",
            encoding="utf-8",
        )
        yield empty_home


def test_feeds_are_added_and_removed_and_comments_stay(aggregator: Callable[..., Ran], served: Path) -> None:
    before = (served / "feeds.yaml").read_text(encoding="utf-8")
    more = ("--outlet", "Example Times", "--topic", "world", "--offline")
    assert aggregator("feeds", "add", FEED, *more, "--home", served).code == 0
    added = (served / "feeds.yaml").read_text(encoding="utf-8")
    assert added.startswith(before)
    assert FEED in aggregator("feeds", "list", "--home", served, "--json").out
    again = aggregator("feeds", "add", FEED, "--home", served)
    assert (again.code, FEED in again.err) == (2, True)
    assert aggregator("feeds", "remove", FEED, "--home", served).code == 0
    assert (served / "feeds.yaml").read_text(encoding="utf-8") == before
    assert aggregator("feeds", "remove", FEED, "--home", served).code == 2


@pytest.mark.parametrize("url", ["ftp://example.org/feed", "example.org/feed", "file:///etc/passwd"])
def test_what_is_no_address_is_not_added(aggregator: Callable[..., Ran], served: Path, url: str) -> None:
    before = (served / "feeds.yaml").read_text(encoding="utf-8")
    assert aggregator("feeds", "add", url, "--home", served).code == 2
    assert (served / "feeds.yaml").read_text(encoding="utf-8") == before


def test_check_asks_and_stores_nothing(aggregator: Callable[..., Ran], served: Path) -> None:
    ran = aggregator("feeds", "check", "--home", served, "--json")
    assert ran.code == 1
    outcomes = {row["feed"].rsplit("/", 1)[1]: row["outcome"] for row in json.loads(ran.out)}
    assert outcomes == {"bbc.xml": "new", "none.xml": "failed"}
    assert "404" in aggregator("feeds", "check", "--home", served).out
    listed = json.loads(aggregator("feeds", "list", "--home", served, "--json").out)
    assert {row["condition"] for row in listed} == {"new"}
    assert aggregator("feeds", "check", FEED, "--home", served).code == 1


def test_the_list_says_what_failed(aggregator: Callable[..., Ran], served: Path) -> None:
    ran = aggregator("once", "--home", served)
    assert ran.code == 0
    assert "1 failing" in ran.out
    told = aggregator("feeds", "list", "--home", served).out
    assert "404" in told
    assert "ok" in told
    # Nothing is due: the pass polls nothing, finds nothing and says so.
    assert aggregator("once", "--home", served).out.startswith("0 feeds polled")


def test_one_bad_feed_is_one_clear_line_and_stops_nobody(aggregator: Callable[..., Ran], served: Path) -> None:
    text = (served / "feeds.yaml").read_text(encoding="utf-8")
    page = text.split("url: '", 1)[1].split("/feeds/", 1)[0] + "/bbc/news/articles/c9dunmere1o"
    text += f"  - {{url: '{page}', outlet: sky}}\n  - {{url: 'http://127.0.0.1:9/feed.xml', outlet: itv}}\n"
    (served / "feeds.yaml").write_text(text, encoding="utf-8")
    assert aggregator("once", "--home", served, "--quiet").code == 0
    listed = {
        row["feed"]["outlet"]: row for row in json.loads(aggregator("feeds", "list", "--home", served, "--json").out)
    }
    assert listed["bbc"]["condition"] == "ok"
    assert "404" in listed["cnn"]["state"]["error"]
    assert "not a feed: HTML page" in listed["sky"]["state"]["error"]
    assert "connect" in listed["itv"]["state"]["error"]
    assert all("\n" not in row["state"]["error"] for row in listed.values() if row["state"]["error"])
    assert json.loads(aggregator("status", "--home", served, "--json").out)["articles"] > 0


def test_an_export_is_imported_as_the_same_feeds(
    aggregator: Callable[..., Ran], empty_home: Path, tmp_path: Path
) -> None:
    feeds = "feeds:  # kept\n  - {url: 'https://me:secret@a.example/f', outlet: ft, topics: [world]}\n"
    (empty_home / "feeds.yaml").write_text(feeds, encoding="utf-8")
    listed = tmp_path / "list.opml"
    ran = aggregator("feeds", "export", listed, "--home", empty_home)
    assert (ran.code, "without the name and password" in ran.err, "secret" in ran.out + ran.err) == (0, True, False)
    text = listed.read_text(encoding="utf-8")
    assert "secret" not in text
    assert 'htmlUrl="https://ft.com/"' in text
    assert aggregator("feeds", "export", "--home", empty_home).out.startswith("<?xml")
    (empty_home / "feeds.yaml").write_text("feeds:  # kept\n", encoding="utf-8")
    ran = aggregator("feeds", "import", listed, "--home", empty_home)
    assert (ran.code, "1 added, 0 there already, 0 skipped" in ran.out) == (0, True)
    after = (empty_home / "feeds.yaml").read_text(encoding="utf-8")
    assert after == "feeds:  # kept\n  - {url: https://a.example/f, outlet: ft, topics: [world]}\n"
    again = json.loads(aggregator("feeds", "import", listed, "--home", empty_home, "--json").out)
    assert ([len(again[key]) for key in ("added", "present", "skipped")]) == [0, 1, 0]
    assert (empty_home / "feeds.yaml").read_text(encoding="utf-8") == after


def test_a_list_is_read_from_standard_input_and_bad_outlines_are_named(
    aggregator: Callable[..., Ran], empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlines = (
        '<outline type="rss" text="T"/><outline xmlUrl="ftp://a.example/"/><outline xmlUrl="https://a.example/"/>'
    )
    raw = f"<opml><body>{outlines}</body></opml>".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    ran = aggregator("feeds", "import", "-", "--home", empty_home)
    assert ran.code == 0
    assert "names no xmlUrl" in ran.out
    assert "'ftp://a.example/' is not an http or https address" in ran.out
    assert "1 added, 0 there already, 2 skipped" in ran.out


def test_what_is_no_list_changes_nothing(aggregator: Callable[..., Ran], empty_home: Path, tmp_path: Path) -> None:
    before = (empty_home / "feeds.yaml").read_text(encoding="utf-8")
    path = tmp_path / "x.opml"
    assert "cannot read" in aggregator("feeds", "import", path, "--home", empty_home).err
    for content, why in (
        ("<opml><body/></opml>", "no outline with an xmlUrl"),
        ("<html/>", "not OPML"),
        ("<!DOCTYPE opml [<!ENTITY a 'b'>]><opml/>", "declares XML entities"),
    ):
        path.write_text(content, encoding="utf-8")
        ran = aggregator("feeds", "import", path, "--home", empty_home)
        assert (ran.code, why in ran.err) == (2, True)
    assert (empty_home / "feeds.yaml").read_text(encoding="utf-8") == before


def test_credentials_are_shown_nowhere_and_an_unchecked_certificate_is(
    aggregator: Callable[..., Ran], empty_home: Path
) -> None:
    url = "https://me:hidden@127.0.0.1:9/feed.xml"
    feed = f"{{url: '{url}', outlet: bbc, insecure_tls: true, headers: {{X-Key: 'env:UNSET_KEY'}}}}"
    (empty_home / "feeds.yaml").write_text(
        f"allow_private: [127.0.0.1/32]\nfeeds:\n  - {feed}\n  - {{url: 'http://me:hidden@127.0.0.1:9/'}}\n",
        encoding="utf-8",
    )
    ran = [aggregator("once", "--home", empty_home)]
    commands = ("feeds list", "feeds list --json", "feeds check", "feeds check --json", "status", "status --json")
    ran += [aggregator(*command.split(), "--home", empty_home) for command in commands]
    ran += [aggregator("doctor", "--home", empty_home), aggregator("feeds", "export", "--home", empty_home)]
    ran.append(aggregator("feeds", "add", url.replace("feed.xml", "3"), "--offline", "--home", empty_home))
    ran.append(aggregator("feeds", "remove", url.replace("feed.xml", "4"), "--home", empty_home))
    ran.append(aggregator("feeds", "remove", url, "--home", empty_home))
    assert not [one for one in ran if "hidden" in one.out + one.err]
    unchecked = [one for one in ran[1:7] if "certificate is not checked" in one.out]
    assert len(unchecked) == 4
    assert "$UNSET_KEY is not set" in ran[1].out
    assert "headers need what the environment does not hold: $UNSET_KEY" in ran[7].out


@pytest.fixture
def site(empty_home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A site of a test's own on loopback: its base and its pages by path, which the test fills."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer  # noqa: PLC0415 -- of no use elsewhere
    from threading import Thread  # noqa: PLC0415

    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in pages else 404)
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    settings = "# kept\nallow_private: [127.0.0.1/32]\nlimits: {host_gap: 0}\nfeeds:\n"
    (empty_home / "feeds.yaml").write_text(settings, encoding="utf-8")
    yield f"http://127.0.0.1:{server.server_port}/", pages
    server.shutdown()
    server.server_close()


def rss(title: str, *pages: int) -> str:
    items = "".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in pages)
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


def test_a_sites_only_feed_is_added(
    aggregator: Callable[..., Ran], empty_home: Path, site: tuple[str, dict[str, str]]
) -> None:
    base, pages = site
    pages["/"] = "<html><body>Hello</body></html>"
    pages["/robots.txt"] = f"Sitemap: {base}news.xml"
    none = aggregator("feeds", "add", base, "--home", empty_home)
    assert (none.code, "no feed found" in none.err, f"{base}news.xml" in none.err) == (1, True, True)
    pages["/feed"] = rss("The Daily", 1, 2)
    ran = aggregator("feeds", "add", base, "--outlet", "Daily", "--topic", "world", "--home", empty_home)
    assert ran.code == 0
    assert "added" in ran.out
    assert "2 entries" in ran.out
    text = (empty_home / "feeds.yaml").read_text(encoding="utf-8")
    assert text.startswith("# kept\n")
    assert text.endswith(f"  - {{url: {base}feed, outlet: Daily, name: The Daily, topics: [world]}}\n")
    assert "in feeds.yaml already" in aggregator("feeds", "add", base, "--home", empty_home).out
    assert aggregator("feeds", "add", f"{base}feed", "--home", empty_home).code == 2


def test_several_feeds_are_listed_and_added_on_demand(
    aggregator: Callable[..., Ran], empty_home: Path, site: tuple[str, dict[str, str]]
) -> None:
    base, pages = site
    links = "".join(f"<link rel=alternate type=application/rss+xml href=/{n}>" for n in "ab")
    pages |= {"/": f"<html><head>{links}</head></html>", "/a": rss("A", 1), "/b": rss("B", 2)}
    before = (empty_home / "feeds.yaml").read_text(encoding="utf-8")
    ran = aggregator("feeds", "add", base, "--home", empty_home)
    assert (ran.code, "or all with --all" in ran.out) == (0, True)
    assert (empty_home / "feeds.yaml").read_text(encoding="utf-8") == before
    told = json.loads(aggregator("feeds", "add", base, "--json", "--home", empty_home).out)
    assert (told["added"], [one["title"] for one in told["feeds"]], told["sitemaps"]) == ([], ["A", "B"], [])
    one = aggregator("feeds", "add", f"{base}a", "--home", empty_home)
    assert (one.code, "added" in one.out) == (0, True)
    every = json.loads(aggregator("feeds", "add", base, "--all", "--json", "--home", empty_home).out)
    assert every["added"] == [f"{base}b"]


def test_where_nobody_answers_nothing_is_added(aggregator: Callable[..., Ran], empty_home: Path) -> None:
    before = (empty_home / "feeds.yaml").read_text(encoding="utf-8")
    ran = aggregator("feeds", "add", "http://me:hidden@127.0.0.1:9/", "--home", empty_home)
    assert (ran.code, "--offline adds it all the same" in ran.err, "hidden" in ran.err) == (1, True, False)
    assert (empty_home / "feeds.yaml").read_text(encoding="utf-8") == before


def test_a_feed_that_is_gone_is_polled_again_when_a_check_finds_it_back(
    aggregator: Callable[..., Ran], served: Path
) -> None:
    assert aggregator("once", "--home", served, "--quiet").code == 0
    listed = json.loads(aggregator("feeds", "list", "--home", served, "--json").out)
    url = next(row["feed"]["url"] for row in listed if row["feed"]["outlet"] == "bbc")
    long_ago = datetime.now(UTC) - timedelta(days=9)

    def keep(**fields: Any) -> None:
        with open_home(served) as opened, opened.desk.store.write() as unit:
            unit.feeds.save_states([replace(unit.feeds.states([url])[url], last_attempt=long_ago, **fields)])

    def condition() -> str:
        rows = json.loads(aggregator("feeds", "list", "--home", served, "--json").out)
        return str(next(row["condition"] for row in rows if row["feed"]["url"] == url))

    keep(next_due=NEVER, gone_since=long_ago, failures=2, error="gone")
    assert condition() == "gone"
    assert "gone" in aggregator("feeds", "list", "--home", served).out
    assert aggregator("once", "--all", "--home", served).out.startswith("1 feeds polled")
    assert condition() == "gone"
    checked = aggregator("feeds", "check", url, "--home", served)
    assert (checked.code, "is back: it is polled again" in checked.err) == (0, True)
    assert condition() == "ok"
    assert aggregator("once", "--home", served).out.startswith("1 feeds polled")


def test_a_check_waits_as_the_server_asked(aggregator: Callable[..., Ran], served: Path) -> None:
    assert aggregator("once", "--home", served, "--quiet").code == 0
    ran = aggregator("feeds", "check", "--home", served)
    assert (ran.code, ran.out.count("once a minute is enough")) == (1, 2)


def test_a_move_is_shown_without_its_password(aggregator: Callable[..., Ran], served: Path) -> None:
    with open_home(served) as opened, opened.desk.store.write() as unit:
        moved = {"moved_to": "https://me:secret@new.example/feed", "moved_polls": 5}
        unit.feeds.save_states([FeedState(url, **moved) for url in opened.desk.feeds])  # type: ignore[arg-type]  # two fields of two types
    told = aggregator("feeds", "list", "--home", served).out
    assert "moved for good to https://***@new.example/feed" in told
    assert "secret" not in told
    assert "secret" not in aggregator("feeds", "list", "--home", served, "--json").out
