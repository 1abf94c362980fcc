"""Article -> Fingerprint: the frozen figures by which clustering knows an article."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import log
from types import MappingProxyType
from typing import TYPE_CHECKING

from aggregator.cluster.kinds import kinds, names
from aggregator.cluster.names import name_vector, pair_keys
from aggregator.cluster.roundup import halves
from aggregator.cluster.signatures import COPY_BANDS, RETELLING_BANDS, keys, replicas, shingles, signatures
from aggregator.cluster.sparse import unit
from aggregator.cluster.stems import is_number
from aggregator.cluster.terms import headline, terms, without, words
from aggregator.cluster.vocabulary import PRIOR
from aggregator.model import Fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aggregator.cluster.boilerplate import Boilerplate
    from aggregator.cluster.terms import Terms
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
# A word or a score, as two headlines are held against each other.
_PIECE = re.compile(r"\d{1,3}[-–]\d{1,3}|\w+")


@dataclass(frozen=True, slots=True)
class Credits:
    """Whose reports an article passes on: `outlets` by id, the surest first; `names` as its words have them."""

    outlets: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


_NOBODY = Credits()
_NO_CREDITS: Mapping[int, Credits] = MappingProxyType({})


def fingerprint(article: Article, vocabulary: Vocabulary) -> Fingerprint:
    """The fingerprint of one article; the vocabulary learns its terms.

    Raises:
        ValueError: never for a text of any kind; an empty one has an empty vector and no keys.
    """
    return fingerprints([article], vocabulary)[0]


def fingerprints(
    articles: Sequence[Article],
    vocabulary: Vocabulary,
    boilerplate: Boilerplate | None = None,
    credited: Mapping[int, Credits] = _NO_CREDITS,
) -> list[Fingerprint]:
    """The fingerprints of articles, in order: each is weighed by what the vocabulary knows then.

    One bulk call makes all signatures, so a batch costs less than its articles one by one and gives the same.

    Args:
        articles: in the order in which they are clustered.
        vocabulary: learns the articles' terms.
        boilerplate: strips the articles and learns their sentences; None leaves them whole.
        credited: article id -> whose reports it passes on.
    """
    if boilerplate is not None:
        articles = [_stripped(article, boilerplate) for article in articles]
    drafts = [_draft(article, vocabulary, credited.get(article.id, _NOBODY)) for article in articles]
    copies = signatures(hashes for _, hashes in drafts)
    retellings = signatures(replicas(draft.vector) for draft, _ in drafts)
    return [
        replace(
            draft,
            signature=copy,
            copy_keys=keys(copy, COPY_BANDS) if hashes else (),
            retelling_keys=keys(retelling, RETELLING_BANDS) if draft.vector else (),
        )
        for (draft, hashes), copy, retelling in zip(drafts, copies, retellings, strict=True)
    ]


def _stripped(article: Article, boilerplate: Boilerplate) -> Article:
    """The article without its outlet's boilerplate; of a stub, hardly more than the title is left."""
    title, text = boilerplate.strip(article)
    return replace(article, title=title, text=text)


def _draft(article: Article, vocabulary: Vocabulary, credited: Credits) -> tuple[Fingerprint, set[int]]:
    """A fingerprint without signature and keys, and the shingles; the vocabulary learns the article's terms."""
    language = article.language
    read = words(article.title, article.text, language)
    brief = len(read.body) < BRIEF_WORDS
    # The body's words alone make the copy signature, since a copy may bear another title.
    hashes = shingles([word.lower() for word in (read.title + read.body if brief else read.body)])
    # Who is credited is no part of what happened: all reports of one paper would be alike by its name.
    read = without(read, credited.names)
    found = terms(read, language)
    rarity = _rarities(found, vocabulary, language, brief=brief)
    vector = unit({key: (1.0 + log(count)) * rarity[key] for key, (count, _) in found.found.items()}, VECTOR_TERMS)
    surfaces = tuple(found.found[key][1] for key in vector)
    mentions = vocabulary.names.mentions(read, language)
    named = name_vector(mentions, language, vocabulary)
    draft = Fingerprint(
        article=article.id,
        when=None if article.when is None else article.when.timestamp(),
        language=language,
        outlet=article.outlet,
        brief=brief,
        shingles=len(hashes),
        signature=b"",
        vector=vector,
        terms=surfaces,
        copy_keys=(),
        retelling_keys=(),
        names=named,
        name_forms=tuple(mentions[key].surface for key in named),
        name_keys=pair_keys(named),
        credits=credited.outlets,
        kinds=kinds(surfaces, language, names(read, article.text, language)),
        headline=tuple(_PIECE.findall(headline(article.title).lower())) if brief else (),
        halves=tuple(unit(half, VECTOR_TERMS) for half in halves(found.early, found.late, rarity)),
    )
    return draft, hashes


def _rarities(found: Terms, vocabulary: Vocabulary, language: str, *, brief: bool) -> dict[int, float]:
    """What the rarity of each term makes it weigh; the vocabulary learns the terms."""
    vocabulary.learn(language, found.found)
    idfs = vocabulary.idfs(language, found.found, BRIEF_PRIOR if brief else PRIOR)
    return {
        key: _rarity(surface, language, idf, brief=brief)
        for (key, (_, surface)), idf in zip(found.found.items(), idfs, strict=True)
    }


def _rarity(surface: str, language: str, idf: float, *, brief: bool) -> float:
    """What the rarity of a term makes it weigh."""
    boosted = idf > NUMBER_IDF and is_number(surface, language)
    # A year in a body dates what happened; in a headline it names a season or a tournament.
    if boosted and not (brief and _YEAR.fullmatch(surface)):
        return float(idf**IDF_POWER) * NUMBER_BOOST
    return float(idf**IDF_POWER)
