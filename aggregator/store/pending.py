"""Fingerprints added in a transaction that are not written yet, findable by their bands all the same.

Written together and in the order of their keys they cost half of what they cost one by one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aggregator.store.vectors import pack_fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.model import Fingerprint

KINDS = {"copy": 0, "retelling": 1, "name": 2}
# The second of what is undated: after all others, and within any bounds.
UNDATED = 2**53
# Of the articles that share a key within bounds so many of the latest count: a key that more hold tells little.
CROWD = 200


class Pending:
    """What one transaction has added. `prints` holds it by article, without band keys, also when it was written."""

    def __init__(self) -> None:
        self.prints: dict[int, Fingerprint] = {}
        self._unwritten: dict[int, Fingerprint] = {}
        self._bands: tuple[defaultdict[int, list[int]], ...] = tuple(defaultdict(list) for _ in KINDS)

    def add(self, new: Fingerprint) -> None:
        """Takes a fingerprint, instead of any of the same article."""
        article = new.article
        before = self._unwritten.get(article)
        if before is not None:
            for kind, keys in _bands(before):
                for key in keys:
                    self._bands[kind][key].remove(article)
        self._unwritten[article] = new
        self.prints[article] = replace(new, copy_keys=(), retelling_keys=(), name_keys=())
        for kind, keys in _bands(new):
            bands = self._bands[kind]
            for key in keys:
                bands[key].append(article)

    def near(self, kind: int, keys: Sequence[int], since: int, until: int) -> dict[int, list[int]]:
        """The unwritten articles within bounds by the band key, among those asked for, that they hold."""
        bands = self._bands[kind]
        if not bands:
            return {}
        found = {key: [one for one in bands[key] if self._within(one, since, until)] for key in keys if key in bands}
        return {key: articles for key, articles in found.items() if articles}

    def _within(self, article: int, since: int, until: int) -> bool:
        at = second(self._unwritten[article].when)
        return since <= at <= until or at == UNDATED

    def __contains__(self, article: int) -> bool:
        return article in self._unwritten

    def take(self) -> tuple[list[dict[str, Any]], list[tuple[int, int, int, int]]]:
        """The rows of fingerprints and of bands that are to be written now; they count as written."""
        prints = [pack_fingerprint(one) for one in self._unwritten.values()]
        at = {article: second(one.when) for article, one in self._unwritten.items()}
        rows: list[tuple[int, int, int, int]] = []
        for kind, bands in enumerate(self._bands):
            for key in sorted(bands):
                rows += [(kind, key, at[one], one) for one in bands[key]]
            bands.clear()
        self._unwritten.clear()
        return prints, rows


def second(when: float | None) -> int:
    """The whole second that the index of bands keeps of a time."""
    return UNDATED if when is None else int(when // 1)


def _bands(one: Fingerprint) -> Iterator[tuple[int, set[int]]]:
    yield KINDS["copy"], set(one.copy_keys)
    yield KINDS["retelling"], set(one.retelling_keys)
    yield KINDS["name"], set(one.name_keys)
