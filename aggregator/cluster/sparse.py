"""Sparse vectors: term -> weight."""

from __future__ import annotations

import struct
from math import fsum, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def dot(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """The inner product of two vectors, in whatever order their terms come; the cosine where both are unit."""
    return fsum(one[term] * other[term] for term in one.keys() & other.keys())


def length(vector: Mapping[int, float]) -> float:
    """The Euclidean length of a vector."""
    return sqrt(fsum(weight * weight for weight in vector.values()))


def add(total: dict[int, float], vector: Mapping[int, float], share: float = 1.0) -> None:
    """Adds a share of a vector to a total, in place."""
    for term, weight in vector.items():
        total[term] = total.get(term, 0.0) + share * weight


def heaviest(vector: Mapping[int, float], most: int) -> dict[int, float]:
    """The terms that weigh most, most first, in single precision."""
    terms = sorted(vector, key=lambda term: (-vector[term], term))[:most]
    return dict(zip(terms, _single([vector[term] for term in terms]), strict=True))


def unit(vector: Mapping[int, float], most: int) -> dict[int, float]:
    """The terms that weigh most, most first, as a vector of length 1 in single precision; empty for none."""
    kept = sorted(vector, key=lambda term: (-vector[term], term))[:most]
    norm = sqrt(sum(vector[term] ** 2 for term in kept)) or 1.0
    return dict(zip(kept, _single([vector[term] / norm for term in kept]), strict=True))


def _single(values: Sequence[float]) -> tuple[float, ...]:
    """The values rounded to single precision, so that a store may keep four bytes each and lose nothing."""
    packing = struct.Struct(f"<{len(values)}f")
    return packing.unpack(packing.pack(*values))
