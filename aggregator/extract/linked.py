"""What a page says of itself in JSON-LD (schema.org): headline, authors, time, address."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Beyond this a script is data of another kind.
_MAX_SCRIPT = 1_000_000
_MAX_DEPTH = 8
_MAX_NODES = 2_000
_WRAPPERS = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*;?\s*$|;\s*$")
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|NewsItem)$")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The article of a page's JSON-LD; "" and () for what it does not say."""

    headline: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    url: str = ""
    language: str = ""
    body: str = ""


def read_linked(scripts: Iterable[str]) -> LinkedData:
    """The first article that the scripts describe, with a headline if one has it; empty where there is none."""
    nodes: list[dict[str, Any]] = []
    for script in scripts:
        nodes.extend(_nodes(_loaded(script)))
        if len(nodes) > _MAX_NODES:
            break
    articles = [node for node in nodes if any(_ARTICLE.search(one) for one in _strings(node.get("@type")))]
    article = next((node for node in articles if _first(node.get("headline"))), articles[0] if articles else None)
    if article is None:
        return LinkedData()
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    return LinkedData(
        headline=_first(article.get("headline")),
        authors=tuple(_names(article.get("author") or article.get("creator"), named)),
        published=_first(article.get("datePublished")),
        url=_first(article.get("url")) or _address(article.get("mainEntityOfPage")),
        language=_first(article.get("inLanguage")),
        body=_first(article.get("articleBody")),
    )


def _loaded(script: str) -> object:
    if len(script) > _MAX_SCRIPT:
        return None
    try:
        return json.loads(_WRAPPERS.sub("", script), strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object, the outer before the inner. Related articles inside an article are left out."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "author", "itemListElement", "item"):
            yield from _nodes(value.get(key), depth + 1)
    elif isinstance(value, list):
        for one in value[:_MAX_NODES]:
            yield from _nodes(one, depth + 1)


def _strings(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str) and one.strip()]


def _first(value: object) -> str:
    return next(iter(_strings(value)), "").strip()


def _address(value: object) -> str:
    return _first(value.get("@id") or value.get("url")) if isinstance(value, dict) else _first(value)


def _names(value: object, named: dict[str, dict[str, Any]]) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            known = named.get(one["@id"], {}) if "name" not in one and isinstance(one.get("@id"), str) else one
            yield from _strings(known.get("name"))
