"""What officers change for somebody who told them so by reply, by phone, at the desk or by letter.

An email address is never changed for somebody: it is asked for, and confirms itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import may_join
from pcnppg.kernel import keys
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.addresses import change_address
from pcnppg.membership.actions.evidence import keep_links, record
from pcnppg.membership.actions.leaving import pause, resume, take_in_hand
from pcnppg.membership.actions.paper import put_ways
from pcnppg.membership.actions.rights import forget_mailbox, forget_moves
from pcnppg.membership.models import Contact, Evidence
from pcnppg.membership.rules import (
    HERE,
    TOLD_TO_AN_OFFICER,
    Asked,
    Consent,
    EvidenceKind,
    How,
    ReachedBy,
    State,
    Ways,
    name_key,
)
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group

GONE = "This person has left the list, so nothing was changed."
NOT_BACK_TO_EMAIL = "An address is only used once its owner has confirmed it. Write down their email address first."
NO_NOTICE = "Nobody can agree to emails before your group has said who holds the data. Nothing was changed."
SAME_NAME = "Somebody of that name is on the list at this address already. Enter names that tell the two apart."


def correct_for_them(
    group_id: int, contact_id: int, *, name: str | None, ways: Ways, how: How, by: Who, at: datetime
) -> Contact:
    """Write name, postal address, phone and way of reaching as somebody told an officer.

    The email address stays (`ask_address_for_them`). Who changes from email to letters or calls is told at the address that
    we stop using; mailings that wait are withdrawn.
    """
    group = groups.lock_group(group_id)
    contact = _told(group_id, contact_id, how, among=HERE)
    old, by_email = contact.mailbox, ways.by is ReachedBy.EMAIL
    if old is None and by_email:
        raise RuleBroken(NOT_BACK_TO_EMAIL, field="reached_by")
    contact = queries.lock_contact(contact_id) if by_email or old is None else take_in_hand(contact_id, at=at)
    sharing = [one for one in queries.list_sharing(contact) if one.id != contact.id]
    if by_email and name_key(name) in {one.name_key for one in sharing}:
        raise RuleBroken(SAME_NAME, field="name")
    put_ways(contact, name, replace(ways, address=_address_of(contact) if by_email else None))
    record(contact, Consent.CORRECTED, how=how, by=by, at=at)
    audit.note("membership.corrected_for_them", by=by, at=at, group_id=group_id, about=("contact", contact.id))
    session().flush()
    if old is not None and not by_email:
        _stop_using(old, contact, group, at=at)
    return contact


def ask_address_for_them(
    group_id: int, contact_id: int, *, address: EmailAddress, asked: Asked, by: Who, at: datetime
) -> None:
    """Write down that somebody asked for this address to be written to, and write there for it to confirm itself.

    Until its owner presses the button they are reached as before. The same happens whoever has that address (rule 6).
    """
    group = groups.share_group(group_id)
    contact = _told(group_id, contact_id, asked.how, among=HERE)
    if contact.mailbox is None and not may_join(group.notice_version):
        raise RuleBroken(NO_NOTICE)
    evidence = Evidence(
        group_id=group_id,
        kind=EvidenceKind.ASKED,
        given_on=asked.on,
        asked_by=asked.by,
        written_at=at,
        by_person_id=by.person_id,
    )
    session().add(evidence)
    session().flush()
    record(contact, Consent.ADDRESS_ASKED, how=asked.how, by=by, at=at, evidence_id=evidence.id)
    change_address(contact.id, address=address, how=asked.how, by=by, at=at)


def pause_for_them(group_id: int, contact_id: int, *, months: int, how: How, by: Who, at: datetime) -> Contact:
    """Send nothing for so many months, as somebody asked an officer."""
    return pause(_told(group_id, contact_id, how).id, months=months, how=how, by=by, at=at)


def resume_for_them(group_id: int, contact_id: int, *, how: How, by: Who, at: datetime) -> Contact:
    """End a pause before its time, as somebody asked an officer."""
    return resume(_told(group_id, contact_id, how).id, how=how, by=by, at=at)


def _told(group_id: int, contact_id: int, how: How, *, among: tuple[State, ...] = (State.ACTIVE,)) -> Contact:
    if how not in TOLD_TO_AN_OFFICER:
        raise RuleBroken("Choose how they told you.", field="how")
    contact = queries.get_contact(group_id, contact_id)
    if contact.state not in among:
        raise RuleBroken(GONE)
    return contact


def _address_of(contact: Contact) -> EmailAddress:
    return EmailAddress(shown=contact.address or "", mailbox=contact.mailbox or "")


def _stop_using(mailbox: str, contact: Contact, group: Group, *, at: datetime) -> None:
    """Forget the forms and links of a mailbox that nobody known to us reads any more, and say so there."""
    mailbox_hash = keys.current().mailbox_hash(mailbox)
    forget_moves(contact.id, at=at)
    others = queries.list_people_at(contact.group_id, mailbox)
    if others:
        keep_links(contact.id, mailbox_hash, others[0].id)
    else:
        forget_mailbox(contact.group_id, mailbox_hash, at=at)
    emails.say_no_more_email(group, contact, mailbox, at=at)
