"""What whole pages hold besides their story: own marks, names of companies, studies, other articles, standfirsts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Link, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution

    Credit = Callable[..., str | None]
    Read = Callable[..., tuple[Attribution, ...]]

LEAD = "The harbour company plans to close two of its five terminals next spring."


def _linked(text: str, name: str, href: str) -> tuple[Link, ...]:
    at = text.index(name)
    return (Link(href, name, at, at + len(name)),)


@pytest.mark.parametrize("said", ["published its view of the spring", "says that terminals close", "found the same"])
def test_a_linked_site_is_no_outlet_until_more_than_a_link_says_so(credit: Credit, said: str) -> None:
    text = f"In May Quay Analytics {said}. The harbour company plans to close two terminals."
    links = _linked(text, "Quay Analytics", "https://quayanalytics.com/blog/terminals-to-close-soon")
    assert credit(text, links=links) is None
    newspaper = text.replace("Quay", "the newspaper Quay")
    links = _linked(newspaper, "Quay Analytics", "https://quayanalytics.com/blog/terminals-to-close-soon")
    assert credit(newspaper, links=links) == "quayanalytics"


@pytest.mark.parametrize(
    ("url", "byline"),
    [
        ("https://lakecity.cbslocal.com/harbour-closes-terminals", "CBS Lake City"),
        ("https://www.harbourvogue.com/harbour-closes-terminals", "Harbour Vogue Magazine"),
        ("https://news.google.com/articles/harbour-closes-terminals", "NU.nl"),
        ("", "The Guardian"),
        ("", "LAKE"),
        ("https://www.harbour.example/1", "QUAY"),
    ],
)
def test_the_mark_of_the_house_is_no_wire(credit: Credit, url: str, byline: str) -> None:
    assert credit(LEAD, url=url, byline=byline) is None


@pytest.mark.parametrize(
    ("url", "byline", "wire"),
    [
        ("https://lakecity.cbslocal.com/harbour-closes-terminals", "Associated Press", "ap"),
        ("https://www.harbourpost.com/harbour-closes-terminals", "The Washington Post", "wapo"),
        ("https://news.google.com/articles/harbour-closes-terminals", "dpa", "dpa"),
        ("", "Jane Roe, AFP", "afp"),
    ],
)
def test_another_outlets_mark_is_a_wire(credit: Credit, url: str, byline: str, wire: str) -> None:
    assert credit(LEAD, url=url, byline=byline) == wire


@pytest.mark.parametrize("dateline", ["ROTTERDAM (CNN) -", "(CNN) --"])
def test_a_dateline_names_whose_text_it_is_where_nobody_knows_the_page(credit: Credit, dateline: str) -> None:
    assert credit(f"{dateline} {LEAD}") == "cnn"


def test_what_a_page_is_called_is_no_outlet(credit: Credit) -> None:
    assert credit(f"Terminals close.\nBlog Article\n{LEAD}") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "A previous report from Bloomberg has suggested three terminals.",
        "Prior reports by Reuters spoke of three terminals.",
        "The doctors tell of it in a paper published in the Guardian, which also counts the ships.",
        "The mayor shared a story from the Guardian about it.",
        "The man in charge of the Charlie Hebdo investigation moved to the harbour.",
        "Three terminals, the South Korean newspaper said.",
    ],
)
def test_other_articles_are_no_origin_of_this_one(credit: Credit, sentence: str) -> None:
    assert credit(f"{LEAD} {sentence}") is None


def test_a_report_that_is_a_name_is_no_verb(credit: Credit) -> None:
    text = "The Quay Archive Report collates what half a million ships say."
    links = _linked(text, "Quay Archive", "https://quayarchive.org/what-half-a-million-ships-say")
    assert credit(text, links=links) is None


def test_the_lead_begins_behind_the_standfirst_where_a_dateline_stands(credit: Credit) -> None:
    standfirst = (
        "Two of five terminals are to close in spring.\nThe staff heard it from nobody, and the unions are loud.\n"
    )
    told = (
        "Ships shall go elsewhere, it is said on the quays today. The decision is two weeks old, the Guardian reported."
    )
    title = "Harbour company gives up the eastern quay"
    byline = "dpa"
    assert credit(f"{standfirst}Rotterdam/Lake City - {told}", title=title, byline=byline) == "guardian"
    assert credit(f"{standfirst}{told}", title=title, byline=byline) == "dpa"


@pytest.mark.parametrize(("source", "wire"), [("sid/dpa", "sid"), ("hfn/dpa", "dpa")])
def test_agencies_side_by_side_are_read_whatever_their_case(credit: Credit, source: str, wire: str) -> None:
    text = f"Zwei der fünf Terminals der Hafengesellschaft schließen im Frühjahr.\nQuelle: {source}"
    assert credit(text) == wire


def test_an_abbreviation_means_the_outlet_that_the_text_gave_it_to(read: Read) -> None:
    text = (
        "The mayor spoke in an interview with the Namibian Broadcasting Corporation (NBC) on Sunday. "
        "The quay is lost, the mayor told NBC."
    )
    assert {found.outlet for found in read(text)} == {"namibianbroadcastingcorporation"}
    assert {found.outlet for found in read("The quay is lost, the mayor told NBC.")} == {"nbc"}


def test_a_name_outside_the_table_counts_less(read: Read) -> None:
    (known,) = read(f"{LEAD} The Guardian reported this on Monday.")
    (unknown,) = read(f"{LEAD} The newspaper Harbour Courier reported this on Monday.")
    assert unknown.weight < known.weight


@pytest.mark.parametrize("names", [("Bloomberg", "Reuters"), ("Reuters", "Bloomberg")])
def test_names_in_brackets_under_several_paragraphs_are_a_digest(credit: Credit, names: tuple[str, str]) -> None:
    first, second = (f"[{name}]" for name in names)
    assert credit(f"{LEAD}\n{first}\nThe staff heard it from nobody.\n{second}") is None
    assert credit(f"{LEAD}\n{first}") == names[0].lower()


def test_an_unconfirmed_report_is_no_confirmation(read: Read) -> None:
    (found,) = read(f"{LEAD} The unconfirmed report from Forbes speaks of three terminals.")
    assert found.role is Role.ORIGIN
