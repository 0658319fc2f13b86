"""Putting one's name to a small task at a meeting, and taking it off again. Two who press at once: the first has it."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import Conflict, NotFound
from pcnppg.kernel.who import Who
from pcnppg.meetings.models import RotaSlot
from pcnppg.meetings.queries import coming as queries
from pcnppg.meetings.queries.day import belonging
from pcnppg.meetings.queries.meetings import get_meeting, habits_of
from pcnppg.meetings.rules.attending import may_say, tasks_of
from pcnppg.store.session import session


def take_on(group_id: int, meeting_id: int, number: int, *, by: Who, at: datetime) -> str:
    """Put one's name to a task; the task."""
    task, slot = _slot(group_id, meeting_id, number)
    if by.person_id not in belonging(group_id):
        raise NotFound
    if slot.person_id not in (None, by.person_id):
        raise Conflict("Somebody else put their name to it a moment before you. Thank you all the same.")
    slot.person_id, slot.taken_at = by.person_id, slot.taken_at or at
    audit.note("meetings.task_taken", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))
    return task


def hand_back(group_id: int, meeting_id: int, number: int, *, by: Who, at: datetime) -> str:
    """Take one's own name off a task; the task."""
    task, slot = _slot(group_id, meeting_id, number)
    if slot.person_id == by.person_id:
        slot.person_id = slot.taken_at = None
        audit.note("meetings.task_handed_back", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))
    return task


def _slot(group_id: int, meeting_id: int, number: int) -> tuple[str, RotaSlot]:
    groups.lock_group(group_id)
    meeting = get_meeting(group_id, meeting_id)
    may_say(over=meeting.ended_at is not None, cancelled=meeting.cancelled_at is not None).enforce()
    task = queries.task_numbered(tasks_of(habits_of(group_id).rotas), number)
    slot = queries.find_slot(meeting, task)
    if slot is None:
        slot = RotaSlot(group_id=group_id, meeting_id=meeting_id, task=task)
        session().add(slot)
        session().flush()
    return task, slot
