"""Denials, corrections and retractions of an outlet's report, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.errors import ConfigError
from aggregator.model import Article, OriginState, Role, Standing
from aggregator.origin.attributions import attribute
from aggregator.origin.cues import Cues
from aggregator.origin.resolve import Report, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution
    from aggregator.origin.outlets import OutletTable

    Make = Callable[..., Report]
    Read = Callable[..., tuple[Attribution, ...]]

NOON = datetime(2025, 8, 26, 12, tzinfo=UTC)
LEAD = "The harbour company plans to close two of its five terminals next spring."
FT = f"{LEAD}\nThis is reported by the Financial Times with reference to two managers."

DENIED = [
    ("en", "The Kremlin denied the FT report.", "ft", "The Kremlin"),
    (
        "en",
        "On Friday the harbour company flatly denied a report by Reuters that it would close.",
        "reuters",
        "the harbour company",
    ),
    (
        "en",
        "Company spokeswoman Jane Doe called the Bloomberg report “entirely false”.",
        "bloomberg",
        "Company spokeswoman Jane Doe",
    ),
    ("en", "The ministry said the Financial Times report was untrue and asked for patience.", "ft", "The ministry"),
    ("en", "The Reuters report was denied by the harbour company on Monday.", "reuters", "the harbour company"),
    ("en", "But Berlin dismissed the claims in Der Spiegel as gossip of the docks.", "spiegel", "Berlin"),
    ("en", "It denied the FT’s story about the two terminals.", "ft", ""),
    (
        "uk",
        "Речник Кремля Дмитро Пєсков спростував повідомлення FT про два термінали.",
        "ft",
        "Речник Кремля Дмитро Пєсков",
    ),
    (
        "uk",
        "У Міністерстві оборони категорично заперечили публікацію Bloomberg про порт.",
        "bloomberg",
        "Міністерстві оборони",
    ),
    ("uk", "Компанія назвала повідомлення Reuters про закриття фейком.", "reuters", "Компанія"),
    ("ru", "В Кремле опровергли сообщение газеты Financial Times о двух терминалах.", "ft", "Кремле"),
    ("ru", "Компания назвала публикацию Bloomberg о закрытии порта вбросом.", "bloomberg", "Компания"),
    ("de", "Kreml dementiert Bericht der FT über die beiden Terminals.", "ft", "Kreml"),
    (
        "de",
        "Die Hafengesellschaft wies den Bericht des „Spiegel“ am Montag entschieden zurück.",
        "spiegel",
        "Die Hafengesellschaft",
    ),
    (
        "de",
        "Das Ministerium hat den Bericht der Nachrichtenagentur Reuters umgehend dementiert.",
        "reuters",
        "Das Ministerium",
    ),
    ("de", "Der Sprecher nannte den Bloomberg-Bericht über die Terminals frei erfunden.", "bloomberg", "Der Sprecher"),
    ("fr", "Le ministère a démenti les informations du Monde sur les deux terminaux.", "lemonde", "Le ministère"),
    ("fr", "L’article de Reuters a été démenti par la compagnie du port.", "reuters", "la compagnie du port"),
    (
        "es",
        "La empresa del puerto desmintió la información de El País sobre las terminales.",
        "elpais",
        "La empresa del puerto",
    ),
    ("es", "La ministra calificó la noticia de Reuters como falsa este lunes por la mañana.", "reuters", "La ministra"),
    (
        "it",
        "Il ministero ha smentito la notizia del Corriere della Sera sui due terminal del porto.",
        "corriere",
        "Il ministero",
    ),
    (
        "it",
        "La notizia di Reuters è stata smentita dalla società del porto, che non chiude.",
        "reuters",
        "società del porto",
    ),
    (
        "pt",
        "A empresa do porto desmentiu a notícia da Reuters sobre os dois terminais.",
        "reuters",
        "A empresa do porto",
    ),
    (
        "pl",
        "Rzecznik portu zaprzeczył doniesieniom Reutersa o zamknięciu dwóch terminali.",
        "reuters",
        "Rzecznik portu",
    ),
    ("pl", "Ministerstwo zdementowało informacje dziennika Financial Times o dwóch terminalach.", "ft", "Ministerstwo"),
]

CHANGED = [
    ("en", "The FT has corrected its report about the two terminals.", "ft", Standing.CORRECTED),
    ("en", "Bloomberg later issued a correction.", "bloomberg", Standing.CORRECTED),
    ("en", "The Financial Times has retracted the story about the harbour.", "ft", Standing.WITHDRAWN),
    (
        "en",
        "The Reuters report was later withdrawn, and the company thanked its readers.",
        "reuters",
        Standing.WITHDRAWN,
    ),
    ("uk", "Агентство Reuters виправило своє повідомлення про два термінали.", "reuters", Standing.CORRECTED),
    ("uk", "Видання Bloomberg видалило статтю про закриття двох терміналів порту.", "bloomberg", Standing.WITHDRAWN),
    ("ru", "Агентство Reuters отозвало свое сообщение о закрытии двух терминалов.", "reuters", Standing.WITHDRAWN),
    ("ru", "Газета Financial Times исправила статью о закрытии двух терминалов порта.", "ft", Standing.CORRECTED),
    ("de", "Reuters hat seinen Bericht über die Terminals inzwischen korrigiert.", "reuters", Standing.CORRECTED),
    ("de", "Die „Bild“ zog ihren Bericht über die Terminals am Montag zurück.", "bild", Standing.WITHDRAWN),
    ("fr", "Le Monde a rectifié son article sur les deux terminaux du port.", "lemonde", Standing.CORRECTED),
    ("fr", "Reuters a retiré son article sur les deux terminaux du port.", "reuters", Standing.WITHDRAWN),
    ("es", "El País rectificó su información sobre las dos terminales del puerto.", "elpais", Standing.CORRECTED),
    ("es", "El diario El País ha retirado la noticia sobre las dos terminales.", "elpais", Standing.WITHDRAWN),
    ("it", "La Repubblica ha rettificato la notizia sui due terminal del porto.", "repubblica", Standing.CORRECTED),
    ("it", "Reuters ha ritirato l’articolo sui due terminal del porto che chiude.", "reuters", Standing.WITHDRAWN),
    ("pt", "A Reuters corrigiu a sua notícia sobre os dois terminais do porto.", "reuters", Standing.CORRECTED),
    ("pt", "A Reuters retirou a notícia sobre os dois terminais do porto.", "reuters", Standing.WITHDRAWN),
    (
        "pl",
        "Agencja Reutera sprostowała informację o zamknięciu dwóch terminali w porcie.",
        "reuters",
        Standing.CORRECTED,
    ),
    ("pl", "Dziennik Financial Times usunął artykuł o zamknięciu dwóch terminali.", "ft", Standing.WITHDRAWN),
]

NONE = [
    ("en", "The chairman denied the allegations, the Financial Times reported."),
    ("en", "The company declined to comment to Reuters on the two terminals."),
    ("en", "The Kremlin did not deny the FT report about the two terminals."),
    ("en", "The company neither confirmed nor denied the Reuters report on Monday."),
    ("en", "The chairman denied in an interview with Bloomberg that the company would close."),
    ("en", "He told the FT that he denied any report of a strike."),
    ("en", "The union asked whether the FT would retract the story."),
    ("en", "The company denied the Facebook post reports of a strike."),
    ("en", "In 2019 the Kremlin denied a Reuters report about another harbour."),
    ("en", "The Financial Times withdrew its reporters from the harbour."),
    ("en", "The court rejected the claims of the union, according to Reuters."),
    ("en", "Reuters corrected for inflation the figures of the harbour."),
    ("uk", "У Кремлі не спростували повідомлення FT про два термінали порту."),
    ("uk", "Компанія заперечує закриття, повідомляє Reuters."),
    ("ru", "В Кремле не стали опровергать сообщение газеты Financial Times."),
    ("ru", "Компания отрицает закрытие порта, сообщает Reuters."),
    ("de", "Der Konzern wollte den Bericht der FT weder bestätigen noch dementieren."),
    ("de", "Der Konzern dementiert, berichtet die Financial Times am Montag."),
    ("fr", "La compagnie n’a pas démenti les informations du Monde sur le port."),
    ("es", "La empresa no desmintió la información de El País sobre el puerto."),
    ("es", "La empresa negó el cierre, según informó El País este lunes."),
    ("it", "Il ministero non ha smentito la notizia di Reuters sul porto."),
    ("pt", "A empresa não desmentiu a notícia da Reuters sobre o porto."),
    ("pl", "Ministerstwo nie zaprzeczyło doniesieniom Reutersa o terminalach."),
    ("pl", "Inne źródło w rozmowie z agencją Reutera zaprzeczyło, że port zostanie zamknięty."),
]


def denials(found: tuple[Attribution, ...]) -> list[tuple[str, str, str]]:
    return [(one.outlet, one.cue, one.denied_by) for one in found if one.role is Role.DENIAL]


@pytest.mark.parametrize(("language", "text", "outlet", "who"), DENIED)
def test_a_denied_report(read: Read, language: str, text: str, outlet: str, who: str) -> None:
    assert denials(read(text, language=language)) == [(outlet, f"{language}:denied", who)]


@pytest.mark.parametrize(("language", "text", "outlet", "standing"), CHANGED)
def test_a_corrected_or_withdrawn_report(read: Read, language: str, text: str, outlet: str, standing: Standing) -> None:
    assert denials(read(text, language=language)) == [(outlet, f"{language}:{standing}", "")]


@pytest.mark.parametrize(("language", "text"), NONE)
def test_what_is_no_denial_of_a_report(read: Read, language: str, text: str) -> None:
    assert denials(read(text, language=language)) == []


def test_an_outlet_that_denies_is_not_denied(read: Read) -> None:
    assert denials(read("Агентство Reuters опровергло слухи о закрытии двух терминалов.", language="ru")) == []


def test_the_origins_report_is_denied(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "unn", FT, when=NOON),
        make(2, "liga", f"{FT} On Monday the port authority denied the FT report.", when=NOON + timedelta(hours=1)),
        make(3, "babel", "Речник порту спростував повідомлення FT.", when=NOON + timedelta(hours=2), language="uk"),
    ]
    origin = resolve(reports, table)
    assert (origin.outlet, origin.standing, origin.denied_by) == ("ft", Standing.DENIED, ("the port authority",))
    assert [one.quote for one in origin.against] == [
        "On Monday the port authority denied the FT report.",
        "Речник порту спростував повідомлення FT.",
    ]
    assert all(one.quote for one in origin.against)
    assert resolve(reports[:1], table).standing is Standing.STANDING
    assert origin.independent == 1


def test_what_the_outlet_itself_takes_back_weighs_more(make: Make, table: OutletTable) -> None:
    denied = make(1, "unn", f"{FT} On Monday the port authority denied the FT report.", when=NOON)
    corrected = make(2, "liga", f"{FT} The FT has corrected its report.", when=NOON + timedelta(hours=1))
    withdrawn = make(3, "babel", f"{FT} The FT has retracted its story.", when=NOON + timedelta(hours=2))
    assert resolve([denied, corrected], table).standing is Standing.CORRECTED
    origin = resolve([denied, corrected, withdrawn], table)
    assert (origin.standing, origin.denied_by) == (Standing.WITHDRAWN, ("the port authority",))
    assert [one.cue for one in origin.against] == ["en:withdrawn", "en:corrected", "en:denied"]


def test_a_denial_of_another_report_is_none_of_this(make: Make, table: OutletTable) -> None:
    other = make(1, "unn", f"{FT} Another company denied a Reuters report on its strike.", when=NOON)
    assert resolve([other, make(2, "liga", FT, when=NOON)], table).standing is Standing.STANDING


def test_a_denial_says_who_had_reported(make: Make, table: OutletTable) -> None:
    text = "Речник порту спростував повідомлення Reuters про закриття двох терміналів."
    origin = resolve([make(1, "unn", text, language="uk")], table)
    assert (origin.state, origin.outlet, origin.standing) == (OriginState.NAMED, "reuters", Standing.DENIED)
    assert (origin.chain, origin.independent, origin.uncredited) == (("reuters",), 0, 1)
    assert [one.quote for one in origin.evidence] == [text]
    # One article of three, and two outlets, say nothing about who was first.
    silent = [make(n, f"paper{n}", LEAD) for n in (2, 3)]
    assert resolve([make(1, "unn", text, language="uk"), *silent], table).outlet is None
    two = make(4, "liga", "Речник порту спростував повідомлення Bloomberg про страйк.", language="uk")
    assert resolve([make(1, "unn", text, language="uk"), two], table).outlet is None


def test_a_credit_says_more_than_a_denial(make: Make, table: OutletTable) -> None:
    text = "Речник порту спростував повідомлення Reuters про страйк. Про це пише Financial Times."
    origin = resolve([make(1, "unn", text, language="uk")], table)
    assert (origin.outlet, origin.standing) == ("ft", Standing.STANDING)


def test_the_cue_files_hold_the_denials(table: OutletTable) -> None:
    plain = "[denials]\nreport = 'word of {o}'\ndenied = ['{w} denies {d}']"
    (lexicon,) = Cues.parse({"xx": plain})
    assert [standing for standing, _ in lexicon.denials] == [Standing.DENIED]
    with pytest.raises(ConfigError, match=r"cues/xx\.toml: denials: unknown keys refused"):
        Cues.parse({"xx": "[denials]\nrefused = []"})
    with pytest.raises(ConfigError, match="rule 'x': unknown key, role or place"):
        Cues.parse({"xx": "[[rule]]\ncue = 'x'\nrole = 'denial'"})
    article = Article(url="", outlet="", title="", text="The port denies word of Reuters.", language="xx")
    assert denials(attribute(article, table, Cues.parse({"xx": plain}))) == [("reuters", "xx:denied", "The port")]


def test_a_denial_may_concern_two_outlets(read: Read) -> None:
    found = denials(read("The harbour company denied the reports by Reuters and Bloomberg about its terminals."))
    assert [outlet for outlet, _, _ in found] == ["reuters", "bloomberg"]
