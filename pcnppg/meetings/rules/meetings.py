"""Planning a meeting: its kinds, a group's habits, and the dates that follow from its date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from pcnppg.kernel import wording
from pcnppg.kernel.clock import local
from pcnppg.kernel.verdict import YES, Verdict, no
from pcnppg.meetings.rules.times import days_before


class MeetingKind(StrEnum):
    ORDINARY = "ordinary"
    AGM = "agm"
    SPECIAL = "special"
    OPEN_EVENT = "open_event"


KIND_WORDS = {
    MeetingKind.ORDINARY: "Ordinary meeting",
    MeetingKind.AGM: "Annual general meeting",
    MeetingKind.SPECIAL: "Special meeting",
    MeetingKind.OPEN_EVENT: "Open event with a speaker",
}


class QuorumKind(StrEnum):
    """What a group counts before it decides."""

    NUMBER = "number"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Habits:
    """What differs from group to group, with its usual value. Days before the meeting; a share is of a hundred."""

    items_close_days: int = 14
    agenda_days: int = 7
    agm_items_close_days: int = 28
    agm_agenda_days: int = 14
    usual_minutes: int = 90
    usual_place: str = ""
    usual_access: str = ""
    quorum_kind: QuorumKind = QuorumKind.NUMBER
    quorum_number: int = 4
    quorum_share: int = 33
    quorum_patients_only: bool = True
    quorum_needs_officer: bool = True
    rotas: str = "Biscuits"


MOST_DAYS = 120
"""Days before a meeting that a group may choose."""
LAST_MINUTE, MIDDAY = time(23, 59), time(12)
LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=2 * 366)
PLACE_LENGTH, ACCESS_LENGTH, ABOUT_LENGTH, WHY_LENGTH = 200, 1000, 2000, 500


@dataclass(frozen=True, slots=True)
class Dates:
    """What follows from the date of a meeting."""

    items_close_at: datetime
    agenda_due_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said of a meeting when it is planned."""

    kind: MeetingKind
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""
    access: str = ""
    speaker: str = ""
    about: str = ""


def dates_for(kind: str, starts_at: datetime, habits: Habits) -> Dates:
    """Items close at the end of their day, the agenda goes out at midday; neither comes after the meeting begins."""
    agm = kind == MeetingKind.AGM
    close_days = habits.agm_items_close_days if agm else habits.items_close_days
    agenda_days = habits.agm_agenda_days if agm else habits.agenda_days
    agenda = min(days_before(starts_at, agenda_days, MIDDAY), starts_at)
    return Dates(min(days_before(starts_at, close_days, LAST_MINUTE), agenda), agenda)


def may_plan(plan: Plan, at: datetime) -> Verdict:
    """Can a meeting be like this at all?"""
    if plan.ends_at <= plan.starts_at:
        return no("The meeting would end before it begins. Check both times.")
    if plan.ends_at - plan.starts_at > LONGEST:
        return no("The meeting would last more than 12 hours. Check both times.")
    if plan.starts_at - at > FARTHEST:
        return no("This is more than two years away. Check the year.")
    if not plan.place and not plan.link:
        return no("Say where people meet: a place, a link, or both.")
    return YES


def warnings_of(plan: Plan, *, others: Iterable[tuple[datetime, datetime]], habits: Habits, at: datetime) -> list[str]:
    """What whoever plans should look at twice. `others` are beginnings and ends of the group's other meetings."""
    found = []
    if plan.starts_at <= at:
        found.append(f"{wording.moment(plan.starts_at)} is over already.")
    for start, end in others:
        if start < plan.ends_at and plan.starts_at < end:
            found.append(f"Your group has another meeting then: {wording.moment(start)}.")
    if plan.starts_at > at and dates_for(plan.kind, plan.starts_at, habits).items_close_at <= at:
        found.append("It is so soon that nobody has time to propose items.")
    if not time(7) <= local(plan.starts_at).time() <= time(21):
        found.append(f"It begins at {wording.clock_time(plan.starts_at)}, when few people can come.")
    return found


def may_change(*, cancelled_at: datetime | None, ended_at: datetime | None) -> Verdict:
    """Can this meeting still be moved or cancelled?"""
    if cancelled_at is not None:
        return no("This meeting is cancelled, so it cannot be changed. Plan a new one.")
    if ended_at is not None:
        return no("This meeting is over, so it cannot be changed.")
    return YES


def may_propose_for(*, cancelled_at: datetime | None, starts_at: datetime, at: datetime) -> Verdict:
    """Can items still be proposed for this meeting? Those that come after the day they close wait for the next one."""
    if cancelled_at is not None:
        return no("This meeting is cancelled. You can propose your item for another one.")
    if starts_at <= at:
        return no("This meeting has begun or is over. You can propose your item for the next one.")
    return YES


def may_call(*, needs_purpose: bool, purpose_agreed_at: datetime | None) -> Verdict:
    """Can items be asked for, and the agenda be published? A network's groups agree first what its meeting is for."""
    if needs_purpose and purpose_agreed_at is None:
        return no(
            "The groups have not agreed yet what this meeting is for. Items and agenda come after that. Nothing was lost."
        )
    return YES


def may_keep(habits: Habits) -> Verdict:
    """Do these habits hold together?"""
    pairs = (
        (habits.items_close_days, habits.agenda_days),
        (habits.agm_items_close_days, habits.agm_agenda_days),
    )
    for close, agenda in pairs:
        if not 0 <= agenda <= close <= MOST_DAYS:
            return no(f"Items close first, then the agenda goes out. Enter days from 0 to {MOST_DAYS} in that order.")
    if not 15 <= habits.usual_minutes <= 480:
        return no("Enter how long a meeting usually takes, from 15 to 480 minutes.")
    return YES
