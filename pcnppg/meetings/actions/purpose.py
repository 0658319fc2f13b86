"""What a network's meeting is for. The floor above, which knows the groups, writes it here and says when they agreed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pcnppg.meetings.queries import meetings as queries
from pcnppg.meetings.rules.meetings import may_change
from pcnppg.store.session import session

if TYPE_CHECKING:
    from pcnppg.meetings.models import Meeting


def put_purpose(group_id: int, meeting_id: int, words: str) -> Meeting:
    """Put these words before the groups. Nobody has agreed to them yet."""
    meeting = take_meeting(group_id, meeting_id)
    meeting.purpose, meeting.purpose_agreed_at = words, None
    session().flush()
    return meeting


def take_meeting(group_id: int, meeting_id: int) -> Meeting:
    """The meeting, locked, if anything can still be said about it."""
    meeting = queries.get_meeting(group_id, meeting_id, lock=True)
    may_change(cancelled_at=meeting.cancelled_at, ended_at=meeting.ended_at).enforce()
    return meeting


def agree_purpose(meeting: Meeting, *, at: datetime) -> None:
    """Enough groups agree: items and agenda can follow. The meeting is locked."""
    meeting.purpose_agreed_at = at
    session().flush()
