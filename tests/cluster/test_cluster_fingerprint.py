"""Signatures, band keys and fingerprints."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cluster.fingerprint import VECTOR_TERMS, Credits, fingerprint, fingerprints
from aggregator.cluster.signatures import (
    COPY_BANDS,
    PERMUTATIONS,
    RETELLING_BANDS,
    SCHEME,
    SEED,
    containment,
    jaccard,
    keys,
    replicas,
    shingles,
    signatures,
)
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article

if TYPE_CHECKING:
    from collections.abc import Sequence


def article(title: str, text: str, number: int = 1, lang: str = "en") -> Article:
    return Article(url=f"https://example.org/{number}", outlet="post", title=title, text=text, language=lang, id=number)


def test_signature_is_datasketchs_own() -> None:
    values = [7, 2**32 - 1, 0, 99]
    reference = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME, hashfunc=int)
    for value in values:
        reference.update(value)
    (made,) = signatures([values])
    assert list(struct.unpack(f"<{PERMUTATIONS}I", made)) == reference.hashvalues.tolist()


@settings(max_examples=30)
@given(st.sets(st.integers(0, 2**32 - 1), min_size=1, max_size=80), st.sets(st.integers(0, 2**32 - 1), max_size=80))
def test_estimate_is_near_the_jaccard(one: set[int], other: set[int]) -> None:
    both = one | other
    first, second = signatures([one, both])
    # Five standard errors of 128 permutations.
    assert abs(jaccard(first, second) - len(one) / len(both)) < 5 * 0.0442 + 1e-9


def test_shingles_of_short_texts() -> None:
    assert shingles([]) == set()
    assert len(shingles(["one"])) == len(shingles(["one", "two"])) == 1
    assert len(shingles(list("abcdabc"))) == 4


@pytest.mark.parametrize(
    ("estimate", "sizes", "share"),
    [(1.0, (10, 10), 1.0), (0.5, (50, 100), 1.0), (0.0, (5, 9), 0.0), (0.3, (0, 9), 0.0)],
)
def test_containment(estimate: float, sizes: tuple[int, int], share: float) -> None:
    assert containment(estimate, *sizes) == pytest.approx(share)


def test_keys_are_signed_and_differ_by_band() -> None:
    made = keys(bytes(512), COPY_BANDS)
    assert len(set(made)) == COPY_BANDS
    assert all(-(2**63) <= key < 2**63 for key in made)


def test_replicas_follow_the_weight() -> None:
    assert len(replicas({1: 0.9, 2: 0.1, 3: 0.001})) == 18 + 2 + 1


TEXTS: Sequence[tuple[str, str]] = (
    ("Trawler sinks", "Nine sailors of the trawler Seahorse are missing off Cape Lunta since 4.25 this morning. " * 3),
    ("", ""),
    ("日銀が利上げ", "日本銀行は政策金利を引き上げた。"),
    ("Only a title about the 12th package of 2026", ""),
)


def test_batch_equals_one_by_one() -> None:
    articles = [article(title, text, i) for i, (title, text) in enumerate(TEXTS, 1)]
    one_by_one = Vocabulary()
    assert fingerprints(articles, Vocabulary()) == [fingerprint(a, one_by_one) for a in articles]


def test_fingerprint_of_a_text() -> None:
    made = fingerprint(article(*TEXTS[0]), Vocabulary())
    assert not made.brief
    assert (len(made.copy_keys), len(made.retelling_keys)) == (COPY_BANDS, RETELLING_BANDS)
    assert len(made.signature) == 4 * PERMUTATIONS
    assert list(made.vector.values()) == sorted(made.vector.values(), reverse=True)
    assert len(made.terms) == len(made.vector) <= VECTOR_TERMS
    assert sum(weight**2 for weight in made.vector.values()) == pytest.approx(1.0)
    packed = struct.pack(f"<{len(made.vector)}f", *made.vector.values())
    assert struct.unpack(f"<{len(made.vector)}f", packed) == tuple(made.vector.values())


def test_fingerprint_of_nothing() -> None:
    made = fingerprint(article("", ""), Vocabulary())
    assert (made.shingles, made.vector, made.copy_keys, made.retelling_keys) == (0, {}, (), ())
    assert made.brief


def test_body_alone_makes_the_copy_signature_of_a_full_text() -> None:
    one, other = (fingerprint(article(title, TEXTS[0][1]), Vocabulary()) for title in ("One title", "Another"))
    assert one.copy_keys == other.copy_keys
    one, other = (fingerprint(article(title, ""), Vocabulary()) for title in ("One title", "Another"))
    assert set(one.copy_keys).isdisjoint(other.copy_keys)


def test_number_weighs_more_than_a_word_but_not_a_headlines_year() -> None:
    vector = fingerprint(article("magnitude 61 quake", ""), Vocabulary())
    weights = dict(zip(vector.terms, vector.vector.values(), strict=True))
    assert weights["61"] == pytest.approx(1.5 * weights["quake"])
    year = fingerprint(article("election 2026 quake", ""), Vocabulary())
    weights = dict(zip(year.terms, year.vector.values(), strict=True))
    assert weights["2026"] == pytest.approx(weights["quake"])


@settings(max_examples=40)
@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["en", "uk", "zh", "xx", ""]))
def test_any_text_has_a_fingerprint(title: str, text: str, lang: str) -> None:
    made = fingerprint(article(title, text, lang=lang), Vocabulary())
    assert len(made.vector) == len(made.terms)


def test_who_is_credited_is_no_part_of_what_happened() -> None:
    told = article(
        "Port to close, Harbour Gazette reports", "Two terminals close in spring, the Harbour Gazette reports."
    )
    credited = {1: Credits(("harbourgazette",), ("Harbour Gazette",))}
    (plain,) = fingerprints([told], Vocabulary())
    (made,) = fingerprints([told], Vocabulary(), None, credited)
    assert made.credits == ("harbourgazette",)
    assert {"Harbour", "Gazette"} <= set(plain.terms)
    assert not {"Harbour", "Gazette"} & {*made.terms, *made.name_forms}
    assert made.signature == plain.signature
