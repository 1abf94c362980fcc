"""The loopback server: its own names only, GET only, the same headers on every answer, nobody waited for."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest
import structlog

from aggregator import listen
from aggregator.errors import ConfigError, StorageError
from aggregator.listen import PLAIN, Answer, Listener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def hello() -> Answer:
    return 200, PLAIN, "hello\n"


async def full() -> Answer:
    raise StorageError("the disk is full")


async def broken() -> Answer:
    raise KeyError("a bug")


def ask(*requests: bytes, keep_open: bool = False) -> list[bytes]:
    """What each request is answered, each on a connection of its own."""

    async def run() -> list[bytes]:
        async with Listener(0, {"/hello": hello, "/full": full, "/broken": broken}) as listener:
            return [await _exchange(listener.port, one, keep_open=keep_open) for one in requests]

    return asyncio.run(run())


async def _exchange(port: int, request: bytes, *, keep_open: bool) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.replace(b"PORT", str(port).encode()))
    if not keep_open:
        writer.write_eof()
    try:
        return await reader.read()
    except ConnectionResetError:  # closed before it was read
        return b""
    finally:
        writer.close()


def get(path: str = "/hello", host: str = "127.0.0.1:PORT", method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get(), 200),
        (get(host="localhost"), 200),
        (get(host="LOCALHOST:PORT"), 200),
        (get("/hello?x=1"), 200),
        (get("/"), 404),
        (get("/hello/"), 404),
        (get("/../hello"), 404),
        (get(host="evil.invalid"), 400),
        (get(host="127.0.0.1.evil.invalid:PORT"), 400),
        (get(host="localhost@evil.invalid"), 400),
        (get(host=""), 400),
        (b"GET /hello HTTP/1.1\r\nHost: localhost\r\nHost: evil.invalid\r\n\r\n", 400),
        (b"GET /hello HTTP/1.1\r\n\r\n", 400),
        (b"GET /hello HTTP/1.0\r\n\r\n", 400),
        (get(method="POST"), 405),
        (get(method="DELETE"), 405),
        (b"SSH-2.0-something\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
    ],
)
def test_each_request_has_its_status_and_every_answer_its_headers(request_: bytes, status: int) -> None:
    (answer,) = ask(request_)
    head, _, body = answer.decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    for name, value in listen.HEADERS:
        assert f"\r\n{name}: {value}" in head
    assert f"\r\nContent-Length: {len(body)}" in head
    assert ("Allow: GET, HEAD" in head) is (status == 405)
    assert (body == "hello\n") is (status == 200)


def test_head_gives_the_headers_alone() -> None:
    (answer,) = ask(get(method="HEAD"))
    assert b"Content-Length: 6" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_whoever_says_nothing_or_half_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "SECONDS", 0.05)
    assert ask(b"", b"GET /hel", keep_open=True) == [b"", b""]
    assert ask(b"") == [b""]


def test_more_than_so_many_at_once_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "AT_ONCE", 0)
    assert ask(get()) == [b""]


def test_it_listens_to_this_machine_alone_and_a_taken_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        async def run() -> None:
            async with Listener(port, {}):
                raise AssertionError

        with pytest.raises(ConfigError, match=rf"health\.port {port}"):
            asyncio.run(run())
    assert listen.HOST == "127.0.0.1"


def test_a_listener_that_never_began_ends_without_ado() -> None:
    routes: dict[str, Callable[[], Awaitable[Answer]]] = {}
    asyncio.run(Listener(0, routes).__aexit__(None, None, None))


def test_a_route_that_fails_is_answered_and_a_bug_is_told_in_the_log_alone() -> None:
    with structlog.testing.capture_logs() as logs:
        full_disk, bug = ask(get("/full"), get("/broken"))
    assert full_disk.startswith(b"HTTP/1.1 503 Service Unavailable")
    assert full_disk.endswith(b"the disk is full\n")
    assert bug.startswith(b"HTTP/1.1 500 Internal Server Error")
    assert b"KeyError" not in bug
    assert [(one["event"], one["what"]) for one in logs] == [("bug", "/broken")]


@pytest.mark.parametrize("host", ["127.0.0.1:80@evil.invalid", "localhost:evil", "evil.invalid", "127.0.0.1.evil"])
def test_a_name_that_only_looks_like_its_own_is_refused(host: str) -> None:
    assert ask(get(host=host))[0].startswith(b"HTTP/1.1 400")
