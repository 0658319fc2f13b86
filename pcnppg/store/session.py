"""The session and the one way to change something: `with transaction():`."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from pcnppg.store import journal
from pcnppg.store.base import Base

db = SQLAlchemy(metadata=Base.metadata)

_writing: ContextVar[bool] = ContextVar("writing", default=False)

_one_writer = threading.Lock()
LONGEST_WAIT = 15
"""Seconds that a writer waits for its turn on SQLite."""

SQLITE_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={LONGEST_WAIT * 1000}",
    "foreign_keys=ON",
    "secure_delete=FAST",
)


AFTERWARDS = "afterwards"


class UnsavedChanges(RuntimeError):
    """Somebody changed a row outside `transaction()`: the change would have been lost."""


def session() -> Session:
    """The session of this request, command or batch."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one transaction of a change; commit at the end, roll back on any exception.

    The read that the door began is ended first, so that everything decided on is read inside: `BEGIN IMMEDIATE` on
    SQLite is the lock there, `FOR UPDATE` on PostgreSQL.
    """
    if _writing.get():
        raise RuntimeError("a transaction is open already: open it once, at the edge")
    current = session()
    raise_if_unsaved(current)
    current.rollback()
    flag = _writing.set(True)
    try:
        with _turn(current):
            try:
                yield current
                journal.write_noted(current)
                current.commit()
            except BaseException:
                journal.drop(current)
                current.info.pop(AFTERWARDS, None)
                current.rollback()
                raise
            for deed in current.info.pop(AFTERWARDS, ()):
                deed()
    finally:
        _writing.reset(flag)


def afterwards(deed: Callable[[], object]) -> None:
    """Do this once the open transaction is committed, and not at all where it is undone: what no rollback brings back."""
    session().info.setdefault(AFTERWARDS, []).append(deed)


@contextmanager
def _turn(current: Session) -> Iterator[None]:
    """SQLite has one writer: threads of this process queue here, instead of asking the file again and again.

    Whoever waits too long goes on and asks the file, which then says that it is locked.
    """
    has_turn = current.get_bind().dialect.name == "sqlite" and _one_writer.acquire(timeout=LONGEST_WAIT)
    try:
        yield
    finally:
        if has_turn:
            _one_writer.release()


@contextmanager
def writes() -> Iterator[None]:
    """Begin whatever transaction starts in this block as a writing one. For migrations; changes use `transaction()`."""
    flag = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(flag)


def end_read() -> None:
    """End the read transaction of this session, so that a long wait holds no snapshot and no connection."""
    current = session()
    raise_if_unsaved(current)
    current.rollback()


def raise_if_unsaved(current: Session) -> None:
    """Raise `UnsavedChanges` where rows were changed without a transaction."""
    if current.new or current.dirty or current.deleted:
        raise UnsavedChanges("rows were changed outside a transaction")


def init(app: Flask) -> None:
    """Attach the database. The URI must be in the configuration already."""
    db.init_app(app)

    @app.teardown_appcontext
    def alarm(_: BaseException | None) -> None:
        if app.testing and not _writing.get() and db.session.registry.has():
            raise_if_unsaved(db.session())


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for setting in SQLITE_SETTINGS:
            connection.execute(f"PRAGMA {setting}")


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN DEFERRED")
