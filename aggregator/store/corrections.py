"""What people corrected, and the ties and verdicts that hold while a correction is in force."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from aggregator.model import Correction, Tie, Transfer, Verdict
from aggregator.store.engine import upsert
from aggregator.store.tables import cluster, correction, tie, verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


class Corrections:
    """Corrections, ties and verdicts in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ties: dict[int, list[Tie]] | None = None

    def add(
        self,
        kind: str,
        transfers: Sequence[Transfer],
        ties: Iterable[Tie],
        now: datetime,
        withdrawn: Sequence[Tie] = (),
    ) -> int:
        """Keeps a correction with its ties; they are in force at once.

        Args:
            kind: merge, split or move.
            transfers: what it changed.
            ties: what it says of pairs of articles; those with a number are said on behalf of that correction.
            now: when it was made.
            withdrawn: ties of earlier corrections that hold no longer.

        Returns:
            The correction's number.
        """
        detail = {
            "transfers": [asdict(one) for one in transfers],
            "withdrawn": [asdict(one) for one in withdrawn],
        }
        row = {"at": now, "kind": kind, "detail": detail}
        number = int(self._connection.execute(insert(correction).values(row).returning(correction.c.id)).scalar_one())
        for one in withdrawn:
            same = (tie.c.correction == one.correction, tie.c.one == one.one, tie.c.other == one.other)
            self._connection.execute(delete(tie).where(*same))
        self.say(replace(one, correction=one.correction or number) for one in ties)
        return number

    def say(self, ties: Iterable[Tie]) -> None:
        """Puts ties in force, each under the number that it carries."""
        rows = {(one.correction, min(one.one, one.other), max(one.one, one.other)): one.together for one in ties}
        fields = ("correction", "one", "other")
        upsert(self._connection, tie, [{**dict(zip(fields, key, strict=True)), "together": rows[key]} for key in rows])
        self._ties = None

    def add_verdict(self, kind: str, said: Verdict, now: datetime) -> int:
        """Keeps a correction that says something of an origin; its verdict is in force at once.

        Args:
            kind: pin-origin or not-origin.
            said: the verdict, still without a number.
            now: when it was made.

        Returns:
            The correction's number.
        """
        number = self.add(kind, (), (), now)
        numbered = replace(said, correction=number)
        detail = {"transfers": [], "withdrawn": [], "verdict": asdict(numbered)}
        self._connection.execute(update(correction).where(correction.c.id == number).values(detail=detail))
        self._connection.execute(insert(verdict), asdict(numbered))
        return number

    def verdicts(self) -> dict[int, list[Verdict]]:
        """The verdicts in force by the cluster that their story stands in today, the oldest first.

        All of them at once: people make few, and most transactions have none to obey.
        """
        standing = func.coalesce(cluster.c.merged_into, cluster.c.id).label("standing")
        wanted = select(verdict, standing).join(cluster, cluster.c.id == verdict.c.cluster)
        found: dict[int, list[Verdict]] = {}
        for row in self._connection.execute(wanted.order_by(verdict.c.correction)):
            found.setdefault(row.standing, []).append(
                Verdict(row.cluster, row.outlet, row.name, row.pinned, row.url, row.correction)
            )
        return found

    def follow(self, told: Collection[int], into: int) -> None:
        """From now on what was said of some clusters holds for another one: their articles have a new number."""
        self._connection.execute(update(verdict).where(verdict.c.cluster.in_(told)).values(cluster=into))

    def all(self) -> list[Correction]:
        """Every correction, undone ones too, newest first."""
        rows = self._connection.execute(select(correction).order_by(correction.c.id.desc()))
        return [_correction(row) for row in rows]

    def undo(self, number: int, now: datetime) -> None:
        """Marks a correction as taken back; its ties and its verdict hold no longer."""
        self._connection.execute(update(correction).where(correction.c.id == number).values(undone_at=now))
        self._connection.execute(delete(tie).where(tie.c.correction == number))
        self._connection.execute(delete(verdict).where(verdict.c.correction == number))
        self._ties = None

    def ties(self, articles: Collection[int]) -> list[Tie]:
        """See `aggregator.cluster.shelf.Shelf.ties`."""
        if self._ties is None:
            # All of them at once: people make few, and most transactions have none to obey.
            self._ties = {}
            for row in self._connection.execute(select(tie).order_by(tie.c.correction, tie.c.one, tie.c.other)):
                said = Tie(row.one, row.other, row.together, row.correction)
                self._ties.setdefault(row.one, []).append(said)
                self._ties.setdefault(row.other, []).append(said)
        if not self._ties:
            return []
        known = self._ties
        return list(dict.fromkeys(said for one in articles for said in known.get(one, ())))


def _correction(row: Row[Any]) -> Correction:
    transfers = tuple(
        Transfer(**one | {"articles": tuple(one["articles"]), "met": tuple(one["met"])})
        for one in row.detail["transfers"]
    )
    withdrawn = tuple(Tie(**one) for one in row.detail["withdrawn"])
    said = row.detail.get("verdict")
    return Correction(row.id, row.at, row.kind, transfers, row.undone_at, withdrawn, Verdict(**said) if said else None)
