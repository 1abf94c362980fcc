"""What whole pages hold besides their story: own marks, names of companies, studies, other articles, standfirsts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aggregator.model import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    Credit = Callable[..., str | None]

LEAD = "The harbour company plans to close two of its five terminals next spring."


def _linked(text: str, name: str, href: str) -> tuple[Link, ...]:
    at = text.index(name)
    return (Link(href, name, at, at + len(name)),)


@pytest.mark.parametrize("said", ["published its view of the spring", "says that terminals close", "found the same"])
def test_a_linked_site_is_no_outlet_until_more_than_a_link_says_so(credit: Credit, said: str) -> None:
    text = f"In May Quay Analytics {said}. The harbour company plans to close two terminals."
    links = _linked(text, "Quay Analytics", "https://quayanalytics.com/blog/terminals-to-close-soon")
    assert credit(text, links=links) is None
    newspaper = text.replace("Quay", "the newspaper Quay")
    links = _linked(newspaper, "Quay Analytics", "https://quayanalytics.com/blog/terminals-to-close-soon")
    assert credit(newspaper, links=links) == "quayanalytics"
