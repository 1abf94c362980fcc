"""From a feed's bytes to its text: which encoding it really has, and nothing in it that XML forbids. Pure.

What a header or a declaration says of the encoding is often wrong; that bytes are valid UTF-8 by chance hardly ever
happens. So the byte order mark counts first, then UTF-8 where it fits, then what is declared.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# "<" and the next character, without a mark.
_PATTERNS = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# Seven-bit codes that are valid UTF-8 as well.
_ESCAPE_CODED = ("iso2022", "hz")
# Python knows more codecs than there are encodings of documents, some of them slow.
_ENCODING = re.compile(
    r"utf-8|ascii|cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|gb\w+|big5\w*|euc_\w+|shift_\w+|johab|tis-620|hz|iso2022\w+"
)
# What publishers mean by a name, as browsers read it (WHATWG Encoding).
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Neither allowed in XML 1.0 nor of any use. A lone surrogate comes from UTF-16 that was cut.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")


def decode(body: bytes, content_type: str) -> tuple[str, bool]:
    """A document's text.

    Args:
        body: the document.
        content_type: the Content-Type field, "" where there is none.

    Returns:
        (text without mark and forbidden characters, whether something had to be replaced or left out).
    """
    text, damaged = _decode(body, content_type)
    text, forbidden = _FORBIDDEN.subn("", text)
    return text.lstrip("\ufeff"), damaged or forbidden > 0


def _decode(body: bytes, content_type: str) -> tuple[str, bool]:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _whole(body[3:] if encoding == "utf-8" else body, encoding)
    for pattern, encoding in _PATTERNS:
        if body.startswith(pattern):
            return _whole(body, encoding)
    match = _DECLARED.match(body[:1024])
    charset = _CHARSET.search(content_type)
    names = [name for name in (match[1].decode() if match else "", charset[1] if charset else "") if name]
    encodings = [known for name in names if (known := _known(name))]
    if not (encodings and encodings[0].startswith(_ESCAPE_CODED)):
        encodings.insert(0, "utf-8")
    for encoding in encodings:
        try:
            return body.decode(encoding), False
        except UnicodeError:
            continue
    return _repair(body, encodings)


def _whole(body: bytes, encoding: str) -> tuple[str, bool]:
    try:
        return body.decode(encoding), False
    except UnicodeError:
        return body.decode(encoding, "replace"), True


def _known(name: str) -> str:
    """The codec that is meant by a name; "" for one that does not exist or is none."""
    try:
        canonical = codecs.lookup(name).name
    except LookupError:
        return ""
    # UTF-16 is not among them: a declaration that could be read as ASCII is not in it.
    return _MEANT.get(canonical, canonical) if _ENCODING.fullmatch(canonical) else ""


def _repair(body: bytes, encodings: list[str]) -> tuple[str, bool]:
    """Text from bytes that fit nothing declared: UTF-8 with holes, or an encoding nobody named."""
    text = body.decode("utf-8", "replace")
    high = len(_HIGH.findall(body))
    # Each broken byte gives one mark: in UTF-8 with a few holes they are few among its many high bytes.
    if text.count("\ufffd") * 4 <= high:
        return text, True
    others = [encoding for encoding in encodings if encoding != "utf-8"]
    if others:
        return body.decode(others[0], "replace"), True
    return body.decode(_guess(body, high), "replace"), True


def _guess(body: bytes, high: int) -> str:
    """Where the letters of whole words are high it is Cyrillic; where its small letters lie tells which encoding."""
    words = b"".join(_HIGH_RUN.findall(body))
    if len(words) * 2 < high:
        return "cp1252"
    small_in_cp1251 = sum(byte >= 0xE0 for byte in words)
    small_in_koi8 = sum(0xC0 <= byte < 0xE0 for byte in words)
    return "cp1251" if small_in_cp1251 >= small_in_koi8 else "koi8-u"
