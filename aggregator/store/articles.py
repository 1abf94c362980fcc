"""Articles with their attributions: the queues of attribution and clustering, and full-text search."""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, text, update

from aggregator.model import Article, Attribution, Link, Quality, Role
from aggregator.store.engine import chunks
from aggregator.store.tables import article, attribution

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection, Row

_WORD = re.compile(r"\w+")
_FIELDS = tuple(one.name for one in fields(Article))
# Statements that run for every article: to build one costs as much as to run it.
_BY_URL = select(article.c.id).where(article.c.url == bindparam("url"))
_ADD = insert(article).returning(article.c.id)
_READ = update(article).where(article.c.id == bindparam("read")).values(attributed=True)
_FORGET = delete(attribution).where(attribution.c.article == bindparam("read"))


class Articles:
    """Articles and attributions in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Article) -> int:
        """Keeps an article under its URL; one that is there already stays as it is.

        Returns:
            The id of the article with this URL.
        """
        known = self._connection.scalar(_BY_URL, {"url": new.url})
        if known is not None:
            return int(known)
        row = {name: getattr(new, name) for name in _FIELDS if name != "id"}
        row["links"] = [asdict(link) for link in new.links]
        return int(self._connection.scalar(_ADD, row | {"attributed": False, "clustered": False}))

    def get(self, ids: Sequence[int]) -> dict[int, Article]:
        """Articles by id; those unknown are left out."""
        found: dict[int, Article] = {}
        for some in chunks(ids):
            rows = self._connection.execute(select(article).where(article.c.id.in_(some)))
            found.update({row.id: _article(row) for row in rows})
        return found

    def by_url(self, url: str) -> Article | None:
        """The article with this normalised URL."""
        row = self._connection.execute(select(article).where(article.c.url == url)).one_or_none()
        return None if row is None else _article(row)

    def unattributed(self, limit: int) -> list[Article]:
        """Articles whose attributions were not read yet, oldest id first."""
        wanted = select(article).where(article.c.attributed.is_(False)).order_by(article.c.id).limit(limit)
        return [_article(row) for row in self._connection.execute(wanted)]

    def save_attributions(self, article_id: int, found: Sequence[Attribution]) -> None:
        """Replaces an article's attributions and marks it as read."""
        self._connection.execute(_FORGET, {"read": article_id})
        rows = [
            {"article": article_id, "place": n, "outlet": one.outlet, "role": one.role, "detail": asdict(one)}
            for n, one in enumerate(found)
        ]
        if rows:
            self._connection.execute(insert(attribution), rows)
        self._connection.execute(_READ, {"read": article_id})

    def attributions(self, ids: Sequence[int]) -> dict[int, tuple[Attribution, ...]]:
        """The attributions of articles, in the order of the text; every asked id has its tuple."""
        found: dict[int, list[Attribution]] = {one: [] for one in ids}
        for some in chunks(ids):
            wanted = select(attribution).where(attribution.c.article.in_(some))
            for row in self._connection.execute(wanted.order_by(attribution.c.article, attribution.c.place)):
                found[row.article].append(_attribution(row.detail))
        return {one: tuple(those) for one, those in found.items()}

    def attributed(self, after: int, limit: int) -> list[Article]:
        """Articles whose attributions were read, with ids above one, oldest id first."""
        wanted = select(article).where(article.c.attributed.is_(True), article.c.id > after)
        return [_article(row) for row in self._connection.execute(wanted.order_by(article.c.id).limit(limit))]

    def credited(self, roles: Collection[Role]) -> list[str]:
        """The outlets that attributions of these roles name, those that most articles name first."""
        wanted = select(attribution.c.outlet).where(attribution.c.role.in_(sorted(roles)))
        most = func.count(attribution.c.article.distinct()).desc()
        return list(
            self._connection.scalars(wanted.group_by(attribution.c.outlet).order_by(most, attribution.c.outlet))
        )

    def crediting(self, outlet: str, roles: Collection[Role]) -> list[int]:
        """The articles in which an attribution of these roles names an outlet, the latest first."""
        wanted = select(attribution.c.article).distinct().where(attribution.c.outlet == outlet)
        wanted = wanted.where(attribution.c.role.in_(sorted(roles)))
        return list(self._connection.scalars(wanted.order_by(attribution.c.article.desc())))

    def unclustered(self, limit: int, *, by_time: bool = True) -> list[Article]:
        """Articles that are read but stand in no cluster yet: by their time (undated last), else by id."""
        wanted = select(article).where(article.c.attributed.is_(True), article.c.clustered.is_(False))
        when = func.coalesce(article.c.published, article.c.first_seen)
        order = (when.is_(None), when, article.c.id) if by_time else (article.c.id,)
        return [_article(row) for row in self._connection.execute(wanted.order_by(*order).limit(limit))]

    def mark_clustered(self, ids: Sequence[int]) -> None:
        """These articles stand in a cluster."""
        for some in chunks(ids):
            self._connection.execute(update(article).where(article.c.id.in_(some)).values(clustered=True))

    def search(self, words: str, limit: int) -> list[int]:
        """Article ids whose title or text hold all the words, best first; each word also as a beginning."""
        terms = _WORD.findall(words)
        if not terms:
            return []
        query = " ".join(f'"{term}"*' for term in terms)
        statement = text(
            "SELECT rowid FROM article_search WHERE article_search MATCH :query "
            "ORDER BY bm25(article_search, 5.0, 1.0), rowid LIMIT :limit"
        )
        return list(self._connection.scalars(statement, {"query": query, "limit": limit}))

    def counts(self) -> dict[str, int]:
        """How many articles there are, how many wait for attribution and how many for clustering."""
        total = self._connection.scalar(select(func.count()).select_from(article))
        read = self._connection.scalar(select(func.count()).where(article.c.attributed.is_(False)))
        placed = self._connection.scalar(select(func.count()).where(article.c.clustered.is_(False)))
        return {"articles": int(total or 0), "unattributed": int(read or 0), "unclustered": int(placed or 0)}


def _article(row: Row[Any]) -> Article:
    given = {name: getattr(row, name) for name in _FIELDS}
    given["links"] = tuple(Link(**link) for link in row.links)
    given["quality"] = Quality(row.quality)
    return Article(**given)


def _attribution(detail: dict[str, Any]) -> Attribution:
    return Attribution(**detail | {"role": Role(detail["role"]), "informants": tuple(detail["informants"])})
