"""How alike many articles are, pair by pair: the matrices that a regrouping starts from.

Headlines are weighed anew. Each was weighed by the document frequencies of its hour, and with a dozen terms that hour
decides which of them counts; the mean over all that hold a term does not depend on who came first. Nor do headlines
say when: one of a topic repeats the words of the next day's, so their likeness fades with the time between them.
"""

from __future__ import annotations

from collections import defaultdict
from math import fsum, sqrt
from typing import TYPE_CHECKING, Any

from aggregator.cluster.kinds import WORD
from aggregator.cluster.lookalike import IDENTIFYING, SHARED_NAMES, contradict, prominent
from aggregator.cluster.names import is_place
from aggregator.cluster.similarity import AGREE, BREADTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.model import Fingerprint

# What it adds to the cosine of two articles that agree that they pass on one outlet's report, or one the other's:
# retellings in other words have little else in common. But an outlet has several reports a day on the same countries:
# of what makes up their names and numbers, places aside, they must share so much.
CREDIT, NAMED = 0.05, 0.05
# Seconds in which the likeness of a headline to another item falls to 1/e; from 1.5 to 3 days are alike.
FADE = 2 * 86_400.0


def matrices(prints: Sequence[Fingerprint]) -> tuple[Any, Any]:
    """The cosines of all pairs, faded where one is a headline, and which pairs agree (see similarity.agrees).

    A shared credit adds to the cosine of a pair that agrees.

    Returns:
        Two square symmetric arrays: of floats, and of booleans. Their diagonals are 0 and False.
    """
    import numpy as np  # noqa: PLC0415 -- 0.1 s, which `--help` need not pay

    cosines, heaviest = _products(_weighed_anew(prints))
    agreeing = (cosines >= AGREE) & (cosines - heaviest >= BREADTH) & ~_other_names(prints)
    # What else contradicts is told pair by pair, where it can be at all.
    brief, ordinal = (
        np.array(flags) for flags in zip(*((one.brief, bool(prominent(one))) for one in prints), strict=True)
    )
    doubtful = agreeing & ((brief[:, None] | brief) | (ordinal[:, None] & ordinal))
    for row, other in np.argwhere(np.triu(doubtful, 1)):
        if contradict(prints[row], prints[other]):
            agreeing[row, other] = agreeing[other, row] = False
    cosines *= _faded(prints)
    cosines[agreeing & _one_source(prints)] += CREDIT
    np.fill_diagonal(cosines, 0.0)
    np.fill_diagonal(agreeing, val=False)
    return cosines, agreeing


def _products(vectors: Sequence[Mapping[int, float]]) -> tuple[Any, Any]:
    """The inner products of all pairs of vectors, and what the heaviest shared term gives to each."""
    import numpy as np  # noqa: PLC0415 -- see matrices

    holders: dict[int, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for row, vector in enumerate(vectors):
        for term, weight in vector.items():
            holders[term][0].append(row)
            holders[term][1].append(weight)
    sums = np.zeros((len(vectors), len(vectors)))
    heaviest = np.zeros_like(sums)
    for _, (held, weights) in sorted(holders.items()):
        if len(held) > 1:
            rows, shares = np.array(held), np.array(weights)
            block, products = (rows[:, None], rows), np.outer(shares, shares)
            sums[block] += products
            heaviest[block] = np.maximum(heaviest[block], products)
    return sums, heaviest


def _one_source(prints: Sequence[Fingerprint]) -> Any:  # noqa: ANN401 -- numpy is imported late
    """Which pairs credit one outlet before all others, or one the other, and share names that are no places.

    Two of one outlet's own reports do not.
    """
    import numpy as np  # noqa: PLC0415 -- see matrices

    credited = np.array([one.credits[0] if one.credits else "" for one in prints])
    own = np.array([one.outlet for one in prints])
    passed_on = credited[:, None] == own
    one = (credited[:, None] != "") & ((credited[:, None] == credited) | passed_on) | (passed_on.T & (credited != ""))
    if not one.any():
        return one
    shared, _ = _products([{key: w for key, w in each.names.items() if not is_place(key)} for each in prints])
    return one & (shared >= NAMED)


def _other_names(prints: Sequence[Fingerprint]) -> Any:  # noqa: ANN401 -- numpy is imported late
    """Which pairs of full texts share hardly a name or number, though both have some (see lookalike)."""
    import numpy as np  # noqa: PLC0415 -- see matrices

    named = [
        {term: weight for (term, weight), kind in zip(one.vector.items(), one.kinds, strict=True) if kind != WORD}
        for one in prints
    ]
    lengths = np.array([sqrt(fsum(weight * weight for weight in one.values())) for one in named])
    shared, _ = _products(named)
    telling = (lengths >= IDENTIFYING) & ~np.array([one.brief for one in prints])
    return (telling[:, None] & telling) & (shared < SHARED_NAMES * np.outer(lengths, lengths))


def _weighed_anew(prints: Sequence[Fingerprint]) -> list[Mapping[int, float]]:
    """The vectors; in headlines a term weighs what it does in the mean of those that hold it."""
    weights: dict[int, list[float]] = defaultdict(list)
    for one in prints:
        if one.brief:
            for term, weight in one.vector.items():
                weights[term].append(weight)
    means = {term: fsum(held) / len(held) for term, held in weights.items()}
    return [_unit({term: means[term] for term in one.vector}) if one.brief else one.vector for one in prints]


def _unit(vector: Mapping[int, float]) -> Mapping[int, float]:
    norm = sqrt(fsum(weight * weight for weight in vector.values())) or 1.0
    return {term: weight / norm for term, weight in vector.items()}


def _faded(prints: Sequence[Fingerprint]) -> Any:  # noqa: ANN401 -- numpy is imported late
    """What is left of each pair's likeness after the time between them; all of it between bodies or without dates."""
    import numpy as np  # noqa: PLC0415 -- see matrices

    times = np.array([np.nan if one.when is None else one.when for one in prints])
    brief = np.array([one.brief for one in prints])
    between = np.abs(times[:, None] - times)
    fading = (brief[:, None] | brief) & ~np.isnan(between)
    return np.exp(np.where(fading, between, 0.0) / -FADE)
