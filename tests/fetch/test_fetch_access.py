"""What goes to one feed's host alone: secrets of the environment, credentials, a certificate that nobody checks."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import RejectedError, TransientError
from aggregator.fetch.access import Access, access_of
from aggregator.fetch.client import Fetcher, Response
from aggregator.fetch.identity import Blank
from aggregator.fetch.poll import poll
from aggregator.model import Feed, FeedState, Poll
from tests.fetch.conftest import LOOPBACK, Inline
from tests.fetch.test_fetch_client import OK, answering, moved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.model import Limits

Get = Callable[..., Response]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = "Bearer not-to-be-seen"
FEED = Feed("https://a.example/f", "a", "A", headers=(("Authorization", "NEWS_TOKEN"), ("X-Key", "NEWS_KEY")))


def test_secrets_come_from_the_environment() -> None:
    access = access_of(FEED, {"NEWS_TOKEN": f" {SECRET}\n", "NEWS_KEY": "k"})
    assert access.fields == ((b"Authorization", SECRET.encode()), (b"X-Key", b"k"))
    assert "not-to-be-seen" not in repr(access)
    assert access_of(Feed("https://a.example/", "a", "a", insecure_tls=True), {}) == Access(
        "https://a.example/", insecure_tls=True
    )


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "header X-Key: $NEWS_KEY is not set"),
        (" ", "header X-Key: $NEWS_KEY is not set"),
        ("not-to-be\r\nX-More: seen", "header X-Key: $NEWS_KEY holds what no header may"),
        ("not-to-be-seén", "header X-Key: $NEWS_KEY holds what no header may"),
    ],
)
def test_a_variable_that_is_missing_or_wrong_is_named_and_not_shown(value: str | None, why: str) -> None:
    environment = {"NEWS_TOKEN": SECRET} | ({"NEWS_KEY": value} if value is not None else {})
    with pytest.raises(RejectedError) as caught:
        access_of(FEED, environment)
    assert str(caught.value).startswith(why)
    assert "not-to-be" not in str(caught.value)


@pytest.mark.parametrize(
    ("other", "sent", "unchecked"),
    [
        ("https://A.example:443/g?x=1", True, True),
        ("http://a.example/f", False, True),
        ("https://a.example:8443/f", False, True),
        ("https://www.a.example/f", False, False),
        ("https://a.example.evil.example/f", False, False),
        ("https://a.example@evil.example/f", False, False),
    ],
)
def test_it_holds_for_the_feeds_own_origin(other: str, *, sent: bool, unchecked: bool) -> None:
    access = Access("https://a.example/f", ((b"X-Key", b"k"),), insecure_tls=True)
    assert bool(access.fields_for(other)) is sent
    assert access.unchecked(other) is unchecked
    assert not replace(access, insecure_tls=False).unchecked(access.url)


def test_headers_go_to_their_own_origin_only(get: Get) -> None:
    first = answering(moved(b"/two"), OK)
    with first as url:
        get(url, access=Access(url, ((b"X-Key", b"k"),)))
    assert [b"X-Key: k\r\n" in asked for asked in first.asked] == [True, True]
    second = answering(OK)
    with second as elsewhere:
        third = answering(moved(elsewhere.encode()))
        with third as url:
            get(url, access=Access(url, ((b"X-Key", b"k"),)))
    assert b"X-Key" in third.asked[0]
    assert b"X-Key" not in second.asked[0]


def test_with_a_secret_alone_a_304_is_not_expected(get: Get) -> None:
    with answering(b"HTTP/1.1 304 Not Modified\r\n\r\n") as url, pytest.raises(TransientError, match="status 304"):
        get(url, access=Access(url, ((b"X-Key", b"k"),)))


def polled(feed: Feed, limits: Limits) -> Poll:
    async def once() -> Poll:
        async with Fetcher(limits, user_agent="retold-tests", allow_private=[LOOPBACK]) as fetcher:
            return await poll(feed, FeedState(feed.url), fetcher, Inline(), NOW, memory=Blank())

    return asyncio.run(once())


def test_a_poll_sends_what_the_environment_holds_and_tells_nobody(
    limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = answering(b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n")
    with server as url:
        feed = replace(FEED, url=url.replace("http://", "http://me:hidden@"), headers=FEED.headers[1:])
        monkeypatch.setenv("NEWS_KEY", SECRET)
        result = polled(feed, limits)
    assert f"X-Key: {SECRET}".encode() in server.asked[0]
    assert b"Authorization: Basic" in server.asked[0]
    assert "status 403" in result.detail
    assert "not-to-be-seen" not in repr(result)
    assert "hidden" not in result.detail
    monkeypatch.delenv("NEWS_KEY")
    assert 'feed "A": header X-Key: $NEWS_KEY is not set in the environment (config)' in polled(feed, limits).detail


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with a certificate that it signed itself."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    place: Path = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost"
    subprocess.run(command.split(), cwd=place, check=True, capture_output=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<rss><channel><item><title>T</title></item></channel></rss>")

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "cert.pem", place / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_certificate_is_left_unchecked_for_that_feed_alone(secure: str, get: Get, limits: Limits) -> None:
    with pytest.raises(TransientError, match="certificate verify failed"):
        get(secure)
    assert b"<rss>" in get(secure, access=Access(secure, insecure_tls=True)).body
    assert polled(Feed(secure, "a", "A", insecure_tls=True), limits).outcome == "new"
    elsewhere = Access("https://other.example/", insecure_tls=True)
    with pytest.raises(TransientError, match="certificate verify failed"):
        get(secure, access=elsewhere)

    async def both() -> None:
        async with Fetcher(limits, user_agent="retold-tests", allow_private=[LOOPBACK]) as fetcher:
            for _ in range(2):
                await fetcher.get(secure, access=Access(secure, insecure_tls=True))
            with pytest.raises(TransientError, match="certificate verify failed"):
                await fetcher.get(secure)

    asyncio.run(both())


def test_other_limits_are_adopted_but_for_the_slots(limits: Limits) -> None:
    async def adopted() -> Fetcher:
        async with Fetcher(limits, user_agent="retold-tests") as fetcher:
            fetcher.adopt(replace(limits, wire_bytes=5, gap_seconds=3.0, host_gap=7.0, per_host=1, in_flight=1))
            return fetcher

    fetcher = asyncio.run(adopted())
    assert (fetcher.limits.wire_bytes, fetcher._client.timeout.read) == (5, 3.0)
    held = fetcher._gate._limits
    assert (held.host_gap, held.per_host, held.in_flight) == (7.0, limits.per_host, limits.in_flight)
