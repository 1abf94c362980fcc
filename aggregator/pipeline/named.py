"""What a person names by a number or an address: stories and articles of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator import urls
from aggregator.errors import NotFoundError

if TYPE_CHECKING:
    from aggregator.store.store import Unit

LARGEST_ID = 2**63  # what a database can number


def standing_story(unit: Unit, story: int) -> int:
    """The cluster that a story's number leads to."""
    found = unit.clusters.resolve_id(story) if story < LARGEST_ID else None
    if found is None or not unit.clusters.members(found):
        raise NotFoundError(f"no story {story}; `aggregator stories` lists them")
    return found


def article_named(unit: Unit, named: str) -> int:
    """The id of an article given by its id or URL."""
    if named.isdecimal():
        number = int(named)
        if number < LARGEST_ID and unit.articles.get([number]):
            return number
        raise NotFoundError(f"no article {named}; `aggregator story ID` lists those of a story")
    try:
        found = unit.articles.by_url(urls.normalise(named))
    except ValueError as error:
        raise NotFoundError(f"{named}: neither an article's number nor its URL ({error})") from error
    known = found.id if found else unit.feeds.article_of(named)
    if known is None:
        raise NotFoundError(f"{named} is not in the store")
    return known


def home_of(unit: Unit, article: int) -> int:
    """The cluster that an article is in."""
    membership = unit.clusters.memberships([article]).get(article)
    if membership is None:
        raise NotFoundError(f"article {article} is in no story yet: try again after the next pass")
    return membership.cluster
