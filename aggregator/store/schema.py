"""The schema as text: `python -m aggregator.store.schema > storage/schema.sql` writes it from the migrations."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from aggregator.store.open import open_store

HEADER = "-- Written by `python -m aggregator.store.schema` from the migrations; a test holds the two equal.\n"


def schema(path: Path) -> str:
    """The statements that make a database file's tables, by name; what SQLite makes by itself is left out."""
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(query).fetchall()
    own = [sql for _, name, sql in rows if not name.startswith(("article_search_", "sqlite_", "alembic_"))]
    return HEADER + "".join("\n" + sql.replace("\t", "    ") + ";\n" for sql in own)


def main() -> None:
    """Writes the schema to standard output."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "store.sqlite3"
        open_store(path).close()
        sys.stdout.write(schema(path))


if __name__ == "__main__":
    main()
