"""The user's seed document, and the labelled sets as a floor that must not sink."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Article, Level, Link, OriginState, Role
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import credited
from aggregator.origin.resolve import Report, resolve

if TYPE_CHECKING:
    from pathlib import Path

    from aggregator.origin.cues import Cues
    from aggregator.origin.outlets import OutletTable


@pytest.mark.realdata
def test_the_seed_document_credits_the_financial_times(shared: Path, table: OutletTable, cues: Cues) -> None:
    (path,) = (shared / "seeds").glob("*.txt")
    article = Article(url="", outlet="", title="", text=path.read_text("utf-8"))
    found = attribute(article, table, cues)
    credit = credited(found)
    assert credit is not None
    assert (credit.outlet, credit.role) == ("ft", Role.ORIGIN)
    assert credit.quote == (
        "This is reported by the Financial Times with reference to European and Ukrainian officials."
    )
    assert credit.informants == ("European and Ukrainian officials",)
    origin = resolve([Report(article, Level.FIRST, None, found)], table)
    assert (origin.state, origin.outlet, origin.independent) == (OriginState.NAMED, "ft", 1)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("origin_dev.jsonl", 0.965, 0.98), ("origin_pages_dev.jsonl", 0.97, 0.9)]
)
def test_the_labelled_sets_keep_their_figures(  # noqa: PLR0917 -- fixtures and figures
    shared: Path, table: OutletTable, cues: Cues, name: str, precision: float, recall: float
) -> None:
    right = said = true = 0
    for line in (shared / "data" / "labelled" / name).read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("doubt"):
            continue
        where = row.get("url") or row.get("outlet") or ""
        url = where if "//" in where or not where else f"https://{where}/"
        links = tuple(Link(x["href"], x["text"], x["start"], x["end"]) for x in row.get("links") or [])
        outlet = table.resolve(row.get("outlet") or url)
        article = Article(
            url=url,
            outlet=outlet,
            title=row["title"] or "",
            text=row["text"],
            byline=row.get("author") or "",
            language=row.get("lang") or "",
            links=links,
        )
        credit = credited(attribute(article, table, cues))
        right += credit is not None and credit.outlet in row["origin"]
        said += credit is not None
        true += bool(row["origin"])
    assert right / said >= precision
    assert right / true >= recall
