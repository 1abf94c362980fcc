from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from aggregator.config.check import check
from aggregator.config.edit import add_feed, merge_feeds
from aggregator.config.opml import MAX_BYTES, MAX_DEPTH, Outlines, read_opml, write_opml
from aggregator.errors import ConfigError
from aggregator.model import Feed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def exported(*feeds: Feed, title: str = "Mine", site: str = "") -> str:
    return write_opml(feeds, title, NOW, lambda _feed: site)


def body(inner: str) -> bytes:
    return f'<opml version="2.0"><head><title>t</title></head><body>{inner}</body></opml>'.encode()


# What feeds.yaml takes for a name or a topic: one line of visible text that XML can spell.
TEXT = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
FEEDS = st.lists(
    st.builds(
        Feed,
        url=st.integers(0, 10**6).map(lambda n: f"https://a{n % 7}.example/feed?x={n}&y=<é>"),
        outlet=TEXT,
        name=TEXT,
        language=st.none() | st.from_regex("[a-z]{2}", fullmatch=True),
        country=st.none() | st.from_regex("[A-Z]{2}", fullmatch=True),
        topics=st.lists(TEXT | st.sampled_from(["a,b", "a/b", "/a", " world".strip()]), max_size=3, unique=True).map(
            tuple
        ),
        interval=st.none() | st.integers(15, 1440),
    ),
    max_size=5,
    unique_by=lambda feed: feed.url,
)


@settings(max_examples=80, deadline=None)
@given(FEEDS, TEXT)
def test_an_export_is_read_as_the_same_feeds(feeds: list[Feed], title: str) -> None:
    text = exported(*feeds, title=title, site="https://a.example/?x=1&y=2")
    found = read_opml(text.encode())
    by_url = sorted(feeds, key=lambda feed: feed.url)
    assert found.problems == ()
    assert sorted(found.feeds, key=lambda feed: feed.url) == by_url
    merged = merge_feeds("# mine\nfeeds:\n", found.feeds)
    assert merged.text.startswith("# mine\nfeeds:\n")
    assert (merged.added, merged.present, merged.refused) == (found.feeds, (), ())
    assert sorted(check(merged.text).feeds, key=lambda feed: feed.url) == by_url
    again = merge_feeds(merged.text, found.feeds)
    assert (again.text, again.added, again.present) == (merged.text, (), found.feeds)


def test_an_export_is_opml_that_other_readers_take() -> None:
    feed = Feed("https://me:pw@a.example/f?a=1&b=2", "ft", 'F "T" <i>', "en", "GB", ("world", "a,b"), 30)
    tree = etree.fromstring(exported(feed, Feed("https://b.example/", "b", "b"), site="https://ft.com/").encode())
    assert (tree.tag, tree.get("version"), tree.findtext("head/title")) == ("opml", "2.0", "Mine")
    assert tree.findtext("head/dateCreated") == "Tue, 24 Nov 2026 12:00:00 +0000"
    (folder, bare) = tree.findall("body/outline")
    assert folder.get("text") == "world"
    assert dict(folder[0].attrib) == {
        "type": "rss",
        "text": 'F "T" <i>',
        "title": 'F "T" <i>',
        "xmlUrl": "https://a.example/f?a=1&b=2",
        "htmlUrl": "https://ft.com/",
        "category": "world,a,b",
        "language": "en",
        "{urn:retold:feeds}outlet": "ft",
        "{urn:retold:feeds}country": "GB",
        "{urn:retold:feeds}interval": "30",
        "{urn:retold:feeds}topics": "world\na,b",
    }
    assert bare.get("xmlUrl") == "https://b.example/"


def test_lists_of_other_readers_are_read() -> None:
    found = read_opml(
        body("""
        <outline text="News">
          <outline text="World">
            <outline type="rss" text="One" xmlUrl="https://feeds.a.example/1?a=1&b=2&nbsp;" htmlUrl="https://a.example/"
                     category="/Places/Kyiv,Europe" language="en-US"/>
            <outline title="Two" xmlurl=" https://b.example/2 " language="english"/>
          </outline>
        </outline>
        <outline type="rss" text="No address"/>
        <outline type="link" text="A page" url="https://c.example/"/>
        <other xmlUrl="https://d.example/"/>""")
    )
    assert found == Outlines(
        (
            Feed(
                "https://feeds.a.example/1?a=1&b=2&nbsp;",
                "a.example",
                "One",
                "en",
                topics=("News", "World", "Kyiv", "Europe"),
            ),
            Feed("https://b.example/2", "b.example", "Two", topics=("News", "World")),
        ),
        ("line 9: 'No address' is called a feed and names no xmlUrl",),
    )


def test_what_cannot_be_subscribed_to_is_named_and_the_rest_is_taken() -> None:
    outlines = "".join(
        f'<outline type="rss" text="T" xmlUrl="{url}"/>'
        for url in (
            "ftp://me:secret@x.example/",
            "https://a.example/",
            "https://A.example:443/#x",
            "https://b.example/",
        )
    )
    home = "feeds:\n  # kept\n  - {url: https://b.example/}\n"
    merged = merge_feeds(home, read_opml(body(outlines)).feeds)
    assert merged.text == home + "  - {url: https://a.example/, outlet: a.example, name: T}\n"
    assert [feed.url for feed in merged.added] == ["https://a.example/"]
    assert [feed.url for feed in merged.present] == ["https://A.example:443/#x", "https://b.example/"]
    (why,) = merged.refused
    assert why.startswith("'ftp://***@x.example/': url: 'ftp://***@x.example/' is not an http or https address")


def test_a_list_in_utf16_or_behind_blanks_is_read() -> None:
    text = (
        '<?xml version="1.0" encoding="{}"?><opml><body><outline text="Ї" xmlUrl="https://a.example/"/></body></opml>'
    )
    for raw in (text.format("UTF-16").encode("utf-16"), b"\n " + text.format("UTF-8").encode()):
        assert read_opml(raw).feeds == (Feed("https://a.example/", "a.example", "Ї"),)


LAUGHS = (
    '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;" xmlUrl="x"/></body></opml>'
)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (LAUGHS.encode(), "declares XML entities"),
        (LAUGHS.encode("utf-16"), "declares XML entities"),
        (b'<!DOCTYPE o [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><opml/>', "declares XML entities"),
        (b'<!DOCTYPE o [<!ENTITY e SYSTEM "http://x.example/">]><opml>&e;</opml>', "declares XML entities"),
        (b"x" * (MAX_BYTES + 1), "larger than 1,000,000 bytes"),
        (b"", "not well-formed XML"),
        (b"<opml><body>", "line 1: not well-formed XML"),
        (b'<?xml version="1.0" encoding="nonsense"?><opml/>', "not well-formed XML"),
        (b'<?xml version="1.0" encoding="utf-7"?><opml/>', "not well-formed XML"),
        (b"<html><body/></html>", "not OPML: the document is <html>"),
        (body("<outline>" * MAX_DEPTH + "</outline>" * MAX_DEPTH), f"more than {MAX_DEPTH} levels deep"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        read_opml(raw)


def test_a_document_type_without_entities_does_no_harm() -> None:
    assert read_opml(b'<!DOCTYPE opml SYSTEM "http://x.example/opml.dtd">' + body("")).feeds == ()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(body))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(ConfigError):
        assert isinstance(read_opml(raw), Outlines)


def test_many_feeds_are_one_edit() -> None:
    feeds = [Feed(f"https://a.example/{n}", "a", "a") for n in range(3)]
    text = "workers: 3\nfeeds: [{url: http://a}]\n"
    assert merge_feeds(text, feeds).text == add_feed(add_feed(add_feed(text, feeds[0]), feeds[1]), feeds[2])
