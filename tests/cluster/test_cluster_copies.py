"""When a headline is the copy of another, and when it only is the headline that every outlet has."""

from __future__ import annotations

import pytest

from aggregator.cluster.copies import copy_score
from aggregator.cluster.fingerprint import fingerprint
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article


@pytest.mark.parametrize(
    ("title", "copied"),
    [("Live", False), ("Video of today", False), ("Ferry adrift off Brennholm with 412 people aboard", True)],
)
def test_a_headline_says_something_from_five_words_on(title: str, copied: bool) -> None:  # noqa: FBT001
    words = Vocabulary()
    one, other = (fingerprint(Article("u", "bbc", title, "", language="en", id=n), words) for n in (1, 2))
    assert (copy_score(one, other) is not None) is copied
