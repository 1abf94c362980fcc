"""YAML text -> a tree of nodes that know where they stand.

A strict part of YAML: one document of mappings, lists and texts; no anchors, aliases, tags or double keys. A scalar
stays the text that was written, and the schema gives it its type: so Norway is `NO`, not false, and 17:00 is a time,
not 1020.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml
from yaml.reader import ReaderError

from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE: Final = "feeds.yaml"
# feeds > one feed > topics > one topic is four deep; what is far deeper is an attack or a slip.
MAX_DEPTH = 10
_NULLS = frozenset(["", "~", "null", "Null", "NULL"])


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, or None where nothing stands. `line` counts from 1; `start` and `end` are offsets in the file's text."""

    value: str | None
    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list; `flow` where it stands in [brackets]. `end` is where its last content ends."""

    items: tuple[Node, ...]
    line: int
    start: int
    end: int
    flow: bool


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys with their values; `flow` where it stands in {braces}. `end` is where its last content ends."""

    values: Mapping[str, Node]
    keys: Mapping[str, ScalarNode]
    line: int
    start: int
    end: int
    flow: bool


Node = ScalarNode | SequenceNode | MappingNode


def compose(text: str) -> Node | None:
    """The tree of a YAML text, None where nothing but comments stands there.

    Raises:
        ConfigError: the text is not YAML, or uses what is not allowed here; names line and column.
    """
    root: Node | None = None
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    try:
        for event in events:
            if not isinstance(event, yaml.NodeEvent):
                continue
            if root is not None:
                raise failure(_line(event), "a second document begins; expected one document, without a --- line")
            root = _node(event, events, 0)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise failure(line, f"character U+{ord(text[error.position]):04X} is not allowed in YAML") from error
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text) from error
    return None if isinstance(root, ScalarNode) and root.value is None else root


def failure(line: int, text: str) -> ConfigError:
    """The error that names a line of the file."""
    return ConfigError(f"{FILE} line {line}: {text}")


def _syntax(error: yaml.MarkedYAMLError, text: str) -> ConfigError:
    mark = error.problem_mark
    assert mark is not None  # noqa: S101 -- every error of PyYAML's scanner and parser carries the mark
    what = error.problem
    if text[mark.index : mark.index + 1] == "\t":
        what = "a tab; expected blanks"
    begun = error.context_mark
    if begun is not None and begun.line != mark.line:
        what = f"{what} ({error.context} that begins on line {begun.line + 1})"
    return ConfigError(f"{FILE} line {mark.line + 1}, column {mark.column + 1}: not YAML: {what}")


def _node(event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    """The node that begins with `event`; takes what belongs to it from `events`."""
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        name = getattr(event, "anchor", None)
        raise failure(line, f"anchors and aliases are not allowed ({name}); write the value out")
    if getattr(event, "tag", None) is not None:
        raise failure(line, f"the tag {getattr(event, 'tag', None)} is not allowed; expected a plain value")
    if depth > MAX_DEPTH:
        raise failure(line, f"more than {MAX_DEPTH} levels deep")
    if isinstance(event, yaml.ScalarEvent):
        start, end = _span(event)
        value = None if event.style is None and event.value in _NULLS else event.value
        return ScalarNode(value, line, start, end)
    if isinstance(event, yaml.SequenceStartEvent):
        return _sequence(event, events, depth)
    assert isinstance(event, yaml.MappingStartEvent)  # noqa: S101 -- the last kind of node there is
    return _mapping(event, events, depth)


def _sequence(event: yaml.SequenceStartEvent, events: Iterator[yaml.Event], depth: int) -> SequenceNode:
    items: list[Node] = []
    following = next(events)
    while not isinstance(following, yaml.SequenceEndEvent):
        items.append(_node(following, events, depth + 1))
        following = next(events)
    start, end = _span(event)
    last = _span(following)[1] if event.flow_style else max([end, *(item.end for item in items)])
    return SequenceNode(tuple(items), _line(event), start, last, bool(event.flow_style))


def _mapping(event: yaml.MappingStartEvent, events: Iterator[yaml.Event], depth: int) -> MappingNode:
    keys: dict[str, ScalarNode] = {}
    values: dict[str, Node] = {}
    start, end = _span(event)
    following = next(events)
    while not isinstance(following, yaml.MappingEndEvent):
        key = _node(following, events, depth + 1)
        if not isinstance(key, ScalarNode) or key.value is None:
            raise failure(key.line, "a key that is no word; expected `key: value`")
        if key.value in keys:
            raise failure(key.line, f"the key {key.value!r} stands twice, first on line {keys[key.value].line}")
        keys[key.value] = key
        values[key.value] = value = _node(next(events), events, depth + 1)
        end = max(end, key.end, value.end)
        following = next(events)
    if event.flow_style:
        end = _span(following)[1]
    return MappingNode(values, keys, _line(event), start, end, bool(event.flow_style))


def _line(event: yaml.Event) -> int:
    assert event.start_mark is not None  # noqa: S101 -- the parser marks every event
    return event.start_mark.line + 1


def _span(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None  # noqa: S101 -- the parser marks every event
    assert event.end_mark is not None  # noqa: S101 -- the parser marks every event
    return event.start_mark.index, event.end_mark.index
