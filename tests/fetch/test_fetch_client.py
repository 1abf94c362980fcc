from __future__ import annotations

import asyncio
import base64
import gzip
import itertools
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import httpcore
import httpx
import pytest

from aggregator.errors import AggregatorError, RejectedError, TransientError
from aggregator.fetch.client import Fetcher, Response
from aggregator.fetch.politeness import HostPausedError
from tests.fetch.conftest import LOOPBACK, serving

if TYPE_CHECKING:
    from aggregator.model import Limits
    from tests.fetch.conftest import Faults

Get = Callable[..., Response]
# Silence has to be noticed, and nothing else may be taken for it on a busy machine.
SHORT = {"gap_seconds": 0.4, "total_seconds": 5.0}


@pytest.mark.parametrize(
    ("fault", "kind", "stage", "text"),
    [
        ("status-401", TransientError, "http", "status 401"),
        ("status-404", TransientError, "http", "status 404"),
        ("status-410", TransientError, "http", "status 410"),
        ("status-520", TransientError, "http", "status 520"),
        ("redirect-long", TransientError, "redirect", "too many redirects (5)"),
        ("redirect-loop", TransientError, "redirect", "too many redirects (5)"),
        ("redirect-empty", TransientError, "redirect", "redirect with no address"),
        ("redirect-file", RejectedError, "redirect", "scheme file not allowed"),
        ("redirect-ftp", RejectedError, "redirect", "scheme ftp not allowed"),
        ("redirect-js", RejectedError, "redirect", "scheme javascript not allowed"),
        ("redirect-data", RejectedError, "redirect", "scheme data not allowed"),
        ("redirect-metadata", RejectedError, "connect", "not a public address: 169.254.169.254"),
        ("redirect-canary", RejectedError, "connect", "not a public address: 127.0.0.2"),
        ("header-bomb", TransientError, "http", "broken answer"),
        ("endless", TransientError, "size", "more than 4 MB on the wire"),
        ("feed-50mb", TransientError, "size", "more than 4 MB on the wire"),
        ("truncated", TransientError, "http", "broken answer: peer closed connection"),
        ("truncated-chunk", TransientError, "http", "broken answer: peer closed connection"),
        ("chunk-garbage", TransientError, "http", "broken answer: illegal chunk header"),
        ("reset", TransientError, "http", "broken answer"),
        ("close", TransientError, "http", "broken answer: Server disconnected"),
        ("not-http", TransientError, "http", "broken answer"),
        ("deflate", TransientError, "encoding", "asked for gzip only"),
        ("enc-unknown", TransientError, "encoding", "asked for gzip only"),
        ("gzip-lie", TransientError, "encoding", "compressed body incomplete"),
        ("gzip-cut", TransientError, "encoding", "compressed body incomplete"),
        ("gzip-crc", TransientError, "encoding", "compressed body incomplete"),
    ],
)
def test_every_fault_has_its_name_and_stage(  # noqa: PLR0917 -- a table
    faults: Faults, get: Get, fault: str, kind: type[AggregatorError], stage: str, text: str
) -> None:
    with pytest.raises(kind) as caught:
        get(faults.url(fault, "client"))
    assert text in str(caught.value)
    assert getattr(caught.value, "stage", "") == stage
    assert faults.log("canary") == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("hang-headers", "no data for 0.4 s"),
        ("hang-body", "no data for 0.4 s"),
    ],
)
def test_silence_is_noticed(faults: Faults, get: Get, fault: str, text: str) -> None:
    with pytest.raises(TransientError, match=text):
        get(faults.url(fault), SHORT)


def test_a_trickle_ends_at_the_total_time(faults: Faults, get: Get) -> None:
    with pytest.raises(TransientError, match=r"more than 0.5 s total time"):
        get(faults.url("trickle"), {"total_seconds": 0.5})


def test_redirects_are_followed_and_permanent_ones_remembered(faults: Faults, get: Get) -> None:
    for status in (301, 302, 303, 307, 308):
        answer = get(faults.url(f"redirect-{status}"))
        new = faults.url(f"redirect-{status}", rest="new.xml")
        assert (answer.status, answer.url) == (200, new)
        assert answer.permanent == (new if status in {301, 308} else None)
    assert get(faults.url("redirect-chain")).permanent == faults.url("redirect-chain", rest="5")
    assert get(faults.url("ok")).permanent is None


@pytest.mark.parametrize("fault", ["etag", "lastmod", "both", "etag-odd", "lastmod-odd"])
def test_validators_go_back_byte_for_byte(faults: Faults, get: Get, fault: str) -> None:
    url = faults.url(fault, "echo")
    first = get(url)
    given = {"etag": first.headers.get("etag", ""), "last_modified": first.headers.get("last-modified", "")}
    second = get(url, **{name: value for name, value in given.items() if value})
    assert (second.status, second.body, second.url) == (304, b"", url)


def test_a_304_that_nobody_asked_for_is_an_error(get: Get) -> None:
    with answering(b"HTTP/1.1 304 Not Modified\r\n\r\n") as url, pytest.raises(TransientError, match="status 304"):
        get(url)


def test_what_is_sent_is_what_was_promised(faults: Faults, get: Get) -> None:
    get(faults.url("redirect-302", "sent"))
    for request in faults.log("redirect-302~sent"):
        assert request["ua"] == "retold-tests"
        assert request["accept_encoding"] == "gzip"
        assert (request["cookie"], request["referer"]) == (None, None)
        assert "authorization" not in request["headers"]


def test_gzip_said_and_unsaid_is_unpacked(faults: Faults, get: Get) -> None:
    for fault in ("gzip", "gzip-unsaid"):
        assert get(faults.url(fault)).body.startswith(b"<?xml")


@pytest.mark.parametrize(
    ("fault", "seconds", "text"),
    [
        ("429-seconds", 3600, "asks to wait 3600 s"),
        ("429-date", 3600, "asks to wait 3"),
        ("429-bare", 3600, "asks to wait 3600 s"),
        ("429-absurd", 604800, "cut to 604800 s (7 days)"),
    ],
)
def test_a_429_stops_the_host_and_no_other(
    faults: Faults, limits: Limits, fault: str, seconds: float, text: str
) -> None:
    async def run() -> None:
        async with Fetcher(limits, user_agent="t", allow_private=[LOOPBACK]) as fetcher:
            with pytest.raises(TransientError) as caught:
                await fetcher.get(faults.url(fault, "host"))
            assert caught.value.retry_after == pytest.approx(seconds, abs=5)
            assert caught.value.status == 429
            assert text in str(caught.value)
            with pytest.raises(HostPausedError, match="asked to be left alone until"):
                await fetcher.get(faults.url("ok", f"after-{fault}"))

    asyncio.run(run())
    assert faults.log(f"ok~after-{fault}") == []


def test_a_503_stops_nobody_else(faults: Faults, limits: Limits) -> None:
    async def run() -> None:
        async with Fetcher(limits, user_agent="t", allow_private=[LOOPBACK]) as fetcher:
            with pytest.raises(TransientError) as caught:
                await fetcher.get(faults.url("503-retry", "host"))
            assert caught.value.retry_after == 1800
            assert (await fetcher.get(faults.url("ok"))).status == 200

    asyncio.run(run())


SPELLINGS = [
    "127.0.0.2",
    "127.2",
    "0x7f000002",
    "0x7f.0.0.2",
    "2130706434",
    "0177.0.0.2",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[::127.0.0.2]",
    "[64:ff9b::7f00:2]",
    "[2002:7f00:2::]",
    "0.0.0.0",
    "user@127.0.0.2",
    "127.0.0.1@127.0.0.2",
    "127.0.0.2.",
    "①②⑦.⓪.⓪.②",
    "[::]",
    "[::1]",
]


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_a_private_address_is_dialled(faults: Faults, get: Get, host: str) -> None:
    port = faults.base.rpartition(":")[2]
    with pytest.raises(
        (RejectedError, TransientError), match=r"not a public address|unknown host|not a usable address"
    ):
        get(f"http://{host}:{port}/canary/read")
    assert faults.log("canary") == []


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("ftp://news.example/", "scheme ftp not allowed"),
        ("news.example/feed", "scheme (none) not allowed"),
        ("http:///feed", "address without a host"),
        ("http://[broken/", "not a usable address"),
        ("http://news.example:port/", "not a usable address"),
        ("http://news.example/\x00", "not a usable address"),
        ("http://xn--\u2764-.example/", "not a usable address"),
        ("http://" + "a" * 70 + "\u00e9.example/", "not a usable address"),
    ],
)
def test_an_address_that_never_will_be_one_is_rejected(get: Get, url: str, text: str) -> None:
    with pytest.raises(RejectedError) as caught:
        get(url)
    assert text in str(caught.value)


def test_connecting_fails_by_stage(get: Get, faults: Faults) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(TransientError, match="connection refused") as caught:
        get(f"http://127.0.0.1:{port}/")
    assert caught.value.stage == "connect"
    with pytest.raises(TransientError, match=r"no TLS within 0.3 s") as caught:
        get(faults.url("ok").replace("http://", "https://"), {"connect_seconds": 0.3})
    assert caught.value.stage == "tls"
    with answering(OK) as url, pytest.raises(TransientError, match="TLS failed") as caught:
        get(url.replace("http://", "https://"))
    assert caught.value.stage == "tls"


class answering:  # noqa: N801 -- reads as a statement: with answering(...) as url
    """A server that gives each connection the next of these answers, as they are, and keeps what it was asked."""

    def __init__(self, *answers: bytes) -> None:
        self._answers = list(answers)
        self.asked: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def __enter__(self) -> str:
        import threading  # noqa: PLC0415 -- beside its use

        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self.url

    def _serve(self) -> None:
        for answer in self._answers:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(65_536))
                connection.sendall(answer.replace(b"HERE", self.url.encode()))

    def __exit__(self, *_: object) -> None:
        self._socket.close()


OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody"


def moved(to: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: " + to + b"\r\n" + more + b"\r\n"


def test_credentials_go_to_their_own_origin_only_and_into_no_answer(get: Get) -> None:
    first = answering(moved(b"/two"), moved(b"HEREthree"), OK)
    with first as url:
        answer = get(url.replace("http://", "http://user:secret@"))
    expected = b"authorization: basic " + base64.b64encode(b"user:secret").lower()
    assert [expected in asked.lower() for asked in first.asked] == [True, True, True]
    assert answer.url == first.url + "three"
    second = answering(OK)
    with second as elsewhere:
        third = answering(moved(elsewhere.encode()))
        with third as url:
            get(url.replace("http://", "http://user:secret@"))
    assert b"authorization" not in second.asked[0].lower()


def test_cookies_are_not_kept(get: Get) -> None:
    server = answering(moved(b"/two", b"Set-Cookie: id=1; Path=/\r\n"), OK)
    with server as url:
        get(url)
    assert b"cookie" not in server.asked[1].lower()


def test_a_redirect_may_be_spelled_in_utf8_or_latin1(get: Get) -> None:
    for raw, sent in (("/новини".encode(), b"GET /%D0%BD%D0%BE"), ("/caf\xe9".encode("latin-1"), b"GET /caf%C3%A9")):
        server = answering(moved(raw), OK)
        with server as url:
            assert get(url).body == b"body"
        assert server.asked[1].startswith(sent)


def test_a_redirect_to_no_address_at_all(get: Get) -> None:
    for raw in (b"http://[broken/", b"http://x:port/"):
        with answering(moved(raw)) as url, pytest.raises(RejectedError, match="redirect to no usable address"):
            get(url)


def test_fields_given_twice(get: Get) -> None:
    twice = (
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nETag: one\r\nETag: two\r\nCache-Control: a\r\nCache-Control: b\r\n"
    )
    with answering(twice + b"\r\nx") as url:
        headers = get(url).headers
    assert (headers["etag"], headers["cache-control"]) == ("one", "a, b")
    doubled = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\nx"
    with answering(doubled) as url, pytest.raises(TransientError, match="asked for gzip only"):
        get(url)


def test_a_declared_length_over_the_limit_is_not_read(get: Get) -> None:
    with (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n") as url,
        pytest.raises(TransientError, match="body of 50 MB, more than 4 MB"),
    ):
        get(url)


def test_a_bomb_is_left_after_what_is_allowed(get: Get) -> None:
    packed = gzip.compress(bytes(60_000_000))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with answering(head + packed) as url, pytest.raises(TransientError, match="more than 10 MB unpacked") as caught:
        get(url)
    assert caught.value.stage == "size"


def test_a_flood_of_interim_answers_ends_at_the_total_time(get: Get) -> None:
    flood = b"HTTP/1.1 103 Early Hints\r\n\r\n" * 200
    with (
        answering(flood) as url,
        pytest.raises(TransientError, match=r"broken answer|total time|no data"),
    ):
        get(url, {"total_seconds": 0.5})


class Refusing(httpx.AsyncBaseTransport):
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 -- httpx's interface
        raise self._error


@pytest.mark.parametrize(
    ("error", "stage", "text"),
    [
        (httpcore.ConnectTimeout("x"), "tls", "no TLS within 10 s"),
        (ssl.SSLError("bad certificate"), "tls", "TLS failed"),
        (httpcore.PoolTimeout(), "http", "broken answer: PoolTimeout"),
        (httpx.ReadTimeout("x"), "http", "no data for 15 s"),
        (RuntimeError("odd\nthing"), "http", "broken answer: odd thing"),
    ],
)
def test_whatever_the_libraries_raise_becomes_ours(limits: Limits, error: Exception, stage: str, text: str) -> None:
    async def run() -> None:
        async with Fetcher(limits, user_agent="t") as fetcher:
            fetcher._client._transport = Refusing(error)
            await fetcher.get("http://news.example/")

    with pytest.raises(TransientError, match=text) as caught:
        asyncio.run(run())
    assert caught.value.stage == stage


def test_one_host_is_asked_politely_whatever_the_number_of_feeds(limits: Limits) -> None:
    slow = replace(limits, per_host=1, host_gap=0.02)

    async def run(faults: Faults) -> None:
        async with Fetcher(slow, user_agent="t", allow_private=[LOOPBACK]) as fetcher:
            await asyncio.gather(*(fetcher.get(faults.url("slow-host", f"polite{n}")) for n in range(12)))

    # A server of its own: it counts what is in flight on a host, from whichever test.
    with serving("--scale", "0.02") as faults:
        asyncio.run(run(faults))
        rows = [faults.log(f"slow-host~polite{n}")[0] for n in range(12)]
    starts = sorted(row["t"] for row in rows)
    assert max(row["inflight_host"] for row in rows) == 1
    assert min(later - earlier for earlier, later in itertools.pairwise(starts)) >= 0.015


def test_waiting_at_the_gate_is_not_the_hosts_time(faults: Faults, limits: Limits) -> None:
    slow = replace(limits, per_host=1, host_gap=0.3, total_seconds=0.5)

    async def run() -> list[Response]:
        async with Fetcher(slow, user_agent="t", allow_private=[LOOPBACK]) as fetcher:
            return await asyncio.gather(*(fetcher.get(faults.url("redirect-302", f"gate{n}")) for n in range(2)))

    assert [answer.status for answer in asyncio.run(run())] == [200, 200]


def test_connections_are_used_again_also_after_a_304(faults: Faults, limits: Limits) -> None:
    async def run() -> None:
        async with Fetcher(replace(limits, per_host=1), user_agent="t", allow_private=[LOOPBACK]) as fetcher:
            for _ in range(5):
                await fetcher.get(faults.url("etag", "again"), etag='"v1"')

    asyncio.run(run())
    assert len({row["conn"] for row in faults.log("etag~again")}) == 1
