from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.markup import plain, plain_line


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("Plain words", "Plain words"),
        ("<p>One</p><p>Two <b>bold</b></p>", "One\nTwo bold"),
        ("One<br/>Two<br>Three", "One\nTwo\nThree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("AT&amp;T &nbsp;and &#8220;more&#x201D;", "AT&T and “more”"),
        ("AT&amp;amp;T", "AT&amp;T"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("<script>alert(1)</script>after", "after"),
        ("<style>p {}</style><p>x</p>", "x"),
        ("<script src=x/>after", "after"),
        ("<SCRIPT>a</Script >b", "b"),
        ("<script>never closed", ""),
        ("</script>x", "x"),
        ("a<!-- hidden <b> -->b", "ab"),
        ("a<!-- never closed", "a"),
        ("a<![CDATA[b]]>c", "ac"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<a title=\"a > b\" href='x'>link</a>", "link"),
        ("<a href='broken>link</a>", "link"),
        ("List<String> and a <b, 5 < 6 > 4", "List<String> and a <b, 5 < 6 > 4"),
        ("<o:p>word</o:p>", "word"),
        ("\"'><iframe srcdoc='<script>alert(1)</script>'>", "\"'>"),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("a\r\nb\n\n\n  c", "a\nb\nc"),
    ],
)
def test_html_becomes_the_text_that_a_reader_would_see(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_a_line_is_one_line() -> None:
    assert plain_line("<p>One</p>\n<p>Two</p>") == "One Two"


@given(st.text(max_size=200) | st.text(alphabet="<>/!-'\"ab &;=", max_size=200))
def test_any_markup_gives_trimmed_text_without_script(markup: str) -> None:
    text = plain(markup)
    assert text == text.strip()
    assert "<script>" not in text.lower()


@pytest.mark.parametrize(
    "piece", ["<a ", "<a '", '<a "', "<!--", "<!", "<script>", "&lt;", "<p>", "\n ", "<a href='x' "]
)
def test_hostile_markup_costs_time_in_proportion_to_its_length(piece: str) -> None:
    began = time.perf_counter()
    plain(piece * (256_000 // len(piece)))
    assert time.perf_counter() - began < 3.0
