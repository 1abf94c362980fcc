"""Which language a text is in: the classifier's word on the text, the page's own where the classifier cannot know."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# The languages of news that may be told apart, as ISO 639-1; each one more costs the others certainty.
LANGUAGES = tuple(
    """
    ar az be bg bn cs da de el en es et fa fi fr he hi hr hu hy id it ja ka kk ko lt lv mk ms nl no pl pt ro ru sk sl
    sq sr sv ta th tr uk ur vi zh
    """.split()  # noqa: SIM905 -- fifty codes in two lines
)
# What pages declare and mean.
_MEANT = {"ua": "uk", "nb": "no", "nn": "no", "iw": "he", "in": "id", "bs": "hr", "sh": "sr", "cn": "zh", "jp": "ja"}
# Languages that the classifier mixes up: within a group the page's own word counts.
_ALIKE = tuple(
    frozenset(group.split()) for group in ("hr sr sl", "cs sk", "no da sv", "id ms", "bg mk", "az tr", "es pt", "fa ur")
)
# The classifier reads this much, and is asked only where there is this much, in characters.
_SAMPLE = 1000
_ENOUGH = 60
_LETTERS = re.compile(r"[^\W\d_]")
_NOT_PROSE = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+|\d+")


def detect(text: str, declared: str) -> str:
    """The language of a text as ISO 639-1, "" where nothing tells it.

    Args:
        text: the article's text, or its title.
        declared: what the page or the feed says (uk-UA, en, ...), "" where it says nothing.

    py3langid (Lui and Baldwin, langid.py: An Off-the-shelf Language Identification Tool, ACL 2012) restricted to
    LANGUAGES.
    """
    said = code(declared)
    sample = _NOT_PROSE.sub(" ", text[:_SAMPLE])
    letters = len(_LETTERS.findall(sample))
    # An ideogram says as much as two letters and more.
    if not letters or (said and letters < _ENOUGH and sample.isascii()):
        return said
    found, sure = _identifier().classify(sample)
    if said and found != said and (sure < 0.9 or any(said in group and found in group for group in _ALIKE)):
        return said
    return str(found)


def code(declared: str) -> str:
    """A declared language as ISO 639-1 ("uk-UA" -> "uk"), "" where it is none."""
    short = declared.strip().lower().replace("_", "-").partition("-")[0]
    short = _MEANT.get(short, short)
    return short if re.fullmatch(r"[a-z]{2}", short) else ""


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 -- its model takes half a second

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
