"""Many rows or values at once, by the quickest way that each database has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Executable, Row, String, any_, bindparam, insert, literal
from sqlalchemy.dialects.postgresql import ARRAY

from pcnppg.store.base import Base
from pcnppg.store.session import session


def add_many(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add plain values, every row with the same columns, inside the open transaction. `COPY` on PostgreSQL."""
    if not rows:
        return
    connection = session().connection()
    if connection.dialect.name != "postgresql":
        connection.execute(insert(model), list(rows))
        return
    columns = ", ".join(rows[0])
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {model.__tablename__} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


FEW = 20
"""Rows named in one statement of those that are asked for each batch of mail."""


def few(name: str = "row") -> list[BindParameter[int]]:
    """As many parameters as `ask_few` fills, for an IN whose text never changes: so it is prepared once."""
    return [bindparam(f"{name}_{n}") for n in range(FEW)]


def ask_few(statement: Executable, ids: Sequence[int], **values: Any) -> list[Row[Any]]:
    """Run a statement for these rows, named in an IN of `few()`; what it returns, if it returns rows."""
    found: list[Row[Any]] = []
    for start in range(0, len(ids), FEW):
        some = ids[start : start + FEW]
        named = {f"row_{n}": some[min(n, len(some) - 1)] for n in range(FEW)}
        result = session().connection().execute(statement, values | named)
        found += result.all() if result.returns_rows else ()
    return found


def one_of_many(column: Any, values: Collection[str]) -> ColumnElement[bool]:
    """Is the column one of so many texts? As one value on PostgreSQL, which is slow to read a thousand."""
    if session().get_bind().dialect.name == "postgresql":
        return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(String))))
    return cast(ColumnElement[bool], column.in_(values))
