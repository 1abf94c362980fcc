"""What kind of word each term is: a name, a number, an ordinal or any other word. Names and numbers tell events apart.

Two quakes, two deaths, two closings of a stock exchange are told in the same words; the places, people and figures
differ. Names are told by their capitals, as far as a script has them.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from aggregator.cluster.stems import is_number, is_ordinal, stem_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aggregator.cluster.terms import Words

WORD, NAME, NUMBER, ORDINAL = "w", "n", "d", "o"
# The first word of a sentence has a capital whatever it is.
_FIRST = re.compile(r"(?:^|[.!?…:][\"'”’»)]*\s+|\n\s*)[\"'“‘«„(¿¡-]*([^\W\d_]+)")
# A title in which more than this share of the telling words has a capital says nothing by its capitals.
_CAPITALISED = 0.75


def names(read: Words, text: str, language: str) -> set[str]:
    """The words of an article that are written with a capital inside a sentence and never without, in lower case.

    A title whose words nearly all have one counts only where there is no text to tell names by.

    Args:
        read: the article's words.
        text: the text that they were read from.
        language: ISO 639-1, or "".
    """
    capital = Counter(word for word in read.body if word[0].isupper())
    capital.subtract(Counter(_FIRST.findall(text)))
    found = {word.lower() for word, times in capital.items() if times > 0}
    small = {word for word in read.body if word[0].islower()}
    telling = [word for word in read.title[1:] if word[0].isalpha() and stem_of(word, language)]
    upper = {word.lower() for word in telling if word[0].isupper()}
    if len(upper) <= _CAPITALISED * len(telling):
        found |= upper
        small.update(word for word in read.title if word[0].islower())
    elif not found:
        found = upper
    return found - small


def kinds(surfaces: Iterable[str], language: str, known: set[str]) -> str:
    """The kinds of terms by their surface forms, a letter each.

    Args:
        surfaces: words as they stand in the text.
        language: ISO 639-1, or "".
        known: the article's names, in lower case.
    """
    return "".join(_kind(surface, language, known) for surface in surfaces)


def _kind(surface: str, language: str, known: set[str]) -> str:
    if is_ordinal(surface, language):
        return ORDINAL
    if is_number(surface, language):
        return NUMBER
    return NAME if surface.lower() in known else WORD
