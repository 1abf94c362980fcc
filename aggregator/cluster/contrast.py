"""Whether two sets of articles tell two look-alike events: how far apart they are, plainly and by contrast.

By contrast: after each term has lost the share of articles that hold it. Two look-alike events (a company's patch this
year and last) share the words of their topic; those cancel, and the words of either event stay. One event's articles
share what stays as evenly as they share the rest.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What two articles are held to share before any is compared: of the whole vectors, and of what the contrast leaves.
PRIOR_PLAIN = 0.40
PRIOR_CONTRAST = 0.15


def ratios(one: Sequence[Mapping[int, float]], other: Sequence[Mapping[int, float]]) -> tuple[float, float]:
    """The mean cosine across two sets of normalised vectors relative to their own densities: plainly, by contrast.

    About 1 where the articles of either set are as like those of the other as they are like each other, 0 where they
    have nothing in common.
    """
    plain, contrast = _matrices([*one, *other])
    return _ratio(plain, len(one), PRIOR_PLAIN), _ratio(contrast, len(one), PRIOR_CONTRAST)


def _matrices(vectors: Sequence[Mapping[int, float]]) -> tuple[Any, Any]:
    """The cosines of the whole vectors and of what the contrast leaves of them."""
    import numpy as np  # noqa: PLC0415 -- 0.1 s, which `--help` need not pay

    columns: dict[int, int] = {}
    at = [columns.setdefault(term, len(columns)) for vector in vectors for term in vector]
    rows = np.repeat(np.arange(len(vectors)), [len(vector) for vector in vectors])
    dense = np.zeros((len(vectors), len(columns)))
    dense[rows, at] = [weight for vector in vectors for weight in vector.values()]
    holders = (dense > 0.0).sum(axis=0)
    # A term that one article alone holds can neither join nor part.
    rest = dense * np.where(holders > 1, 1.0 - holders / len(vectors), 0.0)
    norms = np.linalg.norm(rest, axis=1, keepdims=True)
    rest /= np.where(norms > 0.0, norms, 1.0)
    return dense @ dense.T, rest @ rest.T


def _ratio(cosines: Any, size: int, prior: float) -> float:  # noqa: ANN401 -- numpy is imported late
    """The mean cosine across, relative to the geometric mean of the densities, each shrunk towards the prior."""
    link = float(cosines[:size, size:].mean())
    densities = [_density(half, prior) for half in (cosines[:size, :size], cosines[size:, size:])]
    # Rounded: the order of sums must not decide between equals.
    return round(link / sqrt(densities[0] * densities[1]), 9)


def _density(cosines: Any, prior: float) -> float:  # noqa: ANN401 -- numpy is imported late
    n = len(cosines)
    inside = float(cosines.sum() - cosines.trace()) / (n * (n - 1)) if n > 1 else 0.0
    return float((inside * (n - 1) + prior) / n)
