"""Statements of bodies that are no outlets, signs of own reporting, and the outlet that a story is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Role
from aggregator.origin.credit import credited, shows_own

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution

    Read = Callable[..., tuple[Attribution, ...]]

STATEMENTS = [
    (
        "en",
        "The harbour will close in May, the transport ministry said in a statement on Monday.",
        "transport ministry",
    ),
    ("en", "The harbour closes. Harbour Holdings said in a press release that 300 jobs would go.", "Harbour Holdings"),
    ("en", "Two terminals will close, the port authority announced on Monday.", "port authority"),
    ("en", "Storm Ada will reach the coast tonight, according to the weather service.", "weather service"),
    ("en", "A yellow warning was issued by the Meteorological Office at noon.", "Meteorological Office"),
    ("en", "The Coastal Survey Office rated the storm red in its morning bulletin.", "Coastal Survey Office"),
    ("en", "Lakeside Foods posted a second-quarter profit of 20 million dollars.", "Lakeside Foods"),
    ("en", "Lakeside Foods lowered its full-year outlook on Monday.", "Lakeside Foods"),
    ("en", "The food safety agency ordered a recall in a notice to shops.", "food safety agency"),
    ("de", "Der Hafen schließt im Mai, teilte das Verkehrsministerium mit.", "Verkehrsministerium"),
    ("de", "Das gab die Hafenbehörde am Montag in einer Mitteilung bekannt.", "Hafenbehörde"),
    ("de", "Laut Bundesamt für Seeschifffahrt steigt das Wasser.", "Bundesamt für Seeschifffahrt"),
    (
        "fr",
        "Le port fermera en mai, a annoncé lundi le ministère des Transports dans un avis.",
        "ministère des Transports",
    ),
    ("fr", "Dans un communiqué, la préfecture annonce que le port fermera.", "préfecture"),
    ("fr", "La préfecture a indiqué lundi que le port fermerait en mai.", "préfecture"),
    ("es", "El puerto cerrará, según informó la Autoridad Portuaria en un comunicado.", "Autoridad Portuaria"),
    ("es", "El puerto cerrará en mayo, informó el Ministerio de Transportes.", "Ministerio de Transportes"),
    ("es", "Fomento anunció este lunes que el puerto cerrará en mayo.", "Fomento"),
    ("it", "Lo rende noto il ministero dei Trasporti in una nota.", "ministero dei Trasporti"),
    ("it", "Il porto chiuderà a maggio, ha annunciato la Regione Liguria.", "Regione Liguria"),
    ("pl", "Port zostanie zamknięty, poinformowało Ministerstwo Infrastruktury.", "Ministerstwo Infrastruktury"),
    ("pl", "W komunikacie ministerstwa infrastruktury podano datę zamknięcia.", "ministerstwa infrastruktury"),
    ("uk", "Порт закриють, йдеться у повідомленні міністерства інфраструктури.", "міністерства інфраструктури"),
    ("uk", "Порт закриють у травні. Про це повідомила пресслужба порту.", "пресслужба"),
    ("ru", "Порт закроют, говорится в сообщении министерства транспорта.", "министерства транспорта"),
    ("ru", "Порт закроют в мае. Об этом сообщила пресс-служба порта.", "пресс-служба"),
]


@pytest.mark.parametrize(("language", "text", "body"), STATEMENTS)
def test_a_statement_names_its_body_and_no_outlet(read: Read, language: str, text: str, body: str) -> None:
    found = read(text, language=language)
    assert credited(found) is None
    assert any(x.role is Role.MENTION and body in x.name for x in found)


OWN = [
    ("en", "guardian", "The port will close, according to papers seen by the Guardian."),
    ("en", "guardian", "The Guardian has learned that the port will close."),
    ("de", "spiegel", "Der Hafen schließt, sagte die Direktorin dem SPIEGEL."),
    ("de", "spiegel", "Der Hafen schließt. Die Papiere liegen dem SPIEGEL vor."),
    ("de", "stern", "Die Papiere liegen uns vor."),
    ("fr", "lemonde", "Selon des documents que Le Monde a pu consulter, le port fermera."),
    ("fr", "lefigaro", "Selon nos informations, le port fermera en mai."),
    ("fr", "mediapart", "« Nous fermons », confie à Mediapart le directeur du port."),
    ("es", "elpais", "“Cerramos”, cuenta a EL PAÍS el director del puerto."),
    ("es", "elpais", "El puerto cerrará, según documentos a los que ha tenido acceso EL PAÍS."),
    ("es", "elmundo", "El director nos explicó que el puerto cerrará en mayo."),
    ("it", "corriere", "«Chiudiamo», racconta al Corriere della Sera il direttore del porto."),
    ("it", "repubblica", "Il porto chiuderà, secondo le carte visionate da Repubblica."),
    ("it", "repubblica", "Il sindaco, incontrato dal nostro inviato, parla di danni."),
    ("pl", "onet", "– Zamykamy – mówi Onetowi dyrektor portu."),
    ("pl", "onet", "Jak ustalił Onet, port zostanie zamknięty w maju."),
    ("pl", "onet", "Dotarliśmy do umowy, którą podpisał dyrektor portu."),
    ("uk", "censor", "Порт закриють. Копії наказу має Цензор.НЕТ."),
    ("uk", "censor", "“Ми закриваємо”, - розповів Цензор.НЕТ директор порту."),
    ("ru", "meduza", "Порт закроют, рассказал «Медузе» директор порта."),
    ("ru", "meduza", "Порт закроют, выяснила «Медуза»."),
]


@pytest.mark.parametrize(("language", "outlet", "text"), OWN)
def test_a_sign_of_own_reporting_is_found_and_is_no_credit(read: Read, language: str, outlet: str, text: str) -> None:
    found = read(text, outlet=outlet, language=language)
    assert credited(found) is None
    assert any(shows_own(x) for x in found)


@pytest.mark.parametrize(("language", "outlet", "text"), [*OWN[:2], *OWN[14:16], OWN[19]])
def test_the_same_words_credit_the_outlet_elsewhere(read: Read, language: str, outlet: str, text: str) -> None:
    found = credited(read(text, outlet="elsewhere", language=language))
    assert found is not None
    assert found.outlet == outlet


def test_a_byline_of_an_envoy_is_a_sign_of_own_reporting(read: Read) -> None:
    found = read("Il porto chiude.", outlet="repubblica", language="it", byline="dal nostro inviato Dario Roe")
    assert any(shows_own(x) for x in found)


SUBJECTS = [
    ("en", "The Globe and Mail said in a statement to readers that it would close its printing works."),
    ("en", "The Financial Times has told its readers that the price goes up."),
    ("en", "The Guardian has opened its archive to schools."),
    ("de", "Die „Zeit“ teilte ihren Lesern mit, dass sie teurer wird."),
    ("fr", "Mediapart a annoncé à ses abonnés une hausse du prix."),
    ("es", "El País anunció a sus lectores que el precio sube."),
    ("it", "La Stampa ha annunciato ai lettori che il prezzo sale."),
    ("pl", "Onet poinformował czytelników, że zmienia adres."),
    ("uk", "Цензор.НЕТ повідомив своїм читачам про нову адресу."),
    ("ru", "«Медуза» сообщила своим читателям о новом адресе."),
]


@pytest.mark.parametrize(("language", "text"), SUBJECTS)
def test_who_speaks_of_itself_is_no_origin(read: Read, language: str, text: str) -> None:
    assert credited(read(text, language=language)) is None


REPORTS = [
    ("en", "The Financial Times said Roe wrote in a letter to its staff that it would go.", "ft"),
    ("en", "Reuters reported a loss of power in the whole city on Monday.", "reuters"),
    ("en", "Bloomberg reported losses of three billion dollars at the company.", "bloomberg"),
    ("uk", "Reuters повідомив, що міністр у зверненні до нації назвав дату.", "reuters"),
    ("uk", "Порт продають, пише УНН, передає Укрінформ з посиланням на Bloomberg.", "bloomberg"),
    ("ru", "Порт продают, пишет УНН, передает Укринформ со ссылкой на Bloomberg.", "bloomberg"),
    ("es", "El País informó este martes de que el puerto cerrará.", "elpais"),
    ("es", "“Cerramos”, dijo el director en declaraciones al diario peruano El Comercio.", "elcomercio"),
    ("fr", "Le site Mediapart a publié mardi une enquête sur le port.", "mediapart"),
    ("fr", "Le port ferme, selon une enquête d’Euractiv.", "euractiv"),
    ("it", "Lo ha detto il ministro all’ANSA.", "ansa"),
    ("it", "Il porto chiude, secondo quanto riportato dall'ANSA.", "ansa"),
    ("de", "Wie die Zeitung „Uferbote“ berichtet, gehen 300 Stellen verloren.", "uferbote"),
    ("de", "Der Hafen schließt, berichtet die Tageszeitung Nordkurier.", "nordkurier"),
    ("de", "Sie sind Teil eines 13. Pakets, berichtet die Zeitung „Uferbote“.", "uferbote"),
]


@pytest.mark.parametrize(("language", "text", "origin"), REPORTS)
def test_who_reports_is_the_origin(read: Read, language: str, text: str, origin: str) -> None:
    found = credited(read(text, language=language))
    assert found is not None
    assert found.outlet == origin


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die Zeitung Anfang August war dünn, berichtet der Hafenmeister."),
        ("it", "Il porto chiude. Per La Stampa è finita una stagione di crisi."),
    ],
)
def test_what_is_no_credit(read: Read, language: str, text: str) -> None:
    assert credited(read(text, language=language)) is None


LEAD = "“We close two of five terminals,” the chairman told the Guardian on Monday morning."


def test_own_reporting_outweighs_a_weaker_credit(read: Read) -> None:
    weak = f"{LEAD} He smiled. Then he left by boat. According to Reuters, the crane at the quay is red. It is old."
    again = f"{weak} The crane came from Japan, according to Reuters."
    assert credited(read(again, outlet="elsewhere", title="Terminals to close")) is not None
    assert credited(read(again, outlet="guardian", title="Terminals to close")) is None
    strong = f"{LEAD} The plan was first reported by Bloomberg."
    found = credited(read(strong, outlet="guardian"))
    assert found is not None
    assert found.outlet == "bloomberg"


def test_where_a_text_first_stood_outweighs_only_a_quote(read: Read) -> None:
    first = "\nThis article originally appeared on Harbour Courier."
    quote = read(f"“We close,” the chairman told Reuters.{first}", outlet="harbourcourier")
    assert {x.outlet for x in quote} == {"reuters", "harbourcourier"}
    assert credited(quote) is None
    report = credited(read(f"Two terminals close, according to Reuters.{first}", outlet="harbourcourier"))
    assert report is not None
    assert report.outlet == "reuters"


def test_a_headline_that_the_text_repeats_is_no_sentence_of_it(read: Read) -> None:
    title = "Harbour closes terminals for good this spring"
    text = "The company said nothing. Two ships turned back. As Reuters reported, three quays are left to rot."
    plain, repeated = read(text, title=title), read(f"{title}\n{text}", title=title)
    assert [x.weight for x in plain] == [x.weight for x in repeated]
