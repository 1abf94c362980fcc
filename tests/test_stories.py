"""Stories as people see them: what outlets are called, and lists of them where one is not ready to be told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator import shipped
from aggregator.answers import Answers
from aggregator.model import Article, Level
from aggregator.origin.attributions import attribute
from aggregator.origin.cues import Cues
from aggregator.origin.outlets import OutletTable
from aggregator.origin.resolve import Report, resolve
from aggregator.pipeline import Desk, think
from aggregator.store.open import open_memory
from aggregator.stories import tell

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def table() -> OutletTable:
    return OutletTable.parse(shipped.outlet_table())


def test_an_outlet_outside_the_table_is_called_what_the_articles_call_it(table: OutletTable) -> None:
    text = "The ferry ran dry for nine days, according to the newspaper Brennholm Tidende."
    article = Article("https://unn.ua/1", "unn", "The ferry ran dry", text, language="en", published=NOON, id=1)
    report = Report(article, Level.FIRST, None, attribute(article, table, Cues.parse(shipped.cue_files())))
    story = tell(1, resolve([report], table), [report], [], table)
    assert story.origin.outlet == "brennholmtidende"
    assert story.origin_name == story.names["brennholmtidende"] == "Brennholm Tidende"
    assert story.names["unn"] == table.name("unn")


def test_stories_without_a_resolved_origin_are_left_out_of_lists_and_stop_none() -> None:
    store = open_memory()
    desk = Desk(store, window=259_200.0)
    with store.write() as unit:
        told = [
            unit.articles.add(Article(f"https://unn.ua/{n}", "unn", title, "", language="en", first_seen=NOON))
            for n, title in enumerate(["The harbour bridge is closed", "A morning in brief"])
        ]
    think(desk, NOON)
    with store.write() as unit:
        roundup = unit.clusters.memberships(told)[told[1]].cluster
        fresh = unit.clusters.add_cluster()
        unit.clusters.save_mentions(told[1], {unit.clusters.memberships(told)[told[0]].cluster: 0.5, fresh: 0.4})
    explained = Answers(desk).explain(roundup)
    assert [one.headline for one in explained.mentions] == ["The harbour bridge is closed"]
    store.close()
