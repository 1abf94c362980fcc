"""Fingerprints, bands, clusters, memberships: the port `aggregator.cluster.shelf.Shelf` on SQL.

Clustering reads the same clusters and memberships again and again and changes them many times in one transaction. What
was read or changed is therefore remembered for the length of the transaction, and changes are written together: before
the next statement here that could see them, and at the end. The other repositories see them in the next transaction.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, text, update

from aggregator.errors import StorageError
from aggregator.model import Cluster, Level, Membership, Strand
from aggregator.store.engine import chunks, listed, pour, upsert
from aggregator.store.pending import CROWD, KINDS, UNDATED, Pending, second
from aggregator.store.tables import band, cluster, event, fingerprint, form, membership, mention, strand
from aggregator.store.vectors import pack_vector, unpack_fingerprint, unpack_vector

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from aggregator.model import Fingerprint, Tie
    from aggregator.store.corrections import Corrections
    from aggregator.store.vectors import VectorCache

# Statements that run several times an article: to build one costs as much as to run it.
_IDS = listed("ids")
# One walk down the index a key, from its latest article on; SQLite's own functions, there is no portable form.
_NEAR = text(
    """
    SELECT given.value, (
        SELECT group_concat(article) FROM (
            SELECT article FROM band
            WHERE kind = :kind AND "key" = given.value AND second >= :since AND (second <= :until OR second = :undated)
            ORDER BY second DESC, article DESC LIMIT :crowd))
    FROM json_each(:keys) AS given
    """
)
_TIMES = text(
    """
    SELECT second, article FROM band
    WHERE kind = :kind AND "key" = :key AND second >= :since AND (second <= :until OR second = :undated)
    ORDER BY second DESC, article DESC LIMIT :crowd
    """
)
_PRINTS = select(fingerprint).where(fingerprint.c.article.in_(_IDS))
_KNOWN = select(fingerprint.c.article).where(fingerprint.c.article.in_(_IDS))
_CLUSTERS = (
    select(cluster.c.id, cluster.c.first, cluster.c.last)
    .add_columns(*[column for column in strand.c if column.name != "cluster"])
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
    .values({name: bindparam(f"new_{name}") for name in ("size", "first", "last")})
    .values(unresolved=True, unswept=True)
)
_EMPTY = {"size": 0}
# How the detail of an event calls the cluster that it was logged for, and the other one that it concerns.
_ENDS = {"split": ("from", "new"), "moved": ("to", "from")}
_MEMBERSHIP_FIELDS = [column.name for column in membership.c]


class Clusters:
    """All that clustering stands on, in one transaction. `now` stamps the events."""

    def __init__(self, connection: Connection, corrections: Corrections, cache: VectorCache, now: datetime) -> None:
        self._connection = connection
        self._corrections = corrections
        self._cache = cache
        self._now = now
        self._clusters: dict[int, Cluster] = {}
        self._changed: set[int] = set()
        self._memberships: dict[int, Membership | None] = {}
        self._members: dict[int, set[int]] = {}
        self._joined: dict[int, Membership] = {}
        self._events: list[dict[str, Any]] = []
        self._pending = Pending()

    @property
    def added(self) -> Iterable[Fingerprint]:
        """The fingerprints that this transaction has added."""
        return self._pending.prints.values()

    def flush(self) -> None:
        """Writes what was changed and is only remembered yet."""
        prints, bands = self._pending.take()
        if prints:
            known = self._connection.scalars(_KNOWN, {"ids": json.dumps([row["article"] for row in prints])}).all()
            if known:  # hardly ever, so that no index need find an article's bands
                self._connection.execute(_FORGET_BANDS, {"ids": json.dumps(list(known))})
            upsert(self._connection, fingerprint, prints)
        pour(self._connection, band, bands)
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
            self._connection.execute(_FORGET_STRANDS, {"ids": json.dumps([one.id for one in rows])})
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
        wanted, number = sorted(set(keys)), KINDS[kind]
        if not wanted:
            return []
        low, high = (-UNDATED if since is None else second(since)), second(until)
        fresh = self._pending.near(number, wanted, low, high)
        asked = {"kind": number, "since": low, "until": high, "undated": UNDATED, "crowd": CROWD}
        hits: Counter[str] = Counter()
        for key, found in self._connection.execute(_NEAR, {**asked, "keys": json.dumps(wanted)}).all():
            held = found.split(",") if found else []
            if key in fresh and len(held) + len(fresh[key]) > CROWD:
                held, fresh[key] = self._latest(asked, key, fresh[key])
            hits.update(held)
        shared = {article: n for one, n in hits.items() if (article := int(one)) not in self._pending}
        shared.update(Counter(article for articles in fresh.values() for article in articles))
        return sorted(shared.items(), key=_most_first)[:limit]

    def _latest(self, asked: Mapping[str, Any], key: int, fresh: Sequence[int]) -> tuple[list[str], list[int]]:
        """Of a crowd that holds a key, the latest: those that are written, and of the `fresh` those that are not."""
        rows = self._connection.execute(_TIMES, {**asked, "key": key})
        times = [(at, article) for at, article in rows if article not in self._pending]
        times += [(second(self._pending.prints[one].when), one) for one in fresh]
        latest = [one for _, one in sorted(times, reverse=True)[:CROWD]]
        return [str(one) for one in latest if one not in self._pending], [one for one in latest if one in self._pending]

    def fingerprints(self, articles: Sequence[int]) -> dict[int, Fingerprint]:
        """See Shelf.fingerprints."""
        added = self._pending.prints
        found = {one: kept for one in articles if (kept := added.get(one) or self._cache.get(one)) is not None}
        if missing := [one for one in articles if one not in found]:
            for row in self._connection.execute(_PRINTS, {"ids": json.dumps(missing)}).all():
                read = unpack_fingerprint(row)
                found[read.article] = read
                self._cache.put(read)
        return found

    def add_fingerprint(self, new: Fingerprint) -> None:
        """See Shelf.add_fingerprint."""
        self._pending.add(new)

    # ------------------------------------------------------------ clusters

    def clusters(self, ids: Sequence[int]) -> dict[int, Cluster]:
        """See Shelf.clusters."""
        if missing := [one for one in ids if one not in self._clusters]:
            for given, first, last, *own in self._connection.execute(_CLUSTERS, {"ids": json.dumps(missing)}).all():
                read = self._clusters.get(given)
                strands = {} if read is None else dict(read.strands)
                language, size, weight, total, names, when, spread = own
                strands[language] = Strand(size, weight, unpack_vector(total), unpack_vector(names), when, spread)
                self._clusters[given] = Cluster(given, strands, first, last)
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
        self._connection.execute(_FORGET_STRANDS, {"ids": json.dumps([emptied])})

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
        if missing := [one for one in articles if one not in self._memberships]:
            self._memberships.update(dict.fromkeys(missing))
            for row in self._connection.execute(_MEMBERSHIPS, {"ids": json.dumps(missing)}).all():
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

    def save_mentions(self, article: int, clusters: Mapping[int, float]) -> None:
        """See Shelf.save_mentions."""
        self._connection.execute(delete(mention).where(mention.c.article == article))
        rows = [{"article": article, "cluster": one, "score": score} for one, score in clusters.items()]
        self._connection.execute(insert(mention), rows)

    def mentions_of(self, articles: Sequence[int]) -> list[int]:
        """The standing clusters of the stories that round-ups tell, by id."""
        rows = self._connection.execute(
            select(func.coalesce(cluster.c.merged_into, cluster.c.id))
            .join(mention, mention.c.cluster == cluster.c.id)
            .where(mention.c.article.in_(_IDS)),
            {"ids": json.dumps(list(articles))},
        )
        return sorted({one for (one,) in rows})

    def mentioned_by(self, of: int) -> list[int]:
        """The round-ups that tell a story, or one that it has swallowed, by article id."""
        ids = select(cluster.c.id).where(or_(cluster.c.id == of, cluster.c.merged_into == of))
        wanted = select(mention.c.article).distinct().where(mention.c.cluster.in_(ids)).order_by(mention.c.article)
        return list(self._connection.scalars(wanted))

    def ties(self, articles: Collection[int]) -> list[Tie]:
        """See Shelf.ties."""
        return self._corrections.ties(articles)

    def log(self, kind: str, of: int, detail: Mapping[str, object]) -> None:
        """See Shelf.log. An event that concerns two standing clusters is kept with both, and names both."""
        own, far = _ENDS.get(kind, ("", ""))
        other = detail.get(far)
        told = {**detail} if other is None else {**detail, own: of}
        kept = [of] if other is None else [of, other]
        self._events += [{"at": self._now, "kind": kind, "cluster": one, "detail": told} for one in kept]

    def keep_form(self, name: str, made: str) -> None:
        """Notes how what is kept under a name was made; refuses to mix it with what was made in another way.

        Raises:
            StorageError: it was made in another way.
        """
        kept = self._connection.scalar(select(form.c.form).where(form.c.name == name))
        if kept is None:
            self._connection.execute(insert(form), {"name": name, "form": made})
        elif kept != made:
            raise StorageError(
                f"the {name} in this store were made by another version ({kept!r}, this one makes {made!r}); use that "
                "version of retold, or start a new home: `aggregator init DIRECTORY`"
            )


def _cluster_row(one: Cluster) -> dict[str, Any]:
    return {"changed": one.id, "new_size": one.size, "new_first": one.first, "new_last": one.last}


def _strand_rows(one: Cluster) -> Iterator[dict[str, Any]]:
    for language, own in one.strands.items():
        row = {"cluster": one.id, "language": language, "size": own.size, "weight": own.weight}
        row |= {"when": own.when, "spread": own.spread}
        yield row | {"total": pack_vector(own.total), "names": pack_vector(own.names)}


def _membership_row(one: Membership) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _MEMBERSHIP_FIELDS}


def _membership(row: Sequence[Any]) -> Membership:
    article, of, level, partner, score = row
    return Membership(article, of, Level(level), partner, score)


def _most_first(pair: tuple[int, int]) -> tuple[int, int]:
    return -pair[1], pair[0]
