"""The sentences that every format shares."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from aggregator.digest.render import terminal
from aggregator.digest.render.facts import counts_line, digest_facts, rank_line, story_facts
from aggregator.digest.render.formats import render
from aggregator.digest.render.text import render as render_text
from aggregator.digest.select import Rank
from aggregator.model import Evidence, Origin, OriginState, Rival, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.digest.render.facts import StoryFacts
    from aggregator.model import Digest, Story

DAY = date(2026, 8, 26)


def words(story: Story) -> StoryFacts:
    return story_facts(story, ZoneInfo("Europe/Kyiv"), DAY)


def test_the_origin_line_of_every_state(day: list[Story]) -> None:
    lines = {s.origin.state.value: words(s).origin_line for s in day if s.publishers > 1}
    assert lines == {
        "named": "Financial Times (named, 0.93): «This is reported by the Financial Times with reference to "
        "European and Ukrainian officials.», UNN, 26 Aug 09:40",
        "official": "European Central Bank (official, 0.97): «Das teilte die Zentralbank am Mittwoch in Frankfurt mit.»"
        ", Der Spiegel, 26 Aug 09:40",
        "disputed": "Disputed: Reuters (disputed, 0.48): «The talks were first reported by Reuters.», Kyiv Post, "
        "26 Aug 09:40 or Bloomberg (disputed, 0.41): «Bloomberg News reported the talks earlier on Wednesday.», "
        "The Guardian, 26 Aug 09:57",
        "collected": "Le Monde (collected, 0.91): «Lo adelantó este miércoles el diario Le Monde.», "
        "El País, 26 Aug 09:57",
        "linked": "Bloomberg (linked, 0.88): «The minister has told allies that she will go, according to Bloomberg.», "
        "Kyiv Post, 26 Aug 09:40",
        "earliest-only": "NHK (earliest-only, 0.35): nobody is credited; only the earliest that was seen",
        "unknown": "Origin unknown: nobody is credited",
    }


def test_an_official_body_outside_the_table_is_named(story: Callable[..., Story]) -> None:
    made = story(origin=Origin(OriginState.OFFICIAL, confidence=0.9), origin_name="Port Authority")
    assert words(made).origin_line == "Port Authority (official, 0.90): an official statement"
    assert words(replace(made, origin_name=None)).origin_line == "Origin official: an official statement"


def test_the_text_says_origin_before_an_outlet_and_once(
    story: Callable[..., Story], digest_of: Callable[..., Digest]
) -> None:
    made = story(
        outlets=("kyivpost", "unn"), origin=Origin(OriginState.OFFICIAL, confidence=0.9), origin_name="Port Authority"
    )
    assert "\n  Origin: Port Authority (official" in render_text(digest_of([made]))
    assert "\n  Origin official: an" in render_text(digest_of([replace(made, origin_name=None)]))


def test_the_evidence_in_the_language_of_the_headline_comes_first(story: Callable[..., Story]) -> None:
    made = story(headline="The harbour is closed", outlets=("pravda", "kyivpost"), languages=("uk", "en"))
    first, second = made.articles
    told = replace(made, articles=(replace(first, title="Порт закрито"), second))
    said = {"uk": "Порт закрито, пише BBC.", "en": "The harbour is closed, the BBC reports."}
    evidence = tuple(
        Evidence(one.url, one.outlet, "text", said[one.language], 0, 24, "reports", one.language)
        for one in told.articles
    )
    origin = Origin(OriginState.NAMED, "bbc", confidence=0.9, evidence=evidence)
    assert said["en"] in words(replace(told, origin=origin, origin_name="BBC")).origin_line


def test_an_outlet_that_nobody_names_stands_with_its_id(story: Callable[..., Story]) -> None:
    quote = Evidence("https://gone.example/x", "", "text", "As X reported.", 0, 14, "reported-by", "en")
    origin = Origin(OriginState.DISPUTED, None, rivals=(Rival("x", 0.4), Rival("y", 0.3)), evidence=(quote,))
    assert words(story(origin=origin)).claim_lines == (
        "x (disputed, 0.40): the articles name different outlets",
        "y (disputed, 0.30): the articles name different outlets",
    )
    alone = words(story(origin=Origin(OriginState.NAMED, "x", confidence=1.0, evidence=(quote,)))).origin_line
    assert alone == "x (named, 1.00): «As X reported.», gone.example"


def test_a_persons_word_stands_in_place_of_the_figure(story: Callable[..., Story]) -> None:
    pin = Verdict(1, "ft", "Financial Times", pinned=True, correction=3)
    denial = Verdict(1, "x", "The X\u202e", pinned=False, correction=2)
    pinned = Origin(OriginState.NAMED, "ft", confidence=1.0, verdicts=(pin, denial))
    told = words(story(origin=pinned, origin_name="Financial Times"))
    assert told.origin_line == (
        "Financial Times (named, by a person's correction 3): named by a person; the original article was not seen"
    )
    assert told.ruled_out == "The X (by a person's correction 2)"


@pytest.mark.parametrize("form", ["text", "md", "html", "terminal"])
def test_what_a_person_ruled_out_is_in_every_format(
    story: Callable[..., Story], digest_of: Callable[..., Digest], form: str
) -> None:
    denial = Verdict(1, "x", "The X", pinned=False, correction=2)
    made = digest_of([story(outlets=("a", "b"), origin=Origin(OriginState.UNKNOWN, verdicts=(denial,)))])
    shown = terminal.render(made, 80, colour=False) if form == "terminal" else render(made, form)
    assert re.search(r"Not the origin: (<bdi>)?The X \(by a person('|&#39;)s correction 2\)", shown)


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        ((40, 38, 1, 2), "40 articles, 38 publishers, 1 independent report, 2 credit nobody"),
        ((1, 1, 0, 1), "1 article, 1 publisher, 0 independent reports, 1 credits nobody"),
        ((12345, 2, 2, 0), "12,345 articles, 2 publishers, 2 independent reports, 0 credit nobody"),
    ],
)
def test_the_counts(figures: tuple[int, int, int, int], line: str) -> None:
    assert counts_line(*figures) == line


def test_the_chain_ends_at_the_origin(story: Callable[..., Story]) -> None:
    def chain(*outlets: str, origin: str | None = "bloomberg") -> str:
        return words(story(outlets=("ukrinform",), origin=Origin(OriginState.NAMED, origin, chain=outlets))).chain_line

    assert chain("ukrinform", "bloomberg") == "Ukrinform -> Bloomberg"
    assert chain("ukrinform") == "Ukrinform -> Bloomberg"
    assert chain("ukrinform", "x", origin=None) == "Ukrinform -> x"
    assert chain("bloomberg") == chain() == ""


def test_the_link_is_where_the_origin_was_really_seen(story: Callable[..., Story]) -> None:
    made = story(outlets=("unn", "ft"), origin=Origin(OriginState.LINKED, "ft", "https://ft.example/report"))
    assert (words(made).link, words(made).host) == ("https://ft.example/report", "ft.example")
    assert words(replace(made, origin=replace(made.origin, url=None))).link == "https://ft.example/1/1"
    unseen = replace(made, origin=Origin(OriginState.NAMED, "x", "javascript:alert(1)"))
    assert (words(unseen).link, words(unseen).origin_url) == ("https://unn.example/1/0", None)
    assert words(replace(unseen, articles=())).link is None


def test_times_are_the_readers_and_say_their_day_only_where_it_differs(story: Callable[..., Story]) -> None:
    def seen(first: datetime | None, last: datetime | None) -> str:
        return words(replace(story(), first_seen=first, last_seen=last)).seen

    noon = datetime(2026, 8, 26, 9, tzinfo=UTC)
    assert seen(noon, noon + timedelta(hours=1)) == "first seen 12:00, last 13:00"
    assert seen(noon, noon) == seen(noon, None) == "first seen 12:00"
    assert seen(noon - timedelta(days=1), noon) == "first seen 25 Aug 12:00, last 12:00"
    assert seen(noon - timedelta(days=300), noon) == "first seen 30 Oct 2025 11:00, last 12:00"
    assert seen(None, noon) == ""
    assert words(replace(story(), first_seen=None, languages=())).particulars == ("story 1",)


def test_publishers_are_named_once_and_no_more_than_six(day: list[Story], story: Callable[..., Story]) -> None:
    assert words(day[0]).told_by == (
        "UNN, Українська правда, Kyiv Post, Reuters, Gazeta Wyborcza, Ukrinform and 3 more"
    )
    assert words(story(outlets=("unn", "unn", "ft"))).told_by == "UNN, Financial Times"
    nameless = replace(story().articles[0], outlet="", outlet_name="", url="https://small.example/1")
    assert words(replace(story(), articles=(nameless,))).told_by == "small.example"


def test_what_has_no_end_is_cut(story: Callable[..., Story]) -> None:
    made = words(replace(story(), headline="word " * 999, extract="word " * 999))
    assert (len(made.headline) <= 240, len(made.extract) <= 400) == (True, True)
    assert made.headline.endswith("word…")
    assert words(replace(story(), headline="\u202e")).headline == "(without a title)"


def test_the_head_of_a_digest(digest: Digest, digest_of: Callable[..., Digest]) -> None:
    facts = digest_facts(digest)
    assert facts.title == "Wednesday, 26 August 2026"
    assert facts.summary == "12 stories, 34 articles, 14 publishers"
    assert facts.made == "made 26 Aug 18:30, Europe/Kyiv, provisional: the day is not over"
    assert facts.empty == ""
    assert {s.title: s.about for s in facts.sections if s.about} == {
        "One report, many retellings": "Widely told, but a single report stands behind each of these.",
        "Disputed": "More than one outlet is named as the first to report.",
        "Single reports": "Told by one publisher so far, which credits nobody.",
    }
    empty = digest_of([])
    assert digest_facts(empty).empty.startswith("No story yet today.")
    assert digest_facts(replace(empty, provisional=False)).empty.startswith("No story was first seen on this day")
    assert digest_facts(replace(empty, provisional=False)).made == "made 26 Aug 18:30, Europe/Kyiv"


def test_a_rank_shows_its_parts() -> None:
    assert rank_line(Rank(4.0, 6.64, 2.32, 0.5, 0.87)) == (
        "14.33 = independent 4.00 + publishers 6.64 + breadth 2.32 + pace 0.50 + freshness 0.87"
    )
