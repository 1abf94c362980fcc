"""The articles of one story as clustering sees them, and the corrections of people."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aggregator.model.origins import Verdict


class Level(StrEnum):
    """How an article came to its cluster."""

    FIRST = "first"
    COPY = "copy"
    RETELLING = "retelling"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """An article as clustering sees it; frozen when it is made, so that a replay is exact.

    `when` is in POSIX seconds, None where undated. `signature` is the MinHash of the word shingles (little-endian
    uint32 each); `shingles` is how many there were. `vector` maps a term's 32-bit hash to its weight, L2-normalised;
    `terms` gives one surface form for each, in the vector's order. `names` and `name_forms` are the same for what
    survives translation: names and numbers. `copy_keys`, `retelling_keys` and `name_keys` are the band keys (signed
    64-bit). `brief` marks an item with a title and hardly more; `headline` gives the words of its title in lower case.
    `credits` are the ids of the outlets that the article credits, the surest first. `kinds` has a letter for each term:
    word, name, number or ordinal. `halves` are the vectors of a text's two halves where these tell different stories.
    """

    article: int
    when: float | None
    language: str
    outlet: str
    brief: bool
    shingles: int
    signature: bytes
    vector: Mapping[int, float]
    terms: tuple[str, ...]
    copy_keys: tuple[int, ...]
    retelling_keys: tuple[int, ...]
    names: Mapping[int, float] = field(default_factory=dict)
    name_forms: tuple[str, ...] = ()
    name_keys: tuple[int, ...] = ()
    credits: tuple[str, ...] = ()
    kinds: str = ""
    headline: tuple[str, ...] = ()
    halves: tuple[Mapping[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Strand:
    """The articles of a cluster in one language: only these are compared word by word.

    `total` is the weighted sum of their vectors (the heaviest terms only), `weight` the sum of their weights, `names`
    the weighted sum of their names. `when` is their mean time in POSIX seconds, None where all are undated, `spread`
    the variance of their times.
    """

    size: int
    weight: float
    total: Mapping[int, float]
    names: Mapping[int, float] = field(default_factory=dict)
    when: float | None = None
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """The articles of one story as clustering sees them; its id never changes.

    `strands` has one strand a language. `first` and `last` are the members' earliest and latest times in POSIX seconds.
    """

    id: int
    strands: Mapping[str, Strand] = field(default_factory=dict)
    first: float | None = None
    last: float | None = None

    @property
    def size(self) -> int:
        """How many articles it has."""
        return sum(strand.size for strand in self.strands.values())


@dataclass(frozen=True, slots=True)
class Membership:
    """Why an article is in its cluster.

    `partner` is the article it was found by (None for the first), `score` the figure that decided (estimated Jaccard
    or containment for a copy, the join score for a retelling).
    """

    article: int
    cluster: int
    level: Level
    partner: int | None = None
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Tie:
    """A person's word on two articles: whether they tell one story. `correction` is the number of the correction."""

    one: int
    other: int
    together: bool
    correction: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """Articles that a correction took from one cluster to another.

    `emptied` says that nothing was left behind: from then on the id of `left` leads to `joined`. `met` are the articles
    that were in `joined` already.
    """

    articles: tuple[int, ...]
    left: int
    joined: int
    emptied: bool = False
    met: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person set right in the clusters or their origins, and what that changed.

    `kind` is merge, split, move, pin-origin or not-origin; `undone_at` is when it was taken back, None while it is in
    force. `withdrawn` are the ties of earlier corrections that it overrides. `verdict` is what it says of an origin,
    `overruled` the number of the later correction that says otherwise of the same story.
    """

    number: int
    at: datetime
    kind: str
    transfers: tuple[Transfer, ...]
    undone_at: datetime | None = None
    withdrawn: tuple[Tie, ...] = ()
    verdict: Verdict | None = None
    overruled: int | None = None
