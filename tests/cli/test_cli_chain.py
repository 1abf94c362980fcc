"""The tree of who retells whom."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from aggregator.cli.chain import chain_tree
from aggregator.model import Level, Origin, OriginState, Story, StoryArticle

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = {"ft": "Financial Times", "unn": "UNN", "onet": "Onet", "zdf": "ZDF", "wsj": "Wall Street\x1b[31m Journal"}


def drawn(credits_of: dict[str, str | None], origin: str | None = "ft") -> list[str]:
    articles = tuple(
        StoryArticle(n, f"https://{one}.example", "t", one, NAMES.get(one, one), "en", AT, AT, Level.FIRST, credited)
        for n, (one, credited) in enumerate(credits_of.items(), 1)
    )
    told = Origin(OriginState.NAMED, origin)
    story = Story(1, "h", "", "", told, None, articles, 1, (), (), (), AT, AT, names=NAMES)
    tree = chain_tree(story)
    if tree is None:
        return []
    out = StringIO()
    Console(file=out, width=60).print(tree)
    return [line.strip(" │├─└") for line in out.getvalue().splitlines()]


def test_a_relay_stands_between_the_origin_and_those_that_credit_it() -> None:
    assert drawn({"onet": "unn", "unn": "ft", "zdf": "ft", "abc": None}) == [
        "Who retells whom",
        "Financial Times (its own article was not seen)",
        "UNN",
        "Onet",
        "ZDF",
        "credit nobody: abc",
    ]


def test_the_origin_comes_first_and_its_own_article_is_told_of() -> None:
    assert drawn({"zdf": "wsj", "unn": "ft", "ft": None}) == [
        "Who retells whom",
        "Financial Times",
        "UNN",
        "Wall Street[31m Journal (its own article was not seen)",
        "ZDF",
    ]


def test_a_ring_is_cut_where_it_closes() -> None:
    assert drawn({"unn": "onet", "onet": "unn"}, None) == ["Who retells whom", "Onet", "UNN"]


def test_where_nobody_credits_anybody_nothing_is_drawn() -> None:
    assert drawn({"unn": None, "onet": "onet"}) == []


def test_a_ring_beside_another_root_is_drawn_too() -> None:
    lines = drawn({"unn": "ft", "onet": "zdf", "zdf": "onet"})
    assert {"UNN", "Onet", "ZDF"} <= {line.partition(" (")[0] for line in lines}
