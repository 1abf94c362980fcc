"""Fingerprints added in a transaction that are not written yet, findable by their bands all the same.

Written together and in the order of their keys they cost half of what they cost one by one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from aggregator.store.vectors import pack_keys, pack_vector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aggregator.model import Fingerprint


class Pending:
    """What one transaction has added. `prints` holds it by article, also when it was written."""

    def __init__(self) -> None:
        self.prints: dict[int, Fingerprint] = {}
        self._unwritten: dict[int, Fingerprint] = {}
        self._bands: dict[tuple[int, int], set[int]] = {}

    def add(self, new: Fingerprint) -> None:
        """Takes a fingerprint, instead of any of the same article."""
        before = self._unwritten.get(new.article)
        if before is not None:
            for band in _bands(before):
                self._bands[band].discard(new.article)
        self.prints[new.article] = self._unwritten[new.article] = new
        for band in _bands(new):
            self._bands.setdefault(band, set()).add(new.article)

    def near(self, kind: int, keys: Sequence[int], since: float | None, until: float | None) -> Counter[int]:
        """How many of the band keys each unwritten article shares, as Shelf.near counts them."""
        if not self._bands:
            return Counter()
        hits = Counter(article for key in set(keys) for article in self._bands.get((kind, key), ()))
        return Counter({one: n for one, n in hits.items() if _within(self._unwritten[one].when, since, until)})

    def __contains__(self, article: int) -> bool:
        return article in self._unwritten

    def take(self) -> tuple[list[dict[str, Any]], list[dict[str, int]]]:
        """The rows of fingerprints and of bands that are to be written now; they count as written."""
        prints = [_row(one) for one in self._unwritten.values()]
        bands = sorted((kind, key, article) for (kind, key), articles in self._bands.items() for article in articles)
        self._unwritten.clear()
        self._bands.clear()
        return prints, [dict(zip(("kind", "key", "article"), band, strict=True)) for band in bands]


def _bands(one: Fingerprint) -> Iterator[tuple[int, int]]:
    yield from ((0, key) for key in one.copy_keys)
    yield from ((1, key) for key in one.retelling_keys)
    yield from ((2, key) for key in one.name_keys)


def _within(when: float | None, since: float | None, until: float | None) -> bool:
    return when is None or ((since is None or when >= since) and (until is None or when <= until))


def _row(one: Fingerprint) -> dict[str, Any]:
    row = {name: getattr(one, name) for name in ("article", "when", "language", "outlet", "brief", "shingles")}
    packed = {
        "signature": one.signature,
        "vector": pack_vector(one.vector),
        "copy_keys": pack_keys(one.copy_keys),
        "retelling_keys": pack_keys(one.retelling_keys),
        "terms": list(one.terms),
        "names": pack_vector(one.names),
        "name_forms": list(one.name_forms),
        "name_keys": pack_keys(one.name_keys),
        "credits": list(one.credits),
    }
    return row | packed
