from __future__ import annotations

import re
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config.check import check
from aggregator.config.edit import add_feed, remove_feed, write_atomically
from aggregator.errors import ConfigError
from aggregator.model import Feed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NEW = Feed(url="https://new.example/feed", outlet="new", name="new")
LINE = "{url: https://new.example/feed, outlet: new}"

HOME = """\
# The head.
contact: desk@example.org   # whom to ask

feeds:
  # Agencies
  - {url: https://a.example/feed, outlet: a}  # the first
  - url: https://b.example/feed
    # inside the second
    outlet: b
    topics:
      - world   # where it stands

  # Papers
  -
    url: https://c.example/feed

# The tail.
workers: 3
"""


def test_a_feed_is_put_behind_the_last_one() -> None:
    added = add_feed(HOME, NEW)
    assert added == HOME.replace("    url: https://c.example/feed\n", f"    url: https://c.example/feed\n  - {LINE}\n")
    assert remove_feed(added, NEW.url) == HOME


@pytest.mark.parametrize(
    ("url", "gone"),
    [
        ("https://a.example/feed", "  - {url: https://a.example/feed, outlet: a}  # the first\n"),
        ("HTTPS://B.example:443/feed#x", HOME[HOME.index("  - url: https://b") : HOME.index("\n  # Papers")]),
        ("https://c.example/feed", "  -\n    url: https://c.example/feed\n"),
    ],
)
def test_only_the_lines_of_the_feed_go(url: str, gone: str) -> None:
    assert remove_feed(HOME, url) == HOME.replace(gone, "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "feeds:\n  - NEW\n"),
        ("\ufeff", "\ufefffeeds:\n  - NEW\n"),
        ("# only this", "# only this\nfeeds:\n  - NEW\n"),
        ("workers: 3", "workers: 3\nfeeds:\n  - NEW\n"),
        ("workers: 3\r\n", "workers: 3\r\nfeeds:\r\n  - NEW\r\n"),
        ("feeds:", "feeds:\n  - NEW\n"),
        ("feeds:  # mine\n  # group\nworkers: 3\n", "feeds:  # mine\n  - NEW\n  # group\nworkers: 3\n"),
        ("feeds: null # none yet\n", "feeds:  # none yet\n  - NEW\n"),
        ("feeds: []", "feeds: [NEW]"),
        ("feeds: [ # c\n]\n", "feeds: [NEW # c\n]\n"),
        ("feeds: [{url: http://a}] # c\n", "feeds: [{url: http://a}, NEW] # c\n"),
        ("feeds: [\n  {url: http://a},\n]\n", "feeds: [\n  {url: http://a}, NEW,\n]\n"),
        ("{feeds: [{url: http://a}], workers: 3}", "{feeds: [{url: http://a}, NEW], workers: 3}"),
        ("\ufeff{feeds: [{url: http://a}]}", "\ufeff{feeds: [{url: http://a}, NEW]}"),
        ("feeds:\n- url: http://a", "feeds:\n- url: http://a\n- NEW\n"),
        ("feeds:\n- url: http://a\nworkers: 3\n", "feeds:\n- url: http://a\n- NEW\nworkers: 3\n"),
        ("feeds:\r\n    -   url: http://a\r\n\r\n", "feeds:\r\n    -   url: http://a\r\n    - NEW\r\n\r\n"),
        ("feeds:\n  - url: >-\n      http://a\n\n# c\n", "feeds:\n  - url: >-\n      http://a\n  - NEW\n\n# c\n"),
    ],
)
def test_every_form_of_the_block_takes_a_feed_and_gives_it_back(before: str, after: str) -> None:
    added = add_feed(before, NEW)
    assert added == after.replace("NEW", LINE)
    left = check(remove_feed(added, NEW.url)).feeds
    assert left == check(added).feeds[:-1]


@pytest.mark.parametrize(
    ("before", "url", "after"),
    [
        (
            "feeds: [{url: http://a}, {url: http://b}, {url: http://c}]",
            "http://a",
            "feeds: [{url: http://b}, {url: http://c}]",
        ),
        (
            "feeds: [{url: http://a}, {url: http://b}, {url: http://c}]",
            "http://b",
            "feeds: [{url: http://a}, {url: http://c}]",
        ),
        ("feeds: [{url: http://a}, {url: http://b},]", "http://b", "feeds: [{url: http://a},]"),
        ("feeds: [{url: http://a} , ] # c\n", "http://a", "feeds: [ ] # c\n"),
        ("\ufefffeeds:\n- url: http://a\n", "http://a", "\ufefffeeds:\n"),
        ("feeds:\n- # - a\n  # - b\n  url: http://a\n- url: http://b", "http://a", "feeds:\n- url: http://b"),
        (
            "feeds:\n- # - a\n  # - b\n  url: http://a\n- url: http://b",
            "http://b",
            "feeds:\n- # - a\n  # - b\n  url: http://a\n",
        ),
    ],
)
def test_a_removed_feed_leaves_the_rest_in_its_form(before: str, url: str, after: str) -> None:
    assert remove_feed(before, url) == after


@pytest.mark.parametrize(
    ("text", "feed", "message"),
    [
        (HOME, Feed("https://A.example/feed", "x", "x"), "'https://A.example/feed' is in feeds.yaml already"),
        (
            HOME,
            Feed("ftp://u:pw@x", "x", "x"),
            "cannot change the feed 'ftp://***@x': feeds.yaml line 16: feeds[3].url: ",
        ),
        (HOME, Feed("https://x.example", "x", "x", "english"), "feeds[3].language: 'english' is not an ISO 639-1 code"),
        (HOME, Feed("https://x.example", "two\nlines", "x"), "feeds[3].outlet: 'two\\nlines' is not an outlet's id or"),
        ("feeds: [", NEW, "feeds.yaml line 1"),
        ("workers: 0\n", NEW, "feeds.yaml line 1: workers: '0' is not"),
        ("{workers: 3}\n", NEW, "not YAML"),
        ("? feeds\n: - url: http://a\n", NEW, "cannot be made line by line"),
        ("? feeds\n:\n", NEW, "cannot change the feed"),
    ],
)
def test_what_cannot_be_added_says_why(text: str, feed: Feed, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        add_feed(text, feed)


@pytest.mark.parametrize(
    ("text", "url", "message"),
    [
        (
            HOME,
            "https://a.example/fed",
            "no feed 'https://a.example/fed' in feeds.yaml; did you mean 'https://a.example/f",
        ),
        (HOME, "zzz", "no feed 'zzz' in feeds.yaml"),
        ("feeds:\n", "https://a.example", "no feed 'https://a.example' in feeds.yaml"),
        ("? feeds\n: - url: http://a\n", "http://a", "cannot be made line by line"),
        ("", "http://a", "feeds.yaml is empty"),
    ],
)
def test_what_cannot_be_removed_says_why(text: str, url: str, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        remove_feed(text, url)


def test_a_form_that_would_come_out_wrong_is_left_to_a_person() -> None:
    # YAML folds this old line end into a blank: the name would be another one.
    with pytest.raises(ConfigError, match="cannot be made line by line"):
        add_feed(HOME, Feed("https://x.example", "x", "next\x85line"))


_HOSTS = st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True)
_NAMES = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
_FEEDS = st.builds(
    Feed,
    url=st.builds("https://{}/{}".format, _HOSTS, st.from_regex(r"[!-~é]{0,12}", fullmatch=True)),
    outlet=_NAMES,
    name=_NAMES,
    language=st.none() | st.from_regex(r"[a-z]{2}", fullmatch=True),
    country=st.none() | st.from_regex(r"[A-Z]{2}", fullmatch=True),
    topics=st.lists(st.from_regex(r"[!-~]([ -~]{0,8}[!-~])?", fullmatch=True), max_size=3).map(tuple),
    interval=st.none() | st.integers(15, 1440),
)
_LAYOUTS = st.sampled_from(
    [
        ("feeds:\n", "  - {{url: {}, outlet: x}}\n", "workers: 1\n"),
        (
            "contact: a@b.example # c\nfeeds: # f\n  # group\n",
            "  - url: {} # u\n    # inner\n    outlet: x\n\n",
            "# end",
        ),
        ("feeds:\n", "-\n  outlet: x\n  url: {}\n", ""),
        ("feeds: [", "{{url: {}, outlet: x}},\n  ", "] # c\n"),
    ]
)


@settings(deadline=None, max_examples=50)
@given(_LAYOUTS, st.lists(_HOSTS, unique=True, max_size=4), _FEEDS)
def test_adding_and_removing_gives_the_same_feeds(
    layout: tuple[str, str, str], hosts: Sequence[str], feed: Feed
) -> None:
    head, entry, tail = layout
    text = head + "".join(entry.format(f"http://{each}/") for each in hosts) + tail
    before = check(text).feeds
    added = add_feed(text, feed)
    assert check(added).feeds == (*before, feed)
    assert check(remove_feed(added, feed.url)).feeds == before
    for each in before:
        assert check(remove_feed(added, each.url)).feeds == (*(f for f in before if f != each), feed)


def test_every_shipped_feed_can_be_taken_out_and_nothing_else_goes(shipped: str) -> None:
    feeds = check(shipped).feeds
    for feed in feeds[::40]:
        left = remove_feed(shipped, feed.url)
        lines = left.splitlines()
        assert [line for line in shipped.splitlines() if line not in lines] == [
            line for line in shipped.splitlines() if f"url: {feed.url}," in line or f'url: "{feed.url}",' in line
        ]
        assert len(lines) == len(shipped.splitlines()) - 1


def test_a_written_file_keeps_mode_link_and_line_ends(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("old")
    real.chmod(0o640)
    link = tmp_path / "feeds.yaml"
    link.symlink_to(real)
    write_atomically(link, "é\r\nb\n")
    assert link.is_symlink()
    assert real.read_bytes() == "é\r\nb\n".encode()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feeds.yaml", "real.yaml"]


def test_a_new_file_is_readable_by_all(tmp_path: Path) -> None:
    write_atomically(tmp_path / "feeds.yaml", "x")
    assert stat.S_IMODE((tmp_path / "feeds.yaml").stat().st_mode) == 0o644


def test_what_cannot_be_written_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot write .*: No such file or directory"):
        write_atomically(tmp_path / "none" / "feeds.yaml", "x")
    with pytest.raises(ConfigError, match="is no Unicode character"):
        write_atomically(tmp_path / "feeds.yaml", "\ud800")
    (tmp_path / "feeds.yaml").mkdir()
    with pytest.raises(ConfigError, match=r"cannot write .*: Is a directory"):
        write_atomically(tmp_path / "feeds.yaml", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.yaml"]


_FULL_DISK = """
import pathlib, resource, sys
from aggregator.config.edit import write_atomically
from aggregator.errors import ConfigError
before = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
try:
    write_atomically(pathlib.Path(sys.argv[1]), "x" * 1000)
except ConfigError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, before)
"""


def test_where_no_more_fits_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(HOME)
    done = subprocess.run([sys.executable, "-c", _FULL_DISK, path], capture_output=True, text=True, check=True)
    assert "File too large" in done.stdout
    assert path.read_text() == HOME
    assert list(tmp_path.iterdir()) == [path]
