"""Denials: the words by which an article says that an outlet's report was denied, corrected or withdrawn.

A denial is no credit, and it stands beside one: "the Kremlin denied the FT report" also says that the FT reported. It
counts only where the words name the outlet's report itself; who denies an accusation, or does not comment, denies none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from aggregator.model import Attribution, Role, Standing
from aggregator.origin.background import is_old
from aggregator.origin.lexicon import TOKEN
from aggregator.origin.needles import Sieve, fold

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from aggregator.origin.lexicon import Lexicon
    from aggregator.origin.masking import Masked
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.spans import Span

# Kinds of outlets whose posts, pictures and statements are no reports.
_NO_REPORTERS = frozenset({"platform", "photo", "official"})
_WEIGHT = 0.9
_EDGES = " ,;:.\"'«»„“”-"


@lru_cache(maxsize=64)
def _sieve(patterns: tuple[tuple[Standing, re.Pattern[str]], ...]) -> Sieve:
    return Sieve([pattern for _, pattern in patterns], given=TOKEN)


def denials(
    masked: Masked, span: Span, text: str, lexicons: Sequence[Lexicon], table: OutletTable
) -> Iterator[Attribution]:
    """The denials of one sentence, in the order of its outlets.

    Args:
        masked: the sentence.
        span: where it stands in its field.
        text: the field.
        lexicons: the languages to read it with.
        table: the outlets.

    Yields:
        Attributions of the role DENIAL whose cue is the language and the standing: `en:withdrawn`.
    """
    taken: dict[int, tuple[Standing, str, Lexicon]] = {}
    folded = fold(masked.text) if masked.tokens else ""
    for lexicon in lexicons if masked.tokens else ():
        for place in _sieve(lexicon.denials).passing(folded):
            standing, pattern = lexicon.denials[place]
            for match in pattern.finditer(masked.text):
                for at in range(match.start("o"), match.end("o")):
                    if at in masked.tokens:
                        taken.setdefault(at, (standing, _who(match, masked, text), lexicon))
    for at, (standing, who, lexicon) in sorted(taken.items(), key=lambda item: item[0]):
        mention = masked.tokens[at]
        known = table.get(mention.outlet)
        if standing is Standing.STANDING or (known is not None and known.kind in _NO_REPORTERS):
            continue
        if is_old(lexicon, masked.text, at):
            continue
        yield Attribution(
            outlet=mention.outlet,
            name=mention.name,
            role=Role.DENIAL,
            cue=f"{lexicon.language}:{standing}",
            language=lexicon.language,
            field=span.field,
            start=span.start,
            end=span.end,
            quote=text[span.start : span.end],
            weight=round(_WEIGHT * span.decay, 4),
            denied_by=who if standing is Standing.DENIED else "",
        )


def _who(match: re.Match[str], masked: Masked, text: str) -> str:
    """Who denies, as the sentence has it."""
    if "w" not in match.re.groupindex or not match["w"]:
        return ""
    start, end = masked.original(match.start("w")), masked.original(match.end("w") - 1) + 1
    return text[start:end].strip(_EDGES)
