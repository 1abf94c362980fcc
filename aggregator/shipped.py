"""Files that travel with the distribution: outlet table, cues, background frequencies, feeds.yaml, seeds."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# In a wheel these two stand inside the package; in a checkout they stand at its root, where people edit them.
_TOP = _PACKAGE / "shipped" if (_PACKAGE / "shipped").is_dir() else _PACKAGE.parent


def outlet_table() -> str:
    """The outlet table as tab-separated text."""
    return (_PACKAGE / "origin" / "data" / "outlets.tsv").read_text(encoding="utf-8")


def cue_files() -> dict[str, str]:
    """The cue rules as TOML text, by language."""
    files = sorted((_PACKAGE / "origin" / "data" / "cues").glob("*.toml"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def background() -> str:
    """How many documents of each language hold a term in general, as tab-separated text."""
    return (_PACKAGE / "cluster" / "data" / "background.tsv").read_text(encoding="utf-8")


def concepts() -> str:
    """The words of several languages for what news is made of, as tab-separated text."""
    return (_PACKAGE / "cluster" / "data" / "concepts.tsv").read_text(encoding="utf-8")


def spellings() -> str:
    """The Latin spellings of names that Chinese and Japanese write otherwise, as tab-separated text."""
    return (_PACKAGE / "cluster" / "data" / "names.tsv").read_text(encoding="utf-8")


def feeds_yaml() -> str:
    """The feed list that `aggregator init` chooses from."""
    return (_TOP / "feeds.yaml").read_text(encoding="utf-8")


def seeds() -> Path:
    """The directory of the self-written corpus that the demo serves."""
    return _TOP / "seeds"
