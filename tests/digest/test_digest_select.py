"""Ranking and the layout of a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.digest import select as selecting
from aggregator.digest.select import is_lone, rank, select
from aggregator.model import Origin, OriginState

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Digest, Story

DAY = date(2026, 8, 26)
ZONE = "Europe/Kyiv"
NOW = datetime(2026, 8, 26, 15, 30, tzinfo=UTC)


def digest_of(stories: list[Story], **wishes: Any) -> Digest:
    return select(stories, **{"day": DAY, "zone": ZONE, "now": NOW, "made_at": NOW, **wishes})


def layout(digest: Digest) -> dict[str, list[int]]:
    return {section.title: [story.cluster for story in section.stories] for section in digest.sections}


def test_the_invented_day_is_laid_out_by_the_rules(day: list[Story]) -> None:
    assert layout(digest_of(day)) == {
        "Economy": [2],
        "Science": [6],
        "Ukraine": [5],
        "Europe": [4],
        "World": [7],
        "Other": [11],
        "One report, many retellings": [1],
        "Disputed": [3],
        "Single reports": [8, 9, 10, 12],
    }


def test_the_parts_of_the_rank_are_those_of_the_formula(story: Callable[..., Story]) -> None:
    made = story(
        outlets=("a", "b", "c"),
        origin=Origin(OriginState.NAMED, "a", independent=3),
        languages=("en", "de"),
        countries=("A", "B"),
    )
    made = replace(made, first_seen=NOW - timedelta(hours=15), last_seen=NOW - timedelta(hours=12))
    got = rank(made, NOW)
    assert (got.independent, got.publishers, got.breadth, got.pace, got.freshness) == (8.0, 4.0, 2.0, 1.0, 0.5)
    assert got.total == 15.5


def test_an_undated_or_empty_story_has_a_rank(story: Callable[..., Story]) -> None:
    got = rank(replace(story(outlets=(), languages=(), countries=()), last_seen=None), NOW)
    assert (got.total, got.freshness) == (0.0, 0.0)
    half = replace(story(), first_seen=None, last_seen=NOW + timedelta(hours=3))
    assert rank(half, NOW).freshness == 1.0


@given(st.integers(0, 60), st.integers(1, 60), st.integers(1, 9), st.integers(1, 9), st.integers(0, 40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_more_independent_reports_never_lower_a_rank(  # noqa: PLR0917 -- one argument a dimension
    story: Callable[..., Story], k: int, m: int, countries: int, languages: int, hours: int
) -> None:
    made = replace(
        story(languages=tuple(map(str, range(languages))), countries=tuple(map(str, range(countries)))),
        origin=Origin(OriginState.NAMED, "a", independent=k),
        publishers=m,
        last_seen=NOW - timedelta(hours=hours),
    )
    more = replace(made, origin=replace(made.origin, independent=k + 1))
    assert rank(more, NOW).total > rank(made, NOW).total
    assert rank(replace(made, publishers=m + 1), NOW).total > rank(made, NOW).total
    assert rank(made, NOW + timedelta(hours=1)).total < rank(made, NOW).total


def test_one_more_independent_report_weighs_more_than_one_more_publisher(story: Callable[..., Story]) -> None:
    reported = replace(story(), origin=Origin(OriginState.NAMED, "a", independent=2), publishers=4)
    repeated = replace(reported, origin=replace(reported.origin, independent=1), publishers=5)
    assert rank(reported, NOW).total > rank(repeated, NOW).total


def test_ties_are_broken_by_cluster_and_input_order_does_not_matter(story: Callable[..., Story]) -> None:
    stories = [story(n, outlets=("a", "b")) for n in (5, 3, 9)]
    assert layout(digest_of(stories)) == layout(digest_of(stories[::-1])) == {"World": [3, 5, 9]}


def test_a_story_given_twice_is_shown_once(story: Callable[..., Story]) -> None:
    assert layout(digest_of([story(4), story(4)])) == {"Single reports": [4]}


def test_one_report_needs_many_publishers_and_exactly_one_independent_report(story: Callable[..., Story]) -> None:
    five = ("a", "b", "c", "d", "e")
    once = Origin(OriginState.NAMED, "ft", independent=1)
    titles = [
        next(iter(layout(digest_of([story(outlets=outlets, origin=origin)]))))
        for outlets, origin in ((five, once), (five[:4], once), (five, replace(once, independent=2)))
    ]
    assert titles == ["One report, many retellings", "World", "World"]


def test_a_dispute_comes_before_every_other_heading(story: Callable[..., Story]) -> None:
    disputed = Origin(OriginState.DISPUTED, "a", independent=1)
    assert layout(digest_of([story(outlets=tuple("abcdef"), origin=disputed), story(2, origin=disputed)])) == {
        "Disputed": [1, 2]
    }


def test_lone_means_one_publisher_that_credits_nobody_else(story: Callable[..., Story]) -> None:
    assert is_lone(story())
    assert is_lone(story(outlets=("ft", "ft"), credited=("ft",)))
    assert not is_lone(story(credited=("ft",)))
    assert not is_lone(story(outlets=("a", "b")))


def test_headings_are_topics_and_a_topic_cannot_pass_for_one_of_ours(story: Callable[..., Story]) -> None:
    pair = ("a", "b")
    stories = [
        story(1, outlets=pair, topics=("middle  east", "world")),
        story(2, outlets=pair, topics=("Disputed",)),
        story(3, outlets=pair, topics=(" ",)),
        story(4, outlets=pair, topics=("other",)),
        story(5, outlets=pair, topics=("Middle east",)),
    ]
    assert layout(digest_of(stories)) == {"Middle east": [1, 5], "Other": [2, 3, 4]}


def test_topic_and_publishers_filter(day: list[Story]) -> None:
    assert layout(digest_of(day, topic="UKRAINE")) == {
        "Ukraine": [5],
        "One report, many retellings": [1],
        "Single reports": [10],
    }
    assert layout(digest_of(day, min_outlets=4)) == {"Economy": [2], "One report, many retellings": [1]}
    assert layout(digest_of(day, topic="nothing")) == {}


def test_a_day_is_the_readers_day(story: Callable[..., Story]) -> None:
    # 21:30 in London is half past midnight of the next day in Kyiv.
    late = story(start=datetime(2026, 8, 25, 21, 28, tzinfo=UTC))
    assert layout(digest_of([late])) == {"Single reports": [1]}
    assert layout(digest_of([late], zone="Europe/London")) == {}
    assert layout(digest_of([late], zone="Europe/London", day=date(2026, 8, 25))) == {"Single reports": [1]}
    with pytest.raises(ZoneInfoNotFoundError):
        digest_of([late], zone="Europe/Atlantis")


def test_a_story_belongs_to_every_day_on_which_it_grew(story: Callable[..., Story]) -> None:
    growing = story(outlets=("a", "b", "c"), minutes=24 * 60, start=NOW - timedelta(days=1))
    for offset in (-1, 0, 1):
        assert layout(digest_of([growing], day=DAY + timedelta(days=offset))) == {"World": [1]}
    assert layout(digest_of([growing], day=DAY + timedelta(days=2))) == {}


def test_without_times_of_articles_the_storys_own_decide_and_without_any_it_is_kept(
    story: Callable[..., Story],
) -> None:
    made = story()
    bare = replace(made, articles=tuple(replace(a, first_seen=None) for a in made.articles))
    assert layout(digest_of([bare])) == {"Single reports": [1]}
    assert layout(digest_of([bare], day=date(2026, 8, 1))) == {}
    assert layout(digest_of([replace(bare, first_seen=None, last_seen=None)])) == {"Single reports": [1]}


def test_only_today_is_provisional(day: list[Story]) -> None:
    assert digest_of(day).provisional
    assert not digest_of(day, day=date(2026, 8, 25)).provisional
    # 21:30 UTC of the 26th is the 27th in Kyiv.
    assert not digest_of(day, now=datetime(2026, 8, 26, 21, 30, tzinfo=UTC)).provisional


def test_the_digest_of_a_past_day_can_be_made_again(day: list[Story]) -> None:
    first = digest_of(day, now=NOW + timedelta(days=2))
    assert digest_of(day, now=NOW + timedelta(days=200)) == first


def test_thousands_of_lone_stories_leave_the_digest_readable(story: Callable[..., Story]) -> None:
    lone = [story(n) for n in range(100, 2100)]
    told = [story(n, outlets=("a", "b"), topics=("world",)) for n in range(30)]
    crediting = [story(n, topics=("world",), credited=("ft",)) for n in range(3000, 3050)]
    got = digest_of([*lone, *told, *crediting], notes=("A feed failed.",))
    found = layout(got)
    assert list(found) == ["World", "Single reports"]
    assert found["World"] == [*range(30), *range(3000, 3020)]
    assert found["Single reports"] == list(range(100, 120))
    assert got.notes == (
        "A feed failed.",
        "World: and 30 more of one publisher each.",
        "Single reports: and 1,980 more of one publisher each.",
    )


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sampled_from(list(OriginState)),
            st.integers(0, 3),
            st.integers(0, 7),
            st.sampled_from(["", "world", "Other", "Single reports"]),
        ),
        max_size=40,
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_story_stands_once_and_in_the_order_of_its_rank(
    story: Callable[..., Story], rows: list[tuple[int, OriginState, int, int, str]]
) -> None:
    stories = [
        story(
            cluster,
            outlets=tuple(f"o{n}" for n in range(outlets)),
            origin=Origin(state, "a", independent=k),
            topics=(topic,) if topic else (),
        )
        for cluster, state, k, outlets, topic in {row[0]: row for row in rows}.values()
    ]
    got = digest_of(stories, min_outlets=0)
    shown = [s.cluster for section in got.sections for s in section.stories]
    hidden = [n for n in got.notes if "more" in n]
    assert len(shown) == len(set(shown))
    assert hidden or sorted(shown) == sorted(s.cluster for s in stories)
    for section in got.sections:
        keys = [(-rank(s, NOW).total, s.cluster) for s in section.stories]
        assert keys == sorted(keys)
        assert section.stories
    assert selecting.MANY_PUBLISHERS > 1
