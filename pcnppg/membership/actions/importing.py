"""Taking a list in hand: kept with its rows for a day at most, checked, and thrown away. Bringing it in is next door.

Nothing here touches the contact list. A file and its rows are worked on in short transactions by whoever holds the turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.formats import Sheet
from pcnppg.membership.models import ContactImport, ContactImportRow, Evidence
from pcnppg.membership.queries import importing
from pcnppg.membership.rules import searchable
from pcnppg.membership.rules.columns import Columns, as_shown
from pcnppg.membership.rules.importing import (
    MOST_OPEN,
    OPEN,
    REASONS,
    STAGED_KEPT,
    UNKEPT,
    Fate,
    Row,
    Stage,
)
from pcnppg.store.bulk import add_many
from pcnppg.store.session import session

NOBODY_IN_IT = (
    "There is nobody in this list: we found no rows below the headings. Nothing was kept. Choose another file."
)
SOMEBODY_WENT = (
    "Somebody asked this group to forget them while this file waited, so we removed the file. Nothing was changed. "
    "Send the file again."
)


def take_list(group_id: int, content: bytes, *, columns: Columns | None = None, by: Who, at: datetime) -> ContactImport:
    """Keep a file that somebody brings, for checking. Without columns, its headings say where names and addresses are."""
    groups.lock_group(group_id)
    if len(queries.list_open_imports(group_id)) >= MOST_OPEN:
        raise RuleBroken(
            f"{MOST_OPEN} files of this group wait already. Bring them in or throw them away first.", field="file"
        )
    taken = ContactImport(
        group_id=group_id, stage=Stage.READING, by_person_id=by.person_id, began_at=at, seen_at=at, file=content
    )
    if columns is not None:
        _set_columns(taken, columns)
    session().add(taken)
    session().flush()
    audit.note("membership.list_taken", by=by, at=at, group_id=group_id, about=("contact_import", taken.id))
    return taken


def take_turn(import_id: int, turn: str, *, at: datetime) -> ContactImport | None:
    """Begin to read a file, from its start: the work of whoever had the turn before ends. None where there is no such work."""
    found = importing.lock_import(import_id)
    if found is None or found.stage != Stage.READING or found.file is None:
        return None
    _forget_rows(import_id)
    found.turn, found.rows_done, found.seen_at = turn, 0, at
    return found


def note_sheet(import_id: int, turn: str, sheet: Sheet, columns: Columns | None, *, at: datetime) -> bool:
    """Write down what is read, and from which columns; without columns, somebody must choose them. False: the turn is over."""
    found = _in_turn(import_id, turn, at=at)
    if found is None:
        return False
    found.sheet, found.other_sheets, found.rows_about = as_shown(sheet.name), sheet.others, sheet.about
    if columns is None:
        found.stage, found.turn = Stage.CHOOSING, None
    else:
        _set_columns(found, columns)
    return True


def stage(import_id: int, turn: str, rows: Sequence[tuple[Row, Fate]], *, upto: int, at: datetime) -> bool:
    """Keep some rows with their fates, as far as row `upto`. False: the turn is over, and nothing was kept."""
    found = _in_turn(import_id, turn, at=at)
    if found is None:
        return False
    found.rows_done = upto
    add_many(ContactImportRow, [_values(import_id, row, fate) for row, fate in rows])
    return True


def finish_check(import_id: int, turn: str, *, at: datetime) -> None:
    """Every row is checked: somebody may look, and bring the list in. A file that names who left or was erased goes now."""
    found = _in_turn(import_id, turn, at=at)
    if found is None:
        return
    fates = queries.count_fates(import_id)
    if not fates:
        _stop(found, NOBODY_IN_IT)
        return
    found.stage, found.turn = Stage.CHECKED, None
    if any(fates[fate] for fate in UNKEPT):
        found.file = None


def stop(import_id: int, turn: str, why: str, *, at: datetime) -> None:
    """The file is refused, or the work on it broke: nothing of it is kept but why."""
    found = _in_turn(import_id, turn, at=at)
    if found is not None:
        _stop(found, why)


def choose_columns(group_id: int, import_id: int, columns: Columns, *, by: Who, at: datetime) -> None:
    """Read the file again, from these columns."""
    found = _locked(group_id, import_id)
    if found.stage not in {Stage.CHOOSING, Stage.CHECKED} or found.file is None:
        raise RuleBroken("This file is being worked on, or it is gone. Nothing was changed. Look at it again.")
    _set_columns(found, columns)
    found.stage, found.turn, found.rows_done, found.seen_at = Stage.READING, None, 0, at


def discard(group_id: int, import_id: int, *, by: Who, at: datetime) -> None:
    """Throw a list away with all that was kept of it. Of one that was brought in, the account of it stays."""
    found = _locked(group_id, import_id)
    if found.stage == Stage.DONE:
        raise RuleBroken("These people are on your list already, so there is nothing to throw away.")
    _remove(found)
    audit.note("membership.list_discarded", by=by, at=at, group_id=group_id, about=("contact_import", import_id))


def forget_staged(*, at: datetime) -> dict[str, int]:
    """Remove the lists that nobody brought in within a day: in words, and how many."""
    waiting = select(ContactImport).where(ContactImport.stage != Stage.DONE, ContactImport.began_at <= at - STAGED_KEPT)
    old = list(session().scalars(waiting.order_by(ContactImport.id).with_for_update(skip_locked=True)))
    for found in old:
        _remove(found)
    return {"lists that nobody brought in": len(old)}


def forget_in_lists(group_id: int, mailbox_hash: str) -> None:
    """Somebody is erased: they go from the lists of their group that wait, and so does what may name them.

    A file cannot be searched for them, so it goes; a list of which only the file was there must be sent again. Of rows
    without a readable mailbox nobody knows whose they are: their words go, their number stays.
    """
    waiting = select(ContactImport).where(ContactImport.group_id == group_id, ContactImport.stage.in_(OPEN))
    for found in session().scalars(waiting.order_by(ContactImport.id).with_for_update()).all():
        if found.stage in {Stage.READING, Stage.CHOOSING}:
            _stop(found, SOMEBODY_WENT)
            continue
        found.file = None
        rows = ContactImportRow.import_id == found.id
        session().execute(delete(ContactImportRow).where(rows, ContactImportRow.mailbox_hash == mailbox_hash))
        unread = (rows, ContactImportRow.fate.not_in([Fate.NEW, Fate.HERE, Fate.TWICE]))
        session().execute(update(ContactImportRow).where(*unread).values(name=None, name_key="", address=None))


def _locked(group_id: int, import_id: int) -> ContactImport:
    queries.get_import(group_id, import_id)
    found = importing.lock_import(import_id)
    if found is None:
        raise NotFound
    return found


def _in_turn(import_id: int, turn: str, *, at: datetime) -> ContactImport | None:
    found = importing.lock_import(import_id)
    if found is None or found.turn != turn or found.stage != Stage.READING:
        return None
    found.seen_at = at
    return found


def _set_columns(found: ContactImport, columns: Columns) -> None:
    found.email_column, found.headings_row = columns.email, columns.after
    found.name_column, found.surname_column = (*columns.names, None, None)[:2]


def _values(import_id: int, row: Row, fate: Fate) -> Mapping[str, Any]:
    kept = fate not in UNKEPT
    comes_in = fate is Fate.NEW
    return {
        "import_id": import_id,
        "number": row.number,
        "fate": fate.value,
        "why": row.why if row.why and row.why != REASONS[fate] and fate is row.fault else None,
        "name": (row.name if comes_in else as_shown(row.name)) if kept else None,
        "name_key": row.key if kept else "",
        "address": (row.address if comes_in else as_shown(row.address)) if kept else None,
        "mailbox": row.mailbox if kept else None,
        "mailbox_hash": keys.current().mailbox_hash(row.mailbox) if kept and row.mailbox else None,
        "search": searchable(row.name, row.address) if comes_in else None,
    }


def _stop(found: ContactImport, why: str) -> None:
    _forget_rows(found.id)
    found.stage, found.why, found.file, found.turn, found.sheet = Stage.STOPPED, why, None, None, None


def _remove(found: ContactImport) -> None:
    _forget_rows(found.id)
    evidence_id = found.evidence_id
    session().delete(found)
    session().flush()
    if evidence_id is not None:
        session().execute(delete(Evidence).where(Evidence.id == evidence_id))


def _forget_rows(import_id: int) -> None:
    session().execute(delete(ContactImportRow).where(ContactImportRow.import_id == import_id))
