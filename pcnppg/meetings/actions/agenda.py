"""Putting an agenda in order, saying how long each part takes, and publishing it. Two officers at once lose nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import OFFICERS
from pcnppg.kernel.refusals import Conflict, NotAllowed, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions.entries import changed
from pcnppg.meetings.actions.history import roles_of
from pcnppg.meetings.models import AgendaEntry, AgendaRevision, Meeting
from pcnppg.meetings.queries import agenda as queries
from pcnppg.meetings.queries import meetings
from pcnppg.meetings.rules.agenda import (
    LEAD_LENGTH,
    STANDING_LENGTH,
    Purpose,
    as_lines,
    may_order,
    may_take,
    moved_by,
    moved_to,
)
from pcnppg.meetings.rules.meetings import may_call, may_change
from pcnppg.store.session import session

CHANGED = "Somebody else changed this agenda after you opened it. Their change is shown below. Yours was not made yet."
ONLY_OFFICERS = "Only the chair, the vice chair or the secretary can change the agenda."


def order(group_id: int, meeting_id: int, wanted: Sequence[int], *, version: int, by: Who, at: datetime) -> None:
    """Put the whole agenda in this order."""
    meeting = _take(group_id, meeting_id, version=version, by=by)
    _number(meeting, wanted, by=by, at=at)


def move(
    group_id: int,
    meeting_id: int,
    entry_id: int,
    *,
    steps: int = 0,
    place: int | None = None,
    version: int,
    by: Who,
    at: datetime,
) -> None:
    """Move one entry some steps down (up where negative), or to a place counted from 1."""
    meeting = _take(group_id, meeting_id, version=version, by=by)
    now = [entry.id for entry in _entries(meeting)]
    if entry_id not in now:
        raise RuleBroken("This part is not on the agenda any more. Nothing was moved.")
    wanted = moved_by(now, entry_id, steps=steps) if place is None else moved_to(now, entry_id, place - 1)
    _number(meeting, wanted, by=by, at=at)


def change_entry(
    group_id: int,
    meeting_id: int,
    entry_id: int,
    *,
    minutes: int,
    purpose: Purpose,
    lead: str,
    version: int,
    by: Who,
    at: datetime,
) -> None:
    """How long it takes, what it is for, who leads it."""
    may_take(minutes).enforce(field="minutes")
    if len(lead) > LEAD_LENGTH:
        raise RuleBroken(f"Make this shorter: {LEAD_LENGTH} letters at most.", field="lead")
    meeting = _take(group_id, meeting_id, version=version, by=by)
    entry = queries.get_entry(group_id, meeting_id, entry_id)
    entry.minutes, entry.purpose, entry.lead = minutes, purpose, lead
    changed(meeting, by=by)
    audit.note("meetings.entry_changed", by=by, at=at, group_id=group_id, about=("agenda_entry", entry.id))


def add_standing(
    group_id: int,
    meeting_id: int,
    *,
    title: str,
    minutes: int,
    purpose: Purpose,
    lead: str = "",
    version: int,
    by: Who,
    at: datetime,
) -> AgendaEntry:
    """Something on this agenda alone that nobody proposed: a speaker, a break, the election of officers."""
    if not title or len(title) > STANDING_LENGTH:
        raise RuleBroken(f"Give it a name of {STANDING_LENGTH} letters at most.", field="title")
    may_take(minutes).enforce(field="minutes")
    meeting = _take(group_id, meeting_id, version=version, by=by)
    entry = AgendaEntry(
        group_id=group_id,
        meeting_id=meeting_id,
        title=title,
        position=len(_entries(meeting)) + 1,
        minutes=minutes,
        purpose=purpose,
        lead=lead[:LEAD_LENGTH],
        added_at=at,
    )
    session().add(entry)
    changed(meeting, by=by)
    session().flush()
    audit.note("meetings.entry_added", by=by, at=at, group_id=group_id, about=("agenda_entry", entry.id))
    return entry


def remove_standing(group_id: int, meeting_id: int, entry_id: int, *, version: int, by: Who, at: datetime) -> None:
    """Take something off that is nobody's item. Items go back to the tray instead."""
    meeting = _take(group_id, meeting_id, version=version, by=by)
    entry = queries.get_entry(group_id, meeting_id, entry_id)
    if entry.item_id is not None:
        raise RuleBroken("This is somebody's item. Take it off in the tray, so that its proposer hears of it.")
    entry.removed_at = at
    changed(meeting, by=by)
    audit.note("meetings.entry_removed", by=by, at=at, group_id=group_id, about=("agenda_entry", entry.id))


def publish_agenda(group_id: int, meeting_id: int, *, version: int, by: Who, at: datetime) -> AgendaRevision:
    """Let everybody read it as it stands. Published again, it shows what changed."""
    meeting = _take(group_id, meeting_id, version=version, by=by)
    may_call(needs_purpose=meeting.needs_purpose, purpose_agreed_at=meeting.purpose_agreed_at).enforce()
    agenda = queries.agenda_of(meeting)
    if not agenda.parts:
        raise RuleBroken("There is nothing on this agenda yet. Put something on it first.")
    slots = [part.slot for part in agenda.parts]
    before = queries.last_lines(meeting.id)
    if before is not None and as_lines(before) == as_lines(slots):
        raise RuleBroken("Nothing has changed since it was published, so there is nothing to publish.")
    number = session().scalar(select(func.max(AgendaRevision.number)).where(AgendaRevision.meeting_id == meeting.id))
    revision = AgendaRevision(
        group_id=group_id,
        meeting_id=meeting.id,
        number=(number or 0) + 1,
        lines=as_lines(slots),
        at=at,
        by_person_id=by.person_id,
    )
    session().add(revision)
    meeting.settled_at = meeting.settled_at or at
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    session().flush()
    audit.note("meetings.agenda_published", by=by, at=at, group_id=group_id, about=("meeting", meeting.id))
    return revision


def take_agenda(group_id: int, meeting_id: int, *, by: Who) -> Meeting:
    """The meeting, locked, for an officer who changes what is on its agenda."""
    groups.share_group(group_id)
    if not roles_of(by, group_id) & OFFICERS:
        raise NotAllowed(ONLY_OFFICERS)
    meeting = meetings.get_meeting(group_id, meeting_id, lock=True)
    may_change(cancelled_at=meeting.cancelled_at, ended_at=meeting.ended_at).enforce()
    return meeting


def _take(group_id: int, meeting_id: int, *, version: int, by: Who) -> Meeting:
    """The same, for whoever has this version before them."""
    meeting = take_agenda(group_id, meeting_id, by=by)
    if meeting.agenda_version != version:
        raise Conflict(CHANGED)
    return meeting


def _entries(meeting: Meeting) -> Sequence[AgendaEntry]:
    found = select(AgendaEntry).where(AgendaEntry.meeting_id == meeting.id, AgendaEntry.removed_at.is_(None))
    return session().scalars(found.order_by(AgendaEntry.position, AgendaEntry.id)).all()


def _number(meeting: Meeting, wanted: Sequence[int], *, by: Who, at: datetime) -> None:
    there = {entry.id: entry for entry in _entries(meeting)}
    may_order(wanted, there).enforce()
    for position, number in enumerate(wanted, start=1):
        there[number].position = position
    changed(meeting, by=by)
    audit.note("meetings.agenda_ordered", by=by, at=at, group_id=meeting.group_id, about=("meeting", meeting.id))
