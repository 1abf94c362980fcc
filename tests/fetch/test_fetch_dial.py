from __future__ import annotations

import asyncio
import errno
import socket
import threading
from typing import TYPE_CHECKING, Any

import httpcore
import pytest

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch.dial import GuardedBackend, NetworkDownError, resolve
from aggregator.fetch.guard import Guard

if TYPE_CHECKING:
    from collections.abc import Iterable


class Dialler(httpcore.AsyncNetworkBackend):
    """Connects to nothing; remembers what it was asked for, and fails where it is told to."""

    def __init__(self, failures: dict[str, Exception] | None = None) -> None:
        self.asked: list[tuple[str, float | None]] = []
        self._failures = failures or {}

    async def connect_tcp(
        self,
        host: str,
        port: int,  # noqa: ARG002 -- httpcore's interface
        timeout: float | None = None,  # noqa: ASYNC109 -- as above
        local_address: str | None = None,  # noqa: ARG002 -- as above
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 -- as above
    ) -> httpcore.AsyncNetworkStream:
        self.asked.append((host, timeout))
        if host in self._failures:
            raise self._failures[host]
        return httpcore.AsyncMockStream([])


class Names:
    """A resolver that gives another answer each time."""

    def __init__(self, *answers: list[str] | Exception) -> None:
        self._answers = list(answers)

    async def __call__(self, host: str, port: int) -> list[str]:  # noqa: ARG002 -- the interface
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def connect(names: Names, dialler: Dialler, seconds: float | None = 10.0) -> None:
    backend = GuardedBackend(Guard(), names, dialler)
    asyncio.run(backend.connect_tcp("host.example", 80, seconds))


def test_the_address_that_was_checked_is_the_one_that_is_dialled() -> None:
    dialler = Dialler()
    # A second look-up would give a private address, and this resolver has no third.
    connect(Names(["1.1.1.1"], ["127.0.0.1"]), dialler)
    assert [host for host, _ in dialler.asked] == ["1.1.1.1"]


def test_private_addresses_among_public_ones_are_passed_over() -> None:
    dialler = Dialler({"1.1.1.1": httpcore.ConnectError("no")})
    with pytest.raises(TransientError):
        connect(Names(["127.0.0.1", "1.1.1.1", "::1", "1.1.1.1"]), dialler, None)
    assert [host for host, _ in dialler.asked] == ["1.1.1.1"]


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["::ffff:10.0.0.1", "fe80::1%eth0"], ["169.254.169.254"]])
def test_only_private_addresses_are_refused_without_dialling(addresses: list[str]) -> None:
    dialler = Dialler()
    with pytest.raises(RejectedError, match="not a public address") as caught:
        connect(Names(addresses), dialler)
    assert caught.value.stage == "connect"
    assert dialler.asked == []


def test_the_next_address_is_tried_with_what_is_left_of_the_time() -> None:
    dialler = Dialler({"1.1.1.1": httpcore.ConnectTimeout("slow")})
    connect(Names(["1.1.1.1", "8.8.8.8"]), dialler)
    (_, first), (_, second) = dialler.asked
    assert first == pytest.approx(5, abs=0.5)
    assert second == pytest.approx(10, abs=0.5)


def wrapped(cause: OSError) -> httpcore.ConnectError:
    error = httpcore.ConnectError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("failure", "text", "kind"),
    [
        (httpcore.ConnectTimeout(""), "no connection to host.example:80 within 10 s", TransientError),
        (wrapped(ConnectionRefusedError(errno.ECONNREFUSED, "no")), "connection refused by host", TransientError),
        (wrapped(OSError(errno.ENETUNREACH, "no")), "our own network is down", NetworkDownError),
        (wrapped(OSError(errno.EHOSTUNREACH, "no way")), "no connection to host.example:80: .*no way", TransientError),
        (httpcore.ConnectError("odd"), "no connection to host.example:80: odd", TransientError),
    ],
)
def test_why_there_is_no_connection(failure: Exception, text: str, kind: type[TransientError]) -> None:
    with pytest.raises(kind, match=text) as caught:
        connect(Names(["1.1.1.1"]), Dialler({"1.1.1.1": failure}))
    assert caught.value.stage == "connect"
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("answer", "text", "kind"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "unknown host host.example", TransientError),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "the name server does not answer", NetworkDownError),
        (OSError("odd"), "cannot look up host.example: odd", TransientError),
    ],
)
def test_why_there_is_no_address(answer: Exception, text: str, kind: type[TransientError]) -> None:
    with pytest.raises(kind, match=text) as caught:
        connect(Names(answer), Dialler())
    assert caught.value.stage == "dns"
    assert type(caught.value) is kind


def test_a_name_without_addresses_is_refused() -> None:
    with pytest.raises(RejectedError, match="has no address"):
        connect(Names([]), Dialler())


def test_a_dead_name_server_costs_no_more_than_the_time_for_connecting() -> None:
    async def never(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return [host, str(port)]

    backend = GuardedBackend(Guard(), never, Dialler())
    with pytest.raises(TransientError, match=r"no answer from the name server for host.example within 0.01 s"):
        asyncio.run(backend.connect_tcp("host.example", 80, 0.01))


def test_the_systems_resolver_reads_every_spelling_of_an_address() -> None:
    for spelling in ("127.0.0.2", "127.2", "0x7f000002", "2130706434"):
        assert asyncio.run(resolve(spelling, 80)) == ["127.0.0.2"]
    assert asyncio.run(resolve("::1", 80)) == ["::1"]


@pytest.mark.parametrize("host", ["a..b", "x" * 300 + ".example", "bad\x00name"])
def test_a_name_that_cannot_be_one_is_an_unknown_host(host: str) -> None:
    with pytest.raises((OSError, ValueError)):
        asyncio.run(resolve(host, 80))


@pytest.mark.parametrize("loop_lives_on", [True, False])
def test_an_answer_that_comes_too_late_is_dropped(monkeypatch: pytest.MonkeyPatch, loop_lives_on: bool) -> None:  # noqa: FBT001 -- a table
    release, done = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> list[object]:
        release.wait(10)
        return []

    real = threading.Thread.run

    def run(thread: threading.Thread) -> None:
        real(thread)
        done.set()

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    monkeypatch.setattr(threading.Thread, "run", run)

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await resolve("host.example", 80)
        if loop_lives_on:
            release.set()
            assert done.wait(10)
            await asyncio.sleep(0)

    asyncio.run(give_up())
    release.set()
    assert done.wait(10)


def test_a_few_connections_are_opened_to_one_host_at_a_time() -> None:
    under_way = most = 0

    class Counting(Dialler):
        async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            for _ in range(5):
                await asyncio.sleep(0)  # gives the others their turn
            under_way -= 1
            return await super().connect_tcp(*args, **options)

    async def many() -> None:
        dialler = Counting()
        backend = GuardedBackend(Guard(), Names(*[["1.1.1.1"]] * 20), dialler)
        await asyncio.gather(*(backend.connect_tcp("host.example", 80, 10.0) for _ in range(20)))
        assert len(dialler.asked) == 20

    asyncio.run(many())
    assert most == 4
