"""The cues of all languages: the words by which articles credit outlets, and which language a text is read in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aggregator.origin.lexicon import Lexicon, read_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMON = "mul"
# How many letters of a text are looked at to tell its language.
_SAMPLE = 3000
# The share of a script's own letters that tells it, and how many words make a text long.
_LETTERS, _SHORT = 0.005, 60


class Cues:
    """The lexicons of all languages."""

    def __init__(self, lexicons: Mapping[str, Lexicon]) -> None:
        self._lexicons = dict(lexicons)
        self._stopwords = {language: lexicon.stopwords for language, lexicon in self._lexicons.items()}

    @classmethod
    def parse(cls, files: Mapping[str, str]) -> Cues:
        """Reads the cues.

        Args:
            files: language code -> the text of its TOML file; `mul` for what is common to all.

        Raises:
            ConfigError: a file that is no TOML, an unknown key, role or place, or a pattern that does not compile; the
                text names the file and the rule.
        """
        return cls({language: read_lexicon(language, text) for language, text in sorted(files.items())})

    def __iter__(self) -> Iterator[Lexicon]:
        return iter(self._lexicons.values())

    def choose(self, text: str, language: str) -> tuple[Lexicon, ...]:
        """The lexicons to read a text with: the one it looks like, the one of its claimed language, the common one.

        Claims are often wrong (a Ukrainian page marked Russian, an English page of a German site), so both are used.
        """
        # A short text may look like several: then the claim decides which is read first.
        guessed = sorted(self.guess(text), key=lambda code: code != language)
        wanted = [*guessed, language, COMMON]
        return tuple(self._lexicons[code] for code in dict.fromkeys(wanted) if code in self._lexicons)

    def guess(self, text: str) -> list[str]:
        """The languages a text looks like, by its letters or its small words, mostly one; none where nothing speaks."""
        sample = text[:_SAMPLE]
        letters = Counter(sample)
        scores = {
            code: sum(letters[letter] for letter in lexicon.letters)
            for code, lexicon in self._lexicons.items()
            if lexicon.letters
        }
        best = max(scores, key=lambda code: scores[code], default="")
        if best and scores[best] >= max(1.0, _LETTERS * len(sample)):
            return [best]
        words = Counter(sample.lower().split())
        found = {code: sum(words[word] for word in stopwords) for code, stopwords in self._stopwords.items()}
        most = max(found.values(), default=0)
        # A short text may look like two languages.
        return [code for code, score in found.items() if score and score >= most - (len(words) < _SHORT)]
