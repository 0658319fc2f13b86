"""A row in every table, made from the tables themselves: for tests of migrations, which know no actions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from pcnppg.store.base import Base

AT = datetime(2027, 3, 4, 10, 30, tzinfo=UTC)

WANTED: dict[str, dict[str, Any]] = {
    "contact": {
        "mailbox": "pat@example.com",
        "address": "pat@example.com",
        "search": "pat",
        "state": "active",
        "reached_by": "email",
    },
    "contact_import": {"stage": "checked"},
    "contact_import_row": {"fate": "here"},
    "delivery": {"state": "queued"},
    "agenda_entry": {"title": "Welcome", "minutes": 5},
    "agenda_item": {"state": "waiting"},
    "meeting_decision": {"how": "agreed"},
    "mailing": {"state": "draft"},
    "meeting": {
        "starts_at": AT,
        "ends_at": AT + timedelta(hours=2),
        "items_close_at": AT - timedelta(days=14),
        "agenda_due_at": AT - timedelta(days=7),
    },
    "meeting_settings": {"items_close_days": 14, "agenda_days": 7, "agm_items_close_days": 28, "agm_agenda_days": 14},
    "paper": {"kind": "link", "address": "https://example.org/paper"},
    "outbox_message": {"state": "queued", "sealed": b"sealed"},
    "patient_group": {"kind": "practice", "practice_code": "Z99001"},
    "person": {"mailbox": "ruth@example.com", "address": "ruth@example.com"},
    "practice": {"code": "Z99001"},
    "network": {"code": "Z99"},
    "ballot_paper": {"id": 1},
    "purpose_answer": {"agrees": True},
    "decision_result": {"outcome": "tie"},
    "vote_cast": {"how": "page"},
}
"""What the constraints between columns ask for; everything else is the plainest value that its column takes."""


def fill(connection: sa.Connection) -> None:
    """Insert one row into every table, those that others point to first."""
    for table in Base.metadata.sorted_tables:
        connection.execute(table.insert().values(row_of(table)))


def row_of(table: sa.Table) -> dict[str, Any]:
    given = WANTED.get(table.name, {})
    values = {
        column.name: _plainest(table, column)
        for column in table.columns
        if not column.nullable and not _numbered(column)
    }
    return {**values, **given}


def _numbered(column: sa.Column[Any]) -> bool:
    """Does the database give the number?"""
    return column.primary_key and isinstance(column.type.python_type, type) and column.type.python_type is int


def _plainest(table: sa.Table, column: sa.Column[Any]) -> Any:
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return 1 if target.type.python_type is int else WANTED.get(target.table.name, {}).get(target.name, "x")
    words = _one_of(table, column)
    if words:
        return words[0]
    if isinstance(column.type, sa.LargeBinary):
        return b"x"
    kind = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    return _VALUES[kind.python_type]


def _one_of(table: sa.Table, column: sa.Column[Any]) -> list[str]:
    """The words that a CHECK lets this column hold, as `store.base.one_of` writes them."""
    for constraint in table.constraints:
        said = str(constraint.sqltext) if isinstance(constraint, sa.CheckConstraint) else ""
        if said.startswith(f"{column.name} IN ("):
            return [word.strip(" '") for word in said.partition("(")[2].rstrip(")").split(",")]
    return []


_VALUES: dict[type, Any] = {
    int: 1, str: "x", bool: False, datetime: AT, date: AT.date(), bytes: b"x", float: 1.0, timedelta: timedelta(),
}  # fmt: skip
