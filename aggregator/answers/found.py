"""What the query layer answers with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aggregator.cluster.explain import Explanation
    from aggregator.model import Article, Attribution, Membership, Origin, Story, StoryArticle
    from aggregator.store.origins import Event


@dataclass(frozen=True, slots=True)
class OriginAnswer:
    """Who broke it. `story` is None where no cluster matches; `attributions` are those of a text not in the store."""

    query: str
    origin: Origin
    outlet_name: str | None
    story: Story | None
    attributions: tuple[Attribution, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that search found, and its cluster (None while it waits for one)."""

    article: Article
    outlet_name: str
    cluster: int | None


@dataclass(frozen=True, slots=True)
class WhyHere:
    """Why an article is in its cluster; `explanation` is None for the first.

    `corrections` are the numbers of the corrections that tie it to others of the cluster.
    """

    article: StoryArticle
    membership: Membership
    partner_title: str
    explanation: Explanation | None
    corrections: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A story that a round-up tells, or the round-up itself."""

    cluster: int
    headline: str


@dataclass(frozen=True, slots=True)
class StoryExplained:
    """Why a story is what it is: its articles' reasons, the round-ups between it and others, what happened to it.

    `names` gives the names of the outlets that were its origin.
    """

    story: Story
    articles: list[WhyHere]
    mentions: list[Mention]
    mentioned_by: list[Mention]
    events: list[Event]
    names: Mapping[str, str] = field(default_factory=dict)
