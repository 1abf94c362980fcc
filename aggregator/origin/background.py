"""Marks of an older report: words by which a sentence tells what was said before today's news."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.origin.lexicon import Lexicon

# How far from a name a mark may stand in its clause, before and behind it.
_BEFORE, _BEHIND = 70, 40
_CLAUSE_END = re.compile(r"[,;:.，；：。、،؛]")


def is_old(lexicon: Lexicon, masked: str, place: int) -> bool:
    """Whether marks of an older report stand around the outlet at a place of a masked sentence.

    What counts stands in the clause of the name, or opens the sentence (Earlier, ... ; In 2019, ...); a year in another
    clause belongs to the story.
    """
    if lexicon.background is None:
        return False
    begin = max((found.end() for found in _CLAUSE_END.finditer(masked, 0, place)), default=0)
    stop = _CLAUSE_END.search(masked, place)
    end = min(place + _BEHIND, stop.start() if stop else len(masked))
    clause = masked[max(begin, place - _BEFORE) : end]
    if lexicon.fresh is not None:
        clause = lexicon.fresh.sub(" ", clause)
    return bool(lexicon.background.search(clause) or lexicon.background.match(masked.lstrip()))
