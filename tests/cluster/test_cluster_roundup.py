"""Round-ups stay by themselves and mention the stories that they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.cluster.roundup import halves

if TYPE_CHECKING:
    from tests.cluster.conftest import Desk

Texts = tuple[tuple[str, str], ...]


def long(stories: Texts) -> str:
    """The texts of a story on end: enough words for a half."""
    return " ".join(text for _, text in stories)


def test_a_round_up_mentions_its_stories_and_joins_none(desk: Desk, trawler: Texts, rates: Texts) -> None:
    ships = [desk.file(*one, hours=float(i)) for i, one in enumerate(trawler)]
    banks = [desk.file(*one, hours=float(i)) for i, one in enumerate(rates)]
    both = desk.file("The morning in brief", f"{long(trawler)} {long(rates)}", hours=5.0)
    assert both not in {*ships, *banks}
    assert set(desk.shelf.mentions[7]) == {ships[-1], banks[-1]}
    assert all(score > 0 for score in desk.shelf.mentions[7].values())
    later = desk.file("Search for the crew of the Seahorse ends", trawler[1][1], hours=6.0)
    assert later == ships[-1]
    assert desk.sweep()[6] == both


def test_a_round_up_of_one_known_story_joins_it_no_more_than_one_of_two(
    desk: Desk, trawler: Texts, rates: Texts
) -> None:
    ships = {desk.file(*one, hours=float(i)) for i, one in enumerate(trawler)}
    both = desk.file("The morning in brief", f"{long(trawler)} {long(rates)}", hours=5.0)
    assert both not in ships
    assert set(desk.shelf.mentions[4]) == ships


def test_a_copy_of_a_round_up_joins_it(desk: Desk, trawler: Texts, rates: Texts) -> None:
    for one in (*trawler, *rates):
        desk.file(*one)
    text = f"{long(trawler)} {long(rates)}"
    assert desk.file("The morning in brief", text, hours=5.0) == desk.file("News at nine", text, hours=6.0)
    assert desk.levels()[-1] == "copy"


def test_a_round_up_of_unknown_stories_is_like_any_article(desk: Desk, trawler: Texts, rates: Texts) -> None:
    desk.file("The morning in brief", f"{long(trawler)} {long(rates)}")
    assert desk.shelf.mentions == {}
    assert desk.prints[1].halves


def test_a_report_of_one_story_has_no_halves(desk: Desk, trawler: Texts) -> None:
    desk.file("Trawler lost", f"{long(trawler)} {long(trawler)}")
    assert desk.prints[1].halves == ()


def test_short_halves_tell_nothing() -> None:
    assert halves({1: 5}, {2: 5}, {1: 1.0, 2: 1.0}) == ()
    assert halves({1: 60}, {2: 60}, {1: 1.0, 2: 1.0}) != ()
    assert halves({1: 60}, {1: 60}, {1: 1.0}) == ()
