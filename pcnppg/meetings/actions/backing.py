"""Backing an item, once each: members and contacts by one press, everybody else by a mailed link. And switching off its mail."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import STAFF
from pcnppg.kernel import keys
from pcnppg.kernel.refusals import NotAllowed, NotFound, RuleBroken
from pcnppg.kernel.who import VISITOR, Who
from pcnppg.meetings.actions.asking import ask
from pcnppg.meetings.actions.history import roles_of
from pcnppg.meetings.emails import items as emails
from pcnppg.meetings.models import Backing, Item, Proposal
from pcnppg.meetings.queries import backing as links
from pcnppg.meetings.queries import items as queries
from pcnppg.meetings.queries import meetings
from pcnppg.meetings.rules.items import OPEN
from pcnppg.membership import queries as membership
from pcnppg.people import queries as people
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.kernel.email_address import EmailAddress

CLOSED = "This item is closed, so it cannot be backed any more."
GONE = "This item is closed now. You can still propose one of your own."


def ask_to_back(group_id: int, meeting_id: int, item_id: int, *, address: EmailAddress, by: Who, at: datetime) -> None:
    """Write one mail to this address, whose link backs this item. Answers nothing, for any address."""
    group, meeting = groups.share_group(group_id), meetings.get_meeting(group_id, meeting_id)
    item = queries.get_public(group_id, item_id)
    if item.state not in OPEN:
        raise RuleBroken(CLOSED)
    ask(group, meeting, address, wish=None, item_id=item.id, name=None, by=by, at=at)


def back(group_id: int, item_id: int, *, by: Who, at: datetime) -> Item:
    """A member says that it matters to them too. Once: a second press changes nothing."""
    groups.share_group(group_id)
    roles = roles_of(by, group_id)
    if by.person_id is None or not set(roles) - STAFF:
        raise NotAllowed("Patients back items. As staff of the practice you can propose one.")
    item = queries.get_item(group_id, item_id, lock=True)
    if item.state not in OPEN:
        raise RuleBroken(CLOSED)
    mailbox = people.get_person(by.person_id).mailbox or ""
    if not queries.has_backed(item.id, mailbox):
        _add(item, mailbox, person_id=by.person_id, by=by, at=at)
    return item


def back_by_link(token: str, item_id: int, *, at: datetime) -> Item:
    """A contact backs an item by the link that knows who they are. Once: a second press changes nothing."""
    contact = links.get_backer(token)
    groups.share_group(contact.group_id)
    item = queries.get_item(contact.group_id, item_id, lock=True)
    if item.held_because is not None:
        raise NotFound
    if item.state not in OPEN:
        raise RuleBroken(CLOSED)
    membership.lock_contact(contact.id)
    mailbox = links.get_backer(token).mailbox or ""  # again, now that they cannot leave meanwhile
    if not queries.has_backed(item.id, mailbox):
        _add(item, mailbox, contact_id=contact.id, by=Who.contact(contact.id), at=at)
    return item


def back_confirmed(proposal: Proposal, item_id: int, contact_id: int | None, *, at: datetime) -> Item:
    """What somebody asked for on our page, once the owner of the address pressed the button in our mail."""
    item = queries.get_item(proposal.group_id, item_id, lock=True)
    if item.state not in OPEN:
        raise RuleBroken(GONE)
    assert proposal.mailbox is not None  # noqa: S101 - asked before
    if not queries.has_backed(item.id, proposal.mailbox):
        by = Who.contact(contact_id) if contact_id is not None else VISITOR
        _add(item, proposal.mailbox, contact_id=contact_id, by=by, at=at)
    return item


def switch_off(token: str, *, at: datetime) -> None:
    """No more mail about this item to whoever holds this link. Safe to repeat."""
    row = find_reader(token)
    if row is None:
        raise NotFound
    row.quiet_at = row.quiet_at or at


def find_reader(token: str) -> Item | Backing | None:
    """The row that a link in our mail speaks of: a proposer's item, or a backing."""
    ours = keys.current()
    if (item_id := ours.read(emails.PURPOSES["agenda_item"], token)) is not None:
        return session().get(Item, item_id)
    backing_id = ours.read(emails.PURPOSES["backing"], token)
    return session().get(Backing, backing_id) if backing_id is not None else None


def _add(
    item: Item, mailbox: str, *, person_id: int | None = None, contact_id: int | None = None, by: Who, at: datetime
) -> None:
    backing = Backing(
        group_id=item.group_id,
        item_id=item.id,
        person_id=person_id,
        contact_id=contact_id,
        mailbox=mailbox if person_id is None and contact_id is None else None,
        mailbox_hash=keys.current().mailbox_hash(mailbox),
        backed_at=at,
    )
    session().add(backing)
    session().flush()
    audit.note("meetings.item_backed", by=by, at=at, group_id=item.group_id, about=("backing", backing.id))
