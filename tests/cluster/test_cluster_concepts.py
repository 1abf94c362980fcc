"""The table of concepts that travels with the package: its form, and what its stems do and do not catch."""

from __future__ import annotations

from collections import Counter

import pytest

from aggregator import shipped
from aggregator.cluster.names import Names
from aggregator.cluster.stems import plain
from aggregator.cluster.stopwords import STOPWORDS

LANGUAGES = ["en", "es", "pt", "fr", "de", "it", "ru", "uk", "pl", "sl", "ar", "tr", "hu", "zh", "ja"]
# Longer beginnings than this are never looked up.
LONGEST_STEM = 14
MOST_EMPTY_CELLS = 4
# Stop words that are words of news, too: the country in capitals, a match won, an announcement.
WORDS_OF_BOTH = {"us", "won", "anuncio", "annuncia"}

# Words that begin like a stem of the table and mean nothing of the kind, with other words of every day.
EVERYDAY = {
    "en": "warm seen seem greet green kingdoms about also always another because before between both bring could does "
    "during each either enough ever every few follow from give going great hand have here however indeed into just "
    "keep know like little long look made make many might more most much must never often only other over own part "
    "perhaps quite rather same seat should since some still such take than that their them then there these they "
    "thing think though through under until very want what when where which while will with without would your "
    "interesting electronic policy physics department marrow barely catch ratio ironic indiana",
    "de": "aber alle alles andere anderen auch ausser beide beim bereits besonders bevor bin bis damit danach dann "
    "darf dass dein denn deshalb dieser doch dort durch eben eigentlich einfach einmal einige etwa etwas euch fast "
    "ganz gar genau gerade gern gibt hatte hier ihr immer jeder jetzt kann kaum kein konnen machen manchmal mehr mein "
    "mich mussen nach nicht noch nur oder oft ohne schon sehr seit selbst sich sofort sollte sondern soweit trotz "
    "uber uns unter viel vielleicht wahrend wann warum weil welche wenig wenn wieder wollen zum zwar nimmt gehalten",
    "es": "ahora algo alguien algunos alli antes aquel aqui asi aunque bajo bastante bien cada casi como con cual "
    "cualquier cuando cuanto debe decir desde despues donde durante ella ellos entonces entre era ese estaba estar "
    "esto fue habia hace hacia hasta hay incluso interesante luego mas mejor menos mientras mismo mucho muy nada ni "
    "ningun nosotros nuestro nunca otro para pero poco porque pronto pues que quien saber segun ser siempre sino sobre "
    "solo sonrisa tal tambien tanto tener tiene todo usa una usted ventaja ventana vez ya sala saludo precisamente",
    "fr": "ainsi alors apres assez aucun aujourd aussi autre autour avant avec avoir beaucoup bien car ceci cela celle "
    "celui cependant certes ceux chaque chez comme comment contre dans dehors deja depuis dessous devant donc elle "
    "encore enfin entre environ etaient etait ete etre eux faire faut hors ici jamais jusque leur lorsque mais malgre "
    "meme mieux moins notre nous parce parfois parmi partout pendant peu peut plus plutot pour pourquoi pourtant quand "
    "quel quelque quoi rien sans selon seulement souvent tant toujours tous tout tres trop vers voici voila vous",
    "ru": "больно будет бывает вдруг ведь весь всегда всего вообще вполне время вчера где даже давно другои едва если "
    "есть еще зачем здесь именно иногда каждыи как какои когда конечно который кроме кто куда лишь лучше между меня "
    "много может можно надо наконец например нельзя несколько нет нибудь никогда ничего нужно однако около очень "
    "пока поле потом почему почти просто разве сам свои себя сегодня сеичас снова совсем странныи также такои там "
    "теперь тогда тоже только туда уже хорошо хотя часто чего через чтобы этот индивид материал минута",
    "uk": "або адже але багато бо бува буде вас весь вже вона вони воно все всюди втім далі де дедалі для доки дуже "
    "ледве ж за завжди зараз звідки знову інколи інша іноді його кожен коли куди лише мабуть майже між може можна "
    "навіть навколо нам наче невже немає ні ніби ніколи ніхто нічого однак ось поки потім потрібно при про просто "
    "раптом разом сам свій себе сьогодні так також там тепер ти тільки тобі тому тоді тут увага хоч хто це цей час "
    "часто через чи чому щоб щось як який якось якщо матеріал спектакль",
}

MEANINGS = [
    (
        "earthquake",
        "en earthquake, es terremoto, fr séisme, de Erdbeben, ru землетрясение, uk землетрус, pl trzęsienie",
    ),
    ("poland", "en Polish, es polaco, fr polonais, de polnische, ru польский, uk польща, pl Polska, ar بولندا"),
    ("kazakhstan", "en Kazakh, es kazajo, fr kazakhe, de Kasachstan, ru Казахстан, uk казахський, ar كازاخستان"),
    ("verdict", "en convicted, es condenado, fr condamné, de verurteilt, ru приговор, uk вирок, pl wyrok, sl obsodba"),
    ("bankruptcy", "en bankruptcy, es quiebra, fr faillite, de Insolvenz, it fallimento, ru банкротство, pl upadłość"),
    ("bank", "en banks, es bancos, fr banque, de Bank, it banca, ru банка, uk банку, sl banka, ar بنك"),
    ("helicopter", "en helicopter, pt helicóptero, de Hubschrauber, it elicottero, ru вертолёт, pl śmigłowiec"),
    ("wolf", "en wolves, es lobo, fr loups, de Wölfe, it lupi, ru волки, uk вовк, pl wilki, sl volkovi"),
    ("export", "en exports, es exportaciones, de Ausfuhr, it esportazioni, ru экспорт, sl izvoz, ar صادرات"),
    ("import", "en imports, de Einfuhr, ru импорт, uk імпорт, sl uvoz, ar واردات"),
    ("win", "en wins, es victoria, fr victoire, de Sieg, it vittoria, ru победа, uk перемога, sl zmaga, ar فوز"),
    ("lose", "en loses, fr perdu, de Niederlage, it sconfitta, ru поражение, uk поразка, sl poraz, ar هزيمة"),
    ("rise", "en rises, es aumento, fr hausse, de Anstieg, it aumento, ru рост, uk зростання, pl wzrost, ar ارتفاع"),
    ("fall", "en falls, es caída, fr chute, de Rückgang, it calo, ru падение, uk падіння, pl spadek, ar انخفاض"),
    ("kidnap", "en kidnapped, es secuestro, fr enlèvement, de entführt, ru похищение, pl porwanie, ar الخطف"),
    ("whale", "en whale, es ballena, fr baleine, de Wal, ru кит, pl wieloryb, sl kit"),
    ("security", "en security, tr güvenlik, hu biztonsági, zh 安全, ja 安全, ar الأمن"),
    ("army", "en troops, tr askerler, hu katonák, zh 部队, ja 部隊, uk військових"),
    ("ukraine", "en Ukraine, tr Ukrayna, hu Ukrajnában, zh 乌克兰, ja ウクライナ, ar أوكرانيا"),
    ("ferry", "en ferry, tr feribot, hu komp, zh 渡轮, ja フェリー"),
    ("china", "en China, es China, de China, ru Китае, uk Китаю, sl Kitajska, ar الصين"),
]


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    return [line.split("\t") for line in shipped.concepts().splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(shipped.concepts())


def test_every_line_is_one_concept_in_every_language(rows: list[list[str]]) -> None:
    assert rows[0] == ["concept", *LANGUAGES]
    assert [row for row in rows if len(row) != 1 + len(LANGUAGES)] == []
    assert [name for name, count in Counter(row[0] for row in rows).items() if count > 1] == []
    assert [row[0] for row in rows if row.count("") > MOST_EMPTY_CELLS] == []


def test_the_stems_are_written_as_words_are_looked_up(rows: list[list[str]]) -> None:
    stems = [(row[0], stem.removesuffix("=")) for row in rows[1:] for cell in row[1:] for stem in cell.split()]
    assert [pair for pair in stems if plain(pair[1]) != pair[1]] == []
    assert [pair for pair in stems if set(pair[1]) & set("ةى")] == []


def test_every_stem_can_be_met(rows: list[list[str]]) -> None:
    beginnings = [stem for row in rows[1:] for cell in row[1:] for stem in cell.split() if not stem.endswith("=")]
    assert [stem for stem in beginnings if not 1 < len(stem) <= LONGEST_STEM] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_stem_stands_twice_in_a_language(rows: list[list[str]], language: str) -> None:
    column = rows[0].index(language)
    stems = Counter(stem for row in rows[1:] for stem in row[column].split())
    assert [stem for stem, count in stems.items() if count > 1] == []


@pytest.mark.parametrize(("concept", "samples"), MEANINGS, ids=[concept for concept, _ in MEANINGS])
def test_words_of_many_languages_mean_one_concept(names: Names, concept: str, samples: str) -> None:
    for sample in samples.split(", "):
        language, word = sample.split(" ")
        assert names.concept(plain(word), language) == concept, sample


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_words_mean_no_concept(names: Names, language: str) -> None:
    words = {plain(word) for word in STOPWORDS.get(language, ())} - WORDS_OF_BOTH
    met = {word: names.concept(word, language) for word in words}
    assert {word: concept for word, concept in met.items() if concept is not None} == {}


@pytest.mark.parametrize("language", EVERYDAY)
def test_words_of_every_day_mean_no_concept(names: Names, language: str) -> None:
    words = [plain(word) for word in EVERYDAY[language].split()]
    met = {word: names.concept(word, language) for word in words}
    assert {word: concept for word, concept in met.items() if concept is not None} == {}
