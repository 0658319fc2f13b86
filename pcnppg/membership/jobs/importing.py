"""The work on a list that somebody brings: reading and checking it in short transactions, bringing it in by one.

It runs in a thread of the web process, or in the operator's command. Wherever it dies, what was begun is still there for
somebody to go on with, and nothing of the contact list is touched before the one transaction that brings the list in.
"""

from __future__ import annotations

import contextvars
import itertools
import logging
import secrets
import threading
from collections.abc import Iterator
from datetime import datetime

from flask import Flask, current_app

from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions, formats, queries
from pcnppg.membership.actions import importing
from pcnppg.membership.models import ContactImport
from pcnppg.membership.rules.columns import HEAD, Columns, find_columns
from pcnppg.membership.rules.importing import CHUNK, NOBODY, Fate, Known, Row, Stage, fate_of, understand
from pcnppg.store.session import end_read, transaction

log = logging.getLogger(__name__)

BROKE = "Something went wrong while we read this file. Nothing was kept. Try again, or ask for help."


def forget_staged(at: datetime) -> None:
    """Every hour: lists that nobody brought in within a day."""
    with transaction():
        actions.forget_staged(at=at)


def in_background(import_id: int) -> None:
    """Work on a list in a thread of this process, which the request does not wait for."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def work() -> None:
        with app.app_context():
            try:
                work_on(import_id)
            except Exception as wrong:  # somebody sees that it stands still, and can go on
                log.error("the work on list %s broke: %s", import_id, type(wrong).__name__)

    # In a context of its own: the request's transaction is not the thread's.
    threading.Thread(target=contextvars.Context().run, args=(work,), name=f"list {import_id}", daemon=True).start()


def work_on(import_id: int) -> None:
    """Do what is to be done about a list: read and check it, or bring it in."""
    turn = secrets.token_hex(16)
    with transaction():
        found = importing.take_turn(import_id, turn, at=now())
        taken = (found.group_id, found.file or b"", _columns(found)) if found is not None else None
    if taken is None:
        bring_in(import_id)
        return
    try:
        _check(import_id, turn, *taken)
    except RuleBroken as refusal:
        _stop(import_id, turn, refusal.message)
    except Exception:
        _stop(import_id, turn, BROKE)
        raise


def bring_in(import_id: int) -> int | None:
    """Bring an ordered list in; how many came in, None where nothing is to be done."""
    with transaction():
        by = _ordered_by(import_id)
        return actions.bring_in(import_id, by=by, at=now())


def look_through(group_id: int, sheet: formats.Sheet, columns: Columns) -> Iterator[list[tuple[Row, Fate]]]:
    """The rows of a list with their fates, some at a time. Reads, and writes nothing."""
    earlier: dict[str, list[str]] = {}
    rows = (understand(number, cells, columns) for number, cells in sheet.rows() if number > columns.after)
    people = (row for row in rows if row is not None)
    while some := list(itertools.islice(people, CHUNK)):
        known = queries.known_at(group_id, {row.mailbox for row in some if row.mailbox})
        end_read()
        yield [(row, _fate(row, known.get(row.mailbox or "", NOBODY), earlier)) for row in some]


def _fate(row: Row, known: Known, earlier: dict[str, list[str]]) -> Fate:
    """What becomes of a row; one that can come in is remembered for those below it."""
    fate = fate_of(row, known, earlier.get(row.mailbox or "", ()))
    if fate is Fate.NEW and row.mailbox:
        earlier.setdefault(row.mailbox, []).append(row.key)
    return fate


def columns_of(sheet: formats.Sheet) -> Columns | None:
    """The columns of a list as its headings say, or None."""
    return find_columns(itertools.islice(sheet.rows(), HEAD))


def _check(import_id: int, turn: str, group_id: int, content: bytes, columns: Columns | None) -> None:
    sheet = formats.open_sheet(content)
    columns = columns or columns_of(sheet)
    with transaction():
        goes_on = importing.note_sheet(import_id, turn, sheet, columns, at=now())
    if not goes_on or columns is None:
        return
    for decided in look_through(group_id, sheet, columns):
        with transaction():
            if not importing.stage(import_id, turn, decided, upto=decided[-1][0].number, at=now()):
                return
    with transaction():
        importing.finish_check(import_id, turn, at=now())


def _stop(import_id: int, turn: str, why: str) -> None:
    with transaction():
        importing.stop(import_id, turn, why, at=now())


def _columns(found: ContactImport) -> Columns | None:
    """The columns that somebody chose."""
    if found.email_column is None:
        return None
    names = (found.name_column, found.surname_column)
    return Columns(found.email_column, tuple(n for n in names if n is not None), found.headings_row)


def _ordered_by(import_id: int) -> Who:
    found = queries.find_import(import_id)
    person_id = found.by_person_id if found is not None and found.stage == Stage.BRINGING else None
    return Who.person(person_id) if person_id else OPERATOR
