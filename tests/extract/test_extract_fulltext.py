from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.extract.fulltext import ENOUGH, is_whole
from aggregator.extract.page import content_page
from aggregator.model import Entry

URL = "https://news.example/2026/rain?id=7"
# What is repeated word by word, extraction takes for furniture.
PARAGRAPHS = [
    f"<p>Heavy rain closed the coast road for day {n}, and the council said repairs of pier {n} would take a week.</p>"
    for n in range(20)
]
WHOLE = "".join(PARAGRAPHS)


def judged(content: str, **changed: str) -> bool:
    entry = Entry("f", "k", URL, "Rain on the coast", content=content, **changed)  # type: ignore[arg-type]  # texts alone
    return is_whole(content_page(entry), entry)


@pytest.mark.parametrize(
    "tail",
    [
        "",
        "<p>“We wait,” she said. “It will take a week.”</p>",
        "<p>The mayor asked: was it the last storm of the year?</p>",
        "<p>She read it <a href='https://other.example/rain'>in the local paper</a>.</p>",
        f"<p>It ended.</p><p>The post <a href='{URL}'>Rain on the coast</a> appeared first on <a href='/'>News</a></p>",
    ],
)
def test_a_text_that_ends_like_an_article_is_whole(tail: str) -> None:
    assert judged(WHOLE + tail)


@pytest.mark.parametrize(
    "tail",
    [
        "<p>The council said that repairs</p>",
        "<p>The council said that repairs...</p>",
        "<p>The council said that repairs […]</p>",
        "<p>The council said that repairs would take a week…</p>",
        "<p>It took a week. <a href='http://news.example/2026/rain?id=7&utm_source=rss#rest'>Read the rest.</a></p>",
        "<p>It took</p><p>The post <a href='https://news.example/2026/rain?id=7'>Rain on the coast</a> appeared</p>",
    ],
)
def test_a_text_that_is_cut_is_not(tail: str) -> None:
    assert not judged(WHOLE + tail)


def test_a_short_text_and_an_aggregators_are_not() -> None:
    assert not judged("".join(PARAGRAPHS[:5]))
    assert not judged("")
    assert not judged(WHOLE, source_name="The Paper")
    assert not judged(WHOLE, source_url="https://paper.example/")


def test_links_that_are_no_addresses_do_no_harm() -> None:
    entry = Entry("f", "k", "no address", "T", content=WHOLE)
    page = content_page(Entry("f", "k", URL, "T", content=f"{WHOLE}<p>As <a href='{URL}'>told</a> before.</p>"))
    assert page.links
    assert is_whole(page, entry)


def test_it_is_said_in_the_reference() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs" / "feeds.md"
    assert f"{ENOUGH:,} characters" in docs.read_text(encoding="utf-8")
