"""One sentence of our own for each way of crediting, in each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Credit = Callable[..., str | None]

LEADS = {
    "en": "The harbour company plans to close two of its five terminals next spring.",
    "uk": "Портова компанія планує закрити два з п'яти терміналів наступної весни.",
    "ru": "Портовая компания планирует закрыть два из пяти терминалов следующей весной.",
    "pl": "Spółka portowa chce wiosną zamknąć dwa z pięciu terminali, jak się okazało.",
    "tr": "Liman şirketi ilkbaharda beş terminalinden ikisini kapatmak istiyor ve bu bir ilk.",
    "hu": "A kikötő két terminált akar bezárni, és ez nem is minden.",
    "ro": "Compania portuară vrea să închidă două terminale în primăvară, ceea ce nu este tot.",
    "cs": "Přístavní společnost chce na jaře zavřít dva terminály a to je podle všeho jen začátek.",
    "el": "Η εταιρεία του λιμανιού θέλει να κλείσει δύο τερματικούς σταθμούς.",
    "zh": "港口公司计划明年春天关闭两个码头。",
    "ja": "港湾会社は来春、二つの埠頭を閉鎖する計画だ。",
    "ar": "تعتزم شركة الميناء إغلاق محطتين في الربيع المقبل.",
    "ko": "항만 회사는 내년 봄에 터미널 두 곳을 폐쇄할 계획이다.",
    "hy": "Նավահանգստի ընկերությունը ցանկանում է փակել երկու տերմինալ և դա դեռ ամենը չէ։",
}
CREDITS = [
    ("en", "(via TechCrunch)", "techcrunch"),
    ("uk", "Про це пише Financial Times із посиланням на двох керівників.", "ft"),
    ("uk", "Про це повідомляє агентство Reuters.", "reuters"),
    ("uk", "За даними Bloomberg, рішення ухвалили в понеділок.", "bloomberg"),
    ("uk", "Про це Reuters розповіли два співробітники.", "reuters"),
    ("uk", "Як пише «Шпігель», рада засідала двічі.", "spiegel"),
    ("uk", "Рада засідала двічі, - Politico.", "politico"),
    ("uk", "Джерела Суспільного кажуть про страйк.", "suspilne"),
    ("uk", "Голова ради розповів в інтерв'ю Forbes Україна про борги.", "forbes_ua"),
    ("uk", "Згідно з публікацією The Guardian, рада засідала двічі.", "guardian"),
    ("uk", "Axios дізнався про це від двох керівників.", "axios"),
    ("uk", "Про це йдеться в розслідуванні Bihus.Info.", "bihus"),
    ("ru", "Об этом сообщает Financial Times со ссылкой на двух руководителей.", "ft"),
    ("ru", "Как пишет «Коммерсантъ», совет собирался дважды.", "kommersant"),
    ("ru", "По данным Reuters, решение приняли в понедельник.", "reuters"),
    ("ru", "Об этом агентству ТАСС рассказал источник в компании, сообщает ТАСС.", "tass"),
    ("ru", "Источник РБК подтвердил закрытие.", "rbc"),
    ("ru", "В интервью изданию «Медуза» глава совета рассказал о долгах.", "meduza"),
    ("ru", "Совет собирался дважды, — говорится в материале Bloomberg.", "bloomberg"),
    ("ru", "Издание «Портовый вестник» сообщило о двух заседаниях.", "portovyyvestnik"),
    ("ru", "Согласно информации The Wall Street Journal, совет собирался дважды.", "wsj"),
    ("pl", "Jak podaje Reuters, rada obradowała dwa razy.", "reuters"),
    ("pl", 'Pisze o tym "Financial Times", powołując się na dwóch menedżerów.', "ft"),
    ("pl", "Według ustaleń Onetu rada obradowała dwa razy.", "onet"),
    ("pl", "Dziennik „Rzeczpospolita” ujawnił dwa posiedzenia rady.", "rzeczpospolita"),
    ("pl", "Źródło: PAP", "pap"),
    ("tr", "Financial Times'ın haberine göre kurul iki kez toplandı.", "ft"),
    ("tr", "Reuters'a konuşan iki yönetici bunu doğruladı.", "reuters"),
    ("tr", "Bloomberg, kurulun iki kez toplandığını öne süren haberinde bunu yazdı.", "bloomberg"),
    ("hu", "A Reuters szerint a testület kétszer ülésezett.", "reuters"),
    ("hu", "Arról a Telex számolt be, írja a Telex.", "telex"),
    ("ro", "Potrivit Reuters, consiliul s-a reunit de două ori.", "reuters"),
    ("cs", "Podle agentury Reuters se rada sešla dvakrát.", "reuters"),
    ("el", "Σύμφωνα με το Reuters, το συμβούλιο συνεδρίασε δύο φορές.", "reuters"),
    ("zh", "据路透社报道，董事会开了两次会。", "reuters"),
    ("zh", "英國《金融時報》報導，董事會開了兩次會。", "ft"),
    ("zh", "彭博社援引两名经理的话报道了此事。", "bloomberg"),
    ("ja", "ロイター通信によると、取締役会は二度開かれた。", "reuters"),
    ("ja", "英紙フィナンシャル・タイムズは26日、取締役会が二度開かれたと報じた。", "ft"),
    ("ar", "وذكرت صحيفة الغارديان أن المجلس اجتمع مرتين.", "guardian"),
    ("ar", "وفقا لوكالة رويترز اجتمع المجلس مرتين.", "reuters"),
    ("ar", "ونقلت بلومبرغ عن مديرين أن المجلس اجتمع مرتين.", "bloomberg"),
    ("ko", "로이터에 따르면 이사회는 두 번 열렸다.", "reuters"),
    ("hy", "«Հրապարակ» թերթը գրում է, որ խորհուրդը հավաքվել է երկու անգամ։", "hraparak"),
]


@pytest.mark.parametrize(("language", "sentence", "outlet"), CREDITS)
def test_a_credit_behind_the_lead_is_read(credit: Credit, language: str, sentence: str, outlet: str) -> None:
    assert credit(f"{LEADS[language]}\n{sentence}") == outlet


@pytest.mark.parametrize("language", LEADS)
def test_without_a_credit_nobody_is_named(credit: Credit, language: str) -> None:
    assert credit(LEADS[language]) is None


HEADLINES = [
    ("FT: the harbour closes two terminals", "ft"),
    ("The harbour closes two terminals – FT", "ft"),
    ("The harbour closes two terminals: Reuters", "reuters"),
    ("The harbour closes two terminals (Bloomberg)", "bloomberg"),
    ("Порт закриває два термінали, - Reuters", "reuters"),
]


@pytest.mark.parametrize(("title", "outlet"), HEADLINES)
def test_headline_credits_are_read(credit: Credit, title: str, outlet: str) -> None:
    assert credit(LEADS["en"], title=title) == outlet


WIRES = [
    ("ROTTERDAM (Reuters) - The harbour company closes two terminals.", "", "reuters"),
    ("ROTTERDAM, Nov. 3 (UPI) — The harbour company closes two terminals.", "", "upi"),
    ("Rotterdam (dpa) – Der Hafenbetreiber schließt zwei Terminals.", "", "dpa"),
    ("(EFE).- La empresa del puerto cierra dos terminales.", "", "efe"),
    ("РОТТЕРДАМ, 29 июня. /ТАСС/. Порт закрывает два терминала.", "", "tass"),
    ("新华社鹿特丹4月24日电 港口公司将关闭两个码头。", "", "xinhua"),
    ("【鹿特丹時事】港湾会社は二つの埠頭を閉鎖する。", "", "jiji"),
    ("Der Hafenbetreiber schließt zwei Terminals. (dpa)", "", "dpa"),
    ("Der Hafenbetreiber schließt zwei Terminals.\n© dpa-infocom, dpa:230428-99-1/2", "", "dpa"),
    (
        "The harbour closes.\nCopyright 2023 The Associated Press. All rights reserved.",
        "",
        "ap",
    ),
    ("The harbour closes two terminals. — AFP", "", "afp"),
    ("La empresa cierra dos terminales.", "Por Agencia EFE", "efe"),
    ("The harbour closes two terminals.", "JANE ROE; AP Business Writer", "ap"),
    ("The harbour closes two terminals.", "Reuters", "reuters"),
    ("Uostas uždaro du terminalus.", "BNS", "bns"),
    ("Spółka portowa zamyka dwa terminale.\nxyz/PAP", "", "pap"),
    ("Der Hafenbetreiber schließt zwei Terminals.\nSDA/abc", "", "sda"),
    (
        "The harbour closes two terminals.\n(Reporting by A B; ROTTERDAM (KHRB) is open)",
        "",
        None,
    ),
    ("LAKE CITY (KXYZ) -- The harbour closes two terminals.", "", "kxyz"),
    ("LAKE CITY (KXYZ) -- The harbour closes two terminals.", "Jane Roe KXYZ", None),
]


@pytest.mark.parametrize(("text", "byline", "outlet"), WIRES)
def test_a_copy_of_wire_text_credits_the_wire(credit: Credit, text: str, byline: str, outlet: str | None) -> None:
    assert credit(text, byline=byline, url="https://harbour-herald.example/1") == outlet
