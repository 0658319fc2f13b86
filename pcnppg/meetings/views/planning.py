"""Planning, moving and cancelling a meeting, and a group's habits."""

from __future__ import annotations

from flask import Response, g, url_for

from pcnppg.groups.rules import Permission
from pcnppg.kernel import clock
from pcnppg.kernel.clock import now
from pcnppg.kernel.refusals import RuleBroken
from pcnppg.meetings.actions import planning, standing
from pcnppg.meetings.forms.planning import CancelForm, HabitsForm, MeetingForm, typed
from pcnppg.meetings.queries import agenda, items, meetings
from pcnppg.meetings.rules.agenda import Place
from pcnppg.meetings.rules.meetings import Habits, MeetingKind, may_change, may_plan, warnings_of
from pcnppg.meetings.rules.times import spelt
from pcnppg.meetings.views.blueprints import bp
from pcnppg.store.session import transaction
from pcnppg.web.access import open_to, who
from pcnppg.web.answers import moved, show
from pcnppg.web.forms import blame

TWICE = "The clocks go back in that night, so this hour comes twice. We take the first."


@bp.get("/meetings/new")
@open_to(Permission.PLAN_MEETING)
def meeting_new() -> Response:
    habits = meetings.habits_of(g.group.id)
    form = MeetingForm.fresh(kind=MeetingKind.ORDINARY.value, place=habits.usual_place, access=habits.usual_access)
    return _form_page(form, None)


@bp.post("/meetings/new")
@open_to(Permission.PLAN_MEETING)
def plan_meeting() -> Response:
    form = MeetingForm.posted()
    if not _is_fit(form, None):
        return _form_page(form, None, status=422)
    with transaction():
        meeting = planning.plan_meeting(g.group.id, form.plan, by=who(), at=now())
        meeting_id, takes_items = meeting.id, meeting.items_close_at > now()
    then = "People can propose items now." if takes_items else "There is no time left to propose items for it."
    return moved(url_for(".meeting", meeting_id=meeting_id), saying=f"The meeting is planned. {then}")


@bp.get("/meetings/<int:meeting_id>/change")
@open_to(Permission.PLAN_MEETING)
def meeting_change(meeting_id: int) -> Response:
    meeting = meetings.get_meeting(g.group.id, meeting_id)
    may_change(cancelled_at=meeting.cancelled_at, ended_at=meeting.ended_at).enforce()
    start, end = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    same = {name: getattr(meeting, name) for name in ("kind", "place", "link", "access", "speaker", "about")}
    form = MeetingForm.fresh(day=start.date(), starts=spelt(start.time()), ends=spelt(end.time()), **same)
    return _form_page(form, meeting_id)


@bp.post("/meetings/<int:meeting_id>/change")
@open_to(Permission.PLAN_MEETING)
def change_meeting(meeting_id: int) -> Response:
    meetings.get_meeting(g.group.id, meeting_id)
    form = MeetingForm.posted()
    if not _is_fit(form, meeting_id):
        return _form_page(form, meeting_id, status=422)
    with transaction():
        planning.change_meeting(g.group.id, meeting_id, form.plan, by=who(), at=now())
    saying = "Changed. People's calendars follow by themselves, most within a day."
    return moved(url_for(".meeting", meeting_id=meeting_id), saying=saying)


@bp.get("/meetings/<int:meeting_id>/cancel")
@open_to(Permission.PLAN_MEETING)
def meeting_cancel(meeting_id: int) -> Response:
    meeting = meetings.get_meeting(g.group.id, meeting_id)
    may_change(cancelled_at=meeting.cancelled_at, ended_at=meeting.ended_at).enforce()
    return _cancel_page(meeting_id, CancelForm.fresh())


@bp.post("/meetings/<int:meeting_id>/cancel")
@open_to(Permission.PLAN_MEETING)
def cancel_meeting(meeting_id: int) -> Response:
    form = CancelForm.posted()
    if not form.validate():
        return _cancel_page(meeting_id, form, status=422)
    try:
        with transaction():
            planning.cancel_meeting(g.group.id, meeting_id, why=form.why.data or "", by=who(), at=now())
    except RuleBroken as refusal:
        return _cancel_page(meeting_id, blame(form, refusal), status=422)
    return moved(
        url_for(".meeting", meeting_id=meeting_id), saying="The meeting is cancelled. Its items wait in the tray."
    )


@bp.get("/meetings/habits")
@open_to(Permission.PLAN_MEETING)
def meeting_habits() -> Response:
    habits, stands = meetings.habits_of(g.group.id), agenda.list_standing(g.group.id)
    known = {name: getattr(habits, name) for name in Habits.__dataclass_fields__}
    parts = {"opening": typed(stands, Place.OPENING), "closing": typed(stands, Place.CLOSING)}
    return show("meetings/habits.html", form=HabitsForm.fresh(**known, **parts))


@bp.post("/meetings/habits")
@open_to(Permission.PLAN_MEETING)
def keep_meeting_habits() -> Response:
    form = HabitsForm.posted()
    if not form.validate():
        return show("meetings/habits.html", form=form, status=422)
    try:
        with transaction():
            planning.keep_habits(g.group.id, form.habits, by=who(), at=now())
            standing.keep_standing(g.group.id, form.standing, by=who(), at=now())
    except RuleBroken as refusal:
        return show("meetings/habits.html", form=blame(form, refusal), status=422)
    return moved(url_for(".meetings_page"), saying="Saved. This counts for meetings that you plan from now on.")


def _is_fit(form: MeetingForm, meeting_id: int | None) -> bool:
    """Is it all filled in, possible, and looked at twice where something is odd?"""
    if not form.validate():
        return False
    may = may_plan(form.plan, now())
    if not may:
        form.form_errors = [may.because]
        return False
    others = meetings.list_times(g.group.id, but=meeting_id)
    found = warnings_of(form.plan, others=others, habits=meetings.habits_of(g.group.id), at=now())
    form.warnings = (*found, *([TWICE] if form.is_doubled else []))
    return not form.warnings or bool(form.is_sure.data)


def _form_page(form: MeetingForm, meeting_id: int | None, *, status: int = 200) -> Response:
    return show(
        "meetings/plan.html",
        status=status,
        form=form,
        meeting_id=meeting_id,
        habits=meetings.habits_of(g.group.id),
    )


def _cancel_page(meeting_id: int, form: CancelForm, *, status: int = 200) -> Response:
    meeting = meetings.get_meeting(g.group.id, meeting_id)
    there = agenda.agenda_of(meeting).items
    waiting = items.count_meant_for(g.group.id, meeting_id)
    return show("meetings/cancel.html", status=status, form=form, meeting=meeting, items=len(there), waiting=waiting)
