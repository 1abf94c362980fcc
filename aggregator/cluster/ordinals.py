"""Ordinals, in figures and in words: the 12th package is not the 13th, in whichever language.

Words are known up to the twentieth: English by their forms, the other languages by stem and ending.
"""

from __future__ import annotations

import re
from functools import lru_cache

# 12th, 21st, 3e, 2eme, 5o, and 12-й with its Slavic endings (without accents).
_FIGURES = re.compile(r"(\d{1,3})-?(?:st|nd|rd|th|er|ere|re|eme|e|o|a|ª|º|и|і|го|му|м|х|я|ю|е|та|те|ту|ті)")
# Where an ordinal is a figure with a point: 12. Paket. In a headline; at the end of a sentence a point ends it.
_POINTED = frozenset({"cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "tr"})
_POINT = re.compile(r"\b(\d{1,2})\.(?=\s+[^\W\d_])")
# Months, as they begin: "am 12. März" is a date.
_MONTHS = re.compile(
    r"\s+(?:ja|fe|m[aäá]r|apr|m[aá][ijy]|maj|mei|jun|jul|a[uv]g|sep|o[kc]t|nov|de[czs]|led|úno|bře|dub|kvě|čer|srp|zář|říj|"
    r"lis|pro|sty|lut|kwi|lip|sie|wrz|paź|gru|tam|hel|maa|huh|tou|kes|hei|elo|syy|lok|mar|joul|oca|şub|nis|haz|tem|ağu|"
    r"eyl|eki|kas|ara)",
    re.IGNORECASE,
)
_ENGLISH = (
    *("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth"),
    *("nineteenth", "twentieth"),
)
# By language, in plain letters: the endings, and the stems from the first on.
_INFLECTED = {
    "de": (
        "e|er|es|en|em",
        (
            "erst zweit dritt viert funft sechst siebt acht neunt zehnt elft zwolft dreizehnt vierzehnt funfzehnt "
            "sechzehnt siebzehnt achtzehnt neunzehnt zwanzigst"
        ),
    ),
    "es": (
        "o|a|os|as|",
        (
            "primer segund tercer cuart quint sext septim octav noven decim undecim duodecim decimotercer decimocuart "
            "decimoquint decimosext decimoseptim decimoctav decimonoven vigesim"
        ),
    ),
    "fr": (
        "e|es|",
        (
            "premier deuxiem troisiem quatriem cinquiem sixiem septiem huitiem neuviem dixiem onziem douziem treiziem "
            "quatorziem quinziem seiziem dix-septiem dix-huitiem dix-neuviem vingtiem"
        ),
    ),
    "ru": (
        "ыи|ои|ии|ого|его|ому|ему|ым|им|ом|ем|ая|яя|ую|юю|ое|ее|ые|ие|ых|их|ыми|ими|ья|ью|ье|ьи|ьего|ьему|ьим|ьем|ьих",
        (
            "перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат "
            "пятнадцат шестнадцат семнадцат восемнадцат девятнадцат двадцат"
        ),
    ),
    "uk": (
        "ии|іи|ого|ому|им|ім|а|у|ю|я|оі|е|є|і|их|ими|ою|ьоі|ьому|ьою|ього|ьим",
        (
            "перш друг трет четверт п’ят шост сьом восьм дев’ят десят одинадцят дванадцят тринадцят чотирнадцят "
            "п’ятнадцят шістнадцят сімнадцят вісімнадцят дев’ятнадцят двадцят"
        ),
    ),
}
_WORDS = {
    language: (re.compile(f"({'|'.join(sorted(stems.split(), key=len, reverse=True))})(?:{endings})"), stems.split())
    for language, (endings, stems) in _INFLECTED.items()
}


@lru_cache(maxsize=50_000)
def ordinal(word: str, language: str) -> int | None:
    """The number of an ordinal, None for any other word.

    Args:
        word: in lower case without accents (`stems.plain`).
        language: ISO 639-1, or "".
    """
    if word[:1].isdigit():
        figures = _FIGURES.fullmatch(word)
        return int(figures[1]) if figures else None
    if language == "en":
        return _ENGLISH.index(word) if word in _ENGLISH else None
    if language not in _WORDS:
        return None
    pattern, stems = _WORDS[language]
    found = pattern.fullmatch(word.replace("'", "’"))
    return stems.index(found[1]) + 1 if found else None


def pointed(headline: str, language: str) -> str:
    """A headline whose ordinals with a point (12. Paket, no date) bear a mark instead that belongs to the word: 12º."""
    if language not in _POINTED:
        return headline
    return _POINT.sub(lambda found: found[0] if _MONTHS.match(headline, found.end()) else f"{found[1]}º", headline)
