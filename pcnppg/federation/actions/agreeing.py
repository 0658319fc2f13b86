"""Counting whether enough groups agree to what a meeting is for. Once they do, it stays so until it is worded anew."""

from __future__ import annotations

from datetime import datetime

from pcnppg.audit import actions as audit
from pcnppg.federation import queries
from pcnppg.kernel.who import MACHINE, Who
from pcnppg.meetings.actions.purpose import agree_purpose
from pcnppg.meetings.queries import meetings


def count_purpose(network_id: int, meeting_id: int, *, by: Who, at: datetime) -> None:
    """Let items and agenda follow where enough groups agree. The network's group is locked."""
    meeting = meetings.get_meeting(network_id, meeting_id, lock=True)
    if meeting.purpose_agreed_at is None and queries.talk_of(network_id, meeting).is_agreed:
        agree_purpose(meeting, at=at)
        audit.note("federation.purpose_agreed", by=by, at=at, group_id=network_id, about=("meeting", meeting_id))


def count_purposes(network_id: int, *, at: datetime) -> None:
    """The same for all coming meetings, where a group left or fell asleep, or the agreement asks for another number."""
    for talk in queries.list_talks(network_id, at):
        count_purpose(network_id, talk.meeting.id, by=MACHINE, at=at)
