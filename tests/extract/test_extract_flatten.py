"""Text and links with offsets."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extract.document import parse
from aggregator.extract.flatten import absolute, flatten
from aggregator.model import Link

if TYPE_CHECKING:
    from lxml.etree import _Element

BASE = "https://example.org/news/1"


def tree(html: str) -> _Element:
    found = parse(f"<body>{html}</body>")
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<p> One\n  and <b>a  half</b> .</p>tail", "One and a half .\ntail"),
        ("<p>Hyper<b>link</b>ed</p>", "Hyperlinked"),
        ("<ul><li>One</li><li><p>Two</p></li></ul>", "One\nTwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td></td></tr></table>", "a | b\nc"),
        ("<p>One<br>Two<br/><br/>Three</p>", "One\nTwo\nThree"),
        ("<div></div><p> </p>", ""),
        ("<p>so\u00adft and\u200b hid\u202eden</p>", "soft and hidden"),
        ("<p>и\u0306</p>", "й"),
        ("<h2>Head</h2>text<blockquote>Quote</blockquote>", "Head\ntext\nQuote"),
    ],
)
def test_paragraphs_are_lines(html: str, wanted: str) -> None:
    assert flatten(tree(html), BASE) == (wanted, ())


def test_links_know_their_place() -> None:
    html = "<p>See <a href='/a'> the <b>report</b> </a>, or</p><p><a href='b?c'>this</a></p>"
    text, links = flatten(tree(html), BASE)
    assert text == "See the report , or\nthis"
    assert links == (
        Link("https://example.org/a", "the report", 4, 14),
        Link("https://example.org/news/b?c", "this", 20, 24),
    )


def test_a_link_around_blocks_spans_their_lines() -> None:
    text, links = flatten(tree("<p>x</p><a href='/a'><div>One</div><div>Two</div></a>"), BASE)
    assert text == "x\nOne\nTwo"
    assert [link.text for link in links] == ["One\nTwo"]


def test_links_without_words_or_elsewhere_than_the_web_are_left_out() -> None:
    html = (
        "<p><a href='/a'><img></a><a>b</a><a href='#top'>c</a><a href='mailto:x@y.z'>d</a><a href='http://[::1'>e</a>"
    )
    text, links = flatten(tree(html), BASE)
    assert (text, links) == ("bcde", ())


def test_trafilaturas_own_names() -> None:
    text, links = flatten(tree("<list><item>a</item><item><ref target='/x'>b</ref></item></list><row><cell>c"), BASE)
    assert text == "a\nb\nc"
    assert links == (Link("https://example.org/x", "b", 2, 3),)


@pytest.mark.parametrize("target", ["", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "#a"])
def test_no_address(target: str) -> None:
    assert absolute(target, BASE) == ""


pieces = st.recursive(
    st.text(alphabet="ab \n\tїй\u0306<&", max_size=6).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from(["p", "a", "b", "td", "li", "div", "span"]),
        st.sampled_from(["", " href='/x'", " href='mailto:x'"]),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=12,
)


@given(st.lists(pieces, max_size=5).map("".join))
def test_offsets_are_exact_and_white_space_is_tidy(html: str) -> None:
    text, links = flatten(tree(html), BASE)
    assert all(text[link.start : link.end] == link.text != "" for link in links)
    assert all(link.text == link.text.strip() for link in links)
    assert text == text.strip()
    assert "  " not in text
    assert "\n\n" not in text
    assert unicodedata.is_normalized("NFC", text.replace("\u0306", ""))
