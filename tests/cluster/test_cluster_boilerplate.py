"""What an outlet repeats under one title after another is dropped, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.cluster.boilerplate import (
    FOOT_SENTENCES,
    HEAD_SENTENCES,
    KEPT_DAYS,
    ONCE_DAYS,
    REPEATS,
    Boilerplate,
    day_of,
    keys,
)
from aggregator.cluster.fingerprint import fingerprints
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
FOOTER = "Join our readers and never miss a harbour story."
WALL = """
This article is for subscribers of the Harbour Post.
Choose a plan that suits you and read on without bounds.
Cancel whenever you like, no questions will be asked.
""".strip()


def article(title: str, text: str = "", *, outlet: str = "post", days: float = 0.0) -> Article:
    seen = START + timedelta(days=days)
    return Article(f"https://example.org/{title}", outlet, title, text, language="en", first_seen=seen)


def own(number: int) -> str:
    return f"Report {number} tells of ship{number} and crew{number}."


def after(count: int, text: str = FOOTER, *, days: float = 0.0, **fields: str) -> Boilerplate:
    """What is known after a text was printed so often, each time under another title."""
    boilerplate = Boilerplate()
    for number in range(count):
        boilerplate.strip(article(f"Title of report {number}", f"{own(number)} {text}", days=days, **fields))
    return boilerplate


def test_a_sentence_is_dropped_after_so_many_other_titles() -> None:
    new = article("Another title", f"{own(9)} {FOOTER}")
    assert after(REPEATS).strip(new) == ("Another title", own(9))
    assert after(REPEATS - 1).strip(new) == (new.title, new.text)


def test_an_article_is_stripped_by_what_was_known_before_it_even_where_it_repeats_itself() -> None:
    new = article("Another title", f"{FOOTER} {own(9)} {FOOTER}")
    boilerplate = after(REPEATS - 1)
    assert boilerplate.strip(new)[1] == new.text
    assert boilerplate.strip(article("Yet another title", new.text))[1] == own(9)


def test_the_same_title_counts_once_however_it_is_written() -> None:
    boilerplate = Boilerplate()
    for title in ("Ship sinks off Lunta", "Ship sinks off Lunta - Harbour Post", "SHIP sinks off Lunta") * 3:
        new = article(title, f"{own(1)} {FOOTER}")
        assert boilerplate.strip(new) == (new.title, new.text)


def test_titles_that_differ_by_a_number_are_two() -> None:
    boilerplate = Boilerplate()
    for day in range(REPEATS):
        boilerplate.strip(article(f"The stars on March {day}", f"{own(day)} {FOOTER}"))
    assert boilerplate.strip(article("The stars on March 30", f"{own(30)} {FOOTER}"))[1] == own(30)


def test_each_outlet_has_its_own_boilerplate_and_nobody_has_none() -> None:
    text = f"{own(9)} {FOOTER}"
    assert after(REPEATS).strip(article("Another title", text, outlet="other"))[1] == text
    boilerplate = after(REPEATS, outlet="")
    assert boilerplate.strip(article("Another title", text, outlet=""))[1] == text
    assert not boilerplate.drain()
    assert keys([article("A title", text, outlet="")]) == set()


@pytest.mark.parametrize(
    ("printed", "new", "dropped"),
    [
        ("4 min read, with photos", "12 min read, with  PHOTOS", True),
        ("Published: 12:03, 4.5.2026, Brennholm", "Published: 9:41, 17.5.2026, Brennholm", True),
        ("The index of Veldia's forty largest firms closed at 4,120 points.",) * 2 + (True,),
        (
            "The index of Veldia's forty largest firms closed at 4,120 points.",
            "The index of Veldia's forty largest firms closed at 4,388 points.",
            False,
        ),
        ("Read more", "Read more", False),
        ("この記事は有料会員限定です。", "この記事は有料会員限定です。", True),
        ("続き", "続き", False),
    ],
)
def test_what_counts_as_the_same_sentence(printed: str, new: str, *, dropped: bool) -> None:
    boilerplate = after(REPEATS, f"\n{printed}\n")
    assert (new not in boilerplate.strip(article("Another title", f"{own(9)}\n{new}"))[1]) == dropped


def test_the_middle_of_a_long_read_is_neither_counted_nor_dropped() -> None:
    letters = "abcdefghijklmnopqrst"
    assert len(letters) == HEAD_SENTENCES == FOOT_SENTENCES
    head, foot = ([f"Line {letter} of the {end}." for letter in letters] for end in ("head", "foot"))
    text = "\n".join([*head, FOOTER, *foot])
    boilerplate = Boilerplate()
    for title in ("One", "Two", "Three"):
        boilerplate.strip(article(title, text))
    assert boilerplate.strip(article("Four", text))[1].strip() == FOOTER


def test_a_stub_is_judged_by_its_title() -> None:
    boilerplate = after(REPEATS, f"\n{WALL}")
    stubs = [article("Ship sinks off Cape Lunta", WALL), article("Veldia cuts its key rate", WALL)]
    one, other = fingerprints(stubs, Vocabulary(), boilerplate)
    assert one.brief
    assert other.brief
    assert set(one.terms) == {"Ship", "sinks", "Cape", "Lunta"}
    assert set(one.copy_keys).isdisjoint(other.copy_keys)
    whole, too = fingerprints(stubs, Vocabulary())
    assert whole.copy_keys == too.copy_keys


@pytest.mark.parametrize(
    ("form", "rest"),
    [
        ("World in brief: {}", "{}"),
        ("{} | Politics and more", "{}"),
        ("{}: what we know so far", "{}"),
        ("Morning briefing – {} | The Harbour Post", "{}"),
        ("Brief: {}", "Brief: {}"),
    ],
)
def test_parts_of_a_title_that_come_back_are_dropped(form: str, rest: str) -> None:
    boilerplate = Boilerplate()
    for number in range(REPEATS):
        assert boilerplate.strip(article(form.format(own(number)[:-1]))) == (form.format(own(number)[:-1]), "")
    title, _ = boilerplate.strip(article(form.format("Ship sinks off Cape Lunta")))
    assert title.strip(" :|–") == rest.format("Ship sinks off Cape Lunta").strip()


def test_a_title_never_loses_what_tells_its_story() -> None:
    boilerplate = Boilerplate()
    for number in range(REPEATS):
        boilerplate.strip(article(f"World in brief: {own(number)}"))
        boilerplate.strip(article(f"What we know: {own(number)}"))
    for title in ("World in brief: What we know", "World in brief: Lunta", "World in brief: "):
        assert boilerplate.strip(article(title))[0] == title


def test_a_sentence_in_the_text_is_no_part_of_a_title() -> None:
    boilerplate = after(REPEATS, "\nWorld in brief\n")
    new = article("World in brief: ship sinks off Lunta")
    assert boilerplate.strip(new)[0] == new.title


@pytest.mark.parametrize(
    ("printed", "days", "dropped"),
    [
        (REPEATS, KEPT_DAYS, True),
        (REPEATS, KEPT_DAYS + 1, False),
        (REPEATS - 1, KEPT_DAYS, False),
    ],
)
def test_what_did_not_come_back_for_long_is_forgotten(printed: int, days: int, *, dropped: bool) -> None:
    boilerplate = after(printed)
    assert (boilerplate.strip(article("Another title", FOOTER, days=days))[1] == "") == dropped


def test_what_came_but_once_is_forgotten_sooner() -> None:
    for days, dropped in ((ONCE_DAYS, True), (ONCE_DAYS + 1, False)):
        boilerplate = after(1)
        for number in range(1, REPEATS):
            boilerplate.strip(article(f"Later title {number}", FOOTER, days=days))
        assert (boilerplate.strip(article("Another title", FOOTER, days=days))[1] == "") == dropped


def test_an_old_article_that_comes_late_does_not_make_a_sentence_older() -> None:
    boilerplate = after(REPEATS)
    boilerplate.drain()
    boilerplate.strip(article("From the archive", FOOTER, days=-400))
    assert {day for _, _, day in boilerplate.drain().values()} == {day_of(START)}


def test_without_any_date_sentences_are_counted_all_the_same() -> None:
    boilerplate = Boilerplate()
    for number in range(REPEATS):
        boilerplate.strip(Article(f"https://example.org/{number}", "post", f"Title {number}", FOOTER))
    assert boilerplate.strip(Article("https://example.org/9", "post", "Title 9", FOOTER))[1] == ""


def test_only_what_changed_is_drained() -> None:
    boilerplate = after(1)
    rows = boilerplate.drain()
    assert {titles for titles, _, _ in rows.values()} == {1}
    boilerplate.strip(article("Title of report 0", f"{own(0)} {FOOTER}"))
    assert boilerplate.drain() == {}
    assert all(-(2**63) <= number < 2**63 for key, (_, title, _) in rows.items() for number in (key, title))


SENTENCES = [FOOTER, WALL, "4 min read, with photos", "Read more", *map(own, range(4))]
ARTICLES = st.lists(
    st.builds(
        lambda title, parts, outlet, days: article(title, " ".join(parts), outlet=outlet, days=days),
        st.sampled_from(["World in brief: ship sinks off Lunta", "World in brief: a rate is cut", "Ship", "Rates", ""]),
        st.lists(st.sampled_from(SENTENCES), max_size=5),
        st.sampled_from(["post", "gaze", ""]),
        st.sampled_from([0, 1, 9, 40]),
    ),
    max_size=30,
)


@settings(max_examples=60)
@given(ARTICLES, st.integers(1, 7))
def test_batches_through_a_store_strip_as_one_stream_does(stream: list[Article], size: int) -> None:
    whole, kept = Boilerplate(), dict[int, tuple[int, int, int]]()
    expected = [whole.strip(one) for one in stream]
    found = []
    for start in range(0, len(stream), size):
        batch = stream[start : start + size]
        boilerplate = Boilerplate({key: kept[key] for key in keys(batch) if key in kept})
        found += [boilerplate.strip(one) for one in batch]
        kept |= boilerplate.drain()
    assert found == expected
    assert kept == whole.drain()


@settings(max_examples=60)
@given(st.text(max_size=80), st.text(max_size=300))
def test_any_text_can_be_stripped_and_only_loses(title: str, text: str) -> None:
    boilerplate = Boilerplate()
    for number in range(REPEATS):
        boilerplate.strip(article(f"{number}: {title}", text))
    stripped = boilerplate.strip(article(title, text))
    assert len(stripped[0]) <= len(title)
    assert len(stripped[1]) <= len(text)
