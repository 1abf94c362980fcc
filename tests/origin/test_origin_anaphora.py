"""Type nouns that stand for an outlet named before: "the newspaper said"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import ConfigError
from aggregator.model import Link, Role
from aggregator.origin.cues import Cues

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution

    Read = Callable[..., tuple[Attribution, ...]]
    Credit = Callable[..., str | None]

FILLER = "The harbour has five terminals and a lighthouse."

# A sentence that names the outlet, and one that means it.
MEANT = [
    ("en", "ft", "The port will close, the Financial Times reported.", "The newspaper said the board met twice."),
    ("en", "ft", "The port will close, the Financial Times reported.", "Two aides told the British paper about it."),
    ("en", "axios", "The port will close, Axios reported.", "An official told the outlet that talks go on."),
    ("en", "reuters", "The port will close, Reuters reported.", "A source told the news agency that talks go on."),
    ("en", "cnn", "The port will close, CNN reported.", "According to the broadcaster, talks go on."),
    ("uk", "ft", "Порт закриють, пише Financial Times.", "За даними видання, рада зібралася двічі."),
    ("uk", "ft", "Порт закриють, пише Financial Times.", "Як пише газета, рада зібралася двічі."),
    ("ru", "ft", "Порт закроют, пишет Financial Times.", "По данным издания, совет собирался дважды."),
    ("ru", "reuters", "Порт закроют, сообщает Reuters.", "Как сообщает агентство, совет собирался дважды."),
    ("de", "ft", "Der Hafen schließt, berichtet die Financial Times.", "Der Rat tagte zweimal, schreibt das Blatt."),
    ("de", "cnn", "Der Hafen schließt, wie CNN berichtet.", "Der Rat tagte zweimal, berichtete der US-Sender."),
    ("fr", "lemonde", "Le port va fermer, rapporte Le Monde.", "Selon le quotidien, le conseil a siégé deux fois."),
    ("es", "elpais", "El puerto va a cerrar, según El País.", "El consejo se reunió dos veces, según el diario."),
    ("it", "repubblica", "Il porto chiude, scrive Repubblica.", "Secondo il quotidiano il consiglio si è riunito."),
    ("pt", "ft", "O porto vai fechar, avança o Financial Times.", "Segundo o jornal britânico, o conselho reuniu-se."),
    ("pl", "ft", "Port zostanie zamknięty, pisze „Financial Times”.", "Jak pisze dziennik, rada zebrała się dwa razy."),
    ("tr", "ft", "Financial Times'ın haberine göre liman kapanıyor.", "Gazeteye göre kurul iki kez toplandı."),
    ("ar", "ft", "ذكرت صحيفة فايننشال تايمز أن الميناء سيغلق.", "وذكرت الصحيفة أن المجلس اجتمع مرتين."),
    ("zh", "ft", "据《金融时报》报道，港口将关闭。", "据该报报道，董事会开了两次会。"),
    ("ja", "ft", "英紙フィナンシャル・タイムズは、港が閉鎖されると報じた。", "同紙によると、理事会は２回開かれた。"),
    ("hu", "ft", "Bezár a kikötő, írja a Financial Times.", "A lap szerint a tanács kétszer ülésezett."),
    ("sv", "ft", "Hamnen stängs, skriver Financial Times.", "Enligt tidningen möttes rådet två gånger."),
    ("nl", "ft", "De haven sluit, meldt de Financial Times.", "Volgens de krant kwam de raad twee keer bijeen."),
]


@pytest.mark.parametrize(("language", "outlet", "named", "meant"), MEANT, ids=[f"{x[0]} {x[3]}" for x in MEANT])
def test_a_noun_stands_for_the_outlet_named_before(
    read: Read, language: str, outlet: str, named: str, meant: str
) -> None:
    found = read(f"{named}\n{meant}", language=language)
    assert [one.outlet for one in found if one.quote == meant and one.role in {Role.ORIGIN, Role.INTERVIEW}] == [outlet]
    assert all(one.weight < 0.5 for one in found if one.quote == meant)


NOT_MEANT = [
    ("nobody named before", "", "The port will close. The newspaper said the board met twice."),
    ("the publisher itself", "ft", "The port will close, the Financial Times reported. Aides told the newspaper so."),
    ("two outlets", "", "The FT and Axios saw a memo on the port. Two aides told the outlet about it."),
    ("another kind", "", "The port will close, CNN reported. Two aides told the newspaper about it."),
    ("an agency of another kind", "", "The port is unsafe, Reuters reported. The agency said it had no access."),
    ("rating agency", "", "Порт закроют, сообщает Reuters. Fitch снизил рейтинг порта. Агентство сообщило об этом."),
    ("a study's paper", "", "A study of harbours was noted by the Guardian. The paper said that ports are loud."),
    ("another newspaper", "", "Порт закроют, пишет Financial Times. Немецкое издание пишет иное."),
    ("a name follows", "", "Порт закроют, пишет Financial Times. Как пишет газета «Гудок Порта», совет собирался."),
    ("an unproven name", "", "Time will tell. Two aides told the magazine about it."),
    ("a picture", "", "The port will close.\nPhoto: Reuters\nTwo aides told the news agency about it."),
    (
        "an older report",
        "",
        "In 2019 the Financial Times reported a plan for the port. The newspaper said it was bold.",
    ),
    ("the news is about it", "", "The Financial Times Group was sold to a rival. The newspaper said staff would stay."),
    ("a platform", "", "The mayor wrote on Telegram on Monday. Two aides told the outlet about it."),
    ("another in its sentence", "", "The port will close, the FT reported. Axios, citing the newspaper, said so too."),
]


@pytest.mark.parametrize(("outlet", "text"), [case[1:] for case in NOT_MEANT], ids=[case[0] for case in NOT_MEANT])
def test_a_noun_stands_for_none(read: Read, outlet: str, text: str) -> None:
    last = text.replace("\n", " ").rsplit(". ", 1)[-1]
    found = read(text, outlet=outlet, language="ru" if "Порт" in text else "en")
    credits_ = [one for one in found if one.quote.endswith(last) and one.role not in {Role.SELF, Role.MENTION}]
    assert {one.name for one in credits_} <= {"Axios", "Гудок Порта"}


def test_what_people_told_the_newspaper_is_its_report(read: Read, credit: Credit) -> None:
    """A name in passing is no credit; that officials spoke to the paper is one, and says who they are."""
    bare = "The Financial Times went to the port on Monday night."
    assert credit(bare) is None
    assert credit(f"{bare}\n{FILLER}") is None
    told = read(f"{bare}\nTwo senior officials told the newspaper that the port will close.")[-1]
    assert (told.outlet, told.role, told.name) == ("ft", Role.INTERVIEW, "The Financial Times")
    assert "senior officials" in " ".join(told.informants)
    assert credit(f"{bare}\nTwo senior officials told the newspaper that the port will close.") == "ft"


def test_what_is_said_of_a_name_in_passing_is_no_report(credit: Credit) -> None:
    """The news is about the paper itself: what it says is no source of it."""
    assert credit("The New York Times sued a maker of robots.\nThe newspaper said its articles were used.") is None


def test_a_headline_that_names_the_outlet_gains_sentences(read: Read) -> None:
    text = f"{FILLER} Two officials told the newspaper that the port will close."
    found = read(text, title="FT: Port to close")
    assert [(one.field, one.outlet) for one in found] == [("title", "ft"), ("text", "ft")]
    assert found[1].informants


def test_a_noun_too_far_from_the_name_stands_for_none(read: Read) -> None:
    named = "The port will close, the Financial Times reported. "
    for between, credits_ in ((5, 2), (6, 1)):
        text = named + f"{FILLER} " * between + "Two aides told the newspaper about it."
        assert len(read(text)) == credits_


def test_a_study_between_the_lines_makes_the_headlines_paper_doubtful(read: Read) -> None:
    text = "A study found that ports are loud. The paper said so."
    assert [one.field for one in read(text, title="Guardian: Ports are loud")] == ["title"]


def test_a_platform_beside_the_noun_is_no_rival(read: Read) -> None:
    text = "The port will close, the Financial Times reported. The mayor said on Telegram what he told the newspaper."
    assert [one.outlet for one in read(text)] == ["ft", "ft"]


def test_the_publisher_named_in_between_is_meant(read: Read) -> None:
    text = "The port will close, the FT reported. Axios was not invited. Two aides told the outlet about it."
    assert [one.outlet for one in read(text, outlet="axios") if one.role is not Role.SELF] == ["ft"]


def test_an_unknown_outlet_is_meant_under_its_name(read: Read) -> None:
    found = read("An investigation by the newspaper Harbour Herald shows it. Two aides told the newspaper about it.")
    assert {(one.outlet, one.name) for one in found} == {("harbourherald", "Harbour Herald")}


@pytest.mark.parametrize(("href", "credits_"), [("https://ft.com/content/a-b-c", 2), ("https://axios.com/a-b-c", 1)])
def test_a_link_may_say_that_another_is_meant(read: Read, href: str, credits_: int) -> None:
    text = "The port will close, the FT reported. Two aides told the newspaper about it."
    at = text.index("the newspaper")
    assert len(read(text, links=(Link(href, "the newspaper", at, at + 13),))) == credits_


SENTENCES = [
    "The port will close, the Financial Times reported.",
    "Axios saw a memo.",
    "The mayor wrote on Telegram.",
    "The newspaper said so.",
    "Two aides told the outlet about it.",
    "According to the news agency, talks go on.",
    "Reuters and CNN reported it.",
    FILLER,
]


@given(st.lists(st.sampled_from(SENTENCES), max_size=9), st.sampled_from(["", "FT: Port to close", "Port to close"]))
def test_no_noun_brings_in_an_outlet_that_is_not_named_before(read: Read, told: list[str], title: str) -> None:
    text = " ".join(told)
    for one in read(text, title=title):
        before = title + (text[: one.end] if one.field == "text" else "")
        assert one.name.removeprefix("the ") in before


def test_an_unknown_kind_of_noun_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"cues/xx.toml: anaphora of unknown kinds radio"):
        Cues.parse({"xx": "anaphora = { radio = 'the radio' }"})
