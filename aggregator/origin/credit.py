"""The one outlet that an article credits with its report."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from aggregator.model import Attribution, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Roles that credit a report, against the wire whose text an article carries.
REPORTING = frozenset({Role.ORIGIN, Role.FIRST_REPORT, Role.INTERVIEW, Role.VIA})
# Rules that, fitting the publisher itself, show own reporting: "told <itself>", "we have learned", papers that it has
# seen; and those that say only where the text first stood or who carries it.
_FIRST_HAND = frozenset({"told", "tells", "told-to", "documents", "learned", "own"})
_PUBLISHED = frozenset({"first-report", "republished"})
_OWN = _FIRST_HAND | _PUBLISHED | {"dateline"}
# Below this a name is a remark in passing; so are remarks of which none reaches the floor, however many.
THRESHOLD = 0.4
_FLOOR = 0.28
# Confidence as it is computed, and the share of such answers that was right; nothing below the threshold is answered,
# and the last point is the cap.
_SHOWN = ((0.0, 0.0), (0.4, 0.7), (0.7, 0.8), (0.8, 0.88), (0.97, 0.97), (1.0, 1.0))
# What a report needs against the wire whose text an article carries: a quote given to another is no origin of it.
_AGAINST_WIRE = 0.6


def credited(attributions: Sequence[Attribution]) -> Attribution | None:
    """The strongest attribution to the outlet that an article credits with the report.

    An outlet's attributions combine as a noisy-or; the wire whose text an article carries counts only where the text
    credits no other outlet. An article whose signs of own reporting are stronger than its credit has its report from
    nobody: it names the other outlet for a detail, or because the story is about it.

    Returns:
        The attribution that shows it best; None for none.
    """
    wire = _best(attributions, frozenset({Role.WIRE}), THRESHOLD)
    main = _best(attributions, REPORTING, _AGAINST_WIRE if wire else THRESHOLD)
    return wire if main is None or _outweighed(main, attributions) else main


def shows_own(attribution: Attribution) -> bool:
    """Whether an attribution is a sign of the publisher's own reporting."""
    return _is_own(attribution, _OWN)


def _outweighed(main: Attribution, attributions: Sequence[Attribution]) -> bool:
    """Whether signs of own reporting are stronger than a credit; a quote given to another gives way to any of them."""
    signs = _FIRST_HAND | _PUBLISHED if main.role is Role.INTERVIEW else _FIRST_HAND
    credit = confidence(found for found in attributions if found.outlet == main.outlet and found.role in REPORTING)
    return any(_is_own(found, signs) and found.weight > credit for found in attributions)


def _is_own(attribution: Attribution, cues: frozenset[str]) -> bool:
    return attribution.role is Role.SELF and attribution.cue.partition(":")[2] in cues


def confidence(attributions: Iterable[Attribution]) -> float:
    """The noisy-or of some attributions' weights (Pearl 1988)."""
    doubt = 1.0
    for attribution in attributions:
        doubt *= 1.0 - attribution.weight
    return 1.0 - doubt


def calibrated(said: float) -> float:
    """Confidence as people are shown it, so that of answers said with .9 nine in ten are right.

    A strictly monotone map of the noisy-or of weights, 0..1 -> 0..1, linear between a few points: it changes what is
    said, never who is named. docs/decisions/0009-confidence.md has what it was fitted on.
    """
    (low, shown), (high, top) = next(piece for piece in pairwise(_SHOWN) if said <= piece[1][0])
    return shown + (said - low) / (high - low) * (top - shown)


def _best(attributions: Sequence[Attribution], roles: frozenset[Role], threshold: float) -> Attribution | None:
    outlets: dict[str, list[Attribution]] = {}
    for attribution in attributions:
        if attribution.role in roles:
            outlets.setdefault(attribution.outlet, []).append(attribution)
    # Ties go to the outlet that the text names first.
    found = max(outlets.values(), key=confidence, default=[])
    best = max(found, key=lambda attribution: attribution.weight, default=None)
    return best if best and best.weight >= _FLOOR and confidence(found) >= threshold else None
