"""A new address: it confirms itself, the old one is told at once, and until then nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import discard_caught, keep_links, keep_wording, record
from pcnppg.membership.actions.leaving import hold
from pcnppg.membership.actions.mending import trust_again
from pcnppg.membership.models import Contact, ContactMove, MyLink, Suppression
from pcnppg.membership.rules import (
    ADDRESS_LINK_LASTS,
    DAY,
    HERE,
    MAILS_A_DAY,
    TOLD_TO_AN_OFFICER,
    Consent,
    How,
    ReachedBy,
    Shown,
    State,
    searchable,
)
from pcnppg.post import actions as post
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.kernel.email_address import EmailAddress

SAME_NAME = (
    "Somebody with the same name is on the list at this address already. Nothing was changed. "
    "If that is you, you need do nothing more here. If you are two people, give each a name of their own first."
)
NEW_WORDS = "The words below have changed since you opened this page. Read them again before you agree."
Moving = Callable[[int, str], object]
_moving: list[Moving] = []


def on_moving(callback: Moving) -> None:
    """Call this with a contact's number and the mailbox they go to, before their row is touched, their group locked.

    Mailing stands above us: one message serves all at a mailbox, and that must stay true of what waits.
    """
    if callback not in _moving:
        _moving.append(callback)


def change_address(contact_id: int, *, address: EmailAddress, how: How, by: Who, at: datetime) -> None:
    """Write to the new mailbox for a button to be pressed there, and to the old one, if any, that this was asked for.

    Whoever is reached by post or phone has no page of their own, so for them an officer asks.
    The same statements run whoever has the new address: nobody, somebody on the list, somebody who left, somebody in
    another group (rule 6). What follows from that is decided when its owner presses the button. Over the day's limit for
    either mailbox nothing happens.
    """
    contact = hold(contact_id)
    group = groups.get_group(contact.group_id)
    if contact.state not in HERE or (contact.mailbox is None and how not in TOLD_TO_AN_OFFICER):
        raise RuleBroken("We do not write to you by email, so there is no address to change.", field="email")
    if contact.mailbox == address.mailbox:
        raise RuleBroken("We write to this address already. Enter the new one.", field="email")
    new = keys.current().mailbox_hash(address.mailbox)
    old = keys.current().mailbox_hash(contact.mailbox) if contact.mailbox else None
    hashes = sorted(filter(None, (old, new)))
    for mailbox_hash in hashes:
        one_at_a_time(f"address:{mailbox_hash}")
    if max(queries.count_address_mails(mailbox_hash, since=at - DAY) for mailbox_hash in hashes) >= MAILS_A_DAY:
        return
    token, token_hash = keys.new_token()
    change = ContactMove(
        group_id=group.id,
        contact_id=contact.id,
        address=address.shown,
        mailbox=address.mailbox,
        mailbox_hash=new,
        told_hash=old,
        token_hash=token_hash,
        how=how,
        asked_at=at,
        expires_at=at + ADDRESS_LINK_LASTS,
    )
    session().add(change)
    session().flush()
    audit.note("membership.address_change_asked", by=by, at=at, group_id=group.id, about=("contact", contact.id))
    if contact.mailbox is not None:
        is_shared = len(queries.list_people_at(group.id, contact.mailbox)) > 1
        emails.tell_old_address(group, change, contact, is_shared=is_shared)
    officer = queries.names_of([by.person_id]).get(by.person_id, "")
    emails.ask_new_address(group, change, address, token, officer=officer, agrees=contact.mailbox is None)


def keep_address(contact_id: int, *, by: Who, at: datetime) -> None:
    """Stop every change of address that waits; the links in their mails stop working. Where none waits, nothing changes."""
    contact = hold(contact_id)
    waiting = [change for change in queries.list_address_changes(contact_id) if change.mailbox is not None]
    for change in waiting:
        change.address = change.mailbox = None
        post.withdraw_about("contact_move", change.id, at=at)
    if waiting:
        about = ("contact", contact_id)
        audit.note("membership.address_change_stopped", by=by, at=at, group_id=contact.group_id, about=about)


def refuse_address(token: str, *, at: datetime) -> int:
    """Forget an address whose reader says that it was not them. The number of the group. `NotFound` where nothing waits.

    Who asked stays as they were; that an address was refused is written down, without the address.
    """
    found = queries.get_address_change(token)
    contact = hold(found.contact_id)
    change = queries.get_address_change(token)
    if change.mailbox is None or at >= change.expires_at:
        raise NotFound
    discard_caught(change.mailbox)
    change.address = change.mailbox = None
    post.withdraw_about("contact_move", change.id, at=at)
    record(contact, Consent.ADDRESS_REFUSED, how=How.NOT_ME, by=VISITOR, at=at)
    about = ("contact", contact.id)
    audit.note("membership.address_refused", by=VISITOR, at=at, group_id=contact.group_id, about=about)
    return contact.group_id


def confirm_address(token: str, *, digest: str = "", at: datetime) -> Contact:
    """Make the address count at whose mailbox this link was read. Safe to repeat.

    Who was reached by post or phone agrees to our emails with it: `digest` names the words that they read, `RuleBroken`
    where those have changed since. `NotFound` where the link is wrong, too old or was stopped, or its contact is gone.
    Whoever has pressed the button owns the mailbox, so a suppression of it in this group is lifted (settled 12).
    """
    found = queries.get_address_change(token)
    group = groups.lock_group(found.group_id)  # nobody joins, confirms, leaves or moves meanwhile
    change, contact = queries.get_address_change(token), queries.find_contact(found.contact_id)
    if contact is None or contact.state not in HERE or at >= change.expires_at:
        raise NotFound
    if change.used_at is not None and _is_at(contact, change.mailbox_hash):
        return contact
    if change.mailbox is None:
        raise NotFound
    shown = queries.words_of(group) if contact.mailbox is None else None
    if shown is not None and shown.digest != digest:
        raise RuleBroken(NEW_WORDS)
    if queries.is_taken(contact.group_id, change.mailbox, contact.name_key, but=contact.id):
        raise RuleBroken(SAME_NAME)
    for callback in _moving:
        callback(contact.id, change.mailbox)
    _move(queries.lock_contact(contact.id), change, at=at)
    if shown is not None:
        _agree(group, contact, shown, at=at)
    return contact


def _is_at(contact: Contact, mailbox_hash: str) -> bool:
    return contact.mailbox is not None and keys.current().mailbox_hash(contact.mailbox) == mailbox_hash


def _agree(group: Group, contact: Contact, shown: Shown, *, at: datetime) -> None:
    """Their first email address: the words on the page are what binds them from now on."""
    wording_id = keep_wording(group.id, shown, at=at)
    contact.state, contact.promise = State.ACTIVE, shown.promise
    contact.agreed_at, contact.wording_id = at, wording_id
    record(
        contact,
        Consent.AGREED,
        how=How.CONFIRM_PAGE,
        by=Who.contact(contact.id),
        at=at,
        promise=shown.promise,
        wording_id=wording_id,
    )
    emails.send_receipt(group, contact, shown, at=at, moved=True)


def _move(contact: Contact, change: ContactMove, *, at: datetime) -> None:
    assert change.address is not None  # noqa: S101 - address and mailbox are emptied together
    left_behind = contact.mailbox
    contact.address, contact.mailbox, contact.reached_by = change.address, change.mailbox, ReachedBy.EMAIL
    trust_again(contact, at=at)
    contact.search = searchable(contact.name, change.address, contact.postal_address, contact.phone)
    change.address, change.mailbox, change.used_at = None, None, at
    session().flush()
    mine = (ContactMove.contact_id == contact.id, ContactMove.mailbox.is_not(None))
    session().execute(update(ContactMove).where(*mine).values(address=None, mailbox=None))
    here = (Suppression.group_id == contact.group_id, Suppression.mailbox_hash == change.mailbox_hash)
    session().execute(delete(Suppression).where(*here))
    # A link that was mailed to the new mailbox shows them too; one that lies in the old mailbox no longer does.
    asked = (MyLink.group_id == contact.group_id, MyLink.mailbox_hash == change.mailbox_hash)
    session().execute(update(MyLink).where(*asked, MyLink.contact_id.is_(None)).values(contact_id=contact.id))
    if left_behind is not None:
        _leave_behind(contact, left_behind)
    me = Who.contact(contact.id)
    audit.note("membership.address_changed", by=me, at=at, group_id=contact.group_id, about=("contact", contact.id))


def _leave_behind(contact: Contact, mailbox: str) -> None:
    """A link that lies in the old mailbox goes on for who is left there, or ends; mail that was caught for it goes."""
    others = queries.list_people_at(contact.group_id, mailbox)
    keep_links(contact.id, keys.current().mailbox_hash(mailbox), others[0].id if others else None)
    if not others:
        discard_caught(mailbox)
