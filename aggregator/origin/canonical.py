"""The outlet whose text a page says it carries: a canonical address on another brand's site.

MSN, a local paper or a partner republishes an article and names its first address in its head (RFC 6596). The words of
the page need not say so; then the headline is what the credit quotes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aggregator.model import Attribution, Role
from aggregator.origin.credit import THRESHOLD, credited
from aggregator.origin.mentions import Mention
from aggregator.origin.outlets import REPORTING_KINDS
from aggregator.urls import host, is_article

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aggregator.model import Article
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.publisher import Publisher

CUE = "mul:canonical"
_WEIGHT = 0.95
# The words of an address's last part; numbers tell one copy of a text from another.
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{3,}(?![^\W_])")
_FILE = re.compile(r"\.\w{2,5}$")


def republished(
    article: Article, publisher: Publisher, table: OutletTable, found: Sequence[Attribution]
) -> Attribution | None:
    """The credit that a canonical address gives; None where there is none, and where there are no words to quote.

    Args:
        article: the article with its canonical address.
        publisher: whose it is.
        table: the outlets.
        found: what the article's words credit. Where they credit another outlet, this one is only the relay between.
    """
    title = article.title.strip()
    outlet = _other_brand(article, publisher, table)
    if outlet is None or not title:
        return None
    start = article.title.index(title)
    credit = Attribution(
        outlet=outlet,
        name=table.name(outlet),
        role=Role.WIRE,
        cue=CUE,
        language="mul",
        field="title",
        start=start,
        end=start + len(title),
        quote=title,
        weight=_WEIGHT,
        url=article.canonical,
    )
    main = credited([*found, credit])
    carried = any(one.role is Role.WIRE and one.outlet != outlet and one.weight >= THRESHOLD for one in found)
    if carried or main is None or main.outlet != outlet:
        return replace(credit, role=Role.RELAY)
    return credit


def _other_brand(article: Article, publisher: Publisher, table: OutletTable) -> str | None:
    """The known outlet, not of the publisher's house, to whose article the canonical address leads."""
    own = article.outlet or table.resolve(host(article.url))
    # Where nobody knows the publisher, the address may just be the publisher's own.
    if not own or article.canonical is None or not is_article(article.canonical):
        return None
    outlet = table.by_host(host(article.canonical))
    if outlet is None or outlet.kind not in REPORTING_KINDS:
        return None
    named = Mention(0, 0, outlet.name, outlet.id, ambiguous=False, known=True)
    return None if publisher.owns(named) or _is_sister(article.url, article.canonical) else outlet.id


def _is_sister(url: str, canonical: str) -> bool:
    """Whether both addresses end in the same words: one publishing system, so two papers of one house."""
    words = _last_words(url)
    return bool(words) and words == _last_words(canonical)


def _last_words(url: str) -> list[str]:
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return []
    return _WORD.findall(_FILE.sub("", path.rpartition("/")[2].lower()))
