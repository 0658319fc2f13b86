"""The whole database as files, and back: a consistent copy while everybody works. No program of the database's is needed.

SQLite is copied by its own online backup; PostgreSQL table by table with COPY, inside one snapshot. What is put back is held
from the first moment on, and numbers go on far above those of before, so that no link of the lost days opens another's row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, inspect, text

from pcnppg.store.base import Base
from pcnppg.store.lease import RESTORED

SQLITE_FILE = "database.sqlite3"
JUMP = 1_000_000
"""So many numbers of every table are left free, above those of the backup and those of what it replaces: some were given away
after the backup and stand in links."""
_GIVEN = "SELECT name, seq FROM sqlite_sequence"
OF_THE_MACHINES = ("sender", "worker", "job_run", "alembic_version")
"""Tables that say nothing about people: a database with rows in these alone is empty."""


def tables() -> list[Table]:
    """Every table, those first that others point to."""
    return list(Base.metadata.sorted_tables)


def is_empty(engine: Engine) -> bool:
    """Is there nothing to lose? A database without tables is empty."""
    there = set(inspect(engine).get_table_names())
    ours = [table.name for table in tables() if table.name in there and table.name not in OF_THE_MACHINES]
    with engine.connect() as connection:
        return not any(connection.execute(text(f"SELECT 1 FROM {name} LIMIT 1")).first() for name in ours)  # noqa: S608 - our own names


def has_workers(engine: Engine) -> bool:
    """Is there a table in which workers would stand?"""
    return inspect(engine).has_table("worker")


def copy_out(engine: Engine, folder: Path) -> dict[str, int]:
    """Write the database into `folder`; how many rows each table has."""
    return _sqlite_out(engine, folder) if engine.dialect.name == "sqlite" else _postgresql_out(engine, folder)


def columns() -> dict[str, list[str]]:
    """The columns of each table, in the order in which they are copied."""
    return {table.name: [column.name for column in table.columns] for table in tables()}


def copy_in(engine: Engine, folder: Path, named: dict[str, list[str]], *, at: datetime) -> None:
    """Put the copy in `folder` in the place of whatever the database holds, in one piece, and hold its sending."""
    if engine.dialect.name == "sqlite":
        _sqlite_in(engine, folder / SQLITE_FILE, at)
    else:
        _postgresql_in(engine, folder, named, at)


def file_of(table: str) -> str:
    return f"tables/{table}.copy"


def _sqlite_out(engine: Engine, folder: Path) -> dict[str, int]:
    source = engine.raw_connection()
    try:
        with closing(sqlite3.connect(folder / SQLITE_FILE)) as copy:
            source.dbapi_connection.backup(copy)  # type: ignore[union-attr]
            copy.execute("PRAGMA journal_mode=DELETE")
            return {name: copy.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in columns()}  # noqa: S608 - our own names
    finally:
        source.close()


def _sqlite_in(engine: Engine, copy: Path, at: datetime) -> None:
    given: dict[str, int] = {}
    if inspect(engine).get_table_names():
        with engine.connect() as connection:
            given = {str(name): int(number) for name, number in connection.exec_driver_sql(_GIVEN)}
    with closing(sqlite3.connect(copy)) as ready:
        with ready:
            ready.execute("DELETE FROM sender")
            ready.execute(*_hold("?", at.isoformat(sep=" ", timespec="microseconds")[:26]))
            reached = {**given, **{name: max(seq, given.get(name, 0)) for name, seq in ready.execute(_GIVEN)}}
            ready.execute("DELETE FROM sqlite_sequence")
            again = [(name, reached.get(name, 0) + JUMP) for name, _ in _numbered()]
            ready.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", again)
        engine.dispose()
        with closing(sqlite3.connect(str(engine.url.database), timeout=30)) as target:
            ready.backup(target)


def _postgresql_out(engine: Engine, folder: Path) -> dict[str, int]:
    (folder / "tables").mkdir()
    found: dict[str, int] = {}
    snapshot = engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with closing(snapshot) as connection, connection.begin():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        cursor: Any = connection.connection.cursor()
        for name, columns_of in columns().items():
            with (
                (folder / file_of(name)).open("wb") as file,
                cursor.copy(f"COPY {name} ({', '.join(columns_of)}) TO STDOUT") as out,
            ):
                for part in out:
                    file.write(part)
            found[name] = cursor.rowcount
    return found


def _postgresql_in(engine: Engine, folder: Path, named: dict[str, list[str]], at: datetime) -> None:
    with engine.begin() as connection:
        cursor: Any = connection.connection.cursor()
        given = {name: _last_given(cursor, name, column) for name, column in _numbered()}
        cursor.execute(f"TRUNCATE {', '.join(table.name for table in tables())} RESTART IDENTITY CASCADE")
        for table in tables():
            if table.name in named:
                _load(cursor, table.name, named[table.name], folder / file_of(table.name))
        cursor.execute("DELETE FROM sender")
        cursor.execute(*_hold("%s", at))
        for name, column in _numbered():
            _go_on(cursor, name, column, above=given[name], jump=JUMP)


def number_on(engine: Engine) -> None:
    """Let new rows have numbers above those that a journal wrote back. SQLite sees to it itself."""
    if engine.dialect.name == "sqlite":
        return
    with engine.begin() as connection:
        cursor: Any = connection.connection.cursor()
        for name, column in _numbered():
            _go_on(cursor, name, column, above=_last_given(cursor, name, column), jump=0)


def _last_given(cursor: Any, name: str, column: str) -> int:
    """The last number that PostgreSQL gave away for a table, lost rows included."""
    return int(cursor.execute(f"SELECT pg_sequence_last_value({_sequence(name, column)})").fetchone()[0] or 0)


def _go_on(cursor: Any, name: str, column: str, *, above: int, jump: int) -> None:
    reached = f"greatest(coalesce(max({column}), 0), {above}, 1)"
    cursor.execute(f"SELECT setval({_sequence(name, column)}, {reached} + {jump}) FROM {name}")  # noqa: S608 - our own names


def _sequence(name: str, column: str) -> str:
    return f"pg_get_serial_sequence('{name}', '{column}')::regclass"


def _load(cursor: Any, table: str, named: list[str], path: Path) -> None:
    with path.open("rb") as file, cursor.copy(f"COPY {table} ({', '.join(named)}) FROM STDIN") as into:
        while part := file.read(1 << 20):
            into.write(part)


def _numbered() -> Iterable[tuple[str, str]]:
    for table in tables():
        column = table.autoincrement_column
        if column is not None:
            yield table.name, column.name


def _hold(mark: str, at: object) -> tuple[str, tuple[object, ...]]:
    columns_of = "name, count, inode, seen_at, held_because"
    marks = ", ".join([mark] * 5)
    return f"INSERT INTO sender ({columns_of}) VALUES ({marks})", (RESTORED, 0, 0, at, RESTORED)  # noqa: S608 - our own names
