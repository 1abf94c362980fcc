from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Article, Level, Link, Role
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import credited
from aggregator.origin.resolve import Report, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution
    from aggregator.origin.cues import Cues
    from aggregator.origin.outlets import OutletTable

    Credit = Callable[..., str | None]
    Read = Callable[..., tuple[Attribution, ...]]

LEAD = "The harbour company plans to close two of its five terminals next spring."
TEMPLATES = [
    "This is reported by {} with reference to two managers.",
    "According to a report by {}, the board met twice.",
    "{} reported on Friday that the board met twice.",
    "The board met twice, the union said, citing {}.",
    "The closure was first reported by {}.",
    "Об этом сообщает {} со ссылкой на двух руководителей.",
    "Про це пише {} із посиланням на двох керівників.",
    "Das berichtet {} unter Berufung auf zwei Manager.",
]
NAMES = {
    "ft": "Financial Times",
    "reuters": "Reuters",
    "lemonde": "Le Monde",
    "kyivindependent": "Kyiv Independent",
    "wapo": "Washington Post",
    "haaretz": "Haaretz",
    "politico": "Politico",
    "aljazeera": "Al Jazeera",
    "nikkei": "Nikkei Asia",
    "techcrunch": "TechCrunch",
}
PIECES = st.sampled_from(
    [
        *TEMPLATES,
        *NAMES.values(),
        LEAD,
        "(",
        ")",
        "«",
        "»",
        "„FT“",
        " - ",
        "\n",
        "©",
        "/",
        ":",
        "via ",
        "Source: ",
        "🙂",
        "\u200b",
    ]
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_origin_follows_the_credited_name(credit: Credit, template: str) -> None:
    for outlet, name in NAMES.items():
        assert credit(f"{LEAD}\n{template.format(name)}") == outlet


@pytest.mark.parametrize("template", TEMPLATES)
def test_without_the_credit_there_is_no_origin(credit: Credit, template: str) -> None:
    assert credit(f"{LEAD}\n{template.format('the chairman')}") is None


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_own_name_is_no_origin(credit: Credit, template: str) -> None:
    for outlet, name in NAMES.items():
        assert credit(f"{LEAD}\n{template.format(name)}", outlet=outlet) is None


def test_an_earlier_report_deep_in_the_text_is_background(read: Read) -> None:
    filler = " ".join(f"The terminal number {number} was built by other hands." for number in range(15))
    found = read(f"{filler} Earlier, Reuters reported that the crane was red.")
    assert [(x.outlet, x.role) for x in found] == [("reuters", Role.BACKGROUND)]
    assert credited(found) is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=st.lists(PIECES, max_size=3).map(" ".join),
    text=st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=12).map(" ".join),
    byline=st.one_of(st.text(max_size=20), PIECES),
    language=st.sampled_from(["", "en", "de", "uk", "xx", "zh"]),
    href=st.one_of(st.text(max_size=20), st.just("https://www.ft.com/content/a-b-c")),
    url=st.one_of(st.text(max_size=20), st.just("https://example.org/a")),
    outlet=st.sampled_from(["", "ft", "nobody"]),
)
def test_every_quote_stands_in_its_field_and_nothing_raises(  # noqa: PLR0917 -- one strategy for each field
    table: OutletTable, cues: Cues, title: str, text: str, byline: str, language: str, href: str, url: str, outlet: str
) -> None:
    links = (Link(href, text[:5], 0, len(text[:5])),)
    article = Article(url=url, outlet=outlet, title=title, text=text, byline=byline, language=language, links=links)
    found = attribute(article, table, cues)
    fields = {"title": title, "text": text, "byline": byline}
    for x in found:
        assert x.quote == fields[x.field][x.start : x.end]
        assert x.outlet or x.role is Role.MENTION
        assert 0.0 <= x.weight <= 0.97
    origin = resolve([Report(article, Level.FIRST, None, found)], table)
    assert 0.0 <= origin.confidence <= 0.97


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_arbitrary_text_never_raises(table: OutletTable, cues: Cues, text: str) -> None:
    article = Article(url="", outlet="", title=text[:40], text=text, byline=text[-30:])
    for x in attribute(article, table, cues):
        assert x.quote
