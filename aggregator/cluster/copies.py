"""Which article's text another article copies: verified near-duplicates, whole, cut or wrapped; and who copied whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.cluster.lookalike import contradict
from aggregator.cluster.signatures import containment, jaccard
from aggregator.cluster.similarity import order
from aggregator.cluster.sparse import dot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aggregator.model import Fingerprint

# Whole copies: this much of both texts together is shared (estimated Jaccard of 3-word shingles).
COPY_JACCARD = 0.5
# Cut or wrapped copies: this much of the shorter text lies in the longer one, if it is long enough to mean something.
COPY_CONTAINMENT = 0.8
_CUT_JACCARD = 0.15
_CUT_SHINGLES = 40
# Headlines are formulas: two that differ in one word may be two stories.
BRIEF_JACCARD = 0.8
# "Live" and "Video of the day" are headlines of every outlet: this many shingles, five words, say something.
_BRIEF_SHINGLES = 3
# Copies say the same, too; texts that share only an outlet's boilerplate do not.
_COPY_COSINE = 0.5


def copy_score(one: Fingerprint, other: Fingerprint) -> float | None:
    """The estimated Jaccard or containment by which one text copies the other, None where it does not."""
    if not one.shingles or not other.shingles:
        return None
    estimate = jaccard(one.signature, other.signature)
    if one.brief or other.brief:
        if min(one.shingles, other.shingles) < _BRIEF_SHINGLES:
            return None
        return estimate if estimate >= BRIEF_JACCARD and not contradict(one, other) else None
    if dot(one.vector, other.vector) < _COPY_COSINE or contradict(one, other):
        return None
    if estimate >= COPY_JACCARD:
        return estimate
    share = containment(estimate, one.shingles, other.shingles)
    long_enough = min(one.shingles, other.shingles) >= _CUT_SHINGLES
    return share if long_enough and estimate >= _CUT_JACCARD and share >= COPY_CONTAINMENT else None


def best_copy(fingerprint: Fingerprint, others: Iterable[Fingerprint]) -> tuple[Fingerprint, float] | None:
    """The article whose text this one shares most of, and how much; among equals the earliest."""
    scored = [(other, score) for other in others if (score := copy_score(fingerprint, other)) is not None]
    return min(scored, key=lambda pair: (-pair[1], order(pair[0])), default=None)


def precedes(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether of two copies of one text the first is the one that was copied.

    Who credits the other's outlet copied, whatever the clocks say; else the later one did; of texts of one time, or
    without any, the shorter one did, because texts are cut more often than they are added to.
    """
    if (other.outlet in one.credits) != (one.outlet in other.credits):
        return one.outlet in other.credits
    return order(one) < order(other)


def in_order(prints: Iterable[Fingerprint]) -> list[Fingerprint]:
    """A cluster's articles in the order of their times, but each behind those that it copied by its own credit."""
    by_outlet: dict[str, list[Fingerprint]] = {}
    in_time = sorted(prints, key=order)
    for own in in_time:
        by_outlet.setdefault(own.outlet, []).append(own)
    placed: list[Fingerprint] = []
    seen: set[int] = set()
    for own in in_time:
        if own.article in seen:
            continue
        seen.add(own.article)
        waiting = [(own, _copied(own, by_outlet))]
        while waiting:
            before = next((one for one in waiting[-1][1] if one.article not in seen), None)
            if before is None:
                placed.append(waiting.pop()[0])
            else:
                seen.add(before.article)
                waiting.append((before, _copied(before, by_outlet)))
    return placed


def _copied(own: Fingerprint, by_outlet: dict[str, list[Fingerprint]]) -> Iterator[Fingerprint]:
    """The articles that an article copied and credits."""
    for outlet in own.credits:
        for other in by_outlet.get(outlet, ()):
            if other is not own and precedes(other, own) and copy_score(own, other) is not None:
                yield other
