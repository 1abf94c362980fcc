"""The sentences that each outlet printed lately, and under how many titles: what clustering knows boilerplate by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, delete, or_, select

from aggregator.store.engine import chunks, upsert
from aggregator.store.tables import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

_KNOWN = select(sentence.c.key, sentence.c.titles, sentence.c.title, sentence.c.day).where(
    sentence.c.key.in_(bindparam("keys", expanding=True))
)


class Sentences:
    """Sentences by key, in one transaction: (different titles, hash of the last title, day last seen, from 1970)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, keys: Iterable[int]) -> dict[int, tuple[int, int, int]]:
        """The sentences with these keys; those unknown are left out."""
        found: dict[int, tuple[int, int, int]] = {}
        # In the order of the keys neighbours lie on one page.
        for some in chunks(sorted(keys)):
            for key, titles, title, day in self._connection.execute(_KNOWN, {"keys": some}):
                found[key] = titles, title, day
        return found

    def save(self, rows: Mapping[int, tuple[int, int, int]]) -> None:
        """Keeps sentences in place of what was kept of them."""
        ordered = [
            {"key": key, "titles": titles, "title": title, "day": day}
            for key, (titles, title, day) in sorted(rows.items())
        ]
        upsert(self._connection, sentence, ordered)

    def forget(self, before: int, once_before: int) -> None:
        """Drops what was last seen before a day, and before another day what was seen under one title only."""
        rare = and_(sentence.c.titles == 1, sentence.c.day < once_before)
        self._connection.execute(delete(sentence).where(or_(sentence.c.day < before, rare)))
