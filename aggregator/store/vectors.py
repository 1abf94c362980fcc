"""Fingerprints as rows and back, and those last read."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from aggregator.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def pack_vector(vector: Mapping[int, float]) -> bytes:
    """A sparse vector as bytes: all the term ids (uint32), then all the weights in single precision (float32)."""
    return array("I", vector).tobytes() + array("f", vector.values()).tobytes()


def unpack_vector(packed: bytes) -> dict[int, float]:
    """A sparse vector from its bytes, in the order it was packed."""
    view, half = memoryview(packed), len(packed) // 2
    return dict(zip(view[:half].cast("I"), view[half:].cast("f"), strict=True))


def pack_fingerprint(one: Fingerprint) -> dict[str, Any]:
    """The row of a fingerprint; its band keys are kept apart."""
    row = {name: getattr(one, name) for name in ("article", "when", "language", "outlet", "brief", "shingles")}
    packed = {
        "signature": one.signature,
        "vector": pack_vector(one.vector),
        "names": pack_vector(one.names),
        "terms": _lines(one.terms),
        "name_forms": _lines(one.name_forms),
        "credits": _lines(one.credits),
        "kinds": one.kinds,
        "headline": _lines(one.headline),
        "halves": b"".join(len(packed).to_bytes(4, "little") + packed for packed in map(pack_vector, one.halves)),
    }
    return row | packed


def unpack_fingerprint(row: Sequence[Any]) -> Fingerprint:
    """A fingerprint from its row, without its band keys."""
    article, when, language, outlet, brief, shingles, signature, vector, *rest = row
    names, terms, name_forms, credited, kinds, headline, halves = rest
    return Fingerprint(
        article,
        when,
        language,
        outlet,
        brief,
        shingles,
        signature,
        unpack_vector(vector),
        _pieces(terms),
        (),
        (),
        unpack_vector(names),
        _pieces(name_forms),
        (),
        _pieces(credited),
        kinds,
        _pieces(headline),
        _unpack_halves(halves),
    )


def _unpack_halves(packed: bytes) -> tuple[dict[int, float], ...]:
    found = []
    while packed:
        end = 4 + int.from_bytes(packed[:4], "little")
        found.append(unpack_vector(packed[4:end]))
        packed = packed[end:]
    return tuple(found)


def _lines(pieces: Sequence[str]) -> str:
    return "\n".join(pieces)


def _pieces(lines: str) -> tuple[str, ...]:
    return tuple(lines.split("\n")) if lines else ()


class VectorCache:
    """The committed fingerprints last read or written, without their band keys. They never change.

    Args:
        size: how many at most; one takes about 8 KB.
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
