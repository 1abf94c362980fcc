"""What a partition is worth: B-cubed, pairwise, across languages; rankings of pairs: AUC, Spearman's rho."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations, groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def figures(stories: Sequence[Hashable], clusters: Sequence[Hashable]) -> dict[str, float]:
    """B-cubed (Bagga & Baldwin 1998) and pairwise precision, recall and F1 of a partition."""
    both = Counter(zip(stories, clusters, strict=True))
    true, said = Counter(stories), Counter(clusters)
    n = len(stories)
    b3 = (
        sum(k * k / said[c] for (_, c), k in both.items()) / n,
        sum(k * k / true[s] for (s, _), k in both.items()) / n,
    )
    hit, found, real = (sum(k * (k - 1) / 2 for k in counts.values()) for counts in (both, said, true))
    pair = hit / found if found else 1.0, hit / real if real else 1.0
    return {
        "b3_p": b3[0],
        "b3_r": b3[1],
        "b3_f1": 2 * b3[0] * b3[1] / sum(b3),
        "pair_p": pair[0],
        "pair_r": pair[1],
        "pair_f1": 2 * pair[0] * pair[1] / sum(pair) if sum(pair) else 0.0,
    }


def cross(
    stories: Sequence[Hashable], clusters: Sequence[Hashable], languages: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Precision and recall of the pairs of articles in two different languages.

    Returns:
        "all" first, as `score.py cross` gives it, then the pairs of languages by their names, most true pairs first:
        each with `p`, `r`, `true` and `said` pairs.
    """
    counted = (
        _apart(zip(keys, languages, strict=True))
        for keys in (list(zip(stories, clusters, strict=True)), clusters, stories)
    )
    hit, said, true = counted
    names = sorted(true | said, key=lambda name: (-true[name], name))
    found = {"all": _shares(hit.total(), said.total(), true.total())}
    return found | {"-".join(name): _shares(hit[name], said[name], true[name]) for name in names}


def _apart(rows: zip[tuple[Hashable, str]]) -> Counter[tuple[str, str]]:
    """How many pairs of rows share their key, for each two different languages."""
    groups: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for key, language in rows:
        groups[key][language] += 1
    pairs: Counter[tuple[str, str]] = Counter()
    for counts in groups.values():
        for one, other in combinations(sorted(counts), 2):
            pairs[one, other] += counts[one] * counts[other]
    return pairs


def _shares(hit: int, said: int, true: int) -> dict[str, float]:
    return {"p": hit / said if said else 1.0, "r": hit / true if true else 1.0, "true": true, "said": said}


def ranks(values: Sequence[float]) -> list[float]:
    """The ranks of values from 1; those of equal values are their mean."""
    found = [0.0] * len(values)
    done = 0
    for _, equal in groupby(sorted(range(len(values)), key=values.__getitem__), key=values.__getitem__):
        places = list(equal)
        for place in places:
            found[place] = done + (len(places) + 1) / 2
        done += len(places)
    return found


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The chance that a positive scores above a negative, ties count half (Hanley & McNeil 1982)."""
    many = sum(positive)
    above = sum(rank for rank, yes in zip(ranks(scores), positive, strict=True) if yes) - many * (many + 1) / 2
    return above / (many * (len(scores) - many))


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """The correlation of the ranks (Spearman 1904), with ties."""
    mine, theirs = ranks(one), ranks(other)
    mean = (len(mine) + 1) / 2
    moved = [(a - mean, b - mean) for a, b in zip(mine, theirs, strict=True)]
    spread = sum(a * a for a, _ in moved) * sum(b * b for _, b in moved)
    return float(sum(a * b for a, b in moved) / spread**0.5)
