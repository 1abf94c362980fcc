"""What of an article's text is a sentence of the report, and what is furniture of its page. Pure.

Furniture: datelines, bylines, captions, credits, dates, promptings, walls. The rules ask for more than a word where an
ordinary sentence may begin with it ("By noon ...", "Published on Wednesday, the report ...").
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from aggregator.text import one_line, sentences, slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.model import Article

_AGENCIES = (
    "Reuters|AFP|AP|dpa|DPA|EFE|ANSA|Ansa|Xinhua|TASS|ТАСС|Interfax|Интерфакс|Інтерфакс|Ukrinform|Укрінформ|Укринформ"
    "|UNN|УНН|PAP|ČTK|APA|SDA|Bloomberg|Kyodo|Yonhap|РИА|UPI|PA|Belga|ANP|TT|NTB|Lusa|CNN|Efe|efe-epa"
)
# Capitals that begin a sentence with a dash and are no town.
_NO_TOWNS = (
    "NATO|НАТО|OPEC|ОПЕК|UNESCO|ЮНЕСКО|FIFA|ФИФА|ФІФА|UEFA|УЕФА|УЄФА|NASA|НАСА|IAEA|МАГАТЭ|МАГАТЕ|OSCE|ОБСЕ|ОБСЄ"
)
_CAPITALS = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄҐ"
_DATE = r"(?:,?\s+\w{3,9}\.?\s+\d{1,2}(?:,?\s+\d{4})?)?"
_TOWN = (
    rf"(?!(?:{_NO_TOWNS})\b)(?:[{_CAPITALS}]{{4,}}|[{_CAPITALS}]{{2,}} [{_CAPITALS}]{{3,}})"
    rf"(?:[ ,/-]+[{_CAPITALS}]{{2,}}){{0,4}}"
)
# A dateline at the head of a line: "KYIV, Aug 26 (Reuters) - ", "Berlin (dpa) – ", "ERIE, Pa. (AP) — ", "LONDON — ",
# "(CNN) — ". A town in small letters needs an agency's name beside it, one in capitals does not.
_DATELINE = re.compile(
    rf"[{_CAPITALS}][\w .,'’/-]{{1,50}}\((?:{_AGENCIES})(?:/[^()]{{1,30}})?\)\s*[-–—:.]+\s*"
    rf"|{_TOWN}(?:,\s+[\w.]{{2,12}})?{_DATE}\s*(?:\([^()]{{2,60}}\))?\s*[-–—:.]+\s+"
    rf"|\((?:{_AGENCIES})\)\s*[-–—:.]*\s*"
)
_BYLINE = re.compile(rf"(?:By|BY|Von|Par|Por)(?:[\s,]+(?:[{_CAPITALS}][\w.'’-]*|and|und|et|y|in|à|en))+\W*")
_FURNITURE = re.compile(
    r"""\W*(?:
        (?:авторы?|автори|autor(?:in|ka|es)?|auteur|author|redaktion|редак\w+|источник|джерело|source|quelle|fuente
            |źródło)\s*:
        | (?:(?:file|stock|архивное|архівне)\s+)?(?:photo(?:graph)?|picture|image|video|foto|bild|fotos|imagen|zdjęcie
            |фото|фотография|світлина|відео|видео)\s*(?:[:©/(]|by\b|credit\b|courtesy\b)
        | (?:illustrative|file|handout)\s+(?:photo|image|picture) | (?:ілюстративне|иллюстративное)\s+фото
        | (?:read|see|watch|listen)\s+(?:more|also|next)\b | (?:читайте|дивіться|смотрите)\s+(?:також|также|ще|еще)\b
        | lesen\s+sie\b | lire\s+aussi\b | lea\s+también\b | czytaj\s+(?:też|także|również)\b
        | (?:subscribe|sign\s+(?:up|in)|log\s+in|follow\s+us|join\s+us|click\s+here|share\s+this)\b
        | підпи(?:шіться|шись|суйтес[ья]|суйся)\b | подпи(?:шитесь|шись|сывайтесь|сывайся)\b
        | (?:abonnieren\s+sie|abonnez-vous|suscríbete)\b
        | (?:advertisement|anzeige|реклама|reklama|publicidad|publicité)\W*$
        | (?:last\s+)?(?:updated|published|modified|опубліковано|опубликовано|оновлено|обновлено|aktualisiert|stand)
            \s*(?::|(?:on\s+|at\s+|am\s+)?\d)
        | ©
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = re.compile(r"https?://|www\.|\S@\S+\.\w")
_CAPTION_CREDIT = re.compile(
    r"(?:getty images|shutterstock|via reuters|/\s*(?:reuters|afp|ap|epa|getty)\b|\b(?:afp|epa|ap) photo)\W*$",
    re.IGNORECASE,
)
_STOP = (".", "!", "?", "…", "。", "！", "？", "؟", "।", '"', "”", "»", "」", "』")
# Below these lengths a line is furniture of the page, not a paragraph of the report. Ideographs say more each.
_SHORTEST, _SHORTEST_WIDE = 30, 12
# A longer line that ends with an agency's name is a paragraph.
_LONGEST_CAPTION = 300


def report(article: Article, *, strict: bool) -> Iterator[tuple[int, int]]:
    """The sentences of the report itself, from the top, as offsets into the article's text; a dateline is left out.

    Args:
        article: whose text is read.
        strict: whether only what ends like a sentence, in a line that is long enough for a paragraph, will do.

    Yields:
        (start, end) of a sentence.
    """
    title, text = slug(article.title), article.text
    for start, end in sentences(text):
        head = text.rfind("\n", 0, start) + 1
        foot = (text + "\n").index("\n", end)
        dateline = _DATELINE.match(text, head, foot)
        # The full stop of "Pa." or of "(AFP)." ends a sentence inside the dateline.
        # What goes on in small letters was no dateline but the sentence's subject.
        begin = max(start, dateline.end()) if dateline and not text[dateline.end() : foot][:1].islower() else start
        piece, line = one_line(text[begin:end]), one_line(text[head:foot])
        if slug(piece) in {title, ""} or _is_furniture(piece, line):
            continue
        if not strict or (piece.endswith(_STOP) and _is_long_enough(line)):
            yield begin, end


def _is_furniture(piece: str, line: str) -> bool:
    """Whether a sentence belongs to the page and not to the report, judged with the line that it stands in."""
    caption = len(line) <= _LONGEST_CAPTION and _CAPTION_CREDIT.search(line)
    return bool(caption or _FURNITURE.match(piece) or _BYLINE.fullmatch(piece) or _ADDRESS.search(piece))


def _is_long_enough(line: str) -> bool:
    wide = sum(unicodedata.east_asian_width(c) == "W" for c in line)
    return len(line) >= _SHORTEST or wide >= _SHORTEST_WIDE
