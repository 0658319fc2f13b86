"""Reading meetings and a group's habits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from pcnppg.kernel.refusals import NotFound
from pcnppg.meetings.models import Meeting, MeetingSettings
from pcnppg.meetings.rules.meetings import Habits
from pcnppg.store.session import session

LISTED = 300
"""Meetings on one page at most: at two a month more than ten years."""
FEED_SINCE = timedelta(days=400)
"""How far back the calendar feed reaches."""


def get_meeting(group_id: int, meeting_id: int, *, lock: bool = False) -> Meeting:
    """A meeting of this group; another group's is not found."""
    found = select(Meeting).where(Meeting.group_id == group_id, Meeting.id == meeting_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    meeting = session().scalar(found)
    if meeting is None:
        raise NotFound
    return meeting


def find_later(meeting: Meeting, at: datetime) -> Meeting | None:
    """The next meeting after this one that has not begun: where what this one did not get to can go."""
    found = select(Meeting).where(
        Meeting.group_id == meeting.group_id,
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at > max(meeting.ends_at, at),
    )
    return session().scalar(found.order_by(Meeting.starts_at, Meeting.id).limit(1))


def find_next(group_id: int, at: datetime) -> Meeting | None:
    """The meeting that comes next, or that goes on now."""
    found = select(Meeting).where(Meeting.group_id == group_id, Meeting.cancelled_at.is_(None), ~_is_over(at))
    return session().scalar(found.order_by(Meeting.starts_at, Meeting.id).limit(1))


def list_coming(group_id: int, at: datetime) -> list[Meeting]:
    """Meetings that are not over, the next first, cancelled ones among them."""
    found = select(Meeting).where(Meeting.group_id == group_id, ~_is_over(at))
    return list(session().scalars(found.order_by(Meeting.starts_at, Meeting.id).limit(LISTED)))


def list_past(group_id: int, at: datetime) -> list[Meeting]:
    """Meetings that are over, the newest first."""
    found = select(Meeting).where(Meeting.group_id == group_id, _is_over(at))
    return list(session().scalars(found.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(LISTED)))


def _is_over(at: datetime) -> ColumnElement[bool]:
    """Its time is over, or somebody has ended it before."""
    return or_(Meeting.ends_at <= at, Meeting.ended_at.is_not(None))


def list_for_feed(group_id: int, at: datetime) -> list[Meeting]:
    """What calendars are told: cancelled meetings too, or they would stay in people's calendars."""
    found = select(Meeting).where(Meeting.group_id == group_id, Meeting.starts_at > at - FEED_SINCE)
    return list(session().scalars(found.order_by(Meeting.starts_at, Meeting.id).limit(LISTED)))


def list_times(group_id: int, *, but: int | None = None) -> list[tuple[datetime, datetime]]:
    """Beginnings and ends of the meetings that take place, without `but`."""
    where: Iterable[ColumnElement[bool]] = [Meeting.group_id == group_id, Meeting.cancelled_at.is_(None)]
    found = select(Meeting.id, Meeting.starts_at, Meeting.ends_at).where(*where).order_by(Meeting.starts_at)
    return [(start, end) for meeting_id, start, end in session().execute(found) if meeting_id != but]


def habits_of(group_id: int) -> Habits:
    """A group's habits, or the usual ones."""
    found = session().scalar(select(MeetingSettings).where(MeetingSettings.group_id == group_id))
    return found.habits if found else Habits()


def find_settings(group_id: int) -> MeetingSettings | None:
    """The row of a group that has habits of its own."""
    return session().scalar(select(MeetingSettings).where(MeetingSettings.group_id == group_id))
