"""Fingerprints as bytes and back, and those last read."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from aggregator.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row


def pack_vector(vector: Mapping[int, float]) -> bytes:
    """A sparse vector as bytes: all the term ids (uint32), then all the weights (float64)."""
    return array("I", vector.keys()).tobytes() + array("d", vector.values()).tobytes()


def unpack_vector(packed: bytes) -> dict[int, float]:
    """A sparse vector from its bytes, in the order it was packed."""
    length = len(packed) // 12
    terms, weights = array("I"), array("d")
    terms.frombytes(packed[: 4 * length])
    weights.frombytes(packed[4 * length :])
    return dict(zip(terms, weights, strict=True))


def pack_keys(keys: Sequence[int]) -> bytes:
    """Band keys as bytes (int64 each)."""
    return array("q", keys).tobytes()


def unpack_keys(packed: bytes) -> tuple[int, ...]:
    """Band keys from their bytes."""
    keys = array("q")
    keys.frombytes(packed)
    return tuple(keys)


def unpack_fingerprint(row: Row[Any]) -> Fingerprint:
    """A fingerprint from its row."""
    return Fingerprint(
        row.article,
        row.when,
        row.language,
        row.outlet,
        row.brief,
        row.shingles,
        row.signature,
        unpack_vector(row.vector),
        tuple(row.terms),
        unpack_keys(row.copy_keys),
        unpack_keys(row.retelling_keys),
        unpack_vector(row.names),
        tuple(row.name_forms),
        unpack_keys(row.name_keys),
        tuple(row.credits),
    )


class VectorCache:
    """The committed fingerprints last read or written. They never change.

    Args:
        size: how many at most; one takes about 6 KB.
    """

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._kept: OrderedDict[int, Fingerprint] = OrderedDict()
        self._lock = Lock()

    def get(self, article: int) -> Fingerprint | None:
        """The fingerprint of an article, where it is kept."""
        with self._lock:
            found = self._kept.get(article)
            if found is not None:
                self._kept.move_to_end(article)
            return found

    def put(self, found: Fingerprint) -> None:
        """Keeps a fingerprint, and drops the one not asked for longest where there are too many."""
        with self._lock:
            self._kept[found.article] = found
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
