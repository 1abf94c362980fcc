from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aggregator.config.check import check
from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shipped() -> str:
    return (ROOT / "feeds.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def reference() -> str:
    return (ROOT / "docs" / "feeds.md").read_text(encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Callable[[str | bytes], Path]:
    def make(content: str | bytes) -> Path:
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "feeds.yaml").write_bytes(raw)
        return tmp_path

    return make


@pytest.fixture(scope="session")
def faults() -> Callable[[str], list[str]]:
    def listed(text: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            check(text)
        return str(caught.value).split("\n")

    return listed
