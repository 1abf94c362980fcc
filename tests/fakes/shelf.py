"""A shelf of dictionaries: the fake that passes the same contract as the store's."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aggregator.model import Cluster, Fingerprint, Membership, Tie


@dataclass
class MemoryShelf:
    """What clustering keeps, in memory; `events` and `redirects` are for tests to read, `said` to write."""

    events: list[tuple[str, int, dict[str, object]]] = field(default_factory=list)
    redirects: dict[int, int] = field(default_factory=dict)
    said: list[Tie] = field(default_factory=list)
    _prints: dict[int, Fingerprint] = field(default_factory=dict)
    _bands: dict[tuple[str, int], dict[int, None]] = field(default_factory=lambda: defaultdict(dict))
    _clusters: dict[int, Cluster] = field(default_factory=dict)
    _memberships: dict[int, Membership] = field(default_factory=dict)
    _members: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _last: int = 0

    def near(
        self, kind: str, keys: Sequence[int], since: float | None, until: float | None, limit: int
    ) -> list[tuple[int, int]]:
        shared: Counter[int] = Counter()
        for key in set(keys):
            shared.update(list(self._bands.get((kind, key), ())))
        inside = [(article, n) for article, n in shared.items() if self._within(article, since, until)]
        return sorted(inside, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _within(self, article: int, since: float | None, until: float | None) -> bool:
        when = self._prints[article].when
        return when is None or ((since is None or when >= since) and (until is None or when <= until))

    def fingerprints(self, articles: Sequence[int]) -> dict[int, Fingerprint]:
        return {article: self._prints[article] for article in articles if article in self._prints}

    def memberships(self, articles: Sequence[int]) -> dict[int, Membership]:
        return {article: self._memberships[article] for article in articles if article in self._memberships}

    def members(self, cluster: int) -> list[int]:
        return sorted(self._members.get(cluster, ()))

    def clusters(self, ids: Sequence[int]) -> dict[int, Cluster]:
        return {cluster: self._clusters[cluster] for cluster in ids if cluster in self._clusters}

    def add_fingerprint(self, fingerprint: Fingerprint) -> None:
        before = self._prints.get(fingerprint.article)
        if before is not None:
            for band in _bands(before):
                self._bands[band].pop(fingerprint.article, None)
        self._prints[fingerprint.article] = fingerprint
        for band in _bands(fingerprint):
            self._bands[band][fingerprint.article] = None

    def add_cluster(self) -> int:
        self._last += 1
        return self._last

    def save_cluster(self, cluster: Cluster) -> None:
        self._clusters[cluster.id] = cluster

    def save_membership(self, membership: Membership) -> None:
        before = self._memberships.get(membership.article)
        if before is not None:
            self._members[before.cluster].discard(membership.article)
        self._memberships[membership.article] = membership
        self._members[membership.cluster].add(membership.article)

    def redirect(self, cluster: int, into: int) -> None:
        self._clusters.pop(cluster, None)
        self.redirects[cluster] = into

    def ties(self, articles: Collection[int]) -> list[Tie]:
        return [tie for tie in self.said if tie.one in articles or tie.other in articles]

    def log(self, kind: str, cluster: int, detail: Mapping[str, object]) -> None:
        self.events.append((kind, cluster, dict(detail)))


def _bands(fingerprint: Fingerprint) -> list[tuple[str, int]]:
    return (
        [("copy", key) for key in fingerprint.copy_keys]
        + [("retelling", key) for key in fingerprint.retelling_keys]
        + [("name", key) for key in fingerprint.name_keys]
    )
