"""Oracles of candidate search: shelves that know every retelling by its true cosine; slow, and nothing is missed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aggregator.cluster.similarity import cosine
from aggregator.store.pending import UNDATED, second
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aggregator.model import Fingerprint

# Cosines are given in millionths, since a shelf counts shared keys in whole numbers.
_MILLION = 1_000_000


@dataclass
class ExactShelf(MemoryShelf):
    """A shelf that scans: every article within the window whose cosine is above 0, however many, the nearest first.

    A shelf is asked by band keys alone, so it must `expect` the articles that will ask. Copies, names, and the keys of
    what it does not expect (half of an article) are looked up as on any shelf.
    """

    _asking: dict[tuple[int, ...], Fingerprint] = field(default_factory=dict)
    # What has no retelling keys (a round-up) is kept, and not to be found.
    _findable: dict[int, Fingerprint] = field(default_factory=dict)

    def expect(self, prints: Iterable[Fingerprint]) -> None:
        self._asking.update((own.retelling_keys, own) for own in prints if own.retelling_keys)

    def near(
        self, kind: str, keys: Sequence[int], since: float | None, until: float | None, limit: int
    ) -> list[tuple[int, int]]:
        own = self._asking.get(tuple(keys)) if kind == "retelling" else None
        if own is None:
            return super().near(kind, keys, since, until, limit)
        low, high = -UNDATED if since is None else second(since), second(until)
        scored = [
            (article, round(_MILLION * alike))
            for article, alike in self._cosines(own).items()
            if alike > 0.0 and self._within(second(self._findable[article].when), low, high)
        ]
        return self._cut(sorted(scored, key=lambda pair: (-pair[1], pair[0])), limit)

    def _cosines(self, own: Fingerprint) -> Mapping[int, float]:
        return {article: cosine(own, other) for article, other in self._findable.items()}

    def _cut(self, found: list[tuple[int, int]], limit: int) -> list[tuple[int, int]]:  # noqa: ARG002 -- an index does
        return found

    def add_fingerprint(self, fingerprint: Fingerprint) -> None:
        super().add_fingerprint(fingerprint)
        self._findable.pop(fingerprint.article, None)
        if fingerprint.retelling_keys:
            self._findable[fingerprint.article] = fingerprint


@dataclass
class IndexShelf(ExactShelf):
    """A shelf with an inverted index of the vectors' terms: as many articles as are asked for, the nearest first."""

    _postings: dict[tuple[str, int], dict[int, float]] = field(default_factory=lambda: defaultdict(dict))

    def _cosines(self, own: Fingerprint) -> Mapping[int, float]:
        found: dict[int, float] = defaultdict(float)
        for term, weight in own.vector.items():
            for article, held in self._postings.get((own.language, term), {}).items():
                found[article] += weight * held
        return found

    def _cut(self, found: list[tuple[int, int]], limit: int) -> list[tuple[int, int]]:
        return found[:limit]

    def add_fingerprint(self, fingerprint: Fingerprint) -> None:
        before = self._findable.get(fingerprint.article)
        if before is not None:
            for term in before.vector:
                del self._postings[before.language, term][fingerprint.article]
        super().add_fingerprint(fingerprint)
        for term, weight in fingerprint.vector.items() if fingerprint.retelling_keys else ():
            self._postings[fingerprint.language, term][fingerprint.article] = weight
