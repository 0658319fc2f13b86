"""A bell that whoever changes something rings, and whoever waits for it hears: LISTEN/NOTIFY on PostgreSQL.

SQLite has none, so there a glance at the file's own count of changes does, several times a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from sqlalchemy import text

from pcnppg.store.session import db, session

CHANNEL = "pcnppg_mail"
GLANCE = 0.2
"""Seconds between two glances, and between two looks at whether to stop."""


def ring() -> None:
    """Wake the workers when this transaction commits. On SQLite the commit itself is heard."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(_RING)


_RING = text(f"SELECT pg_notify('{CHANNEL}', '')")


class Bell:
    """Hears it on a connection of its own, from `with` on. Where that fails, `wait` is a mere wait."""

    def __init__(self) -> None:
        self._connection: Any = None
        self._changes = 0

    def __enter__(self) -> Bell:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._hang_up()

    def wait(self, seconds: float, *, until: Callable[[], bool]) -> None:
        """Sleep so long, unless the bell rings or it is time to stop."""
        end = time.monotonic() + seconds
        while not until() and (rest := end - time.monotonic()) > 0:
            if self._is_rung(min(rest, GLANCE)):
                return

    def _is_rung(self, seconds: float) -> bool:
        began = time.monotonic()
        try:
            if self._connection is None:
                self._connection = _listen()
            if db.engine.dialect.name == "postgresql":
                return bool(list(self._connection.notifies(timeout=seconds, stop_after=1)))
            time.sleep(seconds)
            return self._has_changed()
        except Exception:  # the driver's own; the worker meets the same when it looks, and says so
            self._hang_up()
            time.sleep(max(0.0, seconds - (time.monotonic() - began)))
            return False

    def _has_changed(self) -> bool:
        before = self._changes
        self._changes = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return before not in (0, self._changes)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _listen() -> Any:
    """A connection of the driver's own, taken out of the pool for good: it waits for long, in no transaction."""
    pooled = db.engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    if db.engine.dialect.name == "postgresql":
        connection.rollback()  # type: ignore[union-attr]
        connection.autocommit = True  # type: ignore[union-attr]
        connection.execute(f"LISTEN {CHANNEL}")  # type: ignore[union-attr]
    return connection
