"""Leaving, pausing, coming back from a pause. Leaving asks nothing, never fails, and stops mail that already waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.clock import start_of
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import queries
from pcnppg.membership.actions.evidence import end_network_news, record, suppress
from pcnppg.membership.models import Contact
from pcnppg.membership.rules import (
    HERE,
    PAUSES,
    TOLD_TO_AN_OFFICER,
    Because,
    Consent,
    How,
    State,
    is_paused,
    may_pause_until,
    name_key,
    pause_ends,
)
from pcnppg.store import journal
from pcnppg.store.session import session

LEFT, ERASED, LOWERED, NO_MAILBOX = "left", "erased", "lowered", "-"
PAUSED, NO_NETWORK_NEWS = "paused", "no_network_news"
"""Words of the journal."""

Leaving = Callable[[int, datetime], object]
_leaving: list[Leaving] = []


def on_leaving(callback: Leaving) -> None:
    """Call this with a contact's number inside the transaction of their leaving, before their row is touched.

    Mailing stands above us and withdraws here what waits for them; the order of locks is group, delivery, contact.
    """
    if callback not in _leaving:
        _leaving.append(callback)


def leave(contact_id: int, *, how: How, by: Who, at: datetime) -> Contact:
    """Take somebody off the list, at once. Safe to repeat; for who is gone already, nothing changes."""
    contact = take_in_hand(contact_id, at=at)
    if contact.state in HERE:
        _take_off(contact, how=how, by=by, at=at)
    return contact


def leave_mailbox(contact_id: int, *, how: How, by: Who, at: datetime) -> int:
    """Take everybody at the contact's mailbox off the list: what a mail program's button asks for (settled 11). How many left."""
    contact = _share_group_of(contact_id)
    numbers = sorted({contact_id, *(one.id for one in queries.list_sharing(contact))})
    contacts = _take_all_in_hand(numbers, at=at)
    for contact in contacts:
        if contact.state in HERE:
            _take_off(contact, how=how, by=by, at=at)
    return len(contacts)


def record_leaving(group_id: int, *, contact_id: int, how: How, by: Who, at: datetime) -> Contact:
    """Write down that somebody told an officer to take them off, by reply, phone or at the desk."""
    if how not in TOLD_TO_AN_OFFICER:
        raise RuleBroken("Choose how they asked to be taken off.", field="how")
    return leave(queries.get_contact(group_id, contact_id).id, how=how, by=by, at=at)


def pause(contact_id: int, *, months: int, how: How, by: Who, at: datetime) -> Contact:
    """Send nothing for so many months."""
    if months not in PAUSES:
        raise RuleBroken("Choose how long to pause.", field="months")
    return keep_silent(contact_id, until=pause_ends(at, months), how=how, by=by, at=at)


def pause_until(contact_id: int, *, day: date, how: How, by: Who, at: datetime) -> Contact:
    """Send nothing until this day begins."""
    may_pause_until(day, at).enforce(field="until")
    return keep_silent(contact_id, until=start_of(day), how=how, by=by, at=at)


def keep_silent(contact_id: int, *, until: datetime, how: How, by: Who, at: datetime) -> Contact:
    """Send nothing until this moment. A pause outlives the database; that somebody ended one early does not (settled 29)."""
    contact = _on_list(contact_id)
    contact.paused_until = until
    record(contact, Consent.PAUSED, how=how, by=by, at=at, until=contact.paused_until)
    journal.note(session(), PAUSED, contact.group_id, contact.id, until.astimezone(UTC).isoformat(), how, at=at)
    audit.note("membership.paused", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))
    return contact


def resume(contact_id: int, *, how: How, by: Who, at: datetime) -> Contact:
    """End a pause before its time. Where there is none, nothing changes."""
    contact = _on_list(contact_id)
    if is_paused(contact.paused_until, at):
        record(contact, Consent.RESUMED, how=how, by=by, at=at)
        audit.note("membership.resumed", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))
    contact.paused_until = None
    return contact


def take_in_hand(contact_id: int, *, at: datetime) -> Contact:
    """The contact, locked, with what waited for them withdrawn: the beginning of leaving and of being erased."""
    _share_group_of(contact_id)
    return _take_all_in_hand([contact_id], at=at)[0]


def hold(contact_id: int) -> Contact:
    """The contact, locked, with their group shared."""
    _share_group_of(contact_id)
    return queries.lock_contact(contact_id)


def _take_all_in_hand(numbers: list[int], *, at: datetime) -> list[Contact]:
    """The same for several, the deliveries of all before the first contact: the worker locks in that order."""
    for contact_id in numbers:
        for callback in _leaving:
            callback(contact_id, at)
    return [queries.lock_contact(contact_id) for contact_id in numbers]


def _share_group_of(contact_id: int) -> Contact:
    found = queries.find_contact(contact_id)
    if found is None:
        raise NotFound
    groups.share_group(found.group_id)
    return found


def _on_list(contact_id: int) -> Contact:
    contact = hold(contact_id)
    if contact.state != State.ACTIVE:
        raise RuleBroken("You are not on the list, so there is nothing to pause. We will not email you.")
    return contact


def _take_off(contact: Contact, *, how: How, by: Who, at: datetime) -> None:
    contact.state = State.LEFT
    contact.left_at, contact.left_how = at, how
    contact.paused_until = None
    end_network_news(contact, how=how, by=by, at=at)
    record(contact, Consent.WITHDRAWN, how=how, by=by, at=at)
    journal_withdrawal(LEFT, contact, how, at=at)
    if contact.mailbox is not None:
        mailbox_hash = keys.current().mailbox_hash(contact.mailbox)
        suppress(contact.group_id, mailbox_hash, because=Because.LEFT, contact_id=contact.id, at=at)
        _close_sign_ups(contact, mailbox_hash)
    audit.note("membership.left", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))


def journal_withdrawal(what: str, contact: Contact, how: How, *, at: datetime) -> None:
    """Write it down outside the database too, so that no restored backup brings anybody back (settled 29)."""
    mailbox_hash = keys.current().mailbox_hash(contact.mailbox) if contact.mailbox else NO_MAILBOX
    journal.note(session(), what, contact.group_id, contact.id, mailbox_hash, how, at=at)


def _close_sign_ups(contact: Contact, mailbox_hash: str) -> None:
    """A form filled in before leaving is no new opt-in: its link stops working (rule 4).

    Where others at the mailbox stay on the list, that holds for forms under the name of who leaves; the rest may be theirs.
    """
    others = [one for one in queries.list_sharing(contact) if one.id != contact.id]
    for form in queries.list_sign_ups_at(contact.group_id, mailbox_hash):
        if form.used_at is None and (not others or name_key(form.name) == contact.name_key):
            form.name = form.address = form.mailbox = None
