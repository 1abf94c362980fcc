"""A word's stem and the term id made of it: what two articles must share to be alike.

English and French words go through the Snowball stemmers (Porter 2001); the other inflected alphabets keep their first
five letters, which measured better on headlines than any stemmer tried. Accents go everywhere, so that a name written
with and without them is one term. A term id is the 32-bit xxHash of the stem: names and numbers are the same term in
every language.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from xxhash import xxh32_intdigest

from aggregator.cluster.ordinals import ordinal
from aggregator.cluster.stopwords import STOPWORDS

if TYPE_CHECKING:
    from collections.abc import Callable

_SNOWBALL = {"en": "english", "fr": "french"}
# Letters kept of a word in an inflected language without a stemmer.
_PREFIX = 5


def plain(word: str) -> str:
    """The word in lower case without accents, points and other combining marks."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


@cache
def _snowball(language: str) -> Callable[[str], str]:
    from Stemmer import Stemmer  # noqa: PLC0415 -- a C library, which `--help` need not load

    stem: Callable[[str], str] = Stemmer(language).stemWord
    return stem


def stem(word: str, language: str) -> str:
    """The stem of a plain word; a number stays whole, an ordinal becomes its number with a point."""
    number = ordinal(word, language)
    if number is not None:
        return f"{number}."
    if word[0].isdigit():
        return word
    if language in _SNOWBALL:
        return _snowball(_SNOWBALL[language])(word)
    return word[:_PREFIX]


def bare(word: str, language: str) -> str:
    """A plain word without what an apostrophe hangs on it: an English, French, Italian or Turkish one."""
    head, mark, tail = word.partition("'" if "'" in word else "’")
    if not mark or language == "tr":
        # Whatever a Turkish name ends in stands behind its apostrophe.
        return head
    # English possessives and contractions keep the head, French and Italian elisions the tail.
    return head if len(tail) <= 2 or len(head) > 3 else tail


def stem_of(token: str, language: str) -> str | None:
    """The stem that a token stands for, None for a stop word.

    Args:
        token: a word as it stands in the text, or a bigram of characters.
        language: ISO 639-1; words of a language without a list are all kept.
    """
    word = bare(plain(token), language)
    if not word or word in STOPWORDS.get(language, ()) or (len(word) == 1 and word.isalpha() and word.isascii()):
        return None
    return stem(word, language)


# Large enough for the words of a day in many languages: about 100 bytes an entry.
@lru_cache(maxsize=200_000)
def term(token: str, language: str) -> int | None:
    """The id of the term that a token stands for, None for a stop word."""
    stemmed = stem_of(token, language)
    return None if stemmed is None else term_id(stemmed)


def term_id(stemmed: str) -> int:
    """The 32-bit id of a stem."""
    return xxh32_intdigest(stemmed.encode())


@lru_cache(maxsize=50_000)
def is_number(token: str, language: str) -> bool:
    """Whether a token is a number or an ordinal."""
    return token[0].isdigit() or is_ordinal(token, language)


@lru_cache(maxsize=50_000)
def is_ordinal(token: str, language: str) -> bool:
    """Whether a token is an ordinal, in figures with an ending or in English words."""
    return ordinal(plain(token), language) is not None
