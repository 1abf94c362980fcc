"""Every credit that is found on stored pages, for people to read and judge."""

from __future__ import annotations

import gzip
import json
import logging
from typing import TYPE_CHECKING, Any

from aggregator import urls
from aggregator.extract.language import detect
from aggregator.extract.page import read_page
from aggregator.model import Article, Role
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import REPORTING, confidence, credited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.model import Attribution
    from aggregator.origin.cues import Cues
    from aggregator.origin.outlets import OutletTable


def said_with(attributions: tuple[Attribution, ...], best: Attribution) -> float:
    """The confidence of an article's credit: of all that speaks for its outlet in the same kind of role."""
    roles = REPORTING if best.role in REPORTING else {Role.WIRE}
    return confidence(one for one in attributions if one.outlet == best.outlet and one.role in roles)


def credits_of_pages(directory: Path, table: OutletTable, cues: Cues) -> Iterator[dict[str, Any]]:
    """The credits and denials on the pages of a directory of sets (each with manifest.jsonl and the pages).

    Yields:
        One row a page with text: id, url, publisher, language, title, the outlet that the article credits (None for
        nobody) with its confidence, and `credits`: outlet, role, cue, weight, field, sentence and URL, each as found.
    """
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    for manifest in sorted(directory.glob("*/manifest.jsonl")):
        with manifest.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                page = manifest.parent / row["file"]
                if not page.exists():  # held out
                    continue
                body = gzip.decompress(page.read_bytes())
                article = _article(body, row.get("url") or "", table)
                if article.text:
                    yield _row(f"{manifest.parent.name}/{row['id']}", article, attribute(article, table, cues))


def _article(body: bytes, url: str, table: OutletTable) -> Article:
    page = read_page(body, url or "https://example.org/")
    return Article(
        url=url,
        outlet=table.resolve(urls.host(url)) if url else "",
        title=page.title,
        text=page.text,
        byline=page.byline,
        language=page.language or detect(page.text, ""),
        links=page.links,
    )


def _row(name: str, article: Article, found: tuple[Attribution, ...]) -> dict[str, Any]:
    best = credited(found)
    return {
        "id": name,
        "url": article.url,
        "publisher": article.outlet,
        "language": article.language,
        "title": article.title,
        "credited": best.outlet if best else None,
        "confidence": round(said_with(found, best), 4) if best else None,
        "sentence": best.quote if best else "",
        "credits": [
            {
                "outlet": one.outlet,
                "name": one.name,
                "role": one.role.value,
                "cue": one.cue,
                "weight": one.weight,
                "field": one.field,
                "sentence": one.quote,
                "url": one.url,
            }
            for one in found
        ],
    }
