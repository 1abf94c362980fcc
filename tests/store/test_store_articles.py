from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Attribution, Link, Quality, Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aggregator.model import Article
    from aggregator.store.store import Store

CREDIT = Attribution(
    outlet="ft",
    name="Financial Times",
    role=Role.ORIGIN,
    cue="reported-by",
    language="en",
    field="text",
    start=3,
    end=9,
    quote="text o",
    weight=0.85,
    informants=("officials",),
    url="https://www.ft.com/content/x",
)


def test_an_article_comes_back_as_it_was_given(
    store: Store, make_article: Callable[..., Article], now: datetime
) -> None:
    given = make_article(
        byline="A. Writer",
        published=now - timedelta(hours=1),
        links=(Link("https://example.com/x", "text", 4, 8),),
        canonical="https://example.org/canonical",
        quality=Quality.SUMMARY,
        reason="the page answered 403",
    )
    with store.write() as unit:
        number = unit.articles.add(given)
    with store.read() as unit:
        found = unit.articles.get([number, number + 1])
        assert list(found) == [number]
        assert unit.articles.by_url(given.url) == found[number]
        assert unit.articles.by_url("https://example.org/unknown") is None
    fields = set(type(given).__dataclass_fields__) - {"id"}
    assert {name: getattr(found[number], name) for name in fields} == {name: getattr(given, name) for name in fields}


def test_the_same_url_is_the_same_article(store: Store, make_article: Callable[..., Article]) -> None:
    with store.write() as unit:
        first = unit.articles.add(make_article())
        assert unit.articles.add(make_article(title="Another title")) == first
        assert unit.articles.get([first])[first].title == "Title a"
        assert unit.articles.counts() == {"articles": 1, "unattributed": 1, "unclustered": 1}


def test_attributions_are_replaced_as_one(store: Store, make_article: Callable[..., Article]) -> None:
    with store.write() as unit:
        number = unit.articles.add(make_article())
        assert [one.id for one in unit.articles.unattributed(10)] == [number]
        assert unit.articles.unclustered(10) == []  # what is not read is not clustered
        unit.articles.save_attributions(number, [CREDIT, CREDIT])
        unit.articles.save_attributions(number, [CREDIT])
        assert unit.articles.unattributed(10) == []
        assert unit.articles.attributions([number, 99]) == {number: (CREDIT,), 99: ()}
        assert [one.id for one in unit.articles.unclustered(10)] == [number]
        unit.articles.mark_clustered([number])
        assert unit.articles.unclustered(10) == []


@pytest.mark.parametrize(
    ("by_time", "expected"), [(True, ["early", "late", "undated"]), (False, ["undated", "late", "early"])]
)
def test_clustering_takes_articles_by_their_time_undated_last(
    store: Store, make_article: Callable[..., Article], now: datetime, *, by_time: bool, expected: list[str]
) -> None:
    with store.write() as unit:
        for article in (
            make_article("undated", first_seen=None),
            make_article("late"),
            make_article("early", published=now - timedelta(days=1)),
        ):
            unit.articles.save_attributions(unit.articles.add(article), [])
        found = [one.url.rsplit("/", 1)[1] for one in unit.articles.unclustered(10, by_time=by_time)]
    assert found == expected


def test_search_finds_all_words_also_as_beginnings_and_in_other_scripts(
    store: Store, make_article: Callable[..., Article]
) -> None:
    with store.write() as unit:
        first = unit.articles.add(make_article("a", title="Lithium fund", text="A fund buys into the mine."))
        second = unit.articles.add(
            make_article("b", title="Something else", text="The lithium market; a pension fund.")
        )
        third = unit.articles.add(make_article("c", title="Фінансова допомога", text="Уряд погодив пакет."))
    with store.read() as unit:
        assert unit.articles.search("lithium fund", 10) == [first, second]
        assert unit.articles.search("lith", 1) == [first]
        assert unit.articles.search("фінансова", 10) == [third]
        assert unit.articles.search("lithium absent", 10) == []


@pytest.mark.parametrize("words", ["", "  ", '"', "* - ^", 'a" OR "b', "NEAR(", "title:x", "\0"])
def test_search_takes_any_words_as_words(store: Store, words: str) -> None:
    with store.read() as unit:
        assert unit.articles.search(words, 10) == []


def test_outlets_are_counted_by_the_articles_that_credit_them(
    store: Store, make_article: Callable[..., Article]
) -> None:
    with store.write() as unit:
        one, two, three = (unit.articles.add(make_article(name)) for name in "abc")
        unit.articles.save_attributions(one, [CREDIT, CREDIT])
        unit.articles.save_attributions(two, [replace(CREDIT, outlet="bbc"), replace(CREDIT, role=Role.MENTION)])
    with store.write() as unit:
        unit.articles.save_attributions(three, [replace(CREDIT, outlet="bbc")])
        assert unit.articles.credited({Role.ORIGIN, Role.VIA}) == ["bbc", "ft"]
        assert unit.articles.crediting("bbc", {Role.ORIGIN}) == [three, two]
        assert unit.articles.crediting("ft", {Role.ORIGIN}) == [one]
        assert [found.id for found in unit.articles.attributed(one, 5)] == [two, three]
        assert [found.id for found in unit.articles.attributed(0, 1)] == [one]
