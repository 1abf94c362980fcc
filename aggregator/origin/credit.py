"""The one outlet that an article credits with its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.model import Attribution, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Roles that credit a report, against the wire whose text an article carries.
REPORTING = frozenset({Role.ORIGIN, Role.FIRST_REPORT, Role.INTERVIEW, Role.VIA})
# Below this a name is a remark in passing; so are remarks of which none reaches the floor, however many.
THRESHOLD = 0.4
_FLOOR = 0.28
# What a report needs against the wire whose text an article carries: a quote given to another is no origin of it.
_AGAINST_WIRE = 0.55


def credited(attributions: Sequence[Attribution]) -> Attribution | None:
    """The strongest attribution to the outlet that an article credits with the report.

    An outlet's attributions combine as a noisy-or; the wire whose text an article carries counts only where the text
    credits no other outlet.

    Returns:
        The attribution that shows it best; None for none.
    """
    wire = _best(attributions, frozenset({Role.WIRE}), THRESHOLD)
    return _best(attributions, REPORTING, _AGAINST_WIRE if wire else THRESHOLD) or wire


def confidence(attributions: Iterable[Attribution]) -> float:
    """The noisy-or of some attributions' weights (Pearl 1988)."""
    doubt = 1.0
    for attribution in attributions:
        doubt *= 1.0 - attribution.weight
    return 1.0 - doubt


def _best(attributions: Sequence[Attribution], roles: frozenset[Role], threshold: float) -> Attribution | None:
    outlets: dict[str, list[Attribution]] = {}
    for attribution in attributions:
        if attribution.role in roles:
            outlets.setdefault(attribution.outlet, []).append(attribution)
    # Ties go to the outlet that the text names first.
    found = max(outlets.values(), key=confidence, default=[])
    best = max(found, key=lambda attribution: attribution.weight, default=None)
    return best if best and best.weight >= _FLOOR and confidence(found) >= threshold else None
