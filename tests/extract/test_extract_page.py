"""Whole pages: the text with its credits, what surrounds it left out, and everything that is no article."""

from __future__ import annotations

import asyncio
import importlib
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import pytest

from aggregator.extract import language
from aggregator.extract import page as module
from aggregator.extract.page import content_page, read_page
from aggregator.model import Entry, Page
from aggregator.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., bytes]

URL = "https://example.org/news/old-bridge-to-close"


def test_a_page(make_page: Make, paragraphs: tuple[str, ...]) -> None:
    head = "<title>Old bridge to close - Example</title><link rel='canonical' href='/news/1-old-bridge'>"
    head += "<meta name='author' content='Ann Poe'><meta name='date' content='2026-11-23T12:00:00Z'>"
    body = make_page(
        head, behind="<p>First reported by <a href='https://herald.example/1'>the Herald</a> on Monday.</p>"
    )
    page = read_page(body, URL, "text/html; charset=utf-8")
    assert page.text == "\n".join([*paragraphs, "First reported by the Herald on Monday."])
    (link,) = page.links
    assert (link.href, page.text[link.start : link.end], link.text) == (
        "https://herald.example/1",
        "the Herald",
        "the Herald",
    )
    assert (page.url, page.title, page.byline, page.language) == (URL, "Old bridge to close", "Ann Poe", "en")
    assert page.published == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert (page.canonical, page.reason) == ("https://example.org/news/1-old-bridge", "")


def test_a_page_in_an_old_character_set() -> None:
    lines = ["Рада міста вирішила закрити старий міст через річку щонайменше на рік, повідомив мер у вівторок."] * 1
    lines += ["Інженери знайшли тріщини у двох із семи опор, сказав він після засідання в ратуші.", "Джерело: Вісник"]
    lines.insert(
        1, "Щодня мостом проїздить чотири тисячі автівок, а наступна переправа за одинадцять миль униз за течією."
    )
    html = "<html><meta charset=windows-1251><body><article>" + "".join(f"<p>{one}</p>" for one in lines)
    page = read_page(html.encode("cp1251"), URL)
    assert page.text.split("\n") == lines
    assert page.language == "uk"


CREDITS = {
    "paragraph": "<p>Source: Reuters</p>",
    "link": "<p>Source: <a href='https://reuters.com/1'>Reuters</a></p>",
    "div": "<div>Source: Reuters</div>",
    "class": "<div class='source'>Source: Reuters</div>",
    "author": "<p class='author'>Source: Reuters</p>",
    "footer": "<footer>Source: Reuters</footer>",
    "in a footer": "<footer class='article-footer'><p>Source: Reuters</p><div>Share this</div></footer>",
    "aside": "<aside><p><b>Source:</b> Reuters</p></aside>",
    "heading": "<h4>Source: Reuters</h4>",
    "tags": "<div class='tags'>Source: Reuters</div>",
    "span": "<span class='meta'>Source: Reuters</span>",
    "label apart": "<div><strong>Source</strong> <span>Reuters</span></div>",
    "list": "<ul><li>Source: Reuters</li></ul>",
    "after a break": "<p>That is all that is known.<br>Source: Reuters</p>",
}


@pytest.mark.parametrize("wrap", ["<article>{}</article>", "<div class='article-body'>{}</div>", "<div>{}</div>"])
@pytest.mark.parametrize("credit", CREDITS.values(), ids=CREDITS)
def test_the_credit_at_the_end_stays(make_page: Make, credit: str, wrap: str) -> None:
    text = read_page(make_page(behind=credit, wrap=wrap), URL).text
    assert text.split("\n")[-1].replace("Source Reuters", "Source: Reuters") == "Source: Reuters"
    assert text.count("Reuters") == 1


@pytest.mark.parametrize(
    "mark", ["(dpa)", "/PAP", "(AFP, dpa)", "APA/dpa", "Джерело: dpa", "Quelle: dpa", "来源：新华社"]
)
@pytest.mark.parametrize("tag", ["p", "div", "em"])
def test_an_agencys_mark_at_the_end_stays(make_page: Make, mark: str, tag: str) -> None:
    assert read_page(make_page(behind=f"<{tag}>{mark}</{tag}>"), URL).text.endswith("\n" + mark)


@pytest.mark.parametrize(
    "start",
    [
        "<p><span class='dateline'>KYIV (Reuters) - </span>It was closed at once, officials said on Tuesday.</p>",
        "<p><span class='byline'>KYIV (Reuters)</span> - It was closed at once, officials said on Tuesday.</p>",
        "<p><time>KYIV (Reuters)</time> - It was closed at once, officials said on Tuesday.</p>",
        "<div class='dateline'>KYIV (Reuters) - </div><p>It was closed at once, officials said on Tuesday.</p>",
    ],
)
def test_the_dateline_at_the_start_stays(make_page: Make, start: str) -> None:
    assert read_page(make_page(before=start), URL).text.startswith("KYIV (Reuters)")


@pytest.mark.parametrize(
    "credit",
    [
        "<figure><img src=x><figcaption>Source: Getty</figcaption></figure>",
        "<div class='image-caption'><p>Source: Getty</p></div>",
        "<div class='related'><p>Source: Getty</p></div>",
    ],
)
def test_a_pictures_credit_is_not_the_articles(make_page: Make, credit: str) -> None:
    assert "Getty" not in read_page(make_page(behind=credit), URL).text


def test_a_label_within_something_longer_changes_nothing(make_page: Make, paragraphs: tuple[str, ...]) -> None:
    behind = "<p>Asked for its <b>source:</b> the Herald gave none.</p>"
    assert read_page(make_page(behind=behind), URL).text.endswith("Asked for its source: the Herald gave none.")
    long = f"<div><b>Sources:</b> {' '.join(paragraphs)}</div><div><b>Source:</b><p>{paragraphs[0]}</p></div>"
    assert read_page(make_page(behind=long), URL).text.startswith(paragraphs[0])


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "text/html", "the page is empty"),
        (b"%PDF-1.7\n" + bytes(range(256)), "text/html", "not a page but a PDF"),
        (b"\xff\xd8\xff" + bytes(1000), "image/jpeg", "not a page but an image"),
        (b"<!doctype html>", "text/html", "not HTML"),
        (b"<html><body></body></html>", "text/html", "no text found on the page"),
        (b"<p>Subscribe now to read on. Already a subscriber?</p>" * 30, "text/html", "a paywall"),
        (b"<html><body>" + b"<div>" * 30_000 + b"x" + b"</div>" * 30_000, "text/html", "no text found on the page"),
    ],
)
def test_what_is_no_article_has_a_reason(body: bytes, kind: str, reason: str) -> None:
    page = read_page(body, URL, kind, feed_title="Old bridge")
    assert (page.text, page.links, page.reason, page.title) == ("", (), reason, "Old bridge")


def test_the_feed_helps_where_the_page_says_nothing() -> None:
    page = read_page(b"<html><body><p>12</p></body></html>", URL, feed_title="Brücke zu", declared_language="de-AT")
    assert (page.title, page.language) == ("Brücke zu", "de")


# ---------------------------------------------------------------- thin answers


def test_a_page_whose_data_has_twice_the_text_gives_that(make_page: Make, paragraphs: tuple[str, ...]) -> None:
    data = "\\n".join(
        ["The county had warned of this, and nobody listened, says the engineer of old."] * 3 + [*paragraphs] * 3
    )
    head = f'<script type="application/ld+json">{{"@type": "Article", "articleBody": "{data}"}}</script>'
    page = read_page(make_page(head), URL)
    assert page.text == data.replace("\\n", "\n")
    assert page.links == ()


def test_a_thin_answer_is_asked_for_again(
    make_page: Make, paragraphs: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    answers = {True: ("Two words.", ()), False: ("\n".join(paragraphs), ())}

    def extracted(_tree: object, _base: str, *, fast: bool) -> tuple[str, tuple[()]]:
        asked.append(fast)
        return answers[fast]

    monkeypatch.setattr(module, "_extracted", extracted)
    assert read_page(make_page(), URL).text == answers[False][0]
    assert asked == [True, False]

    answers[True], answers[False] = ("\n".join(paragraphs), ()), ("Less.", ())
    assert read_page(make_page(), URL).text == answers[True][0]
    assert asked == [True, False, True]

    many = "".join(f"<p>{one} {number}</p>" for number in range(9) for one in paragraphs)
    assert read_page(make_page(behind=many), URL).text == answers[True][0]
    assert asked == [True, False, True, True, False]


def test_where_trafilatura_stumbles_there_is_no_text(make_page: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_args: object, **_options: object) -> None:
        raise AttributeError("none has no tail")

    monkeypatch.setattr("trafilatura.bare_extraction", stumble)
    assert read_page(make_page(), URL).reason == "no text found on the page"


# ---------------------------------------------------------------- feeds with full text, workers


def test_the_full_text_of_a_feed(paragraphs: tuple[str, ...]) -> None:
    content = "".join(f"<p>{one}</p>" for one in paragraphs) + "<p>Source: <a href='/about'>Example</a></p>"
    entry = Entry("https://example.org/feed", "k", None, "Old bridge", content=content, author="Ann", language="de")
    page = content_page(entry)
    assert page.text == "\n".join([*paragraphs, "Source: Example"])
    assert (page.url, page.title, page.byline, page.language, page.canonical) == ("", "Old bridge", "Ann", "en", None)
    assert page.links[0].href == "https://example.org/about"


def test_a_feed_whose_content_is_nothing() -> None:
    page = content_page(Entry("https://example.org/feed", "k", URL, "Old bridge", content=" "))
    assert (page.url, page.title, page.text) == (URL, "Old bridge", "")
    assert page.reason == "no text found on the page"


def test_the_fork_server_loads_what_reading_needs() -> None:
    importlib.reload(importlib.import_module("aggregator.extract.warm"))
    assert language._identifier.cache_info().currsize == 1


def test_a_page_read_in_a_worker(make_page: Make, paragraphs: tuple[str, ...]) -> None:
    async def read(workers: Workers) -> Page:
        task = partial(read_page, feed_title="Old bridge to close")
        return await workers.run(task, make_page(), URL, seconds=60, stage="extract")

    with Workers(1, preload=["aggregator.extract.warm"]) as workers:
        page = asyncio.run(read(workers))
    assert page.text == "\n".join(paragraphs)
    assert page.title == "Old bridge to close"
