"""The verdict on a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extract.quality import ENOUGH, ENOUGH_BESIDE_NOTICES, verdict, weight
from aggregator.model import Link

ITEM = (
    "GREYFORD, Nov 24 - The council of Greyford voted on Tuesday to close the old bridge over the Wend.\n"
    "Cracks were found in two of its seven piers, the mayor said.\n"
    "Work is to begin in March and will cost eighteen million, two thirds of it paid by the county.\n"
    "Source: The Greyford Herald"
)
JAPANESE = "グレイフォード市議会は火曜日、古い橋を少なくとも一年間閉鎖することを決めた。" * 5


def links(text: str) -> list[Link]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append(Link("https://example.org/", line, start, start + len(line)))
        start += len(line) + 1
    return found


def test_a_short_news_item_is_an_article() -> None:
    assert verdict(ITEM) == ""
    assert verdict(JAPANESE) == ""


def test_an_article_about_cookies_logins_and_paywalls_is_one() -> None:
    about = ["The regulator fined the site over its cookie banner, a court in Greyford heard on Monday."]
    about += ["Readers had to subscribe to see it, and were asked to log in twice, the ruling says."]
    assert verdict("\n".join(about) + "\n" + ITEM) == ""


def test_beside_a_notice_it_takes_more_prose() -> None:
    short = "The council of Greyford voted on Tuesday to close the old bridge over the Wend.\n" * 3
    assert ENOUGH <= len(short) < ENOUGH_BESIDE_NOTICES
    assert verdict(short) == ""
    assert verdict(short + "Subscribe now to read on.") == "a paywall"


def test_an_article_with_a_paywalls_last_line_is_one() -> None:
    assert verdict(ITEM + "\nAlready a subscriber? Log in to continue reading.") == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no text found on the page"),
        (" \n ", "no text found on the page"),
        ("The council voted on Tuesday to close the old bridge.", "too short: 53 characters of prose"),
        ("Menu\nNews\nSport\nWeather", "too short: 0 characters of prose"),
        ("Just a moment...\nChecking your browser before you reach the site you asked for.", "a bot check"),
        (
            "We value your privacy.\nWe and our partners use cookies to store data on devices." * 4,
            "a consent page",
        ),
        ("The council voted on Tuesday.\nSubscribe now to read on.\nStart your free trial today.", "a paywall"),
        ("Log in\nForgot your password?\nCreate an account", "a login page"),
        ("Page not found\nThe story that you asked for is gone.", "an error page"),
        ("Страница не найдена", "an error page"),
    ],
)
def test_what_is_no_article(text: str, reason: str) -> None:
    assert verdict(text) == reason


def test_a_list_of_teasers_is_none() -> None:
    teasers = "\n".join(
        f"Council votes to close bridge number {number} over the Wend for a year." for number in range(9)
    )
    assert verdict(teasers, links(teasers)) == "a list of links"
    assert verdict(teasers) == ""
    assert verdict(teasers, links(teasers)[:4]) == ""


def test_long_anchors_are_paragraphs_and_no_teasers() -> None:
    text = "\n".join(
        "The council of Greyford has voted again, and this time it took the whole of the night. " * 3 for _ in range(6)
    )
    assert verdict(text, links(text)) == ""


def test_a_long_text_is_not_searched_for_notices() -> None:
    assert verdict("Cookies, cookies and more cookies are what this text is about, all of it, to its end.\n" * 60) == ""


def test_ideograms_weigh_more() -> None:
    assert weight("abc") == 3
    assert weight("橋を") == 4


@given(st.text(), st.integers(0, 5))
def test_any_text_gets_a_verdict(text: str, count: int) -> None:
    assert isinstance(verdict(text, links(text)[:count]), str)


@given(st.lists(st.text(alphabet="abcde ,", min_size=90, max_size=200).map(str.strip), min_size=5))
def test_enough_prose_is_an_article(lines: list[str]) -> None:
    text = "\n".join(line + "." for line in lines)
    if sum(len(line) for line in lines if len(line) >= 80) >= ENOUGH:
        assert verdict(text) == ""
