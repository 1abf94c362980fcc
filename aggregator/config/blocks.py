"""Where the feeds stand in the text: the lines of one entry, so that the others can stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.config.nodes import FILE
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from aggregator.config.nodes import Node, SequenceNode

BY_HAND = f"this change of {FILE} cannot be made line by line; please make it by hand"


def line_start(text: str, at: int) -> int:
    """The offset at which the line of offset `at` begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """The offset behind the line of offset `at`, its line end included."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def content_end(text: str, node: Node) -> int:
    """The offset behind the node's last visible character: some ends that YAML tells lie on a later line."""
    return len(text[: node.end].rstrip())


def indent(text: str, block: SequenceNode) -> str:
    """The blanks before each dash of a list that is written with one dash a line.

    Raises:
        ConfigError: something else than blanks stands there.
    """
    blanks = text[line_start(text, block.start) : block.start].removeprefix("\ufeff")
    if blanks.strip(" "):
        raise ConfigError(BY_HAND)
    return blanks


def entry_lines(text: str, block: SequenceNode, index: int) -> tuple[int, int]:
    """The whole lines of one entry of such a list as offsets: from its dash to its last content."""
    dash = indent(text, block) + "-"
    node = block.items[index]
    start = line_start(text, node.start)
    while start > block.start and not text.startswith(dash, start):
        start = line_start(text, start - 1)
    return start, line_end(text, content_end(text, node))
