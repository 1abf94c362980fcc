from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.text import clean, one_line, sentences, slug


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("“It closes.” He left.", ["“It closes.”", "He left."]),
        ("Mr. Roe met Dr. Doe. They left.", ["Mr. Roe met Dr. Doe.", "They left."]),
        ("J. Roe left. K. Doe stayed.", ["J. Roe left.", "K. Doe stayed."]),
        ("In the U.S. Congress it failed. Yes.", ["In the U.S. Congress it failed.", "Yes."]),
        ("Costs rose by approx. two per cent. End.", ["Costs rose by approx. two per cent.", "End."]),
        ("LAKE CITY, Ga. (AP) — It closes. Yes.", ["LAKE CITY, Ga. (AP) — It closes.", "Yes."]),
        ("Er schließt. (dpa)", ["Er schließt.", "(dpa)"]),
        ("According to E! News it closes. Yes!", ["According to E! News it closes.", "Yes!"]),
        ("“Stop!” he said. “Why?” she asked.", ["“Stop!” he said.", "“Why?” she asked."]),
        ("Are you J? Yes.", ["Are you J?", "Yes."]),
        ("港口关闭。工会抗议！“真的？”他说。", ["港口关闭。", "工会抗议！", "“真的？”", "他说。"]),
        ("Порт закрито. Про це пише FT.", ["Порт закрито.", "Про це пише FT."]),
        ("Сума 5 млн. грн. Далі буде.", ["Сума 5 млн. грн. Далі буде."]),
        ("Teil eines 13. Militärpakets ist das. Ende.", ["Teil eines 13. Militärpakets ist das.", "Ende."]),
        ("Das gilt seit dem 26. August. Ende.", ["Das gilt seit dem 26. August.", "Ende."]),
        ("To już 12. pakiet. Koniec.", ["To już 12. pakiet.", "Koniec."]),
        ("Am 3. 8. 2025 war es so. Ende.", ["Am 3. 8. 2025 war es so.", "Ende."]),
        ("They sold 13. The rest stayed.", ["They sold 13.", "The rest stayed."]),
        ("Gezählt wurden 26. Die anderen fehlen.", ["Gezählt wurden 26.", "Die anderen fehlen."]),
        ("It opened in 1913. Roe came.", ["It opened in 1913.", "Roe came."]),
        ("It belongs to Harbour Inc. The price is low.", ["It belongs to Harbour Inc.", "The price is low."]),
        ("J.-P. Roe met K.H. Doe. They left.", ["J.-P. Roe met K.H. Doe.", "They left."]),
        ("Dott. Rossi e sig. Bianchi. Fine.", ["Dott. Rossi e sig. Bianchi.", "Fine."]),
        ("El presidente de EE.UU. Roe llegó. Fin.", ["El presidente de EE.UU. Roe llegó.", "Fin."]),
        ("Дж. Роу і проф. Доу. Вони пішли.", ["Дж. Роу і проф. Доу.", "Вони пішли."]),
        ("It ended on Aug. 26. Prices rose.", ["It ended on Aug. 26. Prices rose."]),
        ("A line\nanother line", ["A line", "another line"]),
        ("  \n\n . \n", ["."]),
        ("", []),
        ("3.5 per cent", ["3.5 per cent"]),
    ],
)
def test_sentences(text: str, wanted: list[str]) -> None:
    assert split(text) == wanted


@given(st.text())
def test_sentences_are_in_order_and_lose_nothing_but_blanks(text: str) -> None:
    spans = sentences(text)
    place = 0
    for start, end in spans:
        assert place <= start < end
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("The Gaze", "thegaze"),
        ("El País", "elpais"),
        ("Медуза", "meduza"),
        ("ＦＴ", "ft"),
        ("!", ""),
        ("9to5Mac", "9to5mac"),
    ],
)
def test_slugs(name: str, wanted: str) -> None:
    assert slug(name) == wanted


# The first call reads the transliteration tables: no deadline.
@settings(deadline=None)
@given(st.text())
def test_slugs_are_ascii_letters_and_digits(name: str) -> None:
    plain = slug(name)
    assert plain == "" or (plain.isascii() and plain.isalnum() and plain == plain.lower())


def test_invisible_characters_go() -> None:
    assert one_line(" a\u200b\n\tb \x00c\u202e ") == "a b c"
    assert clean("a\r\nb\rc\u200b\x07") == "a\nb\nc"
