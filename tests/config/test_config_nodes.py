from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.config.nodes import MAX_DEPTH, MappingNode, ScalarNode, SequenceNode, compose
from aggregator.errors import ConfigError


def test_a_tree_knows_its_lines_and_offsets() -> None:
    text = "a: 1 # one\nb:\n  - x\n  - {c: 'y z'}   \n\n# end\n"
    root = compose(text)
    assert isinstance(root, MappingNode)
    assert (root.keys["b"].line, root.line, root.flow) == (2, 1, False)
    block = root.values["b"]
    assert isinstance(block, SequenceNode)
    assert [text[item.start : item.end] for item in block.items] == ["x", "{c: 'y z'}"]
    assert text[block.start : block.end] == "- x\n  - {c: 'y z'}"
    assert text[root.start : root.end].endswith("'y z'}")


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "~", "\ufeff"])
def test_a_text_without_content_has_no_tree(text: str) -> None:
    assert compose(text) is None


@pytest.mark.parametrize(
    "word", ["NO", "no", "yes", "on", "17:00", "0x1f", "1_0", "true", "2024-01-01", ".inf", "<<", "="]
)
def test_a_value_stays_the_text_that_was_written(word: str) -> None:
    root = compose(f"a: {word}")
    assert isinstance(root, MappingNode)
    assert root.values["a"] == ScalarNode(word, 1, 3, 3 + len(word))


@pytest.mark.parametrize(("written", "value"), [("", None), ("~", None), ("null", None), ("''", ""), ("'~'", "~")])
def test_only_a_bare_null_is_nothing(written: str, value: str | None) -> None:
    root = compose(f"a: {written}")
    assert isinstance(root, MappingNode)
    assert isinstance(root.values["a"], ScalarNode)
    assert root.values["a"].value == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n\tb: 2\n", "feeds.yaml line 2, column 1: not YAML: a tab; expected blanks"),
        ("a: [1,\nb: 2\n", "feeds.yaml line 3, column 1: not YAML: "),
        ("feeds:\n  - url: x\n   outlet: y\n", "feeds.yaml line 3, column 4: not YAML: "),
        ("a: 'x\n", "while scanning a quoted scalar that begins on line 1"),
        ("a: b: c\n", "feeds.yaml line 1, column 5: not YAML: mapping values are not allowed here"),
        ("a: 1\nb: \x07\n", "feeds.yaml line 2: character U+0007 is not allowed in YAML"),
        ("a: &x 1\nb: *x\n", "feeds.yaml line 1: anchors and aliases are not allowed (x); write the value out"),
        ("b: *x\n", "feeds.yaml line 1: anchors and aliases are not allowed (x)"),
        ("a:\n  - &x [1]\n", "feeds.yaml line 2: anchors and aliases"),
        ("a: !!python/object:os.system x\n", "feeds.yaml line 1: the tag tag:yaml.org,2002:python/object:os.system"),
        ("a: !!binary eA==\n", "feeds.yaml line 1: the tag tag:yaml.org,2002:binary is not allowed"),
        ("a: 1\n---\nb: 2\n", "feeds.yaml line 3: a second document begins"),
        ("a: 1\nb: 2\na: 3\n", "feeds.yaml line 3: the key 'a' stands twice, first on line 1"),
        ("? [a]\n: 1\n", "feeds.yaml line 1: a key that is no word"),
        ("~: 1\n", "feeds.yaml line 1: a key that is no word"),
        ("[" * 100_000, f"feeds.yaml line 1: more than {MAX_DEPTH} levels deep"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        compose(text)
    assert message in str(caught.value)


@settings(deadline=None)
@given(st.text(alphabet="ab: \n-[]{}#'\"\t&*!|>?,%@~\ufeff\r\u2028é", max_size=60))
def test_any_text_is_a_tree_or_a_config_error(text: str) -> None:
    try:
        root = compose(text)
    except ConfigError as error:
        assert str(error).startswith("feeds.yaml line ")  # noqa: PT017 -- both outcomes are right
    else:
        assert root is None or 0 <= root.start <= root.end <= len(text)
