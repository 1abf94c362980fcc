"""A small HTTP server on loopback for what machines ask of the daemon: GET of a few fixed paths, one at a time.

It answers only to this machine's own names (else a page on the web could read it through a name of its own that leads
here), reads no body, and gives up on whoever is slow. Every answer, errors too, carries the same headers.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Self

import h11
import structlog

from aggregator.errors import AggregatorError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

Answer = tuple[int, str, str]
"""Status, content type, text."""

HOST = "127.0.0.1"
_OWN_NAME = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?", re.IGNORECASE)
SECONDS = 5.0  # for one request from its first byte to its last
MOST_BYTES = 8_192  # of request line and headers
AT_ONCE = 32
PLAIN, JSON = "text/plain; charset=utf-8", "application/json"
HEADERS = (
    (
        "Content-Security-Policy",
        (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    ("Connection", "close"),
)

log = structlog.get_logger()


class Listener:
    """Serves while its block runs.

    Args:
        port: of 127.0.0.1; 0 for any that is free.
        routes: what answers to a path.

    Raises:
        ConfigError: the port cannot be had.
    """

    def __init__(self, port: int, routes: Mapping[str, Callable[[], Awaitable[Answer]]]) -> None:
        self._asked = port
        self._routes = routes
        self._open = 0
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        try:
            self._server = await asyncio.start_server(self._serve, HOST, self._asked)
        except OSError as error:
            raise ConfigError(
                f"health.port {self._asked} of {HOST}: {error.strerror}; name another port in feeds.yaml"
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            async with asyncio.timeout(SECONDS):
                if self._open <= AT_ONCE:
                    await self._exchange(reader, writer)
        except (TimeoutError, OSError):
            pass  # whoever is too slow, or gone, gets no answer
        finally:
            self._open -= 1
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_BYTES)
        try:
            request = await _request(connection, reader)
        except h11.RemoteProtocolError as error:
            head, (status, kind, text) = False, (error.error_status_hint, PLAIN, "no request that is understood\n")
        else:
            if request is None:
                return
            head = request.method == b"HEAD"
            status, kind, text = await self._answer(request)
        body = text.encode()
        headers = [*HEADERS, ("Content-Type", kind), ("Content-Length", str(len(body)))]
        if status == 405:
            headers.append(("Allow", "GET, HEAD"))
        # Written by hand where h11, after a request that it refused, would send nothing more.
        lines = [
            f"HTTP/1.1 {status} {_PHRASES.get(status, '')}".rstrip(),
            *(f"{name}: {value}" for name, value in headers),
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode("ascii") + (b"" if head else body))
        await writer.drain()

    async def _answer(self, request: h11.Request) -> Answer:
        if not _own_name(request):
            return 400, PLAIN, "not a name of this server\n"
        answer = self._routes.get(request.target.partition(b"?")[0].decode("ascii", "replace"))
        if answer is None:
            return 404, PLAIN, "no such page\n"
        if request.method not in {b"GET", b"HEAD"}:
            return 405, PLAIN, "only GET\n"
        try:
            return await answer()
        except AggregatorError as error:
            return 503, PLAIN, f"{error}\n"
        except Exception:
            log.critical("bug", what=request.target.decode("ascii", "replace"), exc_info=True)
            return 500, PLAIN, "a bug; the log tells more\n"


_PHRASES = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    500: "Internal Server Error",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
    503: "Service Unavailable",
}


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The request's line and headers; None where the client says nothing."""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            return event
        if event is not h11.NEED_DATA:
            return None
        connection.receive_data(await reader.read(4_096))


def _own_name(request: h11.Request) -> bool:
    """Whether the request is for this server by a name that only this machine gives it."""
    named = [value.decode("ascii", "replace") for name, value in request.headers if name == b"host"]
    return len(named) == 1 and _OWN_NAME.fullmatch(named[0]) is not None
