"""The port through which clustering reads and writes what is kept; the store implements it, a dictionary fakes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aggregator.model import Cluster, Fingerprint, Membership, Tie


class Shelf(Protocol):
    """Fingerprints with their band keys, clusters and memberships, as clustering sees them.

    Times are POSIX seconds. Every write is seen by the reads after it. Any method may raise StorageError.
    """

    def near(
        self, kind: str, keys: Sequence[int], since: float | None, until: float | None, limit: int
    ) -> list[tuple[int, int]]:
        """The articles that share band keys of one kind.

        Args:
            kind: "copy", "retelling" or "name".
            keys: signed 64-bit band keys.
            since: leave out articles dated earlier; None is unbounded. Undated articles are never left out.
            until: leave out articles dated later; None is unbounded. Both count in whole seconds.
            limit: the most pairs to return.

        Returns:
            Pairs (article, number of shared band keys): most collisions first, then the smaller article id. Of the
            articles that hold a key within these bounds the latest 200 count: the undated, then those dated last,
            among equals the larger id.
        """
        ...

    def fingerprints(self, articles: Sequence[int]) -> dict[int, Fingerprint]:
        """The fingerprints of articles by article id, without their band keys; those unknown are left out."""
        ...

    def memberships(self, articles: Sequence[int]) -> dict[int, Membership]:
        """The memberships of articles by article id; those without one are left out."""
        ...

    def members(self, cluster: int) -> list[int]:
        """The ids of a cluster's articles, ascending; empty for an unknown or emptied cluster."""
        ...

    def clusters(self, ids: Sequence[int]) -> dict[int, Cluster]:
        """Clusters by id, exactly as they were saved; those never saved or redirected are left out."""
        ...

    def add_fingerprint(self, fingerprint: Fingerprint) -> None:
        """Keep a fingerprint with its band keys; adding the same article again replaces what was kept."""
        ...

    def add_cluster(self) -> int:
        """A new cluster id, larger than any given before."""
        ...

    def save_cluster(self, cluster: Cluster) -> None:
        """Insert or replace a cluster by its id."""
        ...

    def save_membership(self, membership: Membership) -> None:
        """Insert or replace a membership by its article."""
        ...

    def redirect(self, cluster: int, into: int) -> None:
        """Note that a cluster is empty now and that its id resolves to `into` for ever."""
        ...

    def save_mentions(self, article: int, clusters: Mapping[int, float]) -> None:
        """Note the stories that a round-up tells, with their scores, instead of any noted before."""
        ...

    def ties(self, articles: Collection[int]) -> list[Tie]:
        """What people said of which articles belong together, where it concerns any of these; in force today."""
        ...

    def log(self, kind: str, cluster: int, detail: Mapping[str, object]) -> None:
        """Keep an event of a cluster's life: merged, split or moved, with its figures."""
        ...
