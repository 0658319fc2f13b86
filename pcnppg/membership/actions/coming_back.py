"""The way back for who did not mean to leave: a link to their mailbox, the words again, and a record of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import may_join
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.membership import emails, queries
from pcnppg.membership.actions.evidence import keep_wording, record
from pcnppg.membership.models import Contact, MyLink, Suppression
from pcnppg.membership.rules import DAY, MAILS_A_DAY, MY_LINK_LASTS, Consent, How, State
from pcnppg.store.locks import one_at_a_time
from pcnppg.store.session import session

THERE = "You are on the list already. Nothing was changed."
CHANGED = "The words below have changed since you opened this page. Read them again before you agree."


def ask_to_come_back(contact_id: int, *, at: datetime) -> None:
    """Mail a link to whoever left, at the mailbox that they left from. Answers nothing; three mails a day at most.

    The link in a mailing alone brings nobody back: mail is forwarded.
    """
    found = queries.find_contact(contact_id)
    if found is None or found.mailbox is None or found.state != State.LEFT:
        return
    group = groups.share_group(found.group_id)
    mailbox_hash = keys.current().mailbox_hash(found.mailbox)
    one_at_a_time(f"my:{mailbox_hash}")
    if queries.count_links_asked(mailbox_hash, since=at - DAY) >= MAILS_A_DAY:
        return
    token, token_hash = keys.new_token()
    link = MyLink(
        group_id=group.id,
        mailbox_hash=mailbox_hash,
        contact_id=found.id,
        token_hash=token_hash,
        asked_at=at,
        expires_at=at + MY_LINK_LASTS,
    )
    session().add(link)
    session().flush()
    me = Who.contact(found.id)
    audit.note("membership.asked_to_come_back", by=me, at=at, group_id=group.id, about=("my_link", link.id))
    emails.send_way_back(group, link, found.mailbox, token)


def come_back(contact_id: int, *, digest: str, at: datetime) -> Contact:
    """Put whoever left back on the list, under their old number, with the words that the group shows now.

    `digest` names the words on the page whose button was pressed. `NotFound` where they have been erased; `RuleBroken`
    where the words have changed.
    """
    found = queries.find_contact(contact_id)
    if found is None:
        raise NotFound
    group = groups.lock_group(found.group_id)
    may_join(group.notice_version).enforce()
    contact = queries.lock_contact(contact_id)
    if contact.state == State.ACTIVE:
        return contact
    if contact.state != State.LEFT or contact.mailbox is None:
        raise NotFound
    if contact.name_key in {
        one.name_key for one in queries.list_at_mailbox(group.id, contact.mailbox) if one.left_at is None
    }:
        raise RuleBroken(THERE)
    shown = queries.words_of(group)
    if digest != shown.digest:
        raise RuleBroken(CHANGED)
    contact.state = State.ACTIVE
    contact.left_at = contact.left_how = None
    contact.joined_at = contact.agreed_at = at
    contact.promise = shown.promise
    contact.stopped_at = contact.stopped_because = contact.tried_at = None
    contact.wording_id = keep_wording(group.id, shown, at=at)
    me = Who.contact(contact.id)
    record(
        contact, Consent.AGREED, how=How.CAME_BACK, by=me, at=at, promise=shown.promise, wording_id=contact.wording_id
    )
    mailbox_hash = keys.current().mailbox_hash(contact.mailbox)
    session().execute(
        delete(Suppression).where(Suppression.group_id == group.id, Suppression.mailbox_hash == mailbox_hash)
    )
    audit.note("membership.came_back", by=me, at=at, group_id=group.id, about=("contact", contact.id))
    emails.send_receipt(group, contact, shown)
    return contact
