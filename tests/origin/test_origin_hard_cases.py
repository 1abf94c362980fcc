"""The traps: an outlet in the text that is not the origin, and an origin that hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Link, Role
from aggregator.origin.credit import credited

if TYPE_CHECKING:
    from collections.abc import Callable

    Credit = Callable[..., str | None]
    from aggregator.model import Attribution

    Read = Callable[..., tuple[Attribution, ...]]

LEAD = "The harbour company plans to close two of its five terminals next spring."

NOBODY = [
    ("self-relay", "censor", LEAD + " According to Censor.NET, the board met twice."),
    ("own name", "kommersant", "Порт закрывает терминалы. Об этом сообщает «Коммерсантъ»."),
    ("outlet as a subject", "", "Nikkei has agreed to sell the Financial Times Group to a rival for £900mn."),
    ("chief of an outlet", "", "The Axios CEO Jane Roe joined a panel on harbours in Davos."),
    ("former reporter", "", "A former Washington Post reporter wrote a book on harbours. It appears in May."),
    ("homonym Welt", "", "Die Welt ist klein, sagte der Hafenmeister. Das Bild ist unklar, die Zeit drängt."),
    ("homonym people", "", "People said the harbour was loud. Time will tell whether Fortune smiles on it."),
    ("a party with an agency's letters", "", "The court said PTI supporters had gathered at the harbour."),
    ("poll", "", LEAD + " Analysts polled by Bloomberg had expected less."),
    ("according to a poll", "", LEAD + " A Reuters poll had shown that readers expected it."),
    ("declined to comment", "", LEAD + " Its spokesman declined to comment to Reuters."),
    ("did not reply", "", LEAD + " The board did not respond to a request for comment from the BBC."),
    ("photo", "", "A warehouse burned down overnight.\nPhoto: Reuters"),
    ("photo, German", "", "Eine Lagerhalle brannte nieder, teilte die Polizei mit. Foto: dpa"),
    ("gallery of picture credits", "", "A warehouse burned down overnight. Nobody was hurt.\nAFP\nReuters\nBloomberg"),
    (
        "journal's study",
        "",
        "Harbours are loud, a study in the journal Acoustics found. The lead author told the Guardian so.",
    ),
    ("reprinted elsewhere", "", LEAD + "\nThis article was reprinted on Wired.com."),
    ("platform", "", LEAD + " The mayor wrote on Twitter that he was sad. This was reported by Facebook."),
    ("unnamed", "", LEAD + " Media reports had spoken of three terminals. Source: News agencies"),
    ("own dateline", "ap", "ROTTERDAM (AP) — The harbour company closes two terminals."),
    ("part of a longer name", "", LEAD + " The Times-Herald of Lake City printed a map of the Sunday Mirror Lake."),
    ("watching an outlet", "", "The captives were allowed to watch CNN and read The Guardian in the evening."),
    ("Reuters not able to confirm", "", LEAD + " Reuters could not immediately verify the figures."),
    ("re-sources contains sources", "", LEAD + " Human resources: Reuters Street 5 is the address."),
    ("site suffix without a publisher", "", LEAD),
]


@pytest.mark.parametrize(("outlet", "text"), [case[1:] for case in NOBODY], ids=[case[0] for case in NOBODY])
def test_nobody_is_credited(credit: Credit, outlet: str, text: str) -> None:
    assert credit(text, outlet=outlet) is None


SOMEBODY = [
    ("citing beats active", "", LEAD + " The Kyiv Independent reported this, citing a Bloomberg report.", "bloomberg"),
    ("self cites another", "thegaze", LEAD + " The Gaze reports this, referring to The Financial Times.", "ft"),
    ("X, cited by Y", "", "A empresa fecha dois terminais, escreve o Financial Times, citado pela Bloomberg.", "ft"),
    ("relay behind", "unn", "Порт закриває два термінали, пише Bloomberg, передає УНН.", "bloomberg"),
    (
        "wire retelling a paper",
        "",
        "ROTTERDAM, May 3 (Reuters) - It closes, the Wall Street Journal reported on Saturday, citing people.",
        "wsj",
    ),
    (
        "a comment is no report",
        "",
        "Ранили репортеров агентства Reuters. Об этом сообщил CNN со ссылкой на комментарий от Reuters.",
        "cnn",
    ),
    ("confirming", "", "The bank cuts jobs, it said on its website, confirming an earlier report by Sky News.", "sky"),
    ("denied to another", "", "O ministro sai, noticia o Expresso. Fonte disse à Lusa que não comenta.", "expresso"),
    (
        "background beside",
        "",
        "«Йдемо до кінця», сказав він в ефірі Суспільного. Раніше Bloomberg повідомляв про інший план.",
        "suspilne",
    ),
    ("earlier by is first", "", "The sale, reported earlier by Bloomberg, needs approval.", "bloomberg"),
    ("earlier today is fresh", "", "Reuters reported earlier today that the harbour closes.", "reuters"),
    ("year in another clause", "", "Das Haus von 2015, berichtet die „Zeit“, wird verkauft.", "zeit"),
    (
        "unknown outlet by a type noun",
        "",
        "According to the news site Harbour Courier, the board met twice.",
        "harbourcourier",
    ),
    (
        "unknown outlet by its exclusive",
        "",
        "An exclusive investigation by The Harbourzone reveals debts.",
        "theharbourzone",
    ),
    ("reporter of an outlet", "", "The founder will sell, reports Dana Roe of Business Insider.", "businessinsider"),
    ("ambiguous amid small words", "", "The singer told People that she liked the harbour.", "people"),
    ("abbreviation in brackets", "", "This was reported by the Financial Times (FT) on Monday.", "ft"),
    ("dative", "", "Об этом РИА Новости рассказал источник в порту.", "ria"),
    ("coordinated outlets", "", "Le Soir and Der Spiegel, which jointly obtained the files, reported this.", "lesoir"),
    ("an edition is its publisher", "", LEAD + " Про це пише Економічна правда.", "ekonomichnapravda"),
]


@pytest.mark.parametrize(
    ("outlet", "text", "origin"), [case[1:] for case in SOMEBODY], ids=[case[0] for case in SOMEBODY]
)
def test_the_right_outlet_is_credited(credit: Credit, outlet: str, text: str, origin: str) -> None:
    assert credit(text, outlet=outlet) == origin


def test_the_sites_own_suffix_is_no_credit(credit: Credit) -> None:
    assert credit(LEAD, title="The harbour closes two terminals - Golem.de") is None
    assert credit(LEAD, title="The harbour closes two terminals | CNN Business") is None


def test_an_editions_parent_is_no_origin_of_it(credit: Credit) -> None:
    assert credit("Copyright 2019 Dow Jones. All rights reserved.", outlet="barrons") is None


def test_a_credit_in_passing_deep_in_the_text_is_none(credit: Credit) -> None:
    filler = "\n".join(f"The terminal number {number} was built by other hands long ago." for number in range(15))
    assert credit(f"{filler}\nAccording to Reuters, the crane is red.") is None


def test_a_deep_sentence_on_the_headlines_matter_counts(credit: Credit) -> None:
    filler = "\n".join(f"Some people in the town number {number} like the sea and its birds." for number in range(4))
    said = "The harbour closes two terminals, according to the Guardian."
    assert credit(f"{filler}\n{said}", title="Harbour closes terminals") == "guardian"
    assert credit(f"{filler}\nAccording to the Guardian, birds sing.", title="Harbour closes terminals") is None


def test_a_third_sentence_that_left_the_headline_counts_little(credit: Credit) -> None:
    text = f"{LEAD} The union protests loudly there. As Reuters reported, fears of an attack were great."
    assert credit(text, title="Sharing economy seen critically") is None
    assert credit(text) == "reuters"


def test_two_outlets_that_report_together_are_both_found(read: Read) -> None:
    found = read("Le Soir and Der Spiegel reported the payments on Friday.")
    assert {x.outlet for x in found if x.role is Role.ORIGIN} == {"lesoir", "spiegel"}


def test_the_relay_keeps_its_role(read: Read) -> None:
    roles = {
        x.outlet: x.role for x in read("Onet, powołując się na Reuters, pisze o porcie.", title="Port i jego plany")
    }
    assert roles == {"onet": Role.RELAY, "reuters": Role.ORIGIN}


def test_informants_are_told_apart_from_the_origin(read: Read) -> None:
    found = read(f"{LEAD}\nThis is reported by the Financial Times with reference to two managers of the harbour.")
    assert [(x.outlet, x.informants) for x in found] == [("ft", ("two managers of the harbour",))]


def test_an_outlet_is_no_informant(read: Read) -> None:
    found = read(f"{LEAD}\nThis is reported by Reuters, citing «»«»«», and by Onet, citing people at the newspaper FT.")
    assert {name for x in found for name in x.informants} == {"people at"}


def test_the_link_beside_a_credit_gives_the_url_and_weight(read: Read) -> None:
    text = "The board met twice, according to the Guardian. More follows."
    place = text.index("the Guardian")
    url = "https://www.theguardian.com/business/2025/aug/26/harbour-closes-terminals"
    (with_link,) = read(text, links=(Link(url, "the Guardian", place, place + 12),))
    (without,) = read(text, links=(Link("https://www.theguardian.com/uk", "the Guardian", place, place + 12),))
    assert (with_link.url, without.url) == (url, None)
    assert with_link.weight > without.weight


def test_a_linked_name_is_an_outlet_outside_the_table(read: Read) -> None:
    text = "The board met twice, as reported by Harbour Courier on Monday."
    place = text.index("Harbour Courier")
    link = Link("https://www.harbourcourier.net/2025/terminals-to-close", "Harbour Courier", place, place + 15)
    assert [x.outlet for x in read(text, links=(link,))] == ["harbourcourier"]
    assert read(text) == ()


def test_own_reporting_is_marked(read: Read) -> None:
    own = read("“We close,” the chairman told the Guardian. More follows.", outlet="guardian")
    assert [(x.outlet, x.role) for x in own] == [("guardian", Role.SELF)]
    us = read("“We close,” the chairman told us in his office.", outlet="guardian")
    assert [(x.outlet, x.role, x.name) for x in us] == [("guardian", Role.SELF, "told us")]
    assert read("“We close,” the chairman told us in his office.") == ()


def test_the_publisher_of_a_statement_is_no_outlet(read: Read) -> None:
    found = read("Two men were arrested, the Lake City Police Department said on Monday.")
    assert [(x.role, x.name) for x in found] == [(Role.MENTION, "Lake City Police Department")]
    assert credited(found) is None
    known = read("According to the White House, the talks went well.")
    assert [(x.outlet, x.role) for x in known] == [("whitehouse", Role.MENTION)]


def test_teasers_with_credits_are_no_footer(credit: Credit) -> None:
    lines = "\n".join(f"Harbour news number {number} of the day (Forbes)" for number in range(4))
    assert credit(f"{LEAD}\n{lines}") is None


def test_a_text_without_sentences_is_read_in_pieces(read: Read) -> None:
    found = read("据路透社报道" * 2000)
    assert len({x.start for x in found}) > 1
    assert max(len(x.quote) for x in found) <= 1500


@pytest.mark.parametrize(
    "line", ["© RIPRODUZIONE RISERVATA", "© 2019-20 Harbour Press Limited", "© 2021 All Rights Reserved"]
)
def test_a_notice_of_rights_names_no_wire(credit: Credit, line: str) -> None:
    assert credit(f"The harbour company plans to close two terminals.\n{line}") is None


def test_a_comparison_credits_nobody(credit: Credit) -> None:
    assert credit("The new station will stand under the same roof as Bloomberg from next spring.") is None
    assert credit("The station opens in spring, as Bloomberg explains.") == "bloomberg"
