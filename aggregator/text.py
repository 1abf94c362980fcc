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
# Words before a full stop that end no sentence (unless a word of _OPENERS follows); one-letter initials are apart.
_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof sr jr st gen gov sen rep lt col capt maj sgt adm cmdr det supt rev hon no vs inc ltd corp co dept
    univ est approx vol pp ave blvd i.e e.g ph.d u.s u.k u.n e.u a.m p.m
    jan feb mar apr jun jul aug sep sept oct nov dec
    z.b d.h u.a z.t v.a s.o bzw ca nr hr fr abs evtl usw bsp mio mrd str geb ggf inkl sog vgl dipl ing jh hl
    etc m mm mme mlle mgr env hab av bd chap éd
    sra srta ud uds ee.uu pág págs núm avda gral cía dña
    sig sigg dott dott.ssa prof.ssa avv arch geom ecc pag
    r tys mln mld zł proc ul al tzw tzn m.in np pt itd itp im ks inż mgr hab godz wg św woj pow gm płk gen bp red
    т.е т.д т.п т.к г гг р рр млн млрд трлн тыс тис руб грн ул вул им ім проф акад стр св дж пл обл о ст тов см напр див
    """.split()  # noqa: SIM905 -- words in rows can be read, a literal of two hundred strings cannot
)
# Words with which a sentence begins and hardly ever a name or a noun behind an ordinal (am 26. August): they show that
# "13." or "Inc." ends its sentence.
_OPENERS = frozenset(
    """
    the he she it they we his her their its this that these those there in on at by for from with after before as if
    when while but and or not no at about according both each most some who what
    der die das den dem ein eine einer er sie es wir ihr sein seine dies diese dieser dieses im am auf aus bei mit nach
    seit von vor zu zum zur für über unter aber und oder wer was wie wenn als auch noch nur dort hier
    le la les il elle ils elles on un une ce cet cette ces dans pour par sur selon avec mais et leur son sa
    el los las lo una en con por para según pero su sus se al entre este esta
    gli i nel nella della con ma per secondo si sono
    to na do od po za przy według ale oraz ten ta te jego ich jej nie jak
    це він вона вони про за на до від у в з та і але як його її їх що при після серед той ці
    это он она они о об по на до от в во с и но как его ее её их что при после среди тот эти
    """.split()  # noqa: SIM905 -- words in rows can be read, a literal of two hundred strings cannot
)
_ORDINAL = re.compile(r"\d{1,2}")
_OPENING_WORD = re.compile(r"[\"'«„“(\s]*([^\W\d_]+)(?![\w.])")


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
    if text[stop] == "." and (_DATELINE.match(following) or _goes_on(word, following)):
        return False
    # A lower-case letter behind the blank: an abbreviation that the list does not know, or “Stop!” he said.
    return not following.lstrip("\"'«„“ \t")[:1].islower()


def _goes_on(word: str, following: str) -> bool:
    """Whether the full stop behind a word is an initial's, an abbreviation's or an ordinal number's."""
    if len(word) == 1 and word.isupper():
        return True
    opening = _OPENING_WORD.match(following)
    if opening is not None and opening[1].lower() in _OPENERS:
        return False
    initials = all(len(part) == 1 and part.isupper() for part in re.split(r"[.-]+", word))
    return initials or word.lower() in _ABBREVIATIONS or _ORDINAL.fullmatch(word) is not None


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if right > left:
        spans.append((start + left, start + right))
