"""Runs stored articles through attribution, clustering and resolution with no network: what measurements use.

The clock of a replay is `published`. Rows without a date come last, in file order, and the window does not bind them.
The same file gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aggregator import pipeline, urls
from aggregator.errors import ConfigError
from aggregator.extract.language import code, detect
from aggregator.model import Article, Link, OriginState, Quality

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aggregator.model import Origin
    from aggregator.origin.outlets import OutletTable
    from aggregator.pipeline import Desk, Progress
    from aggregator.store.store import Unit

_RESOLVED_AT = datetime(2000, 1, 1, tzinfo=UTC)  # a replay reads no clock


@dataclass(frozen=True, slots=True)
class Row:
    """One input row: its id as given, and its article."""

    id: Any
    article: Article


def read_rows(path: Path, table: OutletTable) -> list[Row]:
    """The rows of a JSONL file, which may be gzip.

    Raises:
        ConfigError: the file cannot be read, or a line of it is not a row; names the line.
    """
    rows = []
    for number, line in _lines(path):
        try:
            fields = json.loads(line)
            if not isinstance(fields, dict) or fields.get("id") is None:
                raise ValueError("expected a JSON object with an id")  # noqa: TRY301 -- one way out for a bad line
            rows.append(Row(fields["id"], _article(fields, number, table)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ConfigError(f"{path} line {number}: {error}") from error
    return rows


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8") as lines:
            yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from error


def _article(fields: dict[str, Any], number: int, table: OutletTable) -> Article:
    """The article of a row. Its identity is the row itself: a replay merges no rows by their URL."""
    given = {key: str(fields.get(key) or "") for key in ("title", "text", "url", "author", "lang")}
    outlet = str(fields.get("outlet") or fields.get("source") or "") or urls.host(given["url"])
    published = _moment(fields.get("published"))
    links = tuple(
        Link(str(one["href"]), str(one.get("text") or ""), int(one["start"]), int(one["end"]))
        for one in fields.get("links") or ()
    )
    return Article(
        url=f"{given['url'] or 'row:'}#{number}",
        outlet=table.resolve(outlet) if outlet else "",
        title=given["title"],
        text=given["text"],
        byline=given["author"],
        language=code(given["lang"]) or detect(given["text"] or given["title"], ""),
        published=published,
        links=links,
        quality=Quality.FULL if given["text"] else Quality.TITLE,
    )


def _moment(value: object) -> datetime | None:
    """An ISO 8601 time as UTC; one without a zone is UTC already."""
    if value is None or value == "":
        return None
    found = datetime.fromisoformat(str(value).strip())
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def replay(rows: list[Row], desk: Desk, progress: Progress = pipeline.no_progress) -> Iterator[dict[str, Any]]:
    """The answers to the rows, in their order. `desk` has an empty store of its own."""
    with desk.store.write() as unit:
        ids = [unit.articles.add(row.article) for row in rows]
    pipeline.attribute(desk, progress)
    pipeline.cluster(desk, progress)
    pipeline.sweep(desk)
    pipeline.resolve(desk, _RESOLVED_AT, progress)
    for start in range(0, len(rows), pipeline.BATCH):
        with desk.store.read() as unit:
            part = _answers(unit, rows[start : start + pipeline.BATCH], ids[start : start + pipeline.BATCH])
        yield from part


def _answers(unit: Unit, rows: list[Row], ids: list[int]) -> list[dict[str, Any]]:
    from aggregator.origin.credit import credited  # noqa: PLC0415 -- see pipeline.attribute

    memberships = unit.clusters.memberships(ids)
    attributions = unit.articles.attributions(ids)
    origins = unit.origins.get(sorted({one.cluster for one in memberships.values()}))
    answers = []
    for row, article_id in zip(rows, ids, strict=True):
        membership = memberships[article_id]
        credit = credited(attributions[article_id])
        origin = origins[membership.cluster]
        answers.append(
            {
                "id": row.id,
                "cluster": membership.cluster,
                "level": str(membership.level),
                "origin": credit.outlet if credit else None,
                "origin_evidence": credit.quote if credit else None,
                "cluster_origin": _named(origin),
                "cluster_origin_state": str(origin.state),
                "independent": origin.independent,
            }
        )
    return answers


def _named(origin: Origin) -> str | None:
    return None if origin.state is OriginState.UNKNOWN else origin.outlet
