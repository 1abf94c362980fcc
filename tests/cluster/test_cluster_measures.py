"""What measures clustering is itself held to: the oracles of candidate search, and the scores."""

from __future__ import annotations

import importlib.util
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cluster.boilerplate import Boilerplate
from aggregator.cluster.fingerprint import fingerprints
from aggregator.cluster.similarity import cosine
from aggregator.cluster.vocabulary import Vocabulary
from benchmarks import clusters
from benchmarks.labelled.ablation import PARTS, switched
from benchmarks.labelled.runs import cluster, in_store
from benchmarks.labelled.scores import auc, cross, figures, ranks, spearman
from benchmarks.labelled.sets import DAY, ORDERS, Stream, ordered
from tests.fakes.news import START, World, members
from tests.fakes.oracle import ExactShelf, IndexShelf

if TYPE_CHECKING:
    from aggregator.model import Fingerprint
    from tests.fakes.news import Slot

SCORE = Path(__file__).parent.parent / "tools" / "score.py"
WORLDS = [World(seed) for seed in range(2)]
SEEDS = st.integers(0, 10_000)


def news(seed: int, articles: int) -> Stream:
    """Stories of one to eight articles, by the seed alone."""
    rng = random.Random(seed)
    slots: list[Slot] = []
    while len(slots) < articles:
        slots += list(members(rng, f"s{seed}x{len(slots)}", rng.randint(1, 8), START + rng.uniform(0.0, 5 * DAY)))
    slots = sorted(slots, key=lambda slot: (slot.when, slot.story, slot.number))[:articles]
    written = [WORLDS[seed % 2].write(slot, i) for i, slot in enumerate(slots, 1)]
    stories = {i: slot.story for i, slot in enumerate(slots, 1)}
    return Stream(written, stories, 3 * DAY, {i: str(i) for i in stories})


def printed(stream: Stream, seed: int) -> list[Fingerprint]:
    return fingerprints(stream.articles, Vocabulary(background=WORLDS[seed % 2].background()), Boilerplate())


@settings(max_examples=3, deadline=None)
@given(seed=SEEDS, limit=st.integers(1, 40))
def test_the_index_finds_the_nearest_of_what_the_scan_finds(seed: int, limit: int) -> None:
    exact, index = ExactShelf(), IndexShelf()
    prints = printed(news(seed, 40), seed)
    for one in prints:
        assert one.when is not None
        bounds = one.when - DAY, one.when + DAY
        found = []
        for shelf in (exact, index):
            shelf.expect([one])
            found.append(shelf.near("retelling", one.retelling_keys, *bounds, limit))
            shelf.add_fingerprint(one)
        scanned, indexed = found
        # To rounding: the two add up in different orders.
        assert [score for _, score in indexed] == pytest.approx([score for _, score in scanned[:limit]], abs=1)
        assert [score for _, score in scanned] == sorted((score for _, score in scanned), reverse=True)
        within = {other.article for other in prints[: one.article - 1] if abs((other.when or 0.0) - one.when) < DAY - 1}
        alike = {other.article for other in prints if other.article in within and cosine(one, other) > 1e-6}
        assert alike <= {article for article, _ in scanned}


def test_oracles_forget_what_is_replaced_and_do_not_find_what_has_no_keys() -> None:
    one, other, *_ = printed(news(1, 2), 1)
    for shelf in (ExactShelf(), IndexShelf()):
        shelf.expect([one])
        shelf.add_fingerprint(one)
        assert shelf.near("retelling", one.retelling_keys, None, None, 5) == [(one.article, 1_000_000)]
        shelf.add_fingerprint(replace(one, retelling_keys=()))
        assert shelf.near("retelling", one.retelling_keys, None, None, 5) == []
        assert shelf.near("retelling", other.retelling_keys, None, None, 5) == []


@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_candidates_lose_little_beside_an_exact_scan(seed: int) -> None:
    stream, background = news(seed, 50), WORLDS[seed % 2].background()
    stories = list(stream.stories.values())
    worth = {}
    for part in ("whole", "exact scan"):
        with switched(part):
            worth[part] = figures(stories, cluster(stream, background).clusters(stream.stories))["b3_f1"]
    assert worth["whole"] >= worth["exact scan"] - 0.01


def test_a_store_and_a_shelf_of_dictionaries_give_the_same_clusters() -> None:
    stream = news(3, 40)
    kept, size = in_store(stream)
    assert figures(cluster(stream).clusters(stream.stories), kept.clusters(stream.stories))["b3_f1"] == 1.0
    assert 500 < size < 50_000


def test_parts_are_switched_off_and_on_again() -> None:
    stream = news(2, 16)
    before = cluster(stream).clusters(stream.stories)
    for part in PARTS:
        with switched(part):
            cluster(stream)
        assert cluster(stream).clusters(stream.stories) == before


def test_other_orders_number_the_articles_as_they_come_and_keep_their_times() -> None:
    stream = news(4, 30)
    for order in ORDERS:
        fed = ordered(stream, order)
        assert [article.id for article in fed.articles] == list(range(1, 31))
        rows = {fed.names[article.id]: (article.title, article.when) for article in fed.articles}
        assert rows == {stream.names[article.id]: (article.title, article.when) for article in stream.articles}
        assert {fed.names[i]: story for i, story in fed.stories.items()} == {
            stream.names[i]: story for i, story in stream.stories.items()
        }


LABELS = st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["en", "de", "ru"]))


@given(st.lists(LABELS, min_size=2, max_size=30))
def test_scores_are_those_of_score_py(rows: list[tuple[int, int, str]]) -> None:
    spec = importlib.util.spec_from_file_location("score", SCORE)
    assert spec is not None
    assert spec.loader is not None
    score: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    gold = [{"id": i, "story": story, "lang": language} for i, (story, _, language) in enumerate(rows)]
    said = {i: {"cluster": found} for i, (_, found, _) in enumerate(rows)}
    stories, found, languages = zip(*rows, strict=True)
    ours, theirs = figures(stories, found), score.clusters(gold, said)
    assert ours["b3_f1"] == pytest.approx(theirs["b3_f1"])
    assert [ours["pair_p"], ours["pair_r"], ours["pair_f1"]] == pytest.approx(
        [theirs["pair_precision"], theirs["pair_recall"], theirs["pair_f1"]]
    )
    apart, across = score.cross(gold, said), cross(stories, found, languages)["all"]
    assert [across["p"], across["r"], across["true"], across["said"]] == pytest.approx(
        [apart["cross_precision"], apart["cross_recall"], apart["true_pairs"], apart["said_pairs"]]
    )


def test_pairs_across_languages_come_with_their_languages_the_largest_first() -> None:
    found = cross([1, 1, 1, 2, 2], [1, 1, 2, 3, 3], ["en", "de", "de", "en", "ru"])
    assert list(found) == ["all", "de-en", "en-ru"]
    assert found["de-en"] == {"p": 1.0, "r": 0.5, "true": 2, "said": 1}


def test_rank_figures() -> None:
    assert ranks([3.0, 1.0, 3.0]) == [2.5, 1.0, 2.5]
    assert auc([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(0.875)
    assert spearman([1.0, 2.0, 3.0], [10.0, 20.0, 30.0]) == pytest.approx(1.0)
    assert spearman([1.0, 2.0, 3.0], [5.0, 4.0, 1.0]) == pytest.approx(-1.0)


@pytest.mark.parametrize("option", [[], ["--ablation"], ["--sets", "tgcontest"]])
def test_absent_data(tmp_path: Path, option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        clusters.main(["--data", str(tmp_path), *option])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "is absent" in line
