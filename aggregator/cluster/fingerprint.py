"""Article -> Fingerprint: the frozen figures by which clustering knows an article."""

from __future__ import annotations

import re
import struct
from math import log, sqrt
from typing import TYPE_CHECKING

from aggregator.cluster.signatures import COPY_BANDS, RETELLING_BANDS, keys, replicas, shingles, signatures
from aggregator.cluster.stems import is_number
from aggregator.cluster.terms import terms, tokens
from aggregator.cluster.vocabulary import PRIOR
from aggregator.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.cluster.vocabulary import Vocabulary
    from aggregator.model import Article

# 30 to 64 terms measure within .004 of each other; 40 is the best of them.
VECTOR_TERMS = 40
# Rare terms count for more than their idf alone says; numbers tell look-alike events apart.
IDF_POWER = 1.25
NUMBER_BOOST = 1.5
NUMBER_IDF = 2.0
_YEAR = re.compile(r"(?:19|20)\d\d")
# The background counts whole articles; for headlines it is a poor guess, which the stream should soon overrule.
BRIEF_PRIOR = 500
# A body of fewer words than this adds little to its title.
BRIEF_WORDS = 25


def fingerprint(article: Article, vocabulary: Vocabulary) -> Fingerprint:
    """The fingerprint of one article; the vocabulary learns its terms.

    Raises:
        ValueError: never for a text of any kind; an empty one has an empty vector and no keys.
    """
    return fingerprints([article], vocabulary)[0]


def fingerprints(articles: Sequence[Article], vocabulary: Vocabulary) -> list[Fingerprint]:
    """The fingerprints of articles, in order: each is weighed by what the vocabulary knew before it.

    One bulk call makes all signatures, so a batch costs less than its articles one by one and gives the same.
    """
    brief = [_is_brief(article) for article in articles]
    weighed = [_weigh(article, vocabulary, brief=one) for article, one in zip(articles, brief, strict=True)]
    sets = [shingles(_words(article, brief=one)) for article, one in zip(articles, brief, strict=True)]
    copies = signatures(sets)
    retellings = signatures(replicas(vector) for vector, _ in weighed)
    return [
        Fingerprint(
            article=article.id,
            when=None if article.when is None else article.when.timestamp(),
            language=article.language,
            outlet=article.outlet,
            brief=one,
            shingles=len(hashes),
            signature=copy,
            vector=vector,
            terms=surfaces,
            copy_keys=keys(copy, COPY_BANDS) if hashes else (),
            retelling_keys=keys(retelling, RETELLING_BANDS) if vector else (),
        )
        for article, one, (vector, surfaces), hashes, copy, retelling in zip(
            articles, brief, weighed, sets, copies, retellings, strict=True
        )
    ]


def _is_brief(article: Article) -> bool:
    return len(tokens(article.text[: BRIEF_WORDS * 20])) < BRIEF_WORDS


def _words(article: Article, *, brief: bool) -> list[str]:
    """The words whose shingles make the copy signature: the body's alone, since a copy may bear another title."""
    text = f"{article.title} {article.text}" if brief else article.text
    return tokens(text.lower())


def _weigh(article: Article, vocabulary: Vocabulary, *, brief: bool) -> tuple[Mapping[int, float], tuple[str, ...]]:
    """The frozen vector of an article and its surface forms; the vocabulary learns the article's terms."""
    found = terms(article.title, article.text, article.language)
    vocabulary.learn(article.language, found)
    language = article.language
    prior = BRIEF_PRIOR if brief else PRIOR
    weights = {
        key: (1.0 + log(count)) * _rarity(surface, language, idf, brief=brief)
        for (key, (count, surface)), idf in zip(found.items(), vocabulary.idfs(language, found, prior), strict=True)
    }
    heaviest = sorted(weights, key=lambda key: (-weights[key], key))[:VECTOR_TERMS]
    norm = sqrt(sum(weights[key] ** 2 for key in heaviest)) or 1.0
    return (
        dict(zip(heaviest, single([weights[key] / norm for key in heaviest]), strict=True)),
        tuple(found[key][1] for key in heaviest),
    )


def _rarity(surface: str, language: str, idf: float, *, brief: bool) -> float:
    """What the rarity of a term makes it weigh."""
    boosted = idf > NUMBER_IDF and is_number(surface, language)
    # A year in a body dates what happened; in a headline it names a season or a tournament.
    if boosted and not (brief and _YEAR.fullmatch(surface)):
        return float(idf**IDF_POWER) * NUMBER_BOOST
    return float(idf**IDF_POWER)


def single(values: Sequence[float]) -> tuple[float, ...]:
    """The values rounded to single precision, so that a store may keep four bytes each and lose nothing."""
    packing = struct.Struct(f"<{len(values)}f")
    return packing.unpack(packing.pack(*values))
