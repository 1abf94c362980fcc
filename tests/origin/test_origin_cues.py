from __future__ import annotations

import re

import pytest

from aggregator.errors import ConfigError
from aggregator.model import Article, Role
from aggregator.origin.attributions import attribute
from aggregator.origin.cues import Cues
from aggregator.origin.outlets import OutletTable

RULE = '[[rule]]\ncue = "by"\nrole = "origin"\nweight = 0.85\nbefore = ["reported by"]\n'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("= broken", "cues/en.toml"),
        ("colour = 1", "unknown keys colour"),
        (RULE.replace("origin", "king"), "rule 'by'"),
        (f'{RULE}where = "roof"', "rule 'by'"),
        (f"{RULE}shade = 1", "rule 'by'"),
        (RULE.replace("reported by", "("), "missing )"),
    ],
)
def test_errors_name_the_file(text: str, wanted: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(wanted)):
        Cues.parse({"en": text})


def test_a_rule_of_ones_own_is_read() -> None:
    table = OutletTable.parse("harbour\tnewspaper\t\t\tHarbour Herald")
    found = attribute(Article("", "", "", "As reported by Harbour Herald."), table, Cues.parse({"mul": RULE}))
    assert [(x.outlet, x.role, x.weight, x.cue, x.language) for x in found] == [
        ("harbour", Role.ORIGIN, 0.85, "mul:by", "mul")
    ]


def test_the_languages_of_a_text(cues: Cues) -> None:
    assert cues.guess("The harbour is closed and the union is not happy with it.") == ["en"]
    assert cues.guess("Порт закрыт, и это не всё.") == ["ru"]
    assert cues.guess("Порт закрито, і це ще не все.") == ["uk"]
    assert cues.guess("港湾会社は二つの埠頭を閉鎖する。") == ["ja"]
    assert cues.guess("") == []
    assert cues.guess("12345") == []


def test_claimed_language_and_looks_are_both_read(cues: Cues) -> None:
    text = "The harbour is closed and the union is not happy with it at all, " * 10
    assert [x.language for x in cues.choose(text, "de")] == ["en", "de", "mul"]
    assert [x.language for x in cues.choose(text, "xx")] == ["en", "mul"]


def test_a_short_text_may_look_like_two_languages(cues: Cues) -> None:
    assert {"pt", "es"} <= set(cues.guess("que se da uma una"))


def test_every_language_credits_something(cues: Cues) -> None:
    for lexicon in cues:
        assert any(rule.role is not Role.MENTION for rule in lexicon.rules), lexicon.language
        for rule in lexicon.rules:
            assert 0.0 <= rule.weight <= 0.97
            assert rule.cue.startswith(f"{lexicon.language}:")
