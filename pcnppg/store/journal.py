"""The journal: what must not be forgotten if the database is lost, as lines in files outside it (settled 29).

Each machine writes its own, in `journal/` of the instance folder: who left, paused or was erased, which promise was lowered, what
was sent, marked and handed over. Bare numbers and keyed hashes, never a name or an address. Lines are written in one piece just
before their transaction is committed. So a line may tell of something that in the end did not happen, which a restore takes
the careful way; it never misses what did. A line in the middle of which a machine died is known by its checksum, and left out.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from pcnppg.kernel import clock, settings

log = logging.getLogger(__name__)

FOLDER = "journal"
KEPT = timedelta(days=90)
"""Longer than any backup should be kept. What we hold about somebody who was erased is a number and a keyed hash."""
SYNC_AFTER = 0.2
"""Seconds that handovers may wait for the disk, so that a fast worker does not wait for each batch. A leaving waits for none."""
CAN_WAIT = frozenset({"marked", "outcome", "message"})
_NOTED = "journal"


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened: `what` names it, `facts` are its numbers and hashes."""

    at: datetime
    what: str
    facts: tuple[str, ...]


def note(session: Session, what: str, *facts: object, at: datetime) -> None:
    """Have this written with the transaction that is open."""
    line = Line(at.astimezone(UTC), what, tuple(str(fact) for fact in facts))
    session.info.setdefault(_NOTED, []).append(line)


def drop(session: Session) -> None:
    """The transaction came to nothing."""
    session.info.pop(_NOTED, None)


def write_noted(session: Session) -> None:
    """Write what was noted, in one piece. A journal that cannot be written stops nobody from leaving: `doctor` says so."""
    lines: list[Line] = session.info.pop(_NOTED, [])
    if not lines:
        return
    try:
        _file.append(lines)
    except OSError as wrong:
        log.error("the journal cannot be written: %s", type(wrong).__name__)


def folder() -> Path:
    return settings.current().instance / FOLDER


class _File:
    """The file of today, open for as long as it is today's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._descriptor = -1
        self._synced = -1e9

    def append(self, lines: list[Line]) -> None:
        data = "".join(map(_written, lines)).encode()
        with self._lock:
            self._open(folder() / f"{clock.now():%Y-%m-%d}.{machine_name()}.log")
            os.write(self._descriptor, data)
            urgent = any(line.what not in CAN_WAIT for line in lines)
            if urgent or time.monotonic() - self._synced > SYNC_AFTER:
                os.fsync(self._descriptor)
                self._synced = time.monotonic()

    def _open(self, path: Path) -> None:
        if path == self._path and path.exists():
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        if self._path is not None:
            os.close(self._descriptor)
        self._path, self._descriptor = path, descriptor
        _forget_old(path.parent)


_file = _File()


def machine_name() -> str:
    """This installation's own name, made once: random, kept in the instance folder."""
    path = settings.current().instance / "machine"
    if not path.exists():
        draft = path.with_name(f".machine.{secrets.token_hex(4)}")
        draft.write_text(secrets.token_hex(8))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def read(*, since: datetime) -> Iterator[tuple[str, Line]]:
    """Every sound line since then in the journals that are here, by file in order of days; with the name of its machine."""
    for path in sorted(folder().glob("*.log")):
        with path.open(encoding="ascii", errors="replace") as file:
            for written in file:
                line = _read(written)
                if line and line.at >= since:
                    yield path.name.split(".")[1], line


def _written(line: Line) -> str:
    text = " ".join((line.at.isoformat(timespec="milliseconds"), line.what, *line.facts))
    return f"{zlib.crc32(text.encode()):08x} {text}\n"


def _read(written: str) -> Line | None:
    checksum, _, text = written.rstrip("\n").partition(" ")
    if checksum != f"{zlib.crc32(text.encode()):08x}":
        return None
    at, what, *facts = text.split(" ")
    return Line(datetime.fromisoformat(at), what, tuple(facts))


def _forget_old(journal: Path) -> None:
    oldest = f"{clock.now() - KEPT:%Y-%m-%d}"
    for path in journal.glob("*.log"):
        if path.name < oldest:
            path.unlink(missing_ok=True)
