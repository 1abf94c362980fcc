"""Words, stems, terms and the vocabulary that weighs them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.cluster.stems import is_number, is_ordinal, plain, stem, stem_of, term
from aggregator.cluster.terms import headline, terms, tokens, without, words
from aggregator.cluster.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 1,000.5 km!", ["It's", "1,000.5", "km"]),
        ("l’accord Київ–Львів", ["l’accord", "Київ", "Львів"]),
        ("日銀が利上げ", ["日銀", "銀が", "が利", "利上", "上げ"]),
        ("第G7回", ["第", "G7", "回"]),
        ("2026年G7", ["2026", "年", "G7"]),
        ("8月26日报道62页", ["月", "日报", "报道", "62", "页"]),
        ("ไทย ok", ["ไท", "ทย", "ok"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("", []),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    assert tokens(text) == words


@pytest.mark.parametrize(
    ("token", "language", "stemmed"),
    [
        ("Sanctions", "en", "sanction"),
        ("sanctions", "fr", "sanction"),
        ("санкций", "ru", "санкц"),
        ("Erdoğan", "tr", "erdog"),
        ("Obama's", "en", "obama"),
        ("l’accord", "fr", "accord"),
        ("d'Ivoire", "fr", "ivoir"),
        ("12th", "en", "12."),
        ("twelfth", "en", "12."),
        ("13й", "ru", "13."),
        ("12,5", "de", "12,5"),
        ("said", "en", None),
        ("x", "en", None),
        ("日銀", "ja", "日銀"),
    ],
)
def test_stem_of(token: str, language: str, stemmed: str | None) -> None:
    assert stem_of(token, language) == stemmed


def test_names_and_numbers_are_one_term_in_every_language() -> None:
    assert term("Obama", "en") == term("Obama", "de") == term("OBAMA", "")
    assert term("4.25", "en") == term("4.25", "uk")
    assert term("der", "de") is None
    assert stem("12th", "en") == stem("12e", "fr")


def test_plain_keeps_hangul_whole() -> None:
    assert plain("한국") == "한국"
    assert plain("Élysée") == "elysee"


def test_numbers_and_ordinals() -> None:
    assert is_number("12th", "en")
    assert is_number("Twelfth", "en")
    assert not is_number("Twelfth", "de")
    assert is_ordinal("Twelfth", "en")
    assert not is_ordinal("12", "en")
    assert tokens("Бельгія готує 13-й пакет, а не 12-го: 2-3 тижні") == [
        *("Бельгія", "готує", "13-й", "пакет", "а", "не", "12-го", "2", "3", "тижні"),
    ]
    assert stem("13-и", "uk") == stem("13th", "en") == "13."


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("Trawler sinks off Cape Lunta | The Marenko Post", "Trawler sinks off Cape Lunta"),
        ("Trawler sinks off Cape Lunta - WXYZ", "Trawler sinks off Cape Lunta"),
        ("Trawler sinks off Cape Lunta - Home | The Marenko Post", "Trawler sinks off Cape Lunta"),
        ("Rates - up again", "Rates - up again"),
        ("One two three - four five six seven eight nine", "One two three - four five six seven eight nine"),
        ("Plain", "Plain"),
        ("Follow-up | ", "Follow-up"),
        ("", ""),
    ],
)
def test_headline(title: str, cut: str) -> None:
    assert headline(title) == cut


def test_terms_count_title_and_lead_thrice() -> None:
    body = "harbour " + "filler " * 60 + "harbour anchor"
    found = terms(words("Anchor", body, "en"), "en").found
    assert {surface: count for count, surface in found.values()} == {"Anchor": 4, "harbour": 4, "filler": 59 * 3 + 1}


@given(st.text(), st.sampled_from(["en", "uk", "zh", ""]))
def test_any_text_has_terms(text: str, language: str) -> None:
    found = terms(words(text, text, language), language).found
    assert all(count >= 1 and surface for count, surface in found.values())


def test_idf_falls_with_use_and_knows_the_background() -> None:
    background = "# a remark\nen\t500\tsay tell\n\nde\t250\tsagen\n"
    vocabulary = Vocabulary(background=background)
    common, rare = term("tell", "de"), term("trawler", "en")
    assert common is not None
    assert rare is not None
    assert vocabulary.idf("en", common) < vocabulary.idf("en", rare)
    assert vocabulary.idf("xx", common) == vocabulary.idf("xx", rare)
    before = vocabulary.idf("en", rare)
    vocabulary.learn("en", [rare])
    assert vocabulary.idf("en", rare) < before
    assert vocabulary.idf("en", rare, 10) != vocabulary.idf("en", rare)


def test_drained_vocabulary_can_be_made_again() -> None:
    vocabulary = Vocabulary({"en": 2}, {("en", 7): 1})
    vocabulary.learn("en", [7, 8])
    vocabulary.learn("uk", [7])
    documents, counts = vocabulary.drain()
    assert (documents, counts) == ({"en": 1, "uk": 1}, {("en", 7): 1, ("en", 8): 1, ("uk", 7): 1})
    assert vocabulary.drain() == ({}, {})
    again = Vocabulary({"en": 3, "uk": 1}, {("en", 7): 2, ("en", 8): 1, ("uk", 7): 1})
    assert all(again.idf(lang, n) == vocabulary.idf(lang, n) for lang in ("en", "uk") for n in (7, 8, 9))


@given(st.integers(0, 5_000), st.integers(0, 9_000))
def test_idf_is_above_zero(documents: int, holders: int) -> None:
    assert Vocabulary({"en": documents}, {("en", 1): holders}).idf("en", 1) > 0.0


@pytest.mark.parametrize(
    ("title", "names", "left"),
    [
        ("Port to close, Harbour Times reports", ["Harbour Times"], ["Port", "to", "close", "reports"]),
        ("The Times of old Harbour", ["Harbour Times", ""], ["The", "Times", "of", "old", "Harbour"]),
        ("Harbour Times'ın haberi", ["Harbour Times"], ["haberi"]),
        ("The Harbour Times and the Times", ["Times", "Harbour Times"], ["The", "and", "the"]),
    ],
)
def test_the_names_of_those_credited_are_left_out(title: str, names: list[str], left: list[str]) -> None:
    assert without(words(title, title, "en"), names).title == left
    assert without(words("", title, "en"), names).body == left


def test_a_name_is_left_out_where_no_blanks_part_words() -> None:
    read = words("", "\u636e\u91d1\u878d\u65f6\u62a5\u62a5\u9053", "zh")
    assert without(read, ["\u91d1\u878d\u65f6\u62a5"]).body == ["\u636e\u91d1", "\u62a5\u62a5", "\u62a5\u9053"]


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=4))
def test_what_is_left_without_names_are_words_of_the_text_in_order(text: str, names: list[str]) -> None:
    read = words("", text, "en")
    rest = iter(read.body)
    assert all(word in rest for word in without(read, names).body)
