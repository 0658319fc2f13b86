"""Bringing a checked list in: one transaction, in which the fate of each row is decided again; and vouching for it later."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.clock import local, start_of
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import formats, queries
from pcnppg.membership.actions.evidence import keep_wording
from pcnppg.membership.actions.keeping import forget_unverified
from pcnppg.membership.models import (
    ConsentRecord,
    Contact,
    ContactImport,
    ContactImportRow,
    Evidence,
    Suppression,
    Wording,
)
from pcnppg.membership.queries import importing
from pcnppg.membership.rules import (
    HERE,
    Because,
    Channel,
    Consent,
    EvidenceKind,
    How,
    ReachedBy,
    Shown,
    State,
    binding_promise,
)
from pcnppg.membership.rules.importing import Attestation, Fate, Stage, may_attest
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

NOT_CHECKED = "This list is not checked any more, or was brought in already. Nothing was changed. Look at it again."


def order(group_id: int, import_id: int, *, attested: Attestation | None, by: Who, at: datetime) -> None:
    """An officer wants a checked list brought in. Without the whole attestation its people come in unverified."""
    groups.lock_group(group_id)
    queries.get_import(group_id, import_id)
    found = importing.lock_import(import_id)
    if found is None or found.stage != Stage.CHECKED:
        raise RuleBroken(NOT_CHECKED)
    if not queries.count_fates(import_id)[Fate.NEW]:
        raise RuleBroken("Nobody in this list is new, so there is nobody to bring in.")
    evidence = _write_down(group_id, attested, by=by, at=at)
    found.evidence_id, found.promise = evidence.id, attested.promise if attested else None
    found.stage, found.by_person_id, found.seen_at = Stage.BRINGING, by.person_id, at


def bring_in(import_id: int, *, by: Who, at: datetime) -> int | None:
    """Put the new people of an ordered list on the contact list; how many. None where it is not, or no more, to be done.

    Since the check somebody may have joined, left or been erased, or the same list was brought in by somebody else: nobody
    comes in twice, and nobody comes back.
    """
    listed = queries.find_import(import_id)
    if listed is None:
        return None
    group = groups.lock_group(listed.group_id)
    found = importing.lock_import(import_id)
    if found is None or found.stage != Stage.BRINGING:
        return None
    _decide_again(group.id, import_id)
    evidence = session().get_one(Evidence, found.evidence_id)
    newest = session().scalar(select(func.max(Contact.id))) or 0
    came_in = queries.count_fates(import_id)[Fate.NEW]
    _insert_contacts(group, found, evidence, at=at)
    what = Consent.AGREED if evidence.wording_id else Consent.BROUGHT_IN
    _insert_records(_made_after(group.id, newest), what, evidence, by=by, at=at)
    session().execute(delete(ContactImportRow).where(ContactImportRow.import_id == import_id))
    found.stage, found.came_in, found.file, found.turn = Stage.DONE, came_in, None, None
    audit.note(
        "membership.list_brought_in",
        by=by,
        at=at,
        group_id=group.id,
        about=("contact_import", import_id),
        count=came_in,
    )
    return came_in


def vouch(group_id: int, import_id: int, *, attested: Attestation, by: Who, at: datetime) -> int:
    """Vouch, later, for a list that came in unverified: its people who are still here can be written to. How many."""
    group = groups.lock_group(group_id)
    queries.get_import(group_id, import_id)
    brought = importing.lock_import(import_id)
    if brought is None or brought.stage != Stage.DONE:
        raise RuleBroken("This list is not brought in yet. Nothing was changed.")
    waiting = _waiting(brought)
    _forget_barred(group_id, waiting, at=at)
    number = session().scalar(select(func.count()).select_from(Contact).where(waiting)) or 0
    if not number:
        raise RuleBroken("Nobody of this list waits for that any more. Nothing was changed.")
    evidence = _write_down(group_id, attested, by=by, at=at)
    brought.vouched_id, brought.promise = evidence.id, attested.promise
    promise = _binding(group, attested.promise, attested.given_on)
    # The records first: they are written for those who still wait.
    _insert_records(waiting, Consent.AGREED, evidence, promise=literal(promise), by=by, at=at)
    session().execute(
        update(Contact)
        .where(waiting)
        .values(state=State.ACTIVE, promise=promise, agreed_at=attested.agreed_at, wording_id=evidence.wording_id)
        .execution_options(synchronize_session=False)
    )
    audit.note(
        "membership.list_vouched_for",
        by=by,
        at=at,
        group_id=group_id,
        about=("contact_import", import_id),
        count=number,
    )
    return number


def _forget_barred(group_id: int, waiting: ColumnElement[bool], *, at: datetime) -> None:
    """Since the list came in somebody has left from these mailboxes: vouching brings nobody back there, no more than a list."""
    barred = set(session().scalars(select(Suppression.mailbox_hash).where(Suppression.group_id == group_id)))
    if barred:
        there = session().execute(select(Contact.id, Contact.mailbox).where(waiting).order_by(Contact.id))
        ours = keys.current()
        forget_unverified([number for number, mailbox in there if ours.mailbox_hash(mailbox or "") in barred], at=at)


def _write_down(group_id: int, attested: Attestation | None, *, by: Who, at: datetime) -> Evidence:
    evidence = Evidence(group_id=group_id, kind=EvidenceKind.LIST, written_at=at, by_person_id=by.person_id)
    if attested is not None:
        may_attest(attested, today=local(at).date()).enforce()
        shown = Shown(attested.words, formats.digest(attested.words), attested.promise)
        evidence.wording_id = keep_wording(group_id, shown, at=at)
        evidence.given_on, evidence.given_at = attested.given_on, attested.given_at
    session().add(evidence)
    session().flush()
    return evidence


def _decide_again(group_id: int, import_id: int) -> None:
    """The same as `rules.importing.fate_of`, for all rows at once, on what is so now."""
    row = ContactImportRow
    there = (Contact.group_id == group_id, Contact.mailbox == row.mailbox, _may_be_same())
    barred = (Suppression.group_id == group_id, Suppression.mailbox_hash == row.mailbox_hash)
    for fate, found in (
        (Fate.HERE, exists().where(*there, Contact.state.in_(HERE))),
        (Fate.LEFT, exists().where(*there, Contact.state == State.LEFT)),
        (Fate.LEFT, exists().where(*barred, Suppression.because == Because.LEFT)),
        (Fate.SUPPRESSED, exists().where(*barred)),
    ):
        session().execute(
            update(row)
            .where(row.import_id == import_id, row.fate == Fate.NEW, found)
            .values(fate=fate)
            .execution_options(synchronize_session=False)
        )


def _may_be_same() -> ColumnElement[bool]:
    row = ContactImportRow
    return or_(Contact.name_key == row.name_key, Contact.name_key == "", row.name_key == "")


def _insert_contacts(group: Group, found: ContactImport, evidence: Evidence, *, at: datetime) -> None:
    row, attested = ContactImportRow, evidence.wording_id is not None
    agreed_at, promise = None, group.promise
    if attested:
        wording = session().get_one(Wording, evidence.wording_id)
        assert evidence.given_on is not None  # noqa: S101 - an attestation is whole
        agreed_at = Attestation(wording.words, evidence.given_on, evidence.given_at or "", wording.promise).agreed_at
        promise = _binding(group, wording.promise, evidence.given_on)
    moment = Contact.joined_at.type
    values: dict[str, Any] = {
        "group_id": literal(group.id, Contact.group_id.type),
        "state": literal((State.ACTIVE if attested else State.UNVERIFIED).value),
        "reached_by": literal(ReachedBy.EMAIL.value),
        "name": row.name,
        "name_key": row.name_key,
        "address": row.address,
        "mailbox": row.mailbox,
        "search": row.search,
        "channel": literal(Channel.LIST.value),
        "promise": literal(promise),
        "joined_at": literal(at, moment),
        "agreed_at": literal(agreed_at, moment),
        "wording_id": literal(evidence.wording_id, Contact.wording_id.type),
    }
    new = select(*values.values()).where(row.import_id == found.id, row.fate == Fate.NEW).order_by(row.number)
    session().execute(insert(Contact).from_select(list(values), new))


def _binding(group: Group, told: int, given_on: date) -> int:
    """The number that they were told that day, or any lower one that the group has promised since (settled 6)."""
    return binding_promise(told, [group.promise, *queries.list_promises_since(group.id, start_of(given_on))])


def _made_after(group_id: int, newest: int) -> ColumnElement[bool]:
    """The contacts of a group that were made since the one of this number was the newest; its lock keeps others out."""
    return (Contact.group_id == group_id) & (Contact.id > newest)


def _waiting(brought: ContactImport) -> ColumnElement[bool]:
    """The contacts of a list that nobody vouched for yet."""
    theirs = select(ConsentRecord.contact_id).where(
        ConsentRecord.evidence_id == brought.evidence_id, ConsentRecord.what == Consent.BROUGHT_IN
    )
    return (Contact.group_id == brought.group_id) & (Contact.state == State.UNVERIFIED) & Contact.id.in_(theirs)


def _insert_records(
    whom: ColumnElement[bool],
    what: Consent,
    evidence: Evidence,
    *,
    promise: Any = Contact.promise,
    by: Who,
    at: datetime,
) -> None:
    """One line of evidence for each of these contacts. Who only was brought in agreed to no number."""
    agreed = what is Consent.AGREED
    values: dict[str, Any] = {
        "group_id": Contact.group_id,
        "contact_id": Contact.id,
        "what": literal(what.value),
        "at": literal(at, Contact.joined_at.type),
        "how": literal(How.LIST.value),
        "promise": promise if agreed else literal(None, ConsentRecord.promise.type),
        "wording_id": literal(evidence.wording_id, ConsentRecord.wording_id.type),
        "evidence_id": literal(evidence.id, ConsentRecord.evidence_id.type),
        "by_person_id": literal(by.person_id, ConsentRecord.by_person_id.type),
    }
    lines = select(*values.values()).where(whom).order_by(Contact.id)
    session().execute(insert(ConsentRecord).from_select(list(values), lines))
