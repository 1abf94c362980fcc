"""What the resolve stage keeps of a story's earlier origins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator import pipeline
from aggregator.answers import Answers
from aggregator.model import Article
from aggregator.pipeline import Desk, fix
from aggregator.store.open import open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aggregator.store.origins import Event

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
STORY = (
    "The harbour company of Brennholm plans to close two of its five terminals next spring. The chairman named high "
    "costs and empty ships as reasons; four hundred dockers would lose their work. The union of the dockers called a "
    "meeting for Friday evening in the old warehouse beside the northern pier."
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    store = open_memory()
    yield Desk(store, window=259_200.0)
    store.close()


def tell(desk: Desk, outlet: str, words: str, hours: float, lead: str = STORY) -> None:
    when = NOON + timedelta(hours=hours)
    article = Article(
        url=f"https://{outlet}.example/{hours}",
        outlet=outlet,
        title="Brennholm harbour closes two terminals",
        text=f"{words} {lead}",
        language="en",
        published=when,
        first_seen=when,
    )
    with desk.store.write() as unit:
        unit.articles.add(article)
    pipeline.think(desk, when)


def happened(desk: Desk) -> list[Event]:
    (story,) = Answers(desk).stories()
    return [event for event in Answers(desk).explain(story.cluster).events if event.kind == "origin"]


def test_an_upgrade_is_an_event_and_more_of_the_same_is_none(desk: Desk) -> None:
    tell(desk, "unn", "This was reported by the Financial Times.", 0)
    assert happened(desk) == []
    tell(desk, "liga", "This was reported by the Financial Times on Sunday.", 1)
    assert happened(desk) == []
    tell(desk, "ft", "“We close two,” the chairman told the Financial Times.", 2)
    (event,) = happened(desk)
    assert event.at == NOON + timedelta(hours=2)
    assert event.detail["before"]["state"] == "named"
    assert event.detail["after"]["state"] == "collected"
    assert event.detail["after"]["url"] == "https://ft.example/2"
    tell(desk, "babel", "The port authority denied the Financial Times report.", 3)
    assert [one.detail["after"]["standing"] for one in happened(desk)] == ["standing", "denied"]


def test_explain_names_the_outlets_of_before(desk: Desk) -> None:
    tell(desk, "unn", "This was reported by Reuters and Bloomberg.", 0)
    tell(desk, "bloomberg", "This was first reported by Le Monde.", 1)
    tell(desk, "reuters", "This was first reported by Le Monde.", 2)
    assert [event.detail["before"]["outlet"] for event in happened(desk)][:1] == ["bloomberg"]
    (story,) = Answers(desk).stories()
    told = Answers(desk).explain(story.cluster)
    assert (story.origin.outlet, told.names["bloomberg"], told.names["lemonde"]) == (
        "lemonde",
        "Bloomberg News",
        "Le Monde",
    )


def test_a_swallowed_story_tells_no_news_of_its_origin(desk: Desk) -> None:
    other = (
        "A flood in the valley of Tresk carried away a bridge and three barns on Saturday night. Firemen brought forty "
        "people to the school of the village, where they wait for the water to fall."
    )
    tell(desk, "unn", "This was reported by the Financial Times.", 0)
    tell(desk, "liga", "This was reported by Reuters.", 1, lead=other)
    one, two = sorted(story.cluster for story in Answers(desk).stories())
    fix.merge(desk, [one, two], NOON + timedelta(hours=2))
    assert len(Answers(desk).stories()) == 1
    assert all(event.detail["after"]["outlet"] for event in happened(desk))
