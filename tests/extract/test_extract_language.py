"""Which language a text is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extract.language import LANGUAGES, code, detect

UK = "Рада міста Грейфорд у вівторок вирішила закрити старий міст через річку щонайменше на рік, повідомив мер."
RU = "Совет города Грейфорд во вторник решил закрыть старый мост через реку как минимум на год, сообщил мэр."
EN = "The council of Greyford voted on Tuesday to close the old bridge over the Wend for at least a year."
DE = "Der Stadtrat von Greyford hat am Dienstag beschlossen, die alte Brücke für mindestens ein Jahr zu schließen."
JA = "グレイフォード市議会は火曜日、古い橋を少なくとも一年間閉鎖することを決めた。"
HR = "Gradsko vijeće Greyforda u utorak je odlučilo zatvoriti stari most preko rijeke najmanje godinu dana."


@pytest.mark.parametrize(
    ("text", "declared", "wanted"),
    [
        (UK, "", "uk"),
        (RU, "uk-UA", "ru"),  # a site's template says one thing, its text another
        (EN, "de", "en"),
        (DE, "de-AT", "de"),
        (JA, "", "ja"),
        (JA, "en", "ja"),
        (HR, "sr", "sr"),  # alike: the page knows better
        ("Bridge closed", "uk", "uk"),  # too short to overrule the page
        ("Міст закрили", "", "uk"),
        ("Міст закрили", "en", "uk"),  # but not too short to tell the script
        ("", "nb-NO", "no"),
        ("12:30 — 14:00", "", ""),
        ("https://example.org/the-old-bridge", "fr", "fr"),
    ],
)
def test_detect(text: str, declared: str, wanted: str) -> None:
    assert detect(text, declared) == wanted


@pytest.mark.parametrize(
    ("declared", "wanted"),
    [
        ("uk-UA", "uk"),
        ("en_US", "en"),
        (" UA ", "uk"),
        ("nb", "no"),
        ("deu", ""),
        ("", ""),
        ("x-default", ""),
        ("12", ""),
    ],
)
def test_declared_codes(declared: str, wanted: str) -> None:
    assert code(declared) == wanted


@given(st.text(max_size=60), st.text(max_size=6))
def test_the_answer_is_a_code_or_nothing(text: str, declared: str) -> None:
    assert detect(text, declared) in {*LANGUAGES, code(declared), ""}
