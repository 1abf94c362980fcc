"""What a story is called and which two sentences are quoted of it. Pure.

The most central article is the one whose title is closest to the centroid of all titles: the cosine between the set
of its words and the number of titles that each word is in (centroid-based summarisation, Radev, Jing, Styś and Tam
2004). Words stand for themselves, without stems: titles of one story in one language share enough of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import islice
from math import sqrt
from typing import TYPE_CHECKING

from aggregator.digest.furniture import report
from aggregator.model import OriginState, Quality
from aggregator.text import one_line, sentences, slug
from aggregator.urls import host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.model import Article, Origin

ELLIPSIS = "…"
# A title that had to be taken from the text is no longer than a long headline.
_TITLE_LIMIT = 140

_WORD = re.compile(r"\w{3,}")
_SEPARATOR = re.compile(r"\s+(?:[-–—•·»]|\|+|::)\s+|\s*\|\s*")
# What stands beside an outlet's name in a page title: "BBC News", "CNN.com", "Reuters Online".
_BESIDE_NAME = frozenset(
    [
        "the",
        "news",
        "online",
        "live",
        "com",
        "org",
        "net",
        "tv",
        "radio",
        "sport",
        "sports",
        "business",
        "world",
        "international",
        "english",
        "ukraine",
        "digital",
        "magazine",
        "politics",
        "europe",
        "africa",
        "asia",
        "novosti",
        "novini",
        "novyny",
        "nachrichten",
        "noticias",
        "actualites",
        "wiadomosci",
    ]
)


def headline(articles: Sequence[Article], origin: Origin, names: Mapping[str, str] | None = None) -> str:
    """The story's headline: the origin's own article's where it is among them, else the most central article's.

    Args:
        articles: the cluster's articles; must not be empty.
        origin: who first reported it; where that is disputed, no side's headline is preferred.
        names: outlet id -> name as its pages write it, used to find the site's suffix (" | Reuters").

    Returns:
        One line without invisible characters; where no article has a title, the first sentence, else the host.
    """
    ordered = _order(articles, origin)
    for article in ordered:
        title = _strip_site(one_line(article.title), article, (names or {}).get(article.outlet, ""))
        if title:
            return title
    for article in ordered:
        for start, end in sentences(article.text):
            return cut(one_line(article.text[start:end]), _TITLE_LIMIT)
    return host(ordered[0].url)


def extract(articles: Sequence[Article], origin: Origin, limit: int = 320) -> tuple[str, str]:
    """At most two quoted sentences of the report and the id of the outlet that they are quoted from.

    The origin's own article comes first, then full texts in the language of most articles, the most central first.
    Datelines, captions, bylines and promptings are passed over; where two sentences did not stand side by side an
    ellipsis says so.

    Args:
        articles: the cluster's articles.
        origin: who first reported it.
        limit: the most characters that are returned; a longer text is cut at a sentence, else at a word.

    Returns:
        The sentences and the outlet's id; two empty strings where no article has a sentence to quote.
    """
    ordered = _order(articles, origin)
    for strict in (True, False):
        for article in ordered:
            quoted = _quote(article, limit, strict=strict)
            if quoted:
                return quoted, article.outlet
    return "", ""


def cut(text: str, limit: int) -> str:
    """The text, or where it is longer than `limit` characters its beginning up to a word, with an ellipsis."""
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    stop = limit - 1
    # Never between a letter and its accent.
    while stop and unicodedata.combining(text[stop]):
        stop -= 1
    blank = text.rfind(" ", 0, stop + 1)
    # Scripts without blanks, and one endless word, are cut where the room ends.
    if blank > stop // 2:
        stop = blank
    return text[:stop].rstrip(" ,;:–—-") + ELLIPSIS


def _order(articles: Sequence[Article], origin: Origin) -> list[Article]:
    """The articles from the best to speak for the story to the least."""
    languages = Counter(a.language for a in articles)
    majority = min(languages, key=lambda code: (-languages[code], code), default="")
    scores = _centrality(articles)

    def key(at: int) -> tuple[bool, bool, bool, bool, float, bool, str, str]:
        article = articles[at]
        own = origin.state is not OriginState.DISPUTED
        when = article.when
        return (
            not (own and article.url == origin.url),
            not (own and origin.outlet is not None and article.outlet == origin.outlet),
            article.quality is not Quality.FULL,
            article.language != majority,
            -scores[at],
            when is None,
            when.isoformat() if when else "",
            article.url,
        )

    return [articles[at] for at in sorted(range(len(articles)), key=key)]


def _centrality(articles: Sequence[Article]) -> list[float]:
    """The cosine of each title with the centroid of all titles, up to the centroid's own length; 0 without words."""
    words = [set(_WORD.findall(one_line(a.title).casefold())) for a in articles]
    titles = Counter(word for title in words for word in title)
    return [round(sum(titles[w] for w in title) / sqrt(len(title)), 9) if title else 0.0 for title in words]


def _strip_site(title: str, article: Article, name: str) -> str:
    """The title without the outlet's name behind it, and without a short heading that stood between the two."""
    while True:
        separators = list(_SEPARATOR.finditer(title))
        if not separators:
            return title
        last = separators[-1]
        head, tail = title[: last.start()].rstrip(), title[last.end() :]
        if not head or not _is_site(tail, article, name):
            return title
        title = head
        # "Headline | World news | The Guardian": the heading has the same bar ahead of it.
        bar = head.rfind(" | ")
        if "|" in last.group() and bar > 0 and len(head[bar:].split()) <= 4 and len(head[:bar].split()) >= 4:
            title = head[:bar].rstrip()


def _is_site(tail: str, article: Article, name: str) -> bool:
    """Whether the last part of a title is the outlet's own name."""
    labels = host(article.url).split(".")
    parts = (label for label in labels[:-1] if len(label) >= 3)
    keys = {article.outlet, slug(name), slug("".join(labels)), *parts} - {""}
    words = [slug(word) for word in re.split(r"[\s.]+", tail)]
    words = [word for word in words if word]
    initials = "".join(word[0] for word in words)
    return (
        "".join(words) in keys
        or (len(words) > 1 and not keys.isdisjoint({initials, initials.removeprefix("t")}))
        or _named(words, keys)
    )


def _named(words: list[str], keys: set[str]) -> bool:
    """Whether the words are a key and otherwise only what stands beside names."""
    rest = [word for word in words if word not in _BESIDE_NAME]
    return "".join(rest) in keys


def _quote(article: Article, limit: int, *, strict: bool) -> str:
    """Up to two sentences of an article's text within `limit` characters, "" where there is none."""
    chosen = list(islice(report(article, strict=strict), 2))
    if not chosen:
        return ""
    first = one_line(article.text[chosen[0][0] : chosen[0][1]])
    if len(chosen) == 1 or len(first) >= limit:
        return cut(first, limit)
    (start, end), (then, last) = chosen
    if article.text[end:then].strip():
        both = f"{first} {ELLIPSIS} {one_line(article.text[then:last])}"
    else:
        both = one_line(article.text[start:last])
    # A second sentence of which only some words fit says less than a first one that is whole.
    return both if len(both) <= limit else first if len(first) > limit // 2 else cut(both, limit)
