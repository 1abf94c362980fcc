"""MinHash signatures and the band keys that find candidates by them.

MinHash: Broder 1997; banding: Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, chapter 3. The signatures are
datasketch's, in bulk, over 32-bit xxHash values; the permutation scheme is pinned, because signatures of two schemes do
not mix. Weighted sets by replication: Haeupler, Manasse & Talwar 2014.
"""

from __future__ import annotations

import struct
from array import array
from functools import partial
from typing import TYPE_CHECKING

from xxhash import xxh3_64_intdigest, xxh32_intdigest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

PERMUTATIONS = 128
SCHEME = "affine32"
SEED = 1
# Copies: 32 bands of 4 rows find a pair of Jaccard .5 with probability .87 and one of .1 with .003.
COPY_BANDS = 32
# Retellings: 64 bands of 2 rows find a pair of weighted Jaccard .15 with probability .77, .1 with .47.
RETELLING_BANDS = 64
SHINGLE_WORDS = 3
# What the words of a shingle are multiplied by, first to last.
_PLACES = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
# Signatures of different forms do not compare: the form is kept beside them. Its last part is how shingles are hashed.
FORM = f"{SCHEME} {PERMUTATIONS} {SEED} {SHINGLE_WORDS}-words-2"
# Terms of the vector that the retelling keys are made of, and copies of a term at weight 1.
HEAVIEST_TERMS = 30
REPLICAS = 20
# The golden ratio's 32-bit multiplier sets a term's replicas apart.
_STEP = 0x9E3779B1
_MASK = 0xFFFFFFFF


def shingles(words: Sequence[str]) -> set[int]:
    """The 32-bit hashes of a text's overlapping runs of SHINGLE_WORDS words; of the whole, where it is shorter.

    A run's hash is the sum of its words' hashes, multiplied by their places (multilinear hashing: Carter & Wegman
    1979), so that each word is hashed but once.
    """
    import numpy as np  # noqa: PLC0415 -- 0.1 s, which `--help` need not pay

    hashes = np.frombuffer(array("I", list(map(xxh32_intdigest, map(str.encode, words)))), dtype=np.uint32)
    runs = max(1, len(words) - SHINGLE_WORDS + 1) if words else 0
    summed = np.zeros(runs, dtype=np.uint32)
    for i, place in enumerate(_PLACES[: len(words)]):
        summed += hashes[i : i + runs] * np.uint32(place)
    return set(summed.tolist())


def replicas(vector: Mapping[int, float]) -> list[int]:
    """The heaviest terms as a plain set whose Jaccard is the weighted one: each term as often as it weighs."""
    heaviest = sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:HEAVIEST_TERMS]
    return [
        (term + copy * _STEP) & _MASK for term, weight in heaviest for copy in range(max(1, round(weight * REPLICAS)))
    ]


def signatures(sets: Iterable[Collection[int]]) -> list[bytes]:
    """The MinHash signatures of sets of 32-bit values: PERMUTATIONS little-endian uint32 each."""
    import numpy as np  # noqa: PLC0415 -- see shingles
    from datasketch import MinHash  # noqa: PLC0415 -- 2 s, which `--help` need not pay

    # The "hash function" turns a whole set into an array at once: a call for each value would cost most of the time.
    wholes = ([array("I", values)] if values else [] for values in sets)
    hashing = partial(np.frombuffer, dtype=np.uint32)
    made = MinHash.bulk(wholes, num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME, hashfunc=hashing)
    return [minhash.hashvalues.astype("<u4").tobytes() for minhash in made]


def keys(signature: bytes, bands: int) -> tuple[int, ...]:
    """The band keys of a signature, signed 64-bit: a hash of each band's rows, seeded by the band's number."""
    size = len(signature) // bands
    hashes = [xxh3_64_intdigest(signature[i * size : (i + 1) * size], seed=i) for i in range(bands)]
    return struct.unpack(f"<{bands}q", struct.pack(f"<{bands}Q", *hashes))


def jaccard(one: bytes, other: bytes) -> float:
    """The estimated Jaccard similarity of two sets by their signatures: the share of equal minima."""
    pairs = zip(memoryview(one).cast("I"), memoryview(other).cast("I"), strict=True)
    return sum(a == b for a, b in pairs) / (len(one) // 4)


def containment(estimate: float, one: int, other: int) -> float:
    """The share of the smaller set that lies in the larger, from the estimated Jaccard and both sizes; 0..1."""
    smaller = min(one, other)
    if not smaller:
        return 0.0
    return min(1.0, estimate * (one + other) / (1.0 + estimate) / smaller)
