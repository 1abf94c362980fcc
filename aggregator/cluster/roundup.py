"""Round-ups: an article whose halves tell different stories reports neither anew, and must not make one of them.

Halves of a report share its names and words; those of a morning briefing share nothing. (Lexical cohesion between
adjacent passages: Hearst 1997.)
"""

from __future__ import annotations

from math import fsum, log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The cosine of the halves' terms below which they hang together by nothing; one in a hundred reports lies below.
COHESION = 0.04
# Words of a half that can tell anything.
HALF_WORDS = 60


def halves(
    early: Mapping[int, int], late: Mapping[int, int], rarity: Mapping[int, float]
) -> tuple[Mapping[int, float], ...]:
    """The weights of the terms of an article's two halves where these hang together by nothing, else none.

    Args:
        early: how often the first half of the body has each term.
        late: the same of its second half.
        rarity: what the rarity of each term makes it weigh.
    """
    if min(sum(early.values()), sum(late.values())) < HALF_WORDS:
        return ()
    weights = [{term: (1.0 + log(n)) * rarity[term] for term, n in half.items()} for half in (early, late)]
    lengths = [sqrt(fsum(weight**2 for weight in half.values())) for half in weights]
    shared = fsum(weights[0][term] * weights[1][term] for term in weights[0].keys() & weights[1].keys())
    return () if shared >= COHESION * lengths[0] * lengths[1] else tuple(weights)
