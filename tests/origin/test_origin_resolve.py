from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from aggregator.model import Level, Link, OriginState
from aggregator.origin.independence import independent
from aggregator.origin.resolve import Report, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.origin.outlets import OutletTable

    Make = Callable[..., Report]

NOON = datetime(2025, 8, 26, 12, tzinfo=UTC)
LEAD = "The harbour company plans to close two of its five terminals next spring."
FT = f"{LEAD}\nThis is reported by the Financial Times with reference to two managers."
FT_UK = "Порт закриває два термінали.\nПро це пише Financial Times."
OWN = "“We close two,” the chairman told the Financial Times. He expects no strike at all."


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def test_one_retelling_names_its_origin(make: Make, table: OutletTable) -> None:
    origin = resolve([make(1, "unn", FT)], table)
    assert (origin.state, origin.outlet, origin.independent, origin.uncredited) == (OriginState.NAMED, "ft", 1, 0)
    assert origin.informants == ("two managers",)
    assert origin.chain == ("ft",)
    assert [x.quote for x in origin.evidence] == [FT.splitlines()[1]]


def test_a_headline_names_the_outlet_and_a_sentence_the_informants(make: Make, table: OutletTable) -> None:
    origin = resolve([make(1, "unn", FT, title="FT: two of five terminals to be closed")], table)
    assert {one.field for one in origin.evidence} == {"title"}
    assert origin.informants == ("two managers",)


def test_the_informants_of_one_credit_stay_beside_another(make: Make, table: OutletTable) -> None:
    told = [
        make(1, "unn", "The port closes, the Financial Times reported, citing two managers. Reuters reported it, too."),
        make(2, "reuters", "The port closes, according to the Financial Times.", when=at(1)),
    ]
    assert resolve(told, table).informants == ("two managers",)


def test_informants_in_another_language_are_no_others(make: Make, table: OutletTable) -> None:
    german = "Zwei von fünf Terminals schließen, berichtet die Financial Times unter Berufung auf zwei Manager."
    told = [make(1, "unn", FT, when=at(0)), make(2, "ndr", german, when=at(1), language="de")]
    assert resolve([told[1]], table).informants == ("zwei Manager",)
    assert resolve(told, table).informants == ("two managers",)


def test_many_retellings_are_one_report(make: Make, table: OutletTable) -> None:
    reports = [make(n, f"paper{n}", FT if n % 2 else FT_UK, when=at(n)) for n in range(1, 11)]
    origin = resolve(reports, table)
    assert (origin.state, origin.outlet, origin.independent) == (OriginState.NAMED, "ft", 1)
    assert 0.9 <= origin.confidence <= 0.97
    assert origin.rivals == ()


def test_the_day_the_original_arrives_it_is_collected(make: Make, table: OutletTable) -> None:
    named = resolve([make(1, "unn", FT)], table)
    origin = resolve([make(1, "unn", FT, when=at(1)), make(2, "ft", OWN, when=at(0))], table)
    assert (origin.state, origin.outlet, origin.url) == (OriginState.COLLECTED, "ft", "https://ft.example/2")
    assert origin.confidence > named.confidence


def test_a_link_to_the_original_makes_it_linked(make: Make, table: OutletTable) -> None:
    place = FT.index("the Financial Times")
    url = "https://www.ft.com/content/harbour-closes-two-2025"
    origin = resolve([make(1, "unn", FT, links=(Link(url, "the Financial Times", place, place + 19),))], table)
    assert (origin.state, origin.url) == (OriginState.LINKED, url)


def test_a_chain_is_followed_through_a_relays_own_article(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "ukrinform", FT, when=at(0)),
        make(2, "unn", f"{LEAD}\nThis is reported by Ukrinform.", when=at(1)),
    ]
    origin = resolve(reports, table)
    assert (origin.outlet, origin.independent) == ("ft", 1)
    assert {x.outlet for x in origin.evidence} == {"ukrinform", "unn"}
    only = resolve(reports[1:], table)
    assert (only.outlet, only.chain) == ("ukrinform", ("ukrinform",))


def test_a_relay_named_in_the_words_stands_in_the_chain(make: Make, table: OutletTable) -> None:
    origin = resolve([make(1, "unn", f"{LEAD}\nThe Kyiv Independent reported this, citing Bloomberg.")], table)
    assert (origin.outlet, origin.chain) == ("bloomberg", ("kyivindependent", "bloomberg"))


def test_a_cycle_says_nothing_about_who_was_first(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "reuters", f"{LEAD}\nThis was reported by Bloomberg.", when=at(0)),
        make(2, "bloomberg", f"{LEAD}\nThis was reported by Reuters.", when=at(1)),
        make(3, "unn", f"{LEAD}\nThis was reported by Reuters.", when=at(2)),
    ]
    for order in (reports, reports[::-1]):
        origin = resolve(order, table)
        assert origin.outlet in {"reuters", "bloomberg"}
        assert origin == resolve(reports, table)


def test_two_equal_claims_are_disputed(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "unn", f"{LEAD}\nThis is reported by Reuters.", when=at(0)),
        make(2, "liga", f"{LEAD}\nThis is reported by Bloomberg.", when=at(1)),
    ]
    origin = resolve(reports, table)
    assert origin.state is OriginState.DISPUTED
    assert {origin.outlet, *(rival.outlet for rival in origin.rivals)} == {"reuters", "bloomberg"}
    assert origin.independent == 2


def test_two_voices_for_each_are_a_dispute_whatever_their_weight(make: Make, table: OutletTable) -> None:
    strong, weak = "This was first reported by Reuters.", "Bloomberg said so."
    two = [make(n, f"paper{n}", f"{LEAD} {strong if n % 2 else weak}", when=at(n)) for n in range(1, 5)]
    origin = resolve(two, table)
    assert (origin.state, origin.outlet) == (OriginState.DISPUTED, "reuters")
    assert origin.confidence - origin.rivals[0].confidence > 0.12
    # One publisher twice, a near-copy and a minority are no second voice.
    same = [*two[:3], make(4, "paper2", f"{LEAD} {weak}", when=at(4))]
    assert resolve(same, table).state is OriginState.NAMED
    copied = [*two[:3], make(4, "paper4", f"{LEAD} {weak}", level=Level.COPY, partner=2, when=at(4))]
    assert resolve(copied, table).state is OriginState.NAMED
    many = [*two, *(make(n, f"paper{n}", f"{LEAD} {strong}", when=at(n)) for n in range(5, 9))]
    assert resolve(many, table).state is OriginState.NAMED


def test_a_joint_report_is_no_dispute(make: Make, table: OutletTable) -> None:
    origin = resolve([make(1, "unn", "Le Soir and Der Spiegel reported the payments on Friday.")], table)
    assert (origin.state, origin.rivals) == (OriginState.NAMED, ())
    assert origin.outlet in {"lesoir", "spiegel"}


def test_a_majority_beats_a_stray_voice(make: Make, table: OutletTable) -> None:
    reports = [make(n, f"paper{n}", FT, when=at(n)) for n in range(1, 6)]
    reports.append(make(9, "liga", f"{LEAD}\nThis is reported by Bloomberg.", when=at(9)))
    origin = resolve(reports, table)
    assert (origin.state, origin.outlet) == (OriginState.NAMED, "ft")
    assert [rival.outlet for rival in origin.rivals] == ["bloomberg"]


def test_near_copies_weigh_little(make: Make, table: OutletTable) -> None:
    copies = [make(n, f"paper{n}", FT, level=Level.COPY, when=at(n)) for n in (2, 3)]
    alone = resolve([make(1, "unn", FT, when=at(0))], table).confidence
    copied = resolve([make(1, "unn", FT, when=at(0)), *copies], table).confidence
    retold = resolve([make(n, f"paper{n}", FT, when=at(n)) for n in (1, 2, 3)], table).confidence
    assert alone < copied < retold


def test_a_wire_is_the_origin_only_where_nobody_credits_another(make: Make, table: OutletTable) -> None:
    wire = make(1, "unn", f"ROTTERDAM (Reuters) - {LEAD}", when=at(0))
    assert resolve([wire], table).outlet == "reuters"
    assert resolve([wire, make(2, "liga", FT, when=at(1))], table).outlet == "ft"


def test_one_publisher_has_one_vote(make: Make, table: OutletTable) -> None:
    one = resolve([make(1, "unn", FT)], table)
    same = resolve([make(n, "unn", FT, when=at(n)) for n in (1, 2, 3)], table)
    assert one.confidence == same.confidence


def test_a_second_credit_of_an_article_weighs_less(make: Make, table: OutletTable) -> None:
    text = f"{LEAD} This is reported by the Financial Times. According to Bloomberg, the crane is red."
    origin = resolve([make(1, "unn", text)], table)
    assert (origin.state, origin.outlet) == (OriginState.NAMED, "ft")
    assert 0.6 < origin.confidence < resolve([make(1, "unn", FT)], table).confidence


def test_a_remark_in_passing_is_no_vote(make: Make, table: OutletTable) -> None:
    filler = " ".join(f"The terminal number {number} was built by other hands." for number in range(9))
    origin = resolve([make(1, "unn", f"{FT} {filler} The mayor told Reuters so.")], table)
    assert (origin.outlet, origin.rivals) == ("ft", ())


def test_nobody_votes_for_itself(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "guardian", f"{LEAD}\nThis was reported by Le Monde.", when=at(0)),
        make(2, "guardian", f"{LEAD}\nThis was reported by Reuters.", when=at(1)),
        make(3, "reuters", f"{LEAD}\nThis was reported by the Guardian.", when=at(2)),
    ]
    assert resolve(reports, table).outlet == "lemonde"


def test_who_credits_itself_through_another_is_no_voter(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "reuters", f"{LEAD}\nThis was reported by the Guardian.", when=at(0)),
        make(2, "guardian", f"{LEAD}\nThis was reported by Reuters.", when=at(1)),
    ]
    assert resolve(reports, table).outlet in {"reuters", "guardian", None}


def test_copies_of_a_text_make_its_publisher_the_earliest(make: Make, table: OutletTable) -> None:
    first = make(1, "harbourherald", LEAD, level=Level.FIRST, partner=None, when=at(0))
    copy = make(2, "unn", LEAD, level=Level.COPY, when=at(1))
    origin = resolve([first, copy], table)
    assert (origin.state, origin.outlet) == (OriginState.EARLIEST_ONLY, "harbourherald")
    assert 0.3 <= origin.confidence <= 0.55
    assert (origin.independent, origin.uncredited) == (0, 1)


def test_own_reporting_makes_the_earliest_publisher_likely(make: Make, table: OutletTable) -> None:
    own = make(1, "ft", OWN, level=Level.FIRST, partner=None, when=at(0))
    origin = resolve([own, make(2, "unn", LEAD, when=at(1))], table)
    assert (origin.state, origin.outlet) == (OriginState.EARLIEST_ONLY, "ft")
    assert (origin.independent, origin.uncredited) == (1, 1)


def test_nobody_credits_and_nothing_speaks_for_anyone(make: Make, table: OutletTable) -> None:
    reports = [make(1, "unn", LEAD, when=at(0)), make(2, "liga", LEAD, when=at(1))]
    origin = resolve(reports, table)
    assert (origin.state, origin.outlet, origin.independent, origin.uncredited) == (OriginState.UNKNOWN, None, 0, 2)
    assert resolve([], table).state is OriginState.UNKNOWN
    assert resolve([make(1, "", LEAD)], table).state is OriginState.UNKNOWN
    undated = make(1, "ft", OWN)
    assert resolve([undated], table).state is OriginState.UNKNOWN


def test_a_statement_is_official(make: Make, table: OutletTable) -> None:
    said = "Two men were arrested, the Lake City Police Department said on Monday."
    origin = resolve([make(1, "unn", said, when=at(0)), make(2, "liga", said, when=at(1))], table)
    assert (origin.state, origin.outlet) == (OriginState.OFFICIAL, None)
    assert origin.informants == ("Lake City Police Department",)
    house = resolve([make(1, "unn", "According to the White House, the talks went well.")], table)
    assert (house.state, house.outlet) == (OriginState.OFFICIAL, "whitehouse")
    deep = f"{LEAD} {LEAD} {LEAD} {LEAD} {said}"
    assert resolve([make(1, "unn", deep), make(2, "liga", deep)], table).state is OriginState.UNKNOWN
    twice = "The Lake City Police Department said in a statement that two men were arrested."
    assert len(resolve([make(1, "unn", twice)], table).evidence) == 1
    own = resolve([make(1, "whitehouse", "The talks went well.")], table)
    assert (own.state, own.outlet, own.url) == (OriginState.OFFICIAL, "whitehouse", "https://whitehouse.example/1")
    one_of_three = [make(1, "unn", said), make(2, "liga", LEAD), make(3, "babel", LEAD)]
    assert resolve(one_of_three, table).state is OriginState.UNKNOWN


def test_a_weak_copy_alone_is_unknown(make: Make, table: OutletTable) -> None:
    told = "The chairman told the BBC that nothing was decided."
    text = f"{LEAD} Some of the people in the town like the sea. {told}"
    first = make(1, "harbourherald", LEAD)
    weak = make(2, "unn", text, level=Level.COPY, partner=1)
    assert resolve([first, weak], table).outlet is None


@pytest.fixture(scope="module")
def mixed(make: Make) -> list[Report]:
    return [
        make(1, "unn", FT, when=at(3)),
        make(2, "liga", FT_UK, when=at(1)),
        make(3, "ukrinform", f"{LEAD}\nThis is reported by UNN.", when=at(1)),
        make(4, "babel", f"{LEAD}\nThis is reported by Bloomberg.", when=at(2)),
        make(5, "guardian", LEAD, when=None),
        make(6, "censor", FT, level=Level.COPY, when=at(4)),
        make(7, "espreso", f"ROTTERDAM (Reuters) - {LEAD}", when=at(0)),
        make(8, "tsn", f"{LEAD}\nThe Kyiv Independent reported this, citing the FT.", when=None),
    ]


def test_nothing_depends_on_the_order_of_arrival(mixed: list[Report], table: OutletTable) -> None:
    wanted = resolve(mixed, table)
    assert wanted.outlet == "ft"
    shuffler = random.Random(7)
    for _ in range(100):
        shuffler.shuffle(mixed)
        assert resolve(mixed, table) == wanted


def test_a_copy_takes_the_root_of_the_text_it_copies(make: Make, table: OutletTable) -> None:
    own = make(1, "ft", OWN, level=Level.FIRST, partner=None)
    copy = make(2, "unn", LEAD, level=Level.COPY, partner=1)
    assert independent([own, copy], table) == (1, 0)
    stray = make(3, "liga", LEAD, level=Level.COPY, partner=99)
    assert independent([own, stray], table) == (1, 1)
    ring = [make(4, "liga", LEAD, level=Level.COPY, partner=5), make(5, "babel", LEAD, level=Level.COPY, partner=4)]
    assert independent(ring, table)[0] == 0


def test_an_official_document_is_a_sign_of_own_reporting(make: Make, table: OutletTable) -> None:
    link = Link("https://www.sec.gov/filing/123456", "filing", 0, 3)
    assert independent([make(1, "unn", LEAD, links=(link,))], table) == (1, 0)
    other = Link("https://www.harbour.example/filing", "filing", 0, 3)
    assert independent([make(1, "unn", LEAD, links=(other,))], table) == (0, 1)


def test_editions_fold_into_their_publisher(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "unn", f"{LEAD}\nThis is reported by El País."),
        make(2, "liga", f"{LEAD}\nThis is reported by Cinco Días."),
    ]
    assert independent(reports, table) == (1, 0)


def test_an_article_of_nobody_counts_by_its_address(make: Make, table: OutletTable) -> None:
    assert independent([make(1, "", LEAD), make(2, "", LEAD)], table) == (0, 1)
