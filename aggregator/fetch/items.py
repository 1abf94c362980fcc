"""From a document's items to entries: keys, links, dates and bounds. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from aggregator.fetch import dates
from aggregator.fetch.markup import plain, plain_line
from aggregator.model import Entry
from aggregator.urls import MAX_LENGTH, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

NO_TITLE = "(no title)"
TITLE_BYTES = 1_000
TEXT_LENGTH = 256_000
_NAME_LENGTH = 300
_KEY_LENGTH = 500
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")
# Countries' codes that feeds give for a language.
_NOT_LANGUAGES = {"ua": "uk", "cz": "cs", "gr": "el", "dk": "da", "jp": "ja", "cn": "zh", "kr": "ko", "iw": "he"}


@dataclass(frozen=True, slots=True)
class Item:
    """An item as its document has it, RSS, Atom or JSON alike; texts may be HTML, addresses relative."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    published: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    source_name: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a document holds.

    `dropped` counts the items over the limit. `partial`: the document ends in the middle of it, `repaired`: it was not
    well-formed. `ttl` is the number of minutes that it asks us to wait, `skip_hours` the hours of the day (UTC) when
    nobody need ask. `notes` are what had to be changed or left out, for people. `sitemaps` are the documents in which
    the entries stand, where this is an index of them.
    """

    title: str
    entries: tuple[Entry, ...]
    dropped: int = 0
    partial: bool = False
    repaired: bool = False
    ttl: float = 0.0
    skip_hours: tuple[int, ...] = ()
    notes: tuple[str, ...] = field(default=())
    sitemaps: tuple[str, ...] = ()


def to_entries(
    items: Sequence[Item], feed: str, base: str, now: datetime, *, language: str = ""
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Entries, each key once, in the document's order, and notes on what was amiss.

    Args:
        items: the document's items.
        feed: the feed's URL, which the entries carry.
        base: the document's address, against which links are resolved.
        now: when it was read.
        language: the document's language.
    """
    amiss: Counter[str] = Counter()
    drafts = [replace(_draft(item, base, now, amiss), feed=feed) for item in items]
    if default := language_code(language):
        drafts = [draft if draft.language else replace(draft, language=default) for draft in drafts]
    # The same item twice is one item, and no reason to distrust its guid.
    drafts = list(dict.fromkeys(drafts))
    guids = Counter(draft.key for draft in drafts)
    links = Counter(draft.url for draft in drafts)
    entries: dict[str, Entry] = {}
    for draft in drafts:
        key = draft.key
        if not key or guids[key] > 1:
            key = draft.url if draft.url and links[draft.url] == 1 else text_key(draft)
        entries.setdefault(key, replace(draft, key=key))
    if repeated := len(items) - len(entries):
        amiss["repeated"] += repeated
    return tuple(entries.values()), tuple(f"{what}: {count}" for what, count in amiss.items())


def _draft(item: Item, base: str, now: datetime, amiss: Counter[str]) -> Entry:
    """An item as an entry of no feed yet, whose key is its guid, which need not be unique."""
    url, reason = usable_link(item.link, base)
    if reason:
        amiss[f"link refused ({reason})"] += 1
    when, flag = dates.published(item.published, now)
    if flag:
        amiss[f"date {flag}"] += 1
    title = plain_line(item.title[:TEXT_LENGTH])
    if len(title.encode()) > TITLE_BYTES:
        amiss["title cut"] += 1
        title = title.encode()[:TITLE_BYTES].decode(errors="ignore")
    if max(len(item.summary), len(item.content)) > TEXT_LENGTH:
        amiss["text cut"] += 1
    source, _ = usable_link(item.source_url, base)
    authors = dict.fromkeys(name for author in item.authors if (name := plain_line(author[:TITLE_BYTES])))
    return Entry(
        feed="",
        key=_bounded(item.guid.strip()),
        url=url,
        title=title or NO_TITLE,
        summary=plain(item.summary[:TEXT_LENGTH]),
        content=item.content[:TEXT_LENGTH].strip(),
        published=when,
        published_raw=" ".join(item.published.split())[:100],
        author=", ".join(authors)[:_NAME_LENGTH],
        language=language_code(item.language),
        source_name=plain_line(item.source_name[:TITLE_BYTES])[:_NAME_LENGTH],
        source_url=source or "",
    )


def usable_link(link: str, base: str) -> tuple[str | None, str]:
    """The normalised absolute address of a link, or None and the reason ("" where there was no link)."""
    link = "%20".join(link.split())
    if not link:
        return None, ""
    if len(link) > MAX_LENGTH:
        return None, f"longer than {MAX_LENGTH} characters"
    try:
        url = urljoin(base, link)
        scheme = urlsplit(url).scheme.lower()
        if scheme not in {"http", "https"}:
            return None, f"scheme {scheme[:20] or 'missing'}"
        return normalise(url), ""
    except ValueError:
        return None, "not an address"


def language_code(name: str) -> str | None:
    """The ISO 639-1 code of a language as feeds name it (en-US, pt_BR, UA), None where it is none."""
    match = _LANGUAGE.fullmatch(name.strip())
    code = match[1].lower() if match else None
    return _NOT_LANGUAGES.get(code, code) if code else None


def text_key(draft: Entry) -> str:
    """The key of an entry that has nothing better: a hash of its title and summary."""
    return "sha256:" + _digest((draft.title, draft.summary))


def _bounded(guid: str) -> str:
    """A guid as a key: at most 500 characters, without what a database cannot hold."""
    guid = guid.replace("\x00", "")
    return guid if len(guid) <= _KEY_LENGTH else "sha256:" + _digest((guid,))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x00".join(parts).encode(errors="replace")).hexdigest()
