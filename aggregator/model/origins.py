"""Who reported what first: outlets, credits, origins and what people say of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
