from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.model import Origin, OriginState, Standing
from aggregator.origin.change import change

NAMED = Origin(OriginState.NAMED, "ft", confidence=0.85, independent=1)


@pytest.mark.parametrize(
    "after",
    [
        replace(NAMED, state=OriginState.LINKED, url="https://ft.example/a"),
        replace(NAMED, outlet="reuters"),
        replace(NAMED, joint=("reuters",)),
        replace(NAMED, standing=Standing.DENIED),
        Origin(OriginState.UNKNOWN),
    ],
)
def test_what_people_are_told_differently_is_a_change(after: Origin) -> None:
    changed = change(NAMED, after)
    assert changed is not None
    assert changed["before"] == {"state": "named", "outlet": "ft", "joint": [], "standing": "standing", "url": None}
    assert changed["after"]["state"] == after.state.value
    assert changed["after"]["url"] == after.url
    back = change(after, NAMED)
    assert back is not None
    assert (back["before"], back["after"]) == (changed["after"], changed["before"])


@pytest.mark.parametrize(
    "after", [NAMED, replace(NAMED, confidence=0.97), replace(NAMED, independent=3, uncredited=9, chain=("unn", "ft"))]
)
def test_more_of_the_same_is_none(after: Origin) -> None:
    assert change(NAMED, after) is None
