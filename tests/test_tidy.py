"""Retention over a home that the seeds filled: what goes, what a reader still sees, and that nothing comes back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator import pipeline, seeds, shipped
from aggregator.answers import Answers
from aggregator.cli.demo import seedstand
from aggregator.cli.home import open_home
from aggregator.model import Article, Retention
from aggregator.pipeline import Desk
from aggregator.pipeline.session import collect
from aggregator.pipeline.tidy import tidy
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.cli.home import Home

KEPT = Retention()
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)  # the fetcher's own clock, too


@pytest.fixture
def home(tmp_path: Path, now: datetime) -> Iterator[Home]:
    """A home that has read every feed of the seeds once; the feeds are served until the end."""
    corpus = seeds.load(shipped.seeds())
    with seedstand(corpus, timedelta()) as base:
        lines = "".join(
            f"  - {{url: '{base}/feeds/{one}.xml', outlet: {one}}}\n" for one in sorted({s.outlet for s in corpus})
        )
        settings = "allow_private: [127.0.0.1/32]\nlimits: {host_gap: 0, per_host: 8}\nfeeds:\n"
        (tmp_path / "feeds.yaml").write_text(settings + lines, encoding="utf-8")
        with open_home(tmp_path, alone=True) as opened:
            go(opened, now)
            yield opened


def go(home: Home, now: datetime) -> None:
    asyncio.run(collect(home.desk, home.settings, now, everything=True, progress=pipeline.no_progress))
    pipeline.think(home.desk, now)


def test_after_four_hundred_days_texts_are_gone_keys_stay_and_nothing_is_new(home: Home, now: datetime) -> None:
    answers, later = Answers(home.desk), now + timedelta(days=400)
    before = answers.counts()
    assert before["articles"] > 50
    assert tidy(home.desk, KEPT, later)
    after = answers.counts()
    assert after["entries"] == before["entries"]
    assert after["articles"] <= 12  # the story of the newest article stays: numbers are not given twice
    go(home, later)
    assert answers.counts() == after


def test_a_story_without_its_texts_is_still_told_and_its_origin_still_proven(home: Home, now: datetime) -> None:
    answers = Answers(home.desk)
    before = {one.cluster: one for one in answers.stories(limit=None)}
    assert tidy(home.desk, KEPT, now + timedelta(days=1))
    assert {one.cluster: one for one in answers.stories(limit=None)} == before
    assert tidy(home.desk, KEPT, now + timedelta(days=100))
    after = {one.cluster: one for one in answers.stories(limit=None)}
    assert after.keys() == before.keys()
    for number, story in after.items():
        assert story.origin == before[number].origin
        assert story.headline
        assert len(story.articles) == len(before[number].articles)
        assert [one.quote for one in story.articles] == [one.quote for one in before[number].articles]
        answers.explain(number)
    named = next(one for one in before.values() if one.origin.evidence)
    assert answers.origin(str(named.cluster)).origin.evidence == named.origin.evidence
    with home.desk.store.read() as unit:
        articles = unit.articles.get([one.id for story in after.values() for one in story.articles])
    assert {one.text for one in articles.values()} == {""}


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk with articles that are in no story."""
    store = open_memory()
    with store.write() as unit:
        for name in "abc":
            loose = unit.articles.add(Article(f"https://example.org/{name}", "bbc", "Title", "Text", first_seen=NOW))
            unit.articles.save_attributions(loose, [])
            unit.articles.mark_clustered([loose])
    yield Desk(store, window=None)
    store.close()


def test_it_is_done_once_a_day_whatever_the_clock_does(desk: Desk) -> None:
    assert tidy(desk, KEPT, NOW)
    assert not tidy(desk, KEPT, NOW + timedelta(hours=23))
    assert tidy(desk, KEPT, NOW + timedelta(hours=24))
    assert not tidy(desk, KEPT, NOW + timedelta(hours=23, minutes=30))
    assert tidy(desk, KEPT, NOW - timedelta(days=3))


def test_a_stop_between_two_writes_leaves_the_rest_for_the_next_time(desk: Desk) -> None:
    def stop(_stage: str, _done: int, _total: int) -> None:
        raise InterruptedError

    later = NOW + timedelta(days=400)
    with pytest.raises(InterruptedError):
        tidy(desk, KEPT, later, stop)
    assert tidy(desk, KEPT, later)
    with desk.store.read() as unit:
        assert unit.articles.counts()["articles"] == 1  # the newest: its number must not be given again
