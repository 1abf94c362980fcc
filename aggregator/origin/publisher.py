"""An article's own outlet, which is never an origin of its own article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aggregator.origin.outlets import OutletTable, host_slug
from aggregator.text import slug
from aggregator.urls import host

if TYPE_CHECKING:
    from aggregator.model import Article
    from aggregator.origin.mentions import Mention

# A site's address at the end of a headline: "... - Golem.de".
_SITE = re.compile(r"\s[-–—|]\s*([\w-]+\.[a-z]{2,4})\s*$", re.IGNORECASE)
# A brand of fewer letters begins too many hosts by chance.
_BRAND = 3


class Publisher:
    """Whose article it is: `ids` are its outlet ids, empty where nobody knows; `host` is where it stands."""

    def __init__(self, article: Article, table: OutletTable) -> None:
        where = host(article.url) if article.url else ""
        # A mere transport (Google News) says nothing about whose article it is.
        self.host = where if table.resolve(where) else ""
        known = table.by_host(self.host)
        self.ids = {article.outlet, known.id if known else "", host_slug(self.host)} - {""}
        if not self.ids and (site := _SITE.search(article.title)):
            self.ids = {table.resolve(site[1])}
        # A station's own dateline: the byline carries the same mark.
        self.byline = slug(article.byline)
        self.family = {table.family(own) for own in self.ids}
        self._table = table
        self._names = {part for label in self.host.split(".")[:-1] for part in _with_and_without_the(slug(label))}
        for own in self.ids:
            self._names |= _with_and_without_the(slug(table.name(own))) | _with_and_without_the(own)

    def owns(self, mention: Mention) -> bool:
        """Whether a mention names the publisher."""
        return self._table.family(mention.outlet) in self.family or slug(mention.name) in self._names

    def marks(self, mention: Mention) -> bool:
        """Whether what looks like a wire's mark is the house's own.

        So is a brand that the host's name begins or ends with (CBS Detroit on cbslocal.com, Teen Vogue on
        teenvogue.com), and an unknown name that stands in the byline with a person's.
        """
        name, brand = slug(mention.name), host_slug(self.host)
        if len(name) >= _BRAND and (brand.startswith(name) or brand.endswith(name)):
            return True
        return not mention.known and name in self.byline and name != self.byline

    def signs(self, kind: str) -> bool:
        """Whether a byline that names an outlet of a kind is the publisher's: an agency's is its customers', too."""
        return not self.ids and kind != "agency"


def _with_and_without_the(name: str) -> set[str]:
    return {name, name.removeprefix("the")} - {""}
