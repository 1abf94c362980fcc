"""Foreign text and addresses."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digest.render.inert import plain, web_address

NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b\x07\x9b\u202e\u2066\ud800\u3164\u061c\U000e0041\u0301<>[]&\"'"))
)


@given(NASTY)
def test_nothing_unseen_is_left(text: str) -> None:
    shown = plain(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}]
    assert shown == plain(shown)
    shown.encode()


def test_words_stay_as_they_are() -> None:
    assert plain("  <b>[bold]\n Ünïcode 日本 й «x»  ") == "<b>[bold] Ünïcode 日本 й «x»"
    assert plain("a\u202eb\x1b[31mc\u3164d\U000e0041") == "ab[31mcd"
    assert plain("Z" + "\u0301" * 99) == "Z" + "\u0301" * 4
    assert plain("one two three", 8) == "one two…"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.unn.example/a?b=c&d=%20#e", "https://www.unn.example/a?b=c&d=%20#e"),
        ("HTTP://UNN.example:8080/ä(1)", "http://unn.example:8080/%C3%A4%281%29"),
        ("https://приклад.укр/новини", "https://xn--80aikifvh.xn--j1amh/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B8"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://unn.example/\"><script>'", "https://unn.example/%22%3E%3Cscript%3E%27"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://unn.example/", None),
        ("//unn.example/", None),
        ("https://bank.example@evil.example/", None),
        ("https://evil.example\\@bank.example/", None),
        ("https://evil.example\\bank/", None),
        ("https:///nohost", None),
        ("https://unn.example:99999/", None),
        ("https://[::1/", None),
        ("https://unn.example/\ud800", None),
        ("https://unn.example/" + "a" * 3000, None),
        ("", None),
        (None, None),
    ],
)
def test_only_plain_web_addresses_pass(url: str | None, expected: str | None) -> None:
    assert web_address(url) == expected


@given(st.one_of(NASTY, NASTY.map(lambda t: "http://a.example/" + t), NASTY.map(lambda t: "https://" + t)))
def test_an_address_that_passes_is_ascii_without_anything_that_ends_it(url: str) -> None:
    shown = web_address(url)
    if shown is not None:
        assert shown.isascii()
        assert shown.startswith(("http://", "https://"))
        assert not set(shown) & set(" \"'<>()\\`|^{}\x1b\n")
