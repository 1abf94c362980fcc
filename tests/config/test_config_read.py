from __future__ import annotations

import dataclasses
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from aggregator import __version__
from aggregator.config.read import MAX_BYTES, machine_zone, read_settings, read_text
from aggregator.errors import ConfigError
from aggregator.model import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

MINIMAL = "feeds:\n  - {url: 'http://127.0.0.1:1234/rss/x/y.xml', outlet: 'y'}"


def test_the_minimal_home_has_every_default(home: Callable[[str | bytes], Path]) -> None:
    place = home(MINIMAL)
    settings = read_settings(place, {})
    assert settings.home == place
    assert settings.storage == place / "storage"
    assert settings.database == place / "storage" / "aggregator.sqlite3"
    assert [feed.outlet for feed in settings.feeds] == ["y"]
    assert settings.limits == Limits()
    assert settings.allow_private == ()
    assert (settings.digest_at, settings.window_days, settings.workers) == (time(7), 3.0, 2)
    assert ZoneInfo(settings.zone).key == settings.zone
    assert settings.user_agent == f"aggregator/{__version__}"
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.__setattr__("workers", 3)


def test_a_zone_that_is_set_is_taken(home: Callable[[str | bytes], Path]) -> None:
    assert read_settings(home(MINIMAL + "\ndigest: {zone: Asia/Tokyo}"), {}).zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("environment", "contact"),
    [
        ({}, "desk@file.example"),
        ({"AGGREGATOR_CONTACT": " "}, "desk@file.example"),
        ({"AGGREGATOR_CONTACT": "a@b.c"}, "a@b.c"),
    ],
)
def test_the_environment_stands_before_the_file(
    home: Callable[[str | bytes], Path], environment: dict[str, str], contact: str
) -> None:
    settings = read_settings(home(MINIMAL + "\ncontact: desk@file.example\n"), environment)
    assert settings.contact == contact
    assert settings.user_agent == f"aggregator/{__version__} (+{contact})"


def test_a_contact_that_would_break_the_header_is_refused(home: Callable[[str | bytes], Path]) -> None:
    with pytest.raises(ConfigError, match=r"^AGGREGATOR_CONTACT: 'nobody' is not a mail address or a page; expected e"):
        read_settings(home(MINIMAL), {"AGGREGATOR_CONTACT": "nobody"})


def test_a_missing_file_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_settings(tmp_path, {})
    assert str(caught.value) == f"no feeds.yaml in {tmp_path}: run `aggregator init {tmp_path}`"


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").mkdir()
    with pytest.raises(ConfigError, match="is not a file"):
        read_settings(tmp_path, {})


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that cannot be read, as Linux has one")
def test_an_unreadable_file_says_why(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").symlink_to("/proc/self/mem")
    with pytest.raises(ConfigError, match=r"cannot read .*feeds.yaml: "):
        read_settings(tmp_path, {})


def test_a_file_may_be_a_million_bytes_and_no_more(home: Callable[[str | bytes], Path]) -> None:
    padded = MINIMAL + "\n#"
    padded += "x" * (MAX_BYTES - len(padded))
    assert len(read_settings(home(padded), {}).feeds) == 1
    with pytest.raises(ConfigError, match="is larger than 1,000,000 bytes"):
        read_settings(home(padded + "x"), {})


def test_bad_utf_8_names_line_and_byte(home: Callable[[str | bytes], Path]) -> None:
    with pytest.raises(ConfigError, match=r"^feeds.yaml line 2: byte 0xe9 is not UTF-8; save it as UTF-8$"):
        read_settings(home(b"feeds:\n  # caf\xe9\n"), {})


def test_a_byte_order_mark_and_windows_line_ends_are_read(home: Callable[[str | bytes], Path]) -> None:
    place = home(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert len(read_settings(place, {}).feeds) == 1
    assert "\r\n" in read_text(place)


def _raises(error: Exception) -> Callable[[], str]:
    def ask() -> str:
        raise error

    return ask


@pytest.mark.parametrize(
    "ask",
    [_raises(LookupError()), _raises(OSError()), lambda: "Mars/Base", lambda: "Europe", lambda: "", lambda: "/etc/x"],
)
def test_a_machine_without_a_proper_zone_counts_in_utc(ask: Callable[[], str]) -> None:
    assert machine_zone(ask) == "UTC"


def test_the_machines_zone_is_taken() -> None:
    assert machine_zone(lambda: "Europe/Kyiv") == "Europe/Kyiv"
