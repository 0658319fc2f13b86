"""A new address: it confirms itself, the old one is told at once, and until then the old one counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import discard_caught, keep_links
from pcnppg.membership.actions.leaving import hold
from pcnppg.membership.models import Contact, ContactMove, MyLink, Suppression
from pcnppg.membership.rules import ADDRESS_LINK_LASTS, DAY, HERE, MAILS_A_DAY, How, searchable
from pcnppg.post import actions as post
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.kernel.email_address import EmailAddress

SAME_NAME = (
    "Somebody with the same name is on the list at this address already. Nothing was changed. "
    "If that is you, you need do nothing more here. If you are two people, give each a name of their own first."
)
Moving = Callable[[int, str], object]
_moving: list[Moving] = []


def on_moving(callback: Moving) -> None:
    """Call this with a contact's number and the mailbox they go to, before their row is touched, their group locked.

    Mailing stands above us: one message serves all at a mailbox, and that must stay true of what waits.
    """
    if callback not in _moving:
        _moving.append(callback)


def change_address(contact_id: int, *, address: EmailAddress, how: How, by: Who, at: datetime) -> None:
    """Write to the new mailbox for a button to be pressed there, and to the old one that this was asked for.

    The same statements run whoever has the new address: nobody, somebody on the list, somebody who left, somebody in
    another group (rule 6). What follows from that is decided when its owner presses the button. Over the day's limit for
    either mailbox nothing happens.
    """
    contact = hold(contact_id)
    group = groups.get_group(contact.group_id)
    if contact.state not in HERE or contact.mailbox is None:
        raise RuleBroken("We do not write to you by email, so there is no address to change.", field="email")
    if contact.mailbox == address.mailbox:
        raise RuleBroken("We write to this address already. Enter the new one.", field="email")
    old, new = (keys.current().mailbox_hash(mailbox) for mailbox in (contact.mailbox, address.mailbox))
    for mailbox_hash in sorted((old, new)):
        one_at_a_time(f"address:{mailbox_hash}")
    if max(queries.count_address_mails(mailbox_hash, since=at - DAY) for mailbox_hash in (old, new)) >= MAILS_A_DAY:
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
    is_shared = len(queries.list_people_at(group.id, contact.mailbox)) > 1
    emails.tell_old_address(group, change, contact, is_shared=is_shared)
    emails.ask_new_address(group, change, address, token)


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


def confirm_address(token: str, *, at: datetime) -> Contact:
    """Make the address count at whose mailbox this link was read. Safe to repeat.

    `NotFound` where the link is wrong, too old or was stopped, or its contact is gone. Whoever has pressed the button owns
    the mailbox, so a suppression of it in this group is lifted (settled 12).
    """
    found = queries.get_address_change(token)
    groups.lock_group(found.group_id)  # nobody joins, confirms, leaves or moves meanwhile
    change, contact = queries.get_address_change(token), queries.find_contact(found.contact_id)
    if contact is None or contact.state not in HERE or contact.mailbox is None or at >= change.expires_at:
        raise NotFound
    if change.used_at is not None and keys.current().mailbox_hash(contact.mailbox) == change.mailbox_hash:
        return contact
    if change.mailbox is None:
        raise NotFound
    if queries.is_taken(contact.group_id, change.mailbox, contact.name_key, but=contact.id):
        raise RuleBroken(SAME_NAME)
    for callback in _moving:
        callback(contact.id, change.mailbox)
    _move(queries.lock_contact(contact.id), change, at=at)
    return contact


def _move(contact: Contact, change: ContactMove, *, at: datetime) -> None:
    assert contact.mailbox is not None  # noqa: S101 - asked for by somebody with a mailbox
    assert change.address is not None  # noqa: S101 - address and mailbox are emptied together
    left_behind = contact.mailbox
    contact.address, contact.mailbox = change.address, change.mailbox
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
    others = queries.list_people_at(contact.group_id, left_behind)
    keep_links(contact.id, change.told_hash, others[0].id if others else None)
    if not others:
        discard_caught(left_behind)
    me = Who.contact(contact.id)
    audit.note("membership.address_changed", by=me, at=at, group_id=contact.group_id, about=("contact", contact.id))
