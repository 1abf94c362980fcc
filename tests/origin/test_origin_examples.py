"""The examples beside the cues (examples/*.toml): each rule takes its own, and what follows when they are changed.

The changes are metamorphic tests (Chen et al. 1998): nobody need say what the right answer is for a changed article,
only how it stands to the answer for the unchanged one.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aggregator.model import Article, Role
from aggregator.origin.attributions import attribute
from aggregator.origin.credit import credited
from aggregator.origin.cues import Cues
from aggregator.origin.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from aggregator.model import Attribution
    from aggregator.origin.lexicon import Rule
    from aggregator.origin.outlets import OutletTable
    from aggregator.origin.reports import Report

    Read = Callable[..., tuple[Attribution, ...]]

FOLDER, CUES = Path(__file__).parent / "examples", files("aggregator.origin") / "data" / "cues"
OWN = "harbourherald"
CREDITING = frozenset({Role.ORIGIN, Role.FIRST_REPORT, Role.INTERVIEW, Role.VIA, Role.WIRE})
CURRENT = frozenset({Role.ORIGIN, Role.INTERVIEW, Role.VIA})
_OUTLET = re.compile(r"\{(relay:)?([a-z0-9_]+)(?:\|([^{}]+))?\}")
_DEEP, _ORDERS = 15, 4


@dataclass(frozen=True, slots=True)
class Example:
    """An article of one cue, with its outlets in braces. `where` is the field that the example itself is in."""

    language: str
    cue: str
    where: str
    title: str
    text: str
    byline: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.language}-{self.cue}-{self.sentence[:40]}"

    def named(self, *, relays: bool = False) -> tuple[str, ...]:
        """The ids of the credited outlets, the first first; or of those that pass on."""
        words = f"{self.title}\n{self.text}\n{self.byline}"
        return tuple(dict.fromkeys(found[2] for found in _OUTLET.finditer(words) if bool(found[1]) is relays))

    def changed(self, change: Callable[[str], str]) -> Example:
        """The example with every field changed."""
        return replace(self, title=change(self.title), text=change(self.text), byline=change(self.byline))


def _loaded() -> dict[str, dict[str, Any]]:
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.toml"))}


def _rules() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The rules of each language's cue file by their cue."""
    return {file.name[:-5]: _by_cue(file.read_text("utf-8")) for file in CUES.iterdir() if file.name.endswith(".toml")}


def _by_cue(text: str) -> dict[str, list[dict[str, Any]]]:
    rules: dict[str, list[dict[str, Any]]] = {}
    for rule in tomllib.loads(text).get("rule", []):
        rules.setdefault(rule["cue"], []).append(rule)
    return rules


FILES, RULES = _loaded(), _rules()
CASES = [(language, cue) for language, rules in RULES.items() for cue in rules]


def _example(language: str, cue: str, given: str | dict[str, str]) -> Example:
    lead = FILES[language]["lead"]
    if not isinstance(given, str):
        fields = {"title": "", "text": lead, "byline": ""} | given
        where = next(name for name in ("byline", "title", "text") if name in given)
        return Example(language, cue, where, **fields, sentence=given[where])
    places = set(RULES[language][cue][0].get("where", "anywhere").split())
    fields = {"title": "", "text": lead, "byline": ""}
    if places <= {"title", "byline"}:
        where = places.pop()
        fields[where] = given
    else:
        where = "text"
        fields["text"] = f"{given}\n{lead}" if places <= {"lead", "byline"} else f"{lead}\n{given}"
    return Example(language, cue, where, **fields, sentence=given)


def _all(kind: str) -> list[Example]:
    return [
        _example(language, cue, given)
        for language, file in FILES.items()
        for cue, entry in file.items()
        if isinstance(entry, dict) and cue != "swaps" and cue in RULES[language]
        for given in entry.get(kind, [])
    ]


EXAMPLES, TRAPS = _all("examples"), _all("traps")


def _rule(example: Example) -> dict[str, Any]:
    """The rule of an example; rules of one cue have one role."""
    return RULES[example.language][example.cue][0]


def _role(example: Example) -> Role:
    return Role(_rule(example)["role"])


CREDITS = [example for example in EXAMPLES if _role(example) in CREDITING]
each_credit = pytest.mark.parametrize("example", CREDITS, ids=str)


@pytest.fixture(scope="session")
def written(read: Read, table: OutletTable) -> Callable[..., tuple[Attribution, ...]]:
    """Reads an example as the article it stands for."""

    def reader(example: Example, outlet: str = OWN) -> tuple[Attribution, ...]:
        fields = example.changed(lambda words: _named(words, table))
        return read(
            fields.text, title=fields.title, byline=fields.byline, outlet=outlet, language=_language(example.language)
        )

    return reader


def _language(code: str) -> str:
    return "" if code == "mul" else code


def _named(words: str, table: OutletTable) -> str:
    return _OUTLET.sub(lambda found: found[3] or table.name(found[2]), words)


def test_every_rule_has_its_example() -> None:
    assert set(FILES) == set(RULES)


@pytest.mark.parametrize(("language", "cue"), CASES, ids=[f"{language}-{cue}" for language, cue in CASES])
def test_the_rules_of_a_cue_have_their_examples(language: str, cue: str) -> None:
    assert len(FILES[language].get(cue, {}).get("examples", [])) >= len(RULES[language][cue])


@pytest.mark.parametrize("language", FILES)
def test_examples_belong_to_a_rule(language: str) -> None:
    header = {"lead", "plain", "background", "swaps"}
    assert set(FILES[language]) - header <= set(RULES[language])
    assert header <= set(FILES[language])


@each_credit
def test_the_rule_takes_its_example(written: Read, example: Example) -> None:
    found = written(example)
    cue, role = f"{example.language}:{example.cue}", _role(example)
    credit = credited(found)
    assert credit is not None
    assert credit.outlet == example.named()[0]
    assert {(x.outlet, x.role, x.cue) for x in found if x.role in CREDITING} == {
        (outlet, role, cue) for outlet in example.named()
    }
    assert {x.outlet for x in found if x.role is Role.RELAY} == set(example.named(relays=True))
    assert {x.field for x in found if x.role in CREDITING} == {example.where}


@pytest.fixture(scope="session")
def lenient(cues: Cues) -> Cues:
    """The cues with every refusal kept as a remark, so that it can be seen which rule refused."""

    def kept(rule: Rule) -> Rule:
        return replace(rule, refuses=False)

    return Cues({x.language: replace(x, rules=tuple(kept(rule) for rule in x.rules)) for x in cues})


@pytest.mark.parametrize("example", [x for x in EXAMPLES if _role(x) not in CREDITING], ids=str)
def test_a_refusal_or_own_sign_credits_nobody(
    written: Read, table: OutletTable, lenient: Cues, example: Example
) -> None:
    assert credited(written(example)) is None
    fields = example.changed(lambda words: _named(words, table))
    language = _language(example.language)
    article = Article("", OWN, fields.title, fields.text, fields.byline, language)
    taken = {(x.outlet, x.role) for x in attribute(article, table, lenient) if x.cue.endswith(f":{example.cue}")}
    assert {role for _, role in taken} == {_role(example)}
    assert {outlet for outlet, _ in taken} >= set(example.named())


@pytest.mark.parametrize("trap", TRAPS, ids=str)
def test_a_trap_credits_nobody(written: Read, trap: Example) -> None:
    assert credited(written(trap)) is None


@each_credit
def test_the_credit_follows_the_outlet(written: Read, table: OutletTable, example: Example) -> None:
    if any(table.get(outlet) is None for outlet in example.named()):
        return
    for other, name in FILES[example.language]["swaps"].items():
        if other in {*example.named()[1:], *example.named(relays=True)}:
            continue
        first = example.named()[0]
        credit = credited(written(example.changed(lambda words: _swapped(words, first, other, name))))  # noqa: B023 -- called at once
        assert credit is not None, name
        assert credit.outlet == other


def _swapped(words: str, outlet: str, other: str, name: str) -> str:
    return _OUTLET.sub(lambda x: f"{{{other}|{name}}}" if x[2] == outlet else x[0], words)


@each_credit
def test_without_the_name_nobody_is_credited(written: Read, example: Example) -> None:
    found = written(example.changed(lambda words: _OUTLET.sub("", words)))
    assert credited(found) is None


@pytest.mark.parametrize("language", FILES)
def test_without_its_sentence_nobody_is_credited(written: Read, language: str) -> None:
    assert credited(written(Example(language, "", "text", "", _plain(language), "", ""))) is None


def _plain(language: str) -> str:
    sentences = [FILES[language]["plain"].format(n=number) for number in range(1, _DEEP)]
    return "\n".join([FILES[language]["lead"], *sentences])


@pytest.mark.parametrize(
    "example",
    [x for x in CREDITS if x.where == "text" and not _rule(x).get("steady") and x.sentence != x.text],
    ids=str,
)
def test_a_credit_deep_in_the_text_weighs_less(written: Read, example: Example) -> None:
    rest = _plain(example.language)
    outlet = example.named()[0]
    near = _weight(written(example), outlet)
    deep = replace(example, text=f"{rest}\n{example.sentence}\n{FILES[example.language]['lead']}")
    assert _weight(written(deep), outlet) < near
    earlier = f"{FILES[example.language]['background']}{example.sentence}"
    older = written(replace(example, text=f"{rest}\n{earlier}\n{FILES[example.language]['lead']}"))
    if _role(example) in CURRENT:
        assert all(x.role not in CREDITING for x in older if x.outlet == outlet)
    assert credited(older) is None or _role(example) not in CURRENT


def _weight(found: tuple[Attribution, ...], outlet: str) -> float:
    return max((x.weight for x in found if x.outlet == outlet), default=0.0)


@each_credit
def test_the_own_name_is_no_credit(written: Read, example: Example) -> None:
    found = written(example, outlet=example.named()[0])
    own = [x for x in found if x.outlet == example.named()[0]]
    assert {x.role for x in own} == {Role.SELF}
    credit = credited(found)
    assert credit is None or credit.outlet in example.named()[1:]


@pytest.mark.parametrize("language", FILES)
def test_the_origin_does_not_depend_on_the_order(
    table: OutletTable, make: Callable[..., Report], language: str
) -> None:
    other, name = next(iter(FILES[language]["swaps"].items()))
    members = []
    for number, example in enumerate((x for x in CREDITS if x.language == language), 1):
        first = example.named()[0]
        swapped = example.changed(lambda words: _named(_swapped(words, first, other, name), table))  # noqa: B023 -- called at once
        members.append(
            make(number, f"paper{number}", swapped.text, title=swapped.title, byline=swapped.byline, language=language)
        )
    origin = resolve(members, table)
    assert origin.outlet == other
    for seed in range(_ORDERS):
        random.Random(seed).shuffle(members)
        assert resolve(members, table) == origin
