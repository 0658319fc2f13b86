"""Many rows or values at once, by the quickest way that each database has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, String, any_, insert, literal
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


def one_of_many(column: Any, values: Collection[str]) -> ColumnElement[bool]:
    """Is the column one of so many texts? As one value on PostgreSQL, which is slow to read a thousand."""
    if session().get_bind().dialect.name == "postgresql":
        return cast(ColumnElement[bool], column == any_(literal(list(values), ARRAY(String))))
    return cast(ColumnElement[bool], column.in_(values))
