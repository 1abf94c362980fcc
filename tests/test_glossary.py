from __future__ import annotations

import inspect
import re
from pathlib import Path

from aggregator import model

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"


def test_every_type_of_the_model_has_its_word_and_every_type_named_exists() -> None:
    named = set(re.findall(r"\| `(\w+)` \|", GLOSSARY.read_text(encoding="utf-8")))
    types = {
        name for name, one in inspect.getmembers(model, inspect.isclass) if one.__module__.startswith(model.__name__)
    }
    assert named == types


def test_no_word_is_explained_twice() -> None:
    words = re.findall(r"^\| \*\*([^*]+)\*\*", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(words) == sorted(set(words))
