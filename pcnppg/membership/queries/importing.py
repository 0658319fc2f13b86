"""Lists that somebody brings: how far each is, its rows, and who is known at the mailboxes in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.membership.models import ConsentRecord, Contact, ContactImport, ContactImportRow, Evidence, Suppression
from pcnppg.membership.rules import HERE, Because, Consent, State
from pcnppg.membership.rules.importing import OPEN, ROWS_PAGE, Fate, Known, Stage
from pcnppg.store.bulk import one_of_many
from pcnppg.store.session import session

ROW = (
    ContactImportRow.number,
    ContactImportRow.fate,
    ContactImportRow.why,
    ContactImportRow.name,
    ContactImportRow.address,
)


def get_import(group_id: int, import_id: int) -> ContactImport:
    """The list of this number in this group. Another group's is not found."""
    found = session().scalar(
        select(ContactImport).where(ContactImport.group_id == group_id, ContactImport.id == import_id)
    )
    if found is None:
        raise NotFound
    return found


def lock_import(import_id: int) -> ContactImport | None:
    """The list as it is now with its file, locked until the transaction ends; None where it was thrown away."""
    found = select(ContactImport).where(ContactImport.id == import_id).options(undefer(ContactImport.file))
    return session().scalar(found.with_for_update().execution_options(populate_existing=True))


def find_import(import_id: int) -> ContactImport | None:
    """The list of this number, for whoever works on it; None where it was thrown away."""
    return session().get(ContactImport, import_id)


def find_file(group_id: int, import_id: int) -> bytes | None:
    """The file of a list that waits, or None where it is gone."""
    return session().scalar(
        select(ContactImport.file).where(ContactImport.group_id == group_id, ContactImport.id == import_id)
    )


def list_open_imports(group_id: int) -> list[ContactImport]:
    """Lists that wait for somebody, the newest first."""
    found = select(ContactImport).where(ContactImport.group_id == group_id, ContactImport.stage.in_(OPEN))
    return list(session().scalars(found.order_by(ContactImport.id.desc())))


def list_unverified_imports(group_id: int) -> Sequence[tuple[ContactImport, int]]:
    """Lists for which nobody vouched, with how many of their people are still here; the newest first."""
    found = (
        select(ContactImport, func.count(Contact.id))
        .join(ConsentRecord, ConsentRecord.evidence_id == ContactImport.evidence_id)
        .join(Contact, Contact.id == ConsentRecord.contact_id)
        .where(
            ContactImport.group_id == group_id,
            ContactImport.stage == Stage.DONE,
            ConsentRecord.what == Consent.BROUGHT_IN,
            Contact.state == State.UNVERIFIED,
        )
        .group_by(ContactImport.id)
        .order_by(ContactImport.id.desc())
    )
    return [(brought, number) for brought, number in session().execute(found)]


def count_unverified(brought: ContactImport) -> int:
    """How many of a list that was brought in wait for somebody to vouch for them."""
    return next((number for other, number in list_unverified_imports(brought.group_id) if other.id == brought.id), 0)


def count_fates(import_id: int) -> Counter[Fate]:
    """How many rows meet which fate."""
    found = (
        select(ContactImportRow.fate, func.count())
        .where(ContactImportRow.import_id == import_id)
        .group_by(ContactImportRow.fate)
    )
    return Counter({Fate(fate): number for fate, number in session().execute(found)})


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Up to fifty rows in the order of the file. `before` and `after` are rows to go on from, None at either end."""

    rows: Sequence[Any]
    before: int | None
    after: int | None


def list_rows(
    import_id: int, fates: Collection[Fate], *, after: int | None = None, before: int | None = None
) -> RowsPage:
    """One page of the rows with one of these fates, next to the row `after` or `before`."""
    among = (ContactImportRow.import_id == import_id, ContactImportRow.fate.in_(fates))
    found = select(*ROW).where(*among).limit(ROWS_PAGE + 1)
    if before is not None:
        found = found.where(ContactImportRow.number < before).order_by(ContactImportRow.number.desc())
    else:
        found = found.where(ContactImportRow.number > (after or 0)).order_by(ContactImportRow.number)
    rows = list(session().execute(found))
    more, rows = len(rows) > ROWS_PAGE, rows[:ROWS_PAGE]
    if before is not None:
        rows.reverse()
    return RowsPage(
        rows,
        before=rows[0].number if rows and (more if before is not None else after) else None,
        after=rows[-1].number if rows and (more or before is not None) else None,
    )


def find_evidence(brought: ContactImport) -> Evidence | None:
    """What was last written down of the consent of a list, or None."""
    number = brought.vouched_id or brought.evidence_id
    return session().get(Evidence, number) if number else None


def known_at(group_id: int, mailboxes: Collection[str]) -> dict[str, Known]:
    """Who is here, who left and what is suppressed in a group, by mailbox. Mailboxes that nobody knows are left out."""
    here: dict[str, set[str]] = {}
    left: dict[str, set[str]] = {}
    people = select(Contact.mailbox, Contact.state, Contact.name_key).where(
        Contact.group_id == group_id, one_of_many(Contact.mailbox, mailboxes)
    )
    for mailbox, state, key in session().execute(people):
        (here if state in HERE else left).setdefault(str(mailbox), set()).add(key)
    hashes = {keys.current().mailbox_hash(mailbox): mailbox for mailbox in mailboxes}
    barred = select(Suppression.mailbox_hash, Suppression.because).where(
        Suppression.group_id == group_id, one_of_many(Suppression.mailbox_hash, hashes)
    )
    suppressed = {hashes[found]: Because(because) for found, because in session().execute(barred)}
    return {
        mailbox: Known(here.get(mailbox, ()), left.get(mailbox, ()), suppressed.get(mailbox))
        for mailbox in here.keys() | left.keys() | suppressed.keys()
    }
