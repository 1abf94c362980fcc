"""MinHash signatures and the band keys that find candidates by them.

MinHash: Broder 1997; banding: Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, chapter 3. The signatures are
datasketch's, in bulk, over 32-bit xxHash values; the permutation scheme is pinned, because signatures of two schemes do
not mix. Weighted sets by replication: Haeupler, Manasse & Talwar 2014.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from xxhash import xxh3_64_intdigest, xxh32_intdigest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PERMUTATIONS = 128
SCHEME = "affine32"
SEED = 1
# Copies: 32 bands of 4 rows find a pair of Jaccard .5 with probability .87 and one of .1 with .003.
COPY_BANDS = 32
# Retellings: 64 bands of 2 rows find a pair of weighted Jaccard .15 with probability .77, .1 with .47.
RETELLING_BANDS = 64
SHINGLE_WORDS = 3
# Terms of the vector that the retelling keys are made of, and copies of a term at weight 1.
HEAVIEST_TERMS = 30
REPLICAS = 20
# The golden ratio's 32-bit multiplier sets a term's replicas apart.
_STEP = 0x9E3779B1
_MASK = 0xFFFFFFFF


def shingles(words: Sequence[str]) -> set[int]:
    """The 32-bit hashes of a text's overlapping runs of SHINGLE_WORDS words; of the whole, where it is shorter."""
    encoded = [word.encode() for word in words]
    if len(encoded) < SHINGLE_WORDS:
        return {xxh32_intdigest(b" ".join(encoded))} if encoded else set()
    runs = zip(*(encoded[i:] for i in range(SHINGLE_WORDS)), strict=False)
    return {xxh32_intdigest(b" ".join(run)) for run in runs}


def replicas(vector: Mapping[int, float]) -> list[int]:
    """The heaviest terms as a plain set whose Jaccard is the weighted one: each term as often as it weighs."""
    heaviest = sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:HEAVIEST_TERMS]
    return [
        (term + copy * _STEP) & _MASK for term, weight in heaviest for copy in range(max(1, round(weight * REPLICAS)))
    ]


def signatures(sets: Iterable[Iterable[int]]) -> list[bytes]:
    """The MinHash signatures of sets of 32-bit values: PERMUTATIONS little-endian uint32 each."""
    from datasketch import MinHash  # noqa: PLC0415 -- 2 s, which `--help` need not pay

    made = MinHash.bulk(sets, num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME, hashfunc=int)
    return [minhash.hashvalues.astype("<u4").tobytes() for minhash in made]


def keys(signature: bytes, bands: int) -> tuple[int, ...]:
    """The band keys of a signature, signed 64-bit: a hash of each band's rows, seeded by the band's number."""
    size = len(signature) // bands
    hashes = [xxh3_64_intdigest(signature[i * size : (i + 1) * size], seed=i) for i in range(bands)]
    return struct.unpack(f"<{bands}q", struct.pack(f"<{bands}Q", *hashes))


def jaccard(one: bytes, other: bytes) -> float:
    """The estimated Jaccard similarity of two sets by their signatures: the share of equal minima."""
    rows = struct.Struct(f"<{len(one) // 4}I")
    pairs = zip(rows.unpack(one), rows.unpack(other), strict=True)
    return sum(1 for a, b in pairs if a == b) / (len(one) // 4)


def containment(estimate: float, one: int, other: int) -> float:
    """The share of the smaller set that lies in the larger, from the estimated Jaccard and both sizes; 0..1."""
    smaller = min(one, other)
    if not smaller:
        return 0.0
    return min(1.0, estimate * (one + other) / (1.0 + estimate) / smaller)
