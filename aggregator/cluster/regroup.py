"""Articles -> stories in one look at all of them, so that the order in which they came does not matter.

Average link (UPGMA: Sokal & Michener 1958), relative to the densities of the two groups: they belong together when an
article of one is about as like the articles of the other as they are like each other, not when some fixed cosine is
reached, since a story told in many words is sparse everywhere. The two that are most alike in this sense become one,
until no two belong together. Guards: half of the pairs across must agree, the window, a person's word, and the contrast
that parts look-alike events.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.cluster.contrast import ratios
from aggregator.cluster.likeness import matrices
from aggregator.cluster.similarity import sampled

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aggregator.cluster.sums import Window
    from aggregator.model import Fingerprint

# The mean cosine across must reach the floor, and this share of the two densities' geometric mean. Both lie on
# plateaus (.12-.15 and .4-.5): what parts stories is the guards and that the most alike come first.
FLOOR = 0.12
RATIO = 0.45
# Two lone articles have nobody to vouch for them. Most stories of a day are told once: below this, strangers pair up.
LONE = 0.20
# What two articles of a group are held to share before any is compared; headlines of one story share more.
PRIOR = 0.20
PRIOR_BRIEF = 0.40
# Look-alike events: what the contrast leaves is shared less than this, and the whole less than that.
CONTRAST = 0.33
CONTRAST_RATIO = 0.70
# The contrast needs so many articles on either side, and looks at no more than so many. Headlines have too few words.
CONTRAST_SIZE = 3
CONTRAST_SAMPLE = 24


def regroup(
    prints: Sequence[Fingerprint],
    bound: Sequence[Sequence[int]],
    window: Window,
    parted: Collection[tuple[int, int]] = (),
) -> list[tuple[int, ...]]:
    """The stories that articles tell.

    Args:
        prints: the articles.
        bound: positions in `prints` that stay together, each position in one of these.
        window: two groups further apart are not one story.
        parted: pairs of positions in `bound` that never come together.

    Returns:
        The groups of positions in `bound`, ascending within a group, and the groups by their first.
    """
    if len(bound) < 2:
        return [tuple(range(len(bound)))] if bound else []
    return _Groups(prints, bound, window, parted).agglomerated()


class _Groups:
    """Groups of articles that become fewer; row i of each array is the group that began as bound[i]."""

    def __init__(
        self,
        prints: Sequence[Fingerprint],
        bound: Sequence[Sequence[int]],
        window: Window,
        parted: Collection[tuple[int, int]],
    ) -> None:
        import numpy as np  # noqa: PLC0415 -- 0.1 s, which `--help` need not pay

        self._np, self._prints, self._window = np, prints, window.seconds
        self._parted = np.zeros((len(bound), len(bound)), dtype=bool)
        for one, other in parted:
            self._parted[one, other] = self._parted[other, one] = True
        cosines, agreeing = matrices(prints)
        self._held = [sorted(positions) for positions in bound]
        self._parts: list[list[int]] = [[i] for i in range(len(bound))]
        within = np.zeros((len(bound), len(prints)))
        for i, positions in enumerate(self._held):
            within[i, positions] = 1.0
        # Sums of the cosines and counts of the agreeing pairs, across two groups; inside one on the diagonal, twice.
        self._sums = within @ cosines @ within.T
        self._hits = within @ agreeing @ within.T
        self._sizes = within.sum(axis=1)
        self._brief = np.array([sum(prints[p].brief for p in held) for held in self._held], dtype=float)
        self._firsts = np.array([min(map(self._first, held)) for held in self._held])
        self._lasts = np.array([max(map(self._last, held)) for held in self._held])
        self._alive = np.ones(len(bound), dtype=bool)
        self._dense = np.array([self._density(i) for i in range(len(bound))])
        self._ratios = np.array([self._row(i) for i in range(len(bound))])
        self._best = self._ratios.max(axis=1)

    def agglomerated(self) -> list[tuple[int, ...]]:
        """The groups when no two belong together."""
        while True:
            one = int(self._best.argmax())
            if self._best[one] < 0.0:
                break
            other = int(self._ratios[one].argmax())
            if self._look_alikes(one, other):
                self._ratios[one, other] = self._ratios[other, one] = -1.0
                self._best[one], self._best[other] = self._ratios[one].max(), self._ratios[other].max()
            else:
                self._join(min(one, other), max(one, other))
        return sorted(tuple(sorted(part)) for part, alive in zip(self._parts, self._alive, strict=True) if alive)

    def _first(self, position: int) -> float:
        when = self._prints[position].when
        return self._np.inf if when is None else when

    def _last(self, position: int) -> float:
        when = self._prints[position].when
        return -self._np.inf if when is None else when

    def _density(self, i: int) -> float:
        n = float(self._sizes[i])
        inside = float(self._sums[i, i]) / (n * (n - 1.0)) if n > 1.0 else 0.0
        prior = PRIOR + (PRIOR_BRIEF - PRIOR) * float(self._brief[i]) / n
        return (inside * (n - 1.0) + prior) / n

    def _row(self, i: int) -> Any:  # noqa: ANN401 -- numpy is imported late
        """The ratios of a group to all others, -1 where the two do not belong together."""
        pairs = self._sizes[i] * self._sizes
        links = self._sums[i] / pairs
        # Rounded: the order of sums must not decide between equals.
        ratios = self._np.round(links / (self._dense[i] * self._dense) ** 0.5, 9)
        floors = self._np.where(pairs > 1.0, FLOOR, LONE)
        fitting = (
            self._alive & ~self._parted[i] & (links >= floors) & (ratios >= RATIO) & (2.0 * self._hits[i] >= pairs)
        )
        if self._window is not None:
            gaps = self._np.maximum(self._firsts - self._lasts[i], self._firsts[i] - self._lasts)
            # It is infinite where either has no date: no sign of a distance.
            fitting &= (gaps <= self._window) | self._np.isinf(gaps)
        fitting[i] = False
        return self._np.where(fitting, ratios, -1.0)

    def _look_alikes(self, one: int, other: int) -> bool:
        if min(self._sizes[one], self._sizes[other]) < CONTRAST_SIZE:
            return False
        if 2.0 * (self._brief[one] + self._brief[other]) > self._sizes[one] + self._sizes[other]:
            return False
        samples = [
            [self._prints[p].vector for p in sampled(self._held[i], CONTRAST_SAMPLE)] for i in sorted((one, other))
        ]
        plain, contrast = ratios(*samples)
        return contrast < CONTRAST and plain < CONTRAST_RATIO

    def _join(self, one: int, other: int) -> None:
        for table in (self._sums, self._hits):
            table[one] += table[other]
            table[:, one] += table[:, other]
        self._parted[one] |= self._parted[other]
        self._parted[:, one] |= self._parted[:, other]
        self._sizes[one] += self._sizes[other]
        self._brief[one] += self._brief[other]
        self._firsts[one] = min(self._firsts[one], self._firsts[other])
        self._lasts[one] = max(self._lasts[one], self._lasts[other])
        self._held[one] = sorted(self._held[one] + self._held[other])
        self._parts[one] += self._parts[other]
        self._alive[other] = False
        self._dense[one] = self._density(one)
        stale = self._alive & ((self._ratios[:, one] == self._best) | (self._ratios[:, other] == self._best))
        self._ratios[other], self._ratios[:, other], self._best[other] = -1.0, -1.0, -1.0
        row = self._row(one)
        self._ratios[one], self._ratios[:, one] = row, row
        self._best = self._np.maximum(self._best, row)
        stale[one] = True
        self._best[stale] = self._ratios[stale].max(axis=1)
