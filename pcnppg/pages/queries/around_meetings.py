"""What waits around meetings: actions, whether one comes, minutes in every state; for the chair, who was missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from pcnppg.groups.rules import Permission
from pcnppg.kernel import clock
from pcnppg.kernel.clock import local
from pcnppg.meetings.queries import coming, drifting, following, meetings, minutes
from pcnppg.meetings.queries.day import find_attendance
from pcnppg.meetings.rules.minutes import ready_by
from pcnppg.meetings.rules.record import MinutesState
from pcnppg.pages.rules import ACTION_NEAR, COMING_NEAR, Waits, What

if TYPE_CHECKING:
    from pcnppg.pages.queries.waiting import Life


def list_around(life: Life, at: datetime) -> Iterator[Waits]:
    """All of it, for one person in one of their groups."""
    if life.sight.may(Permission.SEE_OFFICE):
        yield from _actions(life, at)
    if life.sight.may(Permission.SAY_COMING):
        yield from _coming(life, at)
    yield from _minutes(life)
    if life.sight.may(Permission.KEEP_ACTIONS):
        yield from _stuck(life)
    if life.sight.may(Permission.KEEP_ROLES):
        yield from _missed(life)
    if life.sight.may(Permission.TAKE_MINUTES):
        yield from _warned(life, at)


def _waits(life: Life, what: What, at: datetime | None, **more: str | int) -> Waits:
    return Waits(what, at, life.group.slug, life.group.name, **more)  # type: ignore[arg-type]  # words and numbers, by name


def _midday(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.LONDON)


def _actions(life: Life, at: datetime) -> Iterator[Waits]:
    today = local(at).date()
    for one in following.list_of_person(life.person_id, life.group.id):
        if one.stuck_at is None and one.due_on is not None and one.due_on <= today + ACTION_NEAR:
            who = "late" if one.due_on < today else "near"
            yield _waits(life, What.ACTION, _midday(one.due_on), words=one.words, who=who, of=one.id, count=one.number)


def _coming(life: Life, at: datetime) -> Iterator[Waits]:
    for one in meetings.list_coming(life.group.id, at):
        if one.cancelled_at is not None or not at < one.starts_at <= at + COMING_NEAR:
            continue
        row = find_attendance(one.id, life.person_id)
        if row is None or row.said is None:
            yield _waits(life, What.COMING, one.starts_at, of=one.id)


def _minutes(life: Life) -> Iterator[Waits]:
    """A draft waits for officers to send it round, then for those who were there to read it, then to be published."""
    takes = life.sight.may(Permission.TAKE_MINUTES)
    for one, meeting in minutes.list_in_hand(life.group.id):
        held_on = local(meeting.ended_at or meeting.ends_at).date()
        if one.state == MinutesState.DRAFT and takes:
            yield _waits(life, What.MINUTES, _midday(ready_by(held_on)), of=meeting.id)
        elif one.state == MinutesState.CIRCULATED:
            unanswered = minutes.count_unanswered(one)
            if takes and unanswered:
                yield _waits(life, What.CORRECTION, one.circulated_at, of=meeting.id, count=unanswered)
            if not takes and life.person_id in minutes.here_at(meeting.id):
                yield _waits(life, What.READ, one.circulated_at, of=meeting.id)
        elif one.state == MinutesState.ACCEPTED and takes:
            yield _waits(life, What.PUBLISH, one.accepted_at, of=meeting.id)


def _stuck(life: Life) -> Iterator[Waits]:
    for owned in following.list_open(life.group.id):
        action = owned.action
        if action.stuck_at is not None:
            yield _waits(life, What.STUCK, action.stuck_at, words=action.words, of=action.id, count=action.number)


def _missed(life: Life) -> Iterator[Waits]:
    missed = coming.list_missed(life.group.id)
    if missed:
        known = " ".join(str(one.person_id) for one in missed)
        yield _waits(life, What.MISSED, None, who=known, count=len(missed))


def _warned(life: Life, at: datetime) -> Iterator[Waits]:
    for warned in drifting.warnings_of(life.group.id, at):
        yield _waits(life, What.WARNED, None, words=warned, who=warned)
