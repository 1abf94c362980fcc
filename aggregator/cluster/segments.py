"""The words of a text in a script that puts no blanks between them: known ones by longest match (Chen & Liu 1992)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aggregator.cluster.stems import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Languages whose words are found so.
UNSPACED = frozenset({"zh", "ja"})
# Foreign names and loan words in Japanese: a run of katakana is a word.
_KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fc]+")
_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# A stretch of Chinese characters that no table knows; those of grammar part it: of, and, at, is, to, for, this, that.
HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_GRAMMAR = "的了在是和与與及对對为為于於等从從以将將被向并也这這那个個各其之把让由就都不而但曾已还還会會该該称稱说說"
_PARTING = re.compile(f"[{_GRAMMAR}]")


class Segments:
    """Finds words in runs of characters.

    Args:
        stems: plain; those with = at their end are looked up as a katakana word's whole.
    """

    def __init__(self, stems: Iterable[str]) -> None:
        self._stems = frozenset(stems)
        self._longest = max(map(len, self._stems), default=0)

    def words(self, tokens: Sequence[str]) -> list[str]:
        """The words of an article's tokens, in their order.

        These are known words, katakana, stretches of Chinese characters between them, and words in another script.

        Args:
            tokens: as `terms.tokens` gives them, a run of characters as its overlapping pairs.
        """
        found: list[str] = []
        run = ""
        for token in tokens:
            if not _CHARACTER.match(token):
                found += [*self._split(run), token]
                run = ""
            elif run and token[0] == run[-1]:
                run += token[1:]
            else:
                found += self._split(run)
                run = token
        return [*found, *self._split(run)]

    def _split(self, run: str) -> Iterator[str]:
        at = unknown = 0
        while at < len(run):
            katakana = _KATAKANA.match(run, at)
            end = katakana.end() if katakana else self._end(run, at)
            if end > at:
                yield from _stretches(run[unknown:at])
                yield run[at:end]
                unknown = end
            at = max(end, at + 1)
        yield from _stretches(run[unknown:])

    def _end(self, run: str, at: int) -> int:
        """Where the longest known word that begins here ends; here, if none does."""
        for end in range(min(len(run), at + self._longest), at + 1, -1):
            if plain(run[at:end]) in self._stems:
                return end
        return at


def _stretches(unknown: str) -> Iterator[str]:
    for part in _PARTING.split(unknown):
        yield from HAN.findall(part)
