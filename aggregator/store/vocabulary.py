"""How many documents of each language hold a term: what clustering weighs words by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from aggregator.store.engine import pour
from aggregator.store.tables import vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

# Every document of a language counts under this term, which no 32-bit hash reaches.
_ANY_TERM = -1


class Vocabularies:
    """The counts of every language, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self) -> tuple[dict[str, int], dict[tuple[str, int], int]]:
        """The documents of each language, and those that hold each term: {language: n}, {(language, term): n}."""
        documents: dict[str, int] = {}
        counts: dict[tuple[str, int], int] = {}
        for language, term, number in self._connection.execute(select(vocabulary)):
            if term == _ANY_TERM:
                documents[language] = number
            else:
                counts[language, term] = number
        return documents, counts

    def learn(self, documents: Mapping[str, int], counts: Mapping[tuple[str, int], int]) -> None:
        """Adds to the counts."""
        rows = [(language, _ANY_TERM, number) for language, number in documents.items()]
        rows += [(language, term, number) for (language, term), number in counts.items()]
        pour(self._connection, vocabulary, sorted(rows), add="documents")
