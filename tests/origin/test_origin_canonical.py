"""A canonical address on another brand's site: whose text a page carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Article, Attribution, Level, OriginState, Role
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import credited
from aggregator.origin.reports import Report
from aggregator.origin.resolve import resolve

if TYPE_CHECKING:
    from aggregator.origin.cues import Cues
    from aggregator.origin.outlets import OutletTable

TEXT = "The harbour company plans to close two of its five terminals next spring."
MSN, NYT = "https://www.msn.com/en-us/news/ar-BB1x2y3z", "https://www.nytimes.com/2026/03/01/us/harbour-terminals.html"


def article(
    canonical: str | None, *, url: str = MSN, outlet: str = "msn", text: str = TEXT, title: str = " Two terminals "
) -> Article:
    return Article(url=url, outlet=outlet, title=title, text=text, canonical=canonical, id=1)


@pytest.fixture
def found(table: OutletTable, cues: Cues, request: pytest.FixtureRequest) -> tuple[Attribution, ...]:
    return attribute(request.param, table, cues)


@pytest.mark.parametrize("found", [article(NYT)], indirect=True)
def test_the_page_credits_whose_text_it_says_it_carries(found: tuple[Attribution, ...]) -> None:
    (credit,) = found
    assert (credit.outlet, credit.role, credit.weight, credit.url) == ("nyt", Role.WIRE, 0.95, NYT)
    assert (credit.cue, credit.field, credit.quote) == ("mul:canonical", "title", "Two terminals")
    assert " Two terminals "[credit.start : credit.end] == credit.quote


NONE = [
    ("no address", article(None)),
    ("a broken address", article("http://[bad/2026/03/01/harbour-terminals-close")),
    ("a home page", article("https://www.nytimes.com/")),
    ("its own", article("https://www.msn.com/en-us/news/other/ar-BB1x2y3z4")),
    (
        "an edition of the publisher",
        article("https://www.cnn.com/2026/03/01/us/port", url="https://arabic.cnn.com/1", outlet="cnn"),
    ),
    ("an unknown host", article("https://harbourherald.example/2026/03/01/terminals-close")),
    ("a platform", article("https://twitter.com/someone/status/1234567890")),
    ("an unknown publisher", article(NYT, url="https://news.google.com/rss/articles/CBM1234", outlet="")),
    ("the publisher by the feed", article(NYT, outlet="nyt")),
    (
        "a sister's copy in the same system",
        article(
            "https://www.morgenpost.de/politik/article1234/zwei-terminals-schliessen.html",
            url="https://www.waz.de/politik/zwei-terminals-schliessen-id5678.html",
            outlet="waz",
        ),
    ),
    ("no headline to quote", article(NYT, title=" ")),
]


@pytest.mark.parametrize("found", [case[1] for case in NONE], ids=[case[0] for case in NONE], indirect=True)
def test_an_address_that_names_no_other_brand_is_no_credit(found: tuple[Attribution, ...]) -> None:
    assert found == ()


CARRIED = [
    ("another's report", TEXT + " This was first reported by Axios.", "axios"),
    ("a wire's text", "ROTTERDAM (AP) — " + TEXT, "ap"),
]


@pytest.mark.parametrize(("text", "origin"), [case[1:] for case in CARRIED], ids=[case[0] for case in CARRIED])
def test_where_the_words_credit_another_the_address_names_the_relay(
    table: OutletTable, cues: Cues, text: str, origin: str
) -> None:
    found = attribute(article(NYT, text=text), table, cues)
    best = credited(found)
    assert best is not None
    assert best.outlet == origin
    assert [one.outlet for one in found if one.role is Role.RELAY] == ["nyt"]
    resolved = resolve([Report(article(NYT, text=text), Level.FIRST, None, found)], table)
    assert (resolved.outlet, resolved.chain) == (origin, ("nyt", origin))


def test_words_and_address_together_are_one_credit(table: OutletTable, cues: Cues) -> None:
    told = article(NYT, text=TEXT + " Two officials told The New York Times so.")
    found = attribute(told, table, cues)
    assert {(one.outlet, one.role) for one in found} == {("nyt", Role.INTERVIEW), ("nyt", Role.WIRE)}
    origin = resolve([Report(told, Level.FIRST, None, found)], table)
    assert (origin.state, origin.outlet, origin.url) == (OriginState.LINKED, "nyt", NYT)


def test_a_page_whose_own_address_is_broken_is_no_sister(table: OutletTable, cues: Cues) -> None:
    told = attribute(article(NYT, url="http://[bad/harbour-terminals"), table, cues)
    assert [one.outlet for one in told] == ["nyt"]
