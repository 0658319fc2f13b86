"""Who says they come, who was missed, who brings the biscuits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from pcnppg.groups.rules import PATIENTS, Role
from pcnppg.kernel.refusals import NotFound
from pcnppg.meetings.models import Attendance, Meeting, RotaSlot
from pcnppg.meetings.queries.day import belonging
from pcnppg.meetings.rules.attending import Presence, is_missed, missed_in_a_row, presence
from pcnppg.people import queries as people
from pcnppg.store.session import session

LOOKED_BACK = 12
"""Meetings that a row of missed ones is looked for in."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody who was not seen for some meetings in a row, and sent no apologies."""

    person_id: int
    name: str
    role: Role
    meetings: int


def list_missed(group_id: int) -> list[Missed]:
    """Whom the chair might ring: patients of the group, the longest missed first."""
    seen: dict[int, list[Attendance]] = {}
    for row in session().scalars(_lately(group_id)):
        if row.person_id is not None:
            seen.setdefault(row.person_id, []).append(row)
    found = []
    for person_id, (name, role) in belonging(group_id).items():
        presences = _since_spoken(seen.get(person_id, []))
        if role in PATIENTS and is_missed(presences):
            found.append(Missed(person_id, name, role, missed_in_a_row(presences)))
    return sorted(found, key=lambda one: (-one.meetings, one.name.casefold(), one.person_id))


def _since_spoken(rows: Sequence[Attendance]) -> list[Presence]:
    """How somebody stood to the meetings since the chair last spoke to them, the newest first."""
    until = next((n for n, row in enumerate(rows) if row.spoken_at is not None), len(rows))
    return [presence(row.said, row.here) for row in rows[:until]]


def last_attendance(group_id: int, person_id: int) -> Attendance | None:
    """What is written down of somebody at the newest meeting that has ended, locked."""
    found = _lately(group_id).where(Attendance.person_id == person_id).limit(1)
    return session().scalar(found.with_for_update(of=Attendance).execution_options(populate_existing=True))


def _lately(group_id: int) -> Select[Attendance]:
    newest = (
        select(Meeting.id)
        .where(Meeting.group_id == group_id, Meeting.ended_at.is_not(None))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(LOOKED_BACK)
    )
    return (
        select(Attendance)
        .join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Attendance.group_id == group_id, Meeting.id.in_(newest.scalar_subquery()))
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc(), Attendance.id)
    )


@dataclass(frozen=True, slots=True)
class Task:
    """A small task at one meeting; `name` is who put theirs to it, empty for nobody yet."""

    words: str
    person_id: int | None
    name: str


def list_tasks(meeting: Meeting, wanted: Sequence[str]) -> list[Task]:
    """The tasks of a meeting: those of the group's habits, and any that somebody has taken on."""
    rows = list(session().scalars(select(RotaSlot).where(RotaSlot.meeting_id == meeting.id).order_by(RotaSlot.id)))
    names = {one.id: one.name for one in people.list_people([row.person_id for row in rows if row.person_id])}
    taken = {row.task: row for row in rows}
    words = [*wanted, *(row.task for row in rows if row.task not in wanted and row.person_id is not None)]
    found = [(task, taken[task].person_id if task in taken else None) for task in words]
    return [Task(task, person_id, names.get(person_id or 0, "")) for task, person_id in found]


def find_slot(meeting: Meeting, task: str) -> RotaSlot | None:
    """The row of a task, locked."""
    found = select(RotaSlot).where(RotaSlot.meeting_id == meeting.id, RotaSlot.task == task)
    return session().scalar(found.with_for_update().execution_options(populate_existing=True))


def task_numbered(tasks: Sequence[str], number: int) -> str:
    """The task with this number in the group's list, counted from 1."""
    if not 1 <= number <= len(tasks):
        raise NotFound
    return tasks[number - 1]
