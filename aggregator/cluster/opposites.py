"""Words of opposite directions in headlines, by language: exports rise, imports fall.

Only such as two headlines of one story do not share out between them: who wins and who loses, who buys and who sells
is told of one event. A word is written as its beginning; it counts with any ending of at most four letters.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

# Each line: one side | the other side.
_LINES = {
    "en": (
        "rise rose climb jump surge soar gain higher grow grew | fall fell drop slump plunge tumble sank lower shrank",
        "raise hike increase | cut reduce slash lower decrease",
        "export | import",
        "approve pass clear adopt uphold allow | reject block refuse strike overturn ban veto",
        "convict guilty | acquit clear",
    ),
    "de": (
        "steig stieg klettert wachs wuchs zuleg höher | fall fiel fäll sink sank stürz einbrech niedriger schrumpf",
        "erhöh anheb | senk kürz",
        "export ausfuhr | import einfuhr",
        "billig genehmig annimmt | ablehn lehnt stopp verbiet kippt",
        "verurteil schuldig | freispr freigespr",
    ),
    "fr": (
        "hausse grimp augment bond progress | baisse chute recul plong diminu",
        "relève relev | abaiss rédui",
        "export | import",
        "approuv adopt valid autoris | rejet bloqu refus interdi annul",
        "condamn coupable | acquitt relax",
    ),
    "es": (
        "sube suben subi aument dispara crece crecen | baja bajan cae caen cayó desplom descien reduc",
        "eleva elevan | recort rebaja",
        "export | import",
        "aprueb aprob autoriz avala | rechaz bloque prohíb anula",
        "condena culpable | absuel absolv",
    ),
    "it": (
        "sale salgono aument cresc balz | cala calano scend crolla diminu",
        "alza alzano | tagli riduc",
        "export esportaz | import importaz",
        "approva approvat | respin bocci bocc vieta",
    ),
    "pt": (
        "sobe sobem aument dispar cresc | cai caem caiu desce descem recua diminu",
        "eleva elevam | corta reduz",
        "export | import",
        "aprova aprovad autoriz | rejeit bloque proíb",
        "condena culpad | absolv",
    ),
    "ru": (
        "вырос выраст растут растет подорож подня повыс увелич | упал упад пада сниз сокра подешев уменьш",
        "экспорт | импорт",
        "одобр приня разреш утверд | отклон запрет заблок отмен",
        "осужд винов пригов | оправд",
    ),
    "uk": (
        "зрос зріс зрост зроста подорож підня підвищ збільш | впал впа пада знизи знижу скоро подешев зменш",
        "експорт | імпорт",
        "схвал прийня дозвол затверд | відхил заборон заблок скасу",
        "засуд винн | виправд",
    ),
}


@cache
def _sides(language: str) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    sides = [line.split("|") for line in _LINES.get(language, ())]
    one, other = ([re.compile(rf"(?:{'|'.join(side[i].split())})\w{{0,4}}") for side in sides] for i in (0, 1))
    return list(zip(one, other, strict=True))


@lru_cache(maxsize=10_000)
def directions(words: tuple[str, ...], language: str) -> frozenset[int]:
    """The directions that a headline's words in lower case give: n and -n are opposite; none where it gives both."""
    found = set()
    for number, (one, other) in enumerate(_sides(language), 1):
        up, down = (any(side.fullmatch(word) for word in words) for side in (one, other))
        if up != down:
            found.add(number if up else -number)
    return frozenset(found)
