"""Resolved origins, the events of clusters, and the lists of stories."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, or_, select, update

from aggregator.model import Evidence, Origin, OriginState, Rival, Standing, Verdict
from aggregator.store.engine import chunks, upsert
from aggregator.store.tables import article, cluster, event, membership, origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a cluster: merged, split, moved, a word on its origin, or another origin.

    `detail` has the figures. A merge names the cluster that is gone; a split says `from` which cluster a `new` one was
    made, a move `from` which cluster `to` which articles went; an origin has `before` and `after`, each with state,
    outlet, joint, standing and url; a word on it (origin pinned, origin ruled out, origin released) names the `outlet`
    and its `name`. What a person did has `by` and the number of the `correction`.
    """

    at: datetime
    kind: str
    cluster: int
    detail: dict[str, Any]


class Origins:
    """Origins and events in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, of: int, resolved: Origin, now: datetime) -> None:
        """Replaces a cluster's origin and marks the cluster as resolved."""
        row = {"cluster": of, "state": resolved.state, "outlet": resolved.outlet, "detail": asdict(resolved)}
        upsert(self._connection, origin, [row | {"resolved_at": now}])
        self._connection.execute(update(cluster).where(cluster.c.id == of).values(unresolved=False))

    def reopen(self, of: int) -> None:
        """A cluster's origin is to be resolved anew, though its articles are the same."""
        self._connection.execute(update(cluster).where(cluster.c.id == of).values(unresolved=True))

    def get(self, clusters: Sequence[int]) -> dict[int, Origin]:
        """Origins by cluster id; clusters not resolved yet are left out."""
        found: dict[int, Origin] = {}
        for some in chunks(clusters):
            rows = self._connection.execute(select(origin.c.cluster, origin.c.detail).where(origin.c.cluster.in_(some)))
            found.update({row.cluster: _origin(row.detail) for row in rows})
        return found

    def log(self, of: int, changed: Mapping[str, object], now: datetime) -> None:
        """Keeps that a cluster's origin changed: `before` and `after`."""
        self._connection.execute(insert(event).values(at=now, kind="origin", cluster=of, detail=dict(changed)))

    def events(self, of: int) -> list[Event]:
        """What happened to a cluster and to those that it has swallowed, oldest first."""
        swallowed = select(cluster.c.id).where(cluster.c.merged_into == of)
        wanted = select(event).where(or_(event.c.cluster == of, event.c.cluster.in_(swallowed))).order_by(event.c.id)
        return [Event(row.at, row.kind, row.cluster, row.detail) for row in self._connection.execute(wanted)]

    def clusters_seen(self, since: datetime | None, until: datetime | None, limit: int | None = None) -> list[int]:
        """Clusters with an article first seen in [since, until), those with the newest first."""
        newest = func.max(article.c.first_seen)
        wanted = select(membership.c.cluster).join(article, article.c.id == membership.c.article)
        if since is not None:
            wanted = wanted.where(article.c.first_seen >= since)
        if until is not None:
            wanted = wanted.where(article.c.first_seen < until)
        ordered = wanted.group_by(membership.c.cluster).order_by(newest.desc(), membership.c.cluster).limit(limit)
        return list(self._connection.scalars(ordered))

    def counts(self) -> dict[str, int]:
        """How many clusters there are, and how many wait for their origin."""
        standing = cluster.c.size > 0
        total = self._connection.scalar(select(func.count()).select_from(cluster).where(standing))
        waiting = self._connection.scalar(select(func.count()).where(standing, cluster.c.unresolved.is_(True)))
        return {"clusters": int(total or 0), "unresolved": int(waiting or 0)}


def _origin(detail: dict[str, Any]) -> Origin:
    return Origin(
        **detail
        | {
            "state": OriginState(detail["state"]),
            "evidence": tuple(Evidence(**one) for one in detail["evidence"]),
            "rivals": tuple(Rival(**one) for one in detail["rivals"]),
            "informants": tuple(detail["informants"]),
            "chain": tuple(detail["chain"]),
            # What an origin that was resolved by an earlier version does not know yet.
            "joint": tuple(detail.get("joint", ())),
            "cycle": tuple(detail.get("cycle", ())),
            "standing": Standing(detail.get("standing", Standing.STANDING)),
            "denied_by": tuple(detail.get("denied_by", ())),
            "against": tuple(Evidence(**one) for one in detail.get("against", ())),
            "verdicts": tuple(Verdict(**one) for one in detail.get("verdicts", ())),
        }
    )
