"""Connecting: names are resolved once, every address is judged, and the judged address itself is dialled.

Nothing is resolved a second time, so an answer that changes between check and connection (DNS rebinding) changes
nothing. TLS still sees the name.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
import time
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

import httpcore
import httpx

from aggregator.errors import AggregatorError, RejectedError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.fetch.guard import Address, Guard

Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]
"""(host, port) -> the addresses of the host, best first. Raises OSError, socket.gaierror among them."""

_OWN_NETWORK = frozenset([errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL])


class NetworkDownError(TransientError):
    """Our own network's fault, no host's: the name server or the route is away."""


async def resolve(host: str, port: int) -> list[str]:
    """The system's resolver, in a thread of its own that nothing waits for.

    The event loop's own threads are few and would be held by a dead name server, also at the end of the process.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found: list[str] | OSError
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = [str(row[4][0]) for row in rows]
        except OSError as error:
            found = error
        except UnicodeError as error:  # a label that is empty or too long
            found = socket.gaierror(socket.EAI_NONAME, str(error))
        try:
            loop.call_soon_threadsafe(settle, found)
        except RuntimeError:  # the loop was closed meanwhile
            return

    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    return await answer


# A small server's queue of new connections holds five; one that overflows costs its caller a second.
_OPENING = 4


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend of httpcore that dials only what the guard lets pass.

    Args:
        guard: judges each address.
        resolver: names to addresses.
        dialler: opens the connection to an address.
    """

    def __init__(
        self, guard: Guard, resolver: Resolver = resolve, dialler: httpcore.AsyncNetworkBackend | None = None
    ) -> None:
        self._guard = guard
        self._resolve = resolver
        self._dialler = dialler or httpcore.AnyIOBackend()
        self._opening: WeakValueDictionary[tuple[str, int], asyncio.Semaphore] = WeakValueDictionary()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's permitted addresses that answers; `timeout` covers look-up and all tries.

        Raises:
            RejectedError: none of the addresses may be dialled.
            TransientError: no such name, no answer, refused.
        """
        opening = self._opening.setdefault((host, port), asyncio.Semaphore(_OPENING))
        async with opening:
            return await self._connect(
                host, port, timeout if timeout is not None else 60.0, local_address, socket_options
            )

    async def _connect(
        self, host: str, port: int, seconds: float, local_address: str | None, socket_options: Iterable[Any] | None
    ) -> httpcore.AsyncNetworkStream:
        deadline = time.monotonic() + seconds
        addresses = await self._permitted(host, port, seconds)
        failure: Exception | None = None
        for tried, address in enumerate(addresses):
            # An address that swallows packets may not use up the time of the others.
            share = max(0.1, deadline - time.monotonic()) / (len(addresses) - tried)
            try:
                return await self._dialler.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise _unreachable(host, port, seconds, failure)

    async def _permitted(self, host: str, port: int, seconds: float) -> list[Address]:
        try:
            async with asyncio.timeout(seconds):
                found = await self._resolve(host, port)
        except TimeoutError:
            raise TransientError(
                f"no answer from the name server for {host} within {seconds:g} s", stage="dns"
            ) from None
        except socket.gaierror as error:
            raise _unknown(host, error) from None
        except OSError as error:
            raise TransientError(f"cannot look up {host}: {error}", stage="dns") from None
        addresses = [ip_address(text) for text in dict.fromkeys(found)]
        permitted: list[Address] = []
        refused: AggregatorError = RejectedError(f"{host} has no address", stage="dns")
        for address in addresses:
            try:
                self._guard.check(address)
            except RejectedError as error:
                refused = error
            else:
                permitted.append(address)
        if not permitted:
            raise refused
        return permitted


def _unknown(host: str, error: socket.gaierror) -> TransientError:
    if error.errno == socket.EAI_AGAIN:
        return NetworkDownError(f"the name server does not answer for {host}", stage="dns")
    return TransientError(f"unknown host {host}", stage="dns")


def _unreachable(host: str, port: int, seconds: float, failure: Exception | None) -> TransientError:
    if isinstance(failure, httpcore.ConnectTimeout):
        return TransientError(f"no connection to {host}:{port} within {seconds:g} s", stage="connect")
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _OWN_NETWORK:
            return NetworkDownError("our own network is down", stage="connect")
        if isinstance(cause, ConnectionRefusedError):
            return TransientError(f"connection refused by {host}:{port}", stage="connect")
        cause = cause.__cause__ or cause.__context__
    return TransientError(f"no connection to {host}:{port}: {failure}", stage="connect")


class _Body(httpx.AsyncByteStream):
    """A response's body as httpx wants it."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 -- httpcore's annotation is the union of both worlds
        self._stream: AsyncIterable[bytes] = stream
        self._close: Callable[[], Awaitable[None]] = stream.aclose

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._close()


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over a connection pool of httpcore whose every connection goes through the guard.

    Its errors are httpcore's own and those of GuardedBackend, not translated into httpx's.
    """

    def __init__(self, backend: GuardedBackend, keepalive: int) -> None:
        self._pool = self._made(backend, keepalive, verify=True)
        # For feeds whose owner said that nobody need check their certificate; made when the first is asked.
        self._unchecked: httpcore.AsyncConnectionPool | None = None
        self._make_unchecked = partial(self._made, backend, 0, verify=False)

    @staticmethod
    def _made(backend: GuardedBackend, keepalive: int, *, verify: bool) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(verify=verify, trust_env=False),
            # How many at a time is the business of the politeness gate: waiting here would count as the host's time.
            max_connections=None,
            max_keepalive_connections=keepalive,
            keepalive_expiry=15.0,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body is read from the response's stream.

        A redirect's Location is in `extensions["location"]` and not among the headers: httpx's client builds the next
        request from it even where it is told not to follow, and raises over `javascript:` and the like.
        """
        url = request.url
        pool = self._pool
        if request.extensions.get("insecure_tls"):
            pool = self._unchecked = self._unchecked or self._make_unchecked()
        answer = await pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        location = next((value for name, value in answer.headers if name.lower() == b"location"), b"")
        return httpx.Response(
            answer.status,
            headers=[(name, value) for name, value in answer.headers if name.lower() != b"location"],
            stream=_Body(answer.stream),
            extensions={**answer.extensions, "location": location},
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in (self._pool, self._unchecked):
            if pool is not None:
                await pool.aclose()
