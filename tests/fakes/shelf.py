"""A shelf of dictionaries: the fake that passes the same contract as the store's."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aggregator.store.pending import CROWD, UNDATED, second

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aggregator.model import Cluster, Fingerprint, Membership, Tie


@dataclass
class MemoryShelf:
    """What clustering keeps, in memory; `events`, `redirects` and `mentions` are for tests to read, `said` to write."""

    events: list[tuple[str, int, dict[str, object]]] = field(default_factory=list)
    redirects: dict[int, int] = field(default_factory=dict)
    said: list[Tie] = field(default_factory=list)
    mentions: dict[int, dict[int, float]] = field(default_factory=dict)
    _prints: dict[int, Fingerprint] = field(default_factory=dict)
    _bands: dict[tuple[str, int], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _clusters: dict[int, Cluster] = field(default_factory=dict)
    _memberships: dict[int, Membership] = field(default_factory=dict)
    _members: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _last: int = 0

    def near(
        self, kind: str, keys: Sequence[int], since: float | None, until: float | None, limit: int
    ) -> list[tuple[int, int]]:
        low = -UNDATED if since is None else second(since)
        shared: Counter[int] = Counter()
        for key in set(keys):
            inside = [
                one for one in self._bands.get((kind, key), {}).items() if self._within(one[1], low, second(until))
            ]
            latest = (
                sorted(inside, key=lambda one: (one[1], one[0]), reverse=True)[:CROWD]
                if len(inside) > CROWD
                else inside
            )
            shared.update([article for article, _ in latest])
        return sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _within(self, at: int, since: int, until: int) -> bool:
        return since <= at <= until or at == UNDATED

    def fingerprints(self, articles: Sequence[int]) -> dict[int, Fingerprint]:
        return {article: self._prints[article] for article in articles if article in self._prints}

    def memberships(self, articles: Sequence[int]) -> dict[int, Membership]:
        return {article: self._memberships[article] for article in articles if article in self._memberships}

    def members(self, cluster: int) -> list[int]:
        return sorted(self._members.get(cluster, ()))

    def clusters(self, ids: Sequence[int]) -> dict[int, Cluster]:
        return {cluster: self._clusters[cluster] for cluster in ids if cluster in self._clusters}

    def add_fingerprint(self, fingerprint: Fingerprint) -> None:
        article = fingerprint.article
        if article in self._prints:
            for held in self._bands.values():
                held.pop(article, None)
        self._prints[article] = replace(fingerprint, copy_keys=(), retelling_keys=(), name_keys=())
        for band in _bands(fingerprint):
            self._bands[band][article] = second(fingerprint.when)

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

    def save_mentions(self, article: int, clusters: Mapping[int, float]) -> None:
        self.mentions[article] = dict(clusters)

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
