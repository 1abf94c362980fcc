"""How common a term is in news, per language: running document frequencies over a prior.

Inverse document frequency after Spärck Jones 1972, kept while the stream runs (as in on-line event detection: Yang,
Pierce & Carbonell 1998), with a background prior so that the first articles already know a common word.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from aggregator.cluster.names import Names
from aggregator.cluster.stems import term_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# How many documents the background counts for.
PRIOR = 1_000
_NONE: dict[int, float] = {}


class Vocabulary:
    """Document frequencies per language; learns as it goes.

    Args:
        documents: language -> documents learnt so far, as kept from earlier drains.
        counts: (language, term id) -> documents that held the term.
        background: the text of the background table: lines of language, documents in a thousand, stems, tab-separated;
            the stems are separated by blanks. Lines that begin with # are remarks.
        concepts: the text of the concept table (see Names).
        spellings: the text of the table of spellings (see Names).
    """

    def __init__(
        self,
        documents: Mapping[str, int] | None = None,
        counts: Mapping[tuple[str, int], int] | None = None,
        background: str = "",
        concepts: str = "",
        spellings: str = "",
    ) -> None:
        self.names = Names(concepts, spellings)
        self._documents = dict(documents or {})
        self._counts: dict[str, dict[int, int]] = {}
        self._background: dict[str, dict[int, float]] = {}
        for line in background.splitlines():
            if line and not line.startswith("#"):
                language, thousandth, stems = line.split("\t")
                share = float(thousandth) / 1_000.0
                self._background.setdefault(language, {}).update(dict.fromkeys(map(term_id, stems.split(" ")), share))
        for (language, term), n in (counts or {}).items():
            self._counts.setdefault(language, {})[term] = n
        self._new_documents: dict[str, int] = {}
        self._new_counts: dict[tuple[str, int], int] = {}

    def idf(self, language: str, term: int, prior: int = PRIOR) -> float:
        """The inverse document frequency of a term in a language, in nats, above 0.

        Args:
            language: ISO 639-1, or "".
            term: a term id.
            prior: how many documents the background counts for.
        """
        return self.idfs(language, [term], prior)[0]

    def idfs(self, language: str, terms: Iterable[int], prior: int = PRIOR) -> list[float]:
        """The inverse document frequencies of an article's terms, in their order; see `idf`."""
        documents = prior + self._documents.get(language, 0)
        background, counts = self._background.get(language, _NONE), self._counts.get(language, _NONE)
        holders = [prior * background.get(term, 0.0) + counts.get(term, 0) for term in terms]
        return [log((documents + 1.0) / (min(held, documents) + 0.5)) for held in holders]

    def learn(self, language: str, terms: Iterable[int]) -> None:
        """Count one document that holds these terms, each once."""
        self._documents[language] = self._documents.get(language, 0) + 1
        self._new_documents[language] = self._new_documents.get(language, 0) + 1
        table = self._counts.setdefault(language, {})
        for term in terms:
            table[term] = table.get(term, 0) + 1
            self._new_counts[language, term] = self._new_counts.get((language, term), 0) + 1

    def drain(self) -> tuple[dict[str, int], dict[tuple[str, int], int]]:
        """What was learnt since the last drain, to be added to what is kept: documents and counts."""
        learnt = self._new_documents, self._new_counts
        self._new_documents, self._new_counts = {}, {}
        return learnt
