"""Whether a group's meetings drift away from its patients: what the kind warnings go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pcnppg.groups.rules import OFFICERS
from pcnppg.meetings.models import AgendaEntry, Attendance, Item, ItemHistory, Meeting
from pcnppg.meetings.queries.meetings import find_next
from pcnppg.meetings.rules.items import ItemAct, ItemState, Origin
from pcnppg.meetings.rules.people import Here, Side
from pcnppg.meetings.rules.warning import WITHOUT_PRACTICE, Held, Shares, Warned, warnings
from pcnppg.store.session import session

LATELY = 12
"""Meetings of which it is shown who came from the practice: about a year or two."""
UNANSWERED = (ItemState.WAITING, ItemState.PASSED)


def warnings_of(group_id: int, at: datetime) -> list[Warned]:
    """What a group is warned of now."""
    held = [_held(meeting_id) for meeting_id in _newest(group_id, WITHOUT_PRACTICE)]
    waiting = select(Item.proposed_at).where(Item.group_id == group_id, Item.state.in_(UNANSWERED))
    return warnings(held, _shares(group_id, at), list(session().scalars(waiting)), at)


def _newest(group_id: int, number: int) -> list[int]:
    ended = select(Meeting.id).where(Meeting.group_id == group_id, Meeting.ended_at.is_not(None))
    return list(session().scalars(ended.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(number)))


def _held(meeting_id: int) -> Held:
    staff = select(func.count()).where(
        Attendance.meeting_id == meeting_id, Attendance.side == Side.PRACTICE, Attendance.here == Here.PRESENT
    )
    by_officers = select(ItemHistory.item_id).where(
        ItemHistory.act == ItemAct.PROPOSED, ItemHistory.as_role.in_(OFFICERS)
    )
    others = (
        select(func.count())
        .select_from(AgendaEntry)
        .join(Item, Item.id == AgendaEntry.item_id)
        .where(
            AgendaEntry.meeting_id == meeting_id,
            AgendaEntry.removed_at.is_(None),
            Item.person_id.is_(None) | Item.id.not_in(by_officers),
        )
    )
    return Held(staff_came=bool(session().scalar(staff)), others_proposed=bool(session().scalar(others)))


def _shares(group_id: int, at: datetime) -> Shares | None:
    """Whose minutes the next agenda has; None where nobody's item is on it."""
    coming = find_next(group_id, at)
    if coming is None:
        return None
    found = (
        select(Item.origin, func.sum(AgendaEntry.minutes))
        .select_from(AgendaEntry)
        .outerjoin(Item, Item.id == AgendaEntry.item_id)
        .where(AgendaEntry.meeting_id == coming.id, AgendaEntry.removed_at.is_(None))
        .group_by(Item.origin)
    )
    minutes: dict[str | None, int] = {origin: int(total) for origin, total in session().execute(found)}
    if not any(minutes.values()) or set(minutes) == {None}:
        return None
    return Shares(practice=minutes.get(Origin.PRACTICE, 0), total=sum(minutes.values()))


@dataclass(frozen=True, slots=True)
class Came:
    """A meeting, how many patients and how many of the practice were there."""

    meeting_id: int
    starts_at: datetime
    patients: int
    staff: int


def list_came(group_id: int) -> list[Came]:
    """Who came to the latest meetings, in numbers, the newest first."""
    numbers = _newest(group_id, LATELY)
    meetings = session().execute(select(Meeting.id, Meeting.starts_at).where(Meeting.id.in_(numbers)))
    starts = dict(meetings.all())
    found = select(Attendance.meeting_id, Attendance.side, func.count()).where(
        Attendance.meeting_id.in_(numbers), Attendance.here == Here.PRESENT
    )
    heads = {
        (number, side): n
        for number, side, n in session().execute(found.group_by(Attendance.meeting_id, Attendance.side))
    }
    return [
        Came(number, starts[number], heads.get((number, Side.PATIENTS), 0), heads.get((number, Side.PRACTICE), 0))
        for number in numbers
    ]
