"""The formats: complete, readable, inert."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from aggregator.digest.render import terminal
from aggregator.digest.render.formats import FORMATS, render
from aggregator.model import Evidence, Origin, OriginState, Rival, Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Digest, Story

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> \x1b[31mred\x1b]8;;http://evil.example\x07\x9b2J"
    "\r\n# heading\n"
    "\u202egnp.exe\u2066 [bold red]rich[/bold red] [/] :smile: {{ 7*7 }} {% raw %} `code` *star* __under__ ~~gone~~ "
    "[click](javascript:alert(1)) ![i](http://evil.example/x.png) | & &lt; \ud800 \u200b\U000e0041 \"quoted\" 'single'"
)
ELEMENTS = {"html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "h3", "p", "a", "b", "i", "br"}
ELEMENTS |= {"bdi", "span", "small"}
EVERY = [*FORMATS, "terminal", "colour"]


def shown(digest: Digest, form: str, width: int = 80) -> str:
    if form in FORMATS:
        return render(digest, form)
    return terminal.render(digest, width, form == "colour")


class Reader(HTMLParser):
    """What a browser would make of the HTML: its elements, its addresses and its text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def hostile(story: Callable[..., Story], digest_of: Callable[..., Digest]) -> Digest:
    """A digest in which every text that comes from outside is hostile, in a story of each shape."""
    evidence = Evidence("javascript:alert(1)", HOSTILE, "text", HOSTILE, 0, 1, "cue", "en")
    origins = (
        Origin(
            OriginState.NAMED, HOSTILE, "javascript:alert(1)", 0.5, (evidence,), (HOSTILE,), (HOSTILE, "x"), (), 2, 1
        ),
        Origin(OriginState.DISPUTED, HOSTILE, None, 0.5, (evidence,), (), (), (Rival("y" + HOSTILE, 0.4),), 2, 1),
        Origin(OriginState.UNKNOWN),
    )
    stories = []
    for number, origin in enumerate(origins):
        made = story(number, HOSTILE, outlets=("a", "b") if number < 2 else ("a",), origin=origin, extract=HOSTILE)
        articles = tuple(
            replace(a, url="https://a.example/" + HOSTILE[:60], outlet_name=HOSTILE) for a in made.articles
        )
        stories.append(replace(made, articles=articles, origin_name=HOSTILE, languages=(HOSTILE,), topics=(HOSTILE,)))
    return digest_of(stories, notes=(HOSTILE,))


@pytest.mark.parametrize("form", EVERY)
def test_every_format_tells_every_story_with_its_evidence(digest: Digest, form: str) -> None:
    # Wrapping moves words and styles stand between them, so compare the bare letters; 119 columns are not split in two.
    text = Reader(render(digest, form)).text if form == "html" else shown(digest, form, 119)
    bare = re.sub(r"[\s\\*>]", "", re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[\d;]*m", "", text))
    for section in digest.sections:
        for told in section.stories:
            assert re.sub(r"\s", "", told.headline) in bare
            for evidence in told.origin.evidence:
                assert re.sub(r"\s", "", evidence.quote) in bare
    for expected in ("FinancialTimes", "named", "0.93", "9articles,9publishers,1independentreport,2creditnobody"):
        assert expected in bare
    assert all(re.sub(r"\s", "", note) in bare for note in digest.notes)
    assert "0.48" in bare
    assert "0.41" in bare


@pytest.mark.parametrize("form", EVERY)
def test_every_format_is_the_same_each_time_and_ends_its_line(digest: Digest, form: str) -> None:
    assert shown(digest, form) == shown(digest, form)
    assert shown(digest, form).endswith("\n")


@pytest.mark.parametrize("form", EVERY)
def test_an_empty_day_reads_well(digest_of: Callable[..., Digest], form: str) -> None:
    text = shown(digest_of([]), form)
    if form == "json":
        assert json.loads(text)["sections"] == []
    else:
        assert "Wednesday, 26 August 2026" in text
        assert "No story yet today" in text
        assert "0 stories" in text


@pytest.mark.parametrize("form", EVERY)
def test_nothing_that_acts_on_a_terminal_comes_through(hostile: Digest, form: str) -> None:
    text = shown(hostile, form)
    text.encode()
    own = re.sub(r"\x1b\]8;;(https://a\.example/[!-~]*)?\x1b\\|\x1b\[[\d;]*m", "", text) if form == "colour" else text
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff]", own
    )


def test_html_lets_nothing_in_and_loads_nothing(hostile: Digest, digest: Digest) -> None:
    for made in (hostile, digest):
        document = render(made, "html")
        read = Reader(document)
        assert not read.open
        assert read.elements <= ELEMENTS
        assert read.attributes <= {"lang", "charset", "name", "content", "style", "class", "dir", "href"}
        assert all(address.startswith("https://") for address in read.addresses)
        assert not re.search(r"url\(|@import|<link|<script", document)
    assert "{{ 7*7 }}" in Reader(render(hostile, "html")).text
    assert "<script>alert(1)</script>" in Reader(render(hostile, "html")).text


def test_sixty_stories_fit_into_a_mail(day: list[Story], digest_of: Callable[..., Digest]) -> None:
    told = [s for s in day if s.publishers > 1]
    plain = digest_of([replace(told[n % len(told)], cluster=n) for n in range(60)])
    assert len(render(plain, "html").encode()) < 102_000
    assert render(plain, "html").count("“") == 60
    # Long texts in a script of two bytes a letter: the extracts lower down give way.
    cyrillic = "Ще одне довге речення про той самий тунель. " * 7
    heavy = [replace(told[0], cluster=n, headline=cyrillic[:120], extract=cyrillic[:320]) for n in range(60)]
    document = render(digest_of(heavy), "html")
    assert len(document.encode()) < 102_000
    assert 0 < document.count("“") < 60
    assert all(f"story {n} ·" in document for n in range(60))
    # What cannot fit is not maimed in vain.
    many = [replace(told[0], cluster=n) for n in range(150)]
    assert render(digest_of(many), "html").count("“") == 150


def test_markdown_escapes_what_markdown_acts_on(hostile: Digest, digest: Digest) -> None:
    for line in render(hostile, "md").splitlines():
        # Our own marks: a heading, a list, a quotation, emphasis around a name or the counts, and links.
        own = re.sub(r"\]\(<https://a\.example/[^>]*>\)", "]", line)
        rest = re.sub(r"\\.", "", own)
        assert not re.search(r"[`|<~$&!]", rest), line
        assert rest.count("[") == rest.count("]"), line
        assert not re.search(r"https?:|www\.", rest), line
    assert "### [Un train de nuit relie à nouveau Paris et Lisbonne](<https://lemonde.example/4/0>)" in render(
        digest, "md"
    )


def test_markdown_lines_cannot_begin_anything(story: Callable[..., Story], digest_of: Callable[..., Digest]) -> None:
    starts = ("1. one", "- two", "+ three", "2) four", "=== five")
    made = [story(n, "Title", outlets=("a", "b"), extract=start) for n, start in enumerate(starts)]
    text = render(digest_of(made), "md")
    for expected in ("> 1\\. one", "> \\- two", "> \\+ three", "> 2\\) four", "> \\=== five"):
        assert expected in text


def test_json_keeps_every_fact_exactly(hostile: Digest, digest: Digest) -> None:
    read = json.loads(render(digest, "json"))
    assert list(read) == ["day", "zone", "made_at", "provisional", "sections", "notes"]
    assert (read["day"], read["made_at"]) == ("2026-08-26", "2026-08-26T15:30:00+00:00")
    first = next(s for section in read["sections"] for s in section["stories"] if s["cluster"] == 1)
    assert first["origin"]["outlet"] == {"id": "ft", "name": "Financial Times"}
    assert first["origin"]["evidence"][0]["end"] - first["origin"]["evidence"][0]["start"] == len(
        first["origin"]["evidence"][0]["quote"]
    )
    assert first["members"][0]["first_seen"] == "2026-08-26T06:42:00+00:00"
    assert (first["articles"], first["publishers"], first["independent"], first["uncredited"]) == (9, 9, 1, 2)
    unknown = next(s for section in read["sections"] for s in section["stories"] if s["cluster"] == 7)
    assert unknown["origin"]["outlet"] is None
    told = json.loads(render(hostile, "json"))["sections"][0]["stories"][0]
    assert told["headline"] == HOSTILE
    assert (told["origin"]["url"], told["origin"]["evidence"][0]["article"]) == (None, None)


def test_json_times_may_be_missing(story: Callable[..., Story], digest_of: Callable[..., Digest]) -> None:
    made = replace(story(), first_seen=None, last_seen=None, extract_outlet="")
    bare = replace(made, articles=tuple(replace(a, first_seen=None, when=None) for a in made.articles))
    told = json.loads(render(digest_of([bare]), "json"))["sections"][0]["stories"][0]
    assert (told["first_seen"], told["members"][0]["when"], told["extract"]["outlet"]) == (None, None, None)


def test_json_and_facts_agree_where_a_section_is_empty(digest: Digest) -> None:
    padded = replace(digest, sections=(Section("Nothing", ()), *digest.sections))
    read = json.loads(render(padded, "json"))["sections"]
    assert read[0] == {"title": "Nothing", "stories": []}
    assert read[1:] == json.loads(render(digest, "json"))["sections"]
    assert "Nothing" not in render(padded, "text")


@pytest.mark.parametrize("width", [40, 80, 119, 120, 160, 300])
def test_the_terminal_keeps_to_its_width_and_loses_no_word(digest: Digest, width: int) -> None:
    text = terminal.render(digest, width, False)
    assert max(map(cell_len, text.splitlines())) <= min(width, 160)
    bare = re.sub(r"\s", "", text)
    assert "…" not in bare
    if width < 120:
        assert "次の機会は金曜日の朝になる見込みだ。" in bare


def test_without_a_width_the_terminals_own_is_taken(digest: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "64")
    assert max(map(cell_len, terminal.render(digest, None, False).splitlines())) <= 64


def test_links_and_styles_stand_in_the_terminal_only_with_colour(digest: Digest) -> None:
    assert "\x1b" not in terminal.render(digest, 80, False)
    text = terminal.render(digest, 80, True)
    assert "\x1b]8;;https://lemonde.example/4/0\x1b\\" in text
    assert "https://" not in terminal.render(digest, 80, False)
    assert "lemonde.example" in terminal.render(digest, 80, False)


def test_rich_markup_is_shown_as_it_was_written(hostile: Digest) -> None:
    assert "[bold red]rich[/bold red] [/] :smile:" in terminal.render(hostile, 1000, False)


def test_plain_text_keeps_its_lines_short(digest: Digest) -> None:
    assert max(len(line) for line in render(digest, "text").splitlines() if "://" not in line) <= 76


def test_an_unknown_format_is_refused(digest: Digest) -> None:
    with pytest.raises(KeyError):
        render(digest, "docx")


@pytest.mark.parametrize("form", EVERY)
def test_a_story_with_hardly_anything_is_shown(
    story: Callable[..., Story], digest_of: Callable[..., Digest], form: str
) -> None:
    bare = replace(story(1, "Bare"), articles=(), extract="", languages=(), publishers=2, first_seen=None)
    lone = replace(story(2, "Lone"), articles=(replace(story().articles[0], url="ftp://a.example"),), first_seen=None)
    claim = replace(
        story(3, "Claimed", outlets=("a", "b")), origin=Origin(OriginState.EARLIEST_ONLY, "a", confidence=0.3)
    )
    text = shown(digest_of([bare, lone, claim]), form)
    assert all(title in text for title in ("Bare", "Lone", "Claimed"))


@given(st.text(max_size=80))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_title_is_inert_in_html_and_markdown(
    story: Callable[..., Story], digest_of: Callable[..., Digest], title: str
) -> None:
    made = digest_of([replace(story(1, outlets=("a", "b")), headline=title)])
    assert Reader(render(made, "html")).elements <= ELEMENTS
    heading = next(line for line in render(made, "md").splitlines() if line.startswith("### "))
    assert not re.search(r"[<>`\[\]*_|]", re.sub(r"\\.", "", heading.removeprefix("### [").split("](<https")[0]))


def test_right_to_left_lines_never_share_a_row_with_another_column(digest: Digest) -> None:
    lines = terminal.render(digest, 160, False).splitlines()
    headline = next(n for n, line in enumerate(lines) if "الأمم" in line)
    assert "Origin" not in lines[headline]
    assert any("Notenbank hebt" in line and "European Central Bank" in line for line in lines)


def test_a_linked_headline_ends_where_its_words_end(digest: Digest) -> None:
    text = terminal.render(digest, 160, True)
    assert re.search(r"Lisbonne\x1b\[0m\x1b\]8;;\x1b\\", text)
