"""The only HTTP client of the package: one GET within bounds, through the guard and past the politeness gate.

httpx has no total deadline, no bound on what it unpacks, and follows redirects without asking; so the deadline, the
unpacking (`aggregator.fetch.body`) and the redirects are done here.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Self

import httpcore
import httpx

from aggregator.errors import AggregatorError, RejectedError, TransientError
from aggregator.fetch.access import Access
from aggregator.fetch.body import BodyReader, too_large_ahead
from aggregator.fetch.dial import GuardedBackend, GuardedTransport
from aggregator.fetch.guard import Guard
from aggregator.fetch.hops import check_scheme, target_of
from aggregator.fetch.politeness import Gate
from aggregator.fetch.robots import READ_BYTES, READ_SECONDS, Robots
from aggregator.fetch.schedule import pause
from aggregator.model import HostWishes
from aggregator.urls import without_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network
    from types import TracebackType

    from aggregator.model import Limits

MAX_REDIRECTS = 5
# httpx's pool looks at every kept connection for every request: 100 of them cost three times the CPU.
MAX_KEEPALIVE = 10
_PERMANENT = frozenset([301, 308])
_REDIRECTS = frozenset([301, 302, 303, 307, 308])
_GOOD = frozenset([200, 203, 204])
_PAUSING = frozenset([429, 503])
# Fields that are lists: given several times they are one. Of any other the first counts.
_LISTS = frozenset(["cache-control", "content-encoding", "vary", "link", "x-robots-tag"])


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: status 200, 203, 204 or 304, the final address without credentials, lower-case header names.

    Header values are decoded as latin-1, so that validators can be echoed byte for byte. `permanent` is the address to
    use from now on, where every redirect on the way was permanent (301, 308); it may carry credentials.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    permanent: str | None = None


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What one GET may cost: seconds in all, bytes over the wire. `cut`: what comes beyond is left, no error."""

    seconds: float
    wire_bytes: int
    cut: bool = False


# One piece of a body more, because the one that goes over the limit is not kept.
_ROBOTS = _Bounds(READ_SECONDS, READ_BYTES + 65_536, cut=True)


class Fetcher:
    """Fetches addresses, each within `limits` and with all of them as polite as `limits` says.

    Feeds, articles and robots.txt all go through one Fetcher: its gate spaces the requests of a host, redirects too,
    and after a 429 refuses the host until the time that it named. Waiting at the gate does not count as time spent.

    Args:
        limits: time, size and politeness.
        user_agent: the User-Agent field.
        allow_private: address ranges that may be fetched although they are not public.
        gate: the politeness gate; its own by default.
        backend: how to connect; through the guard by default.
        now: the time of day, against which Retry-After dates without a Date field are read.
    """

    def __init__(  # noqa: PLR0913 -- the last three are for tests that hold clock and network
        self,
        limits: Limits,
        *,
        user_agent: str,
        allow_private: Sequence[IPv4Network | IPv6Network] = (),
        gate: Gate | None = None,
        backend: GuardedBackend | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.limits = limits
        self._gate = gate or Gate(limits, now=now)
        self._now = now
        self._robots = Robots(self._robots_file, self._gate.slow_down, user_agent, now)
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(backend or GuardedBackend(Guard(allow_private)), MAX_KEEPALIVE),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=_timeout(limits),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def adopt(self, limits: Limits) -> None:
        """Goes on within other limits, but for `per_host` and `in_flight`, by which requests are under way."""
        self.limits = limits
        self._gate.adopt(limits)
        self._client.timeout = _timeout(limits)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    def recall(self, wishes: HostWishes) -> None:
        """Takes over what hosts asked of an earlier run."""
        self._gate.recall(wishes.pauses)
        self._robots.recall(wishes.robots)

    def drain(self) -> HostWishes:
        """What hosts asked of us since this was last asked; to be kept for the next run."""
        return HostWishes(self._gate.drain(), self._robots.drain())

    def gap(self, url: str) -> float:
        """The seconds between two requests of a host: the limits', or its own wish where that is longer."""
        return self._gate.gap(url)

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        access: Access | None = None,
        robots: bool = False,
    ) -> Response:
        """GET an address, following at most five redirects.

        Args:
            url: http or https.
            etag: the validator to send as If-None-Match, exactly as it came.
            last_modified: the same for If-Modified-Since.
            access: what the subscription's own host is told and forgiven.
            robots: obey the robots.txt of every host on the way.

        Returns:
            The whole body, unpacked; an empty one with status 304.

        Raises:
            TransientError: what may pass: network, time, size, status, a body that is not whole.
            RejectedError: what will not: an address or scheme that is not allowed, a page that robots.txt forbids.
        """
        ask = _Ask(_conditions(etag, last_modified), access or Access(url))
        bounds = _Bounds(self.limits.total_seconds, self.limits.wire_bytes)
        return await self._walk(url, ask, bounds, robots=robots)

    async def _robots_file(self, url: str) -> bytes:
        return (await self._walk(url, _Ask([], Access(url)), _ROBOTS)).body

    async def _walk(self, url: str, ask: _Ask, bounds: _Bounds, *, robots: bool = False) -> Response:
        left = bounds.seconds
        permanent = True
        here = url
        for hop in range(MAX_REDIRECTS + 1):
            stage = "redirect" if hop else "http"
            check_scheme(here, stage)
            if robots:
                await self._robots.check(here)
            async with self._gate.slot(here):
                began = asyncio.get_running_loop().time()
                answer = await self._one(here, ask, replace(bounds, seconds=left), stage)
                left -= asyncio.get_running_loop().time() - began
            if isinstance(answer, Response):
                if hop and permanent:
                    return Response(answer.status, answer.url, answer.headers, answer.body, here)
                return answer
            here = target_of(here, answer.location)
            permanent = permanent and answer.status in _PERMANENT
        raise TransientError(f"too many redirects ({MAX_REDIRECTS})", stage="redirect")

    async def _one(self, url: str, ask: _Ask, bounds: _Bounds, stage: str) -> Response | _Redirect:
        """One hop within the time that is left; every fault of the network as one of our errors."""
        try:
            async with asyncio.timeout(max(bounds.seconds, 0.0)):
                return await self._ask(url, ask, bounds)
        except AggregatorError:
            raise
        except TimeoutError:
            seconds = READ_SECONDS if bounds.cut else self.limits.total_seconds
            text = f"more than {seconds:g} s total time"
            raise TransientError(text, stage="http") from None
        except (httpx.InvalidURL, UnicodeError) as error:
            raise RejectedError(f"not a usable address: {error}", stage=stage) from None
        except Exception as error:  # noqa: BLE001 -- whatever a server can provoke in the libraries is a fault of the feed
            raise self._translated(error) from None

    async def _ask(self, url: str, ask: _Ask, bounds: _Bounds) -> Response | _Redirect:
        fields = [*ask.conditions, *ask.access.fields_for(url)]
        told = {"insecure_tls": True} if ask.access.unchecked(url) else {}
        request = self._client.build_request("GET", url, headers=fields, extensions=told)
        answer = await self._client.send(request, stream=True, follow_redirects=False)
        try:
            return await self._read(url, answer, bounds, conditional=bool(ask.conditions))
        finally:
            await answer.aclose()

    async def _read(
        self, url: str, answer: httpx.Response, bounds: _Bounds, *, conditional: bool
    ) -> Response | _Redirect:
        """What an answer whose header is in means; reads the body of a good one."""
        status = answer.status_code
        headers = _headers(answer.headers.raw)
        if status in _REDIRECTS:
            location: bytes = answer.extensions["location"].strip()
            if not location:
                raise TransientError("redirect with no address", stage="redirect", status=status)
            return _Redirect(status, location)
        if status == 304 and conditional:
            # A 304 has no body; read to its end its connection can be used again.
            nothing = b"".join([piece async for piece in answer.aiter_raw()])
            return Response(status, without_credentials(url), headers, nothing)
        if status not in _GOOD:
            raise self._refused(url, status, headers)
        error = too_large_ahead(headers.get("content-length", ""), bounds.wire_bytes)
        if error and not bounds.cut:
            raise error
        body = BodyReader(headers.get("content-encoding", ""), bounds.wire_bytes, self.limits.body_bytes)
        try:
            async for piece in answer.aiter_raw():
                body.feed(piece)
        except TransientError as over:
            if not bounds.cut or over.stage != "size":
                raise
            return Response(status, without_credentials(url), headers, body.beginning())
        return Response(status, without_credentials(url), headers, body.close())

    def _refused(self, url: str, status: int, headers: Mapping[str, str]) -> TransientError:
        """The error for a status that brings nothing; a 429 stops the whole host."""
        text = f"status {status}"
        if status not in _PAUSING:
            return TransientError(text, stage="http", status=status)
        seconds, cut = pause(headers.get("retry-after", ""), self._now(), headers.get("date", ""))
        text += (
            f", asks to wait {seconds:.0f} s"
            if not cut
            else f", asks to wait too long, cut to {seconds:.0f} s (7 days)"
        )
        if status == 429:
            self._gate.pause(url, seconds)
        return TransientError(text, stage="http", status=status, retry_after=seconds)

    def _translated(self, error: Exception) -> TransientError:
        """A library's exception as ours."""
        if isinstance(error, (httpcore.ReadTimeout, httpx.ReadTimeout)):
            return TransientError(f"no data for {self.limits.gap_seconds:g} s", stage="http")
        if isinstance(error, httpcore.ConnectTimeout):  # of connecting itself the backend tells
            return TransientError(f"no TLS within {self.limits.connect_seconds:g} s", stage="tls")
        if isinstance(error, (httpcore.ConnectError, ssl.SSLError)):
            return TransientError(f"TLS failed: {_one_line(error)}", stage="tls")
        return TransientError(f"broken answer: {_one_line(error)}", stage="http")


@dataclass(frozen=True, slots=True)
class _Ask:
    """What goes with every hop of a request: its conditions, and what only some hosts are told."""

    conditions: list[tuple[bytes, bytes]]
    access: Access


@dataclass(frozen=True, slots=True)
class _Redirect:
    status: int
    location: bytes


def _timeout(limits: Limits) -> httpx.Timeout:
    return httpx.Timeout(limits.gap_seconds, connect=limits.connect_seconds, pool=None)


def _conditions(etag: str | None, last_modified: str | None) -> list[tuple[bytes, bytes]]:
    pairs = ((b"If-None-Match", etag), (b"If-Modified-Since", last_modified))
    return [(name, value.encode("latin-1", "replace")) for name, value in pairs if value]


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name in _LISTS:
            headers[name] += f", {value}"
    return headers


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
