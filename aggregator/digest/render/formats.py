"""One entry point for the formats of a digest that depend on nothing but the digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.digest.render import html, json, markdown, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aggregator.model import Digest

FORMATS: Mapping[str, Callable[[Digest], str]] = {
    "text": text.render,
    "md": markdown.render,
    "html": html.render,
    "json": json.render,
}


def render(digest: Digest, name: str) -> str:
    """The digest in a format of FORMATS, ending in a line end.

    Raises:
        KeyError: there is no such format.
    """
    return FORMATS[name](digest)
