"""A person's words on an origin: which of them hold, and what resolution makes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Level, Link, OriginState, Verdict
from aggregator.origin.lookup import alike, known
from aggregator.origin.resolve import resolve
from aggregator.origin.verdicts import heard, holding, weighed

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.reports import Report

    Make = Callable[..., Report]

NOON = datetime(2025, 8, 26, 12, tzinfo=UTC)
LEAD = "The harbour company plans to close two of its five terminals next spring."
FT = f"{LEAD}\nThis is reported by the Financial Times with reference to two managers."
BLOOMBERG = f"{LEAD}\nThis is reported by Bloomberg with reference to a board member."
OWN = "“We close two,” the chairman told the Financial Times. He expects no strike at all."
ADDRESS = "https://www.ft.com/content/harbour-closes-two-2025"


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def pin(outlet: str, correction: int = 1, url: str | None = None) -> Verdict:
    return Verdict(17, outlet, outlet, pinned=True, url=url, correction=correction)


def no(outlet: str, correction: int = 1) -> Verdict:
    return Verdict(17, outlet, outlet, pinned=False, correction=correction)


# ---------------------------------------------------------------- which words hold


def test_a_later_pin_overrides_an_earlier_one_whatever_the_order_they_are_read_in() -> None:
    one, two = pin("ft", 1), pin("bloomberg", 2)
    for words in ([one, two], [two, one]):
        found = weighed(words)
        assert (found.pin, found.denied, found.overruled) == (two, {}, {1: 2})


def test_the_newer_of_two_words_on_one_outlet_holds() -> None:
    assert weighed([pin("ft", 1), no("ft", 2)]).words == (no("ft", 2),)
    found = weighed([no("ft", 1), pin("bloomberg", 2), pin("ft", 3)])
    assert (found.words, found.overruled) == ((pin("ft", 3),), {2: 3, 1: 3})


def test_words_on_different_outlets_hold_beside_each_other() -> None:
    assert weighed([no("ft", 1), pin("bloomberg", 2), no("unn", 3)]).words == (
        pin("bloomberg", 2), no("ft", 1), no("unn", 3),
    )  # fmt: skip


def test_what_says_nothing_new_is_held_by_the_earlier_word() -> None:
    standing = weighed([pin("ft", 1, ADDRESS), no("unn", 2)])
    assert holding(standing, pin("ft", 0)) == pin("ft", 1, ADDRESS)
    assert holding(standing, pin("ft", 0, ADDRESS)) == pin("ft", 1, ADDRESS)
    assert holding(standing, no("unn", 0)) == no("unn", 2)
    assert holding(standing, pin("ft", 0, ADDRESS + "/b")) is None
    assert holding(standing, pin("unn", 0)) is None
    assert holding(standing, no("ft", 0)) is None
    assert weighed([pin("ft", 1, ADDRESS), pin("ft", 2)]).words == (pin("ft", 1, ADDRESS),)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.sampled_from([None, ADDRESS])), max_size=9),
    st.randoms(use_true_random=False),
)
def test_every_word_holds_or_gave_way_to_a_later_one(said: list[tuple[str, bool, str | None]], random: Random) -> None:
    words = [
        Verdict(17, outlet, outlet, pinned, url if pinned else None, number)
        for number, (outlet, pinned, url) in enumerate(said, 1)
    ]
    found = weighed(words)
    shuffled = list(words)
    random.shuffle(shuffled)
    assert weighed(shuffled).words == found.words
    held = {one.correction for one in found.words}
    assert not held & found.overruled.keys()
    assert all(earlier < later for earlier, later in found.overruled.items())
    assert found.pin is None or found.pin.outlet not in found.denied
    if words:  # the last word always counts
        assert holding(found, words[-1]) is not None


# ---------------------------------------------------------------- a pin


def test_a_pinned_outlet_is_the_origin_and_the_articles_that_credit_it_the_evidence(
    make: Make, table: OutletTable
) -> None:
    told = [make(n, f"paper{n}", BLOOMBERG, when=at(n)) for n in range(1, 5)] + [make(9, "unn", FT, when=at(9))]
    without, origin = resolve(told, table), resolve(told, table, [pin("ft", 3)])
    assert without.outlet == "bloomberg"
    assert (origin.state, origin.outlet, origin.confidence, origin.pinned) == (OriginState.NAMED, "ft", 1.0, 3)
    assert [one.quote for one in origin.evidence] == [FT.splitlines()[1]]
    assert (origin.informants, origin.chain, origin.rivals) == (("two managers",), ("ft",), ())
    assert (origin.independent, origin.uncredited) == (without.independent, without.uncredited)


def test_a_pin_that_no_article_bears_out_has_no_evidence(make: Make, table: OutletTable) -> None:
    origin = resolve([make(1, "unn", LEAD)], table, [pin("thegullsgazette")])
    assert (origin.state, origin.outlet, origin.url) == (OriginState.NAMED, "thegullsgazette", None)
    assert (origin.evidence, origin.informants, origin.chain) == ((), (), ("thegullsgazette",))


def test_the_state_of_a_pin_is_what_is_known_of_the_original(make: Make, table: OutletTable) -> None:
    place = FT.index("the Financial Times")
    linked = make(1, "unn", FT, links=(Link(ADDRESS, "the Financial Times", place, place + 19),))
    own = make(2, "ft", OWN)

    def known_by(*reports: Report, url: str | None = None) -> tuple[OriginState, str | None]:
        origin = resolve(reports, table, [pin("ft", 1, url)])
        return origin.state, origin.url

    assert known_by(make(1, "unn", FT)) == (OriginState.NAMED, None)
    assert known_by(linked) == (OriginState.LINKED, ADDRESS)
    assert known_by(make(1, "unn", FT), url=ADDRESS) == (OriginState.LINKED, ADDRESS)
    assert known_by(linked, own) == (OriginState.COLLECTED, "https://ft.example/2")
    assert known_by(own, url="https://ft.example/2") == (OriginState.COLLECTED, "https://ft.example/2")
    assert known_by(own, url=ADDRESS) == (OriginState.LINKED, ADDRESS)


def test_a_pin_names_the_relay_of_its_best_evidence(make: Make, table: OutletTable) -> None:
    told = make(1, "paper", f"{LEAD}\nThis is reported by Ukrinform, citing the Financial Times.")
    assert resolve([told], table, [pin("ft")]).chain == ("ukrinform", "ft")


# ---------------------------------------------------------------- not the origin


def test_an_outlet_that_is_ruled_out_gets_no_votes(make: Make, table: OutletTable) -> None:
    told = [make(n, f"paper{n}", FT, when=at(n)) for n in range(1, 5)] + [make(9, "unn", BLOOMBERG, when=at(9))]
    origin = resolve(told, table, [no("ft", 2)])
    assert (origin.outlet, origin.rivals, origin.pinned) == ("bloomberg", (), None)
    assert origin.ruled_out == (no("ft", 2),)
    assert origin.independent == resolve(told, table).independent
    assert resolve(told[:4], table, [no("ft")]).state is OriginState.UNKNOWN


def test_an_outlet_that_is_ruled_out_may_still_have_passed_it_on(make: Make, table: OutletTable) -> None:
    told = [
        make(1, "ft", BLOOMBERG, when=at(0)),
        make(2, "paper", FT, when=at(1)),
        make(3, "gazette", FT, when=at(2)),
    ]
    origin = resolve(told, table, [no("ft")])
    assert origin.outlet == "bloomberg"
    assert {one.article for one in origin.evidence} == {one.article.url for one in told}
    assert origin.confidence == resolve(told, table).confidence


def test_two_that_credit_each_other_leave_the_one_that_is_not_ruled_out(make: Make, table: OutletTable) -> None:
    told = [make(1, "ft", BLOOMBERG, when=at(0)), make(2, "bloomberg", FT, when=at(1))]
    assert resolve(told, table, [no("ft")]).outlet == "bloomberg"
    assert resolve(told, table, [no("bloomberg")]).outlet == "ft"
    assert resolve(told, table, [no("bloomberg", 1), no("ft", 2)]).state is OriginState.UNKNOWN


def test_words_that_would_lead_back_to_it_are_not_followed(make: Make, table: OutletTable) -> None:
    # Bloomberg passes on the FT's, says a paper; the FT's own article credits Bloomberg.
    told = [
        make(1, "ft", BLOOMBERG, when=at(0)),
        make(2, "paper", f"{LEAD}\nThis is reported by Bloomberg, citing the Financial Times.", when=at(1)),
        make(3, "gazette", BLOOMBERG, when=at(2)),
    ]
    assert heard(told, ["ft"], table)[1].attributions != told[1].attributions
    assert resolve(told, table, [no("ft")]).outlet == "bloomberg"


def test_it_is_no_earliest_no_wire_and_no_official_answer_either(make: Make, table: OutletTable) -> None:
    copied = [
        make(1, "ft", LEAD, when=at(0), level=Level.FIRST, partner=None),
        make(2, "paper", LEAD, when=at(1), level=Level.COPY, partner=1),
    ]
    assert resolve(copied, table).state is OriginState.EARLIEST_ONLY
    assert resolve(copied, table, [no("ft")]).state is OriginState.UNKNOWN
    assert resolve(copied[:1], table, [no("ft")]).state is OriginState.UNKNOWN
    wire = make(3, "paper", f"(Reuters) - {LEAD}")
    assert resolve([wire], table).outlet == "reuters"
    assert resolve([wire], table, [no("reuters")]).state is OriginState.UNKNOWN
    official = next(one.id for one in table if one.kind == "official")
    statement = make(4, official, LEAD)
    assert resolve([statement], table).state is OriginState.OFFICIAL
    assert resolve([statement], table, [no(official)]).outlet is None


def test_no_words_change_nothing(make: Make, table: OutletTable) -> None:
    told = [make(1, "unn", FT), make(2, "ft", OWN)]
    assert resolve(told, table, ()) == resolve(told, table)
    assert resolve(told, table, [no("reuters")]) == replace(resolve(told, table), verdicts=(no("reuters"),))


# ---------------------------------------------------------------- what a person types


@pytest.mark.parametrize(
    "typed", ["ft", "Financial Times", "the financial times", "ft.com", "https://www.ft.com/content/5"]
)
def test_an_outlet_is_known_by_id_name_domain_and_address(table: OutletTable, typed: str) -> None:
    found = known(table, typed)
    assert found is not None
    assert found.id == "ft"


def test_a_slip_of_the_pen_finds_what_was_meant(table: OutletTable) -> None:
    assert known(table, "Finacial Tmes") is None
    assert alike(table, "Finacial Tmes")[0].id == "ft"
    assert "kyivindependent" in [one.id for one in alike(table, "independent", 20)]
    assert "ft" in [one.id for one in alike(table, "https://ft.co/x", 20)]
    assert alike(table, "qqqqqqqqqqqq") == []


def test_an_outlet_that_is_ruled_out_is_not_named_by_denials_either(make: Make, table: OutletTable) -> None:
    report = make(1, "unn", "The company denied the Financial Times report that two terminals close.")
    assert resolve([report], table).outlet == "ft"
    assert resolve([report], table, [no("ft")]).outlet is None
