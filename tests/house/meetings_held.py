"""Meetings for the place: one that goes on now, and past ones with minutes in every state, an action of each kind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from pcnppg.groups.rules import Role
from pcnppg.kernel import clock
from pcnppg.kernel.email_address import EmailAddress
from pcnppg.kernel.who import Who
from pcnppg.meetings.actions import attending, day, following, minutes, planning
from pcnppg.meetings.actions.following import Owner
from pcnppg.meetings.models import Attendance
from pcnppg.meetings.queries import day as reading
from pcnppg.meetings.queries import following as actions
from pcnppg.meetings.queries.meetings import get_meeting
from pcnppg.meetings.rules.meetings import MeetingKind, Plan
from pcnppg.meetings.rules.record import DecisionHow
from pcnppg.store.session import session
from tests import making

PAGE = "group.meetings"
STATES = {"write": "draft", "publish": "accepted", "public": "published", "print": "published"}


def held(app: Flask, group_id: int, people: dict[Role | None, int]) -> dict[str, Any]:
    """What stands for parts of addresses of the day, of minutes and of actions."""
    now, by = clock.now(), Who.person(people[Role.SECRETARY])
    everybody = {number: "here" for role, number in people.items() if role is not None}

    def open_one(begins: datetime) -> int:
        plan = Plan(MeetingKind.ORDINARY, begins, begins + timedelta(hours=2), place="The back room")
        meeting_id = planning.plan_meeting(group_id, plan, by=by, at=now - timedelta(days=60)).id
        attending.mark(group_id, meeting_id, everybody, by=by, at=begins)
        attending.add_guest(group_id, meeting_id, "Nia Brook", by=by, at=begins)
        day.note(group_id, meeting_id, None, "The bell is better now.", slip=None, by=by, at=begins)
        return meeting_id

    def past(days: int, state: str, today: int) -> int:
        begins = now - timedelta(days=days)
        with clock.at(begins):
            meeting_id = open_one(begins)
            day.end_meeting(group_id, meeting_id, by=by, at=begins)
        if state != "draft":
            minutes.circulate(group_id, meeting_id, by=by, at=now)
        if state in {"accepted", "published"}:
            minutes.accept(group_id, meeting_id, at_meeting=today, by=by, at=now)
        if state == "published":
            minutes.publish(group_id, meeting_id, "## 1. Welcome\n\nAll is well.", by=by, at=now)
        return meeting_id

    def build() -> dict[str, Any]:
        today = open_one(now - timedelta(minutes=10))
        numbers = {
            state: past(days, state, today)
            for days, state in ((40, "published"), (30, "accepted"), (20, "circulated"), (10, "draft"))
        }
        chair = Who.person(people[Role.CHAIR])
        asked = minutes.propose_correction(group_id, numbers["circulated"], "The bell is blue.", by=chair, at=now)
        agreed = {"motion": "We thank the cleaners.", "how": DecisionHow.AGREED, "votes": None, "casting": None}
        decision = day.decide(group_id, today, None, **agreed, slip=None, by=by, at=now)
        note = day.note(group_id, today, None, "Tea is served.", slip=None, by=by, at=now)
        mine = following.give(
            group_id, words="Ring the bell", owner=Owner(people[Role.CHAIR]), due_on=None, by=by, at=now
        )
        outside = Owner(name="Nia Brook", address=EmailAddress.parse("nia@example.net"))
        theirs = following.give(group_id, words="Paint the door", owner=outside, due_on=None, by=by, at=now)
        guest = session().query(Attendance).filter_by(meeting_id=today, person_id=None).one()
        lines = reading.lines_of(get_meeting(group_id, today))
        return {
            "today": today,
            "numbers": numbers,
            "correction_id": asked.id,
            "decision_id": decision.id,
            "note_id": note.id,
            "action_id": mine.id,
            "token": actions.link_token(theirs),
            "attendance_id": guest.id,
            "entry": lines[0].entry_id if lines else 1,
        }

    return _values(app, making.apart(app, build))


def _values(app: Flask, known: dict[str, Any]) -> dict[str, Any]:
    numbers, values = known["numbers"], {"number": 1}
    for rule in app.url_map.iter_rules():
        if "/meetings/<int:meeting_id>/minutes" in rule.rule:
            state = next((state for end, state in STATES.items() if end in rule.rule.rpartition("/")[2]), "circulated")
            values[f"{rule.endpoint}.meeting_id"] = numbers[state]
        elif "/meetings/<int:meeting_id>/day" in rule.rule or rule.rule.endswith("<int:meeting_id>/end"):
            values[f"{rule.endpoint}.meeting_id"] = known["today"]
            values[f"{rule.endpoint}.entry_id"] = known["entry"]
        elif rule.rule.startswith("/action/<token>"):
            values[f"{rule.endpoint}.token"] = known["token"]
    return values | {
        name: known[name] for name in ("correction_id", "decision_id", "note_id", "action_id", "attendance_id")
    }
