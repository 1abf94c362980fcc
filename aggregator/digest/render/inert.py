"""Foreign text and addresses made harmless before any format sees them. Pure.

Titles, names and quotes come from anybody. Here they lose what acts without being seen (control codes, bidirectional
overrides, tags, lone surrogates); what acts in one format only (HTML, Markdown) is that format's to escape.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

from aggregator.digest.summarise import cut
from aggregator.text import one_line
from aggregator.urls import MAX_LENGTH

# Control, format and surrogate characters; a private one may look like anything, an unassigned one like nothing.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Letters that are drawn as nothing: the Hangul fillers and the Mongolian vowel separators.
_BLANK = re.compile("[\u115f\u1160\u3164\uffa0\u180b-\u180f\u034f]")
# More accents than this on one letter climb over the neighbouring lines.
_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_ACCENTS = re.compile(f"({_ACCENT}{{4}}){_ACCENT}+")
# What may stand in an address as it is (RFC 3986), without quotes and brackets that end it in HTML or Markdown.
_ADDRESS = "%/:?#[]@!$&*+,;=-._~"


def plain(text: str, limit: int | None = None) -> str:
    """The text on one line without anything invisible, cut at a word where it has more than `limit` characters."""
    seen = "".join(c for c in one_line(text) if unicodedata.category(c) not in _UNSEEN)
    line = " ".join(_ACCENTS.sub(r"\1", _BLANK.sub("", seen)).split())
    return line if limit is None else cut(line, limit)


def web_address(url: str | None) -> str | None:
    """The address in ASCII where it is a plain http or https one, else None.

    An address with a user name is refused: it exists to show one host and open another.
    """
    if not url or len(url) > MAX_LENGTH:
        return None
    try:
        parts = urlsplit(url.strip())
        name = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port is not None else ""
        path, query, fragment = (quote(p, safe=_ADDRESS) for p in (parts.path, parts.query, parts.fragment))
    except ValueError:  # includes UnicodeError: an impossible host, port or lone surrogate
        return None
    if (
        parts.scheme not in {"http", "https"}
        or "@" in parts.netloc
        or not re.fullmatch(r"[\w.-]+|[\da-fA-F:.]+", name, re.ASCII)
    ):
        return None
    place = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{place}{port}{path}" + (query and f"?{query}") + (fragment and f"#{fragment}")
