"""The frozen types of everything that flows between the stages. Imports nothing of ours.

The whole vocabulary, a module a noun. Times are aware datetimes in UTC. Offsets are in characters (code points) of the
field they name, end exclusive. Outlet ids are the ids of the outlet table, or for an outlet outside it the slug of its
name (`aggregator.text.slug`).
"""

from aggregator.model.articles import (
    Article,
    Link,
    Page,
    Quality,
)
from aggregator.model.clusters import (
    Cluster,
    Correction,
    Fingerprint,
    Level,
    Membership,
    Strand,
    Tie,
    Transfer,
)
from aggregator.model.collecting import (
    Entry,
    Feed,
    FeedState,
    HostWishes,
    Limits,
    Poll,
    Retention,
    RobotsRules,
)
from aggregator.model.origins import (
    Attribution,
    Evidence,
    Origin,
    OriginState,
    Outlet,
    Rival,
    Role,
    Standing,
    Verdict,
)
from aggregator.model.reading import (
    Digest,
    Section,
    Story,
    StoryArticle,
)

__all__ = [
    "Article",
    "Attribution",
    "Cluster",
    "Correction",
    "Digest",
    "Entry",
    "Evidence",
    "Feed",
    "FeedState",
    "Fingerprint",
    "HostWishes",
    "Level",
    "Limits",
    "Link",
    "Membership",
    "Origin",
    "OriginState",
    "Outlet",
    "Page",
    "Poll",
    "Quality",
    "Retention",
    "Rival",
    "RobotsRules",
    "Role",
    "Section",
    "Standing",
    "Story",
    "StoryArticle",
    "Strand",
    "Tie",
    "Transfer",
    "Verdict",
]
