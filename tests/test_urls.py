"""URLs: the identity of a page, hosts, registered domains, what looks like an article."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.urls import MAX_LENGTH, host, is_article, masked, normalise, registered_domain, without_credentials


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("HTTPS://News.Example.ORG:443/a/B?x=1#top", "https://news.example.org/a/B?x=1"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org.:80/", "http://example.org/"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("http://user:secret@example.org/a", "http://example.org/a"),
        (" https://example.org/a ", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&b=2&a=1&fbclid=9", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a?id=7&amp;utm_medium=rss", "https://example.org/a?id=7"),
        ("https://example.org/a?12345", "https://example.org/a?12345"),
        ("https://example.org/a?q=", "https://example.org/a?q="),
        ("https://example.org/a?&&CMP=share", "https://example.org/a"),
        ("https://example.org/новини/1", "https://example.org/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8/1"),
        ("https://example.org/%d0%bd/1", "https://example.org/%D0%BD/1"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://пример.рф/a", "https://xn--e1afmkfd.xn--p1ai/a"),
        ("http://[2001:DB8::1]:81/a", "http://[2001:db8::1]:81/a"),
    ],
)
def test_the_identity_of_a_page(url: str, wanted: str) -> None:
    assert normalise(url) == wanted


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/a",
        "//example.org/a",
        "ftp://example.org/",
        "javascript:alert(1)",
        "http://",
        "http://[::1",
        "http://example.org:port/",
        "http://example.org/" + "a" * MAX_LENGTH,
        "http://example.org/" + "ї" * 500,  # six characters each once encoded
        "http://" + "ї" * 80 + ".org/",
    ],
)
def test_what_is_no_identity_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normalise(url)


addresses = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.from_regex(r"([a-zA-Zа-яії0-9-]{1,8}\.){1,3}(org|com|укр)\.?(:[0-9]{1,5})?", fullmatch=True),
    st.text(max_size=20).map(lambda path: f"/{path}"),
    st.text(max_size=20).map(lambda query: f"?{query}"),
    st.sampled_from(["", "#here"]),
).map(str.strip)


@given(addresses)
def test_normalising_twice_changes_nothing(url: str) -> None:
    with suppress(ValueError):
        once = normalise(url)
        assert normalise(once) == once
        assert once.isascii()
        assert "#" not in once
        assert not set(once) & set(" \t\r\n")


@given(addresses, st.lists(st.sampled_from(["utm_source=a", "fbclid=b", "at_medium=RSS", "CMP=x"]), max_size=3))
def test_tracking_and_fragment_are_no_part_of_an_identity(url: str, tracking: list[str]) -> None:
    bare, _, fragment = url.partition("#")
    with suppress(ValueError):
        query = "&".join(tracking)
        assert normalise(f"{bare}{'&' if '?' in bare else '?'}{query}#{fragment}") == normalise(url)


@given(st.lists(st.sampled_from(["a=1", "b=2", "c=3", "a=0"]), unique=True))
def test_the_order_of_the_keys_does_not_matter(pairs: list[str]) -> None:
    urls = {normalise("https://example.org/x?" + "&".join(order)) for order in (pairs, pairs[::-1], sorted(pairs))}
    assert len(urls) == 1


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://www.Example.org/a", "example.org"),
        ("news.example.org", "news.example.org"),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_host(url: str, wanted: str) -> None:
    assert host(url) == wanted


@given(st.text())
def test_the_host_of_anything_is_a_string(url: str) -> None:
    assert host(url) == host(url).lower()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("www.pravda.com.ua", "pravda.com.ua"),
        ("one.substack.com", "one.substack.com"),
        ("m.one.substack.com", "one.substack.com"),
        ("substack.com", "substack.com"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
    ],
)
def test_registered_domain(name: str, wanted: str) -> None:
    assert registered_domain(name) == wanted


@pytest.mark.parametrize(
    "path",
    [
        "/news/articles/clymn8zyrp9o",
        "/world/2026/nov/23/bridge",
        "/2026/11/23/world/bridge",
        "/politik/das-ist-eine-meldung",
        "/politik/das-ist-eine-meldung/artikel",
        "/news/58123456",
        "/58123456",
        "/news/story.html",
        "/2026/11/23/travel/bridge-weather/index.html",
        "/?p=1234",
        "/news.php?article_id=77",
        "/content/c6c2e4ba-44a1-11e9-b168-96a37d002cd3",
    ],
)
def test_addresses_of_articles(path: str) -> None:
    assert is_article(f"https://example.org{path}")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/en",
        "/en/",
        "/index.html",
        "/world",
        "/news/world/europe",
        "/section/us-news",
        "/2026",
        "/2026/11/23",
        "/home",
        "/default.aspx",
        "/?page=2",
        "/?lang=uk",
        "/politics/index.html",
    ],
)
def test_addresses_of_home_pages_sections_and_archives(path: str) -> None:
    assert not is_article(f"https://example.org{path}")


@given(addresses)
def test_the_root_of_a_site_is_never_an_article(url: str) -> None:
    with suppress(ValueError):
        parts = urlsplit(normalise(url))
        assert not is_article(f"{parts.scheme}://{parts.netloc}/")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:pw@example.org/f?x=1", "https://***@example.org/f?x=1"),
        ("https://me@example.org:8443/f", "https://***@example.org:8443/f"),
        ("https://example.org/@me/feed", "https://example.org/@me/feed"),
        ("https://me:p/w@example.org/f", "https://***@example.org/f"),
        ("no address", "no address"),
    ],
)
def test_names_and_passwords_are_not_shown(url: str, shown: str) -> None:
    assert masked(url) == shown


def test_an_address_without_credentials() -> None:
    assert without_credentials("https://me:pw@example.org:1/f?x#y") == "https://example.org:1/f?x#y"
    assert without_credentials("https://example.org/@me") == "https://example.org/@me"


def test_what_is_no_address_is_no_article() -> None:
    assert not is_article("http://[bad/2026/03/01/a-long-story-told")
