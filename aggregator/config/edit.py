"""Adds feeds to the text of feeds.yaml or removes one, and leaves every other line as it is.

The text is not parsed and written anew, which would lose comments and layout: a line is put in or taken out, and the
result is checked against what it should say before anybody sees it.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from aggregator.config.blocks import BY_HAND, content_end, entry_lines, indent, line_end
from aggregator.config.check import check, shown
from aggregator.config.nodes import FILE, MappingNode, SequenceNode, compose
from aggregator.config.schema import address, same
from aggregator.errors import ConfigError
from aggregator.urls import host

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aggregator.config.check import Checked
    from aggregator.model import Feed

_PLAIN = re.compile(r"https?://[\w.~/@%+=&-]+(?::[0-9]+)?[\w.~/@%+=&-]*", re.ASCII)
_COMMA = re.compile(r"\s*,?")
_ALONE = f"{FILE} line 1: feeds[0]."  # where a feed that is checked alone stands


@dataclass(frozen=True, slots=True)
class Merged:
    """A text with feeds of a list: those added, those it had already, and a sentence for each that cannot be added."""

    text: str
    added: tuple[Feed, ...]
    present: tuple[Feed, ...]
    refused: tuple[str, ...]


def add_feed(text: str, feed: Feed) -> str:
    """The text with one more feed, as the last one of the block `feeds`; the block is made where there is none.

    Raises:
        ConfigError: the text or the feed is wrong, its address is there already, or the block is in a form that only
            a person can edit.
    """
    started = _with_block(text)
    before = check(started)
    if _same(feed.url) in {same(each.url) for each in before.feeds}:
        raise ConfigError(f"{shown(feed.url)} is in {FILE} already")
    return _with_feeds(started, before, [feed])


def merge_feeds(text: str, feeds: Iterable[Feed]) -> Merged:
    """The text with those of the feeds that it does not have and that can be subscribed to.

    Raises:
        ConfigError: the text is wrong, or the block is in a form that only a person can edit.
    """
    started = _with_block(text)
    before = check(started)
    seen = {same(each.url) for each in before.feeds}
    added: list[Feed] = []
    present: list[Feed] = []
    refused: list[str] = []
    for feed in feeds:
        try:
            check(f"feeds: [{_entry(feed)}]")
        except ConfigError as error:
            refused.append(f"{shown(feed.url)}: {str(error).replace(_ALONE, '')}")
            continue
        (present if _same(feed.url) in seen else added).append(feed)
        seen.add(_same(feed.url))
    return Merged(_with_feeds(started, before, added) if added else text, tuple(added), tuple(present), tuple(refused))


def _with_feeds(started: str, before: Checked, feeds: Sequence[Feed]) -> str:
    """The text with these feeds at the end of its block, each on its own line where the others are."""
    block = before.root.values["feeds"]
    entries = [_entry(feed) for feed in feeds]
    if isinstance(block, SequenceNode) and block.flow:
        at = block.items[-1].end if block.items else block.start + 1
        edited = started[:at] + (", " if block.items else "") + ", ".join(entries) + started[at:]
    elif isinstance(block, SequenceNode):
        pad = indent(started, block)
        edited = _with_lines(started, content_end(started, block), [f"{pad}- {entry}" for entry in entries])
    else:
        bare = started[: block.start] + started[block.end :]
        edited = _with_lines(bare, before.root.keys["feeds"].end, [f"  - {entry}" for entry in entries])
    named = [(feed, feed.outlet or host(feed.url)) for feed in feeds]
    full = (replace(feed, outlet=outlet, name=feed.name or outlet) for feed, outlet in named)
    return _confirmed(edited, (*before.feeds, *full), feeds[0].url)


def remove_feed(text: str, url: str) -> str:
    """The text without the feed of this address; a comment on its own lines goes with it, every other one stays.

    Raises:
        ConfigError: the text is wrong, has no such feed, or the block is in a form that only a person can edit.
    """
    before = check(text)
    urls = [feed.url for feed in before.feeds]
    index = next((i for i, each in enumerate(urls) if each == url or same(each) == _same(url)), None)
    if index is None:
        close = get_close_matches(url, urls, n=1)
        hint = f"; did you mean {shown(close[0])}?" if close else ""
        raise ConfigError(f"no feed {shown(url)} in {FILE}{hint}")
    block = before.root.values["feeds"]
    assert isinstance(block, SequenceNode)  # noqa: S101 -- an entry was found in it
    start, end = _flow_span(text, block, index) if block.flow else entry_lines(text, block, index)
    return _confirmed(text[:start] + text[end:], before.feeds[:index] + before.feeds[index + 1 :], url)


def write_atomically(path: Path, text: str) -> None:
    """Puts the text in the file's place in one step: after a crash either the old or the new file stands there.

    The file's mode stays; a link stays a link. Line ends are written as they are.

    Raises:
        ConfigError: the file cannot be written there, or the text is not Unicode.
    """
    target = path.resolve()
    try:
        raw = text.encode()
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except UnicodeEncodeError as error:
        raise ConfigError(f"cannot write {path}: {error.object[error.start]!r} is no Unicode character") from error
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fchmod(handle, mode)
            os.fsync(handle)
        Path(name).replace(target)
        _sync_directory(target.parent)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise ConfigError(f"cannot write {path}: {error.strerror}") from error


def _sync_directory(directory: Path) -> None:
    """Makes a rename in the directory last through a power loss."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _same(url: str) -> str:
    try:
        return same(address(url))
    except ValueError:
        return url


def _with_block(text: str) -> str:
    """The text, with an empty block `feeds` at its end where it has none."""
    root = compose(text)
    if isinstance(root, MappingNode) and "feeds" in root.values:
        return text
    return _with_lines(text, len(text), ["feeds:"])


def _with_lines(text: str, after: int, lines: Sequence[str]) -> str:
    """The text with lines put in behind the line of offset `after`, in the text's own line ends."""
    ending = "\r\n" if "\r\n" in text else "\n"
    at = line_end(text, after)
    gap = ending if text[:at].removeprefix("\ufeff") and text[at - 1] != "\n" else ""
    return f"{text[:at]}{gap}{ending.join(lines)}{ending}{text[at:]}"


def _entry(feed: Feed) -> str:
    """The feed as one line of YAML; what the defaults say is left out."""
    fields = {
        "url": feed.url,
        "outlet": feed.outlet,
        "name": feed.name if feed.name != feed.outlet else None,
        "language": feed.language,
        "country": feed.country,
        "topics": list(feed.topics),
        "interval": feed.interval,
        "headers": {name: f"env:{variable}" for name, variable in feed.headers},
        "insecure_tls": feed.insecure_tls,
    }
    written = {key: value for key, value in fields.items() if value}
    line = yaml.safe_dump(written, default_flow_style=True, sort_keys=False, allow_unicode=True, width=1_000_000)
    if _PLAIN.fullmatch(feed.url):  # PyYAML quotes every colon; the lines around have none of its quotes
        line = line.replace(f"'{feed.url}'", feed.url, 1)
    return line.rstrip("\n")


def _flow_span(text: str, block: SequenceNode, index: int) -> tuple[int, int]:
    """What to take out of a list in [brackets]: the entry with one of its commas."""
    items = block.items
    if index + 1 < len(items):
        return items[index].start, items[index + 1].start
    if index:
        return items[index - 1].end, items[index].end
    rest = _COMMA.match(text, items[0].end)
    assert rest is not None  # noqa: S101 -- the pattern matches the empty text as well
    return items[0].start, rest.end()


def _confirmed(text: str, expected: tuple[Feed, ...], url: str) -> str:
    """The text, if it says what it should."""
    try:
        found = check(text).feeds
    except ConfigError as error:
        raise ConfigError(f"cannot change the feed {shown(url)}: {error}") from error
    if found != expected:
        raise ConfigError(BY_HAND)
    return text
