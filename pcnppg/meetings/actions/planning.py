"""Planning, moving and cancelling a meeting. What was proposed for it lives on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.groups import queries as groups
from pcnppg.groups.rules import Kind
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions.items import free_items_of
from pcnppg.meetings.actions.standing import put_standing
from pcnppg.meetings.models import Meeting, MeetingSettings
from pcnppg.meetings.queries import meetings as queries
from pcnppg.meetings.rules.meetings import WHY_LENGTH, Habits, Plan, dates_for, may_change, may_keep, may_plan
from pcnppg.store.session import session

TOLD = ("kind", "starts_at", "ends_at", "place", "link", "access", "speaker", "about")
"""What calendars say of a meeting: a change of it raises the sequence."""


def plan_meeting(group_id: int, plan: Plan, *, by: Who, at: datetime) -> Meeting:
    """A new meeting; its dates follow from the group's habits, its agenda begins with what stands on every one."""
    group = groups.share_group(group_id)
    may_plan(plan, at).enforce()
    dates = dates_for(plan.kind, plan.starts_at, queries.habits_of(group_id))
    meeting = Meeting(
        group_id=group_id,
        needs_purpose=group.kind == Kind.NETWORK,
        **asdict(plan),
        **asdict(dates),
        planned_at=at,
        changed_at=at,
        by_person_id=by.person_id,
    )
    session().add(meeting)
    session().flush()
    put_standing(meeting, at=at)
    audit.note("meetings.planned", by=by, at=at, group_id=group_id, about=("meeting", meeting.id))
    return meeting


def change_meeting(group_id: int, meeting_id: int, plan: Plan, *, by: Who, at: datetime) -> Meeting:
    """Move it or change what is said of it. Its dates follow again; its agenda stays."""
    groups.share_group(group_id)
    meeting = queries.get_meeting(group_id, meeting_id, lock=True)
    may_change(cancelled_at=meeting.cancelled_at, ended_at=meeting.ended_at).enforce()
    may_plan(plan, at).enforce()
    wanted = asdict(plan)
    if all(getattr(meeting, name) == wanted[name] for name in TOLD):
        return meeting
    for name in TOLD:
        setattr(meeting, name, wanted[name])
    dates = dates_for(plan.kind, plan.starts_at, queries.habits_of(group_id))
    meeting.items_close_at, meeting.agenda_due_at = dates.items_close_at, dates.agenda_due_at
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    audit.note("meetings.changed", by=by, at=at, group_id=group_id, about=("meeting", meeting.id))
    return meeting


def cancel_meeting(group_id: int, meeting_id: int, *, why: str, by: Who, at: datetime) -> None:
    """Call it off. Its items go back to the tray with all that was said about them."""
    groups.share_group(group_id)
    meeting = queries.get_meeting(group_id, meeting_id, lock=True)
    may_change(cancelled_at=meeting.cancelled_at, ended_at=meeting.ended_at).enforce()
    if not why.strip():
        raise RuleBroken("Say in a few words why. Everybody who looks for the meeting reads it.", field="why")
    meeting.cancelled_at, meeting.cancelled_why = at, why.strip()[:WHY_LENGTH]
    meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    free_items_of(meeting, by=by, at=at)
    audit.note("meetings.cancelled", by=by, at=at, group_id=group_id, about=("meeting", meeting.id))


def keep_habits(group_id: int, habits: Habits, *, by: Who, at: datetime) -> None:
    """Write down a group's habits. Meetings that are planned already keep their dates."""
    groups.lock_group(group_id)
    may_keep(habits).enforce()
    row = queries.find_settings(group_id) or MeetingSettings(group_id=group_id)
    for name, value in asdict(habits).items():
        setattr(row, name, value)
    row.changed_at, row.by_person_id = at, by.person_id
    session().add(row)
    session().flush()
    audit.note("meetings.habits_kept", by=by, at=at, group_id=group_id)
