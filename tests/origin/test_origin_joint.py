"""Reports that several outlets made together, and outlets that credit each other in a ring."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Level, OriginState
from aggregator.origin.independence import independent
from aggregator.origin.joint import partners, together
from aggregator.origin.reports import cycles
from aggregator.origin.resolve import Report, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution
    from aggregator.origin.outlets import OutletTable

    Make = Callable[..., Report]
    Read = Callable[..., tuple[Attribution, ...]]

NOON = datetime(2025, 8, 26, 12, tzinfo=UTC)
LEAD = "The harbour company plans to close two of its five terminals next spring."


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("words", "outlets"),
    [
        (
            "That follows from a joint investigation by Der Spiegel, Le Monde and the broadcaster ZDF.",
            {"spiegel", "lemonde", "zdf"},
        ),
        ("Le Monde and Reuters reported on Friday that the payments were made.", {"lemonde", "reuters"}),
        ("Los pagos se hicieron en marzo. Con información de Reuters y AP.", {"reuters", "ap"}),
        ("Die Zahlungen wurden im März geleistet. Das berichten „Der Spiegel“ und das ZDF.", {"spiegel", "zdf"}),
        ("Виплати зробили у березні. Про це повідомляють Reuters та Bloomberg.", {"reuters", "bloomberg"}),
    ],
)
def test_outlets_in_the_same_words_made_one_report(
    make: Make, table: OutletTable, words: str, outlets: set[str]
) -> None:
    origin = resolve([make(1, "unn", words)], table)
    assert {origin.outlet, *origin.joint} == outlets
    assert (origin.state, origin.rivals, origin.independent) == (OriginState.NAMED, (), 1)
    assert origin.confidence > 0.5


def test_it_counts_once_whoever_of_them_is_credited(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "unn", f"{LEAD}\nThis was reported by Reuters and Bloomberg.", when=at(0)),
        make(2, "liga", f"{LEAD}\nThis was reported by Bloomberg.", when=at(1)),
        make(3, "babel", f"{LEAD}\nThis was reported by Reuters.", when=at(2)),
        make(4, "bloomberg", "“We close two,” the chairman told Bloomberg. He expects no strike.", when=at(3)),
    ]
    origin = resolve(reports, table)
    assert (origin.outlet, origin.joint, origin.independent) == ("bloomberg", ("reuters",), 1)
    assert origin.state is OriginState.COLLECTED
    silent = [*reports[:3], make(4, "bloomberg", LEAD, when=at(3))]
    assert independent(silent, table) == (1, 0)


def test_a_joint_outlet_that_credits_another_is_no_partner(make: Make, table: OutletTable) -> None:
    reports = [
        make(1, "unn", f"{LEAD}\nThis was reported by Reuters and Bloomberg.", when=at(0)),
        make(2, "reuters", f"{LEAD}\nThis was reported by Bloomberg.", when=at(1)),
    ]
    origin = resolve(reports, table)
    assert (origin.outlet, origin.joint, origin.independent) == ("bloomberg", (), 1)


@pytest.mark.parametrize(
    "words",
    [
        "Reuters reported that two close, and Bloomberg reported that three close.",
        "Reuters reported it on Friday. Bloomberg reported it on Sunday.",
        "According to Reuters, the board met twice; according to Bloomberg, it met once.",
    ],
)
def test_two_claims_in_other_words_are_none(make: Make, table: OutletTable, words: str) -> None:
    assert resolve([make(1, "unn", f"{LEAD} {words}")], table).joint == ()


def test_of_two_pairs_in_a_sentence_the_credited_one_counts(make: Make, table: OutletTable, read: Read) -> None:
    words = "Reuters reported this, Bloomberg and Le Monde reported that."
    origin = resolve([make(1, "unn", f"{LEAD} {words}")], table)
    assert (origin.outlet, origin.joint) == ("reuters", ())
    found = read(f"{LEAD} {words}")
    assert [one.outlet for one in found] == ["reuters", "bloomberg", "lemonde"]
    assert [partners(found, one) for one in found] == [("reuters",), *2 * [("bloomberg", "lemonde")]]


def test_a_carried_wire_has_no_partner(read: Read) -> None:
    (wire,) = read(f"ROTTERDAM (Reuters) - {LEAD}")
    assert partners([wire], wire) == ("reuters",)


def test_a_ring_of_credits_is_said_and_counts_once(make: Make, table: OutletTable) -> None:
    ring = [
        make(1, "reuters", f"{LEAD}\nThis was reported by Bloomberg.", when=at(0)),
        make(2, "bloomberg", f"{LEAD}\nThis was reported by Le Monde.", when=at(1)),
        make(3, "lemonde", f"{LEAD}\nThis was reported by Reuters.", when=at(2)),
    ]
    origin = resolve(ring, table)
    assert origin.cycle == ("bloomberg", "lemonde", "reuters")
    assert independent(ring, table) == (1, 0)
    other = [*ring, make(4, "unn", f"{LEAD}\nThis was first reported by the Guardian.", when=at(3))]
    other += [make(n, f"paper{n}", f"{LEAD}\nThis was first reported by the Guardian.", when=at(n)) for n in (5, 6, 7)]
    found = resolve(other, table)
    assert (found.outlet, found.cycle, found.independent) == ("guardian", origin.cycle, 2)
    assert resolve(ring[:2], table).cycle == ()


def test_rings_are_found_wherever_they_are_entered() -> None:
    assert cycles({"x": "a", "a": "b", "b": "a", "p": "q", "q": "r", "r": "p", "s": "s", "t": "u"}) == [
        ("a", "b"),
        ("p", "q", "r"),
    ]
    assert cycles({}) == []


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3), max_size=6))
def test_what_hangs_together_has_one_name(groups: list[list[str]]) -> None:
    named = together(groups)
    assert all(len({named[one] for one in group}) == 1 for group in groups)
    assert all(name <= one and named[name] == name for one, name in named.items())
    assert named == together(groups[::-1])


WORDS = [
    "This was reported by Reuters and Bloomberg.",
    "This was reported by Bloomberg.",
    "This was reported by Le Monde.",
    "The Kremlin denied the Bloomberg report.",
    "Bloomberg has retracted its report.",
    "",
]
PUBLISHERS = ["unn", "reuters", "bloomberg", "lemonde", "liga"]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_depends_on_the_order_of_the_members(make: Make, table: OutletTable, data: st.DataObject) -> None:
    said = data.draw(st.lists(st.tuples(st.sampled_from(PUBLISHERS), st.sampled_from(WORDS)), min_size=1, max_size=6))
    reports = [
        make(n, outlet, f"{LEAD}\n{words}", when=at(n % 3), level=Level.RETELLING)
        for n, (outlet, words) in enumerate(said, 1)
    ]
    mixed = data.draw(st.permutations(reports))
    origin = resolve(mixed, table)
    assert origin == resolve(reports, table)
    assert origin.outlet not in origin.joint
    assert 0.0 <= origin.confidence <= 0.97
    assert origin.independent + origin.uncredited >= 1


def test_a_long_word_between_two_names_costs_no_more_than_a_short_one(read: Read) -> None:
    def seconds(letters: int) -> float:
        text = f"{LEAD} As reported by Reuters and {'a' * letters}, as reported by Bloomberg."
        found = read(text)
        credit = next(one for one in found if one.outlet == "reuters")
        begun = process_time()
        assert partners(found, credit) == ("reuters",)
        return process_time() - begun

    assert seconds(3_000) < 0.5


def test_two_credits_of_their_own_are_no_joint_report(read: Read) -> None:
    found = read(f"{LEAD} According to Reuters and according to Bloomberg the board met twice.")
    assert partners(found, found[0]) == ("reuters",)
