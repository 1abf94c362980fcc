"""The labelled corpus in seeds/: it parses, its labels fit its files, and it holds what its README promises."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from aggregator import seeds as corpus
from aggregator import shipped
from aggregator.origin.outlets import OutletTable

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.seeds import Seed

SEEDS = shipped.seeds()
STATES = {"collected", "linked", "named", "earliest-only", "official", "disputed", "unknown"}
ID = re.compile(r"[a-z0-9_]+")
LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")
WORD = re.compile(r"[^\W_]+")
# The one outlet that is credited although no table knows it: that is what its story tests.
OUTSIDE_THE_TABLE = {"haldentidende"}
LANGUAGES = ("en", "uk", "ru", "de", "fr", "es", "pl", "it", "zh", "ja", "ar", "tr", "hu")
Label = dict[str, Any]


@pytest.fixture(scope="module")
def seeds() -> dict[str, Seed]:
    return {seed.id: seed for seed in corpus.load(SEEDS)}


@pytest.fixture(scope="module")
def labels() -> list[Label]:
    return corpus.labels(SEEDS)


@pytest.fixture(scope="module")
def table() -> OutletTable:
    return OutletTable.parse(shipped.outlet_table())


def text_of(seed: Seed) -> str:
    return LINK.sub(r"\1", seed.body)


def shingles(text: str) -> set[tuple[str, str, str]]:
    words = [word.lower() for word in WORD.findall(text)]
    return set(zip(words, words[1:], words[2:], strict=False))


def jaccard(one: set[tuple[str, str, str]], other: set[tuple[str, str, str]]) -> float:
    return len(one & other) / max(1, len(one | other))


def test_every_file_is_named_for_its_outlet(seeds: dict[str, Seed]) -> None:
    for seed in seeds.values():
        assert seed.title, seed.id
        assert seed.summary, seed.id
        assert seed.path.startswith("/"), seed.id
        assert re.fullmatch(r"[a-z0-9-]+/\d\d-" + seed.outlet, seed.id), seed.id


@pytest.mark.parametrize(
    "text",
    [
        "---\noutlet: bbc\n---\nNo path, no title.\n",
        "---\noutlet: bbc\npath: /x\ntitle: T\npublished: soon\nlanguage: en\n---\nText.\n",
        "no front matter\n",
    ],
)
def test_a_file_that_is_not_in_form_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "story").mkdir()
    (tmp_path / "story" / "01-bbc.md").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"01-bbc\.md"):
        corpus.load(tmp_path)


def test_a_row_of_a_replay_has_its_links_where_they_stand(seeds: dict[str, Seed]) -> None:
    linked = [row for row in map(corpus.replay_row, seeds.values()) if row["links"]]
    assert linked
    for row in linked:
        for link in row["links"]:
            assert row["text"][link["start"] : link["end"]] == link["text"]


def test_a_paid_article_is_known_by_its_summary(seeds: dict[str, Seed]) -> None:
    (paid,) = [seed for seed in seeds.values() if seed.paid]
    assert corpus.replay_row(paid)["text"] == paid.summary


def test_bodies_are_news_length_in_paragraphs_and_only_paid_pages_have_none(seeds: dict[str, Seed]) -> None:
    for seed in seeds.values():
        if seed.paid:
            assert seed.body == "", seed.id
            continue
        # Of scripts without blanks, two characters for a word.
        words = len(text_of(seed)) // 2 if seed.language in {"zh", "ja"} else len(text_of(seed).split())
        assert 90 <= words <= 250, seed.id
        assert seed.body.count("\n\n") >= 3, seed.id


def test_no_two_articles_share_a_page(seeds: dict[str, Seed]) -> None:
    assert len({(seed.outlet, seed.path) for seed in seeds.values()}) == len(seeds)


def test_labels_stand_in_the_order_of_the_files(seeds: dict[str, Seed], labels: list[Label]) -> None:
    assert [label["id"] for label in labels] == list(seeds)
    for label in labels:
        assert label["id"].split("/")[0] == label["story"]
        assert label["lang"] == seeds[label["id"]].language


def test_labels_hold_known_states_and_well_formed_ids(labels: list[Label]) -> None:
    for label in labels:
        assert label["cluster_origin_state"], label["id"]
        assert set(label["cluster_origin_state"]) <= STATES, label["id"]
        assert label["independent"] >= 0, label["id"]
        assert all(ID.fullmatch(outlet) for outlet in label["origin"] + label["cluster_origin"]), label["id"]


def test_the_articles_of_a_story_agree_on_its_cluster(labels: list[Label]) -> None:
    for one, other in combinations(labels, 2):
        if one["story"] == other["story"]:
            assert one["cluster_origin"] == other["cluster_origin"], one["id"]
            assert one["cluster_origin_state"] == other["cluster_origin_state"], one["id"]
            assert one["independent"] == other["independent"], one["id"]


def test_nobody_credits_itself(seeds: dict[str, Seed], labels: list[Label]) -> None:
    assert [label["id"] for label in labels if seeds[label["id"]].outlet in label["origin"]] == []


def test_outlets_are_those_of_the_table(seeds: dict[str, Seed], labels: list[Label], table: OutletTable) -> None:
    known = {outlet.id for outlet in table}
    credited = {outlet for label in labels for outlet in label["origin"] + label["cluster_origin"]}
    assert {seed.outlet for seed in seeds.values()} - known == set()
    assert credited - known == OUTSIDE_THE_TABLE


def test_a_link_leads_to_the_credited_outlet(seeds: dict[str, Seed], labels: list[Label], table: OutletTable) -> None:
    for label in labels:
        for _, href in LINK.findall(seeds[label["id"]].body):
            found = table.by_host(urlsplit(href).hostname or "")
            assert found is not None, (label["id"], href)
            assert found.id in label["origin"], (label["id"], href)


def test_collected_originals_are_there_first_and_linked_or_named_ones_are_absent(
    seeds: dict[str, Seed], labels: list[Label]
) -> None:
    for label in labels:
        members = [seeds[other["id"]] for other in labels if other["story"] == label["story"]]
        first = min(members, key=lambda seed: seed.published)
        publishers = {seed.outlet for seed in members}
        if {"collected", "earliest-only"} & set(label["cluster_origin_state"]):
            assert first.outlet in label["cluster_origin"], label["story"]
        elif {"named", "linked"} >= set(label["cluster_origin_state"]):
            assert not publishers & set(label["cluster_origin"]), label["story"]


def test_only_linked_and_collected_stories_link_an_article(seeds: dict[str, Seed], labels: list[Label]) -> None:
    pages = {seed.path for seed in seeds.values()}
    linked: dict[str, set[str]] = {}
    for label in labels:
        hrefs = [href for _, href in LINK.findall(seeds[label["id"]].body)]
        paths = {urlsplit(href).path for href in hrefs} - {"", "/"}
        linked.setdefault(label["cluster_origin_state"][0], set()).update(paths)
    assert {state for state, paths in linked.items() if paths} == {"linked", "collected"}
    assert linked["collected"] <= pages
    assert not linked["linked"] & pages


def test_all_times_lie_within_a_day(seeds: dict[str, Seed]) -> None:
    times = [seed.published for seed in seeds.values()]
    assert all(time.utcoffset() == timedelta(0) for time in times)
    assert max(times) - min(times) < timedelta(hours=24)


def test_files_of_a_story_are_numbered_in_the_order_of_their_times(seeds: dict[str, Seed]) -> None:
    for one, other in pairwise(seeds.values()):
        if one.id.split("/")[0] == other.id.split("/")[0]:
            assert one.published <= other.published, other.id


def test_copies_share_their_text_and_retellings_hardly_any(seeds: dict[str, Seed], labels: list[Label]) -> None:
    bags = {seed.id: shingles(text_of(seed)) for seed in seeds.values()}
    family = {label["id"]: label["level_copy_of"] or label["id"] for label in labels}
    for label in labels:
        if label["level_copy_of"] is not None:
            assert label["level_copy_of"] in seeds
            assert jaccard(bags[label["id"]], bags[label["level_copy_of"]]) >= 0.5, label["id"]
    for one, other in combinations(bags, 2):
        if family[one] != family[other]:
            assert jaccard(bags[one], bags[other]) < 0.3, (one, other)


def test_the_corpus_is_as_large_and_as_varied_as_promised(labels: list[Label]) -> None:
    stories = {label["story"] for label in labels}
    states = {state for label in labels for state in label["cluster_origin_state"]}
    assert len(labels) >= 70
    assert len(stories) >= 14
    assert {label["lang"] for label in labels} >= set(LANGUAGES)
    assert states >= STATES - {"unknown"}
    assert {label["independent"] for label in labels} == {0, 1, 2}


def test_the_ft_story_is_told_in_every_language_and_named(labels: list[Label]) -> None:
    told = [label for label in labels if label["story"] == "ft-security-guarantees"]
    assert len(told) >= 10
    assert {label["lang"] for label in told} == set(LANGUAGES)
    for label in told:
        assert label["origin"] == label["cluster_origin"] == ["ft"]
        assert label["cluster_origin_state"] == ["named"]
        assert label["independent"] == 1


def test_the_readme_explains_every_story(labels: list[Label]) -> None:
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    for story in sorted({label["story"] for label in labels}):
        assert f"`{story}`" in readme, story
