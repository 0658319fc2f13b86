"""Lists that people bring: the broken files beside this one, lists made here, and the way from file to contact list."""

from __future__ import annotations

import io
import itertools
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select

from pcnppg.groups.models import Group
from pcnppg.kernel.clock import now
from pcnppg.kernel.who import OPERATOR, Who
from pcnppg.membership import actions, formats
from pcnppg.membership.jobs import importing
from pcnppg.membership.models import Contact, ContactImport, ContactImportRow
from pcnppg.membership.rules.columns import HEAD, Columns, find_columns
from pcnppg.membership.rules.importing import NOBODY, Attestation, Fate, fate_of, understand
from pcnppg.store.session import session, transaction

FILES = Path(__file__).with_name("files")
WORDS = "Yes, email me the news of the Elm Tree patient group, at most 6 times a year."
ATTESTED = Attestation(WORDS, date(2026, 5, 31), "on a form at the front desk", 6)


def file(start: str) -> bytes:
    """The file whose name begins like this."""
    (path,) = FILES.glob(f"{start}*")
    return path.read_bytes()


def a_list(*rows: tuple[str, str]) -> bytes:
    """A list of names and addresses."""
    return "\n".join(f'"{name}",{address}' for name, address in [("Name", "Email"), *rows]).encode()


def a_workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook as another program writes it."""
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def packed(**parts: bytes | str) -> bytes:
    """A ZIP file; two underscores in a name are a slash."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", content)
    return written.getvalue()


def read(content: bytes, columns: Columns | None = None) -> list[tuple[int, str, str | None, str | None]]:
    """Row, fate, name and mailbox of everybody in a list, where nobody is known."""
    sheet = formats.open_sheet(content)
    columns = columns or find_columns(itertools.islice(sheet.rows(), HEAD))
    assert columns is not None
    above: dict[str | None, list[str]] = {}
    found = []
    for number, cells in sheet.rows():
        row = understand(number, cells, columns) if number > columns.after else None
        if row is not None:
            fate = fate_of(row, NOBODY, above.get(row.mailbox, ()))
            if fate is Fate.NEW:
                above.setdefault(row.mailbox, []).append(row.key)
            found.append((number, fate.value, row.name, row.mailbox))
    return found


def checked(group: Group | int, content: bytes, *, by: Who = OPERATOR, columns: Columns | None = None) -> int:
    """A list that was sent and checked: its number."""
    group_id = group if isinstance(group, int) else group.id
    with transaction():
        number = actions.take_list(group_id, content, columns=columns, by=by, at=now()).id
    importing.work_on(number)
    session().rollback()
    return number


def ordered(group: Group | int, content: bytes, *, attested: Attestation | None = ATTESTED, by: Who = OPERATOR) -> int:
    """A list that an officer wants brought in, and nobody has begun to."""
    group_id = group if isinstance(group, int) else group.id
    number = checked(group_id, content, by=by)
    with transaction():
        actions.order(group_id, number, attested=attested, by=by, at=now())
    return number


def brought(group: Group | int, content: bytes, *, attested: Attestation | None = ATTESTED, by: Who = OPERATOR) -> int:
    """A list that was brought in."""
    number = ordered(group, content, attested=attested, by=by)
    importing.work_on(number)
    session().rollback()
    return number


def the_import(number: int) -> ContactImport:
    session().rollback()
    return session().get_one(ContactImport, number)


def fates(number: int) -> dict[int, str]:
    """What becomes of each row."""
    session().rollback()
    rows = session().scalars(select(ContactImportRow).where(ContactImportRow.import_id == number))
    return {row.number: row.fate for row in sorted(rows, key=lambda row: row.number)}


def here(group: Group | int) -> list[tuple[str | None, str | None, str]]:
    """Name, mailbox and state of everybody in a group, in the order in which they came."""
    session().rollback()
    group_id = group if isinstance(group, int) else group.id
    found = session().scalars(select(Contact).where(Contact.group_id == group_id).order_by(Contact.id))
    return [(contact.name, contact.mailbox, contact.state) for contact in found]
