from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import shipped
from aggregator.cluster.names import (
    NAMES,
    ORDINALS,
    PAIRED,
    Names,
    is_place,
    key_of,
    latin,
    name_vector,
    pair_keys,
    skeleton,
)
from aggregator.cluster.stems import plain
from aggregator.cluster.terms import words
from aggregator.cluster.vocabulary import Vocabulary

TABLE = "# a remark\nconcept\ten\tde\tar\nquake\tquake earthq\terdbeb\tزلزال\nlead\tled=\t\t\n"


@pytest.fixture
def names() -> Names:
    return Names(TABLE)


def surfaces(names: Names, title: str, language: str, text: str = "") -> set[str]:
    return {mention.surface for mention in names.mentions(words(title, text, language), language).values()}


@pytest.mark.parametrize(
    "spellings",
    [
        ("Zelensky", "Selenskyj", "Зеленский", "Зеленского", "Zełenski", "Zelenskiy", "Ζελένσκι"),
        ("Netanyahu", "نتنياهو"),
        ("Merkel", "Меркель", "Меркелем", "ميركل", "Μέρκελ", "მერკელ", "Մերկել"),
        ("Brazil", "Brasil", "Brésil", "Бразилия", "برازيل"),
        ("Johnson", "Джонсон", "جونسون"),
        ("Marseille", "Марсель"),
    ],
)
def test_one_name_has_one_skeleton_in_every_spelling(spellings: tuple[str, ...]) -> None:
    assert len({skeleton(spelling)[:4] for spelling in spellings}) == 1


def test_an_arabic_article_and_particle_are_dropped() -> None:
    assert skeleton("البرازيل") == skeleton("والبرازيل") == skeleton("برازيل")


@pytest.mark.parametrize("one_other", [("Biden", "Putin"), ("Madrid", "Milano"), ("Merkel", "Macron")])
def test_two_names_differ(one_other: tuple[str, str]) -> None:
    assert skeleton(one_other[0]) != skeleton(one_other[1])


@given(st.text())
def test_transliteration_and_skeleton_are_total(word: str) -> None:
    assert latin(word).isascii()
    assert set(skeleton(word)) <= set("BDFKLMNRST")


@given(st.text())
def test_a_skeleton_repeats_no_consonant(word: str) -> None:
    bones = skeleton(word)
    assert all(a != b for a, b in pairwise(bones))


@given(st.text(), st.sampled_from(["M", "B", "F", "L", "R"]))
def test_a_skeleton_is_its_own_skeleton_up_to_spelling(word: str, mark: str) -> None:
    # K, S, T, D and their neighbours may spell another sound together; the rest stand for themselves.
    bones = "".join(c for c in skeleton(word) if c in "MBFLRN") + mark
    once = skeleton(bones)
    assert skeleton(once) == once


@given(st.text(), st.text(max_size=200), st.sampled_from(["en", "de", "ar", "ru", "zh", "", "xx"]))
def test_the_keys_of_any_text_are_found(title: str, text: str, language: str) -> None:
    table = Names(TABLE)
    mentions = table.mentions(words(title, text, language), language)
    vector = name_vector(mentions, language, Vocabulary())
    assert len(vector) <= NAMES
    assert vector.keys() <= mentions.keys()
    assert not vector or sum(weight * weight for weight in vector.values()) == pytest.approx(1.0)
    assert len(pair_keys(vector)) == min(len(vector), PAIRED) * (min(len(vector), PAIRED) - 1) // 2


def test_a_concept_is_one_key_in_every_language(names: Names) -> None:
    english = names.mentions(words("Earthquake", "", "en"), "en").keys()
    assert (
        english
        == names.mentions(words("Erdbeben", "", "de"), "de").keys()
        == names.mentions(words("والزلزال", "", "ar"), "ar").keys()
    )


def test_a_concept_may_be_a_whole_word_only(names: Names) -> None:
    assert names.concept("led", "en") == "lead"
    assert names.concept("ledger", "en") is None
    assert names.concept("quakes", "fr") is None


def test_a_particle_hangs_on_an_arabic_word(names: Names) -> None:
    assert names.concept("بزلزال", "ar") == "quake"
    assert names.concept("قلم", "ar") is None


def test_numbers_are_keys_unless_small_or_years(names: Names) -> None:
    assert surfaces(names, "7 of 14 in 2021: 5.6", "en") == {"14", "5.6"}


def test_an_ordinal_is_known_as_such(names: Names) -> None:
    found = names.mentions(words("The 12th", "", "en"), "en").keys()
    assert key_of("12.") in found & ORDINALS
    assert found & names.mentions(words("12-й", "", "ru"), "ru").keys()
    assert found & names.mentions(words("12 Pakete", "", "de"), "de").keys()


def test_stop_words_and_short_words_are_no_keys(names: Names) -> None:
    assert surfaces(names, "The Oe of them", "en") == set()


def test_possessives_and_elisions_are_cut(names: Names) -> None:
    assert (
        names.mentions(words("Ukraine's", "", "en"), "en").keys()
        == names.mentions(words("Ukraine", "", "en"), "en").keys()
    )
    assert (
        names.mentions(words("l'Ukraine", "", "fr"), "fr").keys()
        == names.mentions(words("Ukraine", "", "fr"), "fr").keys()
    )


def test_the_title_counts_three_times(names: Names) -> None:
    mentions = names.mentions(words("Lunta", "Lunta and Marenko", "en"), "en")
    assert {(mention.surface, mention.times) for mention in mentions.values()} == {("Lunta", 4), ("Marenko", 1)}


def test_a_name_of_every_headline_weighs_little(names: Names) -> None:
    vocabulary = Vocabulary()
    for _ in range(300):
        name_vector(names.mentions(words("Tokyo", "", "en"), "en"), "en", vocabulary)
    mentions = names.mentions(words("Marenko in Tokyo", "", "en"), "en")
    vector = name_vector(mentions, "en", vocabulary)
    weight = {mentions[key].surface: value for key, value in vector.items()}
    assert weight["Tokyo"] < weight["Marenko"] / 5


def test_names_are_learnt_apart_from_words(names: Names) -> None:
    vocabulary = Vocabulary()
    name_vector(names.mentions(words("Marenko", "", "en"), "en"), "en", vocabulary)
    assert set(vocabulary.drain()[0]) == {"en~"}


CHINESE = "concept\ten\tzh\tja\nplace:ukraine\tukrain\t乌克兰\tウクライナ\nquake\tquake\t地震\t地震\n"
SPELLINGS = "latin\tzh\tja\ntrump\t特朗普\tトランフ\nzelensky\t泽连斯基\tセレンスキ\n"


@pytest.fixture
def unspaced() -> Names:
    return Names(CHINESE, SPELLINGS)


def test_known_words_are_found_where_no_blanks_stand(unspaced: Names) -> None:
    assert surfaces(unspaced, "乌克兰总统泽连斯基", "zh", "在地震之后") == {"乌克兰", "总统", "泽连斯基", "地震"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "特朗普和泽连斯基谈乌克兰"),
        ("ja", "トランプ氏とゼレンスキー氏のウクライナ"),
        ("en", "Trump, Zelensky: Ukraine"),
    ],
)
def test_a_name_is_spelt_as_the_rest_of_the_world_spells_it(unspaced: Names, language: str, text: str) -> None:
    latin_keys = unspaced.mentions(words("Trump Zelensky Ukraine", "", "en"), "en").keys()
    assert unspaced.mentions(words("", text, language), language).keys() >= latin_keys


def test_katakana_is_a_word_that_spells(unspaced: Names) -> None:
    assert surfaces(unspaced, "ゴルバチョフ氏、1990年", "ja") == {"ゴルバチョフ"}
    found = unspaced.mentions(words("ゴルバチョフ", "", "ja"), "ja").keys()
    assert found & unspaced.mentions(words("Gorbachov", "", "en"), "en").keys()


def test_latin_words_in_chinese_mean_what_they_mean_in_english(unspaced: Names) -> None:
    assert (
        unspaced.mentions(words("Ukraine", "", "zh"), "zh").keys()
        == unspaced.mentions(words("Ukraine", "", "en"), "en").keys()
    )


def test_what_a_turkish_apostrophe_hangs_on_a_name_is_cut(names: Names) -> None:
    assert (
        names.mentions(words("Nil'den Vladimir'inkiler", "", "tr"), "tr").keys()
        == names.mentions(words("Nil Vladimir", "", "tr"), "tr").keys()
    )


def test_shipped_spellings_are_written_as_words_are_looked_up() -> None:
    rows = [line.split("\t") for line in shipped.spellings().splitlines() if not line.startswith("#")]
    assert rows[0] == ["latin", "zh", "ja"]
    assert all(len(row) == 3 and row[0].isascii() for row in rows)
    stems = [(language, stem) for row in rows[1:] for language, cell in enumerate(row[1:]) for stem in cell.split()]
    assert len(stems) == len(set(stems))
    assert [stem for _, stem in stems if plain(stem) != stem or len(stem) < 2] == []


def test_a_key_tells_a_place() -> None:
    names = Names("concept\ten\tde\nplace:chile\tchile\tchile\nquake\tquake\tbeben\n")
    keys = {found.surface: key for key, found in names.mentions(words("Chile quake", "", "en"), "en").items()}
    assert (is_place(keys["Chile"]), is_place(keys["quake"])) == (True, False)
    assert not any(map(is_place, ORDINALS))
