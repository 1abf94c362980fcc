"""Pages made of our own text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PARAGRAPHS = (
    "The council of Greyford voted on Tuesday to close the old bridge over the Wend for at least a year.",
    "Engineers had found cracks in two of its seven piers, the mayor said after the meeting in the town hall.",
    "Some four thousand cars cross the bridge every day, and the next crossing is eleven miles downstream.",
    "Work is to begin in March; the county pays two thirds of the eighteen million that the repair will cost.",
)

MakePage = Callable[..., bytes]


@pytest.fixture
def paragraphs() -> tuple[str, ...]:
    return PARAGRAPHS


@pytest.fixture
def make_page() -> MakePage:
    """A page's bytes from what stands in its head, before and behind its four paragraphs, and around the article."""

    def make(head: str = "", *, before: str = "", behind: str = "", wrap: str = "<article>{}</article>") -> bytes:
        story = before + "".join(f"<p>{one}</p>" for one in PARAGRAPHS) + behind
        body = f"<nav><a href='/'>Home</a></nav><h1>Old bridge to close</h1>{wrap.format(story)}"
        related = "<div class='related'><p><a href='/other'>Other news of the day</a></p></div>"
        return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}{related}</body></html>".encode()

    return make
