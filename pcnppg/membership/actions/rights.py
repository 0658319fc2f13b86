"""What a person may ask of us: to be told what we hold, to have it corrected, to be erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel import keys
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import record, suppress
from pcnppg.membership.actions.importing import forget_in_lists
from pcnppg.membership.actions.keeping import empty_evidence
from pcnppg.membership.actions.leaving import take_in_hand
from pcnppg.membership.actions.requests import forget_requests_of
from pcnppg.membership.models import MyLink, SignUp, Suppression
from pcnppg.membership.rules import (
    DAY,
    HERE,
    MAILS_A_DAY,
    MY_LINK_LASTS,
    Because,
    Consent,
    How,
    State,
    name_key,
    searchable,
)
from pcnppg.post import actions as post
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.kernel.email_address import EmailAddress


Erasing = Callable[[str], object]
_erasing: list[Erasing] = []


class Forgetting(Protocol):
    """Take a contact, or whoever reads a mailbox, out of what another domain keeps about this group's people.

    `name` is the contact's while it is still known; `mailbox_hash` is None where others still use the mailbox.
    """

    def __call__(
        self, group_id: int, *, contact_id: int | None, name: str | None, mailbox_hash: str | None, at: datetime
    ) -> object: ...


_forgetting: list[Forgetting] = []


def on_forgetting(callback: Forgetting) -> None:
    """Call this in the transaction that erases a contact, or a mailbox that is no contact's."""
    if callback not in _forgetting:
        _forgetting.append(callback)


def on_erasing(callback: Erasing) -> None:
    """Call this with a mailbox whose owner is erased: where mail is caught in a folder, its copies go too."""
    if callback not in _erasing:
        _erasing.append(callback)


def tell_my_link(group_id: int, *, address: EmailAddress, by: Who, at: datetime) -> None:
    """Write one mail to this address: a link to what we hold, or that we hold nothing. Answers nothing (rule 6)."""
    group = groups.share_group(group_id)
    mailbox_hash = keys.current().mailbox_hash(address.mailbox)
    one_at_a_time(f"my:{mailbox_hash}")
    if queries.count_links_asked(mailbox_hash, since=at - DAY) >= MAILS_A_DAY:
        return
    contact = queries.find_at_mailbox(group_id, address.mailbox)
    waiting = any(found.mailbox for found in queries.list_sign_ups_at(group_id, mailbox_hash))
    waiting = waiting or bool(queries.told_elsewhere(group_id, contact.id if contact else None, mailbox_hash, at=at))
    token, token_hash = keys.new_token()
    link = MyLink(
        group_id=group_id,
        mailbox_hash=mailbox_hash,
        contact_id=contact.id if contact else None,
        token_hash=token_hash,
        asked_at=at,
        expires_at=at + MY_LINK_LASTS,
    )
    session().add(link)
    session().flush()
    audit.note("membership.asked_what_is_held", by=by, at=at, group_id=group_id, about=("my_link", link.id))
    if contact is None and not waiting:
        emails.say_nothing_held(group, link, address)
    else:
        emails.send_my_link(group, link, address, token)


def correct_name(contact_id: int, *, name: str | None, by: Who, at: datetime) -> None:
    """Write a name as its owner wants it, or forget it."""
    contact = queries.lock_contact(contact_id)
    if contact.state == State.ERASED:
        return
    contact.name, contact.name_key = name, name_key(name)
    contact.search = searchable(name, contact.address, contact.postal_address, contact.phone)
    audit.note("membership.name_corrected", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))


def erase_by_link(token: str, *, at: datetime) -> None:
    """Erase all that we hold about whoever was mailed this link."""
    group_id = groups.lock_group(queries.get_my_link(token, at=at).group_id).id
    link = queries.get_my_link(token, at=at)  # again, now that nobody confirms or erases
    if link.contact_id is not None:
        erase(link.contact_id, by=Who.contact(link.contact_id), at=at)
        return
    forget_mailbox(group_id, link.mailbox_hash, at=at)
    _forget_elsewhere(group_id, mailbox_hash=link.mailbox_hash, at=at)
    forget_requests_of(group_id, mailbox_hash=link.mailbox_hash, by=VISITOR, at=at)
    audit.note("membership.sign_up_erased", by=VISITOR, at=at, group_id=group_id)


def erase(contact_id: int, *, how: How = How.MY_PAGE, by: Who, at: datetime) -> None:
    """Empty a contact of all that says who they are, and everything else that names them in this group. For good.

    What stays names nobody: the number, the consent records, and a keyed hash that keeps the mailbox from being imported.
    """
    contact = take_in_hand(contact_id, at=at)
    if contact.state == State.ERASED:
        return
    mailbox, shared = contact.mailbox, [one for one in queries.list_sharing(contact) if one.id != contact.id]
    alone = keys.current().mailbox_hash(mailbox) if mailbox is not None and not shared else None
    _forget_elsewhere(contact.group_id, contact_id=contact.id, name=contact.name, mailbox_hash=alone, at=at)
    if contact.state in HERE:
        contact.left_at, contact.left_how = at, how
    contact.state = State.ERASED
    contact.name = contact.address = contact.mailbox = contact.search = contact.paused_until = None
    contact.postal_address = contact.phone = contact.network_news_at = None
    contact.name_key = ""
    record(contact, Consent.ERASED, how=how, by=by, at=at)
    empty_evidence([contact.id])
    forget_requests_of(contact.group_id, contact_id=contact.id, by=by, at=at)
    post.withdraw_about("contact", contact.id, at=at)
    if mailbox is not None:
        mailbox_hash = keys.current().mailbox_hash(mailbox)
        if not (shared and how is How.NOT_ME):  # a slip on a form is no wish of whoever else reads that mailbox
            suppress(contact.group_id, mailbox_hash, because=Because.ERASED, contact_id=None, at=at)
        _forget_link(contact.id)
        if shared:
            forget_in_lists(contact.group_id, mailbox_hash)
        else:
            forget_mailbox(contact.group_id, mailbox_hash, at=at)
            forget_requests_of(contact.group_id, mailbox_hash=mailbox_hash, by=by, at=at)
            _discard_caught(mailbox)
    audit.note("membership.erased", by=by, at=at, group_id=contact.group_id, about=("contact", contact.id))


def _forget_link(contact_id: int) -> None:
    """Nothing leads back from the hash of a mailbox to who was erased."""
    session().execute(update(Suppression).where(Suppression.contact_id == contact_id).values(contact_id=None))


def _forget_elsewhere(
    group_id: int,
    *,
    contact_id: int | None = None,
    name: str | None = None,
    mailbox_hash: str | None,
    at: datetime,
) -> None:
    for callback in _forgetting:
        callback(group_id, contact_id=contact_id, name=name, mailbox_hash=mailbox_hash, at=at)


def _discard_caught(mailbox: str) -> None:
    for callback in _erasing:
        callback(mailbox)


def forget_mailbox(group_id: int, mailbox_hash: str, *, at: datetime) -> None:
    """Remove the forms and links of one mailbox in this group, and all mail about them: what waits, and what was caught.

    From lists that officers brought and that wait, its owner goes too.
    """
    forget_in_lists(group_id, mailbox_hash)
    forms = queries.list_sign_ups_at(group_id, mailbox_hash)
    for mailbox in {form.mailbox for form in forms if form.mailbox}:
        _discard_caught(mailbox)
    for form in forms:
        post.withdraw_about("sign_up", form.id, at=at)
    for link in queries.list_my_links_at(group_id, mailbox_hash):
        post.withdraw_about("my_link", link.id, at=at)
    for model in (SignUp, MyLink):
        session().execute(delete(model).where(model.group_id == group_id, model.mailbox_hash == mailbox_hash))
