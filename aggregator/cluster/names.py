"""What of an article survives translation: names and cognates, numbers, and the concepts that news is made of.

Word vectors do not meet across languages. These keys do: a name is transliterated and reduced to its first consonants
(phonetic keys after Russell 1918 and Philips 1990; names across scripts: Steinberger & Pouliquen 2007), a cognate to
its first five letters, a number to its digits, and a common word of news to its concept, by a small dictionary
(dictionary-based retrieval across languages: Ballesteros & Croft 1997). Chinese characters do not spell: of a text in
them the words that the tables hold are found, and what stands between counts as words that no other language has.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from itertools import combinations
from math import log
from typing import TYPE_CHECKING, NamedTuple

from anyascii import anyascii
from xxhash import xxh3_64_intdigest

from aggregator.cluster.segments import HAN, UNSPACED, Segments
from aggregator.cluster.sparse import unit
from aggregator.cluster.stems import bare, plain, stem, term_id
from aggregator.cluster.stopwords import STOPWORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aggregator.cluster.terms import Words
    from aggregator.cluster.vocabulary import Vocabulary

# What a key counts for beside a concept: a word that matches in both its keys counts for more than either.
CONCEPT, SKELETON, PREFIX, NUMBER = 1.0, 0.7, 0.5, 1.2
# Consonants of a skeleton (3 to 5 measure alike) and letters of a cognate's beginning.
_CONSONANTS = (2, 4)
_PREFIX_LETTERS = (3, 5)
# Keys kept of an article; 10 to 20 measure within .01 of each other.
NAMES = 14
# Two articles meet where they share two of so many heaviest keys.
PAIRED = 8
# What the documents of a language are held to be before any is seen.
NAMES_PRIOR = 200
TITLE_TOKENS = 60
BODY_TOKENS = 120
_TITLE_TIMES = 3
# What marks a place in the table of concepts.
_PLACE = "place:"
# So many pairs of characters are read for a word of a script without blanks.
_PAIRS = 2

# Letters that anyascii writes without the sound that others write them for.
_LETTERS = str.maketrans(
    {"č": "ch", "ć": "ch", "š": "sh", "ž": "zh", "ç": "s", "ş": "sh", "ñ": "n", "ł": "l", "ц": "ts", "ь": "", "ъ": ""}
)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
# Article, "and", "in", "for", "so", "as", as they hang on an Arabic word.
_ARABIC_PREFIX = re.compile(r"^(?:[وفبلك]?ال|لل)(?=\w{3})")
_ARABIC_PARTICLES = frozenset("وفبلك")
_ARABIC_ENDINGS = str.maketrans({"ة": "ه", "ى": "ي"})
# Spellings of one sound, the longest first; capitals are what is left alone afterwards.
_SOUNDS = tuple(
    (spelling, sound)
    for sound, spellings in (
        ("S", ("tsch", "shch", "tsh", "tch", "sch")),
        ("K", ("dsch", "dzh", "dj")),
        ("S", ("sh", "ch", "zh", "ts", "tz", "cz", "sz")),
        ("K", ("kh", "ck", "gh", "qu", "gu")),
        ("F", ("ph",)),
        ("T", ("th",)),
        ("KS", ("x",)),
        ("Se", ("ce",)),
        ("Si", ("ci",)),
        ("Sy", ("cy",)),
    )
    for spelling in spellings
)
_CONSONANT = str.maketrans("ckgjqzsvfpbdtmnlr", "KKKKKSSFFBBDTMNLR", "aeiouywh'0123456789")
_NOT_LATIN = re.compile(r"[^a-z0-9]+")
_NOT_CONSONANT = re.compile(r"[^BDFKLMNRST]+")
_DOUBLED = re.compile(r"(.)\1+")
_NOT_DIGIT = re.compile(r"\D+")
_PAIR = struct.Struct("<2I")
_YEAR = re.compile(r"(?:19|20)\d\d")


def key_of(spelt: str, *, place: bool = False) -> int:
    """The 32-bit key of what survives translation; its lowest bit says whether that is a place."""
    return term_id(spelt) & ~1 | place


def is_place(key: int) -> bool:
    """Whether a key is a place's: it says where, which many stories of a day share."""
    return bool(key & 1)


# The keys of ordinals, by which look-alike events contradict each other: the 12th package and the 13th.
ORDINALS = frozenset(key_of(f"{number}.") for number in range(1, 1_000))


class Mention(NamedTuple):
    """A key in an article: how often, what its kind counts for, and its first surface form."""

    times: int
    share: float
    surface: str


def latin(word: str) -> str:
    """The word in lower-case ASCII letters and digits, transliterated; empty where nothing is left."""
    lowered = plain(_ARABIC_PREFIX.sub("", plain(word))) if _ARABIC.match(word) else word.lower().translate(_LETTERS)
    return _NOT_LATIN.sub("", anyascii(lowered).lower())


def skeleton(word: str) -> str:
    """The sounds of a word that spelling, script and inflection spare: its consonants, folded, without repeats."""
    sounds = latin(word)
    for spelling, sound in _SOUNDS:
        if spelling in sounds:
            sounds = sounds.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", _NOT_CONSONANT.sub("", sounds.translate(_CONSONANT)))


class Names:
    """Finds the keys of articles.

    Args:
        concepts: the text of the concept table: a line of "concept" and the languages, then a line for each concept,
            tab-separated; the stems of a language are separated by blanks, one that ends with = is a whole word. Lines
            that begin with # are remarks. A concept that is a place stands there as place:concept.
        spellings: the text of a table of the same form: names in Latin letters, and the stems of languages that do not
            spell them so.
    """

    def __init__(self, concepts: str = "", spellings: str = "") -> None:
        self._concepts = _table(concepts)
        self._places = {
            line.partition("\t")[0].removeprefix(_PLACE) for line in concepts.splitlines() if line.startswith(_PLACE)
        }
        self._spellings = _table(spellings)
        self._segments = {
            language: Segments({*self._concepts.get(language, ()), *self._spellings.get(language, ())})
            for language in UNSPACED
        }
        # Large enough for the words of a day in many languages.
        self._keys = lru_cache(maxsize=100_000)(self._keys_of)

    def mentions(self, read: Words, language: str) -> dict[int, Mention]:
        """The keys of an article in order of appearance; a word of the title counts three times.

        Args:
            read: the article's words; those at the beginning of its body count.
            language: ISO 639-1, or "".
        """
        tally: dict[str, int] = {}
        title, body = read.title, read.body
        if language in self._segments:
            words_of = self._segments[language].words
            title, body = words_of(title[: TITLE_TOKENS * _PAIRS]), words_of(body[: BODY_TOKENS * _PAIRS])
        for word in title[:TITLE_TOKENS]:
            tally[word] = tally.get(word, 0) + _TITLE_TIMES
        for word in body[:BODY_TOKENS]:
            tally[word] = tally.get(word, 0) + 1
        found: dict[int, Mention] = {}
        for word, times in tally.items():
            for key, share in self._keys(word, language):
                seen = found.get(key)
                found[key] = Mention(times, share, word) if seen is None else seen._replace(times=seen.times + times)
        return found

    def concept(self, word: str, language: str) -> str | None:
        """The concept that a plain word stands for by the longest stem that fits, None where none does."""
        return _meaning(self._concepts.get(language, {}), _forms(word, language))

    def _keys_of(self, token: str, language: str) -> tuple[tuple[int, float], ...]:
        return tuple(
            (key_of(spelt, place=spelt[1:] in self._places and spelt[0] == "@"), share)
            for spelt, share in self._spelt(token, language)
        )

    def _spelt(self, token: str, language: str) -> Iterator[tuple[str, float]]:
        word = plain(token)
        if any(letter.isdigit() for letter in word):
            yield from _number(word, language)
            return
        whole, word = word, bare(word, language)
        if language in UNSPACED and word.isascii():
            language = "en"
        spelling = _meaning(self._spellings.get(language, {}), [word])
        if spelling is not None:
            yield from self._spelt(spelling, "")
            return
        concept = self.concept(word, language)
        if concept is not None:
            yield f"@{concept}", CONCEPT
            return
        if not word or word in STOPWORDS.get(language, ()):
            return
        if HAN.fullmatch(word):
            yield f"={word}", PREFIX
            return
        bones = skeleton(token if word == whole else word)
        if len(bones) >= _CONSONANTS[0]:
            yield f"~{bones[: _CONSONANTS[1]]}", SKELETON
        letters = _NOT_LATIN.sub("", anyascii(word).lower())
        if len(letters) >= _PREFIX_LETTERS[0]:
            yield f"={letters[: _PREFIX_LETTERS[1]]}", PREFIX


def _table(text: str) -> dict[str, dict[str, str]]:
    """What each stem stands for, by language."""
    tables: dict[str, dict[str, str]] = {}
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    for name, *cells in rows[1:]:
        for language, stems in zip(rows[0][1:], cells, strict=True):
            table = tables.setdefault(language, {})
            for one in stems.split():
                table.setdefault(one, name.removeprefix(_PLACE))
    return tables


def _meaning(table: Mapping[str, str], forms: Iterable[str]) -> str | None:
    """What the longest stem that fits one of a word's forms stands for."""
    for form in forms:
        if f"{form}=" in table:
            return table[f"{form}="]
        for end in range(min(len(form), 14), 1, -1):
            if form[:end] in table:
                return table[form[:end]]
    return None


def _forms(word: str, language: str) -> list[str]:
    """The forms of a word that a stem may begin: itself, or without what hangs on an Arabic word."""
    if language != "ar":
        return [word]
    form = word.translate(_ARABIC_ENDINGS)
    bare = _ARABIC_PREFIX.sub("", form)
    if bare != form:
        return [bare]
    return [form, form[1:]] if len(form) > 4 and form[0] in _ARABIC_PARTICLES else [form]


def _number(word: str, language: str) -> Iterator[tuple[str, float]]:
    """The keys of a number: small ones and years tell nothing; an ordinal is known as such, too."""
    ordinal = stem(word, language) if word[0].isdigit() else word
    if ordinal != word:
        yield ordinal, NUMBER
    digits = _NOT_DIGIT.sub("", word)
    # A decimal is no small number: 5.6 is what an earthquake is known by.
    if len(digits) > 1 and not _YEAR.fullmatch(digits):
        yield f"#{digits}", NUMBER


def name_vector(mentions: Mapping[int, Mention], language: str, vocabulary: Vocabulary) -> dict[int, float]:
    """The NAMES heaviest keys and their weights, L2-normalised; the vocabulary learns the keys, apart from words."""
    scope = f"{language}~"
    vocabulary.learn(scope, mentions)
    idfs = vocabulary.idfs(scope, mentions, NAMES_PRIOR)
    weights = {
        key: (1.0 + log(mention.times)) * mention.share * idf
        for (key, mention), idf in zip(mentions.items(), idfs, strict=True)
    }
    return unit(weights, NAMES)


def pair_keys(names: Mapping[int, float]) -> tuple[int, ...]:
    """The band keys of a vector: one for each pair of its PAIRED heaviest keys, signed 64-bit."""
    heaviest = sorted(sorted(names, key=lambda key: (-names[key], key))[:PAIRED])
    hashes = [xxh3_64_intdigest(_PAIR.pack(*pair)) for pair in combinations(heaviest, 2)]
    return struct.unpack(f"<{len(hashes)}q", struct.pack(f"<{len(hashes)}Q", *hashes))
