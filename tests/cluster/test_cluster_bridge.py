from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import shipped
from aggregator.cluster.bridge import _mutual, _score, bridge, contradict, holds, nearness, no_meaning
from aggregator.cluster.fingerprint import Credits, fingerprints
from aggregator.cluster.names import ORDINALS, key_of
from aggregator.cluster.settle import absorb, settle
from aggregator.cluster.sums import Window, gathered, joined
from aggregator.cluster.vocabulary import Vocabulary
from aggregator.model import Article, Cluster, Level, Membership, Strand, Tie
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from aggregator.cluster.bridge import Meaning

DAY = 86_400.0
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
CONCEPTS = shipped.concepts()
SEAHORSE = "Trawler Seahorse sinks off Cape Lunta, 19 sailors missing", "19 missing as Seahorse sinks near Lunta"


@dataclass
class Bench:
    """Files titles into clusters of one language each and bridges them."""

    shelf: MemoryShelf = field(default_factory=MemoryShelf)
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(concepts=CONCEPTS))
    filed: list[int] = field(default_factory=list)

    def file(self, lang: str, *titles: str, hours: float | None = 0.0, outlet: str = "", credited: str = "") -> int:
        """The id of a cluster of these titles of one outlet, which all credit another."""
        articles = [
            Article(
                url=f"https://example.org/{len(self.filed) + i}",
                outlet=outlet,
                title=title,
                text="",
                language=lang,
                published=None if hours is None else START + timedelta(hours=hours + i),
                id=len(self.filed) + i + 1,
            )
            for i, title in enumerate(titles)
        ]
        credits_of = {article.id: Credits((credited,)) for article in articles if credited}
        prints = fingerprints(articles, self.vocabulary, None, credits_of)
        cluster = self.shelf.add_cluster()
        for print_ in prints:
            self.shelf.add_fingerprint(print_)
            first = prints[0].article
            level, partner = (Level.FIRST, None) if print_.article == first else (Level.RETELLING, first)
            self.shelf.save_membership(Membership(print_.article, cluster, level, partner))
            self.filed.append(print_.article)
        self.shelf.save_cluster(gathered(cluster, [(print_, 1.0) for print_ in prints]))
        return cluster

    def bridged(self, *changed: int, window: float | None = 3 * DAY, meaning: Meaning = no_meaning) -> list[list[int]]:
        """The partition of the articles after the pass over the changed clusters."""
        bridge(self.shelf, changed or range(1, 100), Window(window), meaning)
        homes = sorted((m.cluster, a) for a, m in self.shelf.memberships(self.filed).items())
        return [[article for _, article in group] for _, group in groupby(homes, key=lambda pair: pair[0])]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_one_story_in_four_languages_is_one_cluster(bench: Bench) -> None:
    bench.file("en", "Earthquake of 6.1 shakes Marenko in Chile, 14 dead", "Chile: Marenko earthquake of 6.1 kills 14")
    bench.file("de", "Erdbeben der Stärke 6,1 in Marenko: 14 Tote in Chile")
    bench.file("es", "Terremoto de 6,1 en Marenko, Chile: 14 muertos")
    bench.file("ru", "Землетрясение 6,1 в Маренко в Чили: 14 погибших")
    assert bench.bridged() == [[1, 2, 3, 4, 5]]


def test_a_bridge_keeps_the_older_id_and_is_told(bench: Bench) -> None:
    one = bench.file("en", *SEAHORSE)
    other = bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos")
    bench.bridged(other)
    assert bench.shelf.redirects == {other: one}
    assert set(bench.shelf.clusters([one])[one].strands) == {"en", "es"}
    assert [kind for kind, *_ in bench.shelf.events] == ["merged"]


# Look-alike events whose clusters share people, places or numbers and must stay apart.
SIBLINGS = [
    ("en", "Biden meets Putin in Geneva summit", "es", "Biden se reúne con Xi Jinping en Bali"),
    ("en", "Biden meets Putin for talks", "ru", "Байден встретился с Си Цзиньпином"),
    ("en", "Veldia United beat Marenko City 3-1", "de", "Veldia United verliert gegen Halbrook Rovers 0:2"),
    ("en", "Earthquake of 5.6 hits Greece", "es", "Terremoto de 6,1 sacude Chile"),
    ("en", "Quake of magnitude 5.6 shakes Crete", "it", "Terremoto di magnitudo 6,1 in Turchia"),
    ("en", "EU adopts 12th sanctions package against Russia", "uk", "ЄС ухвалив 13-й пакет санкцій проти Росії"),
    ("en", "Central bank of Poland raises key rate", "ru", "Центральный банк Венгрии снизил ставку"),
    ("en", "Fire in Lisbon hotel kills 14", "pt", "Incêndio em hospital de Bucareste mata 14"),
    ("fr", "Macron en visite à Berlin", "ar", "ماكرون يزور القاهرة"),
    ("de", "Lewandowski trifft für Barcelona", "pl", "Lewandowski kontuzjowany, opuści mecz reprezentacji"),
]


@pytest.mark.parametrize("pair", SIBLINGS)
def test_look_alike_events_stay_apart(bench: Bench, pair: tuple[str, str, str, str]) -> None:
    bench.file(pair[0], pair[1])
    bench.file(pair[2], pair[3])
    assert len(bench.bridged()) == 2


def test_all_look_alike_events_together_stay_apart(bench: Bench) -> None:
    for one, title, other, likeness in SIBLINGS:
        bench.file(one, title)
        bench.file(other, likeness)
    for homes in bench.bridged():
        assert not any(2 * i + 1 in homes and 2 * i + 2 in homes for i in range(len(SIBLINGS)))


def test_clusters_of_one_language_are_left_alone(bench: Bench) -> None:
    bench.file("en", "Trawler Seahorse sinks off Cape Lunta, 19 sailors missing")
    bench.file("en", "Trawler Seahorse sinks off Cape Lunta, 19 sailors missing")
    assert len(bench.bridged()) == 2


def test_nothing_is_bridged_beyond_the_window(bench: Bench) -> None:
    bench.file("en", "Trawler Seahorse sinks off Cape Lunta, 19 sailors missing")
    bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos", hours=90)
    assert len(bench.bridged()) == 2
    assert len(bench.bridged(window=5 * DAY)) == 2  # nearness has faded


def test_the_undated_are_bridged(bench: Bench) -> None:
    bench.file(
        "en",
        "Trawler Seahorse sinks off Cape Lunta, 19 sailors missing",
        "19 missing as Seahorse sinks near Lunta",
        hours=None,
    )
    bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos", hours=None)
    assert len(bench.bridged()) == 1


def test_each_is_the_others_nearest() -> None:
    scores = {(1, 2): 0.5, (2, 3): 0.4, (3, 4): 0.3, (5, 6): 0.3, (7, 8): 0.1, (5, 9): 0.3}
    assert _mutual(scores) == [(1, 2), (5, 6)]


def test_a_second_pass_changes_nothing(bench: Bench) -> None:
    bench.file("en", "Trawler Seahorse sinks off Cape Lunta, 19 sailors missing")
    bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos")
    bench.file("de", "Kutter Seahorse vor Lunta gesunken, 19 Seeleute vermisst")
    once = bench.bridged()
    assert bench.bridged() == once


def test_nothing_is_nothing(bench: Bench) -> None:
    assert bench.bridged() == []


def cluster(number: int, **strands: Strand) -> Cluster:
    return Cluster(number, strands)


def strand(weight: float, names: dict[int, float], when: float | None = None, spread: float = 0.0) -> Strand:
    return Strand(1, weight, {}, names, when, spread)


def test_a_wide_story_is_not_near_everything_half_way() -> None:
    names = {1: 0.6, 2: 0.6, 3: 0.5}
    short = cluster(1, en=strand(4.0, {k: 4 * v for k, v in names.items()}, 0.0, 0.0))
    other = cluster(2, es=strand(1.0, names, 0.0, 0.0))
    wide = cluster(3, es=strand(1.0, names, 0.0, (4 * DAY) ** 2))
    assert nearness(short, other) > 2.5 * nearness(short, wide)


def test_two_shared_keys_may_be_one_word() -> None:
    names = {1: 0.8, 2: 0.6}
    assert nearness(cluster(1, en=strand(1.0, names)), cluster(2, es=strand(1.0, names))) == 0.0


def test_a_common_ordinal_settles_the_matter() -> None:
    twelfth, thirteenth = key_of("12."), key_of("13.")
    one = cluster(1, en=strand(1.0, {twelfth: 0.5}))
    assert contradict(one, cluster(2, es=strand(1.0, {thirteenth: 0.5})))
    assert not contradict(one, cluster(2, es=strand(1.0, {twelfth: 0.5, thirteenth: 0.5})))
    assert not contradict(one, cluster(2, es=strand(20.0, {thirteenth: 0.5})))


def test_the_spread_of_a_whole_is_its_variance() -> None:
    whole = joined(
        cluster(1, en=strand(1.0, {}, 0.0)),
        joined(cluster(2, en=strand(1.0, {}, 6.0)), cluster(3, en=strand(1.0, {}, 3.0))),
    ).strands["en"]
    assert whole.when == pytest.approx(3.0)
    assert whole.spread == pytest.approx(6.0)
    late = joined(cluster(1, en=strand(1.0, {})), cluster(2, en=strand(1.0, {}, 6.0, 2.0))).strands["en"]
    assert (late.when, late.spread) == (6.0, 2.0)
    assert joined(cluster(1, en=strand(1.0, {}, 6.0)), cluster(2, en=strand(1.0, {}))).strands["en"].when == 6.0


STRANDS = st.builds(
    strand,
    weight=st.floats(0.25, 50.0),
    names=st.dictionaries(st.integers(0, 20), st.floats(0.0, 1.0)),
    when=st.none() | st.floats(0.0, 1e9),
    spread=st.floats(0.0, 1e10),
)
CLUSTERS = st.dictionaries(st.sampled_from(["en", "es", "ru"]), STRANDS, max_size=3)


@given(CLUSTERS, CLUSTERS)
def test_nearness_is_the_same_from_both_sides(one: dict[str, Strand], other: dict[str, Strand]) -> None:
    near = nearness(Cluster(1, one), Cluster(2, other))
    assert near == pytest.approx(nearness(Cluster(2, other), Cluster(1, one)))
    assert near >= 0.0


def test_what_a_person_parted_is_not_bridged(bench: Bench) -> None:
    bench.file("en", *SEAHORSE)
    bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos")
    bench.shelf.said.append(Tie(1, 3, together=False))
    assert len(bench.bridged()) == 2


def test_a_strand_that_hangs_on_its_cluster_no_more_leaves_it(bench: Bench) -> None:
    bench.file("en", *SEAHORSE)
    stranger = bench.file("es", "El banco central de Veldia sube los tipos al 4,25 por ciento")
    absorb(bench.shelf, stranger, 1, {})
    settle(bench.shelf, 1)
    assert bench.bridged(1) == [[1, 2], [3]]
    assert bench.shelf.events[-1][0] == "split"
    absorb(bench.shelf, 3, 1, {})
    settle(bench.shelf, 1)
    bench.shelf.said.append(Tie(1, 3, together=True))
    assert bench.bridged(1) == [[1, 2, 3]]


def test_articles_in_another_language_hold_what_words_alone_would_part(bench: Bench) -> None:
    home = bench.file("en", *SEAHORSE)
    bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos", "Seahorse: 19 desaparecidos en Lunta")
    bench.bridged()
    whole = bench.shelf.clusters([home])[home]
    mine = bench.shelf.fingerprints([2]).values()
    assert holds(whole, mine)
    assert not holds(Cluster(9, {"en": whole.strands["en"]}), mine)


def test_clusters_apart_in_time_score_nothing(bench: Bench) -> None:
    bench.file("en", *SEAHORSE)
    bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos", hours=90)
    one, other = bench.shelf.clusters([1, 2]).values()
    assert _score(bench.shelf, one, other, Window(DAY), no_meaning) == 0.0


def test_what_is_frozen_is_not_bridged(bench: Bench) -> None:
    bench.file("en", *SEAHORSE)
    bench.file("es", "Barco Seahorse se hunde en Lunta: 19 desaparecidos")
    now = START.timestamp() + 9 * DAY
    bridge(bench.shelf, [1, 2], Window(3 * DAY, now))
    assert bench.shelf.redirects == {}


def test_ordinals_have_keys_of_their_own(bench: Bench) -> None:
    bench.file("en", "EU adopts 12th package of sanctions")
    assert key_of("12.") in ORDINALS & bench.shelf.fingerprints([1])[1].names.keys()


@pytest.mark.parametrize(("one", "other", "clusters"), [("ft", "ft", 1), ("ft", "reuters", 2), ("", "", 2)])
def test_a_shared_credit_adds_to_what_names_say(bench: Bench, one: str, other: str, clusters: int) -> None:
    bench.file("en", "Trawler Seahorse feared lost off Cape Lunta", "Hope fades for Seahorse", credited=one)
    bench.file("es", "Temor por el Seahorse cerca de Lunta, dice el diario", credited=other)
    assert len(bench.bridged()) == clusters


def test_a_credit_alone_brings_nothing_together(bench: Bench) -> None:
    bench.file("en", *SEAHORSE, credited="ft")
    bench.file("es", "El banco central de Veldia sube los tipos al 4,25 por ciento", credited="ft")
    assert len(bench.bridged()) == 2


@pytest.mark.parametrize(
    ("outlet", "other", "credited", "clusters"), [("ft", "abc", "ft", 1), ("ft", "ft", "", 2), ("ft", "abc", "wsj", 2)]
)
def test_an_outlets_own_report_is_near_those_that_credit_it(
    bench: Bench, outlet: str, other: str, credited: str, clusters: int
) -> None:
    bench.file("en", "Trawler Seahorse feared lost off Cape Lunta", "Hope fades for Seahorse", outlet=outlet)
    bench.file("es", "Temor por el Seahorse cerca de Lunta, dice el diario", outlet=other, credited=credited)
    assert len(bench.bridged()) == clusters


def test_titles_that_mean_the_same_support_names_that_are_near(bench: Bench) -> None:
    bench.file("en", "Trawler Seahorse feared lost off Cape Lunta", "Hope fades for Seahorse")
    bench.file("es", "Temor por el Seahorse cerca de Lunta, dice el diario")
    assert len(bench.bridged()) == 2
    assert len(bench.bridged(meaning=lambda articles: dict.fromkeys(articles, (0.6, 0.8)))) == 1


def test_titles_about_different_things_part_nothing_and_join_nothing(bench: Bench) -> None:
    bench.file("en", "Trawler Seahorse feared lost off Cape Lunta", "Hope fades for Seahorse")
    bench.file("es", "Temor por el Seahorse cerca de Lunta, dice el diario")
    unlike = {1: (1.0, 0.0), 2: (0.9, 0.436), 3: (0.0, 1.0)}
    assert len(bench.bridged(meaning=lambda articles: {one: unlike[one] for one in articles})) == 2


def test_meaning_alone_brings_nothing_together(bench: Bench) -> None:
    bench.file("en", *SEAHORSE)
    bench.file("es", "El banco central de Veldia sube los tipos al 4,25 por ciento")
    assert len(bench.bridged(meaning=lambda articles: dict.fromkeys(articles, (1.0,)))) == 2


def test_a_cluster_whose_meaning_is_not_known_is_judged_by_names(bench: Bench) -> None:
    bench.file("en", "Trawler Seahorse feared lost off Cape Lunta", "Hope fades for Seahorse")
    bench.file("es", "Temor por el Seahorse cerca de Lunta, dice el diario")
    assert len(bench.bridged(meaning=lambda articles: {one: (1.0,) for one in articles if one < 3})) == 2


def test_two_countries_are_no_story_whoever_is_credited(bench: Bench) -> None:
    bench.file("en", "US and Ukraine haggle over the grain terminal of Veresk", "Terminal of Veresk", credited="ft")
    bench.file("de", "USA wollen in der Ukraine Radar und Satelliten stellen", credited="ft")
    bench.file("es", "EEUU ofrece a Ucrania radares y satélites", credited="ft")
    assert [1, 2] in bench.bridged()
