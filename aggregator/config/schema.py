"""What may stand in feeds.yaml: every key with its form, its bounds and its default.

A field's `description` is the form expected, `examples` how it is written (the list first, then one item, for a list):
the messages of `aggregator.config.check` are made of them.
"""

from __future__ import annotations

import re
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from aggregator.config.settings import WINDOW_DAYS
from aggregator.model import Feed, Limits, Retention
from aggregator.urls import host, normalise

_DEFAULT = Limits()
_KEPT = Retention()
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_ENVIRONMENT = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]{0,99})")
_INTERVAL = re.compile(r"([0-9]{1,4})\s?([mh])?")
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")
# Stories may lie 30 days apart (`window_days`), and what may still become a story is needed whole.
_FEWEST_DAYS = 31
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
# What may stand in a User-Agent's comment: visible ASCII without the brackets that would end it.
_CONTACT = re.compile(r"(?:https?://[!-'*-~]+|[!-'*-~]+@[!-'*-~]+\.[!-'*-~]+)")
# 10.0.0.0/8 and fc00::/7 are the widest private ranges there are; a wider one would open the guard to the world.
_WIDEST = {4: 8, 6: 7}


def address(value: str) -> str:
    """The value, where it is the address of a feed.

    Raises:
        ValueError: it is not an absolute http or https address, holds white space or is too long.
    """
    if _BLANK.search(value):
        raise ValueError("white space in an address")
    normalise(value)
    return value


def same(url: str) -> str:
    """What two addresses of one feed have in common: scheme and host in lower case, no default port, no fragment.

    Unlike a page's identity it keeps the whole query: `?rss=sport` and `?rss=world` are two feeds.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    user, at, place = parts.netloc.rpartition("@")
    place = place.lower().removesuffix(":443" if scheme == "https" else ":80")
    return urlunsplit((scheme, user + at + place, parts.path or "/", parts.query, ""))


def _clock(value: object) -> object:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not a time of day")
    return time(int(found[1]), int(found[2]))


def _minutes(value: object) -> object:
    """Minutes of a text like 90, 90m or 2h."""
    found = _INTERVAL.fullmatch(value) if isinstance(value, str) else None
    return int(found[1]) * (60 if found[2] == "h" else 1) if found else value


def _days(value: object) -> object:
    found = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) < _FEWEST_DAYS:
        raise ValueError("not a number of days")
    return int(found[1])


def known_zone(value: str) -> str:
    """The value, where it is a zone of the IANA list.

    Raises:
        ValueError: it is not.
    """
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("not a zone") from error
    return value


def _range(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 -- pydantic turns ValueError, not TypeError, into its error
    found = ip_network(value)
    if found.prefixlen < _WIDEST[found.version]:
        raise ValueError("too wide")
    return found


def usable_contact(value: str) -> str:
    """The value, where it is a mail address or a page and can stand in a User-Agent.

    Raises:
        ValueError: it is neither.
    """
    if not _CONTACT.fullmatch(value):
        raise ValueError("neither a mail address nor a page")
    return value


class _Section(BaseModel):
    """A mapping of the file: unknown keys are errors, infinities are no numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _left_out(cls, data: object) -> object:
        """A known key without a value counts as left out: `limits:` over lines that are all comments."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in cls.model_fields}


# RFC 9110, 5.1. The client's own business is no feed's: what it asks, how it reads and who it says it is.
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}")
_OWN_HEADERS = frozenset(
    "accept-encoding connection content-length expect host if-modified-since if-none-match keep-alive proxy-connection"  # noqa: SIM905 -- a list of them would take half a page
    " range te trailer transfer-encoding upgrade user-agent".split()
)


def _header(name: str) -> str:
    if not _HEADER.fullmatch(name) or name.lower() in _OWN_HEADERS:
        raise ValueError("not a header that a feed can set")
    return name


def _variable(value: str) -> str:
    """The name of the variable that `env:NAME` means: a secret itself has no place in a file."""
    found = _ENVIRONMENT.fullmatch(value)
    if found is None:
        raise ValueError("not env: and a name")
    return found[1]


# One line of visible text: what a name with line ends or control characters would do to logs and pages, nobody wants.
_LINE = r"^[^\s\p{Cc}]([^\p{Cc}\p{Zl}\p{Zp}]*[^\s\p{Cc}])?$"
Word = Annotated[str, Field(max_length=60, pattern=_LINE)]
Name = Annotated[str, Field(max_length=200, pattern=_LINE)]


class FeedSection(_Section):
    """One entry of `feeds`."""

    url: Annotated[str, AfterValidator(address)] = Field(
        description="an http or https address", examples=["https://example.org/feed.xml"]
    )
    outlet: Name | None = Field(
        default=None,
        description="an outlet's id or usual name",
        examples=["kyivindependent"],
    )
    name: Name | None = Field(
        default=None,
        description="a name of up to 200 characters",
        examples=["FT, Ukraine"],
    )
    language: str | None = Field(
        default=None, pattern=r"^[a-z]{2}$", description="an ISO 639-1 code of two small letters", examples=["uk"]
    )
    country: str | None = Field(
        default=None, pattern=r"^[A-Z]{2}$", description="an ISO 3166 code of two capital letters", examples=["UA"]
    )
    topics: tuple[Word, ...] = Field(
        default=(), description="a topic of up to 60 characters", examples=["[world, business]", "world"]
    )
    interval: Annotated[int, BeforeValidator(_minutes)] | None = Field(
        default=None, ge=15, le=1440, description="minutes between polls, or e.g. 2h", examples=["30m"]
    )
    headers: dict[Annotated[str, AfterValidator(_header)], Annotated[str, AfterValidator(_variable)]] = Field(
        default={},
        description="header names, each with the environment variable that holds its value",
        examples=["{Authorization: env:NEWS_TOKEN}"],
    )
    insecure_tls: bool = Field(default=False, description="true or false", examples=["true"])

    def feed(self) -> Feed:
        """The subscription, with what is left out filled in from the address."""
        outlet = self.outlet or host(self.url)
        return Feed(
            url=self.url,
            outlet=outlet,
            name=self.name or outlet,
            language=self.language,
            country=self.country,
            topics=self.topics,
            interval=self.interval,
            headers=tuple(self.headers.items()),
            insecure_tls=self.insecure_tls,
        )


def _bounded(name: str, low: float, high: float, unit: str) -> Any:  # noqa: ANN401 -- as pydantic.Field, whose result stands for a default of any type
    """A field of `Limits` with its default from there."""
    default = getattr(_DEFAULT, name)
    return Field(default=default, ge=low, le=high, description=unit, examples=[str(default)])


class LimitsSection(_Section):
    """`limits`: the fields of `aggregator.model.Limits`."""

    host_gap: float = _bounded("host_gap", 0, 3600, "seconds")
    per_host: int = _bounded("per_host", 1, 64, "requests")
    in_flight: int = _bounded("in_flight", 1, 1000, "requests")
    connect_seconds: float = _bounded("connect_seconds", 0.1, 600, "seconds")
    gap_seconds: float = _bounded("gap_seconds", 0.1, 600, "seconds")
    total_seconds: float = _bounded("total_seconds", 0.1, 600, "seconds")
    wire_bytes: int = _bounded("wire_bytes", 1_000, 1_000_000_000, "bytes")
    body_bytes: int = _bounded("body_bytes", 1_000, 1_000_000_000, "bytes")
    entries: int = _bounded("entries", 1, 100_000, "entries")
    parse_seconds: float = _bounded("parse_seconds", 0.1, 600, "seconds")
    extract_seconds: float = _bounded("extract_seconds", 0.1, 600, "seconds")
    # Below 256 MiB of address space a worker cannot even import its libraries.
    worker_bytes: int = _bounded("worker_bytes", 268_435_456, 68_719_476_736, "bytes")

    def limits(self) -> Limits:
        """The same as the frozen type that fetching takes."""
        return Limits(**self.model_dump())


class DigestSection(_Section):
    """`digest`: when the day's digest is made."""

    at: Annotated[time, BeforeValidator(_clock)] = Field(
        default=time(7), description="a time of day from 0:00 to 23:59", examples=['"07:00"']
    )
    zone: Annotated[str, AfterValidator(known_zone)] | None = Field(
        default=None, description="a time zone of the IANA list", examples=["Europe/Kyiv"]
    )


def _kept(name: str) -> Any:  # noqa: ANN401 -- as _bounded
    """A field of days of `Retention` with its default from there."""
    default = getattr(_KEPT, name)
    return Field(
        default=default, description=f"a number of days from {_FEWEST_DAYS}d to 99999d", examples=[f"{default}d"]
    )


Days = Annotated[int, BeforeValidator(_days)]


class RetentionSection(_Section):
    """`retention`: the fields of `aggregator.model.Retention`."""

    texts: Days = _kept("texts")
    stories: Days = _kept("stories")
    keys: Days = _kept("keys")
    events: int = Field(default=_KEPT.events, ge=1, le=100_000, description="polls a feed", examples=["100"])

    def retention(self) -> Retention:
        """The same as the frozen type that tidying takes."""
        return Retention(**self.model_dump())


class HealthSection(_Section):
    """`health`: what the daemon tells of itself over HTTP, on this machine only."""

    port: int | None = Field(default=None, ge=0, le=65_535, description="a port, 0 for any", examples=["8790"])
    metrics: bool = Field(default=False, description="true or false", examples=["true"])


class Document(_Section):
    """The whole file."""

    feeds: tuple[FeedSection, ...] = Field(
        description="a feed",
        examples=["a line - {url: https://example.org/feed.xml} under feeds:", "{url: https://example.org/feed.xml}"],
    )
    contact: Annotated[str, AfterValidator(usable_contact)] | None = Field(
        default=None, description="a mail address or a page", examples=["news-desk@example.org"]
    )
    limits: LimitsSection = Field(default=LimitsSection(), description="limits", examples=["{host_gap: 2.0}"])
    allow_private: tuple[Annotated[IPv4Network | IPv6Network, BeforeValidator(_range)], ...] = Field(
        default=(),
        description="an exact address range (no bits behind the prefix; not wider than /8 or, for IPv6, /7)",
        examples=["[127.0.0.1/32]", "127.0.0.1/32"],
    )
    digest: DigestSection = Field(
        default=DigestSection(), description="the digest's settings", examples=['{at: "07:00"}']
    )
    retention: RetentionSection = Field(
        default=RetentionSection(), description="how long what is kept", examples=["{texts: 90d}"]
    )
    health: HealthSection = Field(default=HealthSection(), description="health", examples=["{port: 8790}"])
    window_days: float = Field(default=WINDOW_DAYS, gt=0, le=30, description="days", examples=["3"])
    workers: int = Field(default=2, ge=1, le=64, description="processes", examples=["2"])


SECTIONS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Document,
    ("feeds",): FeedSection,
    ("limits",): LimitsSection,
    ("digest",): DigestSection,
    ("health",): HealthSection,
    ("retention",): RetentionSection,
}
