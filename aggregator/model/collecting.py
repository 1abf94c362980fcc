"""What the fetcher works on: subscriptions, polls, entries and what hosts ask of us."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what fetching may cost. Seconds, bytes and counts; `host_gap` lies between two starts on one host."""

    host_gap: float = 2.0
    per_host: int = 1
    in_flight: int = 32
    connect_seconds: float = 10.0
    gap_seconds: float = 15.0
    total_seconds: float = 30.0
    wire_bytes: int = 4_000_000
    body_bytes: int = 10_000_000
    entries: int = 2_000
    parse_seconds: float = 15.0
    extract_seconds: float = 20.0
    worker_bytes: int = 1_073_741_824


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what was collected is kept.

    Days: `texts` of articles, `stories` with their articles, `keys` of entries after their feed dropped them (so that
    one that comes back is not new). `events` is how many polls of a feed are remembered.
    """

    texts: int = 90
    stories: int = 365
    keys: int = 180
    events: int = 100


@dataclass(frozen=True, slots=True)
class Feed:
    """One subscription of feeds.yaml. `interval` is the wished minutes between polls, None for the default.

    `headers` are pairs of a header's name and of the environment variable that holds its value. `insecure_tls`: the
    server's certificate is not checked.
    """

    url: str
    outlet: str
    name: str
    language: str | None = None
    country: str | None = None
    topics: tuple[str, ...] = ()
    interval: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    insecure_tls: bool = False


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed between two polls; validators are opaque and echoed exactly.

    `interval` is the adaptive base in minutes; `error` is the last failure's text, None after a good poll. `wait_until`
    is the time before which the server wants no request, whoever wishes one; `gone_since` the first of the 410 answers
    that end a feed. `moved_to` is where the feed has moved for good, seen by `moved_polls` polls since `moved_since`;
    `link_keys` marks a feed whose guids are worthless, so that its entries are told apart by their links. `ttl` are the
    seconds, `skip_hours` the hours of the day (UTC, bit n for hour n) for which its document asks not to be asked.
    """

    feed: str
    etag: str | None = None
    last_modified: str | None = None
    validated_at: datetime | None = None
    body_hash: str | None = None
    interval: float = 60.0
    next_due: datetime | None = None
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0
    error: str | None = None
    wait_until: datetime | None = None
    gone_since: datetime | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_polls: int = 0
    link_keys: bool = False
    ttl: float = 0.0
    skip_hours: int = 0


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a host's robots.txt says to us: the lines of our group, and until when they are believed.

    `lines` is None where the file could not be read, which forbids everything meanwhile; "" where nothing is forbidden.
    """

    lines: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class HostWishes:
    """What hosts (host:port) ask of us: `pauses` until when they want no request, `robots` their rules for pages."""

    pauses: Mapping[str, datetime] = field(default_factory=dict)
    robots: Mapping[str, RobotsRules] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. `key` identifies it within its feed; `url` is None where the feed gave no usable link.

    `content` is the item's own full text as HTML, where the feed carries one; `published` is None where the claimed
    date is missing, unreadable or impossible, `published_raw` is what stood there.
    """

    feed: str
    key: str
    url: str | None
    title: str
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    published_raw: str = ""
    author: str = ""
    language: str | None = None
    source_name: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """The outcome of polling one feed once: what to store, in one transaction.

    `outcome` is one of new, not_modified, same_body, empty, failed; `detail` is a sentence for people. `renamed` are
    the keys of those entries that are stored already under another key, each with the link or title it is known by.
    `reached` says whether a server was reached, None where none was asked.
    """

    state: FeedState
    outcome: str
    entries: tuple[Entry, ...] = ()
    detail: str = ""
    status: int | None = None
    size: int = 0
    renamed: Mapping[str, str] = field(default_factory=dict)
    reached: bool | None = None
