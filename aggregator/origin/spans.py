"""The sentences of an article, and how much a credit in each counts.

Most credits stand in the lead; deeper in the text an outlet is named for a detail, unless the sentence speaks of what
the headline says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aggregator.text import sentences

# Weight by the sentence's place in the text: (up to and with this sentence, factor). Measured: counting a credit deep
# in a long article like one in its lead costs a third of the precision.
_DECAY = ((1, 1.0), (2, 0.9), (4, 0.45), (7, 0.35), (12, 0.25))
_DEEP = 0.15
# A later sentence that shares this part of the headline's words, and as many as cannot be chance, speaks of the story
# itself: it counts nearly in full.
_ON_TOPIC, _ON_TOPIC_WORDS, _ON_TOPIC_DECAY, _ON_TOPIC_FROM, _ON_TOPIC_LAST = 0.4, 3, 0.65, 3, 7
# The last sentence of a lead that shares no word with the headline, behind one that shares less than this part, has
# left the story already.
_OFF_TOPIC, _OFF_TOPIC_AT, _OFF_TOPIC_DECAY = 0.2, 2, 0.45
# A line shorter than this without a full stop is a caption, a date or a menu: it does not count as a sentence.
_SHORT_LINE = 25
# A sentence longer than this is a table or worse: it is read in pieces, so that no pattern can take long.
_LONGEST = 1500
_LEAD = 5
# Where the story begins behind a standfirst: `London/Tehran - `, `KABUL, Afghanistan (AP) -- `, at the start of a line.
_DATELINE = re.compile(
    r"[^\W\d_a-z][\w.'’-]+(?:[ /][^\W\d_a-z][\w.'’-]+){0,3}(?:, [^\W\d_a-z][\w.]+(?: [^\W\d_a-z][\w.]+)?)?"
    r"(?: \([\w./ ]{2,20}\))?\.? ?(?: [-–—]|--) ?(?=[^\W\d_a-z])"
)
_HEAD, _TAIL = 4, 6
# Words of at least four letters, by their first five: enough for inflection.
_WORD, _STEM = re.compile(r"\w{4,}"), 5
_TERMINAL = re.compile(r"[.!?…。！？][\"'”’»)\]」』）]*$")


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence, headline or byline: where it stands, and how much a credit in it counts."""

    field: str
    start: int
    end: int
    places: frozenset[str]
    decay: float


def whole(name: str, text: str) -> list[Span]:
    """A field that is one span: the headline, the byline."""
    stripped = text.strip()
    if not stripped:
        return []
    start = text.index(stripped)
    return [Span(name, start, start + len(stripped), frozenset({name, "anywhere"} if name == "title" else {name}), 1.0)]


def of_text(text: str, title: str) -> list[Span]:
    """The sentences of a text with their places."""
    bounds = [
        (place, min(place + _LONGEST, end)) for start, end in sentences(text) for place in range(start, end, _LONGEST)
    ]
    topic = _stems(title)
    spans, index, before, begun = [], 0, 1.0, False
    for number, (start, end) in enumerate(bounds):
        if not begun and index <= _LEAD and text[start - 1 : start] in {"", "\n"} and _DATELINE.match(text, start, end):
            index, begun = 0, True
        places = {"anywhere"}
        if index <= _LEAD:
            places.add("lead")
        if number < _HEAD:
            places.add("head")
        if number >= len(bounds) - _TAIL:
            places.add("tail")
        common = len(topic & _stems(text[start:end])) if topic and index <= _ON_TOPIC_LAST else 0
        shared = common / max(1, len(topic))
        decay = next((factor for last, factor in _DECAY if index <= last), _DEEP)
        if _ON_TOPIC_FROM <= index <= _ON_TOPIC_LAST and shared >= _ON_TOPIC and common >= _ON_TOPIC_WORDS:
            decay = _ON_TOPIC_DECAY
        elif topic and index == _OFF_TOPIC_AT and not shared and before < _OFF_TOPIC:
            decay = _OFF_TOPIC_DECAY
        spans.append(Span("text", start, end, frozenset(places), decay))
        # Many a page's text begins with its headline once more: that is no sentence of it.
        repeated = start < len(title) and text[start:end] in title
        if not repeated and (end - start >= _SHORT_LINE or _TERMINAL.search(text, start, end)):
            index, before = index + 1, shared
    return spans


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower())}
