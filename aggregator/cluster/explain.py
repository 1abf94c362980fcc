"""Why an article is in its cluster, recomputed from what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.cluster.kinds import NAME, NUMBER, ORDINAL
from aggregator.cluster.signatures import containment, jaccard
from aggregator.cluster.similarity import contributions

if TYPE_CHECKING:
    from aggregator.model import Fingerprint, Level, Membership


@dataclass(frozen=True, slots=True)
class Compared:
    """Terms of one kind that both articles give, that only the article gives, and that only its partner gives."""

    agree: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    there: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A membership with its figures recomputed from the two fingerprints.

    `score` is what decided at the time (estimated Jaccard or containment of a copy, join score of a retelling);
    `cosine` is the sum of the contributions in `shared` (every shared term, most first); between two languages, whose
    words do not compare, both are empty, and `names` has what each shared name adds to the cosine of the names instead.
    `jaccard` is estimated from 128 permutations (standard error at most .044), `containment` follows from it and both
    sizes. `numbers` (with ordinals) and `named` (names, of one language) say what of these the two articles share.
    """

    article: int
    partner: int | None
    level: Level
    score: float
    cosine: float = 0.0
    jaccard: float = 0.0
    containment: float = 0.0
    shared: tuple[tuple[str, float], ...] = ()
    names: tuple[tuple[str, float], ...] = ()
    numbers: Compared = Compared()
    named: Compared = Compared()


def explain(membership: Membership, fingerprint: Fingerprint, partner: Fingerprint | None) -> Explanation:
    """Recompute why an article is in its cluster.

    Args:
        membership: what was decided.
        fingerprint: the article's.
        partner: that of the article it was found by; None for a cluster's first.
    """
    if partner is None:
        return Explanation(membership.article, None, membership.level, membership.score)
    alike = fingerprint.language == partner.language
    shared = contributions(fingerprint.vector, fingerprint.terms, partner.vector) if alike else []
    names = [] if alike else contributions(fingerprint.names, fingerprint.name_forms, partner.names)
    estimate = jaccard(fingerprint.signature, partner.signature)
    return Explanation(
        article=membership.article,
        partner=partner.article,
        level=membership.level,
        score=membership.score,
        cosine=sum(part for _, part in shared),
        jaccard=estimate,
        containment=containment(estimate, fingerprint.shingles, partner.shingles),
        shared=tuple(shared),
        names=tuple(names),
        numbers=_compared(fingerprint, partner, NUMBER + ORDINAL),
        named=_compared(fingerprint, partner, NAME) if alike else Compared(),
    )


def _compared(one: Fingerprint, other: Fingerprint, kinds: str) -> Compared:
    mine, theirs = _of(one, kinds), _of(other, kinds)
    return Compared(
        tuple(surface for term, surface in mine.items() if term in other.vector),
        tuple(surface for term, surface in mine.items() if term not in other.vector),
        tuple(surface for term, surface in theirs.items() if term not in one.vector),
    )


def _of(fingerprint: Fingerprint, kinds: str) -> dict[int, str]:
    """The terms of some kinds by their ids, in the order of their weight."""
    found = zip(fingerprint.vector, fingerprint.terms, fingerprint.kinds, strict=True)
    return {term: surface for term, surface, kind in found if kind in kinds}
