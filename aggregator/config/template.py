"""The shipped feeds.yaml cut to the topics, countries and languages that a new home is for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aggregator.config.blocks import BY_HAND, entry_lines, line_start
from aggregator.config.check import check, meant
from aggregator.config.nodes import SequenceNode
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from aggregator.model import Feed


@dataclass(frozen=True, slots=True)
class Choices:
    """What a file's feeds can be chosen by: each value with the number of its feeds, most frequent first."""

    topics: Mapping[str, int]
    countries: Mapping[str, int]
    languages: Mapping[str, int]


def choices(text: str) -> Choices:
    """The topics, countries and languages of a feeds.yaml.

    Raises:
        ConfigError: the text is wrong.
    """
    return _choices(check(text).feeds)


def template(text: str, topics: Sequence[str], countries: Sequence[str], languages: Sequence[str]) -> str:
    """The text with the feeds that have one of the topics, one of the countries and one of the languages.

    Nothing chosen means all of them; case does not matter. Settings and comments stay; the comment above a group of
    feeds goes with the last feed of its group.

    Raises:
        ConfigError: the text is wrong, a choice is unknown, or no feed is left.
    """
    checked = check(text)
    offered = _choices(checked.feeds)
    wanted_topics = _known("topic", topics, offered.topics)
    wanted_countries = _known("country", countries, offered.countries)
    wanted_languages = _known("language", languages, offered.languages)
    keep = [
        _matches(feed.topics, wanted_topics)
        and _matches((feed.country,), wanted_countries)
        and _matches((feed.language,), wanted_languages)
        for feed in checked.feeds
    ]
    if not any(keep):
        raise ConfigError("no feed has all of that: choose fewer topics, countries or languages")
    block = checked.root.values["feeds"]
    if not isinstance(block, SequenceNode) or block.flow:
        raise ConfigError(BY_HAND)
    return _cut(text, [entry_lines(text, block, index) for index in range(len(keep))], keep)


def _choices(feeds: Iterable[Feed]) -> Choices:
    listed = list(feeds)
    return Choices(
        topics=_counted(topic for feed in listed for topic in feed.topics),
        countries=_counted(feed.country for feed in listed),
        languages=_counted(feed.language for feed in listed),
    )


def _counted(values: Iterable[str | None]) -> dict[str, int]:
    counts = Counter(value for value in values if value)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _known(kind: str, chosen: Sequence[str], offered: Mapping[str, int]) -> frozenset[str]:
    """The choices as they stand in the file."""
    spelling = {value.casefold(): value for value in offered}
    for value in chosen:
        if value.casefold() not in spelling:
            raise ConfigError(f"no feed with the {kind} {value!r}; {meant(value, offered)}")
    return frozenset(spelling[value.casefold()] for value in chosen)


def _matches(values: Collection[str | None], wanted: frozenset[str]) -> bool:
    return not wanted or any(value in wanted for value in values)


def _cut(text: str, spans: Sequence[tuple[int, int]], keep: Sequence[bool]) -> str:
    """The text without the lines of the feeds that are not kept, and without the comments of groups left empty."""
    headings = [_heading(text, start) for start, _ in spans]
    dropped = [span for span, kept in zip(spans, keep, strict=True) if not kept]
    first = 0
    for index in range(1, len(spans) + 1):
        begins = index == len(spans) or headings[index] < spans[index][0]
        if begins:
            if not any(keep[first:index]):
                dropped.append((headings[first], spans[first][0]))
            first = index
    parts: list[str] = []
    at = 0
    for start, end in sorted(dropped):
        parts.append(text[at:start])
        at = end
    return "".join([*parts, text[at:]])


def _heading(text: str, start: int) -> int:
    """Where the comment directly above a feed begins, with the empty lines above it; `start` where there is none."""
    at = start
    while at and text[(above := line_start(text, at - 1)) : at].lstrip().startswith("#"):
        at = above
    if at == start:
        return start
    while at and not text[(above := line_start(text, at - 1)) : at].strip():
        at = above
    return at
