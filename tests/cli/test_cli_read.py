from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

PASTED = (
    "Washington would lend its intelligence to a Western force in Ukraine after the war.\n"
    "This is reported by the Financial Times with reference to European and Ukrainian officials.\n"
)
ORIGIN_KEYS = {
    "query", "cluster", "state", "outlet", "url", "confidence", "evidence", "informants", "chain", "rivals",
    "joint", "cycle", "standing", "denied_by", "against", "pinned", "ruled_out",
    "independent", "uncredited", "articles", "publishers", "first_seen",
}  # fmt: skip


@pytest.fixture
def ft_story(aggregator: Callable[..., Ran], demo_home: Path) -> int:
    """The English cluster of the story that the Financial Times broke."""
    hits = json.loads(aggregator("search", "air defence force post-war Ukraine", "--home", demo_home, "--json").out)
    return int(hits[0]["cluster"])


@pytest.mark.parametrize(
    ("form", "sign"),
    [
        ("text", "Financial Times (named"),
        ("md", "Financial Times"),
        ("html", "<!doctype html>"),
        ("json", '"sections"'),
        ("terminal", "Financial Times"),
    ],
)
def test_the_digest_in_every_format(aggregator: Callable[..., Ran], demo_home: Path, form: str, sign: str) -> None:
    ran = aggregator("digest", "--home", demo_home, "--format", form)
    assert ran.code == 0
    assert sign.lower() in ran.out.lower()


def test_a_digest_of_another_day_is_empty_and_says_so(aggregator: Callable[..., Ran], demo_home: Path) -> None:
    ran = aggregator("digest", "--home", demo_home, "--date", "2001-01-01")
    assert ran.code == 0
    assert "Financial Times" not in ran.out
    assert aggregator("digest", "--home", demo_home, "--date", "yesterday").code == 0


def test_a_digest_of_some_stories_alone(aggregator: Callable[..., Ran], demo_home: Path) -> None:
    def shown(*options: str) -> int:
        digest = json.loads(aggregator("digest", "--home", demo_home, "--json", *options).out)
        return sum(len(section["stories"]) for section in digest["sections"])

    assert 0 < shown("--min-outlets", "4") < shown()
    assert shown("--topic", "nothing-of-this-name") == 0


def test_a_wrong_date_is_said(aggregator: Callable[..., Ran], demo_home: Path) -> None:
    ran = aggregator("digest", "--home", demo_home, "--date", "soon")
    assert (ran.code, "expected YYYY-MM-DD" in ran.err) == (2, True)


def test_origin_by_number_url_and_words(aggregator: Callable[..., Ran], demo_home: Path, ft_story: int) -> None:
    answer = json.loads(aggregator("origin", ft_story, "--home", demo_home, "--json").out)
    assert set(answer) == ORIGIN_KEYS
    assert (answer["cluster"], answer["state"], answer["outlet"]["id"]) == (ft_story, "named", "ft")
    assert answer["independent"] == 1
    proof = answer["evidence"][0]
    by_url = json.loads(aggregator("origin", proof["article"], "--home", demo_home, "--json").out)
    by_words = json.loads(aggregator("origin", "air defence force post-war Ukraine", "--home", demo_home, "--json").out)
    assert answer["outlet"] == by_url["outlet"] == by_words["outlet"]
    shown = aggregator("origin", ft_story, "--home", demo_home).out
    assert "Financial Times (named" in shown
    in_its_language = next(one["quote"] for one in answer["evidence"] if one["language"] == "en")
    assert in_its_language[:60] in shown


def test_origin_of_a_pasted_text_in_the_store_and_of_one_that_is_not(
    aggregator: Callable[..., Ran], demo_home: Path, tmp_path: Path
) -> None:
    known, unknown = tmp_path / "known.txt", tmp_path / "unknown.txt"
    known.write_text(PASTED, encoding="utf-8")
    unknown.write_text("The harbour of Brellin froze over, the Guardian reported on Monday.", encoding="utf-8")
    answer = json.loads(aggregator("origin", known, "--home", demo_home, "--json").out)
    assert set(answer) == ORIGIN_KEYS | {"attributions"}
    assert answer["outlet"]["id"] == "ft"
    (credit,) = [one for one in answer["attributions"] if one["role"] == "origin"]
    assert credit["article"] is None
    assert credit["quote"] == PASTED.splitlines()[1]
    alone = json.loads(aggregator("origin", unknown, "--home", demo_home, "--json").out)
    assert (alone["cluster"], alone["outlet"]["id"], alone["state"]) == (None, "guardian", "named")
    assert alone["evidence"][0]["article"] is None
    told = aggregator("origin", unknown, "--home", demo_home).out
    assert "The Guardian" in told
    assert "No story in the store matches" in told


def test_origin_of_a_text_that_credits_nobody(aggregator: Callable[..., Ran], demo_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("The harbour of Brellin froze over on Monday.", encoding="utf-8")
    ran = aggregator("origin", path, "--home", demo_home)
    assert ran.code == 0
    assert "credits nobody" in ran.out


@pytest.mark.parametrize(
    ("content", "text"), [(b"", "no text"), (b"\xff\xfe\xff", "not UTF-8"), (b"a" * 1_000_001, "more than")]
)
def test_a_text_that_cannot_be_read_is_said(
    aggregator: Callable[..., Ran], demo_home: Path, tmp_path: Path, content: bytes, text: str
) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(content)
    ran = aggregator("origin", path, "--home", demo_home)
    assert (ran.code, text in ran.err) == (2, True)


@pytest.mark.parametrize("query", ["999999", "https://example.org/never-seen", "http://[", "zzqqxx yyqqzz"])
def test_what_is_not_there_is_not_found(aggregator: Callable[..., Ran], demo_home: Path, query: str) -> None:
    ran = aggregator("origin", query, "--home", demo_home)
    assert ran.code == 1
    assert ran.err.count("\n") == 1


def test_explain_recomputes_every_membership(aggregator: Callable[..., Ran], demo_home: Path, ft_story: int) -> None:
    told = json.loads(aggregator("explain", ft_story, "--home", demo_home, "--json").out)
    levels = [row["membership"]["level"] for row in told["articles"]]
    assert levels.count("first") == 1
    for row in told["articles"]:
        why = row["explanation"]
        if why is not None:
            assert why["cosine"] == pytest.approx(sum(part for _, part in why["shared"]))
    shown = aggregator("explain", ft_story, "--home", demo_home).out
    assert "first of the story" in shown
    assert "shared: " in shown


def test_story_stories_and_search_for_people_and_programs(
    aggregator: Callable[..., Ran], demo_home: Path, ft_story: int
) -> None:
    story = json.loads(aggregator("story", ft_story, "--home", demo_home, "--json").out)
    assert story["cluster"] == ft_story
    shown = aggregator("story", ft_story, "--home", demo_home).out
    assert all(article["outlet_name"] in shown for article in story["articles"])
    listed = aggregator("stories", "--home", demo_home).out
    assert "Financial Times (named)" in " ".join(listed.split())
    rows = json.loads(aggregator("stories", "--home", demo_home, "--json", "-n", "3").out)
    assert len(rows) == 3
    assert "story" in aggregator("search", "lithium", "--home", demo_home).out
    ran = aggregator("search", "zzqqxx", "--home", demo_home, "--json")
    assert (ran.code, ran.out) == (1, "[]\n")


def test_an_empty_home_reads_well(aggregator: Callable[..., Ran], empty_home: Path) -> None:
    assert "aggregator once" in aggregator("stories", "--home", empty_home).out
    assert aggregator("digest", "--home", empty_home).code == 0
    assert aggregator("story", "1", "--home", empty_home).code == 1
