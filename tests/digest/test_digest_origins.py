"""What every format says of an origin besides its name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from aggregator.digest.render.facts import story_facts
from aggregator.digest.render.formats import render
from aggregator.digest.render.origins import outlet_name
from aggregator.digest.render.terminal import render as draw
from aggregator.model import Evidence, Origin, OriginState, Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Digest, Story

AGAINST = Evidence("https://unn.example/1/0", "unn", "text", "The port denied the report.", 0, 27, "en:denied", "en")
ORIGIN = Origin(
    OriginState.NAMED,
    "spiegel",
    confidence=0.9,
    joint=("zdf",),
    cycle=("bloomberg", "reuters"),
    standing=Standing.DENIED,
    denied_by=("The port", "the mayor"),
    against=(AGAINST,),
)
DENIED = "Denied by The port, the mayor: «The port denied the report.», UNN"
CIRCLE = (
    "Credits in a circle, which say nothing about who was first: Bloomberg credits Reuters, Reuters credits Bloomberg"
)


@pytest.fixture
def told(story: Callable[..., Story]) -> Story:
    made = story(outlets=("unn", "kyivpost"), origin=ORIGIN)
    return replace(made, names={"zdf": "ZDF", "bloomberg": "Bloomberg", "reuters": "Reuters"})


@pytest.mark.parametrize(
    ("joint", "name"),
    [((), "A"), (("b",), "A with B"), (("b", "c"), "A with B and C"), (("b", "c", "d"), "A with B, C and D")],
)
def test_who_made_the_report(joint: tuple[str, ...], name: str) -> None:
    assert outlet_name(Origin(OriginState.NAMED, "a", joint=joint), str.upper) == name
    assert not outlet_name(Origin(OriginState.UNKNOWN), str.upper)


def test_the_facts_have_partners_and_cautions(told: Story) -> None:
    facts = story_facts(told, ZoneInfo("UTC"), date(2026, 8, 26))
    assert facts.claims[0].outlet == "Der Spiegel with ZDF"
    assert facts.cautions[0].startswith(DENIED)
    assert facts.cautions[1] == CIRCLE
    assert len(facts.cautions) == 2


@pytest.mark.parametrize(
    ("standing", "by", "words"),
    [
        (Standing.DENIED, (), "Denied: «"),
        (Standing.CORRECTED, ("The port",), "Corrected: «"),
        (Standing.WITHDRAWN, (), "Withdrawn: «"),
    ],
)
def test_what_became_of_the_report(told: Story, standing: Standing, by: tuple[str, ...], words: str) -> None:
    changed = replace(told, origin=replace(ORIGIN, standing=standing, denied_by=by, cycle=()))
    (line,) = story_facts(changed, ZoneInfo("UTC"), date(2026, 8, 26)).cautions
    assert line.startswith(words)


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_every_format_shows_them(told: Story, digest_of: Callable[..., Digest], form: str) -> None:
    shown = " ".join(re.sub(r"\\(?=\W)|<[^>]*>", "", render(digest_of([told]), form)).split())
    for words in ("Der Spiegel with ZDF", DENIED, CIRCLE):
        assert words in shown


def test_the_terminal_shows_them(told: Story, digest_of: Callable[..., Digest]) -> None:
    shown = " ".join(draw(digest_of([told]), 80, colour=False).split())
    assert "Der Spiegel with ZDF" in re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\", "", shown)
    assert "Denied by The port, the mayor" in shown


def test_json_has_every_fact(told: Story, digest_of: Callable[..., Digest]) -> None:
    (section,) = json.loads(render(digest_of([told]), "json"))["sections"]
    origin = section["stories"][0]["origin"]
    assert (origin["joint"], origin["cycle"], origin["standing"]) == (["zdf"], ["bloomberg", "reuters"], "denied")
    assert origin["denied_by"] == ["The port", "the mayor"]
    assert [one["quote"] for one in origin["against"]] == [AGAINST.quote]
