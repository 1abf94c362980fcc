"""Fingerprints, bands, clusters, memberships, vocabulary: the port `aggregator.cluster.shelf.Shelf` on SQL.

Clustering reads the same clusters and memberships again and again and changes them many times in one transaction. What
was read or changed is therefore remembered for the length of the transaction, and changes are written together: before
the next statement here that could see them, and at the end. The other repositories see them in the next transaction.
"""

from __future__ import annotations

from dataclasses import fields
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from aggregator.model import Cluster, Level, Membership, Strand, Tie
from aggregator.store.engine import chunks, upsert
from aggregator.store.pending import Pending
from aggregator.store.tables import band, cluster, event, fingerprint, membership, strand, tie, vocabulary
from aggregator.store.vectors import pack_vector, unpack_fingerprint, unpack_vector

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, Connection, Row, Select

    from aggregator.model import Fingerprint
    from aggregator.store.vectors import VectorCache

_KINDS = {"copy": 0, "retelling": 1, "name": 2}
# Every document of a language counts under this term, which no 32-bit hash reaches.
_ANY_TERM = -1

# Statements that run several times an article: to build one costs as much as to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_HITS = func.count().label("hits")
_ANYWHEN: Select[Any] = (
    select(band.c.article, _HITS)
    .where(band.c.kind == bindparam("kind"), band.c.key.in_(bindparam("keys", expanding=True)))
    .group_by(band.c.article)
    .order_by(_HITS.desc(), band.c.article)
    .limit(bindparam("most"))
)
_WITHIN = _ANYWHEN.join(fingerprint, fingerprint.c.article == band.c.article).where(
    or_(fingerprint.c.when.is_(None), fingerprint.c.when.between(bindparam("since"), bindparam("until")))
)
_PRINTS = select(fingerprint).where(fingerprint.c.article.in_(_IDS))
_CLUSTERS = (
    select(cluster.c.id, cluster.c.names, cluster.c.first, cluster.c.last)
    .add_columns(strand.c.language, strand.c.size, strand.c.weight, strand.c.total)
    .join(strand, strand.c.cluster == cluster.c.id)
    .where(cluster.c.id.in_(_IDS))
    .order_by(cluster.c.id, strand.c.language)
)
_FORGET_STRANDS = delete(strand).where(strand.c.cluster.in_(_IDS))
_MEMBERSHIPS = select(membership).where(membership.c.article.in_(_IDS))
_MEMBERS = select(membership.c.article).where(membership.c.cluster == bindparam("cluster"))
_FORGET_BANDS = delete(band).where(band.c.article.in_(_IDS))
_ADD_CLUSTER = insert(cluster).returning(cluster.c.id)
_SAVE_CLUSTER = (
    update(cluster)
    .where(cluster.c.id == bindparam("changed"))
    .values({name: bindparam(f"new_{name}") for name in ("size", "names", "first", "last")})
    .values(unresolved=True, unswept=True)
)
_EMPTY = {"size": 0, "names": b""}
_MEMBERSHIP_FIELDS = [one.name for one in fields(Membership)]


class Clusters:
    """All that clustering stands on, in one transaction. `now` stamps the events."""

    def __init__(self, connection: Connection, cache: VectorCache, now: datetime) -> None:
        self._connection = connection
        self._cache = cache
        self._now = now
        self._clusters: dict[int, Cluster] = {}
        self._changed: set[int] = set()
        self._memberships: dict[int, Membership | None] = {}
        self._members: dict[int, set[int]] = {}
        self._joined: dict[int, Membership] = {}
        self._events: list[dict[str, Any]] = []
        self._ties: list[Tie] | None = None
        self._pending = Pending()

    @property
    def added(self) -> Iterable[Fingerprint]:
        """The fingerprints that this transaction has added."""
        return self._pending.prints.values()

    def flush(self) -> None:
        """Writes what was changed and is only remembered yet."""
        prints, bands = self._pending.take()
        if prints:
            upsert(self._connection, fingerprint, prints)
            self._connection.execute(_FORGET_BANDS, {"ids": [row["article"] for row in prints]})
        if bands:
            self._connection.execute(insert(band), bands)
        self._write_clusters()
        self._write_memberships()
        if self._events:
            self._connection.execute(insert(event), self._events)
            self._events.clear()

    def _write_clusters(self) -> None:
        if self._changed:
            rows = [self._clusters[one] for one in sorted(self._changed)]
            self._changed.clear()
            self._connection.execute(_SAVE_CLUSTER, [_cluster_row(one) for one in rows])
            for some in chunks([one.id for one in rows]):
                self._connection.execute(_FORGET_STRANDS, {"ids": some})
            if strands := [row for one in rows for row in _strand_rows(one)]:
                self._connection.execute(insert(strand), strands)

    def _write_memberships(self) -> None:
        if self._joined:
            upsert(self._connection, membership, [_membership_row(one) for one in self._joined.values()])
            self._joined.clear()

    # ------------------------------------------------------------ fingerprints and bands

    def near(
        self, kind: str, keys: Sequence[int], since: float | None, until: float | None, limit: int
    ) -> list[tuple[int, int]]:
        """See Shelf.near."""
        asked = {"kind": _KINDS[kind], "keys": list(keys), "most": limit}
        if since is None and until is None:
            rows = self._connection.execute(_ANYWHEN, asked)
        else:
            low = float("-inf") if since is None else since
            high = float("inf") if until is None else until
            rows = self._connection.execute(_WITHIN, asked | {"since": low, "until": high})
        found = [(article, hits) for article, hits in rows if article not in self._pending]
        fresh = self._pending.near(_KINDS[kind], keys, since, until)
        return sorted([*found, *fresh.items()], key=lambda pair: (-pair[1], pair[0]))[:limit] if fresh else found

    def fingerprints(self, articles: Sequence[int]) -> dict[int, Fingerprint]:
        """See Shelf.fingerprints."""
        added = self._pending.prints
        found = {one: kept for one in articles if (kept := added.get(one) or self._cache.get(one)) is not None}
        for some in chunks([one for one in articles if one not in found]):
            for row in self._connection.execute(_PRINTS, {"ids": some}):
                found[row.article] = unpack_fingerprint(row)
                self._cache.put(found[row.article])
        return found

    def add_fingerprint(self, new: Fingerprint) -> None:
        """See Shelf.add_fingerprint."""
        self._pending.add(new)

    # ------------------------------------------------------------ clusters

    def clusters(self, ids: Sequence[int]) -> dict[int, Cluster]:
        """See Shelf.clusters."""
        for some in chunks([one for one in ids if one not in self._clusters]):
            rows = self._connection.execute(_CLUSTERS, {"ids": some})
            for given, strands in groupby(rows, key=attrgetter("id")):
                self._clusters[given] = _cluster(list(strands))
        return {one: self._clusters[one] for one in ids if one in self._clusters}

    def add_cluster(self) -> int:
        """See Shelf.add_cluster."""
        row = {**_EMPTY, "unresolved": True, "unswept": True}
        given = int(self._connection.execute(_ADD_CLUSTER, row).scalar_one())
        self._members[given] = set()
        return given

    def save_cluster(self, changed: Cluster) -> None:
        """See Shelf.save_cluster."""
        self._clusters[changed.id] = changed
        self._changed.add(changed.id)

    def redirect(self, emptied: int, into: int) -> None:
        """See Shelf.redirect. What led to the emptied one leads on to `into` at once: one step always suffices."""
        self._clusters.pop(emptied, None)
        self._changed.discard(emptied)
        settled = {"unresolved": False, "unswept": False}
        self._connection.execute(
            update(cluster).where(cluster.c.id == emptied).values(merged_into=into, **_EMPTY, **settled)
        )
        self._connection.execute(update(cluster).where(cluster.c.merged_into == emptied).values(merged_into=into))
        self._connection.execute(_FORGET_STRANDS, {"ids": [emptied]})

    def resolve_id(self, asked: int) -> int | None:
        """The cluster that an id stands for today, through any merge; None for an id never given."""
        row = self._connection.execute(select(cluster.c.id, cluster.c.merged_into).where(cluster.c.id == asked)).first()
        return None if row is None else int(row.merged_into or row.id)

    def unresolved(self, limit: int) -> list[int]:
        """Clusters that changed since their origin was resolved, by id."""
        self.flush()
        wanted = select(cluster.c.id).where(cluster.c.unresolved.is_(True), cluster.c.size > 0)
        return list(self._connection.scalars(wanted.order_by(cluster.c.id).limit(limit)))

    def unswept(self) -> list[int]:
        """Clusters that changed since the last pass over all, by id."""
        self.flush()
        wanted = select(cluster.c.id).where(cluster.c.unswept.is_(True), cluster.c.size > 0)
        return list(self._connection.scalars(wanted.order_by(cluster.c.id)))

    def mark_swept(self) -> None:
        """Every cluster was passed over."""
        self.flush()
        self._connection.execute(update(cluster).where(cluster.c.unswept.is_(True)).values(unswept=False))

    # ------------------------------------------------------------ memberships

    def memberships(self, articles: Sequence[int]) -> dict[int, Membership]:
        """See Shelf.memberships."""
        missing = [one for one in articles if one not in self._memberships]
        for some in chunks(missing):
            self._memberships.update(dict.fromkeys(some))
            for row in self._connection.execute(_MEMBERSHIPS, {"ids": some}):
                self._memberships[row.article] = _membership(row)
        return {one: found for one in articles if (found := self._memberships[one]) is not None}

    def members(self, of: int) -> list[int]:
        """See Shelf.members."""
        return sorted(self._members_of(of))

    def _members_of(self, of: int) -> set[int]:
        if of not in self._members:
            self._write_memberships()
            self._members[of] = set(self._connection.scalars(_MEMBERS, {"cluster": of}))
        return self._members[of]

    def members_of(self, clusters: Sequence[int]) -> dict[int, list[int]]:
        """The article ids of several clusters, ascending, by cluster; empty ones are left out."""
        self.flush()
        found: dict[int, list[int]] = {}
        for some in chunks(clusters):
            wanted = select(membership.c.cluster, membership.c.article).where(membership.c.cluster.in_(some))
            for row in self._connection.execute(wanted.order_by(membership.c.article)):
                found.setdefault(row.cluster, []).append(row.article)
        return found

    def save_membership(self, new: Membership) -> None:
        """See Shelf.save_membership."""
        before = self.memberships([new.article]).get(new.article)
        if before is not None and before.cluster != new.cluster:
            self._members_of(before.cluster).discard(new.article)
        self._members_of(new.cluster).add(new.article)
        self._memberships[new.article] = self._joined[new.article] = new

    def ties(self, articles: Collection[int]) -> list[Tie]:
        """See Shelf.ties."""
        if self._ties is None:
            # All of them at once: people make few, and most transactions have none to obey.
            rows = self._connection.execute(select(tie.c.one, tie.c.other, tie.c.together))
            self._ties = [Tie(row.one, row.other, row.together) for row in rows]
        return [said for said in self._ties if said.one in articles or said.other in articles]

    def log(self, kind: str, of: int, detail: Mapping[str, object]) -> None:
        """See Shelf.log."""
        self._events.append({"at": self._now, "kind": kind, "cluster": of, "detail": dict(detail)})

    # ------------------------------------------------------------ vocabulary

    def vocabulary(self) -> tuple[dict[str, int], dict[tuple[str, int], int]]:
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
        """Adds to the vocabulary's counts."""
        rows = [{"language": key, "term": _ANY_TERM, "documents": number} for key, number in documents.items()]
        rows += [{"language": key, "term": term, "documents": number} for (key, term), number in counts.items()]
        upsert(self._connection, vocabulary, rows, add="documents")


def _cluster_row(one: Cluster) -> dict[str, Any]:
    row = {"changed": one.id, "new_size": one.size, "new_names": pack_vector(one.names)}
    return row | {"new_first": one.first, "new_last": one.last}


def _strand_rows(one: Cluster) -> Iterator[dict[str, Any]]:
    for language, own in one.strands.items():
        row = {"cluster": one.id, "language": language, "size": own.size, "weight": own.weight}
        yield row | {"total": pack_vector(own.total)}


def _cluster(rows: Sequence[Row[Any]]) -> Cluster:
    strands = {row.language: Strand(row.size, row.weight, unpack_vector(row.total)) for row in rows}
    return Cluster(rows[0].id, strands, unpack_vector(rows[0].names), rows[0].first, rows[0].last)


def _membership_row(one: Membership) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _MEMBERSHIP_FIELDS}


def _membership(row: Row[Any]) -> Membership:
    shared = tuple((term, part) for term, part in row.shared)
    return Membership(row.article, row.cluster, Level(row.level), row.partner, row.score, shared, row.note)
