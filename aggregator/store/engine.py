"""Connections and transactions on SQLite, portable statements, and database errors as ours.

One writer: every write transaction begins with BEGIN IMMEDIATE, because a deferred one that turns into a write fails
at once whatever the time-out; readers have their own read-only connections. `synchronous=FULL` costs nothing at our
rate of commits and survives a power loss.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import bindparam, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from aggregator.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Select, Table
    from sqlalchemy.dialects.postgresql import Insert

T = TypeVar("T")

APPLICATION_ID = 0x7265_746F  # "reto": says whose file this is (SQLite's PRAGMA application_id)
# Read from the system's own cache of the file, not copied: in a large file a third less CPU a look-up.
MAPPED_BYTES = 268_435_456
BUSY_MILLISECONDS = 60_000  # another process may hold the write lock for a backup or a long statement


def sqlite_engine(path: Path | None, *, read_only: bool = False) -> Engine:
    """An engine on a file, or on memory where `path` is None (one connection for all)."""
    if path is None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False}, pool_size=4)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own type
        connection.isolation_level = None  # transactions are ours alone: see _begin
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "wal_autocheckpoint=40000",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            f"mmap_size={MAPPED_BYTES}",
            *(("query_only=ON",) if read_only else ()),
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def storage_errors(name: str) -> Iterator[None]:
    """Database errors as StorageError, with the database's name and what to do."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:  # the driver's own come from the pragmas of a new connection
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StorageError(f"{name}: {cause}{_advice(cause)}") from error


def _advice(cause: str) -> str:
    """What a person can do about a database error, as the end of its sentence."""
    if "disk is full" in cause or "disk I/O error" in cause:
        return "; make room on its disk, the work goes on by itself"
    if "malformed" in cause or "not a database" in cause:
        return "; restore a backup, or move the file away to begin anew"
    if "locked" in cause:
        return "; another program holds it: end that one, then try again"
    if "readonly" in cause or "unable to open" in cause:
        return "; make its directory writable for this user"
    return ""


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows; where the primary key is there already, replaces the rest."""
    if rows:
        connection.execute(_upsert(connection.dialect.name, table), list(rows))


@cache
def _upsert(dialect: str, table: Table) -> Insert:
    """The statement of an upsert: to build one costs more than to run it."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 -- 20 ms that SQLite need not pay
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # noqa: PLC0415 -- beside the other

    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    fresh = statement.excluded
    changes = {column.name: fresh[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def pour(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], *, add: str | None = None) -> None:
    """Inserts many rows of plain values, each in the order of the columns.

    For tens of thousands of rows, which take SQLAlchemy longer to look at than the database to write. With `add`, a row
    whose primary key is there already only adds to that column.
    """
    if rows:
        connection.exec_driver_sql(_pouring(connection.dialect.paramstyle, table, add), list(rows))


@cache
def _pouring(paramstyle: str, table: Table, add: str | None) -> str:
    marks = ", ".join(["?" if paramstyle == "qmark" else "%s"] * len(table.c))
    keys = ", ".join(column.name for column in table.primary_key)
    again = f" ON CONFLICT ({keys}) DO UPDATE SET {add} = {table.name}.{add} + excluded.{add}" if add else ""
    return f"INSERT INTO {table.name} VALUES ({marks}){again}"  # noqa: S608 -- names of ours alone


def listed(name: str) -> Select[Any]:
    """The values of a parameter that is a list of numbers as JSON, for `column.in_(...)`.

    One parameter for all, so that the statement stays the same whatever their number.
    """
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


def chunks(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """The values in pieces short enough for one IN (...): SQLite takes at most 32,766 parameters a statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
