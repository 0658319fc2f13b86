"""Saying whether one comes, and writing down who is here. Each mark is about one person, so two officers lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.kernel.refusals import NotFound, RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.models import Attendance, Meeting
from pcnppg.meetings.queries import day as queries
from pcnppg.meetings.queries.coming import last_attendance
from pcnppg.meetings.queries.meetings import get_meeting
from pcnppg.meetings.rules.attending import LONGEST_GUEST, may_say
from pcnppg.meetings.rules.clockwork import may_open
from pcnppg.meetings.rules.people import Coming, Here, Side
from pcnppg.store.session import session

STANDINGS = ("here", "apologies", "away")


def say(group_id: int, meeting_id: int, coming: Coming, *, is_named: bool, by: Who, at: datetime) -> None:
    """Say whether one comes, and whether the minutes may print one's full name. The last word counts."""
    groups.share_group(group_id)
    meeting = get_meeting(group_id, meeting_id, lock=True)
    may_say(over=meeting.ended_at is not None, cancelled=meeting.cancelled_at is not None).enforce()
    (row,) = _rows(meeting, [by.person_id or 0])
    row.said, row.said_at, row.is_named = coming, at, is_named
    audit.note("meetings.said_coming", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))


def mark(group_id: int, meeting_id: int, standings: Mapping[int, str], *, by: Who, at: datetime) -> None:
    """Write down how people stand to a meeting: here, sent apologies, or away. Only those whose mark has changed."""
    groups.share_group(group_id)
    meeting = open_meeting(group_id, meeting_id, at=at)
    for row in _rows(meeting, sorted(standings)):
        standing = standings[row.person_id or 0]
        row.here, row.here_at = (Here.PRESENT if standing == "here" else Here.ABSENT), at
        row.by_person_id, row.version = by.person_id, row.version + 1
        if standing == "apologies":
            row.said, row.said_at = Coming.APOLOGIES, row.said_at or at
        elif standing == "away" and row.said == Coming.APOLOGIES:
            row.said = row.said_at = None
    stamp(meeting, at=at)
    audit.note("meetings.roll_called", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))


def add_guest(group_id: int, meeting_id: int, name: str, *, by: Who, at: datetime) -> None:
    """Somebody without a role is here. The same name twice is one guest: the button was pressed twice."""
    groups.share_group(group_id)
    meeting = open_meeting(group_id, meeting_id, at=at)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_GUEST:
        raise RuleBroken(f"Enter the guest's name, in {LONGEST_GUEST} letters at most.", field="guest")
    if name.casefold() in {seat.name.casefold() for seat in queries.seats_of(meeting) if seat.person_id is None}:
        return
    guest = {"side": Side.GUEST, "here": Here.PRESENT, "here_at": at, "by_person_id": by.person_id}
    session().add(Attendance(group_id=group_id, meeting_id=meeting_id, guest_name=name, **guest))
    session().flush()
    audit.note("meetings.guest_added", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))


def remove_guest(group_id: int, meeting_id: int, attendance_id: int, *, by: Who, at: datetime) -> None:
    """A guest who was written down by mistake."""
    groups.share_group(group_id)
    meeting = open_meeting(group_id, meeting_id, at=at)
    row = session().get(Attendance, attendance_id)
    if row is None or row.meeting_id != meeting.id or row.person_id is not None:
        raise NotFound
    session().delete(row)
    audit.note("meetings.guest_removed", by=by, at=at, group_id=group_id, about=("meeting", meeting_id))


def note_spoken(group_id: int, person_id: int, *, by: Who, at: datetime) -> None:
    """The chair has spoken to somebody who was missed: the prompt goes, and comes back only after three more."""
    groups.share_group(group_id)
    row = last_attendance(group_id, person_id)
    if row is None:
        raise NotFound
    row.spoken_at = row.spoken_at or at
    audit.note("meetings.spoken_to", by=by, at=at, group_id=group_id, about=("person", person_id))


def open_meeting(group_id: int, meeting_id: int, *, at: datetime) -> Meeting:
    """The meeting, locked, on its day. The first thing written down begins it."""
    meeting = get_meeting(group_id, meeting_id, lock=True)
    cancelled, ended = meeting.cancelled_at is not None, meeting.ended_at is not None
    may_open(starts_at=meeting.starts_at, cancelled=cancelled, ended=ended, at=at).enforce()
    meeting.began_at = meeting.began_at or at
    return meeting


def stamp(meeting: Meeting, *, at: datetime) -> queries.Quorum:
    """Work out whether the meeting can decide, and keep it with the rule as it is now."""
    session().flush()
    found = queries.quorum_of(meeting, queries.seats_of(meeting))
    meeting.is_quorate, meeting.quorum_at = bool(found.verdict), at
    meeting.quorum_present, meeting.quorum_needed, meeting.quorum_words = found.here, found.needed, found.words
    return found


def write_roll(meeting: Meeting, *, at: datetime) -> None:
    """At the end: everybody who belongs to the group has a line, with the role they hold on this day."""
    for row in _rows(meeting, sorted(queries.belonging(meeting.group_id))):
        if row.here is None:
            row.here, row.here_at = Here.ABSENT, at


def _rows(meeting: Meeting, people: Sequence[int]) -> list[Attendance]:
    """What is written down of these people, who all belong to the group; whoever does not is not found."""
    known, kept = queries.belonging(meeting.group_id), queries.attendance_of(meeting.id)
    rows = []
    for person_id in people:
        if person_id not in known:
            raise NotFound
        row = kept.get(person_id) or Attendance(
            group_id=meeting.group_id, meeting_id=meeting.id, person_id=person_id, version=1, is_named=False
        )
        row.as_role = known[person_id][1]
        row.side = queries.side_of(row.as_role)
        rows.append(row)
    session().add_all(rows)
    session().flush()
    return rows
