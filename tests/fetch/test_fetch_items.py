from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.items import NO_TITLE, Item, language_code, to_entries, usable_link
from aggregator.model import Entry

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BASE = "https://news.example/feeds/rss.xml"


def entries(*items: Item) -> tuple[Entry, ...]:
    return to_entries(items, "feed", BASE, NOW)[0]


def test_an_item_becomes_an_entry() -> None:
    item = Item(
        guid=" id-1 ",
        link="/story/1?utm_source=rss&b=2&a=1#top",
        title="<b>Minister</b> &amp; budget",
        summary="<p>First.</p><p>Second.</p>",
        content=" <p>Whole text.</p> ",
        published="Mon, 23 Nov 2026 10:00:00 +0100",
        authors=("Jane <i>Doe</i>", "", "Jane Doe", "John Roe"),
        language="en-GB",
        source_name="The Wire",
        source_url="https://wire.example",
    )
    assert to_entries([item], "feed", BASE, NOW) == (
        (
            Entry(
                feed="feed",
                key="id-1",
                url="https://news.example/story/1?a=1&b=2",
                title="Minister & budget",
                summary="First.\nSecond.",
                content="<p>Whole text.</p>",
                published=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
                published_raw="Mon, 23 Nov 2026 10:00:00 +0100",
                author="Jane Doe, John Roe",
                language="en",
                source_name="The Wire",
                source_url="https://wire.example/",
            ),
        ),
        (),
    )


def test_the_key_is_the_guid_then_the_link_then_the_text() -> None:
    same = [Item(guid="1", link=f"/{n}", title=f"Story {n}") for n in range(3)]
    assert [entry.key for entry in entries(*same)] == [f"https://news.example/{n}" for n in range(3)]
    assert entries(Item(guid="only", link="/1"))[0].key == "only"
    assert entries(Item(link="/1?utm_source=x"))[0].key == "https://news.example/1"
    bare = entries(Item(title="One"), Item(title="Two"), Item(title="Two", summary="More"))
    assert len({entry.key for entry in bare}) == 3
    assert all(entry.key.startswith("sha256:") for entry in bare)
    shared = entries(Item(link="/", title="One"), Item(link="/", title="Two"))
    assert all(entry.key.startswith("sha256:") for entry in shared)


def test_only_the_guids_that_repeat_are_distrusted() -> None:
    found = entries(Item(guid="a", link="/1"), Item(guid="b", link="/2"), Item(guid="b", link="/3"))
    assert [entry.key for entry in found] == ["a", "https://news.example/2", "https://news.example/3"]


def test_the_same_item_twice_is_one_and_its_guid_still_good() -> None:
    item = Item(guid="a", link="/1", title="One")
    found, notes = to_entries([item, item, replace(item, guid="b", link="/2")], "feed", BASE, NOW)
    assert [entry.key for entry in found] == ["a", "b"]
    assert notes == ("repeated: 1",)


def test_what_cannot_be_used_is_left_out_and_counted() -> None:
    long = "https://news.example/" + "x" * 3000
    links = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", long, "http://[broken", "/good"]
    found, notes = to_entries(
        [Item(guid=str(n), link=link, title="T" * 2000, published="yesterday") for n, link in enumerate(links)],
        "feed",
        BASE,
        NOW,
    )
    assert [entry.url for entry in found] == [None] * 5 + ["https://news.example/good"]
    assert notes == (
        "link refused (scheme javascript): 1",
        "date unreadable: 6",
        "title cut: 6",
        "link refused (scheme data): 1",
        "link refused (scheme file): 1",
        "link refused (longer than 2048 characters): 1",
        "link refused (not an address): 1",
    )


def test_texts_are_bounded() -> None:
    title = entries(Item(title="длинно " * 1000))[0].title
    assert 990 <= len(title.encode()) <= 1000
    found, notes = to_entries([Item(guid="g" * 5000, summary="s" * 300_000, content="c" * 300_000)], "feed", BASE, NOW)
    assert (len(found[0].summary), len(found[0].content)) == (256_000, 256_000)
    assert len(found[0].key) == len("sha256:") + 64
    assert notes == ("text cut: 1",)


def test_a_missing_title_is_said_to_be_missing() -> None:
    assert entries(Item(title="<b></b>"))[0].title == NO_TITLE
    assert entries(Item(title="\u202egnp.exe\u202c \u200b\u2066x"))[0].title == "gnp.exe x"


def test_the_documents_language_counts_where_the_item_names_none() -> None:
    items = [Item(guid="1"), Item(guid="2", language="de-AT"), Item(guid="3", language="klingon")]
    found = to_entries(items, "feed", BASE, NOW, language="UA")[0]
    assert [entry.language for entry in found] == ["uk", "de", "uk"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("pt_BR", "pt"),
        ("ua", "uk"),
        ("cz", "cs"),
        ("eng", None),
        ("", None),
        ("e", None),
    ],
)
def test_languages_as_feeds_name_them(name: str, code: str | None) -> None:
    assert language_code(name) == code


def test_links_are_resolved_and_mended() -> None:
    assert usable_link("//other.example/a b\n", BASE) == ("https://other.example/a%20b", "")
    assert usable_link("rss:thing", BASE) == (None, "scheme rss")
    assert usable_link("relative", "") == (None, "scheme missing")
    assert usable_link("http://user:secret@news.example/x", BASE) == ("http://news.example/x", "")
    assert usable_link("http://news.example:99999/", BASE) == (None, "not an address")


TEXTS = st.text(max_size=20)
ITEMS = st.builds(Item, guid=TEXTS, link=TEXTS, title=TEXTS, summary=TEXTS, published=TEXTS, authors=st.tuples(TEXTS))


@given(st.lists(ITEMS | st.just(Item(guid="1", link="/1", title="x")), max_size=8))
def test_keys_are_unique_never_empty_and_the_same_each_time(items: list[Item]) -> None:
    found, _ = to_entries(items, "feed", BASE, NOW)
    keys = [entry.key for entry in found]
    assert len(set(keys)) == len(keys)
    assert all(keys)
    assert to_entries(items, "feed", BASE, NOW)[0] == found
    assert len(found) <= len(items)
