"""Subscription lists of feed readers (OPML 1.0, 1.1 and 2.0, opml.org/spec2.opml) <-> feeds. Pure.

An export is read back as the same feeds: what OPML has no word for (outlet, country, interval) stands in attributes of
a namespace of our own, which other readers ignore. What only the owner of a home may decide does not travel in a list
that anybody can write: credentials, headers from the environment, certificates that nobody checks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from aggregator.errors import ConfigError
from aggregator.model import Feed
from aggregator.urls import host, without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 50  # real lists have two or three levels; the bound is on what has to be held
NAMESPACE: Final = "urn:retold:feeds"
_OWN: Final = f"{NAMESPACE} "
_NAME, _TOPIC = 200, 60  # as feeds.yaml has them
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_].*)?")
# Many lists are written without a look at XML's rules: `?a=1&b=2` as it stands.
_BARE_AMPERSAND = re.compile(rb"&(?!(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos);)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Outlines:
    """What a list holds: its feeds in order, and a sentence for each outline that had to be left out."""

    feeds: tuple[Feed, ...]
    problems: tuple[str, ...]


def read_opml(body: bytes) -> Outlines:
    """The feeds of a subscription list. Folders and categories become topics.

    Whether an address can be subscribed to is for the configuration to say; here an outline is left out only where it
    names none.

    Raises:
        ConfigError: it is larger than MAX_BYTES, no OPML, not well-formed, deeper than MAX_DEPTH or declares entities.
    """
    if len(body) > MAX_BYTES:
        raise ConfigError(f"the list is larger than {MAX_BYTES:,} bytes")
    reader = _Reader()
    text = body.lstrip()
    if b"\x00" not in text:  # in UTF-16 every letter has one
        text = _BARE_AMPERSAND.sub(b"&amp;", text)
    reader.read(text)
    return Outlines(tuple(reader.feeds), tuple(reader.problems))


def write_opml(feeds: Iterable[Feed], title: str, now: datetime, site: Callable[[Feed], str]) -> str:
    """Feeds as OPML 2.0, in a folder each by their first topic.

    Args:
        feeds: the subscriptions; credentials in their addresses are left out.
        title: what the list is called.
        now: when it is written.
        site: a feed's home page, "" where nobody knows.
    """
    folders: dict[str, list[Feed]] = {}
    for feed in feeds:
        folders.setdefault(feed.topics[0] if feed.topics else "", []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:retold="{NAMESPACE}">',
        "  <head>",
        f"    <title>{_attribute(title)[1:-1]}</title>",
        f"    <dateCreated>{format_datetime(now)}</dateCreated>",
        "  </head>",
        "  <body>",
    ]
    for folder, held in folders.items():
        pad = "      " if folder else "    "
        outlines = [f"{pad}<outline {_attributes(feed, site(feed))}/>" for feed in held]
        if folder:
            name = _attribute(folder)
            outlines = [f"    <outline text={name} title={name}>", *outlines, "    </outline>"]
        lines += outlines
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _attributes(feed: Feed, site: str) -> str:
    categories = ",".join(feed.topics)
    fields = {
        "type": "rss",
        "text": feed.name,
        "title": feed.name,
        "xmlUrl": without_credentials(feed.url),
        "htmlUrl": site,
        "category": categories,
        "language": feed.language,
        "retold:outlet": feed.outlet,
        "retold:country": feed.country,
        "retold:interval": str(feed.interval or ""),
        # A topic with a comma or a slash is none that `category` could carry.
        "retold:topics": "" if _categories(categories) == feed.topics else "\n".join(feed.topics),
    }
    return " ".join(f"{name}={_attribute(value)}" for name, value in fields.items() if value)


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", value), {'"': "&quot;"})


class _Reader:
    """expat's events -> feeds. An outline without an address of a feed is a folder."""

    def __init__(self) -> None:
        self.feeds: list[Feed] = []
        self.problems: list[str] = []
        self._folders: list[str] = []  # the name of each open element, "" where it is no folder
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.EntityDeclHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def read(self, text: bytes) -> None:
        try:
            self._parser.Parse(text, True)
        except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding nobody knows
            line = self._parser.ErrorLineNumber
            raise ConfigError(f"line {line}: not well-formed XML ({str(error)[:100]})") from None

    def _entity(self, *_: object) -> NoReturn:
        raise ConfigError("the list declares XML entities, which no list of feeds needs; refused")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if not self._folders and name.lower() != "opml":
            raise ConfigError(f"not OPML: the document is <{name[:40]}>")
        if len(self._folders) >= MAX_DEPTH:
            raise ConfigError(f"line {self._parser.CurrentLineNumber}: more than {MAX_DEPTH} levels deep")
        held = {key.lower(): value.strip() for key, value in attributes.items()}
        outline = name.lower() == "outline"
        title = _line(held.get("text") or held.get("title", ""), _NAME) if outline else ""
        url = held.get("xmlurl", "") if outline else ""
        if url:
            self.feeds.append(self._feed(url, title, held))
        elif outline and held.get("type", "").lower() in {"rss", "atom", "feed"}:
            where = f"line {self._parser.CurrentLineNumber}"
            self.problems.append(f"{where}: {title!r} is called a feed and names no xmlUrl")
        self._folders.append("" if url else title)

    def _end(self, _name: str) -> None:
        self._folders.pop()

    def _feed(self, url: str, title: str, held: Mapping[str, str]) -> Feed:
        said = held.get(f"{_OWN}topics", "").split("\n") if held.get(f"{_OWN}topics") else None
        topics = said or [*self._folders, *_categories(held.get("category", ""))]
        language = _LANGUAGE.fullmatch(held.get("language", ""))
        wished = held.get(f"{_OWN}interval", "")
        outlet = held.get(f"{_OWN}outlet") or host(held.get("htmlurl", "")) or host(url)
        outlet = _line(outlet, _NAME)
        return Feed(
            url=url,
            outlet=outlet,
            name=title or outlet,
            language=language[1].lower() if language else None,
            country=held.get(f"{_OWN}country") or None,
            topics=tuple(dict.fromkeys(_line(topic, _TOPIC) for topic in topics if _line(topic, _TOPIC))),
            interval=int(wished[:9]) if wished.isascii() and wished.isdigit() else None,
        )


def _categories(value: str) -> tuple[str, ...]:
    """The words of a `category`: paths like /Boston/Weather, of which the last step counts, separated by commas."""
    steps = (path.strip().rstrip("/").rpartition("/")[2].strip() for path in value.split(","))
    return tuple(dict.fromkeys(step for step in steps if step))


def _line(value: str, length: int) -> str:
    return _CONTROL.sub(" ", value).strip()[:length].rstrip()
