"""What happened to a story, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from aggregator.answers.found import Mention, StoryExplained
from aggregator.cli.history import (
    _figures,
    event_words,
    print_corrections,
    print_explanation,
    print_fixed,
    print_undone,
)
from aggregator.cluster.explain import Compared, Explanation
from aggregator.model import Correction, Level, Origin, OriginState, Story, Transfer
from aggregator.pipeline.fix import Fixed
from aggregator.store.origins import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = datetime(2001, 3, 1, 23, 30, tzinfo=UTC)
SPLIT = {"from": 17, "new": 40, "articles": [3, 4], "average": 0.05, "ratio": 0.3, "contrast": 0.2}
NAMES = {"spiegel": "Der Spiegel", "lemonde": "Le Monde"}


def told(state: str, outlet: str | None, *joint: str, standing: str = "standing") -> dict[str, object]:
    return {"state": state, "outlet": outlet, "joint": list(joint), "standing": standing, "url": None}


CHANGED = {
    "before": told("unknown", None),
    "after": told("named", "spiegel", "lemonde", "zdf", standing="denied"),
}
UPGRADED = {"before": told("named", "spiegel"), "after": told("collected", "spiegel")}
MOVED = {"from": 17, "to": 40, "articles": [3], "here": 0.1, "there": 0.3}


@pytest.mark.parametrize(
    ("kind", "cluster", "detail", "words"),
    [
        ("merged", 17, {"gone": 23, "articles": [3, 4], "ratio": 0.714}, "merged story 23 (2 articles), ratio 0.71"),
        (
            "split", 17, SPLIT,
            "split: 2 articles (3, 4) went to story 40, ratio 0.30, average 0.05, contrast 0.20",
        ),
        (
            "split", 40, SPLIT,
            "split off from story 17 with 2 articles (3, 4), ratio 0.30, average 0.05, contrast 0.20",
        ),
        ("renamed", 17, {"by": "person", "correction": 2}, "renamed, by a person's correction 2"),
        ("origin", 17, CHANGED, "the origin was unknown, is Der Spiegel with Le Monde and zdf (named, denied)"),
        ("origin", 17, UPGRADED, "the origin was Der Spiegel (named), is Der Spiegel (collected)"),
        ("moved", 40, MOVED, "article 3 moved here from story 17, average here 0.30, there 0.10"),
        ("moved", 17, MOVED, "article 3 moved to story 40, average here 0.10, there 0.30"),
        (
            "merged", 17, {"gone": 23, "articles": [3], "by": "person", "correction": 2},
            "merged story 23 (1 article), by a person's correction 2",
        ),
        (
            "moved", 40, {"from": 17, "to": 40, "articles": list(range(9)), "by": "person", "undone": 2},
            "9 articles moved here from story 17, by a person who took back correction 2",
        ),
    ],
)  # fmt: skip
def test_events_in_words(kind: str, cluster: int, detail: Mapping[str, Any], words: str) -> None:
    assert event_words(Event(AT, kind, cluster, dict(detail)), NAMES) == words


def test_times_are_those_of_the_zone_and_a_swallowed_story_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = Origin(OriginState.UNKNOWN)
    story = Story(17, "A headline", "", "", nobody, None, (), 1, (), (), (), AT, AT)
    events = [Event(AT, "split", 17, SPLIT), Event(AT, "split", 23, SPLIT | {"from": 23, "new": 41})]
    print_explanation(StoryExplained(story, [], [], [], events), ZoneInfo("Europe/Kyiv"))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[:3] == ["A headline", "", "What happened to this story"]
    assert lines[3].startswith("2 Mar 2001 01:30 · split: 2 articles (3, 4) went to story 40")
    assert lines[4].startswith("2 Mar 2001 01:30 · to story 23, now part of this: split: ")
    print_explanation(StoryExplained(story, [], [], [], []), UTC)
    assert capsys.readouterr().out == "A headline\n"


def test_round_ups_and_what_they_tell_name_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story(17, "The morning", "", "", Origin(OriginState.UNKNOWN), None, (), 1, (), (), (), AT, AT)
    print_explanation(StoryExplained(story, [], [Mention(3, "A ship sank")], [], []), UTC)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()[2:]] == [
        "A round-up: it tells these stories and counts as a report of none",
        "  story 3: A ship sank",
    ]
    print_explanation(StoryExplained(story, [], [], [Mention(9, "In brief")], []), UTC)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()[2:]] == [
        "Told in passing by round-ups, which count as no report of it",
        "  story 9: In brief",
    ]


def test_corrections_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    merge = Correction(1, AT, "merge", (Transfer((3, 4), 23, 17, emptied=True),), AT + timedelta(hours=1))
    split = Correction(2, AT, "split", (Transfer((5,), 17, 40),))
    print_corrections([split, merge], UTC)
    heading, first, second = (" ".join(line.split()) for line in capsys.readouterr().out.splitlines())
    assert heading == "number when kind what state"
    assert first == "2 1 Mar 2001 23:30 split article 5 of story 17 is in story 40 in force"
    assert second == ("1 1 Mar 2001 23:30 merge story 23 (2 articles) is part of story 17 undone 2 Mar 2001 00:30")


def test_what_came_of_it_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    done = Fixed(2, "split", changed=True, transfers=(Transfer((5,), 17, 40),), notes=("a note",))
    print_fixed(done)
    print_undone(done)
    print_undone(Fixed(2, "split", changed=True))
    print_undone(Fixed(2, "split", changed=False))
    print_fixed(Fixed(2, "split", changed=False))
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == [
        "correction 2: article 5 of story 17 is in story 40",
        "a note",
        "`aggregator fix undo 2` takes it back",
        "correction 2 is undone: article 5 of story 17 is in story 40",
        "a note",
        "correction 2 is undone: no article had to go back",
        "correction 2 is undone already",
        "holds already, by correction 2",
    ]


def test_what_joins_two_languages_is_said_by_its_names() -> None:
    why = Explanation(
        2, 1, Level.RETELLING, 0.5, names=(("Україні", 0.25), ("США", 0.125)), numbers=Compared(("12",), (), ("13",))
    )
    assert list(_figures(why)) == [
        "another language: cosine of the names 0.38",
        "shared: Україні 0.250, США 0.125",
        "numbers: agree 12; only there 13",
    ]
