"""Needles: what a pattern cannot do without, and that looking for it first changes no finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.origin.lexicon import TOKEN
from aggregator.origin.needles import Sieve, finditer, fold, needles

if TYPE_CHECKING:
    from aggregator.origin.cues import Cues

PATTERNS = [
    r"(?:[nN]ewspaper|[wW]ebsite)s?\s+(?P<n>[A-Z]\w+)",
    r"(?:news agency|paper)\s*«[^»]*»",
    r"\d+ (?i:PAPER)",
    r"\w+ said",
    r"(?:straße|gasse) \d",
    r"[«„]\w+[»“]",
    r"(?:on|in)? ?line",
    r"x(?=y)|z+",
    r"(?:k|s)(?:ee)p",
    r"記",
]
WORDS = [
    "newspaper",
    "Website ",
    "websites\n",
    "paper ",
    "PAPER",
    "news agency",
    "«Echo»",
    "Echo",
    " said",
    "STRASSE 1",
]
PIECES = st.sampled_from([*WORDS, "straße 2", "3 ", "line", "xy", "z", "\u212aeep", "\u017feep", "記", " "])
TEXTS = st.lists(PIECES).map("".join) | st.text("nN websit ewpagr«»İıß\u212a", max_size=30)


@pytest.mark.parametrize("ignore_case", [0, re.IGNORECASE])
@given(text=TEXTS)
def test_finditer_finds_what_the_pattern_finds(ignore_case: int, text: str) -> None:
    for pattern in (re.compile(source, ignore_case) for source in PATTERNS):
        expected = [found.span() for found in pattern.finditer(text)]
        assert [found.span() for found in finditer(pattern, text, fold(text))] == expected


@given(text=TEXTS)
def test_a_sieve_lets_every_pattern_through_that_fits(text: str) -> None:
    patterns = [re.compile(source, re.IGNORECASE) for source in PATTERNS]
    fitting = {place for place, pattern in enumerate(patterns) if pattern.search(text)}
    passing = Sieve(patterns).passing(fold(text))
    assert fitting <= set(passing)
    assert passing == sorted(passing)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("reports? by", {"report": (0, 0)}),
        ("(?:a )?(?:citing|quoting) x", {"citing": (0, 2), "quoting": (0, 2)}),
        ("(?:citing|no citing)", {"citing": (0, 0), "no citing": (0, 0)}),
        ("(?:the paper|a paper|paper s?)", {"the paper": (0, 0), "a paper": (0, 0), "paper ": (0, 0)}),
        (r"(?:\w{2}news|news)", {"news": (0, 2)}),
        ("Straße", {"strasse": (0, 0)}),
        (r"\s*[(（]\w+", {"(": (0, 4294967295), "（": (0, 4294967295)}),
        ("(?:citing){2}", {"citing": (0, 0)}),
        ("(?:citing)?", {}),
        ("(?:citing|)", {}),
        ("[a-z]+ ", {}),
        ("(?!citing)x", {}),
        (TOKEN, {}),
    ],
)
def test_needles(source: str, wanted: dict[str, tuple[int, int]]) -> None:
    found = needles(re.compile(source), given=TOKEN)
    assert set(found) == set(wanted)
    assert {needle: before for needle, before in found.items() if before[1] < 100} == {
        needle: before for needle, before in wanted.items() if before[1] < 100
    }


def test_letters_that_patterns_take_for_one_another_fold_to_one() -> None:
    cased = "".join(chr(code) for code in range(0x2200) if chr(code).lower() != chr(code).upper())
    for letter in cased[::7] + "iıİkKK" + "sſßẞςσ":
        for found in re.finditer(re.escape(letter), cased, re.IGNORECASE):
            assert fold(found.group()) == fold(letter)


def test_most_rules_have_needles(cues: Cues) -> None:
    patterns = [pattern for lexicon in cues for rule in lexicon.rules for pattern in rule.patterns]
    without = [pattern for pattern in patterns if not needles(pattern, given=TOKEN)]
    assert len(without) < len(patterns) / 20
