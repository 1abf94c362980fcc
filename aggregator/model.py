"""The frozen types of everything that flows between the stages. Imports nothing of ours.

One room for all of them, so that a newcomer reads the whole vocabulary in one place: more lines than a module of logic.
Times are aware datetimes in UTC. Offsets are in characters (code points) of the field they name, end exclusive.
Outlet ids are the ids of the outlet table, or for an outlet outside it the slug of its name (`aggregator.text.slug`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime


# ---------------------------------------------------------------- collecting


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


# ---------------------------------------------------------------- articles


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside an article's text: text[start:end] is its anchor."""

    href: str
    text: str
    start: int
    end: int


class Quality(StrEnum):
    """How much of the article could be read."""

    FULL = "full"
    """The page's own text."""
    SUMMARY = "summary"
    """Only what the feed says: title and summary."""
    TITLE = "title"
    """A title alone."""


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction reads off one page. `reason` says why `text` is empty, where it is."""

    url: str
    title: str
    text: str
    byline: str = ""
    language: str = ""
    published: datetime | None = None
    canonical: str | None = None
    links: tuple[Link, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An entry's extracted text. `url` (final, normalised) is its identity; `id` is 0 until it is stored.

    `outlet` is the publisher's outlet id, "" where nobody knows. `first_seen` is None only for undated rows of a
    replay, which the window then does not bind. `language` is an ISO 639-1 code or "". `canonical` is the article's
    first address as its page gives it, on this site or another. `reason` says why the quality is less than full.
    """

    url: str
    outlet: str
    title: str
    text: str
    byline: str = ""
    language: str = ""
    published: datetime | None = None
    first_seen: datetime | None = None
    links: tuple[Link, ...] = ()
    canonical: str | None = None
    quality: Quality = Quality.FULL
    reason: str = ""
    id: int = 0

    @property
    def when(self) -> datetime | None:
        """The time that orders articles: published where believable, else first seen."""
        return self.published or self.first_seen


# ---------------------------------------------------------------- origin


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes. `kind` is agency, newspaper, broadcaster, online, magazine, official, platform or other.

    `aliases` carry the table's marks: ^ ambiguous (counts only near a cue), ~ a stem that takes endings.
    """

    id: str
    name: str
    kind: str = ""
    country: str = ""
    domains: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Role(StrEnum):
    """What an attribution makes of the outlet that it names."""

    ORIGIN = "origin"
    FIRST_REPORT = "first_report"
    INTERVIEW = "interview"
    RELAY = "relay"
    WIRE = "wire"
    VIA = "via"
    SELF = "self"
    BACKGROUND = "background"
    MENTION = "mention"
    DENIAL = "denial"


@dataclass(frozen=True, slots=True)
class Attribution:
    """The words, link or mark by which an article credits an outlet.

    `quote` is the whole sentence, headline or byline: quote == field[start:end] of the article's `field` (title, text
    or byline). `name` is the outlet as it stands in the text, `cue` the rule that fired, `weight` 0..1 after position
    and background. `informants` are the people or documents behind the report, as quoted. `url` is a link that was
    really seen beside the cue, or the page's canonical address. `denied_by` is who denies the outlet's report, as
    quoted (role denial; "" where the words do not say).
    """

    outlet: str
    name: str
    role: Role
    cue: str
    language: str
    field: str
    start: int
    end: int
    quote: str
    weight: float
    informants: tuple[str, ...] = ()
    url: str | None = None
    denied_by: str = ""


class OriginState(StrEnum):
    """How an origin is known."""

    COLLECTED = "collected"
    LINKED = "linked"
    NAMED = "named"
    EARLIEST_ONLY = "earliest-only"
    OFFICIAL = "official"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


class Standing(StrEnum):
    """What became of the origin's report, by what the articles say; of several the last in this order."""

    STANDING = "standing"
    """Nobody is quoted against it."""
    DENIED = "denied"
    """Somebody else says that it is not so."""
    CORRECTED = "corrected"
    """The outlet itself has corrected it."""
    WITHDRAWN = "withdrawn"
    """The outlet itself has taken it back."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One quoted proof of an origin: the article (its URL), its publisher, and where the quote stands."""

    article: str
    outlet: str
    field: str
    quote: str
    start: int
    end: int
    cue: str
    language: str


@dataclass(frozen=True, slots=True)
class Rival:
    """Another outlet that might be the origin, and how likely."""

    outlet: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's word on who broke a story: that an outlet did (`pinned`), or that it did not.

    `cluster` is the story that it was said of, `name` what people call the outlet, `url` the address of the original
    where the person gave one, `correction` the number of the correction.
    """

    cluster: int
    outlet: str
    name: str
    pinned: bool
    url: str | None = None
    correction: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Who first reported a cluster's story, as far as its articles say, or a person.

    `confidence` is 0..1; `chain` runs from the nearest relay to the origin, as outlet ids; `independent` is K, the
    number of distinct roots with own reporting; `uncredited` is U, the publishers that credit nobody and show no sign
    of own reporting. `joint` are the outlets that reported it together with `outlet`; `cycle` are outlets that credit
    each other in a ring, each the next and the last the first. `standing` is what became of the report, `denied_by` who
    denies it, as quoted, `against` the sentences that say so. `verdicts` are a person's words that it obeys.
    """

    state: OriginState
    outlet: str | None = None
    url: str | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()
    informants: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    rivals: tuple[Rival, ...] = ()
    independent: int = 0
    uncredited: int = 0
    joint: tuple[str, ...] = ()
    cycle: tuple[str, ...] = ()
    standing: Standing = Standing.STANDING
    denied_by: tuple[str, ...] = ()
    against: tuple[Evidence, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def pinned(self) -> int | None:
        """The number of the correction by which a person named it, None where nobody did."""
        return next((one.correction for one in self.verdicts if one.pinned), None)

    @property
    def ruled_out(self) -> tuple[Verdict, ...]:
        """What a person said that it is not."""
        return tuple(one for one in self.verdicts if not one.pinned)


# ---------------------------------------------------------------- clusters


class Level(StrEnum):
    """How an article came to its cluster."""

    FIRST = "first"
    COPY = "copy"
    RETELLING = "retelling"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """An article as clustering sees it; frozen when it is made, so that a replay is exact.

    `when` is in POSIX seconds, None where undated. `signature` is the MinHash of the word shingles (little-endian
    uint32 each); `shingles` is how many there were. `vector` maps a term's 32-bit hash to its weight, L2-normalised;
    `terms` gives one surface form for each, in the vector's order. `names` and `name_forms` are the same for what
    survives translation: names and numbers. `copy_keys`, `retelling_keys` and `name_keys` are the band keys (signed
    64-bit). `brief` marks an item with a title and hardly more; `headline` gives the words of its title in lower case.
    `credits` are the ids of the outlets that the article credits, the surest first. `kinds` has a letter for each term:
    word, name, number or ordinal. `halves` are the vectors of a text's two halves where these tell different stories.
    """

    article: int
    when: float | None
    language: str
    outlet: str
    brief: bool
    shingles: int
    signature: bytes
    vector: Mapping[int, float]
    terms: tuple[str, ...]
    copy_keys: tuple[int, ...]
    retelling_keys: tuple[int, ...]
    names: Mapping[int, float] = field(default_factory=dict)
    name_forms: tuple[str, ...] = ()
    name_keys: tuple[int, ...] = ()
    credits: tuple[str, ...] = ()
    kinds: str = ""
    headline: tuple[str, ...] = ()
    halves: tuple[Mapping[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Strand:
    """The articles of a cluster in one language: only these are compared word by word.

    `total` is the weighted sum of their vectors (the heaviest terms only), `weight` the sum of their weights, `names`
    the weighted sum of their names. `when` is their mean time in POSIX seconds, None where all are undated, `spread`
    the variance of their times.
    """

    size: int
    weight: float
    total: Mapping[int, float]
    names: Mapping[int, float] = field(default_factory=dict)
    when: float | None = None
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """The articles of one story as clustering sees them; its id never changes.

    `strands` has one strand a language. `first` and `last` are the members' earliest and latest times in POSIX seconds.
    """

    id: int
    strands: Mapping[str, Strand] = field(default_factory=dict)
    first: float | None = None
    last: float | None = None

    @property
    def size(self) -> int:
        """How many articles it has."""
        return sum(strand.size for strand in self.strands.values())


@dataclass(frozen=True, slots=True)
class Membership:
    """Why an article is in its cluster.

    `partner` is the article it was found by (None for the first), `score` the figure that decided (estimated Jaccard
    or containment for a copy, the join score for a retelling).
    """

    article: int
    cluster: int
    level: Level
    partner: int | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Tie:
    """A person's word on two articles: whether they tell one story. `correction` is the number of the correction."""

    one: int
    other: int
    together: bool
    correction: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """Articles that a correction took from one cluster to another.

    `emptied` says that nothing was left behind: from then on the id of `left` leads to `joined`. `met` are the articles
    that were in `joined` already.
    """

    articles: tuple[int, ...]
    left: int
    joined: int
    emptied: bool = False
    met: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person set right in the clusters or their origins, and what that changed.

    `kind` is merge, split, move, pin-origin or not-origin; `undone_at` is when it was taken back, None while it is in
    force. `withdrawn` are the ties of earlier corrections that it overrides. `verdict` is what it says of an origin,
    `overruled` the number of the later correction that says otherwise of the same story.
    """

    number: int
    at: datetime
    kind: str
    transfers: tuple[Transfer, ...]
    undone_at: datetime | None = None
    withdrawn: tuple[Tie, ...] = ()
    verdict: Verdict | None = None
    overruled: int | None = None


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """One article of a story as people see it; `credits` is the outlet it credits, `quote` the words that do."""

    id: int
    url: str
    title: str
    outlet: str
    outlet_name: str
    language: str
    when: datetime | None
    first_seen: datetime | None
    level: Level
    credits: str | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A cluster as people see it.

    `extract` is quoted from the outlet `extract_outlet`; `publishers` counts distinct outlets; `topics` stand with the
    most frequent first; `names` gives the display name of every outlet that the story mentions, by id.
    """

    cluster: int
    headline: str
    extract: str
    extract_outlet: str
    origin: Origin
    origin_name: str | None
    articles: tuple[StoryArticle, ...]
    publishers: int
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    countries: tuple[str, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a digest under one heading."""

    title: str
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories of one day in one time zone; `notes` are the footer: what failed, what is missing."""

    day: date
    zone: str
    made_at: datetime
    provisional: bool
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
