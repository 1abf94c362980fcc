from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Article, Link
from aggregator.origin.attributions import attribute
from aggregator.origin.links import is_article
from aggregator.origin.mentions import find
from aggregator.origin.outlets import OutletTable

if TYPE_CHECKING:
    from aggregator.origin.cues import Cues


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("Reuters and the AFP said", "en", ["reuters", "afp"]),
        ("APEC met", "en", []),
        ("the Washington Post reported", "en", ["wapo"]),
        ("NEW YORK TIMES", "en", ["nyt"]),
        ("по данным Рейтерса", "ru", ["reuters"]),
        ("Рейтерсомичевский", "ru", []),
        ("w Onecie i Onetu", "pl", ["onet"]),
        ("Anadolun mukaan", "fi", ["anadolu"]),
        ("Anadolupolis", "fi", []),
        ("FT-Bericht", "de", ["ft"]),
        ("The Times-Picayune", "en", ["timespicayune"]),
        ("Times of London-Madrid", "en", []),
        ("a Lake Guardian", "en", []),
        ("the Times of India", "en", ["timesofindia"]),
        ("secondo il Corriere della Sera", "it", ["corriere"]),
        ("Il Corriere dello Sport", "it", ["corrieredellosport"]),
        ("据路透社报道", "zh", ["reuters"]),
        ("Reuters報道", "ja", ["reuters"]),
        ("لرويترز قال", "ar", ["reuters"]),
        ("قررويترز", "ar", []),
        ("_Reuters", "en", []),
        ("the newspaper Harbour Courier said", "en", ["harbourcourier"]),
        ("xnewspaper Harbour Courier said", "en", []),
        ("in Harbour Courier newspaper", "en", ["harbourcourier"]),
        ("the newspaper FT said", "en", ["ft"]),
    ],
)
def test_mentions(table: OutletTable, cues: Cues, text: str, language: str, wanted: list[str]) -> None:
    lexicons = [lexicon for lexicon in cues if lexicon.language in {language, "mul"}]
    found = find(text, (), "", table, lexicons)
    assert [mention.outlet for mention in found] == wanted
    for mention in found:
        assert text[mention.start : mention.end] == mention.name


def test_a_name_across_two_sentences_is_left_out(cues: Cues) -> None:
    table = OutletTable.parse("big\tnewspaper\t\t\tBig! Paper\nharbour\tnewspaper\t\t\tHarbour Herald")
    article = Article("", "", "", "He liked the Big! Paper said no. This was reported by Harbour Herald.")
    assert [x.outlet for x in attribute(article, table, cues)] == ["harbour"]


def test_links_prove_and_find_names(table: OutletTable, cues: Cues) -> None:
    text = "Said the FT here, the Lake Times there, Own Paper too."
    links = (
        Link("https://www.ft.com/a-b-c", "FT", 9, 11),
        Link("https://laketimes.example.org/a", "there", 33, 38),
        Link("https://laketimes.net/a", "there", 33, 38),
        Link("https://ownpaper.com/x", "Own Paper", 40, 49),
        Link("mailto:x", "x", 0, 4),
        Link("https://www.lemonde.fr/a", "Said", 0, 4),
    )
    found = find(text, links, "ownpaper.com", table, list(cues))
    assert [(x.outlet, x.linked) for x in found if x.name in {"FT", "Lake Times"}] == [
        ("ft", True),
        ("laketimes", True),
    ]
    assert "ownpaper" not in {x.outlet for x in found}


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://www.ft.com/content/3f2a-11e5-b8aa-harbour", True),
        ("https://www.bbc.com/news/articles-12345678", True),
        ("https://www.heise.de/news/harbour-closes-two.html", True),
        ("https://www.ft.com/", False),
        ("https://www.nytimes.com/topic/harbours-and-docks-2020", False),
        ("https://shop.example.com/subscribe/12345", False),
        ("https://example.com/world", False),
        ("http://[broken", False),
    ],
)
def test_paths_of_articles(url: str, wanted: bool) -> None:  # noqa: FBT001 -- a table of truths
    assert is_article(url) is wanted
