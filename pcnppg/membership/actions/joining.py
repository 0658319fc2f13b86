"""Asking to join, and confirming it. For every address alike until its owner presses the button."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import may_join
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import keep_wording, record
from pcnppg.membership.actions.mending import trust_again
from pcnppg.membership.models import Contact, MyLink, SignUp, Suppression
from pcnppg.membership.rules import (
    DAY,
    MAILS_A_DAY,
    SIGN_UP_LASTS,
    Channel,
    Consent,
    How,
    ReachedBy,
    Shown,
    State,
    name_key,
    searchable,
    whose,
)
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.groups.models import Group
    from pcnppg.kernel.email_address import EmailAddress


def join(group_id: int, *, address: EmailAddress, name: str | None, channel: Channel, by: Who, at: datetime) -> None:
    """Write one mail to this address: a link to confirm, or that it is on the list already. Answers nothing.

    `RuleBroken` while the group has not said who holds the data. The same statements run whether the address is known,
    waiting, suppressed or new (rule 6). Once a mailbox had its three mails of the day, nothing happens. Who is known gets
    a link too, for somebody else who reads that mailbox.
    """
    group = groups.share_group(group_id)
    may_join(group.notice_version).enforce()
    mailbox_hash = keys.current().mailbox_hash(address.mailbox)
    one_at_a_time(f"join:{mailbox_hash}")
    if queries.count_sign_ups(mailbox_hash, since=at - DAY) >= MAILS_A_DAY:
        return
    known = queries.find_active(group_id, address.mailbox)
    token, token_hash = keys.new_token()
    sign_up = SignUp(
        group_id=group_id,
        name=name,
        address=address.shown,
        mailbox=address.mailbox,
        mailbox_hash=mailbox_hash,
        channel=channel,
        wording_id=keep_wording(group_id, queries.words_of(group), at=at),
        token_hash=token_hash,
        asked_at=at,
        expires_at=at + SIGN_UP_LASTS,
    )
    session().add(sign_up)
    session().flush()
    audit.note("membership.asked_to_join", by=by, at=at, group_id=group_id, about=("sign_up", sign_up.id))
    if known is None:
        emails.ask_to_confirm(group, sign_up, address, token)
    else:
        emails.say_already_on_list(group, sign_up, address, token)


def confirm(token: str, *, digest: str, name: str | None = None, at: datetime) -> Contact:
    """Put whoever holds this link on the list, and send them the words they agreed to. Safe to repeat.

    `digest` names the words on the page whose button was pressed; `RuleBroken` where the group's words have changed since,
    or where it has not said who holds the data.
    `name` is what somebody types there who shares the mailbox with others on the list: that makes them another contact.
    `NotFound` where the link is wrong, too old, or was used by somebody who has left since.
    """
    group = groups.lock_group(queries.get_sign_up(token).group_id)
    may_join(group.notice_version).enforce()
    found = queries.get_sign_up(token)  # again, now that nobody else changes it
    if at >= found.expires_at:
        raise NotFound
    if found.contact_id is not None:
        return _still_there(found.contact_id)
    if found.mailbox is None:
        raise NotFound
    shown = queries.words_of(group)
    if digest != shown.digest:
        raise RuleBroken("The words below have changed since you opened this page. Read them again before you agree.")
    contact = _who_is_it(group.id, found, name)
    if contact is not None and contact.state == State.ACTIVE:
        trust_again(contact, at=at)  # a link that was mailed there has been pressed: the address works
    else:
        contact = _put_on_list(group, found, contact, name or found.name, shown, at=at)
    _use(found, contact, at=at)
    return contact


def _still_there(contact_id: int) -> Contact:
    contact = queries.find_contact(contact_id)
    if contact is None or contact.state != State.ACTIVE:
        raise NotFound
    return contact


def _who_is_it(group_id: int, sign_up: SignUp, name: str | None) -> Contact | None:
    """Whom of those at the mailbox the holder of the link is; None for somebody new (settled 11).

    Where others are on the list there, only a name typed on the confirm page makes another person of its holder. Whose
    details were forgotten after leaving comes back under their old number.
    """
    assert sign_up.mailbox is not None  # noqa: S101 - asked before
    there = queries.list_at_mailbox(group_id, sign_up.mailbox)
    here = [contact for contact in there if contact.state == State.ACTIVE]
    if here and name is None:
        return queries.list_sharing(here[0])[0]
    number = whose(name_key(name or sign_up.name), [(contact.id, contact.name_key) for contact in there])
    if number is not None:
        return next(contact for contact in there if contact.id == number)
    return None if there else queries.find_forgotten(group_id, sign_up.mailbox_hash)


def _put_on_list(
    group: Group, sign_up: SignUp, before: Contact | None, name: str | None, shown: Shown, *, at: datetime
) -> Contact:
    """A new contact; or the one who left, under their old number, so that what they were sent still counts."""
    wording_id = keep_wording(group.id, shown, at=at)
    contact = before or Contact(group_id=group.id)
    assert sign_up.address is not None  # noqa: S101 - address and mailbox are emptied together
    contact.state, contact.reached_by = State.ACTIVE, ReachedBy.EMAIL
    contact.name = name or contact.name
    contact.name_key = name_key(contact.name)
    contact.address, contact.mailbox = sign_up.address, sign_up.mailbox
    contact.search = searchable(contact.name, sign_up.address)
    contact.channel = sign_up.channel
    contact.promise = shown.promise
    contact.joined_at = contact.agreed_at = at
    contact.wording_id = wording_id
    contact.paused_until = contact.left_at = contact.left_how = None
    contact.stopped_at = contact.stopped_because = contact.tried_at = None
    session().add(contact)
    session().flush()
    me = Who.contact(contact.id)
    record(
        contact,
        Consent.AGREED,
        how=How.CONFIRM_PAGE,
        by=me,
        at=at,
        promise=shown.promise,
        wording_id=wording_id,
    )
    _lift_suppression(group.id, contact.id, sign_up.mailbox_hash)
    audit.note("membership.joined", by=me, at=at, group_id=group.id, about=("contact", contact.id))
    emails.send_receipt(group, contact, shown)
    return contact


def _lift_suppression(group_id: int, contact_id: int, mailbox_hash: str | None) -> None:
    """Their own new opt-in ends it; and a link to what is held, mailed before, now shows the contact too."""
    here = (Suppression.group_id == group_id, Suppression.mailbox_hash == mailbox_hash)
    session().execute(delete(Suppression).where(*here))
    theirs = (MyLink.group_id == group_id, MyLink.mailbox_hash == mailbox_hash)
    session().execute(update(MyLink).where(*theirs).values(contact_id=contact_id))


def _use(sign_up: SignUp, contact: Contact, *, at: datetime) -> None:
    sign_up.used_at = at
    sign_up.contact_id = contact.id
    sign_up.name = sign_up.address = sign_up.mailbox = None
