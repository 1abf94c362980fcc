from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.fetch.parse import parse_feed

if TYPE_CHECKING:
    from aggregator.fetch.items import Parsed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://news.example/feed"


def parse(body: str | bytes, content_type: str = "application/rss+xml", limit: int = 2000) -> Parsed:
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(raw, content_type, URL, URL, NOW, limit)


def item(n: int, more: str = "") -> str:
    return f"<item><title>Story {n}</title><link>/{n}</link><guid>g{n}</guid>{more}</item>"


def rss(items: str, head: str = "", root: str = '<rss version="2.0">') -> str:
    return f'<?xml version="1.0"?>{root}<channel><title>Feed</title>{head}{items}</channel></rss>'


def test_rss() -> None:
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    more = (
        "<description>&lt;p&gt;Short&lt;/p&gt;</description><content:encoded><![CDATA[<p>Whole</p>]]></content:encoded>"
        "<dc:creator>Jane Doe</dc:creator><pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
        '<source url="https://wire.example/rss">The Wire</source>'
    )
    head = "<language>en-gb</language>"
    found = parse(rss(item(1, more), head, f'<rss version="2.0" {names}>'))
    entry = found.entries[0]
    assert (found.title, found.partial, found.repaired, found.dropped, found.notes) == ("Feed", False, False, 0, ())
    assert (entry.feed, entry.key, entry.url, entry.title) == (URL, "g1", "https://news.example/1", "Story 1")
    assert (entry.summary, entry.content, entry.author) == ("Short", "<p>Whole</p>", "Jane Doe")
    assert entry.published == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (entry.language, entry.source_name, entry.source_url) == ("en", "The Wire", "https://wire.example/rss")


def test_atom_with_its_own_bases_and_languages() -> None:
    found = parse(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/blog/" xml:lang="de">'
        "<title>A</title>"
        '<entry><id>urn:1</id><title type="html">One &amp;amp; two</title><link href="1.html"/>'
        "<author><name>Jane</name></author><author><name>John</name></author>"
        '<content type="html">&lt;p&gt;Whole&lt;/p&gt;</content><updated>2026-11-23T10:00:00Z</updated></entry>'
        '<entry xml:base="/deep/" xml:lang="fr"><id>urn:2</id><title>Deux</title>'
        '<link rel="via" href="2.html"/></entry>'
        '<entry><id>urn:3</id><title>Drei</title><link rel="enclosure" href="3.mp3"/></entry></feed>'
    )
    assert [entry.url for entry in found.entries] == [
        "https://other.example/blog/1.html",
        "https://other.example/deep/2.html",
        None,
    ]
    assert [entry.language for entry in found.entries] == ["de", "fr", "de"]
    assert found.entries[0].title == "One & two"
    assert found.entries[0].author == "Jane, John"
    assert found.entries[0].summary == "Whole"
    assert found.entries[0].published == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_rdf_and_atom_with_a_prefix() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        "<channel><title>R</title></channel><item><title>One</title><link>https://x.example/1</link></item></rdf:RDF>"
    )
    prefixed = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>P</a:title>'
        + "".join(f'<a:entry><a:id>u{n}</a:id><a:link href="/{n}"/></a:entry>' for n in range(3))
        + "</a:feed>"
    )
    assert [entry.url for entry in parse(rdf).entries] == ["https://x.example/1"]
    found = parse(prefixed, limit=2)
    assert [entry.key for entry in found.entries] == ["u0", "u1"]
    assert (found.dropped, found.partial) == (1, False)


def test_a_feed_services_detour_is_left_out() -> None:
    root = '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
    more = "<feedburner:origLink>https://news.example/real</feedburner:origLink>"
    assert parse(rss(item(1, more), root=root)).entries[0].url == "https://news.example/real"


def test_an_author_by_mail_address_is_a_name() -> None:
    assert parse(rss(item(1, "<author>jd@news.example (Jane Doe)</author>"))).entries[0].author == "Jane Doe"


def test_a_guid_does_not_depend_on_the_address_that_the_feed_came_from() -> None:
    body = rss(item(1)).encode()
    keys = {parse_feed(body, "", url, URL, NOW, 10).entries[0].key for url in (URL, "http://mirror.example/rss")}
    assert keys == {"g1"}


def test_json_feed() -> None:
    text = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "J",
            "language": "en",
            "items": [{"id": str(n), "url": f"/{n}", "title": f"Story {n}"} for n in range(5)],
        }
    )
    found = parse(text, "application/feed+json", limit=3)
    assert [entry.url for entry in found.entries] == [f"https://news.example/{n}" for n in range(3)]
    assert (found.title, found.dropped, found.entries[0].language) == ("J", 2, "en")


def test_items_over_the_limit_are_counted_and_not_read() -> None:
    found = parse(rss("".join(item(n) for n in range(10))), limit=4)
    assert [entry.key for entry in found.entries] == ["g0", "g1", "g2", "g3"]
    assert (found.dropped, found.partial, found.repaired) == (6, False, False)


def test_what_document_and_module_say_of_their_rhythm() -> None:
    module = '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
    assert parse(rss(item(1), "<ttl>180</ttl>")).ttl == 180
    assert parse(rss(item(1), "<ttl>soon</ttl>")).ttl == 0
    daily = "<sy:updatePeriod> daily </sy:updatePeriod>"
    assert parse(rss(item(1), f"{daily}<sy:updateFrequency>4</sy:updateFrequency>", module)).ttl == 360
    assert parse(rss(item(1), f"{daily}<sy:updateFrequency>0</sy:updateFrequency>", module)).ttl == 1440
    assert parse(rss(item(1), "<skipHours><hour>1</hour><hour> 24 </hour></skipHours>")).skip_hours == (1, 0)


def test_a_cut_document_gives_its_whole_items() -> None:
    whole = rss("".join(item(n, "<description>Some text</description>") for n in range(4)))
    found = parse(whole[: whole.index("Story 3") + 3])
    assert [entry.key for entry in found.entries] == ["g0", "g1", "g2"]
    assert (found.partial, found.repaired) == (True, False)
    with pytest.raises(RejectedError, match="without a readable entry"):
        parse(whole[: whole.index("Story 0") + 3])


def test_a_document_that_is_not_well_formed_is_repaired() -> None:
    for broken in ("A & B <b>bold", "&nbsp;&copy;", "x\x08y"):
        found = parse(rss(item(1, f"<description>{broken}</description>") + item(2)))
        assert [entry.key for entry in found.entries] == ["g1", "g2"]
        assert (found.repaired, found.partial) == (True, False)


def test_what_stands_before_the_document_is_passed_over() -> None:
    for junk in ("\ufeff\n\n ", "<br /><b>Warning</b>: header\n", "Notice\n"):
        assert len(parse(junk + rss(item(1))).entries) == 1
    assert parse("<br /><b>Warning</b>: header\n" + rss(item(1))).repaired


DECLARES = [
    '<!DOCTYPE rss [<!ENTITY q "xxxx">]><rss version="2.0"><channel><item><title>&q;</title></item></channel></rss>',
    '<?xml version="1.0"?>\n<!-- x --><!DOCTYPE rss [\n<!ELEMENT a ANY>\n<!entity q "x">\n]><rss/>',
    '<!DOCTYPE rss SYSTEM "http://x.example/dtd" [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><rss/>',
    '<!-- <!ENTITY q "xxxx"> --><rss version="2.0"><channel/></rss>',
    '<?php <!ENTITY q "xxxx"> ?><rss version="2.0"><channel/></rss>',
    "<!DOCTYPE rss [ <!ENTITY never closed",
]


@pytest.mark.parametrize("text", DECLARES)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-32", "utf-16-le"])
def test_declared_entities_are_refused_in_every_encoding(text: str, codec: str) -> None:
    with pytest.raises(RejectedError, match="feed declares XML entities"):
        parse(text.encode(codec))


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x.example/rss-0.91.dtd">',
        "<!DOCTYPE rss [ <!ELEMENT a ANY> ]>",
        '<?xml-stylesheet href="x.xsl"?><!-- a comment -->',
    ],
)
def test_a_document_type_without_entities_does_no_harm(before: str) -> None:
    text = "Story about <![CDATA[<!ENTITY tags]]> &amp; others"
    if "[" in before:
        text = "Story"
    assert len(
        parse(f'{before}<rss version="0.91"><channel><item><title>{text}</title></item></channel></rss>').entries
    )


def test_an_entity_hidden_from_the_check_stands_for_nothing() -> None:
    body = (
        '<!DOCTYPE rss SYSTEM "a><rss" [<!ENTITY q "BOMB">]><rss version="2.0"><channel><title>&q;</title>'
        "<item><title>&q; item</title></item></channel></rss>"
    )
    try:
        found = parse(body)
    except RejectedError:
        return
    assert "BOMB" not in found.title
    assert not any("BOMB" in entry.title for entry in found.entries)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "not a feed: empty body"),
        (" \n ", "not a feed: empty body"),
        ("<html><head><title>Just a moment...</title></head></html>", "not a feed: HTML page 'Just a moment...'"),
        ("<!doctype html>\n<HTML><title>\n A &amp; B</title>", "not a feed: HTML page 'A & B'"),
        ("<div>x</div>", "not a feed: HTML page without a title"),
        ("<kml><url/></kml>", "not a feed: XML document <kml>"),
        ("<x:error xmlns:x='y'/>", "not a feed: XML document <x:error>"),
        ("%PDF-1.7 ...", "not a feed: text '%PDF-1.7 ...'"),
        ('{"error":"upstream"}', "not a feed: JSON without a JSON Feed version"),
        ("<feed><title>no namespace</title></feed", None),
        ('<rss version="2.0"><channel><broken', "broken XML without a readable entry"),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", "no known version"),
    ],
)
def test_what_is_not_a_feed_is_named(body: str, why: str | None) -> None:
    with pytest.raises(RejectedError) as caught:
        parse(body)
    assert caught.value.stage == "parse"
    if why:
        assert why in str(caught.value)


def test_an_empty_channel_is_a_good_feed() -> None:
    assert parse(rss("")).entries == ()


def test_nothing_is_read_but_the_bytes(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("local") / "local.xml"
    place.write_text(rss(item(1)))
    with pytest.raises(RejectedError, match="not a feed: text"):
        parse(str(place))


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError("deep")])
def test_an_exception_inside_the_parser_is_the_documents_fault(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(feedparser, "parse", fails)
    with pytest.raises(RejectedError, match=f"parser failed: {type(error).__name__}"):
        parse(rss(item(1)))


def test_want_of_memory_is_left_to_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(feedparser, "parse", fails)
    with pytest.raises(MemoryError):
        parse(rss(item(1)))


PIECES = [
    "<rss>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<link/>",
    "x",
    "&amp;",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE x [",
]


@given(
    st.lists(st.sampled_from([*PIECES, "<feed xmlns='http://www.w3.org/2005/Atom'>", "<!--", "-->", "]>", "<a b='c'>"]))
)
def test_any_soup_of_tags_is_parsed_or_refused(pieces: list[str]) -> None:
    try:
        found = parse("".join(pieces))
    except RejectedError:
        return
    assert len({entry.key for entry in found.entries}) == len(found.entries)


def test_a_channel_of_microsofts_is_read() -> None:
    found = parse('<CHANNEL><ITEM HREF="https://news.example/1"><TITLE>Story</TITLE></ITEM></CHANNEL>')
    assert [(entry.title, entry.url) for entry in found.entries] == [("Story", "https://news.example/1")]
