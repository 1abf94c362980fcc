"""From the bytes of a page to its tree: the character set, then one parse."""

from __future__ import annotations

import codecs
import re

from lxml.etree import ElementDefaultClassLookup, HTMLParser, fromstring
from lxml.html import HtmlElement

# How far into a page its own declaration of its character set may stand; HTML says 1,024 bytes, real pages differ.
_PRESCAN = 8192
_META = re.compile(rb"""<meta[^>]+?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|head|body|div|p|article)\b", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml[^>]+?encoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What the labels mean on the web (WHATWG Encoding Standard), where Python's codec of that name is narrower.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Control characters, which XML and libxml2 do not take.
_CONTROLS = bytes(one for one in range(32) if one not in b"\t\n\r")
_DOCTYPE = re.compile(r"^\s*<!doctype[^>]*>", re.IGNORECASE)
# How files that are no pages begin.
_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "a media file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
# At most this share of the bytes beyond ASCII may be wrong in a character set that is believed all the same.
_TOLERANCE = 0.02


def not_a_page(body: bytes, content_type: str) -> str:
    """Why these bytes are no HTML page, "" where they may be one."""
    kind = content_type.partition(";")[0].strip().lower()
    start = body[:1024].lstrip()
    if not start:
        return "the page is empty"
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return f"not a page but {name}"
    # A type is believed only where no markup shows: many a page comes as text/plain or application/octet-stream.
    if not _MARKUP.search(body[:_PRESCAN].replace(b"\x00", b"")):
        if kind and kind not in {"text/html", "application/xhtml+xml"}:
            return f"not a page but {kind}"
        if b"\x00" in start and not _sniffed(body):
            return "not a page but binary data"
    return ""


def decode(body: bytes, content_type: str = "") -> str:
    """The page's characters: byte order mark, then valid UTF-8, then what header and page declare, then a guess.

    Bytes that are valid UTF-8 and not plain ASCII are UTF-8 whatever is declared: text in any other character set
    hardly ever is.
    """
    found = _sniffed(body)
    if found:
        return body.decode(found, "replace").lstrip("\ufeff")
    declared = _declared(body, content_type)
    if not body.isascii():
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    beyond = len(body) - len(body.translate(None, bytes(range(128, 256))))
    for name in declared:
        text = body.decode(name, "replace")
        if text.count("\ufffd") <= beyond * _TOLERANCE:
            return text
    return body.decode(_guessed(body), "replace")


def _sniffed(body: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, UTF-16 without a mark by its first tag; else ""."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return name
    start = body[:2]
    return "utf-16-le" if start == b"<\x00" else "utf-16-be" if start == b"\x00<" else ""


def _declared(body: bytes, content_type: str) -> list[str]:
    """The codecs declared by the header, the page's meta and its XML declaration, in this order; known ones only."""
    head = body[:_PRESCAN]
    labels = _HEADER.findall(content_type)
    labels += [label.decode("ascii", "replace") for pattern in (_META, _XML) for label in pattern.findall(head)[:1]]
    found: list[str] = []
    for label in labels:
        try:
            name = codecs.lookup(label).name
            b"ab".decode(name, "replace")  # Python also knows codecs that are none of text, such as hex
        except (LookupError, ValueError):
            continue
        # A page whose declaration could be read byte by byte is not UTF-16.
        found.append("utf-8" if name.startswith(("utf-16", "utf-32")) else _WIDER.get(name, name))
    return found


def _guessed(body: bytes) -> str:
    from charset_normalizer import from_bytes  # noqa: PLC0415 -- for the few pages that declare nothing

    best = from_bytes(body[: 2**16]).best()
    return best.encoding if best is not None else "cp1252"


def parse(text: str) -> HtmlElement | None:
    """The tree of a page or of a piece of HTML, without comments; None where there is none.

    A document type is left out: with an odd one libxml2 stops at it.
    """
    # One class for every element, chosen in C: lxml.html asks a Python function for each.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, default_doctype=False)
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    body = _DOCTYPE.sub("", text, count=1).encode("utf-8", "replace").translate(None, _CONTROLS)
    return fromstring(body, parser=parser)
