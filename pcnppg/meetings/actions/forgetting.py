"""Erasing somebody from what is kept about meetings (rule 10). What was decided and counted stays, without them."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from pcnppg.groups import queries as groups
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.meetings.actions.history import write
from pcnppg.meetings.actions.unnaming import forget_in_record, forget_outsider
from pcnppg.meetings.models import AgendaEntry, Attendance, Backing, Item, ItemHistory, ItemNote, Proposal, RotaSlot
from pcnppg.meetings.queries.raising import list_raised
from pcnppg.meetings.rules.items import ItemAct, ItemState
from pcnppg.people import queries as people
from pcnppg.post import actions as post
from pcnppg.store.session import session

UNREAD = frozenset({ItemState.WAITING, ItemState.PARKED, ItemState.WITHDRAWN})
"""Items whose words are still their proposer's own: they go with them."""
GONE = "An item that its proposer had erased"
SOMEBODY = "somebody"


def forget_person(person_id: int, *, by: Who, at: datetime) -> None:
    """Take the name of somebody with an account out of agendas and items, and their name off small tasks.

    What they proposed stays the group's business under their number, which says nobody's name.
    """
    name = people.get_person(person_id).name
    known = [group.id for group in groups.list_groups_known(person_id)]
    leads = AgendaEntry.group_id.in_(known), AgendaEntry.lead.icontains(name, autoescape=True)
    for entry in session().scalars(select(AgendaEntry).where(*leads)):
        entry.lead = "" if _named(name).search(entry.lead) else entry.lead
    for item in session().scalars(select(Item).where(Item.person_id == person_id)):
        _without_name(item, name)
        for raised in list_raised(item.id):
            _without_name(raised, name)
    session().execute(update(RotaSlot).where(RotaSlot.person_id == person_id).values(person_id=None, taken_at=None))
    session().execute(delete(Attendance).where(Attendance.person_id == person_id, Attendance.here.is_(None)))
    session().execute(
        update(Backing).where(Backing.person_id == person_id).values(person_id=None, mailbox=None, mailbox_hash=None)
    )
    forget_in_record(person_id, at=at)
    session().flush()


def forget_contact(
    group_id: int, *, contact_id: int | None, name: str | None, mailbox_hash: str | None, at: datetime
) -> None:
    """Take a contact, or whoever reads a mailbox, out of items, backings and forms of this group.

    `mailbox_hash` is None where others still use the mailbox.
    """
    theirs = [
        *([Item.contact_id == contact_id] if contact_id is not None else []),
        *([Item.mailbox_hash == mailbox_hash] if mailbox_hash is not None else []),
    ]
    for item in session().scalars(select(Item).where(Item.group_id == group_id, or_(*theirs)).order_by(Item.id)):
        _forget_proposer(item, name, at=at)
    backed = [
        *([Backing.contact_id == contact_id] if contact_id is not None else []),
        *([Backing.mailbox_hash == mailbox_hash] if mailbox_hash is not None else []),
    ]
    for backing in session().scalars(select(Backing).where(Backing.group_id == group_id, or_(*backed))):
        post.withdraw_about("backing", backing.id, at=at)
        backing.contact_id = backing.person_id = backing.mailbox = backing.mailbox_hash = None
    if mailbox_hash is not None:
        forms = select(Proposal).where(Proposal.group_id == group_id, Proposal.mailbox_hash == mailbox_hash)
        for form in session().scalars(forms):
            post.withdraw_about("proposal", form.id, at=at)
            session().delete(form)
    forget_outsider(group_id, name=name, mailbox_hash=mailbox_hash, at=at)
    session().flush()


def _forget_proposer(item: Item, name: str | None, *, at: datetime) -> None:
    post.withdraw_about("agenda_item", item.id, at=at)
    known = name or item.proposer_name
    for raised in list_raised(item.id):
        _forget_raised(raised, known or "", is_theirs=item.state in UNREAD, at=at)
    item.contact_id = item.mailbox = item.mailbox_hash = item.proposer_name = None
    item.quiet_at = item.quiet_at or at
    if item.state in UNREAD:
        item.title, item.now_words, item.better_words, item.could_words = GONE, "", "", ""
        if item.state != ItemState.WITHDRAWN:
            write(item, ItemAct.WITHDRAWN, by=MACHINE, at=at)
    else:
        _without_name(item, known or "")
    lines = select(ItemHistory.id).where(ItemHistory.item_id == item.id)
    session().execute(delete(ItemNote).where(ItemNote.history_id.in_(lines)))


def _forget_raised(item: Item, name: str, *, is_theirs: bool, at: datetime) -> None:
    """What was raised to a network goes with what stands at home, unless it is the network's business already."""
    if is_theirs and item.state in UNREAD:
        item.title, item.now_words, item.better_words, item.could_words = GONE, "", "", ""
        if item.state != ItemState.WITHDRAWN:
            write(item, ItemAct.WITHDRAWN, by=MACHINE, at=at)
    else:
        _without_name(item, name)
    lines = select(ItemHistory.id).where(ItemHistory.item_id == item.id)
    session().execute(delete(ItemNote).where(ItemNote.history_id.in_(lines)))


def _without_name(item: Item, name: str) -> None:
    """Their name goes from the words of an item that is the group's business already."""
    if not name:
        return
    for column in ("title", "now_words", "better_words", "could_words", "outcome", "answer_words"):
        words = getattr(item, column)
        if words:
            setattr(item, column, _named(name).sub(SOMEBODY, words))


def _named(name: str) -> re.Pattern[str]:
    """A name where it stands as words of its own."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
