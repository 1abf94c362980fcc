"""The seeds: a self-written labelled corpus, as files, as the pages and feeds of its outlets, as rows of a replay."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Seed:
    """One article of the corpus. `id` is its path without the ending, `body` its paragraphs with Markdown links."""

    id: str
    outlet: str
    path: str
    title: str
    published: datetime
    language: str
    body: str
    author: str = ""
    summary: str = ""
    paid: bool = False

    @property
    def story(self) -> str:
        """The story that it tells: its folder."""
        return self.id.partition("/")[0]


def load(directory: Path) -> list[Seed]:
    """Every article of the corpus, by id.

    Raises:
        ValueError: a file is not in the form that seeds/README.md describes; names the file.
    """
    return [_seed(file, directory) for file in sorted(directory.glob("*/*.md"))]


def _seed(file: Path, directory: Path) -> Seed:
    try:
        _, head, body = file.read_text(encoding="utf-8").split("---\n", 2)
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        return Seed(
            id=file.relative_to(directory).with_suffix("").as_posix(),
            outlet=fields["outlet"],
            path=fields["path"],
            title=fields["title"],
            published=datetime.fromisoformat(fields["published"]),
            language=fields["language"],
            body=body.strip(),
            author=fields.get("author", ""),
            summary=fields.get("summary", ""),
            paid=fields.get("paid", "") == "true",
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"{file}: {error!r}") from error


def labels(directory: Path) -> list[dict[str, Any]]:
    """What is true of every article: see seeds/README.md."""
    with (directory / "labels.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def replay_row(seed: Seed) -> dict[str, Any]:
    """The article as an input row of `aggregator replay`, links with their offsets."""
    text, links = _flat(seed.body)
    if seed.paid:
        text, links = seed.summary, []
    return {
        "id": seed.id,
        "title": seed.title,
        "text": text,
        "outlet": seed.outlet,
        "published": seed.published.isoformat(),
        "lang": seed.language,
        "author": seed.author,
        "links": links,
    }


def _flat(body: str) -> tuple[str, list[dict[str, Any]]]:
    """A body as plain text, one paragraph a line, and its links."""
    text, links, at = "", [], 0
    body = re.sub(r"\n\s*\n", "\n", body)
    for found in _LINK.finditer(body):
        text += body[at : found.start()]
        links.append({"href": found[2], "text": found[1], "start": len(text), "end": len(text) + len(found[1])})
        text += found[1]
        at = found.end()
    return text + body[at:], links


def page(seed: Seed) -> str:
    """The article as its outlet's page would be: with navigation, teasers and a footer around it."""
    escaped = [html.escape(paragraph, quote=False) for paragraph in re.split(r"\n\s*\n", seed.body)]
    paragraphs = "".join("<p>" + _LINK.sub(r'<a href="\2">\1</a>', one) + "</p>" for one in escaped)
    title, outlet = html.escape(seed.title), html.escape(seed.outlet)
    name = html.escape(seed.author)
    author, meta = (f"<p>{name}</p>", f'<meta name="author" content="{name}">') if name else ("", "")
    return (
        f'<!doctype html><html lang="{seed.language}"><head><meta charset="utf-8"><title>{title} | {outlet}</title>'
        f'<meta property="og:title" content="{title}">{meta}</head><body>'
        f'<header><a href="/">{outlet}</a><nav><a href="/world">World</a> <a href="/sport">Sport</a></nav></header>'
        f"<main><article><h1>{title}</h1>{author}{paragraphs}</article></main>"
        '<aside><ul><li><a href="/a">Weather for the week</a><li><a href="/b">Crossword</a></ul></aside>'
        f"<footer><p>© {outlet}. All rights reserved.</p></footer></body></html>"
    )


def feed(outlet: str, articles: Iterable[Seed], base: str, shift: timedelta) -> str:
    """An outlet's RSS feed; `shift` is added to every date."""
    items = "".join(
        f"<item><title>{html.escape(one.title)}</title><link>{base}/{outlet}{one.path}</link>"
        f'<guid isPermaLink="false">{html.escape(one.id)}</guid>'
        f"<pubDate>{format_datetime(one.published + shift)}</pubDate>"
        f"<description>{html.escape(one.summary)}</description></item>"
        for one in articles
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{outlet}</title>'
        f"<link>{base}/{outlet}</link><description>{outlet}</description>{items}</channel></rss>"
    )
