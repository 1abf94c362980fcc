"""A home's own outlet table: rows that it adds to the one that is shipped, or puts in place of some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "outlets.tsv"


def read_outlets(path: Path) -> str:
    """The text of a table, "" where there is none.

    Raises:
        ConfigError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; make it readable for this user, or move it away") from error
