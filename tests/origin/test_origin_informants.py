"""One report of the Financial Times, retold in many languages: its people are named, and are not taken for outlets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Role
from aggregator.origin.credit import credited

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution

RETOLD = [
    ("zh", "據英國《金融時報》報導,港口將關閉。四名知情官員告訴《金融時報》，談判仍在繼續。", "四名知情官員"),
    ("zh", "英國《金融時報》（FT）引述四名知情官員報導，港口將關閉。", "四名知情官員"),
    ("zh", "据FT报道，两名消息人士向FT透露，港口将关闭。", "两名消息人士"),
    (
        "ja",
        "英紙フィナンシャル・タイムズ（ＦＴ）は26日、港が閉鎖されると複数の関係者の話として報じた。",
        "複数の関係者",
    ),
    (
        "ar",
        'أفادت صحيفة "فايننشال تايمز" البريطانية، نقلا عن أربعة مسؤولين مطلعين، بأن الميناء سيغلق.',
        "أربعة مسؤولين مطلعين",
    ),
    ("ar", "ونقلت صحيفة فايننشال تايمز عن أربعة مسؤولين مطلعين أن الميناء سيغلق.", "أربعة مسؤولين مطلعين"),
    (
        "tr",
        "Financial Times'ın konuya yakın dört yetkiliye dayandırdığı haberine göre liman kapanıyor.",
        "konuya yakın dört yetkiliye",
    ),
    ("hu", "Az FT-nek nyilatkozó négy tisztviselő szerint a kikötő bezár.", "négy tisztviselő"),
    ("ko", "영국 일간 파이낸셜타임스(FT)는 소식통 4명을 인용해 항만이 폐쇄된다고 보도했다.", "소식통 4명"),
    (
        "el",
        "Σύμφωνα με τους Financial Times, που επικαλούνται τέσσερις αξιωματούχους, το λιμάνι κλείνει.",
        "τέσσερις αξιωματούχους",
    ),
    (
        "ro",
        "Portul se închide, scrie Financial Times, citând patru oficiali apropiați discuțiilor.",
        "patru oficiali apropiați discuțiilor",
    ),
    ("cs", "Přístav se zavře, napsal list Financial Times s odvoláním na čtyři úředníky.", "čtyři úředníky"),
    ("uk", "Порт закриють, пише Financial Times із посиланням на чотирьох чиновників.", "чотирьох чиновників"),
    ("ru", "Порт закроют, пишет Financial Times со ссылкой на четырех чиновников.", "четырех чиновников"),
    (
        "pl",
        "Port zostanie zamknięty, pisze „Financial Times”, powołując się na czterech urzędników.",
        "czterech urzędników",
    ),
]


@pytest.mark.parametrize(("language", "text", "informants"), RETOLD)
def test_the_people_behind_a_report_are_named(
    read: Callable[..., tuple[Attribution, ...]], language: str, text: str, informants: str
) -> None:
    found = read(text, outlet="harbourherald", language=language)
    credit = credited(found)
    assert credit is not None
    assert credit.outlet == "ft"
    assert informants in {words for attribution in found for words in attribution.informants}
    assert {x.outlet for x in found if x.role is not Role.MENTION} == {"ft"}
