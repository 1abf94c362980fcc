"""Pure helpers on text that several stages share: white space, slugs, sentences with offsets, titles."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
# Zero-width, bidirectional and other invisible format characters, and control characters: they can hide or reorder
# what a person reads.
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def slug(name: str) -> str:
    """The id of an outlet outside the table: ASCII, lower case, letters and digits only (The Gaze -> thegaze)."""
    return _NOT_SLUG.sub("", anyascii(unicodedata.normalize("NFKC", name)).lower())


def one_line(text: str) -> str:
    """The text with every run of white space as one blank, without invisible and control characters."""
    return " ".join(_CONTROL.sub("", _INVISIBLE.sub("", text)).split())


def clean(text: str) -> str:
    """The text without invisible and control characters, line ends kept."""
    return _CONTROL.sub("", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


# A sentence ends at a full stop, question or exclamation mark (with closing quotes behind it) before white space, at
# an ideographic stop, or at a line end.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[”」』）]*|\n")
# The agency of a dateline belongs to its sentence: "LAWRENCEVILLE, Ga. (AP) - ...".
_DATELINE = re.compile(r"[ \t]*\([^()\n]{2,30}\)[ \t]*(?:[-–—]|--)")
# Names that are written with an exclamation mark.
_WITH_EXCLAMATION_MARK = frozenset({"e", "ok", "yahoo"})
# Words before a full stop that end no sentence; one-letter initials are handled apart.
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sr",
        "jr",
        "st",
        "gen",
        "gov",
        "sen",
        "rep",
        "lt",
        "col",
        "capt",
        "sgt",
        "rev",
        "hon",
        "no",
        "vs",
        "inc",
        "ltd",
        "corp",
        "co",
        "u.s",
        "u.k",
        "u.n",
        "e.u",
        "a.m",
        "p.m",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "z.b",
        "d.h",
        "u.a",
        "bzw",
        "ca",
        "nr",
        "hr",
        "fr",
        "abs",
        "evtl",
        "usw",
        "bsp",
        "etc",
        "m",
        "mme",
        "mlle",
        "т.е",
        "т.д",
        "т.п",
        "г",
        "гг",
        "млн",
        "млрд",
        "тыс",
        "тис",
        "руб",
        "грн",
        "ул",
        "вул",
        "им",
        "ім",
        "проф",
        "акад",
        "стр",
        "св",
    ]
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) offsets, without the white space around them; empty ones left out."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(text):
        if end.group().startswith((".", "!", "?")) and not _ends_sentence(text, start, end.start(), end.end()):
            continue
        _add(spans, text, start, end.end())
        start = end.end()
    _add(spans, text, start, len(text))
    return spans


def _ends_sentence(text: str, start: int, stop: int, end: int) -> bool:
    """Whether the mark at `stop` ends the sentence that began at `start`."""
    word = text[start:stop].rsplit(None, 1)[-1].lstrip("(\"'«„“") if text[start:stop].strip() else ""
    following = text[end : end + 40]
    if text[stop] == "!" and word.lower() in _WITH_EXCLAMATION_MARK:
        return False
    abbreviated = word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()) or _DATELINE.match(following)
    if text[stop] == "." and abbreviated:
        return False
    # A lower-case letter behind the blank: an abbreviation that the list does not know, or “Stop!” he said.
    return not following.lstrip("\"'«„“ \t")[:1].islower()


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))
