"""Shelves, and a desk that runs articles through fingerprint, assign and sweep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.cluster.assign import assign
from aggregator.cluster.fingerprint import fingerprints
from aggregator.cluster.kinds import kinds
from aggregator.cluster.sums import Window
from aggregator.cluster.sweep import sweep
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article, Fingerprint
from aggregator.store.open import open_memory
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aggregator.cluster.shelf import Shelf
    from aggregator.model import Tie

DAY = 86_400.0
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(params=["memory", "store"])
def laid(request: pytest.FixtureRequest) -> Iterator[tuple[Shelf, Callable[[Sequence[Tie]], None]]]:
    """An empty shelf of every kind, and how a person's word comes to lie on it."""
    if request.param == "memory":
        shelf = MemoryShelf()
        yield shelf, shelf.said.extend
        return
    store = open_memory()
    with store.write() as unit:

        def say(ties: Sequence[Tie]) -> None:
            unit.corrections.add("split", [], ties, START)

        yield unit.clusters, say
    store.close()


@pytest.fixture
def shelf(laid: tuple[Shelf, Callable[[Sequence[Tie]], None]]) -> Shelf:
    """An empty shelf of every kind."""
    return laid[0]


@pytest.fixture
def say(laid: tuple[Shelf, Callable[[Sequence[Tie]], None]]) -> Callable[[Sequence[Tie]], None]:
    """Lays a person's word on the shelf."""
    return laid[1]


@dataclass
class Desk:
    """Runs articles through clustering in the order in which they are filed."""

    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    window: float | None = 3 * DAY
    prints: dict[int, Fingerprint] = field(default_factory=dict)

    def file(
        self,
        title: str,
        text: str = "",
        *,
        hours: float | None = 0.0,
        article: int = 0,
        outlet: str = "",
        lang: str = "en",
    ) -> int:
        """Assign one article, published so many hours after the start; its cluster."""
        made = Article(
            url=f"https://example.org/{len(self.prints)}",
            outlet=outlet,
            title=title,
            text=text,
            language=lang,
            published=None if hours is None else START + timedelta(hours=hours),
            id=article or len(self.prints) + 1,
        )
        (print_,) = fingerprints([made], self.vocabulary)
        self.prints[made.id] = print_
        return assign(self.shelf, print_, Window(self.window))

    def sweep(self) -> list[int]:
        """Sweep all clusters; the cluster of each article in the order of filing."""
        sweep(self.shelf, sorted(set(self.homes())), Window(self.window))
        return self.homes()

    def homes(self) -> list[int]:
        """The cluster of each article in the order of filing."""
        memberships = self.shelf.memberships(list(self.prints))
        return [memberships[article].cluster for article in self.prints]

    def levels(self) -> list[str]:
        """The level of each article in the order of filing."""
        memberships = self.shelf.memberships(list(self.prints))
        return [memberships[article].level.value for article in self.prints]


@pytest.fixture
def desk() -> Desk:
    """A desk with an empty shelf and a window of three days."""
    return Desk()


@pytest.fixture
def vector_print() -> Callable[..., Fingerprint]:
    """Makes a fingerprint of bare weights, for tests of the arithmetic."""

    def made(
        article: int, vector: dict[int, float], *, when: float | None = None, terms: Sequence[str] = ()
    ) -> Fingerprint:
        norm = sum(weight * weight for weight in vector.values()) ** 0.5 or 1.0
        return Fingerprint(
            article=article,
            when=when,
            language="en",
            outlet="",
            brief=False,
            shingles=0,
            signature=b"",
            vector={term: weight / norm for term, weight in vector.items()},
            terms=tuple(terms) or tuple(f"w{term}" for term in vector),
            copy_keys=(),
            retelling_keys=(),
            kinds=kinds(terms or ["w"] * len(vector), "en", set()),
        )

    return made


TRAWLER = (
    (
        "Nine sailors missing after trawler Seahorse sinks off Cape Lunta",
        (
            "Rescue teams in the port of Marenko searched for nine sailors on Monday after the trawler Seahorse "
            "sank off Cape Lunta in a storm. The coast guard said two helicopters and five boats took part. Its "
            "owner Baltic Catch said the trawler had passed an inspection in January and carried survival suits "
            "for the whole crew."
        ),
    ),
    (
        "Trawler Seahorse lost in storm off Cape Lunta, nine missing",
        (
            "Nine sailors are missing after the Seahorse, a trawler owned by Baltic Catch, went down in a storm "
            "near Cape Lunta. Helicopters and boats of the coast guard in Marenko are searching for survivors."
        ),
    ),
    (
        "Storm hampers search for crew of the Seahorse",
        (
            "High waves off Cape Lunta slowed the search for the crew of nine of the sunken trawler Seahorse. "
            "Marenko's coast guard promised to send more helicopters as soon as the storm allows."
        ),
    ),
)
RATES = (
    (
        "Veldia cuts key rate to 4.25 percent",
        (
            "The central bank of Veldia cut its key rate to 4.25 percent on Monday, its first cut in three "
            "years. Governor Ana Ruiz said inflation was falling faster than forecast. The crown lost half a "
            "percent against the euro, and shares of Veldian banks rose."
        ),
    ),
    (
        "Veldian central bank lowers rate for first time in three years",
        (
            "Governor Ana Ruiz announced a cut of the key rate of Veldia to 4.25 percent, the first in three "
            "years, because inflation falls faster than forecast. The crown weakened against the euro."
        ),
    ),
    (
        "Crown slips as Ana Ruiz eases policy",
        (
            "The crown weakened after the central bank of Veldia reduced its key rate. With inflation falling, "
            "governor Ana Ruiz left the door open for another cut below 4.25 percent."
        ),
    ),
)


@pytest.fixture
def trawler() -> tuple[tuple[str, str], ...]:
    """Three retellings of a shipwreck: title and text."""
    return TRAWLER


@pytest.fixture
def rates() -> tuple[tuple[str, str], ...]:
    """Three retellings of a decision on rates: title and text."""
    return RATES
