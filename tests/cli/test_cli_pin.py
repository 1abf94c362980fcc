"""A person says who broke a story, in a home that the demo filled."""

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

ADDRESS = "https://www.bloomberg.com/news/articles/2025-08-26/the-original"


@pytest.fixture
def asked(aggregator: Callable[..., Ran], own_home: Path) -> Asked:
    """Runs a command in the home that may be changed and returns its JSON; the exit code must be 0."""

    def ask(*arguments: object) -> Any:
        ran = aggregator(*arguments, "--home", own_home, "--json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    return ask


@pytest.fixture
def story(asked: Asked) -> dict[str, Any]:
    """A story whose articles credit the Financial Times by name."""
    stories = asked("stories", "-n", 100)
    found: dict[str, Any] = next(one for one in stories if one["origin"]["outlet"] == "ft")
    return found


@pytest.fixture
def other(asked: Asked, story: dict[str, Any]) -> dict[str, Any]:
    """Another story, younger than that one."""
    stories = sorted(asked("stories", "-n", 100), key=lambda one: int(one["cluster"]))
    found: dict[str, Any] = next(
        one for one in stories if one["cluster"] > story["cluster"] and len(one["articles"]) > 1
    )
    return found


def origin(asked: Asked, number: object) -> tuple[str | None, int | None]:
    told = asked("origin", number)
    return (told["outlet"] or {}).get("id"), told["pinned"]


def test_a_pin_is_shown_everywhere_as_a_persons_word(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked, story: dict[str, Any]
) -> None:
    number = story["cluster"]
    ran = aggregator("fix", "pin-origin", number, "the", "Bloomberg", "--url", ADDRESS, "--home", own_home)
    assert ran.code == 0, ran.err
    said = " ".join(ran.out.split())
    assert said.startswith(f"correction 1: Bloomberg News is the origin of story {number}, at {ADDRESS} ")
    assert f"the origin of story {number} is Bloomberg News (linked) now" in said
    told = asked("origin", number)
    assert (told["outlet"]["id"], told["state"], told["confidence"], told["url"]) == ("bloomberg", "linked", 1, ADDRESS)
    assert (told["pinned"], told["ruled_out"]) == (1, [])
    assert told["independent"] == story["origin"]["independent"]
    words = "Bloomberg News (linked, by a person's correction 1)"
    for command in (("origin", number), ("story", number), ("digest", "--format", "text")):
        assert words in " ".join(aggregator(*command, "--home", own_home).out.split())
    for form, styled in (("md", f"[Bloomberg News](<{ADDRESS}>)** (linked, by a"), ("html", "(linked, by a person")):
        assert styled in aggregator("digest", "--format", form, "--home", own_home).out
    assert '"pinned": 1' in aggregator("digest", "--format", "json", "--home", own_home).out
    terminal = aggregator("digest", "--format", "terminal", "--home", own_home).out
    assert "(linked, by a person's correction 1)" in " ".join(terminal.split())
    assert "Bloomberg News (linked, a person's word)" in " ".join(aggregator("stories", "--home", own_home).out.split())
    explained = aggregator("explain", number, "--home", own_home).out
    assert f"origin pinned: Bloomberg News at {ADDRESS}, by a person's correction 1" in " ".join(explained.split())
    assert [one["kind"] for one in asked("explain", number)["events"][-2:]] == ["origin pinned", "origin"]


def test_a_pin_said_twice_is_one_and_a_later_one_overrides_it(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked, story: dict[str, Any]
) -> None:
    number = story["cluster"]
    asked("fix", "pin-origin", number, "bloomberg")
    again = aggregator("fix", "pin-origin", number, "bloomberg.com", "--home", own_home)
    assert (again.code, again.out) == (0, "holds already, by correction 1\n")
    fixed = asked("fix", "pin-origin", number, "Reuters")
    assert fixed["notes"][0] == (
        f"what correction 1 said holds no longer, by correction 2: Bloomberg News is the origin of story {number}"
    )
    assert origin(asked, number) == ("reuters", 2)
    listed = aggregator("fix", "list", "--home", own_home).out
    assert "overridden by correction 2" in listed
    assert [(one["overruled"], one["verdict"]["outlet"]) for one in asked("fix", "list")] == [
        (None, "reuters"), (2, "bloomberg"),
    ]  # fmt: skip
    undone = asked("fix", "undo", 2)
    assert undone["notes"] == [f"what correction 1 said holds again: Bloomberg News is the origin of story {number}"]
    assert origin(asked, number) == ("bloomberg", 1)
    ran = aggregator("fix", "undo", 1, "--home", own_home)
    assert ran.out.startswith(f"correction 1 is undone, which said: Bloomberg News is the origin of story {number}\n")
    assert origin(asked, number) == ("ft", None)
    assert aggregator("fix", "undo", 1, "--home", own_home).out == "correction 1 is undone already\n"
    explained = " ".join(aggregator("explain", number, "--home", own_home).out.split())
    assert "origin released: Bloomberg News, by a person who took back correction 1" in explained


def test_a_denial_and_a_pin_of_one_outlet_override_each_other(asked: Asked, story: dict[str, Any]) -> None:
    number = story["cluster"]
    asked("fix", "not-origin", number, "Financial Times")
    assert origin(asked, number)[0] != "ft"
    assert asked("origin", number)["ruled_out"] == [{"outlet": "ft", "correction": 1}]
    again = asked("fix", "not-origin", number, "ft.com")
    assert (again["changed"], again["number"]) == (False, 1)
    pinned = asked("fix", "pin-origin", number, "ft")
    assert "what correction 1 said holds no longer, by correction 2" in pinned["notes"][0]
    assert origin(asked, number) == ("ft", 2)
    denied = asked("fix", "not-origin", number, "ft")
    assert "what correction 2 said holds no longer, by correction 3" in denied["notes"][0]
    assert origin(asked, number)[0] != "ft"


def test_what_is_ruled_out_is_shown_with_the_story(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked, story: dict[str, Any]
) -> None:
    asked("fix", "not-origin", story["cluster"], "ft")
    line = "Not the origin: Financial Times (by a person's correction 1)"
    assert line in aggregator("story", story["cluster"], "--home", own_home).out
    assert '"ruled_out": [\n' in aggregator("digest", "--format", "json", "--home", own_home).out


def test_a_pin_outlives_articles_that_come_later(own_home: Path, asked: Asked, story: dict[str, Any]) -> None:
    asked("fix", "pin-origin", story["cluster"], "bloomberg")
    with open_home(own_home) as daemon:
        with daemon.desk.store.write() as unit:
            for article in unit.articles.get([one["id"] for one in story["articles"]]).values():
                unit.articles.add(replace(article, url=f"{article.url}?again"))
        pipeline.think(daemon.desk, datetime.now(UTC))
    assert asked("origin", story["cluster"])["articles"] > len(story["articles"])
    assert origin(asked, story["cluster"]) == ("bloomberg", 1)


def test_the_survivor_of_a_merge_obeys_and_the_undone_merge_gives_the_word_back(
    asked: Asked, story: dict[str, Any], other: dict[str, Any]
) -> None:
    one, two = story["cluster"], other["cluster"]
    asked("fix", "pin-origin", two, "Bloomberg")
    asked("fix", "merge", one, two)
    assert origin(asked, one) == ("bloomberg", 1)
    asked("fix", "pin-origin", one, "Reuters")
    back = asked("fix", "undo", 2)
    assert any("correction 1 said holds again" in note for note in back["notes"])
    new = back["transfers"][0]["joined"]
    assert origin(asked, new) == ("bloomberg", 1)
    assert origin(asked, one) == ("reuters", 3)


def test_a_merge_of_two_pinned_stories_says_which_word_gives_way(
    asked: Asked, story: dict[str, Any], other: dict[str, Any]
) -> None:
    asked("fix", "pin-origin", other["cluster"], "Bloomberg")
    asked("fix", "pin-origin", story["cluster"], "Reuters")
    merged = asked("fix", "merge", story["cluster"], other["cluster"])
    said = f"Bloomberg News is the origin of story {other['cluster']}"
    assert merged["notes"] == [f"what correction 1 said holds no longer, by correction 2: {said}"]
    assert origin(asked, other["cluster"]) == ("reuters", 2)


def test_words_on_stories_swallowed_twice_return_with_the_undone_merge(
    asked: Asked, story: dict[str, Any], other: dict[str, Any]
) -> None:
    stories = sorted(one["cluster"] for one in asked("stories", "-n", 100))
    third = next(one for one in reversed(stories) if one not in {story["cluster"], other["cluster"]})
    asked("fix", "pin-origin", third, "Bloomberg")
    asked("fix", "merge", other["cluster"], third)
    asked("fix", "merge", story["cluster"], other["cluster"])
    assert origin(asked, story["cluster"]) == ("bloomberg", 1)
    new = asked("fix", "undo", 3)["transfers"][0]["joined"]
    assert origin(asked, new) == ("bloomberg", 1)
    assert origin(asked, story["cluster"]) == ("ft", None)


def test_a_split_leaves_the_word_with_the_story_that_keeps_the_number(asked: Asked, story: dict[str, Any]) -> None:
    asked("fix", "pin-origin", story["cluster"], "Bloomberg")
    went = asked("fix", "split", story["cluster"], story["articles"][-1]["id"])["transfers"][0]
    assert origin(asked, story["cluster"]) == ("bloomberg", 1)
    assert origin(asked, went["joined"])[1] is None


def test_an_outlet_outside_the_table_is_named_as_the_articles_call_it(
    aggregator: Callable[..., Ran], own_home: Path, asked: Asked
) -> None:
    text = "The ferry ran dry for nine days, according to the newspaper Brennholm Tidende."
    with open_home(own_home) as opened:
        with opened.desk.store.write() as unit:
            added = unit.articles.add(
                Article("https://fjordpost.example/1", "", "The ferry ran dry", text, language="en")
            )
        pipeline.think(opened.desk, datetime.now(UTC))
        with opened.desk.store.read() as unit:
            number = unit.clusters.memberships([added])[added].cluster
    fixed = asked("fix", "pin-origin", number, "Brennholm Tidende")
    assert (fixed["verdict"]["outlet"], fixed["verdict"]["name"]) == ("brennholmtidende", "Brennholm Tidende")
    assert asked("fix", "pin-origin", number, "fjordpost")["verdict"]["outlet"] == "fjordpost"
    ran = aggregator("fix", "pin-origin", number, "Brennholm", "--home", own_home)
    assert ran.code == 1
    assert f"the articles of story {number} speak of Brennholm Tidende (brennholmtidende)" in " ".join(ran.err.split())


def test_the_address_of_an_article_of_the_story_makes_it_collected(asked: Asked, story: dict[str, Any]) -> None:
    article = story["articles"][0]
    asked("fix", "pin-origin", story["cluster"], article["outlet"], "--url", article["url"] + "#top")
    told = asked("origin", story["cluster"])
    assert (told["state"], told["url"], told["outlet"]["id"]) == ("collected", article["url"], article["outlet"])


def test_an_address_of_another_outlet_is_pointed_out(asked: Asked, story: dict[str, Any]) -> None:
    fixed = asked("fix", "pin-origin", story["cluster"], "Reuters", "--url", ADDRESS)
    assert "mind that bloomberg.com is the site of Bloomberg News" in fixed["notes"]


@pytest.mark.parametrize(
    "case",
    [
        (("pin-origin", "999999", "ft"), 1, "no story 999999"),
        (("pin-origin", "{one}", "Finacial Tmes"), 1, "near to it: Financial Times (ft)"),
        (("not-origin", "{one}", "qqqqqqqqqqqq"), 1, "`aggregator outlets list` has all"),
        (("pin-origin", "{one}", "ft", "--url", "ftp://ft.com/x"), 2, "--url: not an http address"),
        (("pin-origin", "{one}", "ft", "--url", ""), 2, "--url: not an http address"),
        (("pin-origin", "{one}"), 2, "OUTLET"),
    ],
)
def test_what_cannot_be_is_said_in_a_line_and_changes_nothing(
    aggregator: Callable[..., Ran],
    own_home: Path,
    asked: Asked,
    story: dict[str, Any],
    case: tuple[tuple[str, ...], int, str],
) -> None:
    arguments, code, text = case
    ran = aggregator("fix", *[one.format(one=story["cluster"]) for one in arguments], "--home", own_home)
    assert ran.code == code, ran.err
    assert text in " ".join(ran.err.split())
    assert asked("fix", "list") == []
    assert origin(asked, story["cluster"]) == ("ft", None)
