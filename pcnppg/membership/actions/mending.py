"""An address stops working, is tried again, or is corrected. Each is audited; none touches consent.

Locks: the group first, deliveries before contacts; so who stops an address withdraws what waits there beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import record
from pcnppg.membership.actions.rights import forget_mailbox
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import (
    Consent,
    EvidenceKind,
    How,
    Shown,
    State,
    Stopped,
    binding_now,
    may_correct,
    may_mend,
    searchable,
)
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

TAKEN = "Somebody of that name is on the list at this address already. Nothing was changed."
LEFT_BEFORE = "Somebody at this address left the list, so it cannot be used. Nothing was changed."


def mark_stopped(contact_ids: Sequence[int], *, because: Stopped, at: datetime) -> int:
    """Send nothing more to the address of these contacts; how many of them that changes."""
    found = [queries.lock_contact(contact_id) for contact_id in sorted(contact_ids)]
    stopped = [one for one in found if one.state == State.ACTIVE and one.mailbox and one.stopped_at is None]
    for one in stopped:
        one.stopped_at, one.stopped_because = at, because
        audit.note("membership.address_stopped", by=MACHINE, at=at, group_id=one.group_id, about=("contact", one.id))
    return len(stopped)


def trust_again(contact: Contact, *, at: datetime) -> None:
    """Whoever pressed a link that was mailed there reads that mailbox. The contact is locked already."""
    contact.stopped_at = contact.stopped_because = None
    contact.tried_at = at


def try_again(group_id: int, contact_id: int, *, by: Who, at: datetime) -> None:
    """Send to this address again, for everybody who shares it. Reports about older mail count no more."""
    groups.share_group(group_id)
    found = queries.get_contact(group_id, contact_id)
    may_mend(State(found.state), found.stopped_at).enforce()
    for one in [queries.lock_contact(one.id) for one in queries.list_sharing(found)]:
        trust_again(one, at=at)
        audit.note("membership.address_tried_again", by=by, at=at, group_id=group_id, about=("contact", one.id))


def correct_address(group_id: int, contact_id: int, *, address: EmailAddress, by: Who, at: datetime) -> Contact:
    """Put right an address that an officer copied wrongly. Its reader is told, with a way to say "not me".

    The same address is tried again. Who shares the old one keeps it.
    """
    group = groups.lock_group(group_id)
    contact = queries.lock_contact(queries.get_contact(group_id, contact_id).id)
    may_mend(State(contact.state), contact.stopped_at).enforce()
    if address.mailbox == contact.mailbox:
        try_again(group_id, contact_id, by=by, at=at)
        return contact
    may_correct(queries.find_agreed_how(contact.id)).enforce(field="email")
    if queries.is_suppressed(group_id, address.mailbox):
        raise RuleBroken(LEFT_BEFORE, field="email")
    there = [one for one in queries.list_at_mailbox(group_id, address.mailbox) if one.state == State.ACTIVE]
    if contact.name_key in {one.name_key for one in there}:
        raise RuleBroken(TAKEN, field="email")
    old, is_shared = contact.mailbox or "", len(queries.list_sharing(contact)) > 1
    contact.address, contact.mailbox = address.shown, address.mailbox
    contact.search = searchable(contact.name, contact.address, contact.postal_address, contact.phone)
    trust_again(contact, at=at)
    record(contact, Consent.CORRECTED, how=How(contact.channel), by=by, at=at)
    audit.note("membership.address_corrected", by=by, at=at, group_id=group_id, about=("contact", contact.id))
    session().flush()
    if not is_shared:
        forget_mailbox(group_id, keys.current().mailbox_hash(old), at=at)
    _tell_new_address(group, contact, by=by, at=at)
    return contact


def _tell_new_address(group: Group, contact: Contact, *, by: Who, at: datetime) -> None:
    """The mail that should have reached them when they were written down."""
    officer = queries.names_of([by.person_id]).get(by.person_id, "")
    *_, (agreed, words) = [line for line in queries.list_consent(contact.id) if line[0].what == Consent.AGREED]
    *_, evidence = [form for form in queries.list_evidence(contact.id) if form.kind != EvidenceKind.ASKED]
    shown = Shown(words=words or "", digest="", promise=agreed.promise or contact.promise)
    emails.say_written_down(group, contact, shown, evidence, officer=officer, at=at)


def untell(contact_id: int, *, tells: int, since: datetime, handed_over_at: datetime, at: datetime) -> None:
    """Undo that a mailing told a higher number: it never arrived (settled 6). What was promised before binds again.

    `since` is when that mailing was queued. Nothing is taken away: a record is added.
    """
    contact = queries.lock_contact(contact_id)
    lines = [line for line, _ in queries.list_consent(contact_id)]
    told = [
        line
        for line in lines
        if line.what == Consent.TOLD and line.how == How.MAILING and since <= line.at <= handed_over_at
    ]
    if not told or contact.state == State.ERASED or (told[-1].promise or 0) > tells:
        return
    before = binding_now((line.what, line.promise) for line in lines if line is not told[-1])
    if before is not None and before < contact.promise:
        contact.promise = before
        record(contact, Consent.UNTOLD, how=How.RETURNED, by=MACHINE, at=at, promise=before)
