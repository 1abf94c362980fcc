"""Which of a document's entries are known, also where the publisher gives them new guids. Pure.

An entry that comes again under a new guid would be a story told twice. Its link says that it is known; where links
change too (a site that moves to https, say), a title does, but only in a document that is new from end to end and only
for an entry that is older than the last poll: a column with the same title every morning is not the same entry.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from aggregator.fetch.items import NO_TITLE, text_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aggregator.model import Entry, FeedState

SHARE = 0.8  # of the new guids: so many known entries are no chance
FLOOD = 3  # known entries under new guids, from which the feed's guids are never trusted again


class Memory(Protocol):
    """What the store knows of one feed's entries."""

    def known(self, names: Sequence[str]) -> set[str]:
        """Those of the strings that are the key or the link of a stored entry."""
        ...

    def titled(self, titles: Sequence[str]) -> set[str]:
        """Those of the strings that are the title of a stored entry."""
        ...


class Blank:
    """The memory of a feed that is asked as if for the first time."""

    def known(self, names: Sequence[str]) -> set[str]:  # noqa: ARG002 -- as Memory has it
        """None of them."""
        return set()

    def titled(self, titles: Sequence[str]) -> set[str]:  # noqa: ARG002 -- as Memory has it
        """None of them."""
        return set()


@dataclass(frozen=True, slots=True)
class Sorted:
    """A document's entries under the keys to store them by, and how many of them are new.

    `renamed` is as in Poll. `flood`: the feed's guids have just shown to be worthless.
    """

    entries: tuple[Entry, ...]
    new: int
    renamed: Mapping[str, str] = field(default_factory=dict)
    flood: bool = False


def sort_out(entries: Sequence[Entry], state: FeedState, memory: Memory) -> Sorted:
    """Tell the new entries of a document from the known.

    Args:
        entries: the document's, each key once.
        state: the feed before this poll.
        memory: what is stored of the feed.
    """
    renamed: dict[str, str] = {}
    if state.link_keys:
        entries = tuple({_link_key(entry): replace(entry, key=_link_key(entry)) for entry in entries}.values())
        renamed = {entry.key: entry.url for entry in entries if entry.url}
    seen = memory.known([entry.key for entry in entries])
    fresh = [entry for entry in entries if entry.key not in seen]
    again = _again(entries, fresh, state, memory)
    if not again or len(again) < SHARE * len(fresh):
        return Sorted(tuple(entries), len(fresh), renamed)
    new = len(fresh) - len(again)
    if state.link_keys or len(again) < FLOOD:
        return Sorted(tuple(entries), new, renamed | again)
    # Every entry gets the key by which it will be known from now on; `again` says what it was known by until now.
    entries = tuple(entries)
    changed = {_link_key(entry): again.get(entry.key, entry.key) for entry in entries}
    return Sorted(
        tuple({_link_key(entry): replace(entry, key=_link_key(entry)) for entry in entries}.values()),
        new,
        changed,
        flood=True,
    )


def _again(entries: Sequence[Entry], fresh: Sequence[Entry], state: FeedState, memory: Memory) -> dict[str, str]:
    """The keys of those new guids whose entry is known, each with the link or title that says so."""
    telling = _once(entry.url for entry in entries) if fresh else set()
    links = {entry.key: entry.url for entry in fresh if entry.url in telling and entry.url and entry.url != entry.key}
    linked = memory.known(list(links.values())) if links else set()
    again = {key: link for key, link in links.items() if link in linked}
    left = [entry for entry in fresh if entry.key not in again]
    if not left or len(fresh) < max(FLOOD, SHARE * len(entries)) or state.last_success is None:
        return again
    last = state.last_success
    once = _once(entry.title for entry in entries) - {NO_TITLE}
    titles = {
        entry.key: entry.title
        for entry in left
        if entry.title in once and (entry.published is None or entry.published <= last)
    }
    titled = memory.titled(list(titles.values())) if titles else set()
    return again | {key: title for key, title in titles.items() if title in titled}


def _once(names: Iterable[str | None]) -> set[str]:
    """The names that stand there once: what several entries share says nothing about any of them."""
    return {name for name, count in Counter(names).items() if name and count == 1}


def _link_key(entry: Entry) -> str:
    return entry.url or text_key(entry)
