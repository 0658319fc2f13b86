"""What a person may ask of us: to be told what we hold, to have it corrected, to be erased."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import discard_caught, end_network_news, keep_links, record, suppress
from pcnppg.membership.actions.importing import forget_in_lists
from pcnppg.membership.actions.keeping import empty_evidence
from pcnppg.membership.actions.leaving import ERASED, hold, journal_withdrawal, take_in_hand
from pcnppg.membership.actions.requests import forget_requests_of
from pcnppg.membership.models import ContactMove, MyLink, SignUp, Suppression
from pcnppg.membership.rules import (
    DAY,
    HERE,
    MAILS_A_DAY,
    MY_LINK_LASTS,
    Because,
    Consent,
    How,
    ReachedBy,
    State,
    may_be_called,
    name_key,
    searchable,
)
from pcnppg.post import actions as post
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.kernel.email_address import EmailAddress
    from pcnppg.membership.models import Contact


def tell_my_link(group_id: int, *, address: EmailAddress, by: Who, at: datetime) -> None:
    """Write one mail to this address: a link to what we hold, or that we hold nothing. Answers nothing (rule 6)."""
    group = groups.share_group(group_id)
    mailbox_hash = keys.current().mailbox_hash(address.mailbox)
    one_at_a_time(f"my:{mailbox_hash}")
    if queries.count_links_asked(mailbox_hash, since=at - DAY) >= MAILS_A_DAY:
        return
    people = queries.list_people_at(group_id, address.mailbox)
    waiting = any(found.mailbox for found in queries.list_sign_ups_at(group_id, mailbox_hash))
    moving = any(found.mailbox for found in queries.list_changes_to(group_id, mailbox_hash))
    token, token_hash = keys.new_token()
    link = MyLink(
        group_id=group_id,
        mailbox_hash=mailbox_hash,
        contact_id=people[0].id if people else None,
        token_hash=token_hash,
        asked_at=at,
        expires_at=at + MY_LINK_LASTS,
    )
    session().add(link)
    session().flush()
    audit.note("membership.asked_what_is_held", by=by, at=at, group_id=group_id, about=("my_link", link.id))
    if people or waiting or moving:
        emails.send_my_link(group, link, address, token)
    else:
        emails.say_nothing_held(group, link, address)


def correct_name(contact_id: int, *, name: str | None, by: Who, at: datetime) -> None:
    """Write a name as its owner wants it, or forget it. Two people at one mailbox keep names of their own (settled 11)."""
    found = queries.find_contact(contact_id)
    if found is None:
        raise NotFound
    groups.lock_group(found.group_id)  # nobody joins or moves to this mailbox under the same name meanwhile
    contact = queries.lock_contact(contact_id)
    if contact.state == State.ERASED:
        return
    is_taken = (
        contact.state in HERE
        and contact.mailbox is not None
        and queries.is_taken(contact.group_id, contact.mailbox, name_key(name), but=contact.id)
    )
    may_be_called(name, is_taken=is_taken).enforce(field="name")
    contact.name, contact.name_key = name, name_key(name)
    contact.search = searchable(name, contact.address, contact.postal_address, contact.phone)
    audit.note("membership.name_corrected", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))


def correct_ways(contact_id: int, *, postal_address: str | None, phone: str | None, by: Who, at: datetime) -> None:
    """Write the postal address and phone number of somebody who gets emails as they want them, or forget them."""
    contact = hold(contact_id)
    if contact.state == State.ERASED or contact.reached_by != ReachedBy.EMAIL:
        raise NotFound
    contact.postal_address, contact.phone = postal_address, phone
    contact.search = searchable(contact.name, contact.address, postal_address, phone)
    audit.note("membership.ways_corrected", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))


def erase_by_link(token: str, *, who: int | None = None, at: datetime) -> None:
    """Erase all that we hold about whoever was mailed this link; where people share the mailbox, about `who`."""
    groups.lock_group(queries.get_my_link(token, at=at).group_id)
    opened = queries.open_link(token, who=who, at=at)  # now that nobody confirms or erases
    if opened.contact is not None:
        erase(opened.contact.id, by=Who.contact(opened.contact.id), at=at)
        return
    if opened.people:
        raise NotFound
    group_id, mailbox_hash = opened.link.group_id, opened.link.mailbox_hash
    forget_mailbox(group_id, mailbox_hash, at=at)
    forget_requests_of(group_id, mailbox_hash=mailbox_hash, by=VISITOR, at=at)
    audit.note("membership.sign_up_erased", by=VISITOR, at=at, group_id=group_id)


def erase(contact_id: int, *, how: How = How.MY_PAGE, by: Who, at: datetime) -> None:
    """Empty a contact of all that says who they are, and everything else that names them in this group. For good.

    What stays names nobody: the number, the consent records, and a keyed hash that keeps the mailbox from being imported.
    """
    contact = take_in_hand(contact_id, at=at)
    if contact.state == State.ERASED:
        return
    journal_withdrawal(ERASED, contact, how, at=at)
    mailbox, key = contact.mailbox, contact.name_key
    if contact.state in HERE:
        contact.left_at, contact.left_how = at, how
    end_network_news(contact, how=how, by=by, at=at)
    contact.state = State.ERASED
    contact.name = contact.address = contact.mailbox = contact.search = contact.paused_until = None
    contact.postal_address = contact.phone = None
    contact.name_key = ""
    record(contact, Consent.ERASED, how=how, by=by, at=at)
    session().flush()
    empty_evidence([contact.id])
    forget_requests_of(contact.group_id, contact_id=contact.id, by=by, at=at)
    post.withdraw_about("contact", contact.id, at=at)
    _forget_forms(queries.list_forms_used(contact.id), at=at)
    forget_moves(contact.id, at=at)
    _forget_link(contact.id)
    if mailbox is not None:
        _leave_mailbox(contact, mailbox, key, how=how, by=by, at=at)
    audit.note("membership.erased", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))


def _leave_mailbox(contact: Contact, mailbox: str, key: str, *, how: How, by: Who, at: datetime) -> None:
    """Keep the mailbox from being imported; remove what is about it, but for what is about somebody else who is there."""
    group_id, mailbox_hash = contact.group_id, keys.current().mailbox_hash(mailbox)
    others = queries.list_people_at(group_id, mailbox)
    on_list = [other for other in others if other.state == State.ACTIVE]
    if not (on_list and how is How.NOT_ME):  # a slip on a form is no wish of whoever else reads that mailbox
        suppress(group_id, mailbox_hash, because=Because.ERASED, contact_id=None, at=at)
    if others:
        forget_in_lists(group_id, mailbox_hash)
        keep_links(contact.id, mailbox_hash, others[0].id)
        forms = queries.list_sign_ups_at(group_id, mailbox_hash)
        _forget_forms([form for form in forms if _names(form, key)], at=at)
    else:
        forget_mailbox(group_id, mailbox_hash, at=at)
        forget_requests_of(group_id, mailbox_hash=mailbox_hash, by=by, at=at)
    discard_caught(mailbox)


def _names(form: SignUp, key: str) -> bool:
    """Is this form, not confirmed, of somebody with that name?"""
    return form.mailbox is not None and name_key(form.name) == key


def _forget_link(contact_id: int) -> None:
    """Nothing leads back from the hash of a mailbox to who was erased."""
    session().execute(update(Suppression).where(Suppression.contact_id == contact_id).values(contact_id=None))


def _forget_forms(forms: list[SignUp], *, at: datetime) -> None:
    for form in forms:
        post.withdraw_about("sign_up", form.id, at=at)
    session().execute(delete(SignUp).where(SignUp.id.in_([form.id for form in forms])))


def forget_moves(contact_id: int, *, at: datetime) -> None:
    """Forget the changes of address that a contact asked for; the links in their mails stop working."""
    _forget_changes(queries.list_address_changes(contact_id), at=at)


def _forget_changes(changes: list[ContactMove], *, at: datetime) -> None:
    for change in changes:
        post.withdraw_about("contact_move", change.id, at=at)
        if change.mailbox is not None:
            discard_caught(change.mailbox)
    session().execute(delete(ContactMove).where(ContactMove.id.in_([change.id for change in changes])))


def forget_mailbox(group_id: int, mailbox_hash: str, *, at: datetime) -> None:
    """Remove all about one mailbox in this group, and all mail about that: what waits, and what was caught.

    From lists that officers brought and that wait, its owner goes too.
    """
    forget_in_lists(group_id, mailbox_hash)
    forms = queries.list_sign_ups_at(group_id, mailbox_hash)
    for mailbox in {form.mailbox for form in forms if form.mailbox}:
        discard_caught(mailbox)
    _forget_forms(forms, at=at)
    _forget_changes(queries.list_changes_to(group_id, mailbox_hash), at=at)
    for link in queries.list_my_links_at(group_id, mailbox_hash):
        post.withdraw_about("my_link", link.id, at=at)
    session().execute(delete(MyLink).where(MyLink.group_id == group_id, MyLink.mailbox_hash == mailbox_hash))
