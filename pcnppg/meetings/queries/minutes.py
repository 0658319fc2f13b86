"""Reading minutes: where they stand, what was corrected, who reads which names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from pcnppg.groups.rules import OFFICERS, Role, as_role
from pcnppg.kernel.refusals import NotFound
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.meetings.models import Attendance, Decision, Meeting, Minutes, MinutesCorrection, MinutesStep
from pcnppg.meetings.queries.day import Seat, lines_of, names_of, seats_of, spoken_at
from pcnppg.meetings.rules.deciding import Casting, Votes, count_words
from pcnppg.meetings.rules.drafting import Decided, Given, Part, drafted
from pcnppg.meetings.rules.naming import initials, public_name
from pcnppg.meetings.rules.record import DECISION_WORDS, CorrectionState, DecisionHow, MinutesState
from pcnppg.people import queries as people
from pcnppg.store.session import session


def find_minutes(group_id: int, meeting_id: int, *, lock: bool = False) -> Minutes | None:
    found = select(Minutes).where(Minutes.group_id == group_id, Minutes.meeting_id == meeting_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session().scalar(found)


def get_minutes(group_id: int, meeting_id: int, *, lock: bool = False) -> Minutes:
    """The minutes of a meeting of this group."""
    minutes = find_minutes(group_id, meeting_id, lock=lock)
    if minutes is None:
        raise NotFound("There are no minutes of this meeting yet. They draft themselves when it ends.")
    return minutes


def find_published(group_id: int, meeting_id: int) -> Minutes | None:
    """Minutes that everybody may read."""
    minutes = find_minutes(group_id, meeting_id)
    return minutes if minutes is not None and minutes.state == MinutesState.PUBLISHED else None


def draft_of(meeting: Meeting) -> str:
    """The text that minutes draft themselves as, from what was written down."""
    spoken = spoken_at(meeting, lines_of(meeting))
    names = names_of(spoken)
    return drafted(
        Part(
            heading=f"{one.line.number}. {one.line.title}" if one.line.number else one.line.title,
            notes=[note.words for note in one.notes],
            decided=[decided_of(decision) for decision in one.decisions],
            given=[
                Given(row.number, row.words, names.get(row.owner_person_id or 0) or row.owner_name or "", row.due_on)
                for row in one.actions
            ],
            came_of_it=one.line.came_of_it,
        )
        for one in spoken
    )


def votes_of(decision: Decision) -> Votes | None:
    if decision.votes_for is None or decision.votes_against is None:
        return None
    return Votes(decision.votes_for, decision.votes_against, decision.abstained or 0)


def decided_of(decision: Decision) -> Decided:
    """A decision in words."""
    casting = Casting(decision.casting) if decision.casting else None
    return Decided(
        motion=decision.motion,
        how=DECISION_WORDS[DecisionHow(decision.how)],
        count=count_words(votes_of(decision), casting),
        is_carried=decision.is_carried,
    )


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody wants said otherwise; `by` is their name, empty where they were erased."""

    row: MinutesCorrection
    by: str


def list_corrections(minutes: Minutes) -> list[Correction]:
    """All of them, taken up or not, in the order in which they came."""
    found = select(MinutesCorrection).where(MinutesCorrection.minutes_id == minutes.id)
    rows = list(session().scalars(found.order_by(MinutesCorrection.id)))
    names = {one.id: one.name for one in people.list_people([row.by_person_id for row in rows if row.by_person_id])}
    return [Correction(row, names.get(row.by_person_id or 0, "")) for row in rows]


def get_correction(minutes: Minutes, correction_id: int) -> MinutesCorrection:
    """One correction of these minutes, locked."""
    found = select(MinutesCorrection).where(
        MinutesCorrection.id == correction_id, MinutesCorrection.minutes_id == minutes.id
    )
    row = session().scalar(found.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def count_unanswered(minutes: Minutes) -> int:
    found = select(func.count()).where(
        MinutesCorrection.minutes_id == minutes.id, MinutesCorrection.state == CorrectionState.PROPOSED
    )
    return session().scalar(found) or 0


def list_steps(minutes: Minutes) -> list[tuple[MinutesStep, str]]:
    """The minutes' own story, each line with who did it."""
    rows = list(
        session().scalars(select(MinutesStep).where(MinutesStep.minutes_id == minutes.id).order_by(MinutesStep.id))
    )
    names = {one.id: one.name for one in people.list_people([row.by_person_id for row in rows if row.by_person_id])}
    return [(row, names.get(row.by_person_id or 0, "")) for row in rows]


def stamped(meeting: Meeting) -> Verdict:
    """Could a meeting decide, as it was stamped?"""
    if meeting.is_quorate:
        return YES
    if meeting.quorum_at is None:
        return no("Nobody has written down who is here.")
    return no(f"{meeting.quorum_needed} were needed, and {meeting.quorum_present} were here.")


def list_accepting(meeting: Meeting, at: datetime) -> list[Meeting]:
    """Later meetings of the group that have begun, at which its minutes can be accepted: the next one first."""
    found = select(Meeting).where(
        Meeting.group_id == meeting.group_id,
        Meeting.starts_at > meeting.starts_at,
        Meeting.starts_at <= at,
        Meeting.cancelled_at.is_(None),
        Meeting.began_at.is_not(None),
    )
    return list(session().scalars(found.order_by(Meeting.starts_at, Meeting.id)))


@dataclass(frozen=True, slots=True)
class Roll:
    """Who was there, in words: names in office, or names for all to read."""

    here: list[str]
    staff: list[str]
    guests: list[str]
    apologies: list[str]


def roll_of(meeting: Meeting, *, public: bool) -> Roll:
    """Who was there, from what was written down. For all to read: officers by name, staff by role, others by initials."""
    seats = seats_of(meeting)
    here = [seat for seat in seats if seat.is_here]
    return Roll(
        here=_named([s for s in here if s.role and not _is_staff(s)], public),
        staff=_named([s for s in here if _is_staff(s)], public),
        guests=_named([s for s in here if s.role is None], public),
        apologies=_named([s for s in seats if s.sent_apologies and s.role], public),
    )


def _is_staff(seat: Seat) -> bool:
    return seat.role is not None and seat.role not in OFFICERS and seat.role is not Role.MEMBER


def _named(seats: Iterable[Seat], public: bool) -> list[str]:
    """Names, each with the role where it says more than a name."""
    return [_name_of(seat, public) for seat in seats]


def _name_of(seat: Seat, public: bool) -> str:
    name = public_name(seat.name, seat.role, agreed=seat.is_named) if public else seat.name
    if seat.role is None or seat.role is Role.MEMBER or (public and name == as_role(seat.role)):
        return name
    return f"{name} ({as_role(seat.role).removeprefix('the ').removeprefix('a ')})"


def swaps_for(meeting: Meeting) -> dict[str, str]:
    """The names that published minutes must not say, and what stands for each: of those there, and of owners of actions."""
    swaps = {
        seat.name: public_name(seat.name, seat.role, agreed=seat.is_named)
        for seat in seats_of(meeting)
        if public_name(seat.name, seat.role, agreed=seat.is_named) != seat.name
    }
    for one in spoken_at(meeting, lines_of(meeting)):
        for action in one.actions:
            if action.owner_name:
                swaps.setdefault(action.owner_name, initials(action.owner_name))
    return swaps


@dataclass(frozen=True, slots=True)
class Listed:
    """A past meeting and where its minutes stand; None where there are none."""

    meeting: Meeting
    state: str | None


def list_history(group_id: int, at: datetime, *, public: bool, limit: int = 300) -> list[Listed]:
    """Past meetings, the newest first; for the public only published minutes count."""
    found = (
        select(Meeting, Minutes.state)
        .outerjoin(Minutes, Minutes.meeting_id == Meeting.id)
        .where(Meeting.group_id == group_id, Meeting.ends_at <= at)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(limit)
    )
    return [
        Listed(meeting, state if not public or state == MinutesState.PUBLISHED else None)
        for meeting, state in session().execute(found)
    ]


def states_of(group_id: int, meeting_ids: Sequence[int]) -> dict[int, str]:
    """Where the minutes of these meetings stand, by meeting."""
    found = select(Minutes.meeting_id, Minutes.state).where(
        Minutes.group_id == group_id, Minutes.meeting_id.in_(meeting_ids)
    )
    return dict(session().execute(found).all())


def list_in_hand(group_id: int) -> list[tuple[Minutes, Meeting]]:
    """Minutes that are not published yet, the oldest first."""
    found = (
        select(Minutes, Meeting)
        .join(Meeting, Meeting.id == Minutes.meeting_id)
        .where(Minutes.group_id == group_id, Minutes.state != MinutesState.PUBLISHED)
    )
    return [(minutes, meeting) for minutes, meeting in session().execute(found.order_by(Meeting.starts_at, Meeting.id))]


def here_at(meeting_id: int) -> set[int]:
    """Who with an account was there."""
    found = select(Attendance.person_id).where(Attendance.meeting_id == meeting_id, Attendance.here == "present")
    return {number for number in session().scalars(found) if number is not None}
