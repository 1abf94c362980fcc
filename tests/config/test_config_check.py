from __future__ import annotations

from datetime import time
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config.check import MAX_PROBLEMS, check
from aggregator.config.schema import address, same
from aggregator.errors import ConfigError
from aggregator.model import Feed, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

FEED = "feeds:\n  - {url: 'https://a.example/feed', outlet: a}\n"


def test_the_minimal_file() -> None:
    checked = check("feeds:\n  - {url: 'http://127.0.0.1:1234/rss/x/y.xml', outlet: 'y'}")
    assert checked.feeds == (Feed(url="http://127.0.0.1:1234/rss/x/y.xml", outlet="y", name="y"),)
    assert checked.document.limits.limits() == Limits()
    assert len(checked.entries) == 1


def test_every_key_arrives() -> None:
    checked = check(
        FEED.replace("a}", "NO, name: N, language: no, country: NO, topics: [24, b c], interval: 15}")
        + "contact: https://desk.example/bot\nlimits: {host_gap: 0, in_flight: 1_0}\nwindow_days: 1.5\nworkers: '3'\n"
        + "allow_private: [127.0.0.1/32, '::1/128', 10.0.0.1]\ndigest: {at: 17:05, zone: Europe/Kyiv}\n"
    )
    feed = checked.feeds[0]
    assert (feed.outlet, feed.name, feed.language, feed.country) == ("NO", "N", "no", "NO")
    assert (feed.topics, feed.interval) == (("24", "b c"), 15)
    document = checked.document
    assert document.limits.limits() == Limits(host_gap=0, in_flight=10)
    assert document.allow_private == (ip_network("127.0.0.1/32"), ip_network("::1/128"), ip_network("10.0.0.1/32"))
    assert (document.digest.at, document.digest.zone) == (time(17, 5), "Europe/Kyiv")
    assert (document.contact, document.window_days, document.workers) == ("https://desk.example/bot", 1.5, 3)


@pytest.mark.parametrize("text", ["feeds:\n", "feeds: []\n", "feeds: ~\ncontact:\nlimits:\n  # host_gap: 1\ndigest:\n"])
def test_keys_without_a_value_count_as_left_out(text: str) -> None:
    checked = check(text)
    assert checked.feeds == ()
    assert checked.entries == ()
    assert checked.document.limits.limits() == Limits()


def test_an_outlet_left_out_is_the_host() -> None:
    (feed,) = check("feeds: [{url: https://www.a.example/x}]").feeds
    assert feed.outlet == feed.name == "a.example"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "feeds.yaml is empty; expected a list of feeds under the key `feeds`"),
        ("- a\n", "feeds.yaml line 1: the file: a list is not a mapping; expected the key feeds with a list under it"),
        ("hello\n", "feeds.yaml line 1: the file: 'hello' is not a mapping"),
        ("workers: 2\n", "feeds.yaml line 1: feeds: missing; expected a list, e.g. a line - {url: "),
        ("feeds: x\n", "feeds.yaml line 1: feeds: 'x' is not a list; expected e.g. a line - {url: "),
        ("feeds: {a: b}\n", "feeds.yaml line 1: feeds: a mapping is not a list"),
        ("feeds:\n  - x\n", "feeds.yaml line 2: feeds[0]: 'x' is not a mapping; expected e.g. {url: "),
        ("feeds:\n  -\n", "feeds.yaml line 2: feeds[0]: nothing is not a mapping"),
        ("feeds:\n  - {}\n", "feeds.yaml line 2: feeds[0].url: missing; expected an http or https address, e.g. http"),
        ("feeds:\n  - url:\n    outlet: x\n", "feeds.yaml line 2: feeds[0].url: missing"),
        (
            "feeds:\n  - outlet: x\n    url: ftp://x\n",
            "line 3: feeds[0].url: 'ftp://x' is not an http or https address; expected e.g. https://example.org/feed.xml",
        ),
        ("feeds:\n  - {url: example.org/feed}\n", "feeds[0].url: 'example.org/feed' is not an http or https address"),
        ("feeds:\n  - {url: [a]}\n", "feeds[0].url: a list is not an http or https address"),
        ("feeds:\n  - {url: 'http://a b/'}\n", "feeds[0].url: 'http://a b/' is not"),
        ("feeds:\n  - {url: 'http://u:secret@a:x/'}\n", "feeds[0].url: 'http://***@a:x/' is not"),
        (f"feeds:\n  - {{url: 'http://a/{'x' * 2050}'}}\n", "x…' is not an http or https address"),
        (FEED + "wrokers: 2\n", "feeds.yaml line 3: wrokers: unknown key; did you mean workers?"),
        (FEED + "wrokers:\n", "feeds.yaml line 3: wrokers: unknown key; did you mean workers?"),
        (
            FEED + "zzz: 2\n",
            "zzz: unknown key; expected one of allow_private, contact, digest, feeds, health, limits, re",
        ),
        (
            FEED + "retention: {texts: 90}\n",
            "retention.texts: '90' is not a number of days from 31d to 99999d; expected e.g. 90",
        ),
        (FEED + "retention: {keys: 30d}\n", "retention.keys: '30d' is not a number of days from 31d to 99999d; expect"),
        (
            FEED + "health: {port: 70000}\n",
            "health.port: '70000' is not a whole number from 0 to 65535 (a port, 0 for an",
        ),
        (FEED + '"a\\eb": 2\n', "feeds.yaml line 3: a\\x1bb: unknown key"),
        (FEED + "limits:\n  hostgap: 2\n", "feeds.yaml line 4: limits.hostgap: unknown key; did you mean host_gap?"),
        (FEED + "limits: [1]\n", "feeds.yaml line 3: limits: a list is not a mapping; expected e.g. {host_gap: 2.0}"),
        (
            FEED + "limits:\n  in_flight: 0\n",
            "line 4: limits.in_flight: '0' is not a whole number from 1 to 1000 (requests); expected e.g. 32",
        ),
        (FEED + "limits: {host_gap: .inf}\n", "limits.host_gap: '.inf' is not a number from 0 to 3600 (seconds)"),
        (FEED + "limits: {host_gap: inf}\n", "limits.host_gap: 'inf' is not a number"),
        (FEED + "window_days: 0\n", "window_days: '0' is not a number above 0 to 30 (days); expected e.g. 3"),
        (FEED + "workers: 1.5\n", "workers: '1.5' is not a whole number from 1 to 64 (processes); expected e.g. 2"),
        (FEED + "contact: me\n", "contact: 'me' is not a mail address or a page; expected e.g. news-desk@example.org"),
        (FEED + "contact: 'a@b.c) evil'\n", "contact: 'a@b.c) evil' is not"),
        (FEED + 'contact: "a@b.c\\r\\nX: y"\n', "contact: 'a@b.c\\r\\nX: y' is not"),
        (
            FEED + "digest: {at: 25:00}\n",
            "digest.at: '25:00' is not a time of day from 0:00 to 23:59; expected e.g. \"07",
        ),
        (FEED + "digest: {at: [7]}\n", "digest.at: a list is not a time of day"),
        (
            FEED + "digest: {zone: Europe}\n",
            "digest.zone: 'Europe' is not a time zone of the IANA list; expected e.g. Eu",
        ),
        (FEED + "digest: {zone: Mars/Base}\n", "digest.zone: 'Mars/Base' is not a time zone"),
        (FEED + "digest: {zone: ../etc/passwd}\n", "digest.zone: '../etc/passwd' is not a time zone"),
        (FEED + "digest:\n- a\n", "digest: a list is not a mapping"),
        (
            FEED + "allow_private: 127.0.0.1/32\n",
            "allow_private: '127.0.0.1/32' is not a list; expected e.g. [127.0.0.",
        ),
        (FEED + "allow_private: [10.0.0.1/8]\n", "allow_private[0]: '10.0.0.1/8' is not an exact address range"),
        (FEED + "allow_private: [0.0.0.0/0]\n", "allow_private[0]: '0.0.0.0/0' is not an exact address range"),
        (FEED + "allow_private: ['::/0']\n", "allow_private[0]: '::/0' is not an exact address range"),
        (FEED + "allow_private: [localhost]\n", "allow_private[0]: 'localhost' is not"),
        (FEED + "allow_private:\n  - 127.0.0.1/32\n  - {}\n", "line 5: allow_private[1]: a mapping is not an exact"),
        (
            "feeds: [{url: http://a, language: eng}]",
            "feeds[0].language: 'eng' is not an ISO 639-1 code of two small le",
        ),
        ("feeds: [{url: http://a, country: ua}]", "feeds[0].country: 'ua' is not an ISO 3166 code of two capital lett"),
        ("feeds: [{url: http://a, topics: world}]", "feeds[0].topics: 'world' is not a list; expected e.g. [world, bu"),
        ("feeds: [{url: http://a, topics: [a, '']}]", "feeds[0].topics[1]: '' is not a topic of up to 60 characters"),
        (
            "feeds: [{url: http://a, interval: 5}]",
            "feeds[0].interval: '5' is not a whole number from 15 to 1440 (minut",
        ),
        (
            "feeds: [{url: http://a, outlet: ''}]",
            "feeds[0].outlet: '' is not an outlet's id or usual name; expected e.g",
        ),
        ("feeds: [{url: http://a, name: {}}]", "feeds[0].name: a mapping is not a name of up to 200 characters"),
    ],
)
def test_each_fault_names_line_key_and_form(text: str, message: str, faults: Callable[[str], list[str]]) -> None:
    (line,) = faults(text)
    assert message in line


def test_a_double_address_names_both_lines(faults: Callable[[str], list[str]]) -> None:
    text = FEED + "  - {url: http://b.example/}\n\n  - outlet: c\n    url: HTTPS://A.example:443/feed#top\n"
    assert faults(text) == ["feeds.yaml line 6: feeds[2].url: the same address as feeds[0] on line 2"]


def test_one_bad_of_fifty_is_found_alone(faults: Callable[[str], list[str]]) -> None:
    rows = [f"  - {{url: 'https://{n}.example/feed'}}" for n in range(50)]
    rows[30] = "  - {url: //30.example/feed}"
    (line,) = faults("\n".join(["feeds:", *rows]))
    assert line.startswith("feeds.yaml line 32: feeds[30].url: '//30.example/feed' is not an http or https address")


def test_faults_come_in_the_order_of_their_lines_and_ten_at_most(faults: Callable[[str], list[str]]) -> None:
    lines = faults("workers: 0\nfeeds:\n" + "  - {url: x, outlet: ''}\n" * 8)
    assert lines[0].startswith("feeds.yaml line 1: workers:")
    assert lines[1].startswith("feeds.yaml line 3: feeds[0].outlet:")
    assert lines[2].startswith("feeds.yaml line 3: feeds[0].url:")
    assert len(lines) == MAX_PROBLEMS + 1
    assert lines[-1] == "... and 7 more"


@pytest.mark.parametrize("other", ["https://a.example/?rss=b", "http://a.example/?rss=a", "https://a.example/x?rss=a"])
def test_feeds_that_differ_in_query_scheme_or_path_are_two(other: str) -> None:
    assert same(other) != same("https://a.example/?rss=a")


def test_credentials_make_another_feed_of_an_address() -> None:
    assert same("https://Me:Pw@A.example") == "https://Me:Pw@a.example/" != same("https://a.example")


@settings(deadline=None)
@given(st.text(max_size=30))
def test_what_passes_as_an_address_has_a_key_that_is_its_own(tail: str) -> None:
    try:
        url = address(f"https://a.example/{tail}")
    except ValueError:
        return
    assert same(same(url)) == same(url)


@settings(deadline=None)
@given(
    st.recursive(
        st.sampled_from(["", "x", "~", "1", "http://a.example", "07:00"]),
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
            | st.dictionaries(
                st.sampled_from(["feeds", "url", "topics", "limits", "digest", "at", "host_gap", "allow_private", "x"]),
                inner,
                max_size=4,
            ).map(lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}")
        ),
        max_leaves=12,
    )
)
def test_any_shape_is_a_document_or_a_config_error_with_lines(text: str) -> None:
    try:
        check(text)
    except ConfigError as error:
        assert str(error).startswith("feeds.yaml ")  # noqa: PT017 -- both outcomes are right


@pytest.mark.parametrize(("written", "minutes"), [("30m", 30), ("2h", 120), ("24h", 1440), ("45", 45), ("90 m", 90)])
def test_an_interval_has_a_unit_or_is_minutes(written: str, minutes: int) -> None:
    assert check(f"feeds: [{{url: http://a.example/, interval: {written}}}]").feeds[0].interval == minutes


def test_headers_and_insecure_tls_are_read() -> None:
    text = "feeds: [{url: http://a.example/, headers: {X-Key: 'env:K', Cookie: 'env:C'}, insecure_tls: true}]"
    (feed,) = check(text).feeds
    assert (feed.headers, feed.insecure_tls) == ((("X-Key", "K"), ("Cookie", "C")), True)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (
            "interval: 10m",
            "feeds[0].interval: '10m' is not a whole number from 15 to 1440 (minutes between polls, or e.g. 2h)",
        ),
        ("interval: 2d", "feeds[0].interval: '2d' is not a whole number from 15 to 1440"),
        ("headers: [a]", "feeds[0].headers: a list is not a mapping; expected e.g. {Authorization: env:NEWS_TOKEN}"),
        (
            "headers: {Authorization: s3cret}",
            "feeds[0].headers.Authorization: its value is not env: and the name of an",
        ),
        ("headers: {Authorization: 'env:s3 cret'}", "feeds[0].headers.Authorization: its value is not env: and the"),
        ("headers: {Authorization: [s3cret]}", "feeds[0].headers.Authorization: its value is not env: and the name"),
        ("headers: {Host: 'env:H'}", "feeds[0].headers: not the name of a header that a feed can set"),
        ("headers: {'a b': 'env:H'}", "feeds[0].headers: not the name of a header that a feed can set"),
        ("insecure_tls: perhaps", "feeds[0].insecure_tls: 'perhaps' is not true or false; expected e.g. true"),
    ],
)
def test_what_is_wrong_with_access_is_told_without_the_secret(
    faults: Callable[[str], list[str]], line: str, why: str
) -> None:
    (told,) = faults(f"feeds:\n  - url: http://a.example/\n    {line}\n")
    assert told.startswith(f"feeds.yaml line 3: {why}")
    assert "s3cret" not in told
