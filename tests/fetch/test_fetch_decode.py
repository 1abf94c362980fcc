from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.decode import decode

TITLE = "Міністр обіцяє відповідь — сьогодні"
RUSSIAN = "Министр обещает ответ сегодня вечером"


def document(encoding: str | None, text: str = TITLE) -> str:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else '<?xml version="1.0"?>'
    return f"{declaration}<rss><title>{text}</title></rss>"


@pytest.mark.parametrize(
    ("codec", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "application/rss+xml"),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "windows-1251", "text/xml; charset=windows-1251"),
        ("utf-8", "utf-99", "text/xml; charset=x-nonsense"),
        ("utf-8", "hex", "text/xml; charset=punycode"),
        ("utf-8-sig", None, ""),
        ("cp1251", "windows-1251", ""),
        ("cp1251", "WINDOWS-1251", "text/xml; charset=utf-8"),
        ("cp1251", None, 'text/xml; charset="windows-1251"'),
        ("cp1251", None, "text/xml; Charset = windows-1251; x=y"),
        ("cp1251", "utf-8", "text/xml; charset=cp1251"),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-16", "utf-8", "text/xml; charset=utf-8"),
        ("utf-16-le", "utf-16", ""),
        ("utf-16-be", "utf-16", ""),
        ("utf-32", "utf-32", ""),
        ("utf-32-le", None, ""),
        ("utf-32-be", None, ""),
    ],
)
def test_the_text_comes_out_right_whatever_is_declared(codec: str, declared: str | None, content_type: str) -> None:
    text, damaged = decode(document(declared).encode(codec), content_type)
    assert TITLE in text
    assert not damaged
    assert not text.startswith("\ufeff")


def test_a_seven_bit_code_is_believed() -> None:
    text, damaged = decode(document("iso-2022-jp", "速報です").encode("iso-2022-jp"), "")
    assert "速報です" in text
    assert not damaged


def test_names_mean_what_browsers_take_them_for() -> None:
    assert "“€” war" in decode(document("iso-8859-1", "“€” war").encode("cp1252"), "")[0]
    assert "㐀" in decode(document("gb2312", "㐀").encode("gb18030"), "")[0]


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r"])
def test_cyrillic_that_nobody_declares_is_guessed(codec: str) -> None:
    text, damaged = decode(document(None, RUSSIAN).encode(codec), "application/rss+xml")
    assert RUSSIAN in text
    assert damaged


def test_western_letters_that_nobody_declares_are_guessed() -> None:
    assert "café über naïve" in decode(document("utf-8", "café über naïve").encode("cp1252"), "")[0]


def test_utf8_with_a_hole_stays_utf8() -> None:
    body = document("utf-8").encode().replace("відповідь".encode(), b"\xff")
    text, damaged = decode(body, "")
    assert "Міністр обіцяє \ufffd" in text
    assert damaged


def test_a_declared_encoding_with_a_hole_is_still_that_encoding() -> None:
    body = document("windows-1251", RUSSIAN).encode("cp1251").replace(b"</title>", b"\x98</title>")
    text, damaged = decode(body, "")
    assert RUSSIAN in text
    assert damaged


def test_utf16_that_was_cut_is_read_as_far_as_it_goes() -> None:
    text, damaged = decode(document("utf-16").encode("utf-16")[:-1], "")
    assert TITLE in text
    assert damaged


def test_what_xml_forbids_is_taken_out() -> None:
    assert decode(b"<a>x\x00y\x08z\x1b</a>", "") == ("<a>xyz</a>", True)
    assert decode(b"<a>x\ty\nz</a>", "") == ("<a>x\ty\nz</a>", False)


@given(st.binary(max_size=300), st.text(max_size=60))
def test_bytes_of_any_kind_give_a_text_without_forbidden_characters(body: bytes, content_type: str) -> None:
    text, _ = decode(body, content_type)
    text.encode()
    assert "\x00" not in text
