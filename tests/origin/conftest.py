from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Article, Attribution, Level, Link
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import credited
from aggregator.origin.cues import Cues
from aggregator.origin.outlets import OutletTable
from aggregator.origin.reports import Report

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


DATA = files("aggregator.origin") / "data"


@pytest.fixture(scope="session")
def table() -> OutletTable:
    return OutletTable.parse((DATA / "outlets.tsv").read_text("utf-8"))


@pytest.fixture(scope="session")
def cues() -> Cues:
    texts = {
        file.name[:-5]: file.read_text("utf-8") for file in (DATA / "cues").iterdir() if file.name.endswith(".toml")
    }
    return Cues.parse(texts)


@pytest.fixture(scope="session")
def read(table: OutletTable, cues: Cues) -> Callable[..., tuple[Attribution, ...]]:
    def reader(
        text: str,
        *,
        title: str = "",
        outlet: str = "",
        url: str = "",
        byline: str = "",
        language: str = "",
        links: tuple[Link, ...] = (),
    ) -> tuple[Attribution, ...]:
        article = Article(url=url, outlet=outlet, title=title, text=text, byline=byline, language=language, links=links)
        found = attribute(article, table, cues)
        fields = {"title": title, "text": text, "byline": byline}
        for attribution in found:
            assert attribution.quote == fields[attribution.field][attribution.start : attribution.end]
            assert 0.0 <= attribution.weight <= 0.97
        return found

    return reader


@pytest.fixture(scope="session")
def credit(read: Callable[..., tuple[Attribution, ...]]) -> Callable[..., str | None]:
    def crediting(
        text: str, *, title: str = "", outlet: str = "", url: str = "", byline: str = "", links: tuple[Link, ...] = ()
    ) -> str | None:
        found = credited(read(text, title=title, outlet=outlet, url=url, byline=byline, links=links))
        return found.outlet if found else None

    return crediting


@pytest.fixture(scope="session")
def make(table: OutletTable, cues: Cues) -> Callable[..., Report]:
    """A member of a cluster, with the attributions that its text really gives."""

    def maker(
        number: int,
        outlet: str,
        text: str = "",
        *,
        title: str = "",
        level: Level = Level.RETELLING,
        partner: int | None = 1,
        when: datetime | None = None,
        byline: str = "",
        language: str = "",
        links: tuple[Link, ...] = (),
    ) -> Report:
        article = Article(
            url=f"https://{outlet or 'nobody'}.example/{number}",
            outlet=outlet,
            title=title,
            text=text,
            byline=byline,
            language=language,
            published=when,
            links=links,
            id=number,
        )
        return Report(article, level, partner, attribute(article, table, cues))

    return maker
