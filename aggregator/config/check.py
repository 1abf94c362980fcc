"""The text of feeds.yaml -> the checked document, or one error that lists what is wrong, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from annotated_types import Ge, Gt, Le
from pydantic import ValidationError

from aggregator.config.nodes import FILE, MappingNode, Node, ScalarNode, SequenceNode, compose
from aggregator.config.schema import SECTIONS, Document, address, same
from aggregator.errors import ConfigError
from aggregator.urls import masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from aggregator.model import Feed

# More than a screen of errors helps nobody: the first ones usually explain the rest.
MAX_PROBLEMS = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """A valid file: what it says, and the tree with the places where it says so."""

    document: Document
    root: MappingNode

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """The subscriptions, in the file's order."""
        return tuple(section.feed() for section in self.document.feeds)

    @property
    def entries(self) -> tuple[Node, ...]:
        """The nodes of the subscriptions, in the file's order."""
        block = self.root.values["feeds"]
        return block.items if isinstance(block, SequenceNode) else ()


def check(text: str) -> Checked:
    """The checked document of a feeds.yaml.

    Raises:
        ConfigError: names line, key and expected form of everything that is wrong, up to MAX_PROBLEMS.
    """
    root = compose(text)
    if root is None:
        raise ConfigError(f"{FILE} is empty; expected a list of feeds under the key `feeds`")
    problems = _doubles(root)
    document: Document | None = None
    try:
        document = Document.model_validate(_data(root))
    except ValidationError as error:
        problems += [_problem(root, each) for each in error.errors(include_url=False)]
    if problems or document is None or not isinstance(root, MappingNode):
        raise ConfigError(_listed(problems))
    return Checked(document, root)


_HEADERS = (
    "its value is not env: and the name of an environment variable; expected e.g. {Authorization: env:NEWS_TOKEN}",
    "not the name of a header that a feed can set; expected e.g. {Authorization: env:NEWS_TOKEN}",
)


def shown(value: object) -> str:
    """A value as an error may show it: short, and without the password of an address."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = masked(str(value))
    return repr(text if len(text) <= 80 else f"{text[:79]}…")


def meant(word: str, known: Iterable[str]) -> str:
    """`did you mean ...?` with the most similar known word, else all the known ones."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1)
    return f"did you mean {close[0]}?" if close else f"expected one of {', '.join(names)}"


def _plain(node: Node) -> object:
    """The tree as dicts, lists and texts."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, value in node.values.items()}


def _data(root: Node) -> object:
    """The tree as the schema takes it: `feeds` must be there, but no feed need stand under it."""
    data = _plain(root)
    return data | {"feeds": []} if isinstance(data, dict) and data.get("feeds", "") is None else data


def _listed(problems: Sequence[tuple[int, str]]) -> str:
    ordered = sorted(problems)
    lines = [f"{FILE} line {line}: {text}" for line, text in ordered[:MAX_PROBLEMS]]
    if len(ordered) > MAX_PROBLEMS:
        lines.append(f"... and {len(ordered) - MAX_PROBLEMS} more")
    return "\n".join(lines)


def _doubles(root: Node) -> list[tuple[int, str]]:
    """A problem for each feed whose address stands further up already."""
    block = root.values.get("feeds") if isinstance(root, MappingNode) else None
    first: dict[str, tuple[int, int]] = {}
    problems: list[tuple[int, str]] = []
    for index, item in enumerate(block.items if isinstance(block, SequenceNode) else ()):
        url = item.values.get("url") if isinstance(item, MappingNode) else None
        if not isinstance(url, ScalarNode) or url.value is None:
            continue
        try:
            key = same(address(url.value))
        except ValueError:
            continue  # the schema says what is wrong with it
        if key in first:
            earlier, line = first[key]
            problems.append((url.line, f"feeds[{index}].url: the same address as feeds[{earlier}] on line {line}"))
        else:
            first[key] = index, url.line
    return problems


def _problem(root: Node, error: ErrorDetails) -> tuple[int, str]:
    """What the schema found, as a line and a sentence with the form expected."""
    place = error["loc"]
    told = place[:-2] if place[-1:] == ("[key]",) else place
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in told).lstrip(".")
    name = masked(path if path.isprintable() else path.encode("unicode_escape").decode())
    return _where(root, place), f"{name or 'the file'}: {_sentence(place, error)}"


def _where(root: Node, place: tuple[int | str, ...]) -> int:
    """The line of the deepest node on the way to `place`; of the key, where the key itself is wrong."""
    node, line = root, root.line
    for part in place:
        if isinstance(part, int) and isinstance(node, SequenceNode):
            node = node.items[part]
            line = node.line
        elif isinstance(part, str) and isinstance(node, MappingNode) and part in node.values:
            line = node.keys[part].line
            node = node.values[part]
    return line


def _sentence(place: tuple[int | str, ...], error: ErrorDetails) -> str:
    if "headers" in place[:-1]:
        # What stands there may be a secret.
        return _HEADERS[place[-1] == "[key]"]
    return _told(place, error)


def _told(place: tuple[int | str, ...], error: ErrorDetails) -> str:
    kind, value = error["type"], shown(error["input"])
    if not place:
        return f"{value} is not a mapping; expected the key feeds with a list under it"
    names = tuple(part for part in place if isinstance(part, str))
    fields = SECTIONS[names[:-1]].model_fields
    if kind == "extra_forbidden":
        return f"unknown key; {meant(names[-1], fields)}"
    field = fields[names[-1]]
    examples = field.examples or []
    if kind == "missing":
        return f"missing; expected {'a list' if len(examples) > 1 else _form(field)}, e.g. {examples[0]}"
    if kind in {"tuple_type", "list_type"}:
        return f"{value} is not a list; expected e.g. {examples[0]}"
    if kind in {"model_type", "dict_type"}:
        return f"{value} is not a mapping; expected e.g. {examples[-1]}"
    return f"{value} is not {_form(field)}; expected e.g. {examples[-1]}"


def _form(field: FieldInfo) -> str:
    """The form that a field expects, in words; for a number with its bounds."""
    low = next(
        (each.ge if isinstance(each, Ge) else each.gt for each in field.metadata if isinstance(each, Ge | Gt)), None
    )
    high = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    if high is None:
        return str(field.description)
    whole = "a number" if field.annotation is float else "a whole number"
    exclusive = "above " if any(isinstance(each, Gt) for each in field.metadata) else "from "
    return f"{whole} {exclusive}{low} to {high} ({field.description})"
