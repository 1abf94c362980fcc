"""A person sets stories right, in a home that the demo filled."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from aggregator import pipeline
from aggregator.cli.home import open_home
from aggregator.model import Article

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Asked = Callable[..., Any]


@pytest.fixture
def asked(aggregator: Callable[..., Ran], own_home: Path) -> Asked:
    """Runs a command in the home that may be changed and returns its JSON; the exit code must be 0."""

    def ask(*arguments: object) -> Any:
        ran = aggregator(*arguments, "--home", own_home, "--json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    return ask


@pytest.fixture
def pair(asked: Asked) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two stories in English with at least three articles each, the older first."""
    found = [one for one in asked("stories", "-n", 100) if len(one["articles"]) >= 3 and one["languages"] == ["en"]]
    one, other = sorted(found, key=lambda story: int(story["cluster"]))[:2]
    return one, other


def ids(story: dict[str, Any]) -> list[int]:
    return sorted(one["id"] for one in story["articles"])


def test_merged_stories_are_one_at_once_and_for_good(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    one, other = pair
    fixed = asked("fix", "merge", other["cluster"], one["cluster"])
    assert (fixed["number"], fixed["kind"], fixed["changed"]) == (1, "merge", True)
    whole = asked("story", one["cluster"])
    assert ids(whole) == sorted(ids(one) + ids(other))
    assert asked("story", other["cluster"])["cluster"] == one["cluster"]
    assert asked("origin", one["cluster"])["articles"] == len(whole["articles"])
    listed = {story["cluster"]: story for story in asked("stories", "-n", 100)}
    assert other["cluster"] not in listed
    assert ids(listed[one["cluster"]]) == ids(whole)

    again = aggregator("fix", "merge", one["cluster"], other["cluster"], "--home", own_home)
    assert (again.code, again.out) == (0, "holds already, by correction 1\n")
    assert len(asked("fix", "list")) == 1
    shown = aggregator("explain", one["cluster"], "--home", own_home).out
    swallowed = f"merged story {other['cluster']} ({len(other['articles'])} articles), by a person's correction 1"
    assert swallowed in shown
    assert "held here by a person's correction 1" in shown
    assert "\x1b[" not in shown + again.out


def test_an_undone_merge_gives_a_new_number_and_says_so(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    one, other = pair
    ran = aggregator("fix", "merge", one["cluster"], other["cluster"], "--home", own_home)
    assert ran.code == 0
    assert f"story {other['cluster']} ({len(other['articles'])} articles) is part of story {one['cluster']}" in ran.out
    assert "`aggregator fix undo 1` takes it back" in ran.out
    ran = aggregator("fix", "undo", 1, "--home", own_home)
    assert ran.code == 0
    hits = asked("search", *other["articles"][0]["title"].split())
    new = next(hit["cluster"] for hit in hits if hit["url"] == other["articles"][0]["url"])
    assert new not in {one["cluster"], other["cluster"]}
    assert f"leads to {one['cluster']} for ever, so its articles are story {new} now" in ran.out
    assert ids(asked("story", new)) == ids(other)
    assert ids(asked("story", one["cluster"])) == ids(one)
    back = aggregator("explain", new, "--home", own_home).out
    assert f"split off from story {one['cluster']} with" in back
    assert "by a person who took back correction 1" in back
    assert aggregator("fix", "undo", 1, "--home", own_home).out == "correction 1 is undone already\n"
    assert "undone" in aggregator("fix", "list", "--home", own_home).out
    assert asked("fix", "list")[0]["undone_at"] is not None
    ran = aggregator("fix", "merge", one["cluster"], other["cluster"], "--home", own_home)
    assert (ran.code, "are one story already" in ran.err) == (2, True)


def test_a_split_holds_against_a_daemon_that_runs(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    story, _ = pair
    gone = story["articles"][-1]
    with open_home(own_home) as daemon:
        daemon.desk.known_words()
        ran = aggregator("fix", "split", story["cluster"], gone["url"], "--home", own_home)
        assert ran.code == 0, ran.err
        new = asked("fix", "list")[0]["transfers"][0]["joined"]
        went = ids(asked("story", new))
        with daemon.desk.store.write() as unit:
            kept = unit.articles.get(ids(story))
            for article in kept.values():  # each comes once more, so that every part is touched
                unit.articles.add(replace(article, url=f"{article.url}?again"))
        pipeline.think(daemon.desk, datetime.now(UTC))
    stayed = asked("story", story["cluster"])
    assert gone["id"] in went
    assert not set(went) & set(ids(stayed))
    assert set(ids(story)) - set(went) <= set(ids(stayed))
    assert f"of story {story['cluster']}" in ran.out
    origin = aggregator("explain", story["cluster"], "--home", own_home).out
    assert f"went to story {new}, by a person's correction 1" in origin
    assert f"split off from story {story['cluster']} with" in aggregator("explain", new, "--home", own_home).out


def test_the_same_split_twice_is_one_correction_and_undone_it_is_whole(asked: Asked, pair: tuple[Any, Any]) -> None:
    story, _ = pair
    number = story["articles"][-1]["id"]
    assert asked("fix", "split", story["cluster"], number)["changed"]
    again = asked("fix", "split", story["cluster"], number)
    assert (again["changed"], again["number"]) == (False, 1)
    undone = asked("fix", "undo", 1)
    assert [one["joined"] for one in undone["transfers"]] == [story["cluster"]]
    assert ids(asked("story", story["cluster"])) == ids(story)
    assert any("nothing is left of story" in note for note in undone["notes"])


def test_a_moved_article_shows_in_both_stories(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    one, other = pair
    article = one["articles"][-1]["id"]
    fixed = asked("fix", "move", article, other["cluster"])
    went = fixed["transfers"][0]["articles"]
    assert ids(asked("story", other["cluster"])) == sorted(ids(other) + went)
    assert asked("fix", "move", article, other["cluster"])["changed"] is False
    here = aggregator("explain", other["cluster"], "--home", own_home).out
    there = aggregator("explain", one["cluster"], "--home", own_home).out
    assert f"moved here from story {one['cluster']}, by a person's correction 1" in here
    assert f"moved to story {other['cluster']}, by a person's correction 1" in there
    assert aggregator("fix", "move", ids(other)[0], other["cluster"], "--home", own_home).code == 2
    ran = aggregator("fix", "merge", one["cluster"], other["cluster"], "--home", own_home)
    assert ran.code == 2
    assert "correction 1 (a move) stands against it; `aggregator fix undo 1` takes it back first" in ran.err
    assert aggregator("fix", "undo", 1, "--home", own_home).code == 0
    assert ids(asked("story", one["cluster"])) == ids(one)
    assert aggregator("fix", "merge", one["cluster"], other["cluster"], "--home", own_home).code == 0


def test_all_articles_of_a_story_moved_away_one_by_one(asked: Asked, pair: tuple[Any, Any]) -> None:
    one, other = pair
    notes: list[str] = []
    while (left := asked("story", one["cluster"]))["cluster"] == one["cluster"]:
        notes += asked("fix", "move", ids(left)[0], other["cluster"])["notes"]
    assert f"nothing is left of story {one['cluster']}: it leads to {other['cluster']} now" in notes
    assert "what correction 1 said of these articles holds no longer" in notes
    assert ids(asked("story", other["cluster"])) == sorted(ids(one) + ids(other))
    told = [asked("fix", "undo", correction["number"])["notes"] for correction in asked("fix", "list")]
    assert "for ever" in " ".join(told[0])
    assert ids(asked("story", other["cluster"])) == ids(other)


def test_a_word_on_one_article_overrides_an_earlier_one_on_its_story(
    asked: Asked, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    one, other = pair
    asked("fix", "merge", one["cluster"], other["cluster"])
    fixed = asked("fix", "split", one["cluster"], other["articles"][-1]["url"])
    (went,) = fixed["transfers"]
    assert "what correction 1 said of these articles holds no longer" in fixed["notes"]
    assert ids(asked("story", went["joined"])) == went["articles"]
    asked("fix", "undo", 2)
    assert ids(asked("story", one["cluster"])) == sorted(ids(one) + ids(other))
    held = [row["corrections"] for row in asked("explain", one["cluster"])["articles"]]
    assert held == [[1]] * len(held)


def test_what_a_later_correction_holds_does_not_return(asked: Asked, pair: tuple[Any, Any]) -> None:
    one, other = pair
    asked("fix", "split", one["cluster"], one["articles"][-1]["id"])
    apart = asked("fix", "list")[0]["transfers"][0]["joined"]
    asked("fix", "merge", apart, other["cluster"])
    undone = asked("fix", "undo", 1)
    assert undone["transfers"] == []
    assert "correction 2 speaks of" in undone["notes"][0]


def test_a_copy_alone_is_parted_and_its_text_stays(asked: Asked) -> None:
    stories = [story for story in asked("stories", "-n", 100) if len(story["articles"]) > 1]
    story, copy = next((s, a) for s in stories for a in s["articles"] if a["level"] == "copy")
    fixed = asked("fix", "split", story["cluster"], copy["id"])
    assert copy["id"] in fixed["transfers"][0]["articles"]
    assert any(f"article {copy['id']} is a copy of article" in note for note in fixed["notes"])


def test_an_article_takes_its_copies_along(asked: Asked) -> None:
    story = max(asked("stories", "-n", 100), key=lambda one: sum(a["level"] == "copy" for a in one["articles"]))
    rows = asked("explain", story["cluster"])["articles"]
    copied = [row["membership"]["partner"] for row in rows if row["membership"]["level"] == "copy"]
    fixed = asked("fix", "split", story["cluster"], copied[0])
    assert len(fixed["transfers"][0]["articles"]) > 1
    assert fixed["notes"][0].startswith("copies went along: ")


@pytest.mark.parametrize(
    "case",
    [
        (("merge", "{one}", "999999"), 1, "no story 999999"),
        (("merge", "{one}", "99999999999999999999999"), 1, "`aggregator stories` lists them"),
        (("merge", "{one}", "{one}"), 2, "name two stories"),
        (("merge", "{one}"), 2, "OTHER"),
        (("merge", "{one}", "word"), 2, "parse string as an integer"),
        (("split", "{one}", "{foreign}"), 1, "not in story {one}"),
        (("split", "{one}", "999999"), 1, "no article 999999"),
        (("split", "{one}", "99999999999999999999999"), 1, "lists those of a story"),
        (("split", "{one}", "https://example.org/never-seen"), 1, "is not in the store"),
        (("split", "{one}", "words"), 1, "neither an article's number nor its URL"),
        (("split", "{one}", "{all}"), 2, "these are all the articles of story {one}"),
        (("move", "{foreign}", "{other}"), 2, "is in story {other} already"),
        (("move", "{foreign}", "999999"), 1, "no story 999999"),
        (("undo", "7"), 1, "no correction 7"),
    ],
)
def test_what_cannot_be_is_said_in_a_line_and_changes_nothing(
    aggregator: Callable[..., Ran],
    own_home: Path,
    asked: Asked,
    pair: tuple[dict[str, Any], dict[str, Any]],
    case: tuple[tuple[str, ...], int, str],
) -> None:
    (one, other), (arguments, code, text) = pair, case
    named = {"one": one["cluster"], "other": other["cluster"], "foreign": ids(other)[0]}
    given: list[object] = []
    for argument in arguments:
        given += ids(one) if argument == "{all}" else [argument.format(**named)]
    ran = aggregator("fix", *given, "--home", own_home)
    assert ran.code == code, ran.err
    assert text.format(**named) in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    assert asked("fix", "list") == []
    assert ids(asked("story", one["cluster"])) == ids(one)


def test_an_article_that_waits_for_its_story_cannot_be_moved_yet(
    aggregator: Callable[..., Ran], own_home: Path, pair: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    with open_home(own_home) as opened, opened.desk.store.write() as unit:
        waiting = unit.articles.add(Article("https://example.org/new", "bbc", "A title", "A text.", language="en"))
    ran = aggregator("fix", "move", waiting, pair[0]["cluster"], "--home", own_home)
    assert (ran.code, "in no story yet" in ran.err) == (1, True)


def test_a_home_without_corrections_says_what_they_are(aggregator: Callable[..., Ran], demo_home: Path) -> None:
    assert "aggregator fix --help" in aggregator("fix", "list", "--home", demo_home).out
    assert "sticks" in aggregator("fix", "--help").out
