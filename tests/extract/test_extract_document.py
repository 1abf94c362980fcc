"""From bytes to characters to a tree."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extract.document import decode, not_a_page, parse

TEXT = "<html><body><p>Міст у Грейфорді закрили, їхати в обхід — «рік», кажуть ґазди.</p></body></html>"
LATIN = "<html><body><p>Die Brücke über die Wend bleibt für ein Jahr zu: „gefährlich“, sagt der Bürgermeister.</p>"


def meta(charset: str) -> str:
    return f"<meta charset={charset}>"


@pytest.mark.parametrize(
    ("body", "header", "wanted"),
    [
        (TEXT.encode(), "", TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=latin-1", TEXT),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "", TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "", TEXT),
        (TEXT.encode("utf-16-le"), "", TEXT),
        (TEXT.encode("utf-16-be"), "", TEXT),
        (TEXT.encode("cp1251"), "text/html; charset=windows-1251", TEXT),
        (TEXT.encode("cp1251"), 'text/html; charset="WINDOWS-1251"', TEXT),
        ((meta("cp1251") + TEXT).encode("cp1251"), "text/html", meta("cp1251") + TEXT),
        ((meta("cp1251") + TEXT).encode(), "text/html; charset=cp1251", meta("cp1251") + TEXT),
        ((meta("cp1251") + TEXT).encode("cp1251"), "text/html; charset=utf-8", meta("cp1251") + TEXT),
        ((meta("cp1251") + TEXT).encode("cp1251"), "text/html; charset=no-such", meta("cp1251") + TEXT),
        ((meta("cp1251") + TEXT).encode("cp1251"), "text/html; charset=hex", meta("cp1251") + TEXT),
        (LATIN.encode("cp1252"), "text/html; charset=ISO-8859-1", LATIN),
        ("<p>日本</p>".encode("iso-2022-jp"), "text/html; charset=iso-2022-jp", "<p>日本</p>"),
        ((meta("utf-16") + "<p>x</p>").encode(), "", meta("utf-16") + "<p>x</p>"),
        (b"<p>plain</p>", "", "<p>plain</p>"),
    ],
)
def test_the_character_set(body: bytes, header: str, wanted: str) -> None:
    assert decode(body, header) == wanted


def test_an_xml_declaration_counts() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?>' + TEXT
    assert decode(text.encode("cp1251")) == text


def test_undeclared_text_is_guessed() -> None:
    prose = LATIN + "Der Stadtrat hat am Dienstag beschlossen, dass die Brücke über den Fluss schließen muss. " * 20
    assert "Brücke über den Fluss schließen" in decode(prose.encode("cp1252"))


def test_a_wrong_byte_in_declared_utf8_costs_one_character() -> None:
    body = (TEXT * 20).encode() + b"\xff"
    assert decode(body, "text/html; charset=utf-8") == TEXT * 20 + "\ufffd"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_are_some_text_and_some_tree_or_none(body: bytes, header: str) -> None:
    text = decode(body, header)
    tree = parse(text)
    assert tree is None or tree.text_content() is not None
    assert isinstance(not_a_page(body, header), str)


@pytest.mark.parametrize(
    ("body", "kind", "wanted"),
    [
        (b"", "text/html", "the page is empty"),
        (b" \n ", "", "the page is empty"),
        (b"%PDF-1.7 x", "text/html", "not a page but a PDF"),
        (b"\x89PNG\r\n", "", "not a page but an image"),
        (b'{"a": 1}', "application/json; charset=utf-8", "not a page but application/json"),
        (b"\x00\x01\x02" * 50, "", "not a page but binary data"),
        (b"plain words", "", ""),
        (b"plain words", "text/html", ""),
        (b"<!DOCTYPE html><html>", "text/plain", ""),
        ("<html>".encode("utf-16-le"), "", ""),
        ("no tags".encode("utf-16"), "text/html", ""),
    ],
)
def test_what_is_no_page(body: bytes, kind: str, wanted: str) -> None:
    assert not_a_page(body, kind) == wanted


@pytest.mark.parametrize("text", ["", "   ", "<!DOCTYPE html>", "<![CDATA[x]]>"])
def test_nothing_to_parse(text: str) -> None:
    assert parse(text) is None


def test_a_tree_without_comments_and_control_characters() -> None:
    tree = parse("<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' [odd]><p>a\x00b\x0bc<!-- no -->\ud800d</p>")
    assert tree is not None
    assert tree.text_content() == "abc?d"
