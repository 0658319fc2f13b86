"""Places on an agenda: added, taken off, numbered. Each change raises the agenda's version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from pcnppg.kernel.who import Who
from pcnppg.meetings.models import AgendaEntry, Item, Meeting
from pcnppg.meetings.queries.agenda import list_standing
from pcnppg.meetings.rules.agenda import MOST_MINUTES, Place, Purpose
from pcnppg.store.session import session


def add_entry(meeting: Meeting, *, item: Item, minutes: int, purpose: Purpose, by: Who, at: datetime) -> AgendaEntry:
    """A place for an item, before what closes every meeting. The meeting is locked."""
    place = _after_items(meeting)
    found = select(AgendaEntry).where(
        AgendaEntry.meeting_id == meeting.id, AgendaEntry.position >= place, AgendaEntry.removed_at.is_(None)
    )
    for later in session().scalars(found):
        later.position += 1
    entry = AgendaEntry(
        group_id=meeting.group_id,
        meeting_id=meeting.id,
        item_id=item.id,
        position=place,
        minutes=max(0, min(minutes, MOST_MINUTES)),
        purpose=purpose,
        lead="",
        added_at=at,
    )
    session().add(entry)
    changed(meeting, by=by)
    session().flush()
    return entry


def take_off(item: Item, *, by: Who, at: datetime) -> None:
    """Take an item off the agenda that it is on now, if it is on any; what was published before stays known."""
    found = select(AgendaEntry).where(
        AgendaEntry.item_id == item.id,
        AgendaEntry.meeting_id == item.meeting_id,
        AgendaEntry.removed_at.is_(None),
        AgendaEntry.done_at.is_(None),
    )
    for entry in session().scalars(found):
        entry.removed_at = at
        changed(session().get_one(Meeting, entry.meeting_id, with_for_update=True), by=by)
    session().flush()


def changed(meeting: Meeting, *, by: Who) -> None:
    """The agenda is another one now: whoever has the old one before them is shown this change first."""
    meeting.agenda_version = (meeting.agenda_version or 0) + 1
    meeting.agenda_changed_by = by.person_id


def _after_items(meeting: Meeting) -> int:
    """The position behind the last item, or behind what opens the meeting."""
    here = (AgendaEntry.meeting_id == meeting.id, AgendaEntry.removed_at.is_(None))
    last = session().scalar(select(func.max(AgendaEntry.position)).where(*here, AgendaEntry.item_id.is_not(None)))
    if last is not None:
        return last + 1
    opening = sum(standing.place is Place.OPENING for standing in list_standing(meeting.group_id))
    most = session().scalar(select(func.count()).select_from(AgendaEntry).where(*here)) or 0
    return min(opening, most) + 1
