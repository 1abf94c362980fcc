"""What a new resolution changed about a story's origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.model import Origin


def change(before: Origin, after: Origin) -> dict[str, dict[str, object]] | None:
    """The origin before and after, None where people would be told the same.

    Another outlet, state, partner or standing is a change; more articles that say the same, and with them another
    confidence, are none.

    Returns:
        `before` and `after`, each with state, outlet (an id or None), joint (ids), standing and url.
    """
    old, new = _told(before), _told(after)
    if old == new:
        return None
    return {"before": old | {"url": before.url}, "after": new | {"url": after.url}}


def _told(origin: Origin) -> dict[str, object]:
    return {
        "state": origin.state.value,
        "outlet": origin.outlet,
        "joint": list(origin.joint),
        "standing": origin.standing.value,
    }
