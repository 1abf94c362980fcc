"""Runs stored articles through attribution, clustering and resolution with no network: what measurements use.

The clock of a replay is `published`. Rows without a date come last, in file order, and the window does not bind them.
The same file gives the same bytes.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, cast

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

_SURROGATE = re.compile("[\ud800-\udfff]")
_RESOLVED_AT = datetime(2000, 1, 1, tzinfo=UTC)  # a replay reads no clock


@dataclass(frozen=True, slots=True)
class Row:
    """One input row: its id as given, and its article."""

    id: Any
    article: Article


def read_rows(path: Path, table: OutletTable) -> list[Row]:
    """The rows of a JSONL file, which may be gzip, or of a pipe.

    What a row says of a link or a time in no usable form counts as absent: one odd field must not cost a run.

    Raises:
        ConfigError: the file cannot be read, or a line of it is not a row; names the line.
    """
    rows = []
    for number, line in _lines(path):
        try:
            given = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{path} line {number}: not JSON ({error})") from error
        if not isinstance(given, dict) or given.get("id") is None:
            raise ConfigError(f"{path} line {number}: expected a JSON object with an id")
        rows.append(Row(given["id"], _article(given, number, table)))
    return rows


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open("rb") as file:
            packed = file.peek(2)[:2] == b"\x1f\x8b"
            plain = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if packed else file
            with io.TextIOWrapper(plain, encoding="utf-8-sig") as lines:
                yield from ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from error


def _article(given: dict[str, Any], number: int, table: OutletTable) -> Article:
    """The article of a row. Its identity is the row itself: a replay merges no rows by their URL."""
    title, text, url, author, lang = (_said(given.get(key)) for key in ("title", "text", "url", "author", "lang"))
    outlet = _said(given.get("outlet")) or _said(given.get("source")) or urls.host(url)
    links = given.get("links")
    return Article(
        url=f"{url}#{number}",
        outlet=table.resolve(outlet) if outlet else "",
        title=title,
        text=text,
        byline=author,
        language=code(lang) or detect(text or title, ""),
        published=_moment(_said(given.get("published"))),
        links=tuple(filter(None, map(_link, links))) if isinstance(links, list) else (),
        quality=Quality.FULL if text else Quality.TITLE,
    )


def _said(value: object) -> str:
    """A field's text, "" where it is absent. Half of a surrogate pair is no character; offsets stay as they are."""
    return "" if value is None else _SURROGATE.sub("\ufffd", str(value))


def _link(given: object) -> Link | None:
    if not isinstance(given, dict) or not given.get("href"):
        return None
    start, end = given.get("start"), given.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    return Link(_said(given["href"]), _said(given.get("text")), start, end)


def _moment(text: str) -> datetime | None:
    """An ISO 8601 time as UTC, to the day, month or year where it says no more; None where it is none."""
    text = text.strip().upper()
    if re.fullmatch(r"\d{4}(?:-\d\d)?", text):
        text += "-01-01"[: 10 - len(text)] if len(text) == 4 else "-01"
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def replay(rows: list[Row], desk: Desk, progress: Progress = pipeline.no_progress) -> Iterator[dict[str, Any]]:
    """The answers to the rows, in their order. `desk` has an empty store of its own."""
    with desk.store.write() as unit:
        ids = [unit.articles.add(row.article) for row in rows]
    pipeline.attribute(desk, progress)
    pipeline.cluster(desk, progress=progress)
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
