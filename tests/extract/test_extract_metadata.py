"""What a page says of itself: title, byline, language, time, canonical address."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extract.dates import parse_date
from aggregator.extract.document import parse
from aggregator.extract.linked import LinkedData, read_linked
from aggregator.extract.metadata import Metadata, byline, read_metadata, without_site

URL = "https://www.example.org/news/old-bridge-to-close"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read(html: str, feed_title: str = "") -> Metadata:
    tree = parse(html)
    assert tree is not None
    return read_metadata(tree, URL, feed_title)


def script(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("2026-11-23T12:00:00Z", NOON),
        ("2026-11-23T14:00:00+02:00", NOON),
        ("2026-11-23T14:00:00+0200", NOON),
        ("2026-11-23 14:00:00 +0200", NOON),
        ("2026-11-23T12:00:00.000Z", NOON),
        ("2026-11-23 12:00:00 UTC", NOON),
        ("2026-11-23 12:00", NOON),
        ("  2026-11-23T12:00 ", NOON),
        ("Mon, 23 Nov 2026 12:00:00 GMT", NOON),
        ("Mon, 23 Nov 2026 14:00:00 +0200", NOON),
        ("2026-11-23", None),
        ("20261123", None),
        ("", None),
        ("yesterday", None),
        ("2026-13-45T99:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("Mon, 23 Nov 2026 12:00:00 +9999", None),
    ],
)
def test_times(raw: str, wanted: datetime | None) -> None:
    assert parse_date(raw) == wanted


@given(st.text(max_size=40) | st.datetimes().map(str))
def test_any_text_is_a_time_in_utc_or_none(raw: str) -> None:
    found = parse_date(raw)
    assert found is None or found.tzinfo is UTC


# ---------------------------------------------------------------- JSON-LD


def test_an_article_in_json_ld() -> None:
    article = {
        "@type": ["NewsArticle"],
        "headline": "Old bridge to close",
        "author": [{"name": ["Ann Poe"]}, "Bob Roe", {"@id": "#cy"}, {"@id": "#nobody"}, {"@id": 3}, 7],
        "datePublished": "2026-11-23T12:00:00Z",
        "mainEntityOfPage": {"@id": URL},
        "inLanguage": "en-GB",
        "articleBody": "Text.",
    }
    graph = {"@graph": [{"@type": "Organization", "name": "Example"}, article, {"@id": "#cy", "name": "Cy Doe"}]}
    assert read_linked([json.dumps(graph)]) == LinkedData(
        "Old bridge to close", ("Ann Poe", "Bob Roe", "Cy Doe"), "2026-11-23T12:00:00Z", URL, "en-GB", "Text."
    )


@pytest.mark.parametrize(
    "text",
    [
        '<!-- {"@type": "Article", "headline": "X"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "X"}\n//]]>',
        '{"@type": "Article", "headline": "X"};',
        '{"@type": "Article", "headline": "X",\n"description": "two\nlines"}',
        '[[{"@type": "WebPage", "mainEntity": {"@type": "BlogPosting", "headline": "X"}}]]',
        '[{"@type": "Article"}, {"@type": "Article", "headline": "X"}]',
    ],
)
def test_json_ld_as_it_is_found(text: str) -> None:
    assert read_linked([text]).headline == "X"


@pytest.mark.parametrize(
    "scripts",
    [
        [],
        ["{"],
        ["[" * 100000],
        ["x" * 1000001],
        ['{"@type": "Person"}'],
        ["3"],
        ["[" * 20 + "{}" + "]" * 20],
        [json.dumps([{}] * 1990)] * 3,
    ],
)
def test_json_ld_that_says_nothing(scripts: list[str]) -> None:
    assert read_linked(scripts) == LinkedData()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "@graph", "author", "name", "headline", "url", "mainEntityOfPage"]), inner
        )
    ),
)


@given(st.lists(json_values, max_size=3), json_values)
def test_json_ld_of_any_shape_is_read_without_a_fault(values: list[object], author: object) -> None:
    article = {"@type": "NewsArticle", "author": author, "headline": author, "url": author}
    found = read_linked([json.dumps(value) for value in [*values, article]])
    assert all(isinstance(name, str) for name in found.authors)


# ---------------------------------------------------------------- title


@pytest.mark.parametrize(
    ("title", "site", "others", "wanted"),
    [
        ("Old bridge to close", "Example", [], "Old bridge to close"),
        ("Old bridge to close | The Greyford Herald", "The Greyford Herald", [], "Old bridge to close"),
        ("Old bridge to close - Example", "", [], "Old bridge to close"),
        ("Old bridge to close — The Example", "", [], "Old bridge to close"),
        ("Old bridge - a story of cracks", "Herald", [], "Old bridge - a story of cracks"),
        ("Old bridge - a story of cracks - Politics - Herald", "X", ["Old bridge - a story of cracks"], None),
        ("Herald: Old bridge", "Herald", [], "Herald: Old bridge"),
        ("Herald | Old bridge to close", "Herald", [], "Old bridge to close"),
        ("Bridge-builders meet", "Herald", [], "Bridge-builders meet"),
    ],
)
def test_the_sites_name_is_no_part_of_a_title(title: str, site: str, others: list[str], wanted: str | None) -> None:
    assert without_site(title, site, URL, others) == (wanted or others[0])


def test_a_title_without_an_address() -> None:
    assert without_site("A | B", "", "") == "A | B"


HEAD = """<title>Old bridge to close - Example</title><meta property="og:title" content="Bridge &amp;amp; cracks">
    <meta property="og:site_name" content="Example">"""


def test_the_titles_in_order_of_trust() -> None:
    linked = script({"@type": "NewsArticle", "headline": "The <i>council</i> votes"})
    assert read(HEAD + linked + "<h1>Old bridge</h1>").title == "The council votes"
    assert read(HEAD + "<h1>Old bridge</h1>").title == "Bridge & cracks"
    assert read("<title>Old bridge | Example</title><h1> </h1><h1>Old  bridge</h1>").title == "Old bridge"
    assert read("<title>Old bridge to close - Example</title>").title == "Old bridge to close"
    assert read("<p>x</p>").title == ""


def test_the_feeds_title_decides_where_the_page_bears_it_out() -> None:
    assert read(HEAD + "<h1>Old bridge</h1>", "Old Bridge").title == "Old Bridge"
    assert read(HEAD + "<h1>Old bridge</h1>", "Quite another").title == "Bridge & cracks"
    assert read("<p>x</p>", "Old bridge").title == "Old bridge"


# ---------------------------------------------------------------- byline


def test_bylines() -> None:
    assert (
        byline(["By Ann Poe", "ann poe", " Bob Roe, ", "https://x.org/ann", "a@b.c", "", "x" * 100])
        == "Ann Poe, Bob Roe"
    )
    assert byline(f"N{number}" for number in range(20)).count(",") == 9


@pytest.mark.parametrize(
    "html",
    [
        script({"@type": "Article", "author": {"name": "Ann Poe"}}) + '<meta name="author" content="Desk">',
        '<meta name="author" content="Ann Poe"><a rel="author">Desk</a>',
        '<p>By <a rel="author" href="/ann">Ann Poe</a></p>',
        '<span itemprop="author">Ann Poe</span>',
        '<meta name="parsely-author" content="Ann Poe">',
        '<div class="story byline">By Ann Poe</div><div class="byline">Desk</div>',
        '<div class="authority">no</div><div class="author"></div><div class="author">Ann Poe</div>',
    ],
)
def test_where_a_byline_may_stand(html: str) -> None:
    assert read(html).byline == "Ann Poe"


def test_no_byline() -> None:
    assert read(f"<div class='author'>{'word ' * 50}</div><div class='authority'>Ann</div>").byline == ""


# ---------------------------------------------------------------- time, language, address


@pytest.mark.parametrize(
    "html",
    [
        script({"@type": "Article", "datePublished": NOON.isoformat()}) + "<time datetime='2020-01-01T00:00Z'>",
        f'<meta property="article:published_time" content="{NOON.isoformat()}">',
        f'<meta itemprop="datePublished" content="{NOON.isoformat()}">',
        f"<time datetime='2020-01-01'>old</time><time datetime='{NOON.isoformat()}'>now</time>",
        f"<time datetime='2020-01-01T00:00Z'>old</time><time itemprop='datePublished' datetime='{NOON.isoformat()}'>",
        f"<time datetime='2020-01-01T00:00Z'>old</time><time pubdate datetime='{NOON.isoformat()}'>",
        f'<meta name="date" content="soon"><time datetime="{NOON.isoformat()}">',
    ],
)
def test_where_the_time_may_stand(html: str) -> None:
    assert read(html).published == NOON


def test_the_language_that_is_declared() -> None:
    assert read("<html lang='uk-UA'><p>x</p>").language == "uk-UA"
    assert read("<html xml:lang='uk'><p>x</p>").language == "uk"
    assert read('<meta property="og:locale" content="uk_UA">').language == "uk_UA"
    assert read(script({"@type": "Article", "inLanguage": "uk"})).language == "uk"


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ('<link rel="canonical" href="/news/1?utm_source=x">', "https://www.example.org/news/1"),
        (
            '<link rel="canonical" href="javascript:1"><meta property="og:url" content="/og">',
            "https://www.example.org/og",
        ),
        ('<link rel="canonical" href="http://[::1">', None),
        (script({"@type": "Article", "url": "https://example.org/ld"}), "https://example.org/ld"),
        ('<base href="/deep/"><link rel="CANONICAL nofollow" href="x">', "https://www.example.org/deep/x"),
        ('<base href="http://[::1"><link rel="canonical" href="x">', "https://www.example.org/news/x"),
        ('<link rel="alternate" href="/amp"><p>x</p>', None),
    ],
)
def test_the_canonical_address(html: str, wanted: str | None) -> None:
    assert read(html).canonical == wanted


def test_a_meta_or_link_of_another_kind_says_nothing() -> None:
    html = "<meta name='author'><meta content='x'><script>1</script><time>12</time><link rel='icon' href='/i'><a>b</a>"
    assert read(html) == Metadata("", "", "", None, None, URL, "")


def test_only_the_first_title_and_base_count() -> None:
    found = read("<title>One</title><svg><title>Icon</title></svg><base href='/a/'><base href='/b/'><meta name=x>")
    assert (found.title, found.base) == ("One", "https://www.example.org/a/")
