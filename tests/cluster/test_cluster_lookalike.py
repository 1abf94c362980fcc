"""Look-alikes: the same words about other events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cluster.kinds import names
from aggregator.cluster.lookalike import swapped
from aggregator.cluster.opposites import _LINES, directions
from aggregator.cluster.ordinals import ordinal, pointed
from aggregator.cluster.stems import plain
from aggregator.cluster.terms import words

if TYPE_CHECKING:
    from tests.cluster.conftest import Desk

WORDS = st.lists(st.sampled_from(["marlow", "beats", "hask", "in", "the", "final", "2-1"]), max_size=7).map(tuple)


def homes(desk: Desk, titles: list[str], lang: str = "en") -> list[int]:
    return [desk.file(title, hours=float(i), lang=lang) for i, title in enumerate(titles)]


@pytest.mark.parametrize(
    ("titles", "lang"),
    [
        (("Arsenal beat Chelsea", "Chelsea beat Arsenal"), "en"),
        (("Norland defeats Sudria in hockey final", "Sudria defeats Norland in hockey final"), "en"),
        (("Arsenal beat Chelsea 2-1 at home", "Arsenal beat Chelsea 3-0 at home"), "en"),
        (("Arsenal beat Chelsea 2-1", "Everton beat Fulham 2-1"), "en"),
        (("Quake of 5.6 shakes Norland coast", "Quake of 6.1 shakes Sudria coast"), "en"),
        (("Norland exports rise sharply in May", "Norland imports fall sharply in May"), "en"),
        (("Court approves merger of Telco and Fibra", "Court blocks merger of Telco and Fibra"), "en"),
        (("EU agrees 12th package of sanctions", "EU agrees 13th package of sanctions"), "en"),
        (("EU beschließt 12. Paket gegen Norland", "EU beschließt 13. Paket gegen Norland"), "de"),
        (("ЕС согласовал двенадцатый пакет санкций", "ЕС согласовал 13-й пакет санкций"), "ru"),
        (("ЄС погодив дванадцятий пакет санкцій", "ЄС погодив 13-й пакет санкцій"), "uk"),
    ],
)
def test_headlines_of_two_events_stay_apart(desk: Desk, titles: tuple[str, str], lang: str) -> None:
    one, other = homes(desk, list(titles), lang)
    assert one != other


@pytest.mark.parametrize(
    ("titles", "lang"),
    [
        (
            ("Oldest and youngest athletes at the Marenko games", "Youngest and oldest athletes at the Marenko games"),
            "en",
        ),
        (("Arsenal beat Chelsea 2-1 in Marenko", "Arsenal 2-1 Chelsea in Marenko: late winner"), "en"),
        (("EU agrees twelfth package of sanctions", "EU agrees 12th package of sanctions"), "en"),
        (("EU beschließt 12. Paket gegen Norland", "12. Paket der EU gegen Norland beschlossen"), "de"),
        (("ЕС согласовал двенадцатый пакет санкций", "12-й пакет санкций согласовал ЕС"), "ru"),
        (("Ruiz to meet Hask in Marenko on 12. Mai", "Ruiz meets Hask in Marenko"), "no"),
    ],
)
def test_headlines_of_one_event_come_together(desk: Desk, titles: tuple[str, str], lang: str) -> None:
    one, other = homes(desk, list(titles), lang)
    assert one == other


FORM = (
    "The {what} {name} has died aged {age}, the family said. {name} was born in {town} and won many prizes during a "
    "long career. Tributes came from colleagues and friends. A funeral will be held in {town} next week."
)
WARNING = (
    "The weather office has issued a warning for {name} from Monday evening until Tuesday morning. People in {town} "
    "are advised to stay indoors and to secure loose objects. Trains and ferries may be cancelled. The office said "
    "{age} shelters would open, and that the warning may be extended. Drivers should take care."
)
SLOTS = (
    {"what": "actor", "name": "Marlow", "age": 81, "town": "Lunta"},
    {"what": "writer", "name": "Hask", "age": 92, "town": "Marenko"},
    {"what": "painter", "name": "Sorel", "age": 77, "town": "Veldia"},
)


@pytest.mark.parametrize("form", [FORM, WARNING])
def test_news_told_by_one_form_is_many_stories(desk: Desk, form: str) -> None:
    found = [
        desk.file(f"{slot['name']}, {slot['town']}", form.format(**slot), hours=float(i))
        for i, slot in enumerate(SLOTS)
    ]
    assert len(set(found)) == len(SLOTS)
    assert desk.sweep() == found


def test_a_copy_of_such_news_is_still_a_copy(desk: Desk) -> None:
    text = FORM.format(**SLOTS[0])
    assert desk.file("Marlow is dead", text) == desk.file("Actor Marlow dies", f"{text} More soon.", hours=1.0)
    assert desk.levels() == ["first", "copy"]


@given(WORDS, WORDS, WORDS)
def test_swapping_is_seen_from_both_sides(
    one: tuple[str, ...], middle: tuple[str, ...], other: tuple[str, ...]
) -> None:
    there, back = one + middle + other, other + middle + one
    assert swapped(there, back, "en") == swapped(back, there, "en")
    assert not swapped(there, there, "en")


def test_only_what_stands_around_a_word_is_swapped() -> None:
    assert swapped(("a1", "beats", "b1", "b2"), ("b1", "b2", "beats", "a1"), "en")
    assert not swapped(("a1", "and", "b1"), ("b1", "and", "a1"), "en")
    assert not swapped(("a1", "b1"), ("b1", "a1"), "en")
    assert not swapped(("a1", "beats", "b1"), ("a1", "beats", "c1"), "en")
    assert not swapped(("a1", "x1", "b1", "c1"), ("c1", "a1", "x1", "b1"), "en")


def test_directions_are_opposite_and_none_where_both_are_said() -> None:
    up, down = directions(("prices", "soar"), "en"), directions(("prices", "tumbled"), "en")
    assert up == {-way for way in down} != set()
    assert directions(("rise", "then", "fall"), "en") == frozenset()
    assert directions(("rise",), "xx") == frozenset()


@pytest.mark.parametrize("language", sorted(_LINES))
def test_no_word_is_its_own_opposite(language: str) -> None:
    for line in _LINES[language]:
        one, other = (side.split() for side in line.split("|"))
        assert not any(a.startswith(b) or b.startswith(a) for a in one for b in other)


@pytest.mark.parametrize(
    ("word", "language", "number"),
    [
        ("Twelfth", "en", 12), ("12th", "en", 12), ("twelve", "en", None), ("12", "en", None),
        ("двенадцатого", "ru", 12), ("вторник", "ru", None), ("пять", "ru", None),
        ("третьої", "uk", 3), ("п'ятий", "uk", 5), ("zwölften", "de", 12), ("acht", "de", None),
        ("douzième", "fr", 12), ("segunda", "es", 2), ("12º", "xx", 12), ("primero", "xx", None),
    ],
)  # fmt: skip
def test_ordinals_in_words_and_figures(word: str, language: str, number: int | None) -> None:
    assert ordinal(plain(word), language) == number


@given(st.text(max_size=12), st.sampled_from(["en", "de", "fr", "es", "ru", "uk", "", "xx"]))
def test_any_word_is_an_ordinal_or_none(word: str, language: str) -> None:
    assert (ordinal(plain(word), language) or 0) >= 0


def test_a_figure_with_a_point_is_an_ordinal_where_languages_write_so() -> None:
    assert pointed("Am 3. Mai: 12. Paket, Ende 2012. Schluss", "de") == "Am 3. Mai: 12º Paket, Ende 2012. Schluss"
    assert pointed("He was 12. Then", "en") == "He was 12. Then"


def test_names_are_told_by_capitals_inside_a_sentence() -> None:
    text = "Ruiz met Hask in Lunta. Talks went on. The talks were long, Ruiz said."

    def found(title: str, text: str, language: str = "en") -> set[str]:
        return names(words(title, text, language), text, language)

    assert found("Talks in Lunta go on", text) == {"hask", "lunta", "ruiz"}
    assert found("Talks Between Ruiz And Hask", "") == {"ruiz", "hask"}
    assert found("Talks Between Ruiz And Hask", text) == {"hask", "lunta", "ruiz"}
    assert found("محادثات في لونتا", "", "ar") == set()
