"""What is kept about one person around meetings, to be shown to them (rule 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from pcnppg.kernel import keys
from pcnppg.kernel.kept import Kept, Value
from pcnppg.meetings.models import Attendance, Backing, Item, Meeting, Proposal, RotaSlot
from pcnppg.meetings.queries.record_telling import tell_outsider, tell_record
from pcnppg.meetings.rules.items import STATE_WORDS, ItemState
from pcnppg.membership import queries as membership
from pcnppg.store.session import session

PROPOSED = ("When", "Item", "Where it stands", "What you wrote")
BACKED = ("When", "Item", "Where it stands")


def tell_about_person(person_id: int, at: datetime) -> list[Kept]:
    """What somebody with an account proposed and backed, said about coming, and took on."""
    said = select(Meeting.starts_at, Attendance.said, Attendance.here).join(
        Meeting, Meeting.id == Attendance.meeting_id
    )
    said = said.where(Attendance.person_id == person_id).order_by(Meeting.starts_at, Attendance.id)
    took = select(Meeting.starts_at, RotaSlot.task).join(Meeting, Meeting.id == RotaSlot.meeting_id)
    took = took.where(RotaSlot.person_id == person_id).order_by(Meeting.starts_at, RotaSlot.id)
    return [
        _proposed(Item.person_id == person_id),
        _backed(Backing.person_id == person_id),
        Kept("Meetings, and whether you were there", ("Meeting", "You said", "You were"), _rows(said)),
        Kept("Small tasks you took on", ("Meeting", "Task"), _rows(took)),
        *tell_record(person_id),
    ]


def tell_about_contact(contact_id: int, at: datetime) -> Mapping[str, Any]:
    """What a contact proposed and backed, as plain values. Of a mailbox that people share, only what is under their number."""
    found = membership.find_contact(contact_id)
    if found is None:
        return {"meetings": []}
    shared = found.mailbox is None or len(membership.list_people_at(found.group_id, found.mailbox)) > 1
    mailbox_hash = "" if shared else keys.current().mailbox_hash(found.mailbox or "")
    return {"meetings": as_values(tell_about_reader(found.group_id, contact_id, mailbox_hash, at))}


def as_values(found: Sequence[Kept]) -> list[dict[str, Any]]:
    """The same for another program: each row by its columns."""
    return [
        {"heading": kept.heading, "lines": [dict(zip(kept.columns, row, strict=True)) for row in kept.rows]}
        for kept in found
    ]


def tell_about_reader(group_id: int, contact_id: int | None, mailbox_hash: str, at: datetime) -> list[Kept]:
    """The same for whoever was mailed a link: a contact, or a mailbox that somebody without an account confirmed."""
    proposed = [Item.mailbox_hash == mailbox_hash, *([Item.contact_id == contact_id] if contact_id else [])]
    backed = [Backing.mailbox_hash == mailbox_hash, *([Backing.contact_id == contact_id] if contact_id else [])]
    waits = (
        select(Proposal.asked_at, Proposal.name, Proposal.title)
        .where(Proposal.group_id == group_id, Proposal.mailbox_hash == mailbox_hash, Proposal.mailbox.is_not(None))
        .order_by(Proposal.asked_at, Proposal.id)
    )
    kept = [
        _proposed(Item.group_id == group_id, or_(*proposed)),
        _backed(Backing.group_id == group_id, or_(*backed)),
        Kept("Items that wait for your confirmation", ("When", "Your name", "Item"), _rows(waits)),
    ]
    return [one for one in kept if one.rows] + tell_outsider(group_id, mailbox_hash)


def _proposed(*where: ColumnElement[bool]) -> Kept:
    found = select(Item).where(*where).order_by(Item.proposed_at, Item.id)
    rows = [
        (
            item.proposed_at,
            item.title,
            STATE_WORDS[ItemState(item.state)],
            " / ".join(filter(None, (item.now_words, item.better_words, item.could_words))),
        )
        for item in session().scalars(found)
    ]
    return Kept("Items you proposed", PROPOSED, rows)


def _backed(*where: ColumnElement[bool]) -> Kept:
    found = select(Backing.backed_at, Item.title, Item.state).join(Item, Item.id == Backing.item_id).where(*where)
    rows = session().execute(found.order_by(Backing.backed_at, Backing.id))
    return Kept("Items you backed", BACKED, [(at, title, STATE_WORDS[ItemState(state)]) for at, title, state in rows])


def _rows(found: Select[*tuple[Any, ...]]) -> list[tuple[Value, ...]]:
    return [tuple(row) for row in session().execute(found)]
