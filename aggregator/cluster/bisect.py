"""The best cut of a cluster in two, plain and by contrast, and how far apart two sets of articles are.

Plain: the last step of an agglomerative clustering over the cosines (WPGMA, Sokal & Michener 1958). By contrast: the
same, after each term has lost the share of members that hold it. Two look-alike events (the same company's patch this
year and last) share the words of their topic; those cancel, and the words of either event stay. One event's members
share what stays as evenly as they share the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What two members are held to share before any is compared: of the whole vectors, and of what the contrast leaves.
PRIOR_PLAIN = 0.40
PRIOR_CONTRAST = 0.15


@dataclass(frozen=True, slots=True)
class Cut:
    """A partition in two: the positions in either half, position 0 in the first; the mean cosine across, plainly.

    `ratio` is that mean relative to the halves' own densities; `contrast` is the same of what the contrast leaves.
    """

    one: tuple[int, ...]
    other: tuple[int, ...]
    link: float
    ratio: float
    contrast: float


def cuts(vectors: Sequence[Mapping[int, float]]) -> tuple[Cut, Cut]:
    """The best plain cut and the best cut by contrast of at least two sparse normalised vectors."""
    plain, contrast = _matrices(vectors)
    return (_cut(plain, contrast, *_halves(plain)), _cut(plain, contrast, *_halves(contrast)))


def between(one: Sequence[Mapping[int, float]], other: Sequence[Mapping[int, float]]) -> Cut:
    """How far apart two given sets of sparse normalised vectors are, neither empty."""
    plain, contrast = _matrices([*one, *other])
    return _cut(plain, contrast, tuple(range(len(one))), tuple(range(len(one), len(one) + len(other))))


def _matrices(vectors: Sequence[Mapping[int, float]]) -> tuple[Any, Any]:
    """The cosines of the whole vectors and of what the contrast leaves of them."""
    import numpy as np  # noqa: PLC0415 -- 0.1 s, which `--help` need not pay

    columns: dict[int, int] = {}
    at = [columns.setdefault(term, len(columns)) for vector in vectors for term in vector]
    rows = np.repeat(np.arange(len(vectors)), [len(vector) for vector in vectors])
    dense = np.zeros((len(vectors), len(columns)))
    dense[rows, at] = [weight for vector in vectors for weight in vector.values()]
    holders = (dense > 0.0).sum(axis=0)
    # A term that one member alone holds can neither join nor part.
    rest = dense * np.where(holders > 1, 1.0 - holders / len(vectors), 0.0)
    norms = np.linalg.norm(rest, axis=1, keepdims=True)
    rest /= np.where(norms > 0.0, norms, 1.0)
    # Rounded: the order of sums must not decide between equals.
    return np.round(dense @ dense.T, 9), np.round(rest @ rest.T, 9)


def _halves(cosines: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:  # noqa: ANN401 -- numpy is imported late
    links = cosines.copy()
    for i in range(len(links)):
        links[i, i] = -1.0
    groups = [[i] for i in range(len(links))]
    for _ in range(len(groups) - 2):
        i, j = sorted(divmod(int(links.argmax()), len(groups)))
        mean = (links[i] + links[j]) / 2.0
        links[i], links[:, i] = mean, mean
        links[i, i] = -1.0
        links[j], links[:, j] = -1.0, -1.0
        groups[i], groups[j] = groups[i] + groups[j], []
    one, other = (tuple(sorted(group)) for group in groups if group)
    return one, other


def _cut(plain: Any, contrast: Any, one: tuple[int, ...], other: tuple[int, ...]) -> Cut:  # noqa: ANN401 -- numpy is imported late
    link, ratio = _ratio(plain, one, other, PRIOR_PLAIN)
    return Cut(one, other, link, ratio, _ratio(contrast, one, other, PRIOR_CONTRAST)[1])


def _ratio(cosines: Any, one: tuple[int, ...], other: tuple[int, ...], prior: float) -> tuple[float, float]:  # noqa: ANN401 -- numpy is imported late
    """The mean cosine across, and relative to the geometric mean of the densities, each shrunk towards the prior."""
    link = float(cosines[list(one)][:, list(other)].mean())
    densities = [_density(cosines[list(half)][:, list(half)], prior) for half in (one, other)]
    return link, link / (densities[0] * densities[1]) ** 0.5


def _density(cosines: Any, prior: float) -> float:  # noqa: ANN401 -- numpy is imported late
    n = len(cosines)
    inside = float(cosines.sum() - cosines.trace()) / (n * (n - 1)) if n > 1 else 0.0
    return (inside * (n - 1) + prior) / n
