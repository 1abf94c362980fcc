from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.errors import RejectedError
from aggregator.fetch import jsonfeed
from aggregator.fetch.items import Item
from aggregator.fetch.parse import parse_feed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VERSION = "https://jsonfeed.org/version/1.1"


def document(*items: Any) -> str:
    return json.dumps({"version": VERSION, "title": "J", "language": "en-US", "items": items})


def test_a_json_feed_is_read() -> None:
    item = {
        "id": 7,
        "url": "https://news.example/1",
        "external_url": "https://other.example/1",
        "title": "Story",
        "content_html": "<p>Whole</p>",
        "content_text": "Whole",
        "date_published": "2026-11-23T10:00:00Z",
        "authors": [{"name": "Jane Doe"}, {"name": "John Roe"}, "nobody"],
        "language": "de",
    }
    assert jsonfeed.read(document(item, "no item")) == (
        "J",
        "en-US",
        [
            Item(
                guid="7",
                link="https://news.example/1",
                title="Story",
                summary="Whole",
                content="<p>Whole</p>",
                published="2026-11-23T10:00:00Z",
                authors=("Jane Doe", "John Roe"),
                language="de",
            )
        ],
    )


def test_version_one_and_bare_items_are_read() -> None:
    old = {"id": "1", "external_url": "/x", "author": {"name": "Jane"}, "date_modified": "d", "summary": "S"}
    _, _, items = jsonfeed.read(document(old, {}, {"authors": "Jane", "id": True}))
    assert items == [Item(guid="1", link="/x", authors=("Jane",), published="d", summary="S"), Item(), Item()]


def test_plain_text_is_content_as_well() -> None:
    _, _, (item,) = jsonfeed.read(document({"content_text": "A < B & C\n\nNext"}))
    assert item == Item(summary="A < B & C\n\nNext", content="<p>A &lt; B &amp; C</p><p>Next</p>")


def test_the_feeds_authors_hold_where_an_item_names_none() -> None:
    text = document({"id": "1"}, {"id": "2", "authors": [{"name": "Jane"}]}, {"id": "3", "authors": [{"url": "x"}]})
    named = text.replace('"items"', '"authors": [{"name": "Desk"}, {"avatar": "x"}], "items"')
    assert [item.authors for item in jsonfeed.read(named)[2]] == [("Desk",), ("Jane",), ("Desk",)]
    old = text.replace('"items"', '"author": {"name": "Old"}, "items"')
    assert jsonfeed.read(old)[2][0].authors == ("Old",)


def test_through_the_parser_ids_stay_the_keys_and_attachments_do_no_harm() -> None:
    sound = {"url": "https://cdn.example/1.mp3", "mime_type": "audio/mpeg"}
    first = {
        "id": "tag:1",
        "url": "/1",
        "title": "T",
        "attachments": [sound],
        "tags": ["x"],
        "image": "https://i.example/",
    }
    second = {"id": "tag:2", "external_url": "https://other.example/2?utm_source=x", "content_text": "Only text."}
    body = document(first, second, first).encode("utf-8-sig")
    found = parse_feed(body, "application/feed+json", "https://a.example/f.json", "feed", NOW, 2000)
    assert [(entry.key, entry.url, entry.title) for entry in found.entries] == [
        ("tag:1", "https://a.example/1", "T"),
        ("tag:2", "https://other.example/2", "(no title)"),
    ]
    assert found.entries[1].content == "<p>Only text.</p>"
    assert {entry.language for entry in found.entries} == {"en"}
    assert found.notes == ("repeated: 1",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"error":"upstream"}', "without a JSON Feed version"),
        ("[1, 2]", "without a JSON Feed version"),
        ('{"version": 1}', "without a JSON Feed version"),
        (json.dumps({"version": VERSION}), "without items"),
        ('{"version": "https://jsonfeed.org/version/1", "items": {}}', "without items"),
        ('{"cut": ', "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ('{"n": ' + "9" * 5000 + "}", "broken JSON"),
    ],
)
def test_what_is_no_json_feed_is_told_apart(text: str, why: str) -> None:
    with pytest.raises(RejectedError, match=why) as caught:
        jsonfeed.read(text)
    assert caught.value.stage == "parse"


def test_a_lone_surrogate_is_replaced() -> None:
    assert jsonfeed.read(document().replace('"J"', '"\\ud800x"'))[0] == "?x"


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=9), lambda x: st.lists(x, max_size=3))


@settings(max_examples=40)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "url", "title", "authors", "author", "content_html", "date_published"]), JSON
        ),
        max_size=5,
    )
)
def test_members_of_any_type_do_no_harm(items: list[dict[str, Any]]) -> None:
    assert len(jsonfeed.read(document(*items))[2]) == len(items)
