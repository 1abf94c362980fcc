from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config.check import check
from aggregator.config.template import Choices, choices, template
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = """\
# head
workers: 1

# What they are.
feeds:
  # A note on all of them, apart from the groups.

  # Europe
  - {url: http://de.example, language: de, country: DE, topics: [europe, world]}
  - url: http://fr.example   # Paris
    language: fr
    country: FR
    topics: [europe]

  # The world,
  # in two lines
  - {url: http://us.example, language: en, country: US, topics: [world]}
  - {url: http://none.example}

# tail
"""


def test_the_choices_with_their_counts() -> None:
    assert choices(TEXT) == Choices(
        topics={"europe": 2, "world": 2}, countries={"DE": 1, "FR": 1, "US": 1}, languages={"de": 1, "en": 1, "fr": 1}
    )


def test_nothing_chosen_is_all() -> None:
    assert template(TEXT, [], [], []) == TEXT


def test_a_group_left_empty_loses_its_comment_and_others_keep_theirs() -> None:
    second = TEXT[TEXT.index("\n  # The world") : TEXT.index("\n# tail")]
    assert template(TEXT, ["europe"], [], []) == TEXT.replace(second, "")
    first = TEXT[TEXT.index("\n  # Europe") : TEXT.index("\n  # The world")]
    assert template(TEXT, [], ["us"], []) == TEXT.replace(first, "").replace("  - {url: http://none.example}\n", "")


def test_a_feed_goes_with_all_its_lines_and_its_own_comment() -> None:
    cut = template(TEXT, ["Europe"], ["de", "US"], ["DE", "en"])
    assert [feed.url for feed in check(cut).feeds] == ["http://de.example"]
    assert "Paris" not in cut
    assert "# Europe" in cut
    assert "in two lines" not in cut


@pytest.mark.parametrize(
    ("picked", "message"),
    [
        ((["wrld"], [], []), "no feed with the topic 'wrld'; did you mean world?"),
        (([], ["XX"], []), "no feed with the country 'XX'; expected one of DE, FR, US"),
        (([], [], ["xx"]), "no feed with the language 'xx'; expected one of de, en, fr"),
        ((["europe"], ["US"], []), "no feed has all of that: choose fewer"),
    ],
)
def test_a_choice_that_leaves_nothing_says_so(picked: tuple[list[str], list[str], list[str]], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        template(TEXT, *picked)


def test_feeds_on_one_line_cannot_be_cut() -> None:
    with pytest.raises(ConfigError, match="cannot be made line by line"):
        template("feeds: [{url: http://a}]", [], [], [])


def _some(values: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), max_size=2)


def _assert_cut(text: str, topics: list[str], countries: list[str], languages: list[str]) -> None:
    wanted = tuple(
        feed
        for feed in check(text).feeds
        if (not topics or set(topics) & set(feed.topics))
        and (not countries or feed.country in countries)
        and (not languages or feed.language in languages)
    )
    if not wanted:
        with pytest.raises(ConfigError, match="no feed has all of that"):
            template(text, topics, countries, languages)
        return
    cut = template(text, topics, countries, languages)
    assert check(cut).feeds == wanted
    assert cut.startswith(text[: text.index("feeds:\n")])
    # No comment of a group stands over nothing.
    lines = cut[cut.index("feeds:\n") :].splitlines()
    over = [(a, b) for a, b in pairwise([*lines, ""]) if a.startswith("  # ") and "A note" not in a]
    assert all(b.startswith("  ") for _, b in over)


@settings(deadline=None, max_examples=50)
@given(_some(["europe", "world"]), _some(["DE", "FR", "US"]), _some(["de", "en", "fr"]))
def test_what_is_left_is_exactly_what_was_chosen(topics: list[str], countries: list[str], languages: list[str]) -> None:
    _assert_cut(TEXT, topics, countries, languages)


@pytest.mark.parametrize(
    "picked", [(["ukraine"], [], ["en"]), ([], ["DE", "FR"], []), (["world"], ["GB"], ["uk"]), (["africa"], [], [])]
)
def test_the_shipped_file_can_be_cut(shipped: str, picked: tuple[list[str], list[str], list[str]]) -> None:
    _assert_cut(shipped, *picked)
