"""One at a time, where there is no row to lock yet. SQLite's one writer needs no such lock."""

from __future__ import annotations

from sqlalchemy import func, select

from pcnppg.store.session import session


def one_at_a_time(key: str) -> None:
    """Hold everybody else who asks for `key` until this transaction ends."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
