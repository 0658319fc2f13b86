"""How migrations run: one transaction on both databases, foreign keys checked at the end, triggers put back.

On SQLite a changed table is built anew and the old one dropped. With foreign keys on that would take the rows that point
to it along, and its triggers always; so the keys rest while migrations run, and `pcnppg.store.triggers` is applied after.
"""

from __future__ import annotations

import importlib
import logging
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from pcnppg.store.session import writes
from pcnppg.store.triggers import install_triggers, remove_triggers

ONE_AT_A_TIME = 5_273_301
"""The advisory lock that two machines starting at once queue for on PostgreSQL."""

for domain in ("audit", "post", "directory", "people", "groups", "membership", "mailing"):
    importlib.import_module(f"pcnppg.{domain}.models")

logging.getLogger("alembic").setLevel(logging.WARNING)
extension = current_app.extensions["migrate"]


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own column types as the plain ones they stand on."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=extension.db.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        remove_triggers(connection)
        context.run_migrations()
        install_triggers(connection)
        if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
            raise RuntimeError(f"a migration left a row of {broken[0]} without the row it points to")


with writes(), extension.db.engine.connect() as live:
    try:
        run(live)
    finally:
        if live.dialect.name == "sqlite":
            live.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")
