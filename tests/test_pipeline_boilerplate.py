"""Clustering in the pipeline: boilerplate is dropped and learnt batch by batch; credits reach the fingerprints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator import pipeline
from aggregator.cluster import boilerplate
from aggregator.errors import RejectedError
from aggregator.model import Article, Attribution, Level, Role
from aggregator.pipeline import Desk
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TITLES = (
    "Cracks close the northern harbour bridge of Brennholm",
    "Veldia cuts its key rate to 4.25 percent",
    "Nine sailors missing as trawler Seahorse sinks off Lunta",
    "Voters in Marenko elect Ida Novak as their mayor",
    "Locusts destroy the millet harvest of southern Kasur",
    "Goalkeeper Ruiz leaves champions Dynamo after ten years",
)
WALL = """
This article is for subscribers of the Harbour Post and nobody else.
Choose a monthly or yearly plan that suits you and read on without any bounds.
Cancel whenever you like, no questions will be asked of you or of yours.
"""


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = open_memory()
    yield Desk(store, window=259_200.0)
    store.close()


def keep(desk: Desk, *titles: str, days: float = 0.0) -> list[Article]:
    """Stubs of one outlet, kept and read for credits."""
    with desk.store.write() as unit:
        for title in titles:
            url = f"https://post.example/{title}"
            seen = NOW + timedelta(days=days)
            unit.articles.add(Article(url, "post", title, WALL, language="en", first_seen=seen))
        found = list(unit.articles.unattributed(100))
        for article in found:
            unit.articles.save_attributions(article.id, ())
    return found


def learnt(desk: Desk, articles: list[Article]) -> list[int]:
    """Under how many titles each sentence of the articles was seen."""
    with desk.store.read() as unit:
        return sorted(titles for titles, _, _ in unit.sentences.known(boilerplate.keys(articles)).values())


def test_stubs_are_no_copies_once_their_wall_is_known(desk: Desk) -> None:
    last: list[Article] = []
    for title in TITLES:  # a batch each
        last = keep(desk, title)
        assert pipeline.cluster(desk) == 1
    assert learnt(desk, last) == [len(TITLES)] * 3
    with desk.store.read() as unit:
        levels = [one.level for one in unit.clusters.memberships(range(1, len(TITLES) + 1)).values()]
    assert levels[: boilerplate.REPEATS].count(Level.COPY) == boilerplate.REPEATS - 1
    assert levels[boilerplate.REPEATS :] == [Level.FIRST] * (len(TITLES) - boilerplate.REPEATS)


def test_a_failed_batch_leaves_nothing_learnt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stubs = keep(desk, *TITLES)

    def fail(*_: object) -> None:
        raise RejectedError("a bug", stage="cluster")

    with monkeypatch.context() as patch:
        patch.setattr("aggregator.cluster.assign.assign", fail)
        with pytest.raises(RejectedError):
            pipeline.cluster(desk)
    assert learnt(desk, stubs) == []
    assert pipeline.cluster(desk) == len(TITLES)
    assert learnt(desk, stubs) == [len(TITLES)] * 3


def test_old_sentences_are_dropped_once_a_day_when_there_is_news(desk: Desk) -> None:
    old = keep(desk, *TITLES[:3])
    pipeline.think(desk, NOW)
    later = timedelta(days=boilerplate.KEPT_DAYS + 1)
    pipeline.think(desk, NOW + later)  # no news, nothing to write
    assert learnt(desk, old) == [3] * 3
    with desk.store.write() as unit:
        kept = unit.sentences.known(boilerplate.keys(old))
        unit.articles.add(Article("https://gaze.example/1", "gaze", TITLES[3], "", first_seen=NOW + later))
    pipeline.think(desk, NOW + later)
    assert learnt(desk, old) == []
    with desk.store.write() as unit:
        unit.sentences.save(kept)
        unit.articles.add(Article("https://gaze.example/2", "gaze", TITLES[4], "", first_seen=NOW + later))
    pipeline.think(desk, NOW + later + timedelta(hours=1))
    assert learnt(desk, old) == [3] * 3


def said(outlet: str, role: Role, weight: float) -> Attribution:
    return Attribution(outlet, outlet, role, "en:rule", "en", "text", 0, 4, "This", weight)


@pytest.mark.parametrize(
    ("attributions", "credited"),
    [
        ((), ()),
        ((said("gaze", Role.ORIGIN, 0.9), said("tass", Role.MENTION, 0.9)), ("gaze",)),
        ((said("gaze", Role.VIA, 0.5), said("ap", Role.WIRE, 0.9), said("nyt", Role.ORIGIN, 0.8)), ("nyt", "gaze")),
        ((said("gaze", Role.ORIGIN, 0.5), said("nyt", Role.ORIGIN, 0.6), said("gaze", Role.ORIGIN, 0.5)),
         ("gaze", "nyt")),
        ((said("gaze", Role.ORIGIN, 0.1), said("ap", Role.WIRE, 0.9)), ("ap",)),
    ],
)  # fmt: skip
def test_the_outlets_that_an_article_credits_are_kept_with_its_fingerprint(
    desk: Desk, attributions: tuple[Attribution, ...], credited: tuple[str, ...]
) -> None:
    (article,) = keep(desk, TITLES[0])
    with desk.store.write() as unit:
        unit.articles.save_attributions(article.id, attributions)
    pipeline.cluster(desk)
    with desk.store.read() as unit:
        assert unit.clusters.fingerprints([article.id])[article.id].credits == credited


def test_what_an_outlet_says_of_itself_is_no_name() -> None:
    attributions = [said("gaze", Role.ORIGIN, 0.9), said("post", Role.SELF, 0.9), said("tass", Role.MENTION, 0.9)]
    assert pipeline._credits(attributions).names == tuple(one.name for one in attributions[:1])
