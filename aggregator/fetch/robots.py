"""robots.txt, for the pages of articles: who may not be read, and how slowly (RFC 9309, and the older Crawl-delay).

A feed that its reader has listed is asked for without it, as every feed reader does. The standard library's parser
knows neither `*` and `$` nor that the longest rule counts, so a site's rules would be broken in its name.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit
from weakref import WeakValueDictionary

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch.dial import NetworkDownError
from aggregator.fetch.politeness import HostPausedError, host_port
from aggregator.model import RobotsRules

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

READ_BYTES = 512_000
READ_SECONDS = 10.0
LONGEST_DELAY = 60.0
BELIEVED, UNREAD = timedelta(hours=24), timedelta(hours=1)
_TOKEN = re.compile(r"[A-Za-z_-]+")
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#\r\n]*)")
_DELAY = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def our_lines(text: str, agent: str) -> str:
    """The lines of a robots.txt that bind an agent: those of all groups that name it, else of those for everybody.

    Args:
        text: the file.
        agent: our User-Agent field; its product token counts, in any case.
    """
    token = _token(agent)
    named: dict[str, list[str]] = {}
    agents: list[str] = []
    closed = True
    for line in text.lstrip("\ufeff").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        key, value = match[1].lower(), match[2].strip()
        if key == "user-agent":
            if closed:
                agents, closed = [], False
            agents.append("*" if value == "*" else _token(value))
            named.setdefault(agents[-1], [])
        elif key in {"allow", "disallow", "crawl-delay"}:
            closed = True
            for name in agents:
                named[name].append(f"{key}: {value}")
    return "\n".join(named.get(token, named.get("*", [])))


def _token(agent: str) -> str:
    match = _TOKEN.match(agent.strip())
    return match[0].lower() if match else ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the lines that bind us say: (path pattern, allowed) pairs and seconds between requests. Pure."""

    paths: tuple[tuple[str, bool], ...]
    delay: float

    def allow(self, url: str) -> bool:
        """Whether a page may be asked for: the longest rule that matches counts, and of two as long the kinder."""
        parts = urlsplit(url)
        path = _plain(parts.path or "/") + (f"?{_plain(parts.query)}" if parts.query else "")
        found = [(len(pattern), allowed) for pattern, allowed in self.paths if _matches(pattern, path)]
        return max(found, default=(0, True))[1]


@lru_cache(maxsize=256)
def rules(lines: str) -> Rules:
    """The rules that lines as of `our_lines` stand for."""
    paths, delay = [], 0.0
    for key, value in _pairs(lines):
        if key == "crawl-delay":
            delay = max(delay, float(value)) if _DELAY.fullmatch(value) else delay
        elif value.startswith(("/", "*")):
            paths.append((_plain(value), key == "allow"))
    return Rules(tuple(paths), min(delay, LONGEST_DELAY))


def _pairs(lines: str) -> Iterator[tuple[str, str]]:
    for line in lines.splitlines():
        key, _, value = line.partition(": ")
        yield key, value


def _plain(path: str) -> str:
    """A path in one spelling: beyond ASCII as UTF-8 escapes, escapes in upper case, none where none is needed."""

    def one(match: re.Match[str]) -> str:
        letter = unquote(match[0], "latin-1")
        return letter if letter in _UNRESERVED else match[0].upper()

    return _ESCAPED.sub(one, quote(path, safe="%/:@!$&'()*+,;=?~[]|-._"))


def _matches(pattern: str, path: str) -> bool:
    """Whether a path begins as a pattern says: `*` stands for anything, `$` for the end. In linear time."""
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    last = others.pop() if pattern.endswith("$") and others else None
    for part in others:
        place = path.find(part, place)
        if place < 0:
            return False
        place += len(part)
    if last is not None:
        return len(path) - len(last) >= place and path.endswith(last)
    return not pattern.endswith("$") or place == len(path)


class Robots:
    """Asks each host once a day for its robots.txt, and holds pages and the politeness gate to it.

    Args:
        ask: fetches an address within READ_SECONDS and gives at most its first READ_BYTES.
        slow_down: told a host:port and the seconds that must lie between two requests there.
        agent: our User-Agent field.
        now: the time of day.
    """

    def __init__(
        self,
        ask: Callable[[str], Awaitable[bytes]],
        slow_down: Callable[[str, float], None],
        agent: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._ask = ask
        self._slow_down = slow_down
        self._agent = agent
        self._now = now
        self._known: dict[str, RobotsRules] = {}
        self._fresh: dict[str, RobotsRules] = {}
        self._reading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def check(self, url: str) -> None:
        """Pass where the page's host lets us read it; its Crawl-delay holds from now on.

        Raises:
            RejectedError: robots.txt forbids the page.
            TransientError: robots.txt could not be read: nothing of this host is asked for during the next hour.
        """
        host = host_port(url)
        reading = self._reading.setdefault(host, asyncio.Lock())
        async with reading:
            found = self._known.get(host)
            if found is None or found.until <= self._now():
                found = await self._read(url, host)
        if found.lines is None:
            left = (found.until - self._now()).total_seconds()
            text = f"robots.txt could not be read, pages are left alone until {found.until:%Y-%m-%d %H:%M} UTC"
            raise TransientError(text, stage="http", retry_after=max(left, 0.0))
        said = rules(found.lines)
        self._slow_down(host, said.delay)
        if not said.allow(url):
            raise RejectedError("disallowed by robots.txt", stage="http")

    async def _read(self, url: str, host: str) -> RobotsRules:
        parts = urlsplit(url)
        try:
            body = await self._ask(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt")
        except (NetworkDownError, HostPausedError):
            raise
        except RejectedError:
            found = RobotsRules("", self._now() + BELIEVED)  # the page itself is judged by the same guard
        except TransientError as error:
            if error.status == 429:
                raise
            found = self._unread(error)
        else:
            text = body[:READ_BYTES].decode("utf-8", "replace")
            found = RobotsRules(our_lines(text, self._agent), self._now() + BELIEVED)
        now = self._now()
        self._known = {name: one for name, one in self._known.items() if one.until > now} | {host: found}
        self._fresh[host] = found
        return found

    def _unread(self, error: TransientError) -> RobotsRules:
        """No file, or one that leads in circles, forbids nothing; a server in trouble forbids everything for now."""
        if error.stage == "redirect" or 400 <= (error.status or 0) < 500:
            return RobotsRules("", self._now() + BELIEVED)
        return RobotsRules(None, self._now() + UNREAD)

    def recall(self, known: Mapping[str, RobotsRules]) -> None:
        """Takes over what an earlier run has read."""
        latest = self._now() + BELIEVED
        for host, found in known.items():
            if found.until > latest:  # by a clock that has been put back since
                continue
            self._known[host] = found
            self._slow_down(host, rules(found.lines or "").delay)

    def drain(self) -> dict[str, RobotsRules]:
        """What was read since this was last asked, by host:port."""
        fresh, self._fresh = self._fresh, {}
        return fresh
