"""The right to send: a database sends only from the installation that it belongs to. A copy of it, or one restored, is held.

Each installation that sends has a row with a count, and a file of its own outside the database with the same count. Both rise
every half minute. Where they differ, the database or the folder is a copy, or was set back. The file is also known by its
place on the disk, so that a copied folder is noticed. What this cannot see: the copy of a whole machine.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import CheckConstraint, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from pcnppg.kernel import settings
from pcnppg.store import journal
from pcnppg.store.base import Base, Moment, Word
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

RESTORED = "restored"
"""Stands in place of an installation's name while a restored database waits for its release."""
LATELY = timedelta(minutes=10)
SLACK = 1
"""So far the counts may differ: a crash can come between the two."""


class Held(StrEnum):
    COPIED = "copied"
    RESTORED = "restored"


class Sender(Base):
    """An installation that sends from this database, or wants to."""

    __tablename__ = "sender"
    __table_args__ = (CheckConstraint("held_because IN ('copied', 'restored')", name="reason_known"),)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]
    inode: Mapped[int]
    seen_at: Mapped[Moment]
    held_because: Mapped[Word | None]  # NULL: it may send


@dataclass(frozen=True, slots=True)
class _Outside:
    """What the file says: the count, and where on the disk it lies. None, None: there is no sound file."""

    count: int | None
    inode: int | None


def may_send(at: datetime) -> bool:
    """Does this database belong to this installation, and was it released? Writes down that we are here.

    A database from which nobody ever sent belongs to whoever comes first.
    """
    one_at_a_time("sender")
    rows = {row.name: row for row in _rows()}
    if not rows:
        _take(at)
        return True
    name, outside = journal.machine_name(), _read()
    row = rows.get(name)
    if row is None:
        session().add(Sender(name=name, count=0, inode=0, seen_at=at, held_because=Held.COPIED))
        return False
    row.seen_at = at
    if not _agree(row, outside):
        row.held_because = row.held_because or Held.COPIED
    if row.held_because or RESTORED in rows:
        return False
    row.count += 1
    _write(row.count)
    return True


def why_held(at: datetime) -> Held | None:
    """Why nothing goes out from this database now, None where it does. For pages: it changes nothing."""
    rows = _rows()
    if any(row.name == RESTORED for row in rows):
        return Held.RESTORED
    lately = [row for row in rows if row.seen_at > at - LATELY]
    return Held.COPIED if lately and all(row.held_because for row in lately) else None


def is_ours() -> bool:
    """Would this installation be let send? For `doctor`: it changes nothing."""
    rows = {row.name: row for row in _rows()}
    row = rows.get(journal.machine_name())
    return not rows or (RESTORED not in rows and row is not None and not row.held_because and _agree(row, _read()))


def release(at: datetime) -> None:
    """Let this installation send from this database, whatever it was."""
    one_at_a_time("sender")
    session().execute(delete(Sender).where(Sender.name.in_([RESTORED, journal.machine_name()])))
    _take(at)


def _rows() -> Sequence[Sender]:
    return session().scalars(select(Sender).order_by(Sender.name).execution_options(populate_existing=True)).all()


def _take(at: datetime) -> None:
    _write(1)
    inode = _read().inode or 0
    session().add(Sender(name=journal.machine_name(), count=1, inode=inode, seen_at=at, held_because=None))
    session().flush()


def _agree(row: Sender, outside: _Outside) -> bool:
    return outside.count is not None and outside.inode == row.inode and abs(outside.count - row.count) <= SLACK


def _path() -> Path:
    return settings.current().instance / "sender"


def _read() -> _Outside:
    try:
        text = _path().read_text()
        return _Outside(int(text), _path().stat().st_ino)
    except (OSError, ValueError):
        return _Outside(None, None)


def _write(count: int) -> None:
    """In place: a new file would lie elsewhere on the disk."""
    descriptor = os.open(_path(), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, f"{count:020}".encode(), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
